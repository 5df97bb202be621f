// SPDX-License-Identifier: Apache-2.0
#include "baseline/applies.h"

#include "base/buf.h"
#include "baseline/place.h"
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

// Of kinds that the type of a resource decides. *ret_known: some of the types have such a fact.
static Applies types_apply(const Selector *selector, const AppliesTypes *types, bool *ret_known)
{
    bool holds = false;
    bool fails = false;
    *ret_known = false;
    for (uint32_t t = 0; t < types->count; t++) {
        Str words[PLACE_WORDS_MAX];
        bool open = false;
        uint32_t count = place_words(selector->kind, types->at[t], words, &open);
        for (uint32_t i = 0; i < count; i++) {
            bool holds_for = lists(selector, words[i]) != selector->negated;
            holds = holds || holds_for;
            fails = fails || !holds_for;
        }
        if (count == 0 || open) { // what is not known is in no list
            holds = holds || selector->negated;
            fails = fails || !selector->negated;
        }
        *ret_known = *ret_known || count != 0;
    }
    return !holds ? APPLIES_NO : fails ? APPLIES_PARTLY : APPLIES_YES;
}

bool applies_may_be(const AppliesTypes *types, SelectorKind kind, Str word)
{
    const Selector selector = {.kind = kind, .values = &word, .value_count = 1};
    bool known = false;
    bool by_type = kind == SELECTOR_APP_TYPE || kind == SELECTOR_CONNECTOR_TIER;
    return !by_type || types->any || types_apply(&selector, types, &known) != APPLIES_NO;
}

typedef struct Question {
    const AppliesTypes *types;
    const AppliesPlace *place;
} Question;

// *ret_tells: what it asks for has to do with these resources.
static Applies selector_applies(const Selector *selector, const Question *question, bool *ret_tells)
{
    bool by_type = selector->kind == SELECTOR_APP_TYPE || selector->kind == SELECTOR_CONNECTOR_TIER;
    Str fact = fact_of(question->place, selector->kind);
    *ret_tells = true;
    if (by_type && !question->types->any) {
        return types_apply(selector, question->types, ret_tells);
    }
    return fact.len == 0                                ? APPLIES_PARTLY
           : lists(selector, fact) == selector->negated ? APPLIES_NO
                                                        : APPLIES_YES;
}

static Applies group_applies(const SelectorGroup *group, const Question *question, Buf *why,
                             Buf *when)
{
    Applies applies = APPLIES_YES;
    for (uint32_t i = 0; i < group->count; i++) {
        const Selector *selector = &group->selectors[i];
        bool tells = true;
        Applies one = selector_applies(selector, question, &tells);
        if (one == APPLIES_NO) {
            return APPLIES_NO;
        }
        if (one == APPLIES_PARTLY) {
            push_words(when, when->len == 0 ? "" : " and ", selector);
            applies = APPLIES_PARTLY;
        } else if (tells) {
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

static void judge_selectors(const Assignment *assignment, const Question *question,
                            Verdict *verdict)
{
    verdict->applies = assignment->resource_selector_count == 0 ? APPLIES_YES : APPLIES_NO;
    for (uint32_t g = 0; g < assignment->resource_selector_count; g++) {
        Buf why = {0};
        Buf when = {0};
        Applies applies = group_applies(&assignment->resource_selectors[g], question, &why, &when);
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

Applies applies_to(Arena *arena, const Assignment *assignment, const AppliesTypes *types,
                   const AppliesPlace *place, Str *ret_why)
{
    Question question = {.types = types, .place = place};
    Verdict verdict = {.applies = APPLIES_NO};
    judge_selectors(assignment, &question, &verdict);
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

// ---- what a rule is about ----

static bool is_literal_field(const Cond *cond, Str name)
{
    return cond->lhs == LHS_FIELD && expr_is_literal(cond->left) &&
           json_is(cond->left->value, JSON_STRING) &&
           str_eq_nocase(cond->left->value->string, name);
}

static AppliesTypes types_of_leaf(Arena *arena, const Cond *cond)
{
    const AppliesTypes any = {.any = true};
    bool is_list = cond->op == OP_IN;
    if (!is_literal_field(cond, STR("type")) || (!is_list && cond->op != OP_EQUALS) ||
        !expr_is_literal(cond->right) ||
        !json_is(cond->right->value, is_list ? JSON_ARRAY : JSON_STRING)) {
        return any;
    }
    const Json *value = cond->right->value;
    const Json *items = is_list ? value->items : value;
    uint32_t count = is_list ? value->count : 1;
    Str *types = NEW_ARRAY(arena, Str, count + 1U);
    for (uint32_t i = 0; i < count; i++) {
        if (!json_is(&items[i], JSON_STRING)) {
            return any;
        }
        types[i] = items[i].string;
    }
    return (AppliesTypes){.at = types, .count = count};
}

static AppliesTypes types_of(Arena *arena, const Cond *cond)
{
    AppliesTypes types = {.any = true};
    if (cond->kind == COND_LEAF) {
        return types_of_leaf(arena, cond);
    }
    for (uint32_t i = 0; cond->kind == COND_ALL_OF && i < cond->child_count && types.any; i++) {
        types = types_of(arena, &cond->children[i]);
    }
    for (uint32_t i = 0; cond->kind == COND_ANY_OF && i < cond->child_count; i++) {
        AppliesTypes more = types_of(arena, &cond->children[i]);
        if (more.any) {
            return more;
        }
        Str *both = NEW_ARRAY(arena, Str, types.count + more.count + 1U);
        for (uint32_t t = 0; t < types.count + more.count; t++) {
            both[t] = t < types.count ? types.at[t] : more.at[t - types.count];
        }
        types = (AppliesTypes){.at = both, .count = types.count + more.count};
    }
    return types;
}

AppliesTypes applies_types(Arena *arena, const Definition *definition)
{
    return definition->condition != NULL ? types_of(arena, definition->condition)
                                         : (AppliesTypes){.any = true};
}
