// SPDX-License-Identifier: Apache-2.0
#include "baseline/fixture.h"

static bool read_unread(Arena *arena, const Json *json, DiagList *diags, Fixture *fixture)
{
    const Json *sources = json_find(json, STR("sources"));
    if (sources == NULL) {
        return true;
    }
    if (sources->type != JSON_OBJECT) {
        return diag_error(diags, sources->at, "wrong-type",
                          "\"sources\" must be an object: kind → status");
    }
    Str *unread = NEW_ARRAY(arena, Str, sources->count);
    for (uint32_t i = 0; i < sources->count; i++) {
        const Json *status = &sources->members[i].value;
        if (status->type != JSON_STRING) {
            return diag_error(diags, status->at, "wrong-type", "a source's status is a string");
        }
        if (!str_eq(status->string, STR("read"))) {
            unread[fixture->unread_count++] = sources->members[i].key;
        }
    }
    fixture->unread = unread;
    return true;
}

static bool read_related(Arena *arena, const Json *json, DiagList *diags, Fixture *fixture)
{
    const Json *related = json_find(json, STR("related"));
    if (related == NULL) {
        return true;
    }
    if (related->type != JSON_ARRAY) {
        return diag_error(diags, related->at, "wrong-type",
                          "\"related\" must be an array of resources");
    }
    const Json **items = NEW_ARRAY(arena, const Json *, related->count);
    for (uint32_t i = 0; i < related->count; i++) {
        items[i] = &related->items[i];
    }
    fixture->related = items;
    fixture->related_count = related->count;
    return true;
}

bool fixture_read(Arena *arena, const Json *json, DiagList *diags, const Fixture **ret_fixture)
{
    Fixture *fixture = NEW(arena, Fixture);
    fixture->file = diags->file;
    fixture->at = json->at;
    fixture->policy = json_find_str(json, STR("policy"));
    fixture->comment = json_find_str(json, STR("comment"));
    fixture->parameters = json_find(json, STR("parameters"));
    fixture->resource = json_find(json, STR("resource"));
    if (fixture->policy.len == 0) {
        return diag_error(diags, json->at, "missing-member", "a fixture needs \"policy\"");
    }
    TRY(read_related(arena, json, diags, fixture));
    TRY(read_unread(arena, json, diags, fixture));
    const Json *attestation = json_find(json, STR("attestation"));
    fixture->attested = attestation != NULL;
    fixture->attestation = state_find(json_find_str(attestation, STR("state")));
    if (fixture->attested && fixture->attestation == STATE_COUNT) {
        return diag_error(diags, attestation->at, "bad-value", "attestation.state is no state");
    }
    const Json *expect = json_find(json, STR("expect"));
    Str state = json_find_str(expect, STR("state"));
    fixture->expect = state_find(state);
    fixture->message = json_find_str(expect, STR("message"));
    if (fixture->expect == STATE_COUNT) {
        return diag_error(diags, expect != NULL ? expect->at : json->at, "bad-value",
                          "expect.state is \"%.*s\", which is no state", STR_ARG(state));
    }
    if (fixture->resource == NULL && fixture->unread_count == 0) {
        return diag_error(diags, json->at, "missing-member",
                          "a fixture needs a \"resource\", or \"sources\" that could not be read");
    }
    *ret_fixture = fixture;
    return true;
}

static bool is_unread(const Fixture *fixture, Str kind)
{
    for (uint32_t i = 0; i < fixture->unread_count; i++) {
        if (str_eq(fixture->unread[i], kind)) {
            return true;
        }
    }
    return false;
}

// "a|b" is measured when one of them was read.
static bool is_lacking(const Fixture *fixture, Str kinds)
{
    StrCut cut = str_cut(kinds, '|');
    bool lacking = is_unread(fixture, cut.head);
    while (cut.found && lacking) {
        cut = str_cut(cut.tail, '|');
        lacking = is_unread(fixture, cut.head);
    }
    return lacking;
}

bool fixture_unmeasured(const Fixture *fixture, const BaselineRule *rule, Str *ret_kind)
{
    for (uint32_t i = 0; i < rule->kind_count; i++) {
        if (is_lacking(fixture, rule->kinds[i])) {
            *ret_kind = rule->kinds[i];
            return true;
        }
    }
    return false;
}
