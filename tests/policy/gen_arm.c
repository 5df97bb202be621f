// SPDX-License-Identifier: Apache-2.0
#include "policy/gen_arm.h"

#include <string.h>

#include "policy/diff_pair.h"
#include "policy/expr_eval.h"
#include "policy/ref_private.h"

enum { READS_MAX = 256, VALUES_MAX = 24, TYPES_MAX = 64 };

// A field the rule reads and what it compares it with.
typedef struct Read {
    Str field;
    const Json *values[VALUES_MAX];
    uint32_t value_count;
} Read;

typedef struct Reads {
    Arena *arena;
    const AssignedRule *rule;
    Read reads[READS_MAX];
    uint32_t count;
    Str types[TYPES_MAX];
    uint32_t type_count;
} Reads;

// ---- what a rule reads ----

static Read *read_of(Reads *reads, Str field)
{
    for (uint32_t i = 0; i < reads->count; i++) {
        if (str_eq_nocase(reads->reads[i].field, field)) {
            return &reads->reads[i];
        }
    }
    if (reads->count == READS_MAX) {
        return NULL;
    }
    reads->reads[reads->count].field = field;
    return &reads->reads[reads->count++];
}

static void add_value(Read *read, const Json *value)
{
    if (read != NULL && read->value_count < VALUES_MAX && value->type != JSON_NULL) {
        read->values[read->value_count++] = value;
    }
}

static void add_type(Reads *reads, const Json *value)
{
    if (json_is(value, JSON_STRING) && reads->type_count < TYPES_MAX) {
        reads->types[reads->type_count++] = value->string;
    }
}

// The value of an expression that reads parameters alone; NULL when it reads more.
static const Json *known(const Reads *reads, const Expr *expr)
{
    ExprEnv env = {.parameters = reads->rule->parameters};
    const Json *value = NULL;
    Err err = {0};
    return expr != NULL && expr_eval(reads->arena, expr, &env, &value, &err) ? value : NULL;
}

static void read_expr(Reads *reads, const Expr *expr)
{
    if (expr == NULL) {
        return;
    }
    bool is_field = expr->kind == EXPR_CALL && expr->func == FUNC_FIELD && expr->arg_count == 1;
    const Json *name = is_field ? known(reads, &expr->args[0]) : NULL;
    if (json_is(name, JSON_STRING)) {
        (void)read_of(reads, name->string);
    }
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        read_expr(reads, &expr->args[i]);
    }
}

static void read_cond(Reads *reads, const Cond *cond);

static void read_leaf(Reads *reads, const Cond *leaf)
{
    read_expr(reads, leaf->left);
    read_expr(reads, leaf->right);
    const Json *right = known(reads, leaf->right);
    const Expr *name_expr = leaf->lhs == LHS_FIELD ? leaf->left : NULL;
    if (leaf->lhs == LHS_COUNT) {
        name_expr = leaf->count->of_field ? leaf->count->source : NULL;
        right = NULL;
        if (leaf->count->where != NULL) {
            read_cond(reads, leaf->count->where);
        }
    }
    const Json *name = name_expr != NULL ? known(reads, name_expr) : NULL;
    if (!json_is(name, JSON_STRING)) {
        return;
    }
    bool is_type = str_eq_nocase(name->string, STR("type"));
    Read *read = is_type ? NULL : read_of(reads, name->string);
    uint32_t count = json_is(right, JSON_ARRAY) ? right->count : 1;
    for (uint32_t i = 0; right != NULL && i < count; i++) {
        const Json *value = json_is(right, JSON_ARRAY) ? &right->items[i] : right;
        if (is_type) {
            add_type(reads, value);
        } else {
            add_value(read, value);
        }
    }
}

static void read_cond(Reads *reads, const Cond *cond)
{
    if (cond->kind == COND_LEAF) {
        read_leaf(reads, cond);
    }
    for (uint32_t i = 0; i < cond->child_count; i++) {
        read_cond(reads, &cond->children[i]);
    }
}

// ---- putting a value where a path leads ----

typedef struct Put {
    Arena *arena;
    GenRand *rand;
    const AliasPath *path;
    const Read *read;
} Put;

static const Json *leaf_value(const Put *put)
{
    if (put->read->value_count != 0 && gen_pick(put->rand, 100) < 60) {
        const Json *value = put->read->values[gen_pick(put->rand, put->read->value_count)];
        if (!json_is(value, JSON_STRING) ||
            memchr(value->string.ptr, '*', value->string.len) == NULL) {
            return value;
        }
        Json *text = NEW(put->arena, Json); // a pattern: something that is like it
        char *copy = NEW_ARRAY(put->arena, char, value->string.len);
        for (size_t i = 0; i < value->string.len; i++) {
            copy[i] = value->string.ptr[i] == '*' ? 'x' : value->string.ptr[i];
        }
        *text = json_string((Str){copy, value->string.len});
        return text;
    }
    Buf buf = {0};
    gen_value(put->rand, &buf, 1);
    const Json *value = diff_json(put->arena, str_copy(put->arena, buf_str(&buf)));
    buf_free(&buf);
    return value;
}

static const Json *put_at(const Put *put, uint32_t step, const Json *at);

static const Json *put_member(const Put *put, uint32_t step, const Json *at, Str name)
{
    uint32_t old = json_is(at, JSON_OBJECT) ? at->count : 0;
    JsonMember *members = NEW_ARRAY(put->arena, JsonMember, old + 1);
    uint32_t found = old;
    for (uint32_t i = 0; i < old; i++) {
        members[i] = at->members[i];
        found = str_eq_nocase(at->members[i].key, name) ? i : found;
    }
    const Json *value = put_at(put, step + 1, found < old ? &members[found].value : NULL);
    members[found].key = found < old ? members[found].key : name;
    members[found].value = *value;
    return ref_object(put->arena, members, found < old ? old : old + 1);
}

static const Json *put_items(const Put *put, uint32_t step, const Json *at)
{
    uint32_t old = json_is(at, JSON_ARRAY) ? at->count : 0;
    uint32_t count = old != 0 ? old : gen_pick(put->rand, 4);
    const Json **items = NEW_ARRAY(put->arena, const Json *, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        const Json *item = i < old ? &at->items[i] : NULL;
        bool skips = item != NULL && gen_pick(put->rand, 5) == 0;
        items[i] = skips ? item : put_at(put, step + 1, item);
    }
    return ref_array(put->arena, items, count);
}

static const Json *put_at(const Put *put, uint32_t step, const Json *at)
{
    if (step == put->path->count) {
        return leaf_value(put);
    }
    const PathStep *want = &put->path->steps[step];
    if (want->is_array || want->is_index) {
        return put_items(put, step, at);
    }
    return put_member(put, step, at, want->name);
}

static const Json *with_reads(Arena *arena, GenRand *rand, const ArmInput *in, const Reads *reads,
                              Str type, const Json *resource)
{
    for (uint32_t i = 0; i < reads->count; i++) {
        const Read *read = &reads->reads[i];
        AliasPath path;
        AliasQuery query = {.field = read->field, .resource_type = type};
        bool is_fixed = str_eq_nocase(read->field, STR("id")) ||
                        str_eq_nocase(read->field, STR("name")) ||
                        str_eq_nocase(read->field, STR("fullName"));
        if (!is_fixed && gen_pick(rand, 100) < 75 &&
            alias_resolve(in->aliases, arena, &query, &path) == ALIAS_FOUND) {
            Put put = {.arena = arena, .rand = rand, .path = &path, .read = read};
            resource = put_at(&put, 0, resource);
        }
    }
    return resource;
}

// ---- resources ----

static const Json *named(Arena *arena, Str id, Str type, Str name)
{
    JsonMember members[] = {
        {.key = STR("id"), .value = json_string(id)},
        {.key = STR("type"), .value = json_string(type)},
        {.key = STR("name"), .value = json_string(name)},
    };
    return ref_object(arena, members, COUNTOF(members));
}

static Str id_under(Arena *arena, Str above, Str type, Str name)
{
    Buf buf = {0};
    buf_push(&buf, above);
    buf_printf(&buf, "/providers/%.*s", STR_ARG(str_cut(type, '/').head));
    for (StrCut cut = str_cut(str_cut(type, '/').tail, '/');; cut = str_cut(cut.tail, '/')) {
        buf_printf(&buf, "/%.*s/%.*s", STR_ARG(cut.head), STR_ARG(name));
        if (!cut.found) {
            break;
        }
    }
    Str id = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return id;
}

static Str own_id(Arena *arena, Str type, Str name)
{
    static const Str subscription = STR_INIT("/subscriptions/00000000-0000-0000-0000-000000000001");
    if (str_eq_nocase(type, STR("Microsoft.Resources/subscriptions"))) {
        return subscription;
    }
    Str group = STR("/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/group");
    if (str_eq_nocase(type, STR("Microsoft.Resources/subscriptions/resourceGroups"))) {
        return group;
    }
    return id_under(arena, group, type, name);
}

const Json *arm_resource(Arena *arena, GenRand *rand, const ArmInput *in)
{
    Reads *reads = NEW(arena, Reads);
    reads->arena = arena;
    reads->rule = in->rule;
    read_cond(reads, in->rule->definition->condition);
    Str type = STR("Demo.Provider/things");
    if (reads->type_count != 0 && gen_pick(rand, 10) != 0) {
        type = reads->types[gen_pick(rand, reads->type_count)];
    }
    const Json *resource = named(arena, own_id(arena, type, STR("thing")), type, STR("thing"));
    return with_reads(arena, rand, in, reads, type, resource);
}

static const Json *one_related(Arena *arena, GenRand *rand, const ArmInput *in, const Reads *reads,
                               Str type, Str name, const Json *resource)
{
    Str above = json_find_str(resource, STR("id"));
    Str primary = json_find_str(resource, STR("type"));
    Str id = id_under(arena, above, type, name); // an extension
    if (type.len > primary.len && str_starts_nocase(type, primary)) {
        Buf buf = {0};
        buf_printf(&buf, "%.*s%.*s/%.*s", STR_ARG(above), STR_ARG(str_from(type, primary.len)),
                   STR_ARG(name));
        id = str_copy(arena, buf_str(&buf));
        buf_free(&buf);
    } else if (gen_pick(rand, 2) == 0) {
        id = own_id(arena, type, name);
    }
    return with_reads(arena, rand, in, reads, type, named(arena, id, type, name));
}

const Json *arm_related(Arena *arena, GenRand *rand, const ArmInput *in, const Json *resource)
{
    const Details *details = &in->rule->definition->details;
    Reads *reads = NEW(arena, Reads);
    reads->arena = arena;
    reads->rule = in->rule;
    const Json *type = known(reads, details->related_type);
    const Json *name = known(reads, details->related_name);
    const Json *items[2];
    uint32_t count = json_is(type, JSON_STRING) ? gen_pick(rand, 3) : 0;
    if (details->existence != NULL) {
        read_cond(reads, details->existence);
    }
    for (uint32_t i = 0; i < count; i++) {
        Str given =
            json_is(name, JSON_STRING) && gen_pick(rand, 4) != 0 ? name->string : STR("thing");
        items[i] = one_related(arena, rand, in, reads, type->string, given, resource);
    }
    return ref_array(arena, items, count);
}

// ---- parameters ----

static const Json *some_value(Arena *arena, const Parameter *parameter)
{
    static const char *const texts[] = {
        [PARAMETER_STRING] = "\"abc\"",
        [PARAMETER_ARRAY] = "[\"abc\",\"eastus\"]",
        [PARAMETER_OBJECT] = "{}",
        [PARAMETER_BOOLEAN] = "true",
        [PARAMETER_INTEGER] = "5",
        [PARAMETER_FLOAT] = "5.5",
        [PARAMETER_DATETIME] = "\"2024-01-01T00:00:00Z\"",
    };
    const Json *allowed = parameter->allowed_values;
    if (json_is(allowed, JSON_ARRAY) && allowed->count != 0 && parameter->type != PARAMETER_ARRAY) {
        return &allowed->items[0];
    }
    return diff_json(arena, str_from_cstr(texts[parameter->type]));
}

const Json *arm_parameters(Arena *arena, const Definition *definition)
{
    JsonMember *members = NEW_ARRAY(arena, JsonMember, definition->parameter_count + 1);
    uint32_t count = 0;
    for (uint32_t i = 0; i < definition->parameter_count; i++) {
        const Parameter *parameter = &definition->parameters[i];
        const Json *value = parameter->default_value;
        bool is_off = json_is(parameter->allowed_values, JSON_ARRAY) &&
                      json_is(value, JSON_STRING) && effect_find(value->string) == EFFECT_DISABLED;
        for (uint32_t v = 0; is_off && v < parameter->allowed_values->count; v++) {
            const Json *allowed = &parameter->allowed_values->items[v];
            if (json_is(allowed, JSON_STRING) && effect_find(allowed->string) != EFFECT_DISABLED) {
                value = allowed;
            }
        }
        value = value != NULL ? value : some_value(arena, parameter);
        members[count++] = (JsonMember){.key = parameter->name, .value = *value};
    }
    return ref_object(arena, members, count);
}
