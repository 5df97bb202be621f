// SPDX-License-Identifier: Apache-2.0
#include "baseline/deviation.h"

static const struct {
    Str name;
    bool mitigated; // the exemptionCategory that goes with it
} kinds[] = {
    [DEVIATION_DEFERRED] = {STR_INIT("deferred"), false},
    [DEVIATION_ACCEPTED] = {STR_INIT("accepted"), false},
    [DEVIATION_MITIGATED] = {STR_INIT("mitigated"), true},
};

const char *deviation_kind_name(DeviationKind kind)
{
    ASSERT((size_t)kind < COUNTOF(kinds));
    return kinds[kind].name.ptr;
}

static bool read_date(const Json *facts, Str key, DiagList *diags, bool *ret_has, Ticks *ret_time)
{
    const Json *value = json_find(facts, key);
    *ret_has = value != NULL;
    if (value == NULL) {
        return true;
    }
    if (value->type != JSON_STRING || !ticks_parse(value->string, ret_time)) {
        return diag_error(diags, value->at, "deviation-date",
                          "\"%.*s\" must be a date such as 2026-01-31", STR_ARG(key));
    }
    return true;
}

static bool read_kind(const Json *facts, DiagList *diags, DeviationKind *ret_kind)
{
    Str name = json_find_str(facts, STR("kind"));
    for (size_t i = 0; i < COUNTOF(kinds); i++) {
        if (str_eq(name, kinds[i].name)) {
            *ret_kind = (DeviationKind)i;
            return true;
        }
    }
    return diag_error(diags, facts->at, "deviation-kind",
                      "\"%.*s\" is no kind of deviation; known: deferred, accepted, mitigated",
                      STR_ARG(name));
}

// What each kind cannot do without: without it, the deviation would never end or cover nothing.
static bool check_kind(const Deviation *deviation, const Json *facts, DiagList *diags)
{
    const Exemption *exemption = deviation->exemption;
    if (exemption->mitigated != kinds[deviation->kind].mitigated) {
        return diag_error(diags, facts->at, "deviation-category",
                          "a deviation of kind %s has exemptionCategory %s",
                          deviation_kind_name(deviation->kind),
                          kinds[deviation->kind].mitigated ? "Mitigated" : "Waiver");
    }
    if (deviation->kind == DEVIATION_DEFERRED && !exemption->has_expiry) {
        return diag_error(diags, facts->at, "deviation-date",
                          "a deferred deviation needs \"expiresOn\"");
    }
    if (deviation->kind == DEVIATION_ACCEPTED && !deviation->has_review) {
        return diag_error(diags, facts->at, "deviation-date",
                          "an accepted deviation needs \"reviewOn\"");
    }
    if (deviation->kind == DEVIATION_MITIGATED && deviation->compensating_control.len == 0) {
        return diag_error(diags, facts->at, "deviation-control",
                          "a mitigated deviation needs \"compensatingControl\"");
    }
    if (deviation->reason.len == 0) {
        return diag_error(diags, facts->at, "deviation-reason", "a deviation needs a \"reason\"");
    }
    return true;
}

static bool check_people(Deviation *deviation, const Json *facts, DiagList *diags)
{
    if (deviation->requested_by.len == 0) {
        return diag_error(diags, facts->at, "deviation-people",
                          "a deviation needs \"requestedBy\"");
    }
    if (str_eq_nocase(deviation->requested_by, deviation->approved_by)) {
        return diag_error(diags, facts->at, "deviation-people",
                          "\"%.*s\" both requested and approved it; somebody else must approve",
                          STR_ARG(deviation->approved_by));
    }
    deviation->approved = deviation->approved_by.len != 0;
    if (!deviation->approved) {
        diag_warn(diags, facts->at, "deviation-unapproved", "nobody has approved this deviation");
    }
    return true;
}

static bool read_one(Arena *arena, const Json *json, DiagList *diags, Deviation *deviation)
{
    TRY(exemption_parse(arena, json, diags, &deviation->exemption));
    const Exemption *exemption = deviation->exemption;
    const Json *facts = json_find(exemption->metadata, STR("datumline"));
    if (facts == NULL) {
        diag_warn(diags, json->at, "deviation-unapproved",
                  "exemption \"%.*s\" has no metadata.datumline; it counts as not approved",
                  STR_ARG(exemption->name));
        deviation->kind = exemption->mitigated    ? DEVIATION_MITIGATED
                          : exemption->has_expiry ? DEVIATION_DEFERRED
                                                  : DEVIATION_ACCEPTED;
        deviation->reason = exemption->description;
        return true;
    }
    deviation->requested_by = json_find_str(facts, STR("requestedBy"));
    deviation->approved_by = json_find_str(facts, STR("approvedBy"));
    deviation->reason = json_find_str(facts, STR("reason"));
    deviation->compensating_control = json_find_str(facts, STR("compensatingControl"));
    TRY(read_kind(facts, diags, &deviation->kind));
    TRY(read_date(facts, STR("reviewOn"), diags, &deviation->has_review, &deviation->review_on));
    TRY(check_kind(deviation, facts, diags));
    return check_people(deviation, facts, diags);
}

bool deviation_read(Arena *arena, const Json *json, DiagList *diags,
                    const Deviation **ret_deviations, const Exemption *const **ret_exemptions,
                    uint32_t *ret_count)
{
    uint32_t errors_before = diags->errors;
    const Json *list = json_find(json, STR("value"));
    list = list != NULL ? list : json;
    bool is_array = list->type == JSON_ARRAY;
    uint32_t count = is_array ? list->count : 1;
    Deviation *deviations = NEW_ARRAY(arena, Deviation, count);
    const Exemption **exemptions = NEW_ARRAY(arena, const Exemption *, count);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        Deviation one = {0};
        if (read_one(arena, is_array ? &list->items[i] : list, diags, &one)) {
            exemptions[kept] = one.exemption;
            deviations[kept++] = one;
        }
    }
    if (diags->errors != errors_before) {
        return false;
    }
    *ret_deviations = deviations;
    *ret_exemptions = exemptions;
    *ret_count = kept;
    return true;
}

bool deviation_in_force(const Deviation *deviation, Ticks now)
{
    if (deviation->exemption->has_expiry && deviation->exemption->expires_on <= now) {
        return false;
    }
    return deviation->kind != DEVIATION_ACCEPTED || !deviation->has_review ||
           deviation->review_on > now;
}
