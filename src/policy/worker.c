// SPDX-License-Identifier: Apache-2.0
#include "policy/worker.h"

#include <stdlib.h>
#include <string.h>

#include "json/read.h"

enum { TRIM_EVERY = 256 }; // rows between looks at the dictionaries' sizes
#define DICTIONARY_BYTES_DEFAULT ((uint64_t)256 << 10)
#define JOIN_BYTES_DEFAULT ((uint64_t)4 << 30)

static const char zeros[SHRED_PADDING];
const Str worker_padding = {zeros, SHRED_PADDING};

Worker *worker_open(Plan *plan, uint32_t worker_index)
{
    (void)worker_index;
    Worker *worker = calloc(1, sizeof(Worker));
    ASSERT(worker != NULL);
    worker->plan = plan;
    worker->indexer = json_indexer_open();
    shredder_open(&worker->shredder, &plan->options.limits);
    arena_init(&worker->arena, SIZE_MAX);
    arena_init(&worker->scratch, SIZE_MAX);
    map_init(&worker->type_by_name, &worker->arena, MAP_EXACT);
    map_init(&worker->open_by_key, &worker->arena, MAP_EXACT);
    worker->results = NEW_ARRAY(&worker->arena, RuleResult, (size_t)plan->rule_count + 1);
    worker->plans = NEW_ARRAY(&worker->arena, const RulePlan *, (size_t)plan->rule_count + 1);
    worker->waiting = NEW_ARRAY(&worker->arena, PendingRule, (size_t)plan->rule_count + 1);
    worker->covered = NEW_ARRAY(&worker->arena, uint8_t, (size_t)plan->cover_count + 1);
    worker->rows_until_trim = TRIM_EVERY;
    join_open(&worker->join, plan);
    pending_open(&worker->pending);
    return worker;
}

void worker_close(Worker *worker)
{
    for (uint32_t i = 0; i < worker->type_by_name.count; i++) {
        evaluator_close(&worker->types[i]->ev);
        table_close(&worker->types[i]->table);
    }
    pending_close(&worker->pending);
    join_close(&worker->join);
    shredder_close(&worker->shredder);
    json_indexer_close(worker->indexer);
    arena_free(&worker->scratch);
    arena_free(&worker->arena);
    free(worker);
}

static Str padded(Arena *arena, Str text)
{
    char *copy = NEW_ARRAY(arena, char, text.len + SHRED_PADDING);
    memcpy(copy, text.ptr, text.len);
    return (Str){copy, text.len};
}

// ---- types ----

static WorkerType *type_new(Worker *worker, Str name)
{
    WorkerType *type = NEW(&worker->arena, WorkerType);
    uint64_t bytes_max = worker->plan->options.dictionary_bytes_max;
    type->plan = plan_type(worker->plan, name);
    table_open(&type->table, type->plan, bytes_max != 0 ? bytes_max : DICTIONARY_BYTES_DEFAULT);
    evaluator_open(&type->ev, worker->plan, &type->table, &worker->scratch);
    uint32_t words = (type->plan->candidate_count + 63) / 64;
    type->candidate_bits = NEW_ARRAY(&worker->arena, uint64_t, (size_t)words * JOIN_SET_COUNT + 1);
    for (uint32_t c = 0; c < type->plan->candidate_count; c++) {
        const CandidatePlan *candidate = &type->plan->candidates[c];
        type->has_open = type->has_open || candidate->open;
        type->has_named = type->has_named || candidate->named;
        type->joins |= candidate->joins;
    }
    return type;
}

static WorkerType *type_of(Worker *worker, Str name)
{
    uint32_t at = map_intern(&worker->type_by_name, name);
    if (at >= worker->type_cap) {
        uint32_t cap = worker->type_cap == 0 ? 64 : worker->type_cap * 2;
        WorkerType **wider = NEW_ARRAY(&worker->arena, WorkerType *, cap);
        if (worker->type_cap != 0) {
            memcpy(wider, worker->types, sizeof(WorkerType *) * worker->type_cap);
        }
        worker->types = wider;
        worker->type_cap = cap;
    }
    if (worker->types[at] == NULL) {
        worker->types[at] = type_new(worker, name);
    }
    return worker->types[at];
}

// ---- one resource ----

// The text a JSON string stands for; empty when it is none.
static Str plain_string(Worker *worker, Str json)
{
    if (json.len < 2 || json.ptr[0] != '"') {
        return (Str){0};
    }
    Str inner = {json.ptr + 1, json.len - 2};
    if (inner.len == 0 || memchr(inner.ptr, '\\', inner.len) == NULL) {
        return inner;
    }
    const Json *string = NULL;
    Err err = {0};
    ASSERT(json_read_data(&worker->scratch, json, &worker->plan->options.limits, &string, &err));
    return string->string;
}

// Lets the positional reader say where a text is broken.
static bool locate(Worker *worker, Str text, Err *err)
{
    const Json *unused = NULL;
    Err placed = {0};
    ArenaMark mark = arena_mark(&worker->scratch);
    if (!json_read_data(&worker->scratch, text, &worker->plan->options.limits, &unused, &placed)) {
        *err = placed;
    } else if (err->at.col == 0) {
        err->at = (Span){1, 1};
    }
    arena_rewind(&worker->scratch, mark);
    return false;
}

bool worker_read(Worker *worker, Str text, WorkerRow *ret_row, Err *err)
{
    JsonIndex index = {0};
    if (text.len > worker->plan->options.limits.bytes_max) {
        return err_set(err, ERR_LIMIT, (Span){1, 1},
                       "a resource of %zu bytes; %zu are allowed (--max-document-bytes)", text.len,
                       worker->plan->options.limits.bytes_max);
    }
    if (!json_index(worker->indexer, text, &index, err)) {
        return locate(worker, text, err);
    }
    Str meta[META_COUNT];
    Str guess = shred_find_type(&index);
    WorkerType *type = type_of(worker, plain_string(worker, guess));
    bool good = shred_row(&worker->shredder, &type->table, &index, meta, err);
    if (good && !str_eq(guess, meta[META_TYPE])) {
        // A second "type", or one written with escapes: the last one counts.
        table_clear(&type->table);
        type = type_of(worker, plain_string(worker, meta[META_TYPE]));
        good = shred_row(&worker->shredder, &type->table, &index, meta, err);
    }
    if (!good) {
        table_clear(&type->table);
        return locate(worker, text, err);
    }
    *ret_row = (WorkerRow){
        .type = type,
        .id = plain_string(worker, meta[META_ID]),
        .name = plain_string(worker, meta[META_NAME]),
        .location = plain_string(worker, meta[META_LOCATION]),
        .text = text,
    };
    evaluator_row(&type->ev, 0, ret_row->id, text);
    return true;
}

void worker_done(Worker *worker, const WorkerRow *row, ArenaMark mark)
{
    table_clear(&row->type->table);
    arena_rewind(&worker->scratch, mark);
    if (--worker->rows_until_trim == 0) {
        worker->rows_until_trim = TRIM_EVERY;
        evaluator_trim(&row->type->ev);
    }
}

bool worker_covers(Worker *worker, const WorkerRow *row, uint32_t rule)
{
    const RuleInfo *info = &worker->plan->rules[rule];
    const SelectorGroup *filter = info->assigned->location_filter;
    if (filter != NULL && !selectors_match(filter, 1, row->type->plan->type, row->location)) {
        return false;
    }
    if (info->cover == NONE) {
        return true;
    }
    uint8_t *known = &worker->covered[info->cover];
    if (*known == 0) {
        bool covers = assignment_covers(worker->plan->covers[info->cover], row->id,
                                        row->type->plan->type, row->location);
        *known = covers ? 2 : 1;
    }
    return *known == 2;
}

static bool lacks_required(const WorkerRow *row, const RulePlan *rule)
{
    for (uint32_t i = 0; i < rule->required_count; i++) {
        if (row->type->table.columns[rule->required[i]].ids[0] == VALUE_MISSING) {
            return true;
        }
    }
    return false;
}

static Str missing_path(const AssignedRule *assigned, const WorkerRow *row, const RulePlan *rule)
{
    for (uint32_t i = 0; i < rule->required_count; i++) {
        if (row->type->table.columns[rule->required[i]].ids[0] == VALUE_MISSING) {
            return assigned->required_paths[rule->required_names[i]];
        }
    }
    return (Str){0};
}

static Str keep_error(Worker *worker, const Err *err)
{
    return str_copy(&worker->scratch, str_from_cstr(err->text));
}

static Str not_in_data(Worker *worker, Str path)
{
    Buf text = {0};
    buf_printf(&text, "%.*s is not in the data", STR_ARG(path));
    Str copy = str_copy(&worker->scratch, buf_str(&text));
    buf_free(&text);
    return copy;
}

State worker_rule(Worker *worker, const WorkerRow *row, const RulePlan *rule, bool *ret_waits,
                  uint32_t *ret_leaf, Str *ret_message)
{
    Evaluator *ev = &row->type->ev;
    const AssignedRule *assigned = worker->plan->rules[rule->rule].assigned;
    Err err;
    err.kind = ERR_NONE;
    *ret_leaf = NONE;
    ev->rule = assigned;
    ev->last = NONE;
    Tri holds = eval_condition(ev, rule->code, rule->tree, &err);
    State state = rule->when_true;
    if (holds == TRI_ERROR) {
        *ret_message = keep_error(worker, &err);
        return STATE_ERROR;
    }
    if (holds == TRI_TRUE) {
        *ret_leaf = ev->last;
        *ret_waits = rule->deferred;
    } else {
        Err ignored;
        ignored.kind = ERR_NONE;
        bool judged = rule->when_true == STATE_NON_COMPLIANT && !rule->deferred &&
                      assigned->effect != EFFECT_MANUAL;
        if (!judged ||
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

// Two modify rules that deny on conflict and write the same field contradict each other.
static bool writes_meet(const RulePlan *a, const RulePlan *b)
{
    for (uint32_t i = 0; i < a->write_count; i++) {
        for (uint32_t k = 0; k < b->write_count; k++) {
            if (str_eq_nocase(a->writes[i], b->writes[k])) {
                return true;
            }
        }
    }
    return false;
}

static void find_conflicts(RuleResult *results, const RulePlan **plans, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = i + 1; k < count && plans[i]->write_count != 0; k++) {
            bool both =
                results[i].state <= STATE_CONFLICTING && results[k].state <= STATE_CONFLICTING;
            if (both && writes_meet(plans[i], plans[k])) {
                results[i].state = results[k].state = STATE_CONFLICTING;
            }
        }
    }
}

static Str wanted_name(Evaluator *ev, const Expr *expr, Err *err)
{
    const Json *value = NULL;
    if (!eval_expr(ev, expr, &value, err)) {
        return (Str){0};
    }
    if (value->type != JSON_STRING) {
        (void)err_set(err, ERR_EVAL, (Span){0}, "details.name must be a string");
        return (Str){0};
    }
    return value->string;
}

static Str named_group(Worker *worker, const WorkerRow *row, Str name)
{
    Buf text = {0};
    buf_push(&text, id_subscription(row->id));
    buf_push(&text, STR("/resourceGroups/"));
    buf_push(&text, name);
    Str copy = str_copy(&worker->scratch, buf_str(&text));
    buf_free(&text);
    return copy;
}

static Str join_place(const RulePlan *rule, Str id)
{
    switch (rule->relation.join) {
    case JOIN_CHILD:
        return id;
    case JOIN_GROUP:
        return id_group(id);
    case JOIN_SUBSCRIPTION:
        return id_subscription(id);
    }
    UNREACHABLE("JoinKind out of range");
}

PendingRule worker_pending(Worker *worker, const WorkerRow *row, const RulePlan *rule,
                           uint32_t rule_index)
{
    const Relation *relation = &rule->relation;
    const RuleInfo *info = &worker->plan->rules[rule->rule];
    PendingRule waiting = {.plan = rule_index};
    Evaluator *ev = &row->type->ev;
    Err err = {0};
    bool named = relation->name != NULL &&
                 !(expr_is_literal(relation->name) && relation->name->value->type == JSON_STRING);
    if (info->related_type.len == 0) {
        (void)err_set(&err, ERR_EVAL, (Span){0}, "details.type must be a constant resource type");
    } else if (named || relation->group != NULL) {
        Str name = named ? wanted_name(ev, relation->name, &err) : (Str){0};
        Str place = join_place(rule, row->id);
        if (relation->group != NULL && relation->join == JOIN_GROUP && err.kind == ERR_NONE) {
            place = named_group(worker, row, wanted_name(ev, relation->group, &err));
        }
        waiting.has_key = true;
        waiting.key = join_key(relation->join, info->related, place, name);
    }
    if (err.kind != ERR_NONE) {
        waiting.failed = true;
        waiting.message = keep_error(worker, &err);
    }
    return waiting;
}

// ---- candidates ----

static void set_bit(uint64_t *bits, uint32_t words, JoinSet set, uint32_t bit)
{
    bits[set * words + bit / 64] |= (uint64_t)1 << (bit & 63);
}

// What this candidate says about every rule that looks for its type, constant names considered.
static bool judge_candidate(Worker *worker, const WorkerRow *row, bool named, JoinKind join,
                            Str full_name)
{
    WorkerType *type = row->type;
    uint32_t words = (type->plan->candidate_count + 63) / 64;
    bool any = false;
    memset(type->candidate_bits, 0, sizeof(uint64_t) * words * JOIN_SET_COUNT);
    for (uint32_t c = 0; c < type->plan->candidate_count; c++) {
        const CandidatePlan *candidate = &type->plan->candidates[c];
        if (candidate->named != named || (candidate->joins >> join & 1) == 0 ||
            (candidate->name.len != 0 && !name_matches(full_name, candidate->name))) {
            continue;
        }
        any = true;
        set_bit(type->candidate_bits, words, JOIN_SEEN, c);
        Err ignored;
        ignored.kind = ERR_NONE;
        type->ev.rule = worker->plan->rules[candidate->rule].assigned;
        Tri result = candidate->open
                         ? TRI_FALSE
                         : eval_condition(&type->ev, candidate->code, candidate->tree, &ignored);
        if (result != TRI_FALSE) {
            set_bit(type->candidate_bits, words, result == TRI_TRUE ? JOIN_SATISFIED : JOIN_ERROR,
                    c);
        }
    }
    return any;
}

static void keep_open(Worker *worker, const WorkerRow *row, JoinKey key)
{
    uint32_t at = map_intern(&worker->open_by_key, (Str){(const char *)&key, sizeof key});
    if (at >= worker->open_cap) {
        uint32_t cap = worker->open_cap == 0 ? 64 : worker->open_cap * 2;
        OpenCandidate **wider = NEW_ARRAY(&worker->arena, OpenCandidate *, cap);
        if (worker->open_cap != 0) {
            memcpy(wider, worker->open, sizeof(OpenCandidate *) * worker->open_cap);
        }
        worker->open = wider;
        worker->open_cap = cap;
    }
    OpenCandidate *open = NEW(&worker->arena, OpenCandidate);
    *open = (OpenCandidate){
        .type = row->type,
        .text = padded(&worker->arena, row->text),
        .id = str_copy(&worker->arena, row->id),
        .next = worker->open[at],
    };
    worker->open[at] = open;
}

// The forms of its name under which a rule may ask for a candidate: each suffix of the full name,
// and each with "?" for its last segment.
static void add_named(Worker *worker, const WorkerRow *row, JoinKind join, Str place, Str full_name)
{
    for (size_t at = full_name.len + 1; at-- > 0;) {
        if (at != 0 && full_name.ptr[at - 1] != '/') {
            continue;
        }
        Str suffix = str_from(full_name, at);
        JoinKey key = join_key(join, row->type->plan->related, place, suffix);
        join_add(&worker->join, key, row->type->plan->related, row->type->candidate_bits);
        if (row->type->has_open) {
            keep_open(worker, row, key);
        }
        size_t slash = suffix.len;
        while (slash > 0 && suffix.ptr[slash - 1] != '/') {
            slash--;
        }
        Buf any = {0};
        buf_push(&any, (Str){suffix.ptr, slash});
        buf_push(&any, STR("?"));
        key = join_key(join, row->type->plan->related, place, buf_str(&any));
        join_add(&worker->join, key, row->type->plan->related, row->type->candidate_bits);
        buf_free(&any);
    }
}

static void add_candidate_at(Worker *worker, const WorkerRow *row, JoinKind join, Str place,
                             Str full_name)
{
    uint32_t related = row->type->plan->related;
    if (place.len == 0) {
        return;
    }
    if (judge_candidate(worker, row, false, join, full_name)) {
        JoinKey key = join_key(join, related, place, (Str){0});
        join_add(&worker->join, key, related, row->type->candidate_bits);
        if (row->type->has_open) {
            keep_open(worker, row, key);
        }
    }
    if (row->type->has_named && judge_candidate(worker, row, true, join, full_name)) {
        add_named(worker, row, join, place, full_name);
    }
}

static void add_candidate(Worker *worker, const WorkerRow *row)
{
    Str full_name = id_full_name(&worker->scratch, row->id);
    if ((row->type->joins >> JOIN_CHILD & 1) != 0) {
        for (Str above = id_parent(row->id); above.len != 0; above = id_parent(above)) {
            bool resource = str_find(above, STR("/providers/")) != NULL ||
                            !str_starts_nocase(above, STR("/subscriptions/"));
            if (!resource) {
                break;
            }
            add_candidate_at(worker, row, JOIN_CHILD, above, full_name);
        }
    }
    if ((row->type->joins >> JOIN_GROUP & 1) != 0) {
        add_candidate_at(worker, row, JOIN_GROUP, id_group(row->id), full_name);
    }
    if ((row->type->joins >> JOIN_SUBSCRIPTION & 1) != 0) {
        add_candidate_at(worker, row, JOIN_SUBSCRIPTION, id_subscription(row->id), full_name);
    }
}

// ---- blocks ----

static bool is_open(const Worker *worker, const RulePlan *rule)
{
    return worker->plan->rules[rule->rule].reads_primary;
}

static void wait_for_join(Worker *worker, const WorkerRow *row, uint64_t line, uint32_t tag,
                          uint32_t count)
{
    bool open = false;
    for (uint32_t i = 0; i < count; i++) {
        open = open || is_open(worker, &row->type->plan->rules[worker->waiting[i].plan]);
    }
    PendingRow pending = {
        .type = map_find(&worker->type_by_name, row->type->plan->written),
        .tag = tag,
        .line = line,
        .id = row->id,
        .name = row->name,
        .location = row->location,
        .text = open ? row->text : (Str){0},
        .rules = worker->waiting,
        .rule_count = count,
    };
    pending_push(&worker->pending, &pending);
}

static void judge_row(Worker *worker, const WorkerRow *row, uint64_t line, const PolicySink *sink)
{
    const TypePlan *plan = row->type->plan;
    uint32_t count = 0;
    uint32_t waiting = 0;
    uint32_t writers = 0;
    memset(worker->covered, 0, worker->plan->cover_count);
    for (uint32_t r = 0; r < plan->rule_count; r++) {
        const RulePlan *rule = &plan->rules[r];
        if (!worker_covers(worker, row, rule->rule)) {
            continue;
        }
        bool waits = false;
        uint32_t leaf = NONE;
        Str message = {0};
        State state = worker_rule(worker, row, rule, &waits, &leaf, &message);
        if (state == STATE_COUNT) {
            continue;
        }
        if (waits) {
            worker->waiting[waiting++] = worker_pending(worker, row, rule, r);
            continue;
        }
        RuleResult *result = &worker->results[count];
        *result = (RuleResult){.rule = rule->rule, .state = state, .message = message};
        if (leaf != NONE && state == STATE_NON_COMPLIANT) {
            eval_evidence(&row->type->ev, leaf, &result->evidence);
        }
        worker->plans[count++] = rule;
        writers += rule->write_count != 0 ? 1 : 0;
    }
    if (writers > 1) {
        find_conflicts(worker->results, worker->plans, count);
    }
    ResourceRow out = {
        .id = row->id,
        .name = row->name,
        .type = plan->written,
        .location = row->location,
        .text = row->text,
        .line = line,
    };
    uint32_t tag = sink->row(sink->ctx, &out, worker->results, count);
    if (waiting != 0) {
        wait_for_join(worker, row, line, tag, waiting);
    }
}

static bool is_blank(Str line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] != ' ' && line.ptr[i] != '\t' && line.ptr[i] != '\r') {
            return false;
        }
    }
    return true;
}

static void run_line(Worker *worker, Str text, uint64_t line, const PolicySink *sink)
{
    ArenaMark mark = arena_mark(&worker->scratch);
    WorkerRow row;
    Err err;
    err.kind = ERR_NONE;
    err.at = (Span){0};
    if (!worker_read(worker, text, &row, &err)) {
        BadLine bad = {line, err.at.col, str_from_cstr(err.text)};
        sink->bad_line(sink->ctx, &bad);
        arena_rewind(&worker->scratch, mark);
        return;
    }
    judge_row(worker, &row, line, sink);
    if (row.type->plan->candidate_count != 0) {
        add_candidate(worker, &row);
    }
    worker_done(worker, &row, mark);
}

bool worker_run(Worker *worker, Str block, uint64_t first_line, uint64_t block_index,
                const PolicySink *sink, Err *err)
{
    uint64_t bytes_max = worker->plan->options.join_bytes_max;
    bytes_max = bytes_max != 0 ? bytes_max : JOIN_BYTES_DEFAULT;
    pending_begin_block(&worker->pending, block_index, first_line);
    for (uint64_t line = first_line; block.len != 0; line++) {
        const char *end = memchr(block.ptr, '\n', block.len);
        size_t len = end != NULL ? (size_t)(end - block.ptr) : block.len;
        Str text = {block.ptr, len};
        bool near_end = block.len - len <= SHRED_PADDING; // reading on would leave the block
        ArenaMark mark = arena_mark(&worker->scratch);
        if (!is_blank(text)) {
            run_line(worker, near_end ? padded(&worker->scratch, text) : text, line, sink);
        }
        arena_rewind(&worker->scratch, mark);
        block = str_from(block, len + 1);
    }
    uint64_t bytes =
        join_bytes(&worker->join) + pending_bytes(&worker->pending) + worker->arena.used_bytes;
    if (bytes > bytes_max) {
        return err_set(err, ERR_LIMIT, (Span){0},
                       "related resources need more than %llu bytes of memory (--max-memory)",
                       (unsigned long long)bytes_max);
    }
    return true;
}
