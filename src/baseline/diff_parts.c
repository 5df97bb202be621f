// SPDX-License-Identifier: Apache-2.0
#include "baseline/diff_parts.h"

#include "json/write.h"

void diff_push(Differ *d, Difference difference)
{
    ARENA_ROOM(d->arena, d->at, d->count, d->cap);
    d->at[d->count++] = difference;
}

void diff_member(Differ *d, Difference of, const char *member, Str before, Str after)
{
    if (!str_eq(before, after)) {
        of.change = DIFF_CHANGED;
        of.member = str_from_cstr(member);
        of.before = before;
        of.after = after;
        diff_push(d, of);
    }
}

static Str compact(Differ *d, const Json *json)
{
    if (json == NULL) {
        return (Str){0};
    }
    return json->type == JSON_STRING ? json->string : json_text(d->arena, json);
}

void diff_tree(Differ *d, Difference of, const char *member, const Json *a, const Json *b)
{
    if ((a == NULL) != (b == NULL) || (a != NULL && !json_equal(a, b))) {
        of.change = DIFF_CHANGED;
        of.member = str_from_cstr(member);
        of.before = compact(d, a);
        of.after = compact(d, b);
        diff_push(d, of);
    }
}
