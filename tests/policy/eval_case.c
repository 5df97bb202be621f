// SPDX-License-Identifier: Apache-2.0
#include "policy/eval_case.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "policy/case_related.h"
#include "json/read.h"

Str case_printf(Arena *arena, const char *fmt, ...)
{
    char text[1024];
    va_list args;
    va_start(args, fmt);
    int len = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    ASSERT(len >= 0);
    size_t size = (size_t)len < sizeof text ? (size_t)len : sizeof text - 1;
    char *copy = NEW_ARRAY(arena, char, size + 1);
    memcpy(copy, text, size);
    return (Str){copy, size};
}

// ---- parsing ----

typedef enum Level { LEVEL_CONSTRAINT, LEVEL_RULE, LEVEL_DEFINITION } Level;

// The policy of a case: as text (then its duplicate keys matter) or parsed already. NULL: the text
// is no JSON, or says a key twice.
static const Json *policy_of(Arena *arena, const Json *line, DiagList *diags)
{
    const Json *text = json_find(line, STR("policy_text"));
    if (!json_is(text, JSON_STRING)) {
        return json_find(line, STR("policy"));
    }
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    const Json *policy = NULL;
    return json_read(arena, text->string, &limits, diags, &policy) ? policy : NULL;
}

static bool parse(Arena *arena, Level level, const Json *policy, DiagList *diags,
                  const Definition **ret_definition)
{
    if (policy == NULL) {
        return false;
    }
    if (level == LEVEL_DEFINITION) {
        return definition_parse(arena, policy, diags, ret_definition);
    }
    if (level == LEVEL_RULE) {
        return definition_parse_rule(arena, policy, diags, ret_definition);
    }
    const Json *condition = json_find_nocase(policy, STR("if"));
    const Cond *cond = NULL;
    return cond_parse(arena, condition != NULL ? condition : policy, diags, &cond);
}

static Str first_error(Arena *arena, const DiagList *diags)
{
    for (const Diag *diag = diags->first; diag != NULL; diag = diag->next) {
        if (diag->level == DIAG_ERROR) {
            return case_printf(arena, "%s: %.*s", diag->code, STR_ARG(diag->text));
        }
    }
    return STR("no reason given");
}

CaseResult parser_case_run(Arena *arena, const CaseInput *in, Str *ret_why)
{
    const Json *skip = json_find(in->line, STR("skip"));
    if (json_is(skip, JSON_BOOL) && skip->boolean) {
        return CASE_SKIPPED;
    }
    Str name = json_find_str(in->line, STR("parse_level"));
    Level level = str_eq(name, STR("constraint"))          ? LEVEL_CONSTRAINT
                  : str_eq(name, STR("policy_definition")) ? LEVEL_DEFINITION
                                                           : LEVEL_RULE;
    DiagList diags;
    diag_init(&diags, arena, (Str){NULL, 0});
    const Definition *definition = NULL;
    const Json *want = json_find(in->line, STR("want_parse_error"));
    bool want_error = json_is(want, JSON_BOOL) && want->boolean;
    bool ok = parse(arena, level, policy_of(arena, in->line, &diags), &diags, &definition);
    if (ok != want_error || in->divergence->is_unsettled) {
        return CASE_PASSED;
    }
    *ret_why =
        ok ? STR("it parses, an error is wanted")
           : case_printf(arena, "it does not parse: %.*s", STR_ARG(first_error(arena, &diags)));
    return CASE_FAILED;
}

// ---- what is wanted ----

typedef enum WantKind { WANT_EFFECT, WANT_NO_EFFECT, WANT_ERROR, WANT_REJECTED, WANT_ANY } WantKind;

typedef struct Want {
    WantKind kind;
    Str effect;
    const Json *details; // NULL = not compared
} Want;

static Want want_of(const CaseInput *in)
{
    const Json *details = json_find(in->line, STR("want_details"));
    Want want = {
        .kind = WANT_ANY,
        .effect = json_find_str(in->line, STR("want_effect")),
        .details = json_is(details, JSON_NULL) ? NULL : details,
    };
    if (in->divergence->is_unsettled) {
        return (Want){.kind = WANT_ANY};
    }
    if (in->divergence->is_settled_otherwise) {
        const Json *documented = in->divergence->documented;
        Str text = json_is(documented, JSON_STRING) ? documented->string : (Str){NULL, 0};
        want.effect = text;
        want.details = NULL;
        want.kind = str_eq(text, STR("undefined")) ? WANT_NO_EFFECT
                    : str_eq(text, STR("error"))   ? WANT_ERROR
                                                   : WANT_EFFECT;
        return want;
    }
    static const struct {
        Str expect;
        WantKind kind;
    } rows[] = {
        {STR_INIT("effect"), WANT_EFFECT},
        {STR_INIT("undefined"), WANT_NO_EFFECT},
        {STR_INIT("parse_error"), WANT_REJECTED},
        {STR_INIT("compile_error"), WANT_REJECTED},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        if (str_eq(json_find_str(in->line, STR("expect")), rows[i].expect)) {
            want.kind = rows[i].kind;
        }
    }
    return want;
}

// ---- the rule and its surroundings ----

static const Json *object_at(const Json *json, const char *key)
{
    const Json *found = json_find(json, (Str){key, strlen(key)});
    return json_is(found, JSON_OBJECT) ? found : NULL;
}

static const Json *default_context(Arena *arena, bool is_group)
{
    JsonMember *members = NEW_ARRAY(arena, JsonMember, 2);
    Json *json = NEW(arena, Json);
    *json = (Json){.type = JSON_OBJECT, .members = members};
    if (is_group) {
        members[json->count++] =
            (JsonMember){.key = STR("name"), .value = json_string(STR("myResourceGroup"))};
        members[json->count++] =
            (JsonMember){.key = STR("location"), .value = json_string(STR("eastus"))};
    } else {
        members[json->count++] =
            (JsonMember){.key = STR("subscriptionId"), .value = json_string(RELATED_SUBSCRIPTION)};
    }
    return json;
}

static PlanOptions options_of(Arena *arena, const Json *line)
{
    const Json *context = object_at(line, "context");
    Str written_now = json_find_str(context, STR("utcNow"));
    const Json *request = object_at(line, "request_context");
    const Json *group = object_at(context, "resourceGroup");
    const Json *subscription = object_at(context, "subscription");
    Ticks now = 0;
    if (!ticks_parse(written_now, &now)) {
        bool is_fixed = ticks_parse(STR("2025-01-01T00:00:00Z"), &now);
        ASSERT(is_fixed);
    }
    return (PlanOptions){
        .now = now,
        .api_version = json_find_str(line, STR("api_version")),
        .request_context = request != NULL ? request : object_at(context, "requestContext"),
        .raw_paths = true,
        .resource_group = group != NULL ? group : default_context(arena, true),
        .subscription = subscription != NULL ? subscription : default_context(arena, false),
    };
}

// A modify or append that writes what the table says cannot be written does not compile.
static bool writes_what_it_may(Arena *arena, const RefInput *in, Str *ret_why)
{
    const Details *details = &in->rule->definition->details;
    bool writes = in->rule->effect == EFFECT_MODIFY;
    for (uint32_t i = 0; writes && i < details->operation_count; i++) {
        const Expr *field = details->operations[i].field;
        if (!expr_is_literal(field) || !json_is(field->value, JSON_STRING)) {
            continue;
        }
        AliasModifiable says =
            alias_modifiable(in->aliases, field->value->string, in->options->api_version);
        if (says == ALIAS_NOT_MODIFIABLE) {
            *ret_why =
                case_printf(arena, "'%.*s' is not modifiable", STR_ARG(field->value->string));
            return false;
        }
    }
    return true;
}

// ---- verdicts ----

// Every key of want is in got with the same meaning; got may say more.
static bool holds_details(const Json *want, const Json *got)
{
    if (json_is(want, JSON_OBJECT)) {
        for (uint32_t i = 0; i < want->count; i++) {
            const Json *other = json_find_nocase(got, want->members[i].key);
            if (other == NULL || !holds_details(&want->members[i].value, other)) {
                return false;
            }
        }
        return json_is(got, JSON_OBJECT);
    }
    if (json_is(want, JSON_ARRAY)) {
        bool same = json_is(got, JSON_ARRAY) && got->count == want->count;
        for (uint32_t i = 0; same && i < want->count; i++) {
            same = holds_details(&want->items[i], &got->items[i]);
        }
        return same;
    }
    return got != NULL && json_equal(want, got);
}

// One evaluator's answer, in the words of the format.
typedef struct Answer {
    const char *who;
    State state;
    bool if_holds;
    Str message;
    const Json *details; // modify, append
} Answer;

static bool is_if_not_exists(Effect effect)
{
    return effect == EFFECT_AUDIT_IF_NOT_EXISTS || effect == EFFECT_DEPLOY_IF_NOT_EXISTS;
}

static bool has_effect(const RefInput *in, const Answer *answer)
{
    if (in->rule->effect == EFFECT_DISABLED || answer->state == STATE_ERROR) {
        return false;
    }
    return is_if_not_exists(in->rule->effect) ? answer->state == STATE_NON_COMPLIANT
                                              : answer->if_holds;
}

static bool answer_meets(Arena *arena, const RefInput *in, const Want *want, const Answer *answer,
                         Str *ret_why)
{
    Str effect = {NULL, 0};
    Err err = {0};
    bool known = pair_effect_text(arena, in->rule, &effect, &err);
    bool has = has_effect(in, answer);
    bool ok = want->kind == WANT_ANY ||
              (want->kind == WANT_EFFECT && has && known && str_eq(effect, want->effect)) ||
              (want->kind == WANT_NO_EFFECT && !has) ||
              (want->kind == WANT_ERROR && answer->state == STATE_ERROR);
    if (!ok) {
        *ret_why =
            case_printf(arena, "%s: wanted %s%.*s, seen %s%.*s (%s) %.*s", answer->who,
                        want->kind == WANT_EFFECT  ? "effect "
                        : want->kind == WANT_ERROR ? "an error"
                                                   : "no effect",
                        want->kind == WANT_EFFECT ? (int)want->effect.len : 0, want->effect.ptr,
                        has ? "effect " : "no effect", has ? (int)effect.len : 0, effect.ptr,
                        state_name(answer->state), STR_ARG(answer->message));
        return false;
    }
    if (want->kind == WANT_EFFECT && want->details != NULL &&
        !holds_details(want->details, answer->details)) {
        Str seen = answer->details != NULL ? pair_json_text(arena, answer->details) : STR("none");
        *ret_why = case_printf(arena, "%s: details: wanted %.*s, seen %.*s", answer->who,
                               STR_ARG(pair_json_text(arena, want->details)), STR_ARG(seen));
        return false;
    }
    return true;
}

static CaseResult run_pair(Arena *arena, const RefInput *in, const Want *want, Str *ret_why)
{
    Err err = {0};
    RefOutcome ref = ref_eval(arena, in);
    const Json *document = NULL;
    Answer answer = {
        .who = "reference",
        .state = ref.state,
        .if_holds = ref.if_result == TRI_TRUE,
        .message = ref.error,
    };
    if (want->details != NULL && !ref_effect_details(arena, in, &answer.details, &document, &err)) {
        answer.message = case_printf(arena, "%s", err.text);
    }
    if (!answer_meets(arena, in, want, &answer, ret_why)) {
        return CASE_FAILED;
    }
    PairSeen seen;
    if (!pair_engine(arena, in, &seen, &err)) {
        *ret_why = case_printf(arena, "engine: %s", err.text);
        return CASE_FAILED;
    }
    answer = (Answer){
        .who = "engine",
        .state = seen.explained.state,
        .if_holds = seen.explained.if_holds,
        .message = seen.explained.message,
    };
    if (want->details != NULL &&
        !pair_engine_details(arena, in, &answer.details, &document, &err)) {
        answer.message = case_printf(arena, "%s", err.text);
    }
    bool ok =
        answer_meets(arena, in, want, &answer, ret_why) && pair_agrees(arena, &ref, &seen, ret_why);
    return ok ? CASE_PASSED : CASE_FAILED;
}

static CaseResult rejected(Arena *arena, const Want *want, Str why, Str *ret_why)
{
    if (want->kind == WANT_REJECTED || want->kind == WANT_ANY) {
        return CASE_PASSED;
    }
    *ret_why = case_printf(arena, "rejected: %.*s", STR_ARG(why));
    return CASE_FAILED;
}

CaseResult eval_case_run(Arena *arena, const CaseInput *in, Str *ret_why)
{
    if (str_eq(json_find_str(in->line, STR("expect")), STR("skip"))) {
        return CASE_SKIPPED;
    }
    Want want = want_of(in);
    DiagList diags;
    diag_init(&diags, arena, (Str){NULL, 0});
    Str kind = json_find_str(in->line, STR("policy_kind"));
    Level level = str_eq(kind, STR("policy_definition")) ? LEVEL_DEFINITION : LEVEL_RULE;
    const Definition *definition = NULL;
    if (!parse(arena, level, policy_of(arena, in->line, &diags), &diags, &definition)) {
        return rejected(arena, &want, first_error(arena, &diags), ret_why);
    }
    AssignedRule rule;
    Err err = {0};
    PlanOptions options = options_of(arena, in->line);
    const Json *policy = object_at(object_at(in->line, "context"), "policy");
    if (!pair_rule(arena, definition, object_at(in->line, "parameters"), policy, &rule, &err)) {
        return rejected(arena, &want, case_printf(arena, "%s", err.text), ret_why);
    }
    RefInput pair = {.rule = &rule, .aliases = in->aliases, .options = &options};
    Str why = {NULL, 0};
    if (!writes_what_it_may(arena, &pair, &why)) {
        return rejected(arena, &want, why, ret_why);
    }
    if (want.kind == WANT_REJECTED) {
        *ret_why = STR("it compiles, an error is wanted");
        return CASE_FAILED;
    }
    case_related_fill(arena, in->line, &pair);
    return run_pair(arena, &pair, &want, ret_why);
}
