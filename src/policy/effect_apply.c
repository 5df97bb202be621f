// SPDX-License-Identifier: Apache-2.0
// What modify and append would write: their details with the expressions evaluated, and the
// document that would result. Nothing is changed; trees are copied along the path that is written.
#include "policy/worker.h"
#include "json/write.h"

typedef struct Apply {
    Arena *arena;
    Plan *plan;
    Evaluator *ev;
    Str type; // lower case
    Err *err;
} Apply;

// ---- a document with one path changed ----

static const Json *write_at(Apply *a, const Json *at, const AliasPath *path, uint32_t step,
                            const Operation *op, const Json *value);

static const Json *with_member(Arena *arena, const Json *object, Str name, const Json *value)
{
    bool is_object = json_is(object, JSON_OBJECT);
    uint32_t count = is_object ? object->count : 0;
    JsonMember *members = NEW_ARRAY(arena, JsonMember, (size_t)count + 1);
    uint32_t n = 0;
    bool placed = false;
    for (uint32_t i = 0; i < count; i++) {
        bool same = str_eq_nocase(object->members[i].key, name);
        if (same && (placed || value == NULL)) {
            continue;
        }
        members[n] = object->members[i];
        if (same) {
            members[n].value = *value;
            placed = true;
        }
        n++;
    }
    if (!placed && value != NULL) {
        members[n++] = (JsonMember){.key = name, .value = *value};
    }
    Json *copy = NEW(arena, Json);
    *copy = (Json){.type = JSON_OBJECT, .count = n, .members = members};
    return copy;
}

// The last [*] of an add appends, that of an addOrReplace leaves only the new element; elsewhere
// [*] means every element there is.
static const Json *write_elements(Apply *a, const Json *at, const AliasPath *path, uint32_t step,
                                  const Operation *op, const Json *value)
{
    const PathStep *to = &path->steps[step];
    bool append = step + 1 == path->count && to->is_array;
    if (!append && !json_is(at, JSON_ARRAY)) {
        return at; // no elements to write in
    }
    bool fresh = !json_is(at, JSON_ARRAY) || (append && op->kind == OPERATION_ADD_OR_REPLACE);
    uint32_t count = fresh ? 0 : at->count;
    Json *items = NEW_ARRAY(a->arena, Json, (size_t)count + 1);
    bool held = false;
    for (uint32_t i = 0; i < count; i++) {
        held = held || (append && json_equal(&at->items[i], value));
        bool here = !append && (to->is_array || to->index == i);
        items[i] = here ? *write_at(a, &at->items[i], path, step + 1, op, value) : at->items[i];
    }
    if (append && !held) {
        items[count++] = *value;
    }
    Json *copy = NEW(a->arena, Json);
    *copy = (Json){.type = JSON_ARRAY, .count = count, .items = items};
    return copy;
}

static const Json *write_at(Apply *a, const Json *at, const AliasPath *path, uint32_t step,
                            const Operation *op, const Json *value)
{
    if (step == path->count) {
        bool keep = op->kind == OPERATION_ADD && at != NULL && at->type != JSON_NULL;
        return keep ? at : value;
    }
    const PathStep *to = &path->steps[step];
    if (to->is_array || to->is_index) {
        return write_elements(a, at, path, step, op, value);
    }
    bool at_start = step == 0 || path->steps[step - 1].is_array;
    const Json *direct = json_find_nocase(at, to->name);
    const Json *wrapper = json_find_nocase(at, STR("properties"));
    if (direct == NULL && path->flatten && at_start &&
        json_find_nocase(wrapper, to->name) != NULL) {
        const Json *inner = json_find_nocase(wrapper, to->name);
        const Json *written = write_at(a, inner, path, step + 1, op, value);
        return with_member(a->arena, at, STR("properties"),
                           with_member(a->arena, wrapper, to->name, written));
    }
    const Json *written = write_at(a, direct, path, step + 1, op, value);
    if (direct == NULL && written == NULL) {
        return at; // nothing to remove, no array to write in
    }
    return with_member(a->arena, at, to->name, written);
}

static const Json *apply(Apply *a, const Json *document, Str field, const Operation *op,
                         const Json *value)
{
    AliasQuery query = {
        .field = field,
        .resource_type = a->type,
        .api_version = a->plan->options.api_version,
        .raw_paths = a->plan->options.raw_paths,
    };
    AliasPath path = {0};
    bool is_known = alias_resolve(a->plan->aliases, a->arena, &query, &path) == ALIAS_FOUND;
    if (!is_known || path.count == 0 || (value == NULL && path.array_count != 0)) {
        return document; // only a tag or another single member can be removed
    }
    return write_at(a, document, &path, 0, op, value);
}

// ---- details ----

static bool eval_copy(Apply *a, const Expr *expr, const Json **ret_value)
{
    TRY(eval_expr(a->ev, expr, ret_value, a->err));
    *ret_value = json_copy(a->arena, *ret_value);
    return true;
}

static bool condition_holds(Apply *a, const Operation *op, bool *ret_holds)
{
    const Json *value = &json_true;
    if (op->condition != NULL) {
        TRY(eval_copy(a, op->condition, &value));
    }
    bool is_bool = value->type == JSON_BOOL;
    bool is_text = value->type == JSON_STRING;
    bool is_true = is_bool ? value->boolean : is_text && str_eq_nocase(value->string, STR("true"));
    bool is_false =
        is_bool ? !value->boolean : is_text && str_eq_nocase(value->string, STR("false"));
    if (is_true == is_false) {
        return err_set(a->err, ERR_EVAL, op->at,
                       "the condition of an operation must be true or false");
    }
    *ret_holds = is_true;
    return true;
}

// One operation: its JSON with field and value evaluated, and its work on the document.
static bool run_operation(Apply *a, const Operation *op, const Json *raw, const Json **document,
                          Json *ret_shown)
{
    const Json *field = NULL;
    const Json *value = NULL;
    bool holds = false;
    TRY(eval_copy(a, op->field, &field));
    if (field->type != JSON_STRING) {
        return err_set(a->err, ERR_EVAL, op->at, "the field of an operation must be a string");
    }
    if (op->value != NULL) {
        TRY(eval_copy(a, op->value, &value));
    }
    TRY(condition_holds(a, op, &holds));
    const Json *shown = with_member(a->arena, raw, STR("field"), field);
    if (json_find_nocase(raw, STR("operation")) != NULL) { // append's entries have none
        Json name = json_string(operation_name(op->kind));
        shown = with_member(a->arena, shown, STR("operation"), &name);
    }
    *ret_shown = value != NULL ? *with_member(a->arena, shown, STR("value"), value) : *shown;
    if (holds) {
        *document = apply(a, *document, field->string, op, value);
    }
    return true;
}

// The details of *IfNotExists with what says where to look filled in; others as they are.
static bool relation_details(Apply *a, const Details *details, const Json **ret_details)
{
    const struct {
        Str key;
        const Expr *expr;
    } rows[] = {
        {STR("type"), details->related_type},
        {STR("name"), details->related_name},
        {STR("existenceScope"), details->existence_scope},
        {STR("resourceGroupName"), details->resource_group},
    };
    const Json *shown = details->raw != NULL ? details->raw : &json_null;
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        const Json *value = NULL;
        if (rows[i].expr != NULL) {
            TRY(eval_copy(a, rows[i].expr, &value));
            shown = with_member(a->arena, shown, rows[i].key, value);
        }
    }
    *ret_details = shown;
    return true;
}

static const Json *raw_operations(const Json *raw)
{
    return json_is(raw, JSON_ARRAY) ? raw : json_find_nocase(raw, STR("operations"));
}

static bool run_details(Apply *a, const Details *details, const Json **document,
                        const Json **ret_details)
{
    const Json *raw = raw_operations(details->raw);
    if (!json_is(raw, JSON_ARRAY) || raw->count != details->operation_count) {
        return relation_details(a, details, ret_details);
    }
    Json *items = NEW_ARRAY(a->arena, Json, (size_t)raw->count + 1);
    for (uint32_t i = 0; i < raw->count; i++) {
        TRY(run_operation(a, &details->operations[i], &raw->items[i], document, &items[i]));
    }
    Json *shown = NEW(a->arena, Json);
    *shown = (Json){.type = JSON_ARRAY, .count = raw->count, .items = items};
    *ret_details = json_is(details->raw, JSON_ARRAY)
                       ? shown
                       : with_member(a->arena, details->raw, STR("operations"), shown);
    return true;
}

bool plan_effect_details(Arena *arena, Plan *plan, uint32_t rule, const Json *resource,
                         const Json **ret_details, const Json **ret_document, Err *err)
{
    Worker *worker = worker_open(plan, 0);
    Buf text = {0};
    WorkerRow row;
    json_write(&text, resource);
    const Json *document = resource;
    const Json *details = NULL;
    size_t len = text.len;
    buf_push(&text, worker_padding);
    bool good = worker_read(worker, (Str){text.ptr, len}, &row, err);
    if (good) {
        const AssignedRule *assigned = plan->rules[rule].assigned;
        row.type->ev.rule = assigned;
        Apply a = {arena, plan, &row.type->ev, row.type->plan->type, err};
        good = run_details(&a, &assigned->definition->details, &document, &details);
    }
    worker_close(worker);
    buf_free(&text);
    if (good) {
        *ret_details = details;
        *ret_document = document;
    }
    return good;
}
