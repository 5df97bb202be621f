// SPDX-License-Identifier: Apache-2.0
// One rule on one resource, every condition shown: the same plan and the same evaluator as a run,
// with a trace.
#include <string.h>

#include "policy/worker.h"
#include "json/write.h"

typedef struct Explain {
    Arena *arena;
    Worker *worker;
    uint32_t rule;
    const Relation *relation; // of the rule, from the resource's type; NULL = it waits for nothing
} Explain;

static Str text_of(Arena *arena, const Json *json)
{
    Buf buf = {0};
    json_write(&buf, json);
    size_t len = buf.len;
    buf_push(&buf, worker_padding);
    Str copy = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return (Str){copy.ptr, len};
}

static const TraceNode *copy_trace(Arena *arena, const TraceNode *from)
{
    TraceNode *to = NEW(arena, TraceNode);
    *to = *from;
    to->seen = str_copy(arena, from->seen);
    to->wanted = str_copy(arena, from->wanted);
    to->note = str_copy(arena, from->note);
    TraceNode *children = NEW_ARRAY(arena, TraceNode, (size_t)from->child_count + 1);
    for (uint32_t i = 0; i < from->child_count; i++) {
        children[i] = *copy_trace(arena, &from->children[i]);
    }
    to->children = children;
    return to;
}

static const RulePlan *find_rule(const TypePlan *plan, uint32_t rule)
{
    for (uint32_t r = 0; r < plan->rule_count; r++) {
        if (plan->rules[r].rule == rule) {
            return &plan->rules[r];
        }
    }
    return NULL;
}

// The value of a traced tree when one leaf is flipped: Kleene logic over the recorded results.
static Tri with_flip(const TraceNode *node, const TraceNode *flip)
{
    bool leaf = node->cond->kind == COND_LEAF;
    if (leaf) {
        Tri flipped = node->result == TRI_TRUE ? TRI_FALSE : TRI_TRUE;
        return node == flip ? flipped : node->result;
    }
    const Tri deciding = node->cond->kind == COND_ALL_OF ? TRI_FALSE : TRI_TRUE;
    Tri result = node->cond->kind == COND_ALL_OF ? TRI_TRUE : TRI_FALSE;
    for (uint32_t i = 0; i < node->child_count; i++) {
        Tri one = with_flip(&node->children[i], flip);
        if (one == deciding) {
            result = deciding;
            break;
        }
        result = one == TRI_ERROR ? TRI_ERROR : result;
    }
    if (node->cond->kind == COND_NOT && result != TRI_ERROR) {
        result = result == TRI_TRUE ? TRI_FALSE : TRI_TRUE;
    }
    return result;
}

typedef struct Near {
    const TraceNode *root;
    Tri wanted; // of the root
    const TraceNode **found;
    uint32_t count;
} Near;

// What a resource is cannot be mended: type, kind, name and id are no way to comply.
static bool is_mendable(const Cond *cond)
{
    static const Str fixed[] = {STR_INIT("type"), STR_INIT("kind"), STR_INIT("name"),
                                STR_INIT("id"), STR_INIT("fullName")};
    bool named = cond->lhs == LHS_FIELD && expr_is_literal(cond->left) &&
                 cond->left->value->type == JSON_STRING;
    for (size_t i = 0; i < COUNTOF(fixed) && named; i++) {
        if (str_eq_nocase(cond->left->value->string, fixed[i])) {
            return false;
        }
    }
    return true;
}

static uint32_t count_leaves(const TraceNode *node)
{
    uint32_t n = node->cond->kind == COND_LEAF ? 1 : 0;
    for (uint32_t i = 0; i < node->child_count; i++) {
        n += count_leaves(&node->children[i]);
    }
    return n;
}

static void near_leaves(Near *near, const TraceNode *node)
{
    if (node->cond->kind == COND_LEAF) {
        if (node->result != TRI_ERROR && is_mendable(node->cond) &&
            with_flip(near->root, node) == near->wanted) {
            near->found[near->count++] = node;
        }
        return;
    }
    for (uint32_t i = 0; i < node->child_count; i++) {
        near_leaves(near, &node->children[i]);
    }
}

// The leaves that would each alone give the traced condition the wanted value.
static void find_near_misses(Arena *arena, const TraceNode *root, Tri wanted, PairOutcome *outcome)
{
    Near near = {.root = root, .wanted = wanted};
    near.found = NEW_ARRAY(arena, const TraceNode *, (size_t)count_leaves(root) + 1);
    near_leaves(&near, root);
    outcome->near_misses = near.found;
    outcome->near_miss_count = near.count;
}

// ---- the related side of a *IfNotExists rule ----

typedef struct Deferred {
    Arena *arena;
    uint32_t rule;
    State state;
    Str message;
} Deferred;

static uint32_t take_row(void *ctx, const ResourceRow *row, const RuleResult *results,
                         uint32_t count)
{
    Deferred *deferred = ctx;
    bool is_it = row->deferred && row->line == 1; // a related resource may be under the rule too
    for (uint32_t i = 0; i < count && is_it; i++) {
        if (results[i].rule == deferred->rule) {
            deferred->state = results[i].state;
            deferred->message = str_copy(deferred->arena, results[i].message);
        }
    }
    return 0;
}

static void ignore_line(void *ctx, const BadLine *bad)
{
    (void)ctx;
    (void)bad;
}

// The related resource to show: what the verdict rests on, or what comes nearest to changing it.
typedef struct Shown {
    Tri wanted;    // what its existenceCondition gives, to agree with the verdict
    uint32_t cost; // how much would have to be otherwise
    const TraceNode *trace;
    Str id;
} Shown;

// How many leaves would have to turn for the tree to give the value; what no change of settings
// turns counts for many.
static uint32_t flips(const TraceNode *node, bool wanted)
{
    enum { UNMENDABLE = 1000 };
    if (node->cond->kind == COND_LEAF) {
        return node->result == (wanted ? TRI_TRUE : TRI_FALSE) ? 0
               : is_mendable(node->cond)                       ? 1
                                                               : UNMENDABLE;
    }
    bool inner = node->cond->kind == COND_NOT ? !wanted : wanted;
    bool every = (node->cond->kind == COND_ALL_OF) == wanted || node->cond->kind == COND_NOT;
    uint32_t sum = 0;
    uint32_t least = UNMENDABLE;
    for (uint32_t i = 0; i < node->child_count; i++) {
        uint32_t one = flips(&node->children[i], inner);
        sum += one;
        least = one < least ? one : least;
    }
    return every ? sum : least;
}

// Does the rule look where the related resource is? A group or name it computes is not asked here.
static bool is_in_place(const Relation *relation, Str primary, Str id)
{
    if (relation->join == JOIN_CHILD) {
        return id.len > primary.len && id.ptr[primary.len] == '/' &&
               str_eq_nocase((Str){id.ptr, primary.len}, primary);
    }
    return relation->group != NULL ||
           str_eq_nocase(related_place(relation->join, id), related_place(relation->join, primary));
}

static void consider(const Explain *explain, const TraceNode *trace, Tri result, Str id,
                     Shown *shown)
{
    uint32_t cost = flips(trace, true);
    if (result == shown->wanted && (shown->trace == NULL || cost < shown->cost)) {
        shown->trace = copy_trace(explain->arena, trace);
        shown->cost = cost;
        shown->id = id;
    }
}

// The existenceCondition on a related resource of the right type and place.
static void trace_existence(const Explain *explain, const Json *resource, Str primary_type,
                            const Json *related, Shown *shown)
{
    Worker *worker = explain->worker;
    const RuleInfo *info = &worker->plan->rules[explain->rule];
    WorkerRow row;
    Err err = {0};
    ArenaMark mark = arena_mark(&worker->scratch);
    if (!is_in_place(explain->relation, json_find_str(resource, STR("id")),
                     json_find_str(related, STR("id"))) ||
        !worker_read(worker, text_of(&worker->scratch, related), &row, &err)) {
        return;
    }
    if (str_eq(row.type->plan->type, info->related_type)) {
        const CandidatePlan *candidate = &row.type->plan->candidates[info->related_bit];
        Evaluator *ev = &row.type->ev;
        ev->rule = info->assigned;
        ev->primary = resource;
        ev->primary_type = primary_type;
        if (candidate->tree != NULL) {
            TraceNode trace = {0};
            Tri result = eval_tree(ev, candidate->tree, &trace, &err);
            consider(explain, &trace, result, json_find_str(related, STR("id")), shown);
        }
        ev->primary = NULL;
    }
    worker_done(worker, &row);
    arena_rewind(&worker->scratch, mark);
}

static bool explain_related(Explain *explain, const PairInput *pair, PairOutcome *outcome, Err *err)
{
    Deferred deferred = {explain->arena, explain->rule, STATE_COUNT, {0}};
    PolicySink sink = {.row = take_row, .bad_line = ignore_line, .ctx = &deferred};
    Buf lines = {0};
    json_write(&lines, pair->resource);
    for (uint32_t i = 0; i < pair->related_count; i++) {
        buf_byte(&lines, '\n');
        json_write(&lines, pair->related[i]);
    }
    bool good = worker_run(explain->worker, buf_str(&lines), 1, 0, &sink, err);
    if (good) {
        plan_finish(explain->worker->plan, &explain->worker, 1, &sink);
    }
    buf_free(&lines);
    if (good && deferred.state != STATE_COUNT) {
        outcome->state = deferred.state;
        outcome->message = deferred.message;
    }
    return good;
}

static bool explain_row(Explain *explain, const Json *resource, PairOutcome *outcome, bool *waits,
                        Str *ret_type, Err *err)
{
    Worker *worker = explain->worker;
    WorkerRow row;
    ArenaMark mark = arena_mark(&worker->scratch);
    TRY(worker_read(worker, text_of(&worker->scratch, resource), &row, err));
    const RulePlan *rule = find_rule(row.type->plan, explain->rule);
    *ret_type = str_copy(explain->arena, row.type->plan->type);
    memset(worker->covered, 0, worker->plan->cover_count);
    if (rule != NULL && worker_covers(worker, &row, explain->rule)) {
        uint32_t leaf = NONE;
        Str message = {0};
        State state = worker_judge(worker, &row, rule, waits, &leaf, &message);
        outcome->applicable = state != STATE_COUNT;
        outcome->state = outcome->applicable ? state : STATE_NOT_APPLICABLE;
        outcome->message = str_copy(explain->arena, message);
        TraceNode trace = {0};
        Err ignored = {0};
        explain->relation = &rule->relation;
        outcome->if_holds = eval_tree(&row.type->ev, rule->tree, &trace, &ignored) == TRI_TRUE;
        outcome->trace = copy_trace(explain->arena, &trace);
        if (outcome->state == STATE_NON_COMPLIANT && !*waits) {
            find_near_misses(explain->arena, outcome->trace, TRI_FALSE, outcome);
        }
    }
    worker_done(worker, &row);
    arena_rewind(&worker->scratch, mark);
    return true;
}

bool plan_explain(Arena *arena, Plan *plan, uint32_t rule, const PairInput *pair,
                  PairOutcome *ret_outcome, Err *err)
{
    Explain explain = {.arena = arena, .worker = worker_open(plan, 0), .rule = rule};
    PairOutcome outcome = {.state = STATE_NOT_APPLICABLE};
    const AssignedRule *assigned = plan->rules[rule].assigned;
    if (assigned->preset != STATE_COUNT) {
        outcome.state = assigned->preset;
        outcome.message = assigned->preset_reason;
    }
    bool waits = false;
    Str type = {0};
    bool good = explain_row(&explain, pair->resource, &outcome, &waits, &type, err);
    if (good && waits) {
        good = explain_related(&explain, pair, &outcome, err);
        Shown shown = {.wanted = outcome.state == STATE_COMPLIANT ? TRI_TRUE
                                 : outcome.state == STATE_ERROR   ? TRI_ERROR
                                                                  : TRI_FALSE};
        // A rule may look for resources of the type it starts from: then the resource is one of
        // them.
        trace_existence(&explain, pair->resource, type, pair->resource, &shown);
        for (uint32_t i = 0; i < pair->related_count; i++) {
            trace_existence(&explain, pair->resource, type, pair->related[i], &shown);
        }
        outcome.existence = shown.trace;
        outcome.related = str_copy(arena, shown.id);
        if (good && outcome.state == STATE_NON_COMPLIANT && outcome.existence != NULL) {
            find_near_misses(arena, outcome.existence, TRI_TRUE, &outcome);
        }
    }
    worker_close(explain.worker);
    if (good) {
        *ret_outcome = outcome;
    }
    return good;
}
