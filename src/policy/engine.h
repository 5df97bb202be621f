// SPDX-License-Identifier: Apache-2.0
// engine — the face of the evaluator: assigned rules compile into a plan, resources go in as JSON
// text in blocks, results come out row by row in input order.
// Depends on: assignment, alias, json index.  A Plan is shared by threads (its lazily made per-type
// parts are behind a lock); a Worker belongs to one thread.
// README: src/policy/README.md tells how the plan works.
#pragma once

#include "base/buf.h"
#include "policy/alias.h"
#include "policy/assignment.h"
#include "policy/containers.h"

typedef struct Plan Plan;
typedef struct Worker Worker;

typedef struct PlanOptions {
    Ticks now;                   // utcNow(), expiries
    Str api_version;             // requestContext().apiVersion; empty = "latest" rules of alias.h
    const Json *request_context; // NULL = {apiVersion}
    bool raw_paths;              // a field without provider prefix is a dotted path from the root
    const Json *resource_group;  // fixed context (tests); NULL = from the resource's own id
    const Json *subscription;
    const Containers
        *containers;            // what is known of the others; NULL or not there: id and name only
    const ResourceFacts *facts; // for selectors; NULL = nothing is known
    JsonLimits limits;          // zero bytes_max = defaults
    uint32_t dictionary_bytes_max; // per column in a cold run, 0 = default
    uint64_t join_bytes_max;       // memory of the join index, 0 = default; passing it is ERR_LIMIT
} PlanOptions;

// Compiles. rules, table and everything they point to must outlive the plan. Never fails on a rule
// that definition_parse accepted; what can only be known at run time is a result of state Error.
Plan *plan_compile(Arena *arena, const AssignedRule *rules, uint32_t rule_count,
                   const AliasTable *aliases, const PlanOptions *options);
void plan_close(Plan *plan);

// Makes the plans of every resource type that a rule names, which otherwise happens on first sight.
void plan_prepare(Plan *plan);

// What a deciding leaf looked like. Texts are borrowed until the sink returns.
typedef struct Evidence {
    const Cond *leaf; // NULL = none (manual, preset)
    Str path;         // field name or "count(...)" or "value"
    const char *op;   // documented operator name
    Str seen;         // JSON text of the value seen; empty = missing
    Str wanted;       // JSON text of the right side after folding
    Str json;         // all of it: evidence_json
} Evidence;

// {"path", "operator", "seen", "wanted"}: what is not there is left out.
Str evidence_json(Arena *arena, const Evidence *evidence);

typedef struct RuleResult {
    uint32_t rule;            // index into the assigned rules
    State state;              // before exemptions; attestations are the assess layer's too
    const Evidence *evidence; // of a non-compliance; NULL = none (manual, preset, *IfNotExists)
    Str message;              // Error, NotMeasured: why; *IfNotExists: "no related resource …"
    Str message_json;         // the same as JSON, quotes included; empty when it is not at hand
} RuleResult;

typedef struct ResourceRow {
    Str id;
    Str id_json; // the id as it stands in the text, quotes and escapes included; may be empty
    Str name;
    Str type;      // as written
    Str location;  // empty = none
    Str text;      // the whole resource, JSON; empty in a deferred row
    uint64_t line; // 1-based line in its source; 0 = not known
    bool waits;    // a second call for this resource will follow, when all input was read
    bool deferred; // the second call: results of *IfNotExists rules only
    uint32_t tag;  // what the sink returned for this resource's first call
} ResourceRow;

typedef struct BadLine {
    uint64_t line;
    uint32_t column; // 1-based
    Str reason;
} BadLine;

// Receives results, on the thread that asks for them.
typedef struct PolicySink {
    // Every rule that applies to the resource, in rule order; rules that do not apply are absent,
    // and so are those whose state is preset.
    // Also called with count 0 for a resource no rule applies to. Returns a tag of the sink's own,
    // handed back with the deferred row of a resource that waits.
    uint32_t (*row)(void *ctx, const ResourceRow *row, const RuleResult *results, uint32_t count);
    void (*bad_line)(void *ctx, const BadLine *bad);
    void *ctx;
    bool verdicts_only; // leave evidence out
} PolicySink;

Worker *worker_open(Plan *plan, uint32_t worker_index);
void worker_close(Worker *worker);

// Evaluates a block of NDJSON (one resource a line, last newline optional). block_index orders the
// deferred rows: they come out by (block_index, line). Broken lines go to sink->bad_line, the
// others are measured. False only for ERR_LIMIT (join memory).
MUST_USE bool worker_run(Worker *worker, Str block, uint64_t first_line, uint64_t block_index,
                         const PolicySink *sink, Err *err);

// After all blocks: joins related resources over all workers and emits the deferred rows in input
// order, on the caller's thread.
void plan_finish(Plan *plan, Worker *const *workers, uint32_t worker_count, const PolicySink *sink);

// The same in pieces that any thread may judge, several at a time: each emits its deferred rows in
// input order, and the pieces follow one another.
typedef struct Finish Finish;
Finish *finish_open(Plan *plan, Worker *const *workers, uint32_t worker_count);
void finish_close(Finish *finish);
uint32_t finish_piece_count(const Finish *finish);
void finish_piece(Finish *finish, uint32_t at, const PolicySink *sink);

// ---- hot: one inventory, assessed again and again ----

// Resources kept as columns, and their ids. What the loading plan's rules read
// is what later plans may read: the same rules under other parameters, or fewer of them.
typedef struct Loaded Loaded;
Loaded *loaded_open(Plan *plan); // closed by loaded_close, before the plan
void loaded_close(Loaded *loaded);
// Reads a block of NDJSON; only sink->bad_line is called.
void loaded_add(Loaded *loaded, Str block, uint64_t first_line, const PolicySink *sink);
// Evaluates every loaded resource, in the order in which they were loaded; rows of types whose text
// no rule of the loading plan needs carry none. One assessment at a time.
// ERR_SCHEMA when a rule reads what was not loaded.
MUST_USE bool loaded_assess(Loaded *loaded, Plan *plan, const PolicySink *sink, Err *err);

// True when a rule needs related resources (its results come as deferred rows).
bool plan_rule_is_deferred(const Plan *plan, uint32_t rule);

// ---- one pair, slowly, with a trace (explain, near misses, policy test) ----

typedef struct TraceNode TraceNode;
struct TraceNode {
    const Cond *cond;
    Tri result;
    Str seen;                  // leaf: JSON text of the left side; empty = missing
    Str wanted;                // leaf: JSON text of the right side
    Str note;                  // error text, "3 of 5 elements", …
    const TraceNode *children; // array
    uint32_t child_count;
};

// What happens to one resource under one rule; related are the candidates for *IfNotExists
// (any types; filtered here). All texts in arena.
typedef struct PairOutcome {
    State state;
    bool applicable;
    bool if_holds; // the `if` is true
    Str message;
    const TraceNode *trace;     // of the `if`
    const TraceNode *existence; // existenceCondition of the related resource the verdict rests on:
                                // the one that satisfies it, else the nearest to it; may be NULL
    Str related;                // that resource's id
    // The single leaves that would each alone turn the result Compliant when flipped.
    const TraceNode *const *near_misses;
    uint32_t near_miss_count;
} PairOutcome;

// The resource and what may be related to it.
typedef struct PairInput {
    const Json *resource;
    const Json *const *related; // any types; filtered here
    uint32_t related_count;
} PairInput;

MUST_USE bool plan_explain(Arena *arena, Plan *plan, uint32_t rule, const PairInput *pair,
                           PairOutcome *ret_outcome, Err *err);

// modify/append: the details with their expressions evaluated for the resource
// ([{field, operation?, value}] or {operations, …}), and the document that would result.
MUST_USE bool plan_effect_details(Arena *arena, Plan *plan, uint32_t rule, const Json *resource,
                                  const Json **ret_details, const Json **ret_document, Err *err);
