// SPDX-License-Identifier: Apache-2.0
// Walking along a path, and where the names of fields point.
#include <string.h>

#include "policy/ref_private.h"

typedef struct Walk {
    Arena *arena;
    const AliasPath *path;
    RefValues out;
    const Json **chain; // the element at each [*] passed so far
    uint32_t depth;
} Walk;

static void add_value(Walk *walk, const Json *value)
{
    RefValues *out = &walk->out;
    if (out->count == out->cap) {
        uint32_t cap = out->cap == 0 ? 8 : out->cap * 2;
        const Json **items = NEW_ARRAY(walk->arena, const Json *, cap);
        const Json ***chains = NEW_ARRAY(walk->arena, const Json **, cap);
        for (uint32_t i = 0; i < out->count; i++) {
            items[i] = out->items[i];
            chains[i] = out->chains[i];
        }
        out->items = items;
        out->chains = chains;
        out->cap = cap;
    }
    const Json **chain = NEW_ARRAY(walk->arena, const Json *, walk->path->array_count + 1);
    for (uint32_t i = 0; i < walk->depth; i++) {
        chain[i] = walk->chain[i];
    }
    out->chains[out->count] = chain;
    out->items[out->count++] = value;
}

// A step further from `at`, or NULL. A name that is not there may stand under "properties", when
// the path says so and `at` is the root or an element of an array.
static const Json *next_value(const PathStep *step, const Json *at, bool may_flatten)
{
    if (step->is_index) {
        bool inside = json_is(at, JSON_ARRAY) && step->index < at->count;
        return inside ? &at->items[step->index] : NULL;
    }
    const Json *found = json_find_nocase(at, step->name);
    if (found == NULL && may_flatten) {
        found = json_find_nocase(json_find_nocase(at, STR("properties")), step->name);
    }
    return found;
}

static bool arrays_follow(const AliasPath *path, uint32_t step)
{
    for (uint32_t i = step; i < path->count; i++) {
        if (path->steps[i].is_array) {
            return true;
        }
    }
    return false;
}

static void walk_from(Walk *walk, uint32_t step, const Json *at, bool is_start)
{
    if (step == walk->path->count) {
        add_value(walk, at);
        return;
    }
    if (walk->path->steps[step].is_array) {
        for (uint32_t i = 0; json_is(at, JSON_ARRAY) && i < at->count; i++) {
            walk->chain[walk->depth++] = &at->items[i];
            walk_from(walk, step + 1, &at->items[i], true);
            walk->depth--;
        }
        return; // no array, no elements
    }
    const Json *next = next_value(&walk->path->steps[step], at, is_start && walk->path->flatten);
    if (next != NULL) {
        walk_from(walk, step + 1, next, false);
    } else if (!arrays_follow(walk->path, step)) {
        add_value(walk, NULL);
    }
}

static bool same_step(const PathStep *a, const PathStep *b)
{
    return a->is_array == b->is_array && a->is_index == b->is_index && a->index == b->index &&
           str_eq_nocase(a->name, b->name);
}

// How many steps of path a scope fixes: up to the last [*] that both share.
static uint32_t steps_bound(const AliasPath *path, const RefScope *scope, uint32_t *ret_arrays)
{
    uint32_t bound = 0;
    *ret_arrays = 0;
    for (uint32_t i = 0, arrays = 0; i < path->count && i < scope->path.count; i++) {
        if (!same_step(&path->steps[i], &scope->path.steps[i])) {
            break;
        }
        if (path->steps[i].is_array) {
            bound = i + 1;
            *ret_arrays = ++arrays;
        }
    }
    return bound;
}

RefValues ref_walk(const RefEnv *env, const Json *doc, const AliasPath *path, uint32_t *ret_unbound)
{
    uint32_t best = 0;
    uint32_t arrays = 0;
    const RefScope *from = NULL;
    for (const RefScope *scope = env->scope; scope != NULL; scope = scope->outer) {
        uint32_t scope_arrays = 0;
        uint32_t bound = scope->doc == doc ? steps_bound(path, scope, &scope_arrays) : 0;
        if (bound > best) {
            best = bound;
            arrays = scope_arrays;
            from = scope;
        }
    }
    Walk walk = {
        .arena = env->arena,
        .path = path,
        .chain = NEW_ARRAY(env->arena, const Json *, path->array_count + 1),
        .depth = arrays,
    };
    for (uint32_t i = 0; i < arrays; i++) {
        walk.chain[i] = from->bound[i];
    }
    walk_from(&walk, best, arrays != 0 ? from->bound[arrays - 1] : doc, true);
    *ret_unbound = path->array_count - arrays;
    return walk.out;
}

RefFound ref_resolve(const RefEnv *env, Str type, Str name, AliasPath *ret_path)
{
    AliasQuery query = {
        .field = name,
        .resource_type = type,
        .api_version = env->in->options->api_version,
        .raw_paths = env->in->options->raw_paths,
    };
    AliasFound found = alias_resolve(env->in->aliases, env->arena, &query, ret_path);
    if (found == ALIAS_UNKNOWN) {
        return REF_UNKNOWN;
    }
    return found == ALIAS_FOUND ? REF_FOUND : REF_NO_VALUE;
}

// The place after the last "/providers/NAMESPACE", or 0 when the id has none.
static size_t after_provider(Str id)
{
    static const Str word = STR_INIT("/providers/");
    size_t at = 0;
    for (size_t i = 0; i + word.len <= id.len; i++) {
        if (str_eq_nocase((Str){id.ptr + i, word.len}, word)) {
            at = i + word.len;
        }
    }
    while (at != 0 && at < id.len && id.ptr[at] != '/') {
        at++;
    }
    return at;
}

Str ref_full_name(Arena *arena, const Json *resource)
{
    Str written = ref_text(resource, STR("fullName"));
    if (written.len != 0) {
        return written;
    }
    Str id = ref_text(resource, STR("id"));
    size_t at = after_provider(id);
    char *out = NEW_ARRAY(arena, char, id.len + 1);
    size_t len = 0;
    bool is_name = false; // segments alternate: type, name, type, name
    for (StrCut cut = {.tail = {id.ptr + at, at != 0 ? id.len - at : 0}, .found = at != 0};
         cut.found;) {
        cut = str_cut(cut.tail, '/');
        if (cut.head.len == 0) {
            continue;
        }
        if (is_name) {
            if (len != 0) {
                out[len++] = '/';
            }
            memcpy(out + len, cut.head.ptr, cut.head.len);
            len += cut.head.len;
        }
        is_name = !is_name;
    }
    return len != 0 ? (Str){out, len} : ref_text(resource, STR("name"));
}

Str ref_text(const Json *json, Str key)
{
    const Json *value = json_find_nocase(json, key);
    return json_is(value, JSON_STRING) ? value->string : (Str){NULL, 0};
}

const Json *ref_object(Arena *arena, const JsonMember *members, uint32_t count)
{
    JsonMember *copy = NEW_ARRAY(arena, JsonMember, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        copy[i] = members[i];
    }
    Json *json = NEW(arena, Json);
    json->type = JSON_OBJECT;
    json->count = count;
    json->members = copy;
    return json;
}

const Json *ref_array(Arena *arena, const Json *const *items, uint32_t count)
{
    Json *copy = NEW_ARRAY(arena, Json, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        copy[i] = *items[i];
    }
    Json *json = NEW(arena, Json);
    json->type = JSON_ARRAY;
    json->count = count;
    json->items = copy;
    return json;
}
