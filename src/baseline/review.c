// SPDX-License-Identifier: Apache-2.0
#include "baseline/review.h"

#include <string.h>

#include "base/buf.h"
#include "json/read.h"

#define TITLE "The baseline is reviewed by its date"
#define SECTION "baseline"

static const char definition_text[] =
    "{\"name\":\"" REVIEW_RULE "\",\"properties\":{\"displayName\":\"" TITLE "\",\"policyType\":"
    "\"Custom\",\"mode\":\"All\",\"metadata\":{\"severity\":\"medium\",\"grade\":\"attested\","
    "\"remediation\":{\"steps\":[\"Look at each control again: still needed, still right, nothing "
    "missing?\",\"Tailor what is not, and set nextReview in manifest.json.\",\"Release the result "
    "as a change.\"]}},\"policyRule\":{\"if\":{\"field\":\"type\",\"equals\":\"datumline/tenant\"},"
    "\"then\":{\"effect\":\"manual\"}}}}";

// The day itself is still in time.
bool review_is_overdue(const Baseline *baseline, Ticks now)
{
    Ticks day = 0;
    return baseline->next_review.len != 0 && ticks_parse(baseline->next_review, &day) &&
           now >= day + TICKS_PER_DAY;
}

static const Definition *read_definition(Arena *arena)
{
    const Json *json = NULL;
    const Definition *definition = NULL;
    DiagList quiet;
    diag_init(&quiet, arena, (Str){NULL, 0});
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    bool ok = json_read(arena, (Str){definition_text, sizeof definition_text - 1}, &limits, &quiet,
                        &json) &&
              definition_parse(arena, json, &quiet, &definition);
    ASSERT(ok);
    return definition;
}

static Str reason(Arena *arena, const Baseline *baseline, Ticks now)
{
    Ticks day = 0;
    bool ok = ticks_parse(baseline->next_review, &day);
    ASSERT(ok);
    Buf text = {0};
    buf_printf(&text, "the review of %.*s was due on %.*s, %lld days ago", STR_ARG(baseline->name),
               STR_ARG(baseline->next_review), (long long)((now - day) / TICKS_PER_DAY));
    Str copy = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

// items[0 .. count) with room for one more behind them.
#define GROWN(arena, T, items, count) grown(arena, items, count, sizeof(T), alignof(T))
static void *grown(Arena *arena, const void *items, uint32_t count, size_t size, size_t align)
{
    void *copy = arena_push(arena, size, (size_t)count + 1, align);
    if (count != 0) {
        memcpy(copy, items, size * count);
    }
    return copy;
}

static void add_control(Arena *arena, Baseline *baseline)
{
    uint32_t at = baseline->control_count;
    BaselineControl *controls = GROWN(arena, BaselineControl, baseline->controls, at);
    Section *sections = GROWN(arena, Section, baseline->sections, baseline->section_count);
    OscalControl *source = NEW(arena, OscalControl);
    uint32_t *rule = NEW(arena, uint32_t);
    *rule = baseline->rule_count;
    *source = (OscalControl){.id = STR(REVIEW_RULE), .title = STR(TITLE)};
    sections[baseline->section_count] =
        (Section){.id = STR(SECTION), .title = STR("The baseline itself")};
    controls[at] = (BaselineControl){
        .id = source->id,
        .title = source->title,
        .section = baseline->section_count,
        .severity = SEVERITY_MEDIUM,
        .layer = LAYER_APPLICATION,
        .drivers = DRIVER_BUSINESS,
        .enforcement = ENFORCEMENT_ATTESTED,
        .owner = baseline->owner,
        .statement = STR("The baseline is reviewed by the date its manifest names."),
        .guidance = STR("Review it, change what has to be changed, and set the next date."),
        .reason = STR("What nobody has looked at for long describes a platform that is gone."),
        .check = STR("nextReview of the manifest is compared with the time of the measurement."),
        .rules = rule,
        .rule_count = 1,
        .source = source,
    };
    baseline->controls = controls;
    baseline->control_count++;
    baseline->sections = sections;
    baseline->section_count++;
    map_init(&baseline->control_index, arena, MAP_EXACT);
    for (uint32_t i = 0; i < baseline->control_count; i++) {
        (void)map_put(&baseline->control_index, controls[i].id, i);
    }
}

static void add_rule(Arena *arena, Baseline *baseline, const Definition *definition)
{
    uint32_t at = baseline->rule_count;
    BaselineRule *rules = GROWN(arena, BaselineRule, baseline->rules, at);
    const Definition **definitions = GROWN(arena, const Definition *, baseline->definitions, at);
    uint32_t *control = NEW(arena, uint32_t);
    *control = baseline->control_count - 1;
    definitions[at] = definition;
    rules[at] = (BaselineRule){
        .definition = definition,
        .severity = SEVERITY_MEDIUM,
        .grade = GRADE_NONE,
        .implied = true,
        .remediation = json_find(definition->metadata, STR("remediation")),
        .controls = control,
        .control_count = 1,
    };
    baseline->rules = rules;
    baseline->definitions = definitions;
    baseline->rule_count++;
    map_init(&baseline->rule_index, arena, MAP_NOCASE);
    for (uint32_t i = 0; i < baseline->rule_count; i++) {
        (void)map_put(&baseline->rule_index, definitions[i]->name, i);
    }
}

const Baseline *review_add(Arena *arena, const Baseline *baseline, Ticks now,
                           AssignedRule *ret_rule)
{
    static const Json no_values = {.type = JSON_OBJECT};
    const Definition *definition = read_definition(arena);
    Baseline *with = NEW(arena, Baseline);
    *with = *baseline;
    add_control(arena, with);
    add_rule(arena, with, definition);
    Str *group = NEW(arena, Str);
    *group = STR(REVIEW_RULE);
    *ret_rule = (AssignedRule){
        .definition = definition,
        .reference_id = STR(REVIEW_RULE),
        .groups = group,
        .group_count = 1,
        .parameters = &no_values,
        .policy = &no_values,
        .effect = EFFECT_MANUAL,
        .preset = STATE_NON_COMPLIANT,
        .preset_reason = reason(arena, baseline, now),
    };
    return with;
}
