// SPDX-License-Identifier: Apache-2.0
#include "assess/model.h"

#include <string.h>

#include "assess/finding.h"
#include "json/write.h"

typedef struct Builder {
    Arena *arena;
    const Baseline *baseline;
    AssessModel *model;
    AssessRule *rules;
    AssessControl *controls;
    Section *sections;
    Map section_index;
    Map control_index;
    uint32_t control_cap;
} Builder;

static Str without_extension(Str path)
{
    size_t from = 0;
    for (size_t i = 0; i < path.len; i++) {
        from = path.ptr[i] == '/' ? i + 1 : from;
    }
    Str base = {path.ptr + from, path.len - from};
    for (size_t i = base.len; i > 1; i--) {
        if (base.ptr[i - 1] == '.') {
            return (Str){base.ptr, i - 1};
        }
    }
    return base;
}

static Str rule_id(const AssignedRule *assigned)
{
    const Definition *definition = assigned->definition;
    if (definition == NULL) { // a reference to a definition that is not there
        return assigned->reference_id;
    }
    return definition->name.len != 0 ? definition->name : without_extension(definition->file);
}

static void push_steps(Buf *out, const Json *steps)
{
    for (uint32_t i = 0; i < steps->count; i++) {
        if (steps->items[i].type == JSON_STRING) {
            buf_push(out, out->len != 0 ? STR(" ") : STR(""));
            buf_push(out, steps->items[i].string);
        }
    }
}

// The request that mends it: "PATCH https://… with {…}".
static void push_request(Buf *out, const Json *remediation)
{
    Str url = json_find_str(remediation, STR("url"));
    if (url.len == 0) {
        return;
    }
    buf_printf(out, "%.*s %.*s", STR_ARG(json_find_str(remediation, STR("method"))), STR_ARG(url));
    const Json *body = json_find(remediation, STR("body"));
    if (body != NULL && body->type != JSON_NULL) {
        buf_push(out, STR(" with "));
        json_write(out, body);
    }
    Str note = json_find_str(remediation, STR("note"));
    if (note.len != 0) {
        buf_printf(out, " (%.*s)", STR_ARG(note));
    }
}

// metadata.remediation is a text, {"steps": […]}, or a request {"method", "url", "body"}.
static Str remediation_text(Arena *arena, const Json *metadata)
{
    const Json *remediation = json_find(metadata, STR("remediation"));
    if (json_is(remediation, JSON_STRING)) {
        return remediation->string;
    }
    Buf text = {0};
    const Json *steps = json_find(remediation, STR("steps"));
    if (json_is(steps, JSON_ARRAY)) {
        push_steps(&text, steps);
    }
    if (text.len == 0) {
        push_request(&text, remediation);
    }
    Str copy = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

static const Str *required_kinds(Arena *arena, const Json *metadata, uint32_t *ret_count)
{
    const Json *kinds = json_find(json_find(metadata, STR("requires")), STR("kinds"));
    *ret_count = 0;
    if (!json_is(kinds, JSON_ARRAY) || kinds->count == 0) {
        return NULL;
    }
    Str *list = NEW_ARRAY(arena, Str, kinds->count);
    for (uint32_t i = 0; i < kinds->count; i++) {
        if (kinds->items[i].type == JSON_STRING) {
            list[(*ret_count)++] = kinds->items[i].string;
        }
    }
    return list;
}

// A rule of a baseline keeps its identity whatever edition it stands in and whichever assignment
// brings it, so that a finding can be followed from one edition to the next. Only a rule that
// stands in the initiative under another name than its own is told apart by that name.
static uint64_t rule_identity(const AssignedRule *assigned, Str id, bool of_baseline)
{
    Str assignment = assigned->assignment != NULL ? assigned->assignment->id : (Str){0};
    Str reference = assigned->reference_id;
    if (of_baseline) {
        assignment = (Str){0};
        reference = str_eq_nocase(reference, id) ? (Str){0} : reference;
    }
    uint64_t h = identity_join(identity_of_text(assignment), identity_of_text(id));
    return identity_join(h, identity_of_text(reference));
}

static void fill_rule(Builder *b, uint32_t i, const AssignedRule *assigned, bool deferred)
{
    const Definition *definition = assigned->definition;
    const Json *metadata = definition != NULL ? definition->metadata : NULL;
    AssessRule *rule = &b->rules[i];
    rule->assigned = assigned;
    rule->deferred = deferred;
    rule->id = rule_id(assigned);
    rule->title = definition != NULL && definition->display_name.len != 0 ? definition->display_name
                                                                          : rule->id;
    rule->remediation = remediation_text(b->arena, metadata);
    rule->kinds = required_kinds(b->arena, metadata, &rule->kind_count);
    rule->baseline =
        b->baseline != NULL && definition != NULL ? baseline_rule_of(b->baseline, assigned) : NULL;
    rule->identity = rule_identity(assigned, rule->id, rule->baseline != NULL);
    Severity severity = severity_find(json_find_str(metadata, STR("severity")));
    rule->has_severity = rule->baseline != NULL || severity != SEVERITY_COUNT;
    rule->severity = rule->baseline != NULL       ? rule->baseline->severity
                     : severity != SEVERITY_COUNT ? severity
                                                  : SEVERITY_MEDIUM;
}

static uint32_t section_of_category(Builder *b, const AssignedRule *assigned)
{
    Str category = assigned->definition != NULL ? assigned->definition->category : (Str){0};
    if (category.len == 0) {
        category = STR("General");
    }
    uint32_t next = b->model->section_count;
    uint32_t index = map_put(&b->section_index, category, next);
    if (index == next) {
        b->sections[index] = (Section){.id = category, .title = category};
        b->model->section_count++;
    }
    return index;
}

static Str group_title(const AssignedRule *assigned, Str group)
{
    const Initiative *initiative = assigned->initiative;
    for (uint32_t i = 0; initiative != NULL && i < initiative->group_count; i++) {
        if (str_eq_nocase(initiative->groups[i].name, group)) {
            Str title = initiative->groups[i].display_name;
            return title.len != 0 ? title : group;
        }
    }
    return group;
}

// The control of that id, made when there is none yet.
static uint32_t control_of(Builder *b, const AssessRule *rule, Str id, Str title)
{
    uint32_t index = map_intern(&b->control_index, id);
    if (index < b->model->control_count) {
        AssessControl *control = &b->controls[index];
        if (control->baseline == NULL && rule->severity > control->severity) {
            control->severity = rule->severity;
        }
        return index;
    }
    ASSERT(index < b->control_cap);
    b->controls[index] = (AssessControl){
        .id = id,
        .title = title,
        .severity = rule->severity,
        .section = section_of_category(b, rule->assigned),
        .layer = LAYER_COUNT,
    };
    b->model->control_count++;
    return index;
}

static void link_rule(Builder *b, AssessRule *rule)
{
    const AssignedRule *assigned = rule->assigned;
    uint32_t count = assigned->group_count != 0 ? assigned->group_count : 1;
    uint32_t *controls = NEW_ARRAY(b->arena, uint32_t, count);
    for (uint32_t i = 0; i < assigned->group_count; i++) {
        Str group = assigned->groups[i];
        controls[i] = control_of(b, rule, group, group_title(assigned, group));
    }
    if (assigned->group_count == 0) {
        controls[0] = control_of(b, rule, rule->id, rule->title);
    }
    rule->controls = controls;
    rule->control_count = count;
}

static void add_baseline_controls(Builder *b)
{
    const Baseline *baseline = b->baseline;
    for (uint32_t i = 0; i < baseline->section_count; i++) {
        b->sections[i] = baseline->sections[i];
        (void)map_put(&b->section_index, baseline->sections[i].title, i);
    }
    b->model->section_count = baseline->section_count;
    for (uint32_t i = 0; i < baseline->control_count; i++) {
        const BaselineControl *source = &baseline->controls[i];
        uint32_t index = map_intern(&b->control_index, source->id);
        ASSERT(index == i);
        b->controls[i] = (AssessControl){
            .baseline = source,
            .id = source->id,
            .title = source->title,
            .severity = source->severity,
            .section = source->section,
            .layer = source->layer,
        };
    }
    b->model->control_count = baseline->control_count;
}

// Second pass: the rules of each control, and which controls join direct with deferred results.
static void link_controls(Builder *b, uint32_t rule_count)
{
    uint32_t *lists = NULL;
    uint32_t total = 0;
    for (uint32_t i = 0; i < rule_count; i++) {
        total += b->rules[i].control_count;
        for (uint32_t k = 0; k < b->rules[i].control_count; k++) {
            b->controls[b->rules[i].controls[k]].rule_count++;
        }
    }
    lists = NEW_ARRAY(b->arena, uint32_t, total + 1);
    uint32_t *next = NEW_ARRAY(b->arena, uint32_t, b->model->control_count + 1);
    uint32_t *directs = NEW_ARRAY(b->arena, uint32_t, b->model->control_count + 1);
    uint32_t used = 0;
    for (uint32_t c = 0; c < b->model->control_count; c++) {
        b->controls[c].rules = lists + used;
        next[c] = used;
        used += b->controls[c].rule_count;
    }
    for (uint32_t i = 0; i < rule_count; i++) {
        for (uint32_t k = 0; k < b->rules[i].control_count; k++) {
            uint32_t c = b->rules[i].controls[k];
            lists[next[c]++] = i;
            directs[c] += b->rules[i].deferred ? 0U : 1U;
        }
    }
    for (uint32_t c = 0; c < b->model->control_count; c++) {
        b->controls[c].mixed = directs[c] != 0 && directs[c] != b->controls[c].rule_count;
    }
    for (uint32_t i = 0; i < rule_count; i++) {
        AssessRule *rule = &b->rules[i];
        rule->alone = rule->control_count == 1 && b->controls[rule->controls[0]].rule_count == 1;
    }
}

const AssessModel *assess_model_build(Arena *arena, const AssignedRule *rules, uint32_t rule_count,
                                      const bool *deferred, const Baseline *baseline)
{
    uint32_t control_cap = baseline != NULL ? baseline->control_count : 0;
    for (uint32_t i = 0; i < rule_count; i++) {
        control_cap += rules[i].group_count != 0 ? rules[i].group_count : 1;
    }
    uint32_t section_cap = (baseline != NULL ? baseline->section_count : 0) + control_cap + 1;
    AssessModel *model = NEW(arena, AssessModel);
    Builder b = {
        .arena = arena,
        .baseline = baseline,
        .model = model,
        .rules = NEW_ARRAY(arena, AssessRule, rule_count + 1),
        .controls = NEW_ARRAY(arena, AssessControl, control_cap + 1),
        .sections = NEW_ARRAY(arena, Section, section_cap),
        .control_cap = control_cap,
    };
    map_init(&b.section_index, arena, MAP_NOCASE);
    map_init(&b.control_index, arena, MAP_NOCASE);
    if (baseline != NULL) {
        add_baseline_controls(&b);
    }
    for (uint32_t i = 0; i < rule_count; i++) {
        fill_rule(&b, i, &rules[i], deferred != NULL && deferred[i]);
        link_rule(&b, &b.rules[i]);
    }
    link_controls(&b, rule_count);
    model->baseline = baseline;
    model->rules = b.rules;
    model->rule_count = rule_count;
    model->controls = b.controls;
    model->sections = b.sections;
    model->control_index = b.control_index;
    return model;
}

uint32_t assess_find_rule(const AssessModel *model, Str id)
{
    for (uint32_t i = 0; i < model->rule_count; i++) {
        const AssessRule *rule = &model->rules[i];
        if (str_eq_nocase(rule->id, id) || str_eq_nocase(rule->assigned->reference_id, id)) {
            return i;
        }
    }
    return MAP_NONE;
}

const AssessControl *assess_find_control(const AssessModel *model, Str id)
{
    uint32_t index = map_find(&model->control_index, id);
    return index == MAP_NONE ? NULL : &model->controls[index];
}
