// SPDX-License-Identifier: Apache-2.0
#include "policy/pair.h"

#include <string.h>

#include "policy/expr_eval.h"
#include "json/write.h"

Str pair_json_text(Arena *arena, const Json *json)
{
    Buf buf = {0};
    json_write(&buf, json);
    char *text = NEW_ARRAY(arena, char, buf.len + 1);
    memcpy(text, buf.ptr, buf.len);
    Str out = {text, buf.len};
    buf_free(&buf);
    return out;
}

// ---- the assigned rule ----

static const Json *with_defaults(Arena *arena, const Definition *definition, const Json *given)
{
    uint32_t given_count = json_is(given, JSON_OBJECT) ? given->count : 0;
    uint32_t cap = given_count + definition->parameter_count + 1;
    JsonMember *members = NEW_ARRAY(arena, JsonMember, cap);
    uint32_t count = 0;
    for (uint32_t i = 0; i < given_count; i++) {
        members[count++] = given->members[i];
    }
    for (uint32_t i = 0; i < definition->parameter_count; i++) {
        const Parameter *parameter = &definition->parameters[i];
        bool is_given = json_find_nocase(given, parameter->name) != NULL;
        if (!is_given && parameter->default_value != NULL) {
            members[count++] =
                (JsonMember){.key = parameter->name, .value = *parameter->default_value};
        }
    }
    Json *out = NEW(arena, Json);
    out->type = JSON_OBJECT;
    out->count = count;
    out->members = members;
    return out;
}

bool pair_effect_text(Arena *arena, const AssignedRule *rule, Str *ret_text, Err *err)
{
    ExprEnv env = {.parameters = rule->parameters};
    const Json *value = NULL;
    TRY(expr_eval(arena, rule->definition->effect, &env, &value, err));
    if (!json_is(value, JSON_STRING)) {
        return err_set(err, ERR_EVAL, rule->definition->effect->at, "the effect is not a text");
    }
    *ret_text = value->string;
    return true;
}

bool pair_rule(Arena *arena, const Definition *definition, const Json *parameters,
               const Json *policy, AssignedRule *ret_rule, Err *err)
{
    AssignedRule rule = {
        .definition = definition,
        .parameters = with_defaults(arena, definition, parameters),
        .policy = policy,
        .preset = STATE_COUNT,
    };
    Str text;
    TRY(pair_effect_text(arena, &rule, &text, err));
    rule.effect = effect_find(text);
    if (rule.effect == EFFECT_COUNT) {
        return err_set(err, ERR_EVAL, definition->effect->at, "'%.*s' is not an effect",
                       STR_ARG(text));
    }
    *ret_rule = rule;
    return true;
}

// ---- the engine ----

typedef struct Sink {
    State state;
    uint64_t rows; // first calls, in the order of lines
    uint64_t bad;
    Str why;
} Sink;

// The resource of the pair is line 1; what comes for the other lines is about the related ones.
static uint32_t take_row(void *ctx, const ResourceRow *row, const RuleResult *results,
                         uint32_t count)
{
    Sink *sink = ctx;
    if (row->line != 1) {
        return 0;
    }
    sink->rows++;
    for (uint32_t i = 0; i < count; i++) {
        sink->state = results[i].state;
    }
    return 0;
}

static void take_bad(void *ctx, const BadLine *bad)
{
    Sink *sink = ctx;
    (void)bad;
    sink->bad++;
}

static Str as_lines(const RefInput *in, Buf *buf)
{
    json_write(buf, in->resource);
    buf_byte(buf, '\n');
    for (uint32_t i = 0; i < in->related_count; i++) {
        json_write(buf, in->related[i]);
        buf_byte(buf, '\n');
    }
    return buf_str(buf);
}

static bool run_columns(Plan *plan, const RefInput *in, State *ret_state, Err *err)
{
    Sink sink = {.state = STATE_NOT_APPLICABLE};
    PolicySink calls = {.row = take_row, .bad_line = take_bad, .ctx = &sink};
    Worker *worker = worker_open(plan, 0);
    Buf buf = {0};
    bool ok = worker_run(worker, as_lines(in, &buf), 1, 0, &calls, err);
    if (ok) {
        plan_finish(plan, &worker, 1, &calls);
    }
    buf_free(&buf);
    worker_close(worker);
    if (ok && sink.bad != 0) {
        return err_set(err, ERR_SYNTAX, (Span){0}, "%s", "the engine refuses the resource's line");
    }
    if (ok && sink.rows == 0) {
        return err_set(err, ERR_SCHEMA, (Span){0}, "%s", "the engine reports no row");
    }
    *ret_state = sink.state;
    return ok;
}

bool pair_engine(Arena *arena, const RefInput *in, PairSeen *ret_seen, Err *err)
{
    Plan *plan = plan_compile(arena, in->rule, 1, in->aliases, in->options);
    PairSeen seen = {.state = STATE_COUNT};
    bool ok =
        run_columns(plan, in, &seen.state, err) &&
        plan_explain(arena, plan, 0, &(PairInput){in->resource, in->related, in->related_count},
                     &seen.explained, err);
    plan_close(plan);
    *ret_seen = seen;
    return ok;
}

bool pair_engine_details(Arena *arena, const RefInput *in, const Json **ret_details,
                         const Json **ret_document, Err *err)
{
    Plan *plan = plan_compile(arena, in->rule, 1, in->aliases, in->options);
    bool ok = plan_effect_details(arena, plan, 0, in->resource, ret_details, ret_document, err);
    plan_close(plan);
    return ok;
}

static bool differs(Arena *arena, const char *what, State ref, State seen, Str *ret_text)
{
    if (ref == seen) {
        return false;
    }
    Buf buf = {0};
    buf_printf(&buf, "%s: reference %s, engine %s", what, state_name(ref), state_name(seen));
    char *text = NEW_ARRAY(arena, char, buf.len + 1);
    memcpy(text, buf.ptr, buf.len);
    *ret_text = (Str){text, buf.len};
    buf_free(&buf);
    return true;
}

bool pair_agrees(Arena *arena, const RefOutcome *ref, const PairSeen *seen, Str *ret_text)
{
    if (differs(arena, "columns", ref->state, seen->state, ret_text) ||
        differs(arena, "explain", ref->state, seen->explained.state, ret_text)) {
        return false;
    }
    bool has_state = ref->state != STATE_NOT_APPLICABLE;
    if (has_state && (ref->if_result == TRI_TRUE) != seen->explained.if_holds) {
        *ret_text = ref->if_result == TRI_TRUE
                        ? STR("if: holds for the reference, not for the engine")
                        : STR("if: holds for the engine, not for the reference");
        return false;
    }
    return true;
}
