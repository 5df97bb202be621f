// SPDX-License-Identifier: Apache-2.0
#include "oscal/model.h"

#include <string.h>

#include "base/buf.h"
#include "oscal/datatype.h"

static const struct {
    Str name;
    Str text;
} rows[] = {
#define TYPE(name, text) {STR_INIT(name), STR_INIT(text)},
#include "oscal/model.def"
#undef TYPE
};

// ---- the table ----

const ModelRoot model_roots[] = {
    {STR_INIT("catalog"), STR_INIT("catalog:catalog")},
    {STR_INIT("profile"), STR_INIT("profile:profile")},
    {STR_INIT("mapping-collection"), STR_INIT("mapping:mapping-collection")},
    {STR_INIT("component-definition"), STR_INIT("component:component-definition")},
    {STR_INIT("system-security-plan"), STR_INIT("ssp:system-security-plan")},
    {STR_INIT("assessment-plan"), STR_INIT("assessment-plan:assessment-plan")},
    {STR_INIT("assessment-results"), STR_INIT("assessment-results:assessment-results")},
    {STR_INIT("plan-of-action-and-milestones"), STR_INIT("poam:plan-of-action-and-milestones")},
};
const size_t model_root_count = COUNTOF(model_roots);

// "@key*[?element]": takes the marks off, *key is what is left.
static bool read_marks(Str *key, Member *member)
{
    static const struct {
        char mark;
        MemberForm form;
    } forms[] = {{'@', FORM_ATTRIBUTE}, {'%', FORM_EITHER}, {'#', FORM_TEXT}, {'~', FORM_PROSE}};
    for (size_t i = 0; i < COUNTOF(forms) && key->len != 0; i++) {
        if (key->ptr[0] == forms[i].mark) {
            member->form = forms[i].form;
            *key = str_from(*key, 1);
            break;
        }
    }
    StrCut list = str_cut(*key, '[');
    *key = list.head;
    if (list.found) {
        if (!str_ends(list.tail, STR("]"))) {
            return false;
        }
        list.tail.len--;
        bool either = str_starts(list.tail, STR("?"));
        member->many = either ? MANY_EITHER : MANY_LIST;
        member->element = str_from(list.tail, either ? 1 : 0);
    }
    if (str_ends(*key, STR("*"))) {
        member->required = true;
        key->len--;
    }
    member->element = list.found ? member->element : *key;
    return key->len != 0 && member->element.len != 0;
}

static bool read_member(const Model *model, Str word, Member *member)
{
    StrCut cut = str_cut(word, '=');
    Str key = cut.head;
    *member = (Member){.many = MANY_ONE};
    TRY(cut.found && read_marks(&key, member));
    member->key = key;
    StrCut set = str_cut(cut.tail, '(');
    uint32_t type = map_find(&model->names, set.head);
    member->type = type != MAP_NONE ? &model->types[type] : NULL;
    member->datatype = set.head;
    member->values = set.found ? (Str){set.tail.ptr, set.tail.len - 1} : (Str){NULL, 0};
    return member->type != NULL || datatype_is_known(set.head);
}

static bool read_type(Model *model, Type *type)
{
    Str rest = type->text;
    if (str_starts(rest, STR("="))) {
        type->simple = str_from(rest, 1);
        return datatype_is_known(type->simple);
    }
    uint32_t words = 1;
    for (size_t i = 0; i < rest.len; i++) {
        words += rest.ptr[i] == ' ';
    }
    type->members = NEW_ARRAY(model->arena, Member, words);
    while (rest.len != 0) {
        StrCut cut = str_cut(rest, ' ');
        rest = cut.tail;
        bool is_choice = cut.head.ptr[0] == '?' || cut.head.ptr[0] == '!';
        if (is_choice && type->choice_count < COUNTOF(type->choices)) {
            type->choices[type->choice_count++] =
                (Choice){.keys = str_from(cut.head, 1), .exactly_one = cut.head.ptr[0] == '!'};
        } else if (is_choice ||
                   !read_member(model, cut.head, &type->members[type->member_count++])) {
            return false;
        }
    }
    return true;
}

bool model_init(Model *model, Arena *arena, Str *ret_row)
{
    *model = (Model){.arena = arena, .type_count = (uint32_t)COUNTOF(rows)};
    map_init(&model->names, arena, MAP_EXACT);
    model->types = NEW_ARRAY(arena, Type, COUNTOF(rows));
    for (uint32_t i = 0; i < model->type_count; i++) {
        model->types[i] = (Type){.name = rows[i].name, .text = rows[i].text};
        (void)map_put(&model->names, rows[i].name, i);
    }
    for (uint32_t i = 0; i < model->type_count; i++) {
        if (!read_type(model, &model->types[i])) {
            *ret_row = rows[i].name;
            return false;
        }
    }
    return true;
}

const Type *model_find(const Model *model, Str module, Str name)
{
    const Type *found = NULL;
    for (uint32_t i = 0; i < model->type_count; i++) {
        StrCut cut = str_cut(model->types[i].name, ':');
        if (!str_eq(cut.tail, name)) {
            continue;
        }
        if (str_eq(cut.head, module)) {
            return &model->types[i];
        }
        found = &model->types[i];
    }
    return found;
}

const Member *model_member(const Type *type, Str key)
{
    for (uint32_t i = 0; i < type->member_count; i++) {
        if (str_eq(type->members[i].key, key)) {
            return &type->members[i];
        }
    }
    return NULL;
}

const Type *model_root_type(const Model *model, Str key)
{
    for (size_t i = 0; i < model_root_count; i++) {
        uint32_t type = str_eq(model_roots[i].key, key)
                            ? map_find(&model->names, model_roots[i].type)
                            : MAP_NONE;
        if (type != MAP_NONE) {
            return &model->types[type];
        }
    }
    return NULL;
}

// ---- places ----

Str place_pointer(Arena *arena, const Place *place)
{
    uint32_t count = 0;
    for (const Place *part = place; part != NULL; part = part->parent) {
        count++;
    }
    const Place **parts = NEW_ARRAY(arena, const Place *, (size_t)count + 1);
    uint32_t filled = 0;
    for (; place != NULL; place = place->parent) {
        parts[filled++] = place;
    }
    Buf text = {0};
    while (count > 0) {
        const Place *part = parts[--count];
        buf_byte(&text, '/');
        if (part->key.ptr == NULL) {
            buf_u64(&text, part->index);
            continue;
        }
        for (size_t i = 0; i < part->key.len; i++) {
            char c = part->key.ptr[i];
            buf_push(&text, c == '~' ? STR("~0") : c == '/' ? STR("~1") : (Str){&c, 1});
        }
    }
    Str copy = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

// ---- a document against the table ----

typedef struct Walk {
    const Model *model;
    DiagList *diags;
    Visits *visits;
} Walk;

static void push_visit(Walk *walk, Visit visit)
{
    Visits *visits = walk->visits;
    if (visits->count == visits->cap) {
        uint32_t cap = visits->cap != 0 ? 2 * visits->cap : 1024;
        Visit *at = NEW_ARRAY(walk->model->arena, Visit, cap);
        if (visits->count != 0) {
            memcpy(at, visits->at, visits->count * sizeof(Visit));
        }
        visits->at = at;
        visits->cap = cap;
    }
    visits->at[visits->count++] = visit;
}

static Str at_text(const Walk *walk, const Place *place)
{
    // what is only counted needs no text
    return diag_is_full(walk->diags) ? (Str){NULL, 0} : place_pointer(walk->model->arena, place);
}

static Str name_of(const Type *type)
{
    return str_cut(type->name, ':').tail;
}

static void check_simple(Walk *walk, const Json *json, Str datatype, Str values, const Place *place)
{
    const char *why = "";
    if (!datatype_holds(datatype, json, &why)) {
        diag_error(walk->diags, json->at, "bad-value", "%.*s must be %s", // the pointer says which
                   STR_ARG(at_text(walk, place)), why);
        return;
    }
    Str rest = values;
    while (rest.len != 0) {
        StrCut cut = str_cut(rest, '|');
        if (str_eq(cut.head, json->string)) {
            return;
        }
        rest = cut.tail;
    }
    if (values.len != 0) {
        diag_error(walk->diags, json->at, "bad-value", "%.*s is \"%.*s\", but must be one of %.*s",
                   STR_ARG(at_text(walk, place)), STR_ARG(json->string), STR_ARG(values));
    }
}

static void walk_value(Walk *walk, const Json *json, const Member *member, const Place *place);

static void check_choices(Walk *walk, const Json *json, const Type *type, const Place *place)
{
    for (uint32_t i = 0; i < type->choice_count; i++) {
        uint32_t found = 0;
        for (Str rest = type->choices[i].keys; rest.len != 0;) {
            StrCut cut = str_cut(rest, '|');
            found += json_find(json, cut.head) != NULL;
            rest = cut.tail;
        }
        if (found > 1 || (found == 0 && type->choices[i].exactly_one)) {
            diag_error(walk->diags, json->at, "choice", "%.*s: %.*s has %s of %.*s",
                       STR_ARG(at_text(walk, place)), STR_ARG(name_of(type)),
                       type->choices[i].exactly_one ? "exactly one" : "at most one",
                       STR_ARG(type->choices[i].keys));
        }
    }
}

static void walk_members(Walk *walk, const Json *json, const Type *type, const Place *place)
{
    for (uint32_t i = 0; i < json->count; i++) {
        const JsonMember *json_member = &json->members[i];
        const Member *member = model_member(type, json_member->key);
        if (member == NULL) {
            diag_error(walk->diags, json_member->at, "unknown-member",
                       "%.*s: \"%.*s\" is not a member of %.*s", STR_ARG(at_text(walk, place)),
                       STR_ARG(json_member->key), STR_ARG(name_of(type)));
            continue;
        }
        Place *inner = NEW(walk->model->arena, Place);
        *inner = (Place){.parent = place, .key = json_member->key};
        walk_value(walk, &json_member->value, member, inner);
    }
    for (uint32_t i = 0; i < type->member_count; i++) {
        if (type->members[i].required && json_find(json, type->members[i].key) == NULL) {
            diag_error(walk->diags, json->at, "missing-member", "%.*s: %.*s needs \"%.*s\"",
                       STR_ARG(at_text(walk, place)), STR_ARG(name_of(type)),
                       STR_ARG(type->members[i].key));
        }
    }
    check_choices(walk, json, type, place);
}

static void walk_type(Walk *walk, const Json *json, const Type *type, const Place *place)
{
    push_visit(walk, (Visit){.json = json, .type = type, .place = place});
    walk->visits->value_count++;
    if (type->simple.len != 0) {
        check_simple(walk, json, type->simple, (Str){NULL, 0}, place);
        return;
    }
    if (json->type != JSON_OBJECT) {
        diag_error(walk->diags, json->at, "wrong-type", "%.*s must be an object",
                   STR_ARG(at_text(walk, place)));
        return;
    }
    walk_members(walk, json, type, place);
}

static void walk_one(Walk *walk, const Json *json, const Member *member, const Place *place)
{
    if (member->type != NULL) {
        walk_type(walk, json, member->type, place);
        return;
    }
    walk->visits->value_count++;
    check_simple(walk, json, member->datatype, member->values, place);
}

static void walk_value(Walk *walk, const Json *json, const Member *member, const Place *place)
{
    if (member->many == MANY_ONE || (member->many == MANY_EITHER && json->type != JSON_ARRAY)) {
        walk_one(walk, json, member, place);
        return;
    }
    if (json->type != JSON_ARRAY) {
        diag_error(walk->diags, json->at, "wrong-type", "%.*s must be an array",
                   STR_ARG(at_text(walk, place)));
        return;
    }
    if (json->count == 0) {
        diag_error(walk->diags, json->at, "empty-array",
                   "%.*s is empty; leave it out or give it an entry",
                   STR_ARG(at_text(walk, place)));
    }
    for (uint32_t i = 0; i < json->count; i++) {
        Place *inner = NEW(walk->model->arena, Place);
        *inner = (Place){.parent = place, .index = i};
        walk_one(walk, &json->items[i], member, inner);
    }
}

void model_walk(const Model *model, DiagList *diags, const Json *json, const Type *type,
                const Place *place, Visits *visits)
{
    Walk walk = {.model = model, .diags = diags, .visits = visits};
    walk_type(&walk, json, type, place);
}
