// SPDX-License-Identifier: Apache-2.0
#include "assess/rollup.h"

// A group while it is being summed.
typedef struct GroupSum {
    GroupResult *group;
    ScoreSum score;
} GroupSum;

static void group_add(GroupSum *sum, const ControlResult *control, uint32_t weight)
{
    GroupResult *group = sum->group;
    group->states[control->state]++;
    if (control->state != STATE_NOT_APPLICABLE) {
        group->applicable++;
        group->measured += control->measured == control->total ? 1U : 0U;
    }
    score_sum_add(&sum->score, &control->score, weight);
}

static void group_close(GroupSum *sum)
{
    GroupResult *group = sum->group;
    group->state = STATE_NOT_APPLICABLE;
    for (uint32_t s = STATE_COUNT; s > 0; s--) {
        if (group->states[s - 1] != 0) {
            group->state = (State)(s - 1);
        }
    }
    group->score = score_of_sum(&sum->score);
}

static ControlResult control_result(const Tally *tally)
{
    return (ControlResult){
        .tally = *tally,
        .state = tally_state(tally),
        .azure_state = tally_azure_state(tally),
        .score = score_of_tally(tally),
        .total = tally_total(tally),
        .measured = tally_measured(tally),
    };
}

static void roll_up_groups(Arena *arena, AssessResult *result, const ControlResult *controls)
{
    const AssessModel *model = result->model;
    GroupResult *sections = NEW_ARRAY(arena, GroupResult, model->section_count + 1U);
    GroupResult *layers = NEW_ARRAY(arena, GroupResult, LAYER_COUNT);
    GroupSum *section_sums = NEW_ARRAY(arena, GroupSum, model->section_count + 1U);
    GroupSum layer_sums[LAYER_COUNT] = {0};
    GroupSum whole = {.group = &result->whole};
    for (uint32_t s = 0; s < model->section_count; s++) {
        sections[s].id = model->sections[s].id;
        sections[s].title = model->sections[s].title;
        section_sums[s].group = &sections[s];
    }
    for (uint32_t l = 0; l < LAYER_COUNT; l++) {
        const char *name = layer_name((Layer)l);
        layers[l].id = (Str){name, strlen(name)};
        layers[l].title = layers[l].id;
        layer_sums[l].group = &layers[l];
    }
    for (uint32_t c = 0; c < model->control_count; c++) {
        uint32_t weight = severity_weight(model->controls[c].severity);
        group_add(&whole, &controls[c], weight);
        group_add(&section_sums[model->controls[c].section], &controls[c], weight);
        if (model->controls[c].layer < LAYER_COUNT) {
            group_add(&layer_sums[model->controls[c].layer], &controls[c], weight);
        }
    }
    group_close(&whole);
    for (uint32_t s = 0; s < model->section_count; s++) {
        group_close(&section_sums[s]);
    }
    for (uint32_t l = 0; l < LAYER_COUNT; l++) {
        group_close(&layer_sums[l]);
    }
    result->sections = sections;
    result->layers = layers;
}

// ---- frameworks ----

// The controls that relate to each id of one framework.
typedef struct FrameworkIndex {
    Map ids;
    uint32_t *counts;
    uint32_t **lists;
} FrameworkIndex;

static void index_framework(Arena *arena, const AssessModel *model, uint32_t framework,
                            uint32_t ref_total, FrameworkIndex *index)
{
    map_init(&index->ids, arena, MAP_EXACT);
    index->counts = NEW_ARRAY(arena, uint32_t, ref_total + 1U);
    index->lists = NEW_ARRAY(arena, uint32_t *, ref_total + 1U);
    for (int pass = 0; pass < 2; pass++) { // count, then fill
        for (uint32_t c = 0; c < model->control_count; c++) {
            const BaselineControl *control = model->controls[c].baseline;
            for (uint32_t r = 0; control != NULL && r < control->ref_count; r++) {
                const FrameworkRef *ref = &control->refs[r];
                if (ref->framework != framework || ref->relation == OSCAL_NO_RELATIONSHIP) {
                    continue;
                }
                uint32_t id = map_intern(&index->ids, ref->id);
                if (pass == 1) {
                    index->lists[id][index->counts[id]] = c;
                }
                index->counts[id]++;
            }
        }
        for (uint32_t id = 0; pass == 0 && id < index->ids.count; id++) {
            index->lists[id] = NEW_ARRAY(arena, uint32_t, index->counts[id]);
            index->counts[id] = 0;
        }
    }
}

// A framework's id is as good as the worst of the controls that relate to it.
static FrameworkResult roll_up_framework(Arena *arena, const AssessResult *result,
                                         uint32_t framework, uint32_t ref_total)
{
    const AssessModel *model = result->model;
    FrameworkIndex index = {0};
    index_framework(arena, model, framework, ref_total, &index);
    FrameworkResult out = {.row_count = index.ids.count};
    FrameworkRow *rows = NEW_ARRAY(arena, FrameworkRow, index.ids.count + 1U);
    GroupSum whole = {.group = &out.group};
    for (uint32_t id = 0; id < index.ids.count; id++) {
        GroupResult over = {0};
        GroupSum sum = {.group = &over};
        uint32_t weight = 0;
        for (uint32_t i = 0; i < index.counts[id]; i++) {
            uint32_t c = index.lists[id][i];
            uint32_t w = severity_weight(model->controls[c].severity);
            group_add(&sum, &result->controls[c], w);
            weight = w > weight ? w : weight;
        }
        group_close(&sum);
        rows[id] = (FrameworkRow){.id = index.ids.entries[id].key,
                                  .state = over.state,
                                  .score = over.score,
                                  .controls = index.lists[id],
                                  .control_count = index.counts[id]};
        group_add(&whole,
                  &(ControlResult){.state = over.state,
                                   .score = over.score,
                                   .total = over.applicable,
                                   .measured = over.measured},
                  weight);
    }
    group_close(&whole);
    out.group.id = model->baseline->frameworks[framework].name;
    out.group.title = model->baseline->frameworks[framework].title;
    out.rows = rows;
    return out;
}

static void roll_up_frameworks(Arena *arena, AssessResult *result)
{
    const Baseline *baseline = result->model->baseline;
    if (baseline == NULL) {
        return;
    }
    uint32_t ref_total = 0;
    for (uint32_t c = 0; c < baseline->control_count; c++) {
        ref_total += baseline->controls[c].ref_count;
    }
    FrameworkResult *frameworks = NEW_ARRAY(arena, FrameworkResult, baseline->framework_count + 1U);
    for (uint32_t f = 0; f < baseline->framework_count; f++) {
        frameworks[f] = roll_up_framework(arena, result, f, ref_total);
    }
    result->frameworks = frameworks;
    result->framework_count = baseline->framework_count;
}

static void sum_rules(Arena *arena, AssessResult *result, const AssessTotals *totals,
                      const NearMiss *const *nears)
{
    uint32_t count = result->model->rule_count;
    RuleSummary *rules = NEW_ARRAY(arena, RuleSummary, count + 1U);
    for (uint32_t r = 0; r < count; r++) {
        uint32_t n = totals->sample_counts[r];
        SampleResult *samples = NEW_ARRAY(arena, SampleResult, n + 1U);
        for (uint32_t i = 0; i < n; i++) {
            samples[i].sample = &totals->samples[r][i];
            samples[i].near = nears != NULL && nears[r] != NULL ? nears[r][i] : (NearMiss){0};
        }
        rules[r] = (RuleSummary){totals->rules[r], samples, n};
        tally_merge(&result->checks, &totals->rules[r]);
    }
    result->rules = rules;
}

const AssessResult *assess_roll_up(Arena *arena, const AssessInput *input,
                                   const AssessTotals *totals, const NearMiss *const *nears)
{
    const AssessModel *model = input->model;
    AssessResult *result = NEW(arena, AssessResult);
    result->model = model;
    result->now = input->now;
    result->inventory = input->inventory;
    result->resource_count = totals->row_count;
    result->bad_count = totals->bad_count;
    result->azure = totals->resources;
    ControlResult *controls = NEW_ARRAY(arena, ControlResult, model->control_count + 1U);
    for (uint32_t c = 0; c < model->control_count; c++) {
        controls[c] = control_result(&totals->controls[c]);
    }
    result->controls = controls;
    sum_rules(arena, result, totals, nears);
    roll_up_groups(arena, result, controls);
    roll_up_frameworks(arena, result);
    return result;
}

bool assess_breaks_gate(const AssessResult *result, Severity at_least)
{
    for (uint32_t c = 0; c < result->model->control_count; c++) {
        const Tally *tally = &result->controls[c].tally;
        if (tally_broken(tally) != 0 && result->model->controls[c].severity >= at_least) {
            return true;
        }
    }
    return false;
}

bool assess_is_incomplete(const AssessResult *result)
{
    return result->bad_count != 0 ||
           tally_measured(&result->checks) != tally_total(&result->checks);
}
