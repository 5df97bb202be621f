// SPDX-License-Identifier: Apache-2.0
// The end of a run: every resource that waited meets the candidates of all workers, in input order.
// A piece is what waited of one block; pieces only read what the workers gathered.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "policy/worker.h"
#include "json/read.h"
#include "json/write.h"

typedef enum Reason {
    REASON_NONE, // it is met
    REASON_NONE_THERE,
    REASON_NONE_SATISFIES,
    REASON_NO_VALUE,
    REASON_COUNT
} Reason;

typedef struct Words {
    Str text;
    Str json; // as a JSON string
} Words;

// What follows from the JoinSets that hold.
enum { SEEN = 1U << JOIN_SEEN, SATISFIED = 1U << JOIN_SATISFIED, FAILED = 1U << JOIN_ERROR };
static const struct {
    State state;
    Reason reason;
} verdicts[] = {
    [0] = {STATE_NON_COMPLIANT, REASON_NONE_THERE},
    [SEEN] = {STATE_NON_COMPLIANT, REASON_NONE_SATISFIES},
    [FAILED] = {STATE_ERROR, REASON_NO_VALUE},
    [SEEN | FAILED] = {STATE_ERROR, REASON_NO_VALUE},
    [SATISFIED] = {STATE_COMPLIANT, REASON_NONE},
    [SATISFIED | SEEN] = {STATE_COMPLIANT, REASON_NONE},
    [SATISFIED | FAILED] = {STATE_COMPLIANT, REASON_NONE},
    [SATISFIED | SEEN | FAILED] = {STATE_COMPLIANT, REASON_NONE},
};

// A rule of a type as the join needs it, small because rows ask for many.
typedef struct FinishRule {
    uint32_t rule;
    uint32_t related;
    uint32_t bit;
    uint8_t join; // JoinKind
    bool reads_primary;
} FinishRule;

typedef struct FinishType {
    const WorkerType *type;
    const FinishRule *rules; // by rule of its plan
} FinishType;

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
    FinishType **types;      // by worker, by number of the type there
    const RelatedSets *sets; // of any worker: how wide they are
    uint32_t related_count;
    const Words *reasons; // by rule, REASON_COUNT each: why it is not met
    // Comparing both sides puts a candidate back into the tables of the worker that kept it.
    pthread_mutex_t open_lock;
};

// A resource that waited, and where its rules look, by JoinKind, as far as it was asked for.
typedef struct FinishRow {
    PendingRow waiting;
    const FinishType *of;
    const Json *primary; // the resource itself, once it is read
    uint32_t row;        // in its type's table, when the resources stay
    PlaceDigest places[JOIN_KIND_COUNT];
    bool has_place[JOIN_KIND_COUNT];
} FinishRow;

// What all workers' candidates of a type say at one place: the rules of a row that look there for
// the same share it.
typedef struct Look {
    uint64_t row; // the row of the piece, counted from 1, for which it holds
    uint64_t *bits;
    uint32_t words; // of a set
} Look;

enum { ROWS_AT_ONCE = 16 }; // so that memory comes while others are judged

// One piece while it is judged.
typedef struct Piece {
    Finish *finish;
    Arena arena;   // lives as long as the piece
    Arena texts;   // of the rows at hand
    IdParts parts; // of the candidate at hand
    RuleResult *results;
    Look *looks;     // by related type and JoinKind
    uint64_t *asked; // what is said at a place that is not shared
    uint64_t row;    // the row at hand, counted from 1
} Piece;

static int block_order(const void *a, const void *b)
{
    const BlockRef *x = a;
    const BlockRef *y = b;
    return x->block < y->block ? -1 : x->block > y->block ? 1 : 0;
}

// Does the candidate satisfy the rule, now that the primary is at hand?
static Tri judge_open(Worker *worker, const OpenCandidate *open, const CandidatePlan *candidate,
                      const Json *primary, Str primary_type)
{
    WorkerRow row;
    ArenaMark mark = arena_mark(&worker->scratch);
    Err unused = {0};
    worker_recall(worker, open, &row);
    Evaluator *ev = &row.type->ev;
    ev->rule = worker->plan->rules[candidate->rule].assigned;
    ev->primary = primary;
    ev->primary_type = primary_type;
    Tri result = eval_condition(ev, candidate->code, candidate->tree, &unused);
    ev->primary = NULL;
    worker_done(worker, &row);
    arena_rewind(&worker->scratch, mark);
    return result;
}

static Str full_name_of(Piece *piece, Str id)
{
    id_parts_read(&piece->parts, id);
    return id_full_name(&piece->texts, &piece->parts);
}

static unsigned ask_open(Piece *piece, Worker *worker, const OpenCandidate *open,
                         const FinishRule *rule, const FinishRow *row)
{
    unsigned found = 0;
    Str type = row->of->type->plan->type;
    for (; open != NULL; open = open->next) {
        const CandidatePlan *candidate = &open->type->plan->candidates[rule->bit];
        if (candidate->name.len != 0 &&
            !name_matches(full_name_of(piece, open->id), candidate->name)) {
            continue;
        }
        Tri result = judge_open(worker, open, candidate, row->primary, type);
        found |= SEEN;
        found |= result == TRI_TRUE ? SATISFIED : 0;
        found |= result == TRI_ERROR ? FAILED : 0;
    }
    return found;
}

// The resource as far as a row without its text tells.
static const Json *told_by(Arena *arena, const FinishRow *row)
{
    const JsonMember members[] = {
        {.key = STR("id"), .value = json_string(row->waiting.id)},
        {.key = STR("name"), .value = json_string(row->waiting.name)},
        {.key = STR("type"), .value = json_string(row->of->type->plan->written)},
        {.key = STR("location"), .value = json_string(row->waiting.location)},
    };
    JsonMember *kept = NEW_ARRAY(arena, JsonMember, COUNTOF(members));
    memcpy(kept, members, sizeof members);
    Json *json = NEW(arena, Json);
    *json = (Json){.type = JSON_OBJECT, .count = COUNTOF(members), .members = kept};
    return json;
}

static bool read_primary(Piece *piece, FinishRow *row)
{
    const JsonLimits *limits = &piece->finish->plan->options.limits;
    Err unused = {0};
    if (row->primary == NULL && !row->waiting.needs_text) {
        row->primary = told_by(&piece->texts, row);
    }
    return row->primary != NULL ||
           json_read_data(&piece->texts, row->waiting.text, limits, &row->primary, &unused);
}

static PlaceDigest place_of(FinishRow *row, JoinKind join)
{
    const PendingRow *waiting = &row->waiting;
    const uint32_t ends[JOIN_KIND_COUNT] = {[JOIN_CHILD] = (uint32_t)waiting->id.len,
                                            [JOIN_GROUP] = waiting->group,
                                            [JOIN_SUBSCRIPTION] = waiting->subscription};
    if (!row->has_place[join]) {
        row->has_place[join] = true;
        const PlaceList *list = row->of->type->places;
        if (list == NULL || !place_list_find(list, row->row, join, &row->places[join])) {
            place_digest_ends(waiting->id, &ends[join], 1, &row->places[join]);
        }
    }
    return row->places[join];
}

// The resource itself is read only when there is something to compare with it.
static unsigned find_open(Piece *piece, FinishRow *row, JoinKey key, const FinishRule *rule)
{
    Finish *finish = piece->finish;
    unsigned found = 0;
    for (uint32_t w = 0; w < finish->worker_count; w++) {
        Worker *worker = finish->workers[w];
        uint32_t at = map_find(&worker->open_by_key, (Str){(const char *)&key, sizeof key});
        if (at == MAP_NONE) {
            continue;
        }
        if (!read_primary(piece, row)) {
            return FAILED;
        }
        ASSERT(pthread_mutex_lock(&finish->open_lock) == 0);
        found |= ask_open(piece, worker, worker->open[at], rule, row);
        ASSERT(pthread_mutex_unlock(&finish->open_lock) == 0);
    }
    return found;
}

static const Words *word_reasons(Arena *arena, const Plan *plan)
{
    static const struct {
        const char *before;
        const char *after;
    } words[REASON_COUNT] = {
        [REASON_NONE_THERE] = {"there is no related ", ""},
        [REASON_NONE_SATISFIES] = {"no related ", " satisfies the existenceCondition"},
        [REASON_NO_VALUE] = {"the existenceCondition has no value on a related ", ""},
    };
    Words *reasons = NEW_ARRAY(arena, Words, (size_t)plan->rule_count * REASON_COUNT + 1);
    Buf out = {0};
    for (uint32_t r = 0; r < plan->rule_count; r++) {
        for (uint32_t i = REASON_NONE + 1; i < REASON_COUNT && plan->rules[r].if_not_exists; i++) {
            buf_clear(&out);
            buf_printf(&out, "%s%.*s%s", words[i].before, STR_ARG(plan->rules[r].related_written),
                       words[i].after);
            Words *reason = &reasons[(size_t)r * REASON_COUNT + i];
            reason->text = str_copy(arena, buf_str(&out));
            buf_clear(&out);
            json_write_string(&out, reason->text);
            reason->json = str_copy(arena, buf_str(&out));
        }
    }
    buf_free(&out);
    return reasons;
}

static void gather(const Finish *finish, JoinKey key, uint32_t related, uint64_t *bits)
{
    memset(bits, 0, sizeof *bits * finish->sets[related].words * JOIN_SET_COUNT);
    for (uint32_t w = 0; w < finish->worker_count; w++) {
        join_gather(&finish->workers[w]->join, key, related, bits);
    }
}

static JoinKey key_of(FinishRow *row, const FinishRule *rule)
{
    JoinKind join = (JoinKind)rule->join;
    return join_key(join, rule->related, place_of(row, join));
}

// What all candidates say of a rule that looks where its resource's id says.
static unsigned find_closed(Piece *piece, FinishRow *row, const FinishRule *rule)
{
    Look *look = &piece->looks[(size_t)rule->related * JOIN_KIND_COUNT + rule->join];
    if (look->row != piece->row) {
        look->row = piece->row;
        gather(piece->finish, key_of(row, rule), rule->related, look->bits);
    }
    return join_said(look->bits, look->words, rule->bit);
}

// The same of one that looks elsewhere.
static unsigned find_asked(Piece *piece, JoinKey key, const FinishRule *rule)
{
    gather(piece->finish, key, rule->related, piece->asked);
    return join_said(piece->asked, piece->finish->sets[rule->related].words, rule->bit);
}

static unsigned find(Piece *piece, FinishRow *row, const PendingAsk *ask, const FinishRule *rule)
{
    if (rule->reads_primary) {
        return find_open(piece, row, ask != NULL ? ask->key : key_of(row, rule), rule);
    }
    return ask != NULL ? find_asked(piece, ask->key, rule) : find_closed(piece, row, rule);
}

static void conclude(Piece *piece, FinishRow *row, const PendingRule *waiting, RuleResult *result)
{
    const FinishRule *rule = &row->of->rules[waiting->plan];
    const PendingAsk *ask = waiting->ask;
    if (ask != NULL && ask->failed) {
        *result = (RuleResult){.rule = rule->rule, .state = STATE_ERROR, .message = ask->message};
        return;
    }
    unsigned found = find(piece, row, ask, rule);
    const Words *why = piece->finish->reasons + (size_t)rule->rule * REASON_COUNT;
    why += verdicts[found].reason;
    *result = (RuleResult){.rule = rule->rule,
                           .state = verdicts[found].state,
                           .message = why->text,
                           .message_json = why->json};
}

static void emit(Piece *piece, FinishRow *row, const PolicySink *sink)
{
    const PendingRow *waiting = &row->waiting;
    piece->row++;
    for (uint32_t i = 0; i < waiting->rule_count; i++) {
        conclude(piece, row, &waiting->rules[i], &piece->results[i]);
    }
    ResourceRow out = {
        .id = waiting->id,
        .id_json = waiting->id_json,
        .name = waiting->name,
        .type = row->of->type->plan->written,
        .location = waiting->location,
        .line = waiting->line,
        .deferred = true,
        .tag = waiting->tag,
    };
    (void)sink->row(sink->ctx, &out, piece->results, waiting->rule_count);
}

static void piece_open(Piece *piece, Finish *finish)
{
    *piece = (Piece){.finish = finish};
    arena_init(&piece->arena, SIZE_MAX);
    arena_init(&piece->texts, SIZE_MAX);
    piece->results = NEW_ARRAY(&piece->arena, RuleResult, (size_t)finish->plan->rule_count + 1);
    uint32_t most = 0;
    piece->looks =
        NEW_ARRAY(&piece->arena, Look, (size_t)finish->related_count * JOIN_KIND_COUNT + 1);
    for (uint32_t r = 0; r < finish->related_count; r++) {
        uint32_t words = finish->sets[r].words * JOIN_SET_COUNT;
        for (uint32_t join = 0; join < JOIN_KIND_COUNT; join++) {
            piece->looks[r * JOIN_KIND_COUNT + join] = (Look){
                .bits = NEW_ARRAY(&piece->arena, uint64_t, words), .words = finish->sets[r].words};
        }
        most = words > most ? words : most;
    }
    piece->asked = NEW_ARRAY(&piece->arena, uint64_t, (size_t)most + 1);
}

// A row that stays says itself what a packed one brings along.
static void fill_row(PendingRow *waiting, const BlockRow *from)
{
    const WorkerRow *at = &from->row;
    waiting->type = at->type->number;
    waiting->line = from->line;
    waiting->id = at->id;
    waiting->id_json = at->id_json;
    waiting->name = at->name;
    waiting->location = at->location;
    waiting->text = at->text;
}

// Makes a row that was read ready to be judged.
static void open_row(const Finish *finish, const FinishType *types, FinishRow *row)
{
    const BlockRow *from = row->waiting.stays;
    if (from != NULL) {
        fill_row(&row->waiting, from);
        row->row = from->row.row;
    }
    row->of = &types[row->waiting.type];
    row->primary = NULL;
    memset(row->has_place, 0, sizeof row->has_place);
    JoinKey below = join_key(JOIN_CHILD, 0, place_of(row, JOIN_CHILD));
    for (uint32_t w = 0; w < finish->worker_count; w++) {
        join_prefetch(&finish->workers[w]->join, below);
    }
}

void finish_piece(Finish *finish, uint32_t at, const PolicySink *sink)
{
    ASSERT(at < finish->block_count);
    Piece piece;
    piece_open(&piece, finish);
    const BlockRef *block = &finish->blocks[at];
    const Worker *worker = finish->workers[block->worker];
    size_t offset = worker->pending.blocks[block->at].start;
    size_t end = pending_block_end(&worker->pending, block->at);
    FinishRow rows[ROWS_AT_ONCE];
    while (offset < end) {
        ArenaMark mark = arena_mark(&piece.texts);
        uint32_t count = 0;
        for (; count < ROWS_AT_ONCE && offset < end; count++) {
            pending_read(&worker->pending, block->at, &offset, &piece.texts, &rows[count].waiting);
            __builtin_prefetch(rows[count].waiting.stays);
        }
        for (uint32_t i = 0; i < count; i++) {
            open_row(finish, finish->types[block->worker], &rows[i]);
        }
        for (uint32_t i = 0; i < count; i++) {
            emit(&piece, &rows[i], sink);
        }
        arena_rewind(&piece.texts, mark);
    }
    id_parts_close(&piece.parts);
    arena_free(&piece.texts);
    arena_free(&piece.arena);
}

static FinishType *open_types(Arena *arena, const Worker *worker)
{
    uint32_t count = worker->type_by_name.count;
    FinishType *types = NEW_ARRAY(arena, FinishType, (size_t)count + 1);
    for (uint32_t t = 0; t < count; t++) {
        const TypePlan *plan = worker->types[t]->plan;
        FinishRule *rules = NEW_ARRAY(arena, FinishRule, (size_t)plan->rule_count + 1);
        for (uint32_t r = 0; r < plan->rule_count; r++) {
            const RuleInfo *info = &worker->plan->rules[plan->rules[r].rule];
            rules[r] = (FinishRule){.rule = plan->rules[r].rule,
                                    .related = info->related,
                                    .bit = info->related_bit,
                                    .join = (uint8_t)plan->rules[r].relation.join,
                                    .reads_primary = info->reads_primary};
        }
        types[t] = (FinishType){worker->types[t], rules};
    }
    return types;
}

Finish *finish_open(Plan *plan, Worker *const *workers, uint32_t worker_count)
{
    Finish *finish = calloc(1, sizeof *finish);
    ASSERT(finish != NULL);
    *finish = (Finish){.plan = plan, .workers = workers, .worker_count = worker_count};
    ASSERT(pthread_mutex_init(&finish->open_lock, NULL) == 0);
    arena_init(&finish->arena, SIZE_MAX);
    finish->reasons = word_reasons(&finish->arena, plan);
    finish->related_count = plan->related_types.count;
    finish->types = NEW_ARRAY(&finish->arena, FinishType *, (size_t)worker_count + 1);
    uint32_t count = 0;
    for (uint32_t w = 0; w < worker_count; w++) {
        finish->types[w] = open_types(&finish->arena, workers[w]);
        finish->sets = workers[w]->join.related;
        join_settle(&workers[w]->join);
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
