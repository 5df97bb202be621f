// SPDX-License-Identifier: Apache-2.0
#include "baseline/applies.h"

#include "base/buf.h"
#include "policy/selector.h"

static void push_words(Buf *out, const char *before, const Selector *selector)
{
    buf_printf(out, "%s%.*s is ", before, STR_ARG(selector_kind_name(selector->kind)));
    buf_push(out, selector->negated ? STR("not ") : STR(""));
    for (uint32_t i = 0; i < selector->value_count; i++) {
        buf_printf(out, "%s%.*s", i == 0 ? "" : " or ", STR_ARG(selector->values[i]));
    }
}

static bool lists(const Selector *selector, Str word)
{
    for (uint32_t i = 0; i < selector->value_count; i++) {
        if (str_eq_nocase(selector->values[i], word)) {
            return true;
        }
    }
    return false;
}

// What is known of the place for a kind; empty = nothing: the resource decides.
static Str fact_of(const AppliesPlace *place, SelectorKind kind)
{
    return kind == SELECTOR_ENVIRONMENT_TYPE   ? place->environment_type
           : kind == SELECTOR_CRITICALITY_TIER ? place->criticality_tier
                                               : (Str){NULL, 0};
}

static Applies group_applies(const SelectorGroup *group, const AppliesPlace *place, Buf *why,
                             Buf *when)
{
    Applies applies = APPLIES_YES;
    for (uint32_t i = 0; i < group->count; i++) {
        const Selector *selector = &group->selectors[i];
        Str fact = fact_of(place, selector->kind);
        if (fact.len == 0) {
            push_words(when, when->len == 0 ? "" : " and ", selector);
            applies = APPLIES_PARTLY;
        } else if (lists(selector, fact) == selector->negated) {
            return APPLIES_NO;
        } else {
            push_words(why, why->len == 0 ? "" : " and ", selector);
        }
    }
    return applies;
}

typedef struct Verdict {
    Applies applies;
    Buf why;  // of a group that holds for all
    Buf when; // of those that hold for some
} Verdict;

static void judge_selectors(const Assignment *assignment, const AppliesPlace *place,
                            Verdict *verdict)
{
    verdict->applies = assignment->resource_selector_count == 0 ? APPLIES_YES : APPLIES_NO;
    for (uint32_t g = 0; g < assignment->resource_selector_count; g++) {
        Buf why = {0};
        Buf when = {0};
        Applies applies = group_applies(&assignment->resource_selectors[g], place, &why, &when);
        if (applies == APPLIES_YES && verdict->applies != APPLIES_YES) {
            buf_clear(&verdict->why);
            buf_push(&verdict->why, buf_str(&why));
        } else if (applies == APPLIES_PARTLY) {
            buf_push(&verdict->when, verdict->when.len == 0 ? STR("") : STR(", or "));
            buf_push(&verdict->when, buf_str(&when));
        }
        verdict->applies = applies > verdict->applies ? applies : verdict->applies;
        buf_free(&why);
        buf_free(&when);
    }
}

// Where the scope ends inside the environment, or the environment is not known, it holds for some.
static void judge_scope(const Assignment *assignment, const AppliesPlace *place, Verdict *verdict)
{
    bool everywhere = assignment->scope.len == 0 || str_eq_nocase(assignment->scope, STR("/")) ||
                      str_eq_nocase(assignment->scope, STR("/tenants"));
    bool inside =
        everywhere || (place->id.len != 0 && scope_contains(assignment->scope, place->id));
    bool may = inside || place->id.len == 0 || scope_contains(place->id, assignment->scope);
    if (!may) {
        verdict->applies = APPLIES_NO;
        return;
    }
    if (!inside && verdict->applies != APPLIES_NO) {
        buf_printf(&verdict->when, "%sbelow %.*s", verdict->when.len == 0 ? "" : " and ",
                   STR_ARG(assignment->scope));
        verdict->applies = APPLIES_PARTLY;
    }
    for (uint32_t i = 0; i < assignment->not_scope_count; i++) {
        if (place->id.len != 0 && scope_contains(assignment->not_scopes[i], place->id)) {
            verdict->applies = APPLIES_NO;
        }
    }
}

Applies applies_to(Arena *arena, const Assignment *assignment, const AppliesPlace *place,
                   Str *ret_why)
{
    Verdict verdict = {.applies = APPLIES_NO};
    judge_selectors(assignment, place, &verdict);
    judge_scope(assignment, place, &verdict);
    Buf text = {0};
    if (verdict.applies == APPLIES_PARTLY) {
        buf_printf(&text, "where %.*s", STR_ARG(buf_str(&verdict.when)));
    } else if (verdict.applies == APPLIES_YES) {
        buf_push(&text, verdict.why.len != 0 ? buf_str(&verdict.why) : STR("everything"));
    }
    *ret_why = str_copy(arena, buf_str(&text));
    buf_free(&text);
    buf_free(&verdict.why);
    buf_free(&verdict.when);
    return verdict.applies;
}
