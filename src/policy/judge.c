// SPDX-License-Identifier: Apache-2.0
// One rule on one row: holds, holds not, cannot be known.
#include "policy/worker.h"

bool worker_covers(Worker *worker, const WorkerRow *row, uint32_t rule)
{
    const RuleInfo *info = &worker->plan->rules[rule];
    const SelectorGroup *filter = info->assigned->location_filter;
    Subject subject = {
        .id = row->id,
        .type = row->type->plan->type,
        .location = row->location,
        .facts = worker->plan->options.facts,
    };
    if (filter != NULL && !selectors_match(filter, 1, &subject)) {
        return false;
    }
    if (info->cover == NONE) {
        return true;
    }
    uint8_t *known = &worker->covered[info->cover];
    if (*known == 0) {
        bool covers = assignment_covers(worker->plan->covers[info->cover], &subject);
        *known = covers ? 2 : 1;
    }
    return *known == 2;
}

static bool lacks_required(const WorkerRow *row, const RulePlan *rule)
{
    for (uint32_t i = 0; i < rule->required_count; i++) {
        if (row->type->table.columns[rule->required[i]]->ids[row->row] == VALUE_MISSING) {
            return true;
        }
    }
    return false;
}

static Str missing_path(const AssignedRule *assigned, const WorkerRow *row, const RulePlan *rule)
{
    for (uint32_t i = 0; i < rule->required_count; i++) {
        if (row->type->table.columns[rule->required[i]]->ids[row->row] == VALUE_MISSING) {
            return assigned->required_paths[rule->required_names[i]];
        }
    }
    return (Str){0};
}

static Str keep_error(Worker *worker, const Err *err)
{
    return str_copy(&worker->block, str_from_cstr(err->text));
}

static Str not_in_data(Worker *worker, Str path)
{
    Buf text = {0};
    buf_printf(&text, "%.*s is not in the data", STR_ARG(path));
    Str copy = str_copy(&worker->block, buf_str(&text));
    buf_free(&text);
    return copy;
}

State worker_judge(Worker *worker, const WorkerRow *row, const RulePlan *rule, bool *ret_waits,
                   uint32_t *ret_leaf, Str *ret_message)
{
    Evaluator *ev = &row->type->ev;
    const AssignedRule *assigned = worker->plan->rules[rule->rule].assigned;
    Err err;
    err.kind = ERR_NONE;
    ArenaMark mark = arena_mark(&worker->scratch);
    *ret_leaf = NONE;
    ev->rule = assigned;
    ev->last = NONE;
    Tri holds = eval_condition(ev, rule->code, rule->tree, &err);
    if (worker->scratch.used_bytes != mark.used_bytes) {
        arena_rewind(&worker->scratch, mark);
    }
    State state = rule->when_true;
    if (holds == TRI_ERROR) {
        *ret_message = keep_error(worker, &err);
        return err.kind == ERR_ABSENT ? STATE_NOT_MEASURED : STATE_ERROR;
    }
    if (holds == TRI_TRUE) {
        *ret_leaf = ev->last;
        *ret_waits = rule->deferred;
    } else {
        Err ignored;
        ignored.kind = ERR_NONE;
        if (!rule->judged ||
            (rule->applies_code != STEP_ACCEPT &&
             eval_condition(ev, rule->applies_code, rule->applies, &ignored) != TRI_TRUE)) {
            return STATE_COUNT;
        }
        state = STATE_COMPLIANT;
    }
    if (rule->required_count != 0 && lacks_required(row, rule)) {
        *ret_message = not_in_data(worker, missing_path(assigned, row, rule));
        *ret_waits = false;
        return STATE_NOT_MEASURED;
    }
    return state;
}
