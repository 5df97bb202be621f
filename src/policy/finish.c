// SPDX-License-Identifier: Apache-2.0
// The end of a run: every resource that waited meets the candidates of all workers, in input order.
// A piece is what waited of one block; pieces only read what the workers gathered.
#include <pthread.h>
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

typedef struct BlockRef {
    uint64_t block;
    uint32_t worker;
    uint32_t at; // in that worker's pending blocks
} BlockRef;

struct Finish {
    Plan *plan;
    Worker *const *workers;
    uint32_t worker_count;
    Arena arena;
    BlockRef *blocks; // in input order
    uint32_t block_count;
    const Str *reasons; // by rule, REASON_COUNT each: why it is not met
    // Comparing both sides puts a candidate back into the tables of the worker that kept it.
    pthread_mutex_t open_lock;
};

// One piece while it is judged.
typedef struct Piece {
    Finish *finish;
    Arena arena; // one row's texts
    RuleResult *results;
    JoinKey *keys; // parallel to them
    // Of the row at hand, by JoinKind.
    JoinDigest places[JOIN_KIND_COUNT];
    bool has_place[JOIN_KIND_COUNT];
} Piece;

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

static unsigned find_open_at(Piece *piece, Worker *worker, const RuleInfo *info, JoinKey key,
                             const Json *primary, Str primary_type, Err *err)
{
    unsigned found = 0;
    uint32_t at = map_find(&worker->open_by_key, (Str){(const char *)&key, sizeof key});
    const OpenCandidate *open = at == MAP_NONE ? NULL : worker->open[at];
    for (; open != NULL; open = open->next) {
        const CandidatePlan *candidate = &open->type->plan->candidates[info->related_bit];
        Str full_name = id_full_name(&piece->arena, open->id);
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
    return found;
}

static unsigned find_open(Piece *piece, const PendingRow *row, const RuleInfo *info, JoinKey key,
                          Str primary_type, Err *err)
{
    Finish *finish = piece->finish;
    const Json *primary = NULL;
    unsigned found = 0;
    if (!json_read_data(&piece->arena, row->text, &finish->plan->options.limits, &primary, err)) {
        return 1U << JOIN_ERROR;
    }
    ASSERT(pthread_mutex_lock(&finish->open_lock) == 0);
    for (uint32_t w = 0; w < finish->worker_count; w++) {
        found |= find_open_at(piece, finish->workers[w], info, key, primary, primary_type, err);
    }
    ASSERT(pthread_mutex_unlock(&finish->open_lock) == 0);
    return found;
}

static const Str *word_reasons(Arena *arena, const Plan *plan)
{
    static const struct {
        const char *before;
        const char *after;
    } words[REASON_COUNT] = {
        [REASON_NONE_THERE] = {"there is no related ", ""},
        [REASON_NONE_SATISFIES] = {"no related ", " satisfies the existenceCondition"},
        [REASON_NO_VALUE] = {"the existenceCondition has no value on a related ", ""},
    };
    Str *reasons = NEW_ARRAY(arena, Str, (size_t)plan->rule_count * REASON_COUNT + 1);
    Buf out = {0};
    for (uint32_t r = 0; r < plan->rule_count; r++) {
        for (uint32_t i = 0; i < REASON_COUNT && plan->rules[r].if_not_exists; i++) {
            buf_clear(&out);
            buf_printf(&out, "%s%.*s%s", words[i].before, STR_ARG(plan->rules[r].related_written),
                       words[i].after);
            reasons[(size_t)r * REASON_COUNT + i] = str_copy(arena, buf_str(&out));
        }
    }
    buf_free(&out);
    return reasons;
}

static Str why_not(const Finish *finish, uint32_t rule, unsigned found)
{
    Reason reason = (found >> JOIN_ERROR & 1) != 0  ? REASON_NO_VALUE
                    : (found >> JOIN_SEEN & 1) != 0 ? REASON_NONE_SATISFIES
                                                    : REASON_NONE_THERE;
    return finish->reasons[(size_t)rule * REASON_COUNT + reason];
}

static JoinDigest place_of(Piece *piece, JoinKind join, Str id)
{
    if (!piece->has_place[join]) {
        piece->has_place[join] = true;
        piece->places[join] = join_digest(related_place(join, id));
    }
    return piece->places[join];
}

// Where each rule of the row is to look, all of it asked for before the first one looks.
static void find_keys(Piece *piece, const TypePlan *plan, const PendingRow *row)
{
    const Finish *finish = piece->finish;
    for (uint32_t i = 0; i < row->rule_count; i++) {
        const PendingRule *waiting = &row->rules[i];
        const RulePlan *rule = &plan->rules[waiting->plan];
        JoinKind join = rule->relation.join;
        piece->keys[i] = waiting->has_key
                             ? waiting->key
                             : join_key_of(join, finish->plan->rules[rule->rule].related,
                                           place_of(piece, join, row->id), JOIN_NO_NAME);
        for (uint32_t w = 0; w < finish->worker_count; w++) {
            join_prefetch(&finish->workers[w]->join, piece->keys[i]);
        }
    }
}

static RuleResult conclude(Piece *piece, const PendingRow *row, const PendingRule *waiting,
                           const RulePlan *rule, JoinKey key, Str primary_type)
{
    const Finish *finish = piece->finish;
    const RuleInfo *info = &finish->plan->rules[rule->rule];
    RuleResult result = {.rule = rule->rule};
    if (waiting->failed) {
        result.state = STATE_ERROR;
        result.message = waiting->message;
        return result;
    }
    unsigned found = 0;
    Err err = {0};
    for (uint32_t w = 0; w < finish->worker_count && !info->reads_primary; w++) {
        found |= join_find(&finish->workers[w]->join, key, info->related, info->related_bit);
    }
    if (info->reads_primary) {
        found = find_open(piece, row, info, key, primary_type, &err);
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

static void emit(Piece *piece, const Worker *worker, const PendingRow *row, const PolicySink *sink)
{
    const TypePlan *plan = worker->types[row->type]->plan;
    memset(piece->has_place, 0, sizeof piece->has_place);
    find_keys(piece, plan, row);
    for (uint32_t i = 0; i < row->rule_count; i++) {
        const PendingRule *waiting = &row->rules[i];
        piece->results[i] =
            conclude(piece, row, waiting, &plan->rules[waiting->plan], piece->keys[i], plan->type);
    }
    ResourceRow out = {
        .id = row->id,
        .id_json = row->id_json,
        .name = row->name,
        .type = plan->written,
        .location = row->location,
        .line = row->line,
        .deferred = true,
        .tag = row->tag,
    };
    (void)sink->row(sink->ctx, &out, piece->results, row->rule_count);
}

void finish_piece(Finish *finish, uint32_t at, const PolicySink *sink)
{
    ASSERT(at < finish->block_count);
    Piece piece = {.finish = finish};
    Arena results;
    arena_init(&results, SIZE_MAX);
    arena_init(&piece.arena, SIZE_MAX);
    piece.results = NEW_ARRAY(&results, RuleResult, (size_t)finish->plan->rule_count + 1);
    piece.keys = NEW_ARRAY(&results, JoinKey, (size_t)finish->plan->rule_count + 1);
    const BlockRef *block = &finish->blocks[at];
    const Worker *worker = finish->workers[block->worker];
    size_t offset = worker->pending.blocks[block->at].start;
    size_t end = pending_block_end(&worker->pending, block->at);
    while (offset < end) {
        ArenaMark mark = arena_mark(&piece.arena);
        PendingRow row = pending_read(&worker->pending, block->at, &offset, &piece.arena);
        emit(&piece, worker, &row, sink);
        arena_rewind(&piece.arena, mark);
    }
    arena_free(&piece.arena);
    arena_free(&results);
}

Finish *finish_open(Plan *plan, Worker *const *workers, uint32_t worker_count)
{
    Finish *finish = calloc(1, sizeof *finish);
    ASSERT(finish != NULL);
    *finish = (Finish){.plan = plan, .workers = workers, .worker_count = worker_count};
    ASSERT(pthread_mutex_init(&finish->open_lock, NULL) == 0);
    arena_init(&finish->arena, SIZE_MAX);
    finish->reasons = word_reasons(&finish->arena, plan);
    uint32_t count = 0;
    for (uint32_t w = 0; w < worker_count; w++) {
        count += workers[w]->pending.block_count;
    }
    finish->blocks = NEW_ARRAY(&finish->arena, BlockRef, (size_t)count + 1);
    for (uint32_t w = 0; w < worker_count; w++) {
        const Pending *pending = &workers[w]->pending;
        for (uint32_t b = 0; b < pending->block_count; b++) {
            if (pending->blocks[b].start < pending_block_end(pending, b)) {
                finish->blocks[finish->block_count++] = (BlockRef){pending->blocks[b].block, w, b};
            }
        }
    }
    qsort(finish->blocks, finish->block_count, sizeof(BlockRef), block_order);
    return finish;
}

void finish_close(Finish *finish)
{
    ASSERT(pthread_mutex_destroy(&finish->open_lock) == 0);
    arena_free(&finish->arena);
    free(finish);
}

uint32_t finish_piece_count(const Finish *finish)
{
    return finish->block_count;
}

void plan_finish(Plan *plan, Worker *const *workers, uint32_t worker_count, const PolicySink *sink)
{
    Finish *finish = finish_open(plan, workers, worker_count);
    for (uint32_t i = 0; i < finish->block_count; i++) {
        finish_piece(finish, i, sink);
    }
    finish_close(finish);
}
