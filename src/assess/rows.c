// SPDX-License-Identifier: Apache-2.0
// Rows of the engine, one by one: what the context makes of each result, counts, findings.
#include <string.h>

#include "assess/run.h"

typedef struct Row {
    const ResourceRow *source;
    Str scope;
    uint32_t weight;
    uint64_t identity; // of the resource; computed with the first finding
    bool has_identity;
    uint8_t overall; // worst by Azure's order; STATE_COUNT = nothing applied
    uint8_t before;  // what the first row had counted; STATE_COUNT = nothing
    bool given;      // of a block that no manifest has to vouch for
    Finding finding; // of the resource; a result fills in the rest
} Row;

static void row_open(Row *row, const ResourceRow *source, bool given)
{
    row->source = source;
    row->scope = (Str){0};
    row->has_identity = false;
    row->overall = STATE_COUNT;
    row->before = STATE_COUNT;
    row->given = given;
    row->finding = (Finding){
        .resource_id = source->id,
        .resource_json = source->id_json,
        .resource_name = source->name,
        .resource_type = source->type,
        .line = source->line,
    };
}

static void touch(AssessWorker *w, uint32_t control, State state, State truth)
{
    if (w->stamps[control] != w->stamp) {
        w->stamps[control] = w->stamp;
        w->touched[w->touched_count++] = control;
        w->worst[control] = (uint8_t)state;
        w->worst_truth[control] = (uint8_t)truth;
        return;
    }
    if ((uint8_t)state < w->worst[control]) {
        w->worst[control] = (uint8_t)state;
    }
    if ((uint8_t)truth < w->worst_truth[control]) {
        w->worst_truth[control] = (uint8_t)truth;
    }
}

// What the sources, attestations and exemptions make of the engine's answer.
static void apply_context(AssessWorker *w, const Row *row, const AssessRule *rule, Finding *f)
{
    const AssessInput *input = &w->assess->input;
    const ResourceRow *source = row->source;
    if (rule->kind_count != 0 && !row->given && input->inventory != NULL) {
        CoverCell *cell = cover_cell(w, row->scope, f->rule);
        // "There is none" is known only of kinds that were read to the end.
        bool open_end = !cell->complete && source->deferred && f->state == STATE_NON_COMPLIANT;
        if (!cell->measurable || open_end) {
            cell->seen = true;
            f->state = STATE_NOT_MEASURED;
            f->message = cell->reason;
            f->message_json = (Str){0};
            f->evidence = NULL;
        }
    }
    f->attestation = NULL;
    f->exemption = NULL;
    if (rule->assigned->effect == EFFECT_MANUAL && input->attestation_count != 0) {
        f->attestation = attestation_find(input->attestations, input->attestation_count,
                                          rule->assigned, source->id, input->now);
        if (f->attestation != NULL) {
            f->state = f->attestation->state;
            f->message = f->attestation->comments;
            f->message_json = (Str){0};
        }
    }
    f->truth = f->state;
    if (w->assess->exemption_count != 0) {
        f->exemption =
            exemption_find(w->assess->exemptions, w->assess->exemption_count, rule->assigned,
                           &(Subject){.id = source->id,
                                      .type = source->type,
                                      .location = source->location,
                                      .facts = input->facts},
                           input->now);
        if (f->exemption != NULL) {
            f->state = STATE_EXEMPT;
        }
    }
}

static inline void count_result(AssessWorker *w, Row *row, uint32_t rule_index,
                                const AssessRule *rule, State state, State truth)
{
    w->pair_count++;
    tally_add(&w->rules[rule_index], (TallyItem){state, truth, row->weight});
    if (!rule->alone) {
        for (uint32_t i = 0; i < rule->control_count; i++) {
            touch(w, rule->controls[i], state, truth);
        }
    }
    if (azure_ranks[state] < azure_ranks[row->overall]) {
        row->overall = (uint8_t)state;
    }
}

static void take_finding(AssessWorker *w, Row *row, uint64_t rule_identity)
{
    if (!row->has_identity) {
        row->identity = identity_of_text(row->source->id);
        row->has_identity = true;
    }
    row->finding.identity = identity_join(rule_identity, row->identity);
    hand_out(w, &row->finding, row->source->text);
}

static void fill_finding(Finding *finding, const RuleResult *result)
{
    finding->rule = result->rule;
    finding->state = result->state;
    finding->truth = result->state;
    finding->evidence = result->evidence;
    finding->message = result->message;
    finding->message_json = result->message_json;
}

// Results that stand as the engine gave them. All are counted first, and what is not met is listed
// without a branch: nobody can foresee which of a row's results that will be.
static void take_results(AssessWorker *w, Row *row, const RuleResult *results, uint32_t count)
{
    const AssessRule *rules = w->assess->input.model->rules;
    uint32_t open = 0;
    for (uint32_t i = 0; i < count; i++) {
        const RuleResult *result = &results[i];
        count_result(w, row, result->rule, &rules[result->rule], result->state, result->state);
        w->open[open] = result;
        open += result->state != STATE_COMPLIANT ? 1 : 0;
    }
    for (uint32_t i = 0; i < open; i++) {
        fill_finding(&row->finding, w->open[i]);
        take_finding(w, row, rules[w->open[i]->rule].identity);
    }
}

// Results that sources, attestations and exemptions may change.
static void take_in_context(AssessWorker *w, Row *row, const RuleResult *results, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const AssessRule *rule = &w->assess->input.model->rules[results[i].rule];
        Finding *finding = &row->finding;
        fill_finding(finding, &results[i]);
        apply_context(w, row, rule, finding);
        count_result(w, row, finding->rule, rule, finding->state, finding->truth);
        if (finding->state != STATE_COMPLIANT) {
            take_finding(w, row, rule->identity);
        }
    }
}

// ---- joining a resource's first row with its deferred one ----

// A joint is {overall state, whether the block was given, then control, state and truth for each
// mixed control touched}. There are few distinct ones (types × outcomes), so each is kept once
// and a row carries its number.
typedef struct JointEntry {
    uint32_t control;
    uint8_t state;
    uint8_t truth;
    uint8_t unused[2]; // no padding: the bytes are a key
} JointEntry;

static uint32_t joint_put(AssessWorker *w, uint8_t overall)
{
    const AssessModel *model = w->assess->input.model;
    buf_clear(&w->joint);
    buf_byte(&w->joint, (char)overall);
    buf_byte(&w->joint, w->block.given ? 1 : 0);
    for (uint32_t i = 0; i < w->touched_count; i++) {
        uint32_t control = w->touched[i];
        if (model->controls[control].mixed) {
            JointEntry entry = {0};
            entry.control = control;
            entry.state = w->worst[control];
            entry.truth = w->worst_truth[control];
            buf_push(&w->joint, (Str){(const char *)&entry, sizeof entry});
        }
    }
    uint32_t index = map_intern(&w->joints, buf_str(&w->joint));
    if (index >= JOINT_MAX) {
        w->joint_overflow = true;
        return 0;
    }
    return w->index << JOINT_BITS | (index + 1);
}

// Brings back what the first row had counted, and takes it out of the tallies again.
static void joint_restore(AssessWorker *w, Row *row, uint32_t tag)
{
    uint32_t from = tag >> JOINT_BITS;
    uint32_t number = tag & JOINT_MAX;
    if (number == 0) {
        return; // too many joints: assess_finish reports it
    }
    ASSERT(from < w->assess->worker_count);
    const Map *joints = &w->assess->workers[from].joints;
    ASSERT(number <= joints->count);
    Str joint = joints->entries[number - 1].key;
    row->before = (uint8_t)joint.ptr[0];
    row->overall = row->before;
    row->given = joint.ptr[1] != 0;
    for (size_t at = 2; at + sizeof(JointEntry) <= joint.len; at += sizeof(JointEntry)) {
        JointEntry entry;
        memcpy(&entry, joint.ptr + at, sizeof entry);
        touch(w, entry.control, (State)entry.state, (State)entry.truth);
        tally_remove(&w->controls[entry.control],
                     (TallyItem){(State)entry.state, (State)entry.truth, row->weight});
    }
}

static uint32_t take_row(void *ctx, const ResourceRow *source, const RuleResult *results,
                         uint32_t count)
{
    AssessWorker *w = ctx;
    const AssessInput *input = &w->assess->input;
    w->row_count += source->deferred ? 0U : 1U;
    if (count == 0 && !source->waits) {
        return 0;
    }
    Row row;
    row_open(&row, source, w->block.given);
    if (input->inventory != NULL || input->tiers != NULL) {
        row.scope = scope_of_id(source->id);
    }
    row.weight = tier_weight(tier_of(input->tiers, source->id, row.scope));
    w->stamp++;
    w->touched_count = 0;
    if (source->deferred) {
        joint_restore(w, &row, source->tag);
    }
    if (w->assess->has_context) {
        take_in_context(w, &row, results, count);
    } else {
        take_results(w, &row, results, count);
    }
    for (uint32_t i = 0; i < w->touched_count; i++) {
        uint32_t control = w->touched[i];
        tally_add(&w->controls[control], (TallyItem){(State)w->worst[control],
                                                     (State)w->worst_truth[control], row.weight});
    }
    if (row.overall != row.before) {
        if (row.before != STATE_COUNT) {
            tally_remove(&w->resources, (TallyItem){(State)row.before, (State)row.before, 1});
        }
        tally_add(&w->resources, (TallyItem){(State)row.overall, (State)row.overall, 1});
    }
    return source->waits ? joint_put(w, row.overall) : 0;
}

static void take_bad_line(void *ctx, const BadLine *bad)
{
    AssessWorker *w = ctx;
    assess_bad_source(w->assess, w->index,
                      &(BadSource){.file = w->block.file,
                                   .line = bad->line,
                                   .column = bad->column,
                                   .reason = bad->reason});
}

PolicySink assess_sink(Assess *assess, uint32_t worker)
{
    ASSERT(worker < assess->worker_count);
    return (PolicySink){
        .row = take_row, .bad_line = take_bad_line, .ctx = &assess->workers[worker]};
}
