// SPDX-License-Identifier: Apache-2.0
#include "inventory/adapter.h"

#include <string.h>

#include "inventory/rewrite.h"

const Adapter adapter_table[] = {
#include "inventory/adapters.def"
};
const uint32_t adapter_count = COUNTOF(adapter_table);

typedef struct Entry {
    const Json *json;
    Str context;
} Entry;

// "*/key": objects keyed by id say what they are only in their first member.
static const Json *condition_value(const Json *json, Str path)
{
    if (word_starts(path, STR("*/"))) {
        if (json->count == 0 || json->members[0].value.type != JSON_OBJECT) {
            return NULL;
        }
        json = &json->members[0].value;
        path = (Str){path.ptr + 2, path.len - 2};
    }
    while (json != NULL && path.len != 0) {
        StrCut cut = str_cut(path, '/');
        json = json_find_nocase(json, cut.head);
        path = cut.tail;
    }
    return json;
}

static bool any_present(const Json *json, Str alternatives)
{
    while (alternatives.len != 0) {
        StrCut cut = str_cut(alternatives, '|');
        if (condition_value(json, cut.head) != NULL) {
            return true;
        }
        alternatives = cut.tail;
    }
    return false;
}

static bool text_fits(Str text, char op, Str wanted)
{
    switch (op) {
    case '=':
        return str_eq_nocase(text, wanted);
    case '^':
        return word_starts(text, wanted);
    case '$':
        return word_ends(text, wanted);
    case '~':
        return word_has(text, wanted);
    default:
        UNREACHABLE("unknown operator in a shape");
    }
}

static bool any_text_fits(const Json *value, char op, Str alternatives)
{
    if (!json_is(value, JSON_STRING)) {
        return false;
    }
    while (alternatives.len != 0) {
        StrCut cut = str_cut(alternatives, '|');
        if (text_fits(value->string, op, cut.head)) {
            return true;
        }
        alternatives = cut.tail;
    }
    return false;
}

static bool condition_holds(Entry entry, Str condition)
{
    if (condition.ptr[0] == '!') {
        return !any_present(entry.json, (Str){condition.ptr + 1, condition.len - 1});
    }
    if (condition.ptr[0] == '@') {
        return word_has(entry.context, (Str){condition.ptr + 1, condition.len - 1});
    }
    if (condition.ptr[0] == '<') {
        return entry.json->count < (uint32_t)(condition.ptr[1] - '0');
    }
    for (size_t i = 0; i < condition.len; i++) {
        char c = condition.ptr[i];
        if (c == '=' || c == '^' || c == '$' || c == '~') {
            const Json *value = condition_value(entry.json, (Str){condition.ptr, i});
            return any_text_fits(value, c, (Str){condition.ptr + i + 1, condition.len - i - 1});
        }
    }
    bool is_array = word_ends(condition, STR("[]"));
    if (is_array || word_ends(condition, STR("{}"))) {
        const Json *value = condition_value(entry.json, (Str){condition.ptr, condition.len - 2});
        return json_is(value, is_array ? JSON_ARRAY : JSON_OBJECT);
    }
    return any_present(entry.json, condition);
}

static bool conditions_hold(Entry entry, Str conditions)
{
    while (conditions.len != 0) {
        StrCut cut = str_cut(conditions, ' ');
        if (cut.head.len != 0 && !condition_holds(entry, cut.head)) {
            return false;
        }
        conditions = cut.tail;
    }
    return true;
}

static const char *find_bars(Str text)
{
    for (size_t i = 0; i + 4 <= text.len; i++) {
        if (memcmp(text.ptr + i, " || ", 4) == 0) {
            return text.ptr + i;
        }
    }
    return NULL;
}

bool adapter_fits(const Adapter *adapter, const Json *json, Str context)
{
    if (adapter->shape == NULL || !json_is(json, JSON_OBJECT)) {
        return false;
    }
    Entry entry = {json, context};
    Str rest = text_of(adapter->shape);
    for (;;) {
        const char *bars = find_bars(rest);
        Str head = bars != NULL ? (Str){rest.ptr, (size_t)(bars - rest.ptr)} : rest;
        if (conditions_hold(entry, head)) {
            return true;
        }
        if (bars == NULL) {
            return false;
        }
        rest = (Str){bars + 4, rest.len - head.len - 4};
    }
}

const Adapter *adapter_match(const Json *entry, Str context)
{
    for (uint32_t i = 0; i < adapter_count; i++) {
        if (adapter_fits(&adapter_table[i], entry, context)) {
            return &adapter_table[i];
        }
    }
    return NULL;
}

static Str last_segment(Str *path)
{
    while (path->len != 0 && path->ptr[path->len - 1] == '/') {
        path->len--;
    }
    Str tail = path_tail(*path);
    path->len -= tail.len;
    return tail;
}

// How many segments of the pattern match the end of path; 0 = the pattern does not match.
// Literal segments count double, so that "/apps/{}" loses against "/apps/permissions".
static uint32_t url_score(Str path, Str pattern)
{
    uint32_t score = 0;
    while (pattern.len != 0) {
        Str wanted = last_segment(&pattern);
        if (wanted.len == 0) {
            break;
        }
        Str segment = last_segment(&path);
        bool is_any = str_eq(wanted, STR("{}"));
        if (segment.len == 0 || (!is_any && !str_eq_nocase(segment, wanted))) {
            return 0;
        }
        score += is_any ? 1 : 2;
    }
    return score;
}

const Adapter *adapter_by_url(Str path, bool *ret_detail)
{
    const Adapter *best = NULL;
    uint32_t best_score = 0;
    for (uint32_t i = 0; i < adapter_count; i++) {
        for (Str rest = text_of(adapter_table[i].url); rest.len != 0;) {
            StrCut cut = str_cut(rest, ' ');
            uint32_t score = cut.head.len != 0 ? url_score(path, cut.head) : 0;
            if (score > best_score) {
                best_score = score;
                best = &adapter_table[i];
                *ret_detail = word_ends(cut.head, STR("/{}"));
            }
            rest = cut.tail;
        }
    }
    return best;
}

// Letters and digits only, lower-case, without trailing digits or "page".
static Str plain_name(Str name, char *out, size_t out_size)
{
    size_t len = 0;
    for (size_t i = 0; i < name.len && len < out_size; i++) {
        char c = name.ptr[i];
        if (c >= 'A' && c <= 'Z') {
            c = (char)(c - 'A' + 'a');
        }
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            out[len++] = c;
        }
    }
    while (len != 0 && out[len - 1] >= '0' && out[len - 1] <= '9') {
        len--;
    }
    Str plain = {out, len};
    if (len > 4 && word_ends(plain, STR("page"))) {
        plain.len -= 4;
    }
    return plain;
}

static bool name_fits(Str plain, const char *names)
{
    for (Str rest = text_of(names); rest.len != 0;) {
        StrCut cut = str_cut(rest, ' ');
        char buf[64];
        Str candidate = plain_name(cut.head, buf, sizeof buf);
        if (candidate.len != 0 && str_eq(plain, candidate)) {
            return true;
        }
        rest = cut.tail;
    }
    return false;
}

const Adapter *adapter_by_name(Str name, bool *ret_detail)
{
    char buf[64];
    Str plain = plain_name(name, buf, sizeof buf);
    if (plain.len == 0) {
        return NULL;
    }
    for (uint32_t i = 0; i < adapter_count; i++) {
        const Adapter *adapter = &adapter_table[i];
        *ret_detail = name_fits(plain, adapter->detail);
        if (*ret_detail || name_fits(plain, adapter->kind) || name_fits(plain, adapter->hint)) {
            return adapter;
        }
    }
    return NULL;
}

const Adapter *adapter_by_kind(Str kind)
{
    for (uint32_t i = 0; i < adapter_count; i++) {
        const Adapter *adapter = &adapter_table[i];
        if (str_eq(text_of(adapter->kind), kind) ||
            (adapter->detail != NULL && str_eq(text_of(adapter->detail), kind))) {
            return adapter;
        }
    }
    return NULL;
}

const Adapter *adapter_by_type(Str type)
{
    for (uint32_t i = 0; i < adapter_count; i++) {
        const char *own = adapter_table[i].type;
        if (own != NULL && own[0] != '\0' && str_eq_nocase(text_of(own), type)) {
            return &adapter_table[i];
        }
    }
    return NULL;
}
