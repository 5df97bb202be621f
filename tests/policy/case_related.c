// SPDX-License-Identifier: Apache-2.0
// A look-up of the format answers with one object, mostly without identity. Both evaluators find
// related resources by id, so one is made where the rule looks: below the resource, for a child
// type as its child, for the resource's own type the resource's own, else in the group it names.
// An answer that has an identity keeps it, unless the rule would not find it there.
#include "policy/case_related.h"

#include <string.h>

#include "policy/ref_private.h"
#include "policy/related.h"

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

static Str evaluated(const RefEnv *env, const Expr *written)
{
    Str text = {NULL, 0};
    return written != NULL && ref_expr_str(env, written, &text) ? text : (Str){NULL, 0};
}

// Segment number n from the end of a name a look-up asks for; "any" where it asks for none.
static Str asked_name(Str asked, size_t n)
{
    for (; n > 0 && asked.len != 0; n--) {
        Str last = last_segment(asked);
        asked.len -= last.len < asked.len ? last.len + 1 : last.len;
    }
    Str name = last_segment(asked);
    return name.len == 0 || str_eq(name, STR("?")) ? STR("any") : name;
}

static size_t slashes(Str path)
{
    size_t count = 0;
    for (size_t i = 0; i < path.len; i++) {
        count += path.ptr[i] == '/' ? 1 : 0;
    }
    return count;
}

// base and then each type of the path types ("/a/b") with its name.
static Str named_below(Arena *arena, Str base, Str types, Str asked)
{
    Str id = base;
    while (types.len != 0) {
        StrCut cut = str_cut(str_from(types, 1), '/');
        types = cut.found ? str_from(types, 1 + cut.head.len) : (Str){NULL, 0};
        Str parts[] = {id, STR("/"), cut.head, STR("/"), asked_name(asked, slashes(types))};
        id = joined(arena, parts, COUNTOF(parts));
    }
    return id;
}

static Str place_of(Arena *arena, const RefInput *in, Str type, Str asked)
{
    Err err = {0};
    RefEnv env = ref_env(arena, in, &err);
    const Details *details = &in->rule->definition->details;
    Str own_id = ref_text(in->resource, STR("id"));
    Str own_type = ref_text(in->resource, STR("type"));
    Str group = evaluated(&env, details->resource_group);
    if (str_eq_nocase(type, own_type)) {
        return own_id;
    }
    if (is_below(type, own_type)) {
        return named_below(arena, own_id, str_from(type, own_type.len), asked);
    }
    Str space = str_cut(type, '/').head;
    Str in_group[] = {id_subscription(own_id), STR("/resourceGroups/"), group, STR("/providers/"),
                      space};
    Str attached[] = {own_id, STR("/providers/"), space};
    JoinKind join = related_join(str_lower(arena, own_type), str_lower(arena, type), false, true);
    Str base = group.len != 0 && join == JOIN_GROUP ? joined(arena, in_group, COUNTOF(in_group))
                                                    : joined(arena, attached, COUNTOF(attached));
    return named_below(arena, base, str_from(type, space.len), asked);
}

static const Json *identified(Arena *arena, const RefInput *in, Str type, const Json *answer)
{
    Err err = {0};
    RefEnv env = ref_env(arena, in, &err);
    Str asked = evaluated(&env, in->rule->definition->details.related_name);
    JsonMember more[] = {
        {.key = STR("id"), .value = json_string(place_of(arena, in, type, asked))},
        {.key = STR("type"), .value = json_string(type)},
        {.key = STR("name"), .value = json_string(asked_name(asked, 0))},
    };
    const Json *candidate = completed(arena, answer, more, COUNTOF(more));
    if (ref_is_candidate(&env, candidate)) {
        return candidate;
    }
    return completed(arena, ref_object(arena, more, COUNTOF(more)), answer->members, answer->count);
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
    Str type = ref_text(resource, STR("type"));
    Str name = ref_text(resource, STR("name"));
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
