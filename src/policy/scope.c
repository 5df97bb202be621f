// SPDX-License-Identifier: Apache-2.0
#include "policy/scope.h"

#include "base/text.h"

// Cuts slashes at the end: "/subscriptions/s/" is "/subscriptions/s".
static Str trim_slashes(Str s)
{
    while (s.len > 0 && s.ptr[s.len - 1] == '/') {
        s.len--;
    }
    return s;
}

bool scope_contains(Str scope, Str id)
{
    Str top = trim_slashes(scope);
    if (top.len > id.len || !str_eq_nocase(top, (Str){id.ptr, top.len})) {
        return false;
    }
    return top.len == 0 || top.len == id.len || id.ptr[top.len] == '/';
}

bool scope_check(Str scope, Span at, DiagList *diags)
{
    return scope.len == 0 || scope.ptr[0] == '/' ||
           diag_error(diags, at, "bad-value",
                      "\"%.*s\" is not a scope: an id begins with \"/\", as in "
                      "\"/subscriptions/…\"",
                      STR_ARG(scope));
}

Str scope_of_extension(Str id, Str provider_and_type)
{
    static const Str providers = STR_INIT("/providers/");
    for (size_t end = id.len; end-- > 0;) {
        Str rest = {id.ptr + end, id.len - end};
        bool here = text_starts_nocase(rest, providers) &&
                    text_starts_nocase((Str){rest.ptr + providers.len, rest.len - providers.len},
                                       provider_and_type);
        if (here) {
            return end == 0 ? STR("/") : (Str){id.ptr, end};
        }
    }
    return (Str){NULL, 0};
}

bool scope_is_management_group(Str scope)
{
    return text_starts_nocase(scope, STR("/providers/Microsoft.Management/managementGroups/"));
}

// A management group holds whatever is given, since an id does not say what is below one; another
// management group is held only when it is the same.
static bool covers(Str scope, Str id)
{
    if (scope_is_management_group(scope) && !scope_is_management_group(id)) {
        return true;
    }
    return scope_contains(scope, id);
}

bool assignment_covers(const Assignment *assignment, const Subject *subject)
{
    if (!covers(assignment->scope, subject->id)) {
        return false;
    }
    for (uint32_t i = 0; i < assignment->not_scope_count; i++) {
        if (scope_contains(assignment->not_scopes[i], subject->id)) {
            return false; // an excluded management group excludes only what says it is in it
        }
    }
    return selectors_match(assignment->resource_selectors, assignment->resource_selector_count,
                           subject);
}
