// SPDX-License-Identifier: Apache-2.0
// The workers of an assessment: opened, given blocks, joined when all rows are through.
#include <stdlib.h>
#include <string.h>

#include "assess/run.h"

#define ARENA_BYTES_MAX ((size_t)1 << 40)

static void worker_init(AssessWorker *worker, Assess *assess, uint32_t index)
{
    const AssessModel *model = assess->input.model;
    worker->assess = assess;
    worker->index = index;
    arena_init(&worker->arena, ARENA_BYTES_MAX);
    Arena *arena = &worker->arena;
    uint32_t rules = model->rule_count + 1;
    uint32_t controls = model->control_count + 1;
    worker->rules = NEW_ARRAY(arena, Tally, rules);
    worker->controls = NEW_ARRAY(arena, Tally, controls);
    worker->worst = NEW_ARRAY(arena, uint8_t, controls);
    worker->worst_truth = NEW_ARRAY(arena, uint8_t, controls);
    worker->stamps = NEW_ARRAY(arena, uint32_t, controls);
    worker->touched = NEW_ARRAY(arena, uint32_t, controls);
    worker->open = NEW_ARRAY(arena, const RuleResult *, rules);
    worker->samples = NEW_ARRAY(arena, Sample, (size_t)rules * SAMPLES_MAX);
    worker->sample_counts = NEW_ARRAY(arena, uint32_t, rules);
    worker->sample_floors = NEW_ARRAY(arena, uint8_t, rules);
    memset(worker->sample_floors, STATE_COUNT, rules);
    map_init(&worker->joints, arena, MAP_EXACT);
    map_init(&worker->scopes, arena, MAP_NOCASE);
}

static void keep_exemptions_in_force(Assess *assess)
{
    const AssessInput *input = &assess->input;
    assess->exemptions = NEW_ARRAY(&assess->arena, const Exemption *, input->exemption_count + 1U);
    for (uint32_t i = 0; i < input->exemption_count; i++) {
        if (input->deviations == NULL || deviation_in_force(&input->deviations[i], input->now)) {
            assess->exemptions[assess->exemption_count++] = input->exemptions[i];
        }
    }
}

Assess *assess_open(const AssessInput *input, uint32_t workers)
{
    ASSERT(workers > 0 && workers < 256);
    Assess *assess = calloc(1, sizeof *assess);
    ASSERT(assess != NULL);
    assess->input = *input;
    arena_init(&assess->arena, ARENA_BYTES_MAX);
    keep_exemptions_in_force(assess);
    assess->has_context =
        input->inventory != NULL || assess->exemption_count != 0 || input->attestation_count != 0;
    assess->worker_count = workers + 1;
    assess->workers = NEW_ARRAY(&assess->arena, AssessWorker, assess->worker_count);
    for (uint32_t i = 0; i < assess->worker_count; i++) {
        worker_init(&assess->workers[i], assess, i);
    }
    return assess;
}

void assess_close(Assess *assess)
{
    if (assess == NULL) {
        return;
    }
    for (uint32_t i = 0; i < assess->worker_count; i++) {
        buf_free(&assess->workers[i].joint);
        arena_free(&assess->workers[i].arena);
    }
    arena_free(&assess->arena);
    free(assess);
}

void assess_begin_block(Assess *assess, uint32_t worker, const AssessBlock *block)
{
    assess->workers[worker].block = *block;
}

void assess_bad_source(Assess *assess, uint32_t worker, const BadSource *bad)
{
    AssessWorker *w = &assess->workers[worker];
    w->bad_count++;
    if (w->block.out.bad_source != NULL) {
        w->block.out.bad_source(w->block.out.ctx, bad);
    }
}

// ---- joining the workers ----

static void merge_worker(const AssessWorker *from, AssessWorker *into, const AssessModel *model)
{
    for (uint32_t r = 0; r < model->rule_count; r++) {
        tally_merge(&into->rules[r], &from->rules[r]);
    }
    for (uint32_t c = 0; c < model->control_count; c++) {
        tally_merge(&into->controls[c], &from->controls[c]);
    }
    tally_merge(&into->resources, &from->resources);
    into->row_count += from->row_count;
    into->pair_count += from->pair_count;
    into->bad_count += from->bad_count;
    samples_merge(from, into, model->rule_count);
}

bool assess_finish(Assess *assess, const FindingOut *out, AssessTotals *ret_totals, Err *err)
{
    const AssessModel *model = assess->input.model;
    AssessWorker *last = &assess->workers[assess->worker_count - 1];
    for (uint32_t i = 0; i < assess->worker_count; i++) {
        if (assess->workers[i].joint_overflow) {
            return err_set(err, ERR_LIMIT, (Span){0},
                           "more than %d kinds of outcome to join with related resources; assess "
                           "fewer rules at a time (--policy)",
                           JOINT_MAX);
        }
    }
    for (uint32_t i = 0; i + 1 < assess->worker_count; i++) {
        merge_worker(&assess->workers[i], last, model);
    }
    last->block = (AssessBlock){.index = UINT64_MAX, .out = *out};
    untold_finish(last, last->rules);
    for (uint32_t r = 0; r < model->rule_count; r++) {
        if (model->rules[r].alone) {
            last->controls[model->rules[r].controls[0]] = last->rules[r];
        }
    }
    const Sample **samples = NEW_ARRAY(&assess->arena, const Sample *, model->rule_count + 1U);
    for (uint32_t r = 0; r < model->rule_count; r++) {
        samples[r] = last->samples + (size_t)r * SAMPLES_MAX;
    }
    *ret_totals = (AssessTotals){
        .rules = last->rules,
        .controls = last->controls,
        .resources = last->resources,
        .row_count = last->row_count,
        .pair_count = last->pair_count,
        .bad_count = last->bad_count,
        .samples = samples,
        .sample_counts = last->sample_counts,
    };
    return true;
}
