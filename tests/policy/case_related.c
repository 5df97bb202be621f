// SPDX-License-Identifier: Apache-2.0
// A look-up of the format answers with one object without identity. Both evaluators find related
// resources by id, so one is made: below the resource, for a child type as its child, for the
// resource's own type the resource's own.
#include "policy/case_related.h"

#include <string.h>

#include "policy/ref_private.h"

static Str joined(Arena *arena, const Str *parts, size_t count)
{
    size_t len = 0;
    for (size_t i = 0; i < count; i++) {
        len += parts[i].len;
    }
    char *out = NEW_ARRAY(arena, char, len + 1);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len != 0) {
            memcpy(out + at, parts[i].ptr, parts[i].len);
            at += parts[i].len;
        }
    }
    return (Str){out, at};
}

// The object with further members, as far as it lacks them.
static const Json *completed(Arena *arena, const Json *object, const JsonMember *more,
                             uint32_t count)
{
    uint32_t old = json_is(object, JSON_OBJECT) ? object->count : 0;
    JsonMember *members = NEW_ARRAY(arena, JsonMember, old + count + 1);
    for (uint32_t i = 0; i < old; i++) {
        members[i] = object->members[i];
    }
    for (uint32_t i = 0; i < count; i++) {
        if (json_find_nocase(object, more[i].key) == NULL) {
            members[old++] = more[i];
        }
    }
    return ref_object(arena, members, old);
}

static Str last_segment(Str path)
{
    size_t at = path.len;
    while (at > 0 && path.ptr[at - 1] != '/') {
        at--;
    }
    return (Str){path.ptr + at, path.len - at};
}

static Str made_id(Arena *arena, Str type, Str name)
{
    Str parts[] = {STR("/subscriptions/"),
                   RELATED_SUBSCRIPTION,
                   STR("/resourceGroups/myResourceGroup/providers/"),
                   type.len != 0 ? type : STR("Any.Provider/any"),
                   STR("/"),
                   name.len != 0 ? name : STR("any")};
    return joined(arena, parts, COUNTOF(parts));
}

static bool is_below(Str type, Str parent)
{
    return parent.len != 0 && type.len > parent.len && type.ptr[parent.len] == '/' &&
           str_eq_nocase((Str){type.ptr, parent.len}, parent);
}

// The name a look-up would ask for; "any" when it asks for none.
static Str wanted_name(Arena *arena, const RefInput *in)
{
    Err err = {0};
    RefEnv env = ref_env(arena, in, &err);
    const Expr *written = in->rule->definition->details.related_name;
    Str name = {NULL, 0};
    if (written == NULL || !ref_expr_str(&env, written, &name)) {
        return STR("any");
    }
    name = last_segment(name);
    return name.len == 0 || str_eq(name, STR("?")) ? STR("any") : name;
}

static const Json *identified(Arena *arena, const RefInput *in, Str type, const Json *answer)
{
    Str own_id = json_find_str(in->resource, STR("id"));
    Str own_type = json_find_str(in->resource, STR("type"));
    Str name = wanted_name(arena, in);
    Str id = own_id;
    if (is_below(type, own_type)) {
        Str parts[] = {own_id, STR("/"), last_segment(type), STR("/"), name};
        id = joined(arena, parts, COUNTOF(parts));
    } else if (!str_eq_nocase(type, own_type)) {
        Str parts[] = {own_id, STR("/providers/"), type, STR("/"), name};
        id = joined(arena, parts, COUNTOF(parts));
    }
    JsonMember more[] = {
        {.key = STR("id"), .value = json_string(id)},
        {.key = STR("type"), .value = json_string(type)},
        {.key = STR("name"), .value = json_string(name)},
    };
    return completed(arena, answer, more, COUNTOF(more));
}

static void fill_related(Arena *arena, const Json *answers, RefInput *in)
{
    const Expr *written = in->rule->definition->details.related_type;
    Str related_type = {NULL, 0};
    Err err = {0};
    RefEnv env = ref_env(arena, in, &err);
    if (written == NULL || !ref_expr_str(&env, written, &related_type)) {
        return;
    }
    const Json **related = NEW_ARRAY(arena, const Json *, answers->count + 1);
    for (uint32_t i = 0; i < answers->count; i++) {
        const Json *answer = json_find(&answers->items[i], STR("response"));
        Str type = json_find_str(&answers->items[i], STR("resource_type"));
        if (json_is(answer, JSON_OBJECT)) {
            related[in->related_count++] =
                identified(arena, in, type.len != 0 ? type : related_type, answer);
        }
    }
    in->related = related;
}

void case_related_fill(Arena *arena, const Json *line, RefInput *in)
{
    const Json *resource = json_find(line, STR("resource"));
    const Json *answers = json_find(line, STR("host_await"));
    bool has_related = json_is(answers, JSON_ARRAY) && answers->count != 0;
    Str type = json_find_str(resource, STR("type"));
    Str name = json_find_str(resource, STR("name"));
    JsonMember more[2];
    uint32_t count = 0;
    if (in->options->api_version.len != 0) {
        more[count++] =
            (JsonMember){.key = STR("apiVersion"), .value = json_string(in->options->api_version)};
    }
    if (has_related) {
        more[count++] =
            (JsonMember){.key = STR("id"), .value = json_string(made_id(arena, type, name))};
    }
    in->resource = completed(arena, resource, more, count);
    if (has_related) {
        fill_related(arena, answers, in);
    }
}
