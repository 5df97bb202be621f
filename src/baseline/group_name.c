// SPDX-License-Identifier: Apache-2.0
#include "baseline/group_name.h"

#include <string.h>

#include "base/buf.h"

// A section for nearly every control says nothing.
enum { FAMILIES_MAX = 40 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_letter(char c)
{
    return is_lower((char)(c | 0x20));
}

static bool has_digit(Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (is_digit(text.ptr[i])) {
            return true;
        }
    }
    return false;
}

// ---- prefix ----

static size_t last_underscore(Str text)
{
    size_t len = text.len;
    while (len > 0 && text.ptr[len - 1] != '_') {
        len--;
    }
    return len;
}

// What all names begin with, cut behind a '_' (or behind letters and a '-'), so that no label is
// cut in two. "Art._" belongs to the label.
static Str common_prefix(const Str *names, uint32_t count)
{
    Str common = count != 0 ? names[0] : (Str){0};
    for (uint32_t i = 1; i < count; i++) {
        size_t same = 0;
        while (same < common.len && same < names[i].len && common.ptr[same] == names[i].ptr[same]) {
            same++;
        }
        common.len = same;
    }
    size_t len = last_underscore(common);
    while (len >= 2 && common.ptr[len - 2] == '.') {
        len = last_underscore((Str){common.ptr, len - 1});
    }
    if (len == 0) {
        while (len < common.len && is_letter(common.ptr[len])) {
            len++;
        }
        len = len != 0 && len < common.len && common.ptr[len] == '-' ? len + 1 : 0;
    }
    bool alone = count == 1 && !has_digit(str_from(names[0], len));
    return alone ? (Str){0} : (Str){common.ptr, len};
}

// ---- labels ----

// Azure writes '_' for what must not stand in a name. Between a code in capitals and a number it
// was a '-' ("PR.AA_05"), elsewhere a blank ("Art._24").
static char underscore_means(Str text, size_t at)
{
    if (at + 1 >= text.len || !is_digit(text.ptr[at + 1])) {
        return ' ';
    }
    size_t from = at;
    while (from > 0 && text.ptr[from - 1] != '_' && text.ptr[from - 1] != '.') {
        from--;
        if (is_lower(text.ptr[from])) {
            return ' ';
        }
    }
    return from < at ? '-' : ' ';
}

static Str read_label(Arena *arena, Str text)
{
    while (text.len > 1 && (text.ptr[text.len - 1] == '.' || text.ptr[text.len - 1] == '_')) {
        text.len--;
    }
    char *label = NEW_ARRAY(arena, char, text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        label[i] = text.ptr[i] == '_' ? underscore_means(text, i) : text.ptr[i];
    }
    return (Str){label, text.len};
}

static GroupName read_name(Arena *arena, Str rest)
{
    const char *dash = str_find(rest, STR(" - "));
    if (dash != NULL && dash != rest.ptr) {
        size_t len = (size_t)(dash - rest.ptr);
        return (GroupName){.label = {rest.ptr, len}, .title = str_from(rest, len + 3)};
    }
    StrCut cut = str_cut(rest, ' ');
    if (cut.found && has_digit(cut.head)) {
        return (GroupName){.label = cut.head, .title = cut.tail};
    }
    return (GroupName){.label = read_label(arena, rest)};
}

// ---- families ----

// "AC-2(1)" → "AC", "A.5.1.1" → "A.5", "1.2.3" → "1", "Art. 24" → nothing.
static Str read_family(Str label)
{
    size_t len = 0;
    while (len < label.len && is_letter(label.ptr[len])) {
        len++;
    }
    if (len == 1 && len + 1 < label.len && label.ptr[1] == '.' && is_digit(label.ptr[2])) {
        for (len = 2; len < label.len && is_digit(label.ptr[len]);) {
            len++;
        }
        return (Str){label.ptr, len};
    }
    if (len != 0) {
        bool is_code = len < label.len && label.ptr[len] != ' ' && has_digit(label);
        bool is_word = str_find(label, STR(" ")) != NULL;
        return is_code && !is_word ? (Str){label.ptr, len} : (Str){0};
    }
    while (len < label.len && is_digit(label.ptr[len])) {
        len++;
    }
    return len != 0 && len < label.len && label.ptr[len] == '.' ? (Str){label.ptr, len} : (Str){0};
}

static void drop_families(GroupName *names, uint32_t count)
{
    uint32_t families = 0;
    for (uint32_t i = 0; i < count; i++) {
        bool is_new = names[i].family.len != 0;
        for (uint32_t k = 0; is_new && k < i && families <= FAMILIES_MAX; k++) {
            is_new = !str_eq(names[k].family, names[i].family);
        }
        families += is_new ? 1U : 0U;
    }
    for (uint32_t i = 0; (families < 2 || families > FAMILIES_MAX) && i < count; i++) {
        names[i].family = (Str){0};
    }
}

const GroupName *group_names_read(Arena *arena, const Str *names, uint32_t count, Str *ret_prefix)
{
    Str prefix = common_prefix(names, count);
    GroupName *read = NEW_ARRAY(arena, GroupName, count + 1U);
    for (uint32_t i = 0; i < count; i++) {
        Str rest = str_from(names[i], prefix.len);
        read[i] = read_name(arena, rest.len != 0 ? rest : names[i]);
        read[i].family = read_family(read[i].label);
    }
    drop_families(read, count);
    *ret_prefix = prefix;
    return read;
}

Str group_token(Arena *arena, Str text)
{
    char *token = NEW_ARRAY(arena, char, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool is_plain = is_letter(c) || is_digit(c);
        char next = is_letter(c)           ? (char)(c | 0x20)
                    : is_plain             ? c
                    : c == '(' || c == '.' ? '.'
                    : c == '_'             ? '_'
                                           : '-';
        bool is_mark = !is_plain;
        bool after_mark =
            len == 0 || token[len - 1] == '.' || token[len - 1] == '-' || token[len - 1] == '_';
        if (c != ')' && !(is_mark && after_mark)) {
            token[len++] = next;
        }
    }
    while (len > 0 && (token[len - 1] == '.' || token[len - 1] == '-' || token[len - 1] == '_')) {
        len--;
    }
    return (Str){token, len};
}

static Str take_number(Str *text)
{
    Str number = {text->ptr, 0};
    while (number.len < text->len && is_digit(number.ptr[number.len])) {
        number.len++;
    }
    *text = str_from(*text, number.len);
    while (number.len > 1 && number.ptr[0] == '0') {
        number = str_from(number, 1);
    }
    return number;
}

int group_order(Str a, Str b)
{
    while (a.len != 0 && b.len != 0) {
        if (is_digit(a.ptr[0]) && is_digit(b.ptr[0])) {
            Str left = take_number(&a);
            Str right = take_number(&b);
            int order = left.len != right.len ? (left.len < right.len ? -1 : 1)
                                              : memcmp(left.ptr, right.ptr, left.len);
            if (order != 0) {
                return order;
            }
        } else if (a.ptr[0] != b.ptr[0]) {
            return (unsigned char)a.ptr[0] < (unsigned char)b.ptr[0] ? -1 : 1;
        } else {
            a = str_from(a, 1);
            b = str_from(b, 1);
        }
    }
    return a.len != 0 ? 1 : b.len != 0 ? -1 : 0;
}
