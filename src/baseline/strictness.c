// SPDX-License-Identifier: Apache-2.0
#include "baseline/strictness.h"

// Whole names first, then beginnings, then ends: the first that fits.
static const struct {
    Str text;
    bool begins;
    bool ends;
    Stricter stricter;
} rows[] = {
    {STR_INIT("solutionCheckerModes"), true, true, STRICTER_FEWER},
    {STR_INIT("agentSharingModes"), true, true, STRICTER_FEWER},
    {STR_INIT("guestInvitersAllowed"), true, true, STRICTER_FEWER},
    {STR_INIT("strongAuthentication"), true, true, STRICTER_FEWER},
    {STR_INIT("minimum"), true, false, STRICTER_HIGHER},
    {STR_INIT("maximum"), true, false, STRICTER_LOWER},
    {STR_INIT("approved"), true, false, STRICTER_FEWER},
    {STR_INIT("accepted"), true, false, STRICTER_FEWER},
    {STR_INIT("allowed"), true, false, STRICTER_FEWER},
    {STR_INIT("open"), true, false, STRICTER_FEWER},
    {STR_INIT("required"), true, false, STRICTER_MORE},
    {STR_INIT("blocked"), true, false, STRICTER_MORE},
    {STR_INIT("forbidden"), true, false, STRICTER_MORE},
    {STR_INIT("denied"), true, false, STRICTER_MORE},
    {STR_INIT("EnvironmentTypes"), false, true, STRICTER_MORE},
};

Stricter strictness_of(Str parameter)
{
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        bool begins = !rows[i].begins || str_starts(parameter, rows[i].text);
        bool ends = !rows[i].ends || str_ends(parameter, rows[i].text);
        if (begins && ends) {
            return rows[i].stricter;
        }
    }
    return STRICTER_UNKNOWN;
}

static bool holds(const Json *list, const Json *item)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (json_equal(&list->items[i], item)) {
            return true;
        }
    }
    return false;
}

// Is something in a that is not in b?
static bool exceeds(const Json *a, const Json *b)
{
    for (uint32_t i = 0; i < a->count; i++) {
        if (!holds(b, &a->items[i])) {
            return true;
        }
    }
    return false;
}

bool strictness_relaxes(Str parameter, const Json *old, const Json *new_value)
{
    Stricter stricter = strictness_of(parameter);
    bool numbers = json_is(old, JSON_NUMBER) && json_is(new_value, JSON_NUMBER);
    bool lists = json_is(old, JSON_ARRAY) && json_is(new_value, JSON_ARRAY);
    switch (stricter) {
    case STRICTER_HIGHER:
        return numbers && new_value->number.as_double < old->number.as_double;
    case STRICTER_LOWER:
        return numbers && new_value->number.as_double > old->number.as_double;
    case STRICTER_MORE:
        return lists && exceeds(old, new_value);
    case STRICTER_FEWER: // an empty list of what is approved may mean that anything is
        return lists && (exceeds(new_value, old) || (new_value->count == 0 && old->count != 0));
    case STRICTER_UNKNOWN:
        return false;
    }
    UNREACHABLE("Stricter out of range");
}

static int effect_rank(Effect effect)
{
    if (effect == EFFECT_DISABLED) {
        return 0;
    }
    bool refuses = effect == EFFECT_DENY || effect == EFFECT_DENY_ACTION;
    return refuses ? 2 : 1;
}

bool strictness_effect_relaxes(Effect old, Effect new_effect)
{
    return effect_rank(new_effect) < effect_rank(old);
}
