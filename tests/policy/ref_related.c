// SPDX-License-Identifier: Apache-2.0
// Related resources (§9): which are candidates, and whether any of them suffices.
#include "policy/ref_private.h"
#include "policy/related.h"

static bool below(Str id, Str parent)
{
    return parent.len != 0 && id.len > parent.len && str_starts_nocase(id, parent) &&
           id.ptr[parent.len] == '/';
}

// The first segments of an id: "/subscriptions/S" or "/tenants/T" (2), with "/resourceGroups/R" or
// "/environments/E" (4). Empty when the id has no such beginning.
static Str id_scope(Str id, uint32_t segments)
{
    static const Str words[2][2] = {
        {STR_INIT("subscriptions"), STR_INIT("tenants")},
        {STR_INIT("resourceGroups"), STR_INIT("environments")},
    };
    size_t end = 0;
    StrCut cut = {.tail = id, .found = true};
    for (uint32_t i = 0; i <= segments && cut.found; i++) {
        cut = str_cut(cut.tail, '/');
        bool is_word = i % 2 == 1;
        if (i == 0 ? cut.head.len != 0
                   : is_word && !str_eq_nocase(cut.head, words[i / 2][0]) &&
                         !str_eq_nocase(cut.head, words[i / 2][1])) {
            return (Str){NULL, 0};
        }
        end = (size_t)(cut.head.ptr - id.ptr) + cut.head.len;
        if (i == segments) {
            return (Str){id.ptr, end};
        }
    }
    return (Str){NULL, 0};
}

static Str last_segment(Str path)
{
    size_t at = path.len;
    while (at > 0 && path.ptr[at - 1] != '/') {
        at--;
    }
    return (Str){path.ptr + at, path.len - at};
}

typedef struct Wanted {
    Str type;
    Str name; // empty = any
    bool has_name;
    Str group; // resourceGroupName; empty = the resource's own
    bool whole_subscription;
} Wanted;

static bool in_scope(const RefEnv *env, const Wanted *wanted, Str id)
{
    Str own_id = ref_text(env->in->resource, STR("id"));
    Str own_type = ref_text(env->in->resource, STR("type"));
    JoinKind kind =
        related_join(str_lower(env->arena, own_type), str_lower(env->arena, wanted->type),
                     wanted->whole_subscription, wanted->group.len != 0);
    if (kind == JOIN_CHILD) {
        return below(id, own_id);
    }
    Str subscription = id_scope(own_id, 2);
    if (!str_eq_nocase(id_scope(id, 2), subscription)) {
        return false;
    }
    if (kind == JOIN_SUBSCRIPTION) {
        return true;
    }
    Str group = id_scope(id, 4);
    return wanted->group.len != 0 ? str_eq_nocase(last_segment(group), wanted->group)
                                  : str_eq_nocase(group, id_scope(own_id, 4));
}

// The part after the last '/' of a path of names, and what stands before it.
static Str take_last(Str *path, bool *ret_more)
{
    size_t at = path->len;
    while (at > 0 && path->ptr[at - 1] != '/') {
        at--;
    }
    Str last = {path->ptr + at, path->len - at};
    *ret_more = at > 0;
    path->len = at > 0 ? at - 1 : 0;
    return last;
}

// Compares from the last segment backwards, as many segments as are wanted; a last '?' is any name.
static bool name_is(Str full, Str wanted)
{
    bool wants_more = true;
    bool has_more = full.len != 0;
    for (bool is_last = true; wants_more; is_last = false) {
        if (!has_more) {
            return false;
        }
        Str want = take_last(&wanted, &wants_more);
        Str have = take_last(&full, &has_more);
        bool is_any = is_last && str_eq(want, STR("?"));
        if (!is_any && (want.len == 0 || !str_eq_nocase(want, have))) {
            return false;
        }
    }
    return true;
}

static bool read_wanted(const RefEnv *env, Wanted *ret_wanted)
{
    const Details *details = &env->in->rule->definition->details;
    Wanted wanted = {0};
    Str scope = {NULL, 0};
    TRY(details->related_type != NULL && ref_expr_str(env, details->related_type, &wanted.type));
    if (details->related_name != NULL) {
        wanted.has_name = true;
        TRY(ref_expr_str(env, details->related_name, &wanted.name));
    }
    if (details->resource_group != NULL) {
        TRY(ref_expr_str(env, details->resource_group, &wanted.group));
    }
    if (details->existence_scope != NULL) {
        TRY(ref_expr_str(env, details->existence_scope, &scope));
        wanted.whole_subscription = str_eq_nocase(scope, STR("subscription"));
    }
    *ret_wanted = wanted;
    return true;
}

static bool is_wanted(const RefEnv *env, const Wanted *wanted, const Json *candidate)
{
    return str_eq_nocase(ref_text(candidate, STR("type")), wanted->type) &&
           in_scope(env, wanted, ref_text(candidate, STR("id"))) &&
           (!wanted->has_name || name_is(ref_full_name(env->arena, candidate), wanted->name));
}

bool ref_is_candidate(const RefEnv *env, const Json *candidate)
{
    Wanted wanted;
    return read_wanted(env, &wanted) && is_wanted(env, &wanted, candidate);
}

Tri ref_exists(const RefEnv *env)
{
    Wanted wanted;
    if (!read_wanted(env, &wanted)) {
        return TRI_ERROR;
    }
    const Cond *condition = env->in->rule->definition->details.existence;
    Tri any = TRI_FALSE;
    for (uint32_t i = 0; i < env->in->related_count && any != TRI_TRUE; i++) {
        const Json *candidate = env->in->related[i];
        RefEnv other = ref_env_for(env, candidate);
        Tri one = !is_wanted(env, &wanted, candidate) ? TRI_FALSE
                  : condition != NULL                 ? ref_cond(&other, condition)
                                                      : TRI_TRUE;
        any = one == TRI_FALSE ? any : one;
    }
    return any;
}
