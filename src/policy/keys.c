// SPDX-License-Identifier: Apache-2.0
#include "policy/keys.h"

#include "policy/suggest.h"

static uint32_t find_name(const KeySet *set, Str key)
{
    for (uint32_t i = 0; i < set->count; i++) {
        if (str_eq_nocase(set->names[i], key)) {
            return i;
        }
    }
    return set->count;
}

static bool report_unknown(const KeySet *set, const JsonMember *member, DiagList *diags)
{
    if (set->unknown == KEYS_IGNORE) {
        return true;
    }
    Str ask = suggest_ask(diags->arena, suggest_nearest(member->key, set->names, set->count));
    if (set->unknown == KEYS_ERROR) {
        return diag_error(diags, member->at, "unknown-key", "\"%.*s\" is not a key of %s%.*s",
                          STR_ARG(member->key), set->what, STR_ARG(ask));
    }
    diag_warn(diags, member->at, "unknown-key", "\"%.*s\" is not a key of %s and is ignored%.*s",
              STR_ARG(member->key), set->what, STR_ARG(ask));
    return true;
}

static bool report_duplicate(const JsonMember *member, const JsonMember *first, DiagList *diags)
{
    return diag_error(diags, member->at, "duplicate-key",
                      "\"%.*s\" is here twice (keys do not differ by case): first on line %u; "
                      "keep one",
                      STR_ARG(member->key), first->at.line);
}

bool keys_unique(const Json *object, DiagList *diags)
{
    bool ok = true;
    for (uint32_t i = 0; i < object->count; i++) {
        for (uint32_t k = 0; k < i; k++) {
            if (str_eq_nocase(object->members[i].key, object->members[k].key)) {
                ok = report_duplicate(&object->members[i], &object->members[k], diags);
                break;
            }
        }
    }
    return ok;
}

bool keys_read(const KeySet *set, const Json *object, DiagList *diags, const JsonMember **found)
{
    bool ok = true;
    for (uint32_t i = 0; i < object->count; i++) {
        const JsonMember *member = &object->members[i];
        uint32_t key = find_name(set, member->key);
        if (key == set->count) {
            ok = report_unknown(set, member, diags) && ok;
        } else if (found[key] != NULL) {
            ok = report_duplicate(member, found[key], diags);
        } else {
            found[key] = member;
        }
    }
    return ok;
}

bool keys_want_object(const Json *json, const char *what, DiagList *diags)
{
    if (json_is(json, JSON_OBJECT)) {
        return true;
    }
    return diag_error(diags, json != NULL ? json->at : (Span){0}, "not-an-object",
                      "%s must be an object, not %s", what,
                      json != NULL ? keys_type_name(json->type) : "absent");
}

const Json *keys_value(const JsonMember *member)
{
    return member != NULL && member->value.type != JSON_NULL ? &member->value : NULL;
}

const char *keys_type_name(JsonType type)
{
    static const char *const names[] = {
        [JSON_NULL] = "null",       [JSON_BOOL] = "a boolean", [JSON_NUMBER] = "a number",
        [JSON_STRING] = "a string", [JSON_ARRAY] = "an array", [JSON_OBJECT] = "an object",
    };
    ASSERT((size_t)type < COUNTOF(names));
    return names[type];
}

const Json *keys_typed(const JsonMember *member, JsonType type, DiagList *diags)
{
    const Json *value = keys_value(member);
    if (value == NULL || value->type == type) {
        return value;
    }
    (void)diag_error(diags, value->at, "wrong-type", "\"%.*s\" must be %s, not %s",
                     STR_ARG(member->key), keys_type_name(type), keys_type_name(value->type));
    return NULL;
}

Str keys_str(const JsonMember *member, DiagList *diags)
{
    const Json *value = keys_typed(member, JSON_STRING, diags);
    return value != NULL ? value->string : (Str){NULL, 0};
}

const Str *keys_str_list(Arena *arena, const JsonMember *member, DiagList *diags,
                         uint32_t *ret_count)
{
    *ret_count = 0;
    const Json *value = keys_typed(member, JSON_ARRAY, diags);
    if (value == NULL || value->count == 0) {
        return NULL;
    }
    Str *list = NEW_ARRAY(arena, Str, value->count);
    for (uint32_t i = 0; i < value->count; i++) {
        const Json *item = &value->items[i];
        if (item->type != JSON_STRING) {
            (void)diag_error(diags, item->at, "wrong-type",
                             "an entry of \"%.*s\" must be a string, not %s", STR_ARG(member->key),
                             keys_type_name(item->type));
            continue;
        }
        list[(*ret_count)++] = item->string;
    }
    return list;
}
