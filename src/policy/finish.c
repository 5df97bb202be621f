// SPDX-License-Identifier: Apache-2.0
// The end of a run: every resource that waited meets the candidates of all workers, in input order.
#include <stdlib.h>
#include <string.h>

#include "policy/worker.h"
#include "json/read.h"

typedef enum Reason {
    REASON_NONE_THERE,
    REASON_NONE_SATISFIES,
    REASON_NO_VALUE,
    REASON_COUNT
} Reason;

typedef struct Finish {
    Plan *plan;
    Worker *const *workers;
    uint32_t worker_count;
    Arena *whole; // lives as long as this
    Arena arena;  // one row's texts
    RuleResult *results;
    Str *reasons; // by rule, REASON_COUNT each: why it is not met; empty = not worded yet
    // Of the row at hand, by JoinKind.
    JoinDigest places[JOIN_KIND_COUNT];
    bool has_place[JOIN_KIND_COUNT];
} Finish;

typedef struct BlockRef {
    uint64_t block;
    uint32_t worker;
    uint32_t at; // in that worker's pending blocks
} BlockRef;

static int block_order(const void *a, const void *b)
{
    const BlockRef *x = a;
    const BlockRef *y = b;
    return x->block < y->block ? -1 : x->block > y->block ? 1 : 0;
}

// Does the candidate satisfy the rule, now that the primary is at hand?
static Tri judge_open(Worker *worker, const OpenCandidate *open, const CandidatePlan *candidate,
                      const Json *primary, Str primary_type, Err *err)
{
    WorkerRow row;
    ArenaMark mark = arena_mark(&worker->scratch);
    Err unused = {0};
    ASSERT(worker_read(worker, open->text, &row, &unused)); // it was read before
    Evaluator *ev = &row.type->ev;
    ev->rule = worker->plan->rules[candidate->rule].assigned;
    ev->primary = primary;
    ev->primary_type = primary_type;
    Tri result = eval_condition(ev, candidate->code, candidate->tree, err);
    ev->primary = NULL;
    worker_done(worker, &row);
    arena_rewind(&worker->scratch, mark);
    return result;
}

static unsigned find_open(Finish *finish, const PendingRow *row, const RuleInfo *info, JoinKey key,
                          Str primary_type, Err *err)
{
    const Json *primary = NULL;
    unsigned found = 0;
    if (!json_read_data(&finish->arena, row->text, &finish->plan->options.limits, &primary, err)) {
        return 1U << JOIN_ERROR;
    }
    for (uint32_t w = 0; w < finish->worker_count; w++) {
        Worker *worker = finish->workers[w];
        uint32_t at = map_find(&worker->open_by_key, (Str){(const char *)&key, sizeof key});
        const OpenCandidate *open = at == MAP_NONE ? NULL : worker->open[at];
        for (; open != NULL; open = open->next) {
            const CandidatePlan *candidate = &open->type->plan->candidates[info->related_bit];
            Str full_name = id_full_name(&finish->arena, open->id);
            if (candidate->name.len != 0 && !name_matches(full_name, candidate->name)) {
                continue;
            }
            Err local = {0};
            Tri result = judge_open(worker, open, candidate, primary, primary_type, &local);
            found |= 1U << JOIN_SEEN;
            found |= result == TRI_TRUE ? 1U << JOIN_SATISFIED : 0;
            if (result == TRI_ERROR && err->kind == ERR_NONE) {
                found |= 1U << JOIN_ERROR;
                *err = local;
            }
        }
    }
    return found;
}

static Str why_not(Finish *finish, uint32_t rule, unsigned found)
{
    static const struct {
        const char *before;
        const char *after;
    } words[REASON_COUNT] = {
        [REASON_NONE_THERE] = {"there is no related ", ""},
        [REASON_NONE_SATISFIES] = {"no related ", " satisfies the existenceCondition"},
        [REASON_NO_VALUE] = {"the existenceCondition has no value on a related ", ""},
    };
    Reason reason = (found >> JOIN_ERROR & 1) != 0  ? REASON_NO_VALUE
                    : (found >> JOIN_SEEN & 1) != 0 ? REASON_NONE_SATISFIES
                                                    : REASON_NONE_THERE;
    Str *text = &finish->reasons[(size_t)rule * REASON_COUNT + reason];
    if (text->len == 0) {
        Buf out = {0};
        buf_printf(&out, "%s%.*s%s", words[reason].before,
                   STR_ARG(finish->plan->rules[rule].related_written), words[reason].after);
        *text = str_copy(finish->whole, buf_str(&out));
        buf_free(&out);
    }
    return *text;
}

static JoinDigest place_of(Finish *finish, JoinKind join, Str id)
{
    if (!finish->has_place[join]) {
        finish->has_place[join] = true;
        finish->places[join] = join_digest(related_place(join, id));
    }
    return finish->places[join];
}

static RuleResult conclude(Finish *finish, const PendingRow *row, const PendingRule *waiting,
                           const RulePlan *rule, Str primary_type)
{
    const RuleInfo *info = &finish->plan->rules[rule->rule];
    RuleResult result = {.rule = rule->rule};
    if (waiting->failed) {
        result.state = STATE_ERROR;
        result.message = waiting->message;
        return result;
    }
    JoinKey key = waiting->has_key
                      ? waiting->key
                      : join_key_of(rule->relation.join, info->related,
                                    place_of(finish, rule->relation.join, row->id), JOIN_NO_NAME);
    unsigned found = 0;
    Err err = {0};
    for (uint32_t w = 0; w < finish->worker_count && !info->reads_primary; w++) {
        found |= join_find(&finish->workers[w]->join, key, info->related, info->related_bit);
    }
    if (info->reads_primary) {
        found = find_open(finish, row, info, key, primary_type, &err);
    }
    if ((found >> JOIN_SATISFIED & 1) != 0) {
        result.state = STATE_COMPLIANT;
    } else {
        bool failed = (found >> JOIN_ERROR & 1) != 0;
        result.state = failed ? STATE_ERROR : STATE_NON_COMPLIANT;
        result.message = why_not(finish, rule->rule, found);
    }
    return result;
}

static void emit(Finish *finish, Worker *worker, const PendingRow *row, const PolicySink *sink)
{
    const TypePlan *plan = worker->types[row->type]->plan;
    memset(finish->has_place, 0, sizeof finish->has_place);
    for (uint32_t i = 0; i < row->rule_count; i++) {
        const PendingRule *waiting = &row->rules[i];
        finish->results[i] =
            conclude(finish, row, waiting, &plan->rules[waiting->plan], plan->type);
    }
    ResourceRow out = {
        .id = row->id,
        .name = row->name,
        .type = plan->written,
        .location = row->location,
        .line = row->line,
        .deferred = true,
        .tag = row->tag,
    };
    (void)sink->row(sink->ctx, &out, finish->results, row->rule_count);
}

bool plan_finish(Plan *plan, Worker *const *workers, uint32_t worker_count, const PolicySink *sink,
                 Err *err)
{
    (void)err;
    Finish finish = {.plan = plan, .workers = workers, .worker_count = worker_count};
    Arena order;
    arena_init(&order, SIZE_MAX);
    arena_init(&finish.arena, SIZE_MAX);
    finish.whole = &order;
    finish.results = NEW_ARRAY(&order, RuleResult, (size_t)plan->rule_count + 1);
    finish.reasons = NEW_ARRAY(&order, Str, (size_t)plan->rule_count * REASON_COUNT + 1);
    uint32_t count = 0;
    for (uint32_t w = 0; w < worker_count; w++) {
        count += workers[w]->pending.block_count;
    }
    BlockRef *blocks = NEW_ARRAY(&order, BlockRef, (size_t)count + 1);
    count = 0;
    for (uint32_t w = 0; w < worker_count; w++) {
        for (uint32_t b = 0; b < workers[w]->pending.block_count; b++) {
            blocks[count++] = (BlockRef){workers[w]->pending.blocks[b].block, w, b};
        }
    }
    qsort(blocks, count, sizeof(BlockRef), block_order);
    for (uint32_t b = 0; b < count; b++) {
        Worker *worker = workers[blocks[b].worker];
        size_t at = worker->pending.blocks[blocks[b].at].start;
        size_t end = pending_block_end(&worker->pending, blocks[b].at);
        while (at < end) {
            ArenaMark mark = arena_mark(&finish.arena);
            PendingRow row = pending_read(&worker->pending, blocks[b].at, &at, &finish.arena);
            emit(&finish, worker, &row, sink);
            arena_rewind(&finish.arena, mark);
        }
    }
    arena_free(&finish.arena);
    arena_free(&order);
    return true;
}
