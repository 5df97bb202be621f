// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "policy/bind.h"

enum { VERSION_PARTS = 3 };

// Cuts the next dotted part off *rest.
static Str next_part(Str *rest)
{
    StrCut cut = str_cut(*rest, '.');
    *rest = cut.tail;
    return cut.head;
}

static uint32_t part_number(Str part)
{
    uint32_t value = 0;
    for (size_t i = 0; i < part.len && part.ptr[i] >= '0' && part.ptr[i] <= '9'; i++) {
        if (ckd_mul(&value, value, 10U) || ckd_add(&value, value, (uint32_t)(part.ptr[i] - '0'))) {
            return UINT32_MAX;
        }
    }
    return value;
}

static bool is_part(Str part)
{
    bool digits = part.len != 0;
    for (size_t i = 0; i < part.len; i++) {
        digits = digits && part.ptr[i] >= '0' && part.ptr[i] <= '9';
    }
    return digits || str_eq(part, STR("*"));
}

bool version_check(Str pattern, Span at, DiagList *diags)
{
    Str rest = str_cut(pattern, '-').head;
    bool ok = pattern.len == 0 || is_part(next_part(&rest));
    for (int i = 1; i < VERSION_PARTS && rest.len != 0; i++) {
        ok = is_part(next_part(&rest)) && ok;
    }
    return (ok && rest.len == 0) ||
           diag_error(diags, at, "bad-value",
                      "\"%.*s\" is not a version; write 1.*.*, 1.2.* or 1.2.3", STR_ARG(pattern));
}

bool version_matches(Str pattern, Str version)
{
    if (pattern.len == 0) {
        return true;
    }
    StrCut wanted = str_cut(pattern, '-');
    StrCut have = str_cut(version, '-');
    for (int i = 0; i < VERSION_PARTS; i++) {
        Str want_part = next_part(&wanted.head);
        Str have_part = next_part(&have.head);
        bool any = want_part.len == 0 || str_eq(want_part, STR("*"));
        if (!any && part_number(want_part) != part_number(have_part)) {
            return false;
        }
    }
    return str_eq_nocase(wanted.tail, have.tail);
}

int version_cmp(Str a, Str b)
{
    StrCut left = str_cut(a, '-');
    StrCut right = str_cut(b, '-');
    for (int i = 0; i < VERSION_PARTS; i++) {
        uint32_t x = part_number(next_part(&left.head));
        uint32_t y = part_number(next_part(&right.head));
        if (x != y) {
            return x < y ? -1 : 1;
        }
    }
    if (left.found != right.found) {
        return left.found ? -1 : 1;
    }
    return text_cmp_nocase(left.tail, right.tail);
}
