// SPDX-License-Identifier: Apache-2.0
// Rules: where they apply and which state follows.
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "policy/ref_private.h"
#include "json/write.h"

// ---- the environment ----

// The value of the segment after `word` in a resource id: what stands between two slashes.
static Str id_segment_after(Str id, Str word)
{
    bool next = false;
    for (StrCut cut = {.tail = id, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, '/');
        if (next) {
            return cut.head;
        }
        next = str_eq_nocase(cut.head, word);
    }
    return (Str){NULL, 0};
}

static Json text_json(Arena *arena, const char *format_head, Str a, const char *middle, Str b)
{
    size_t len = strlen(format_head) + a.len + strlen(middle) + b.len;
    char *out = NEW_ARRAY(arena, char, len + 1);
    size_t at = 0;
    const Str parts[] = {{format_head, strlen(format_head)}, a, {middle, strlen(middle)}, b};
    for (size_t i = 0; i < COUNTOF(parts); i++) {
        if (parts[i].len != 0) {
            memcpy(out + at, parts[i].ptr, parts[i].len);
            at += parts[i].len;
        }
    }
    return json_string((Str){out, at});
}

static const Json *subscription_of(Arena *arena, Str id)
{
    Str subscription = id_segment_after(id, STR("subscriptions"));
    if (subscription.len == 0) {
        return NULL;
    }
    JsonMember members[] = {
        {.key = STR("subscriptionId"), .value = json_string(subscription)},
        {.key = STR("id"),
         .value = text_json(arena, "/subscriptions/", subscription, "", (Str){NULL, 0})},
    };
    return ref_object(arena, members, COUNTOF(members));
}

static const Json *resource_group_of(Arena *arena, Str id)
{
    Str subscription = id_segment_after(id, STR("subscriptions"));
    Str group = id_segment_after(id, STR("resourceGroups"));
    if (group.len == 0) {
        return NULL;
    }
    JsonMember members[] = {
        {.key = STR("name"), .value = json_string(group)},
        {.key = STR("id"),
         .value = text_json(arena, "/subscriptions/", subscription, "/resourceGroups/", group)},
    };
    return ref_object(arena, members, COUNTOF(members));
}

// A compliance scan uses the latest version there is: one after every date a rule names.
static const Json *api_context(Arena *arena, Str api_version)
{
    Str version = api_version.len != 0 ? api_version : STR("9999-12-31");
    JsonMember members[] = {{.key = STR("apiVersion"), .value = json_string(version)}};
    return ref_object(arena, members, COUNTOF(members));
}

RefEnv ref_env(Arena *arena, const RefInput *in, Err *err)
{
    const PlanOptions *options = in->options;
    Str id = ref_text(in->resource, STR("id"));
    RefEnv env = {
        .arena = arena,
        .in = in,
        .resource_group = options->resource_group != NULL ? options->resource_group
                                                          : resource_group_of(arena, id),
        .subscription =
            options->subscription != NULL ? options->subscription : subscription_of(arena, id),
        .group_is_partial = options->resource_group == NULL,
        .subscription_is_partial = options->subscription == NULL,
        .request_context = options->request_context != NULL
                               ? options->request_context
                               : api_context(arena, options->api_version),
        .err = err,
    };
    return ref_env_for(&env, in->resource);
}

RefEnv ref_env_for(const RefEnv *env, const Json *doc)
{
    RefEnv other = *env;
    other.doc = doc;
    other.doc_type = ref_text(doc, STR("type"));
    other.scope = NULL;
    return other;
}

// ---- applicability (§10) ----

enum { READS_TYPE = 1, READS_NAME = 2, READS_KIND = 4, READS_OTHER = 8 };

static unsigned leaf_reads(const Cond *leaf)
{
    static const struct {
        Str field;
        unsigned bit;
    } rows[] = {
        {STR_INIT("type"), READS_TYPE},
        {STR_INIT("name"), READS_NAME},
        {STR_INIT("kind"), READS_KIND},
    };
    bool is_literal = leaf->lhs == LHS_FIELD && expr_is_literal(leaf->left);
    for (size_t i = 0; is_literal && i < COUNTOF(rows); i++) {
        if (str_eq_nocase(leaf->left->value->string, rows[i].field)) {
            return rows[i].bit;
        }
    }
    return READS_OTHER;
}

static unsigned cond_reads(const Cond *cond)
{
    if (cond->kind == COND_LEAF) {
        return leaf_reads(cond);
    }
    unsigned reads = 0;
    for (uint32_t i = 0; i < cond->child_count; i++) {
        reads |= cond_reads(&cond->children[i]);
    }
    return reads;
}

// Which leaves decide applicability; 0 = the rule applies to everything.
static unsigned deciding(unsigned reads)
{
    if (reads == READS_KIND || reads == READS_NAME) {
        return 0;
    }
    if (reads == (READS_TYPE | READS_KIND) || reads == (READS_TYPE | READS_NAME)) {
        return READS_TYPE;
    }
    return reads & (READS_TYPE | READS_NAME | READS_KIND);
}

// The condition with every other leaf taken as favourable.
static Tri favourable(const RefEnv *env, const Cond *cond, unsigned keep, bool negated)
{
    if (cond->kind == COND_LEAF) {
        if ((leaf_reads(cond) & keep) != 0) {
            return ref_leaf(env, cond);
        }
        return negated ? TRI_FALSE : TRI_TRUE;
    }
    bool flips = cond->kind == COND_NOT;
    Tri decides = cond->kind == COND_ANY_OF ? TRI_TRUE : TRI_FALSE;
    Tri result = decides == TRI_TRUE ? TRI_FALSE : TRI_TRUE;
    for (uint32_t i = 0; i < cond->child_count; i++) {
        Tri one = favourable(env, &cond->children[i], keep, negated != flips);
        if (flips && one != TRI_ERROR) {
            one = one == TRI_TRUE ? TRI_FALSE : TRI_TRUE;
        }
        if (one == decides || (one == TRI_ERROR && result != decides)) {
            result = one;
        }
    }
    return result;
}

static bool expr_reads_location(const Expr *expr)
{
    if (expr == NULL || expr_is_literal(expr)) {
        return false;
    }
    bool reads = expr->kind == EXPR_CALL && expr->func == FUNC_FIELD &&
                 json_is(expr->args[0].value, JSON_STRING) &&
                 str_eq_nocase(expr->args[0].value->string, STR("location"));
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        reads = reads || expr_reads_location(&expr->args[i]);
    }
    return reads;
}

static bool reads_location(const Cond *cond)
{
    if (cond->kind == COND_LEAF) {
        bool is_field = cond->lhs == LHS_FIELD && expr_is_literal(cond->left) &&
                        str_eq_nocase(cond->left->value->string, STR("location"));
        bool in_count = cond->lhs == LHS_COUNT &&
                        (expr_reads_location(cond->count->source) ||
                         (cond->count->where != NULL && reads_location(cond->count->where)));
        return is_field || in_count || expr_reads_location(cond->left) ||
               expr_reads_location(cond->right);
    }
    for (uint32_t i = 0; i < cond->child_count; i++) {
        if (reads_location(&cond->children[i])) {
            return true;
        }
    }
    return false;
}

// Does the deployment get the location? Its parameters are searched as text.
static bool deploys_location(const Definition *definition)
{
    const Json *deployment = json_find_nocase(definition->details.raw, STR("deployment"));
    const Json *properties = json_find_nocase(deployment, STR("properties"));
    const Json *parameters = json_find_nocase(properties, STR("parameters"));
    Buf text = {0};
    if (parameters != NULL) {
        json_write(&text, parameters);
    }
    bool found = text_find_nocase(buf_str(&text), STR("field('location')")) >= 0;
    buf_free(&text);
    return found;
}

// Only virtual machines and scale sets let modify write the kind of their identity.
static bool writes_foreign_identity(const RefEnv *env)
{
    const Details *details = &env->in->rule->definition->details;
    if (env->in->rule->effect != EFFECT_MODIFY ||
        str_eq_nocase(env->doc_type, STR("Microsoft.Compute/virtualMachines")) ||
        str_eq_nocase(env->doc_type, STR("Microsoft.Compute/virtualMachineScaleSets"))) {
        return false;
    }
    for (uint32_t i = 0; i < details->operation_count; i++) {
        Str field = {NULL, 0};
        bool is_write = details->operations[i].kind != OPERATION_REMOVE &&
                        ref_expr_str(env, details->operations[i].field, &field);
        if (is_write && str_eq_nocase(field, STR("identity.type"))) {
            return true;
        }
    }
    return false;
}

static bool reads_unknown_alias(const RefEnv *env, const Cond *cond)
{
    const Expr *name = cond->kind == COND_LEAF && cond->lhs == LHS_FIELD ? cond->left : NULL;
    if (cond->kind == COND_LEAF && cond->lhs == LHS_COUNT) {
        if (cond->count->where != NULL && reads_unknown_alias(env, cond->count->where)) {
            return true;
        }
        name = cond->count->of_field ? cond->count->source : NULL;
    }
    if (name != NULL && expr_is_literal(name) && json_is(name->value, JSON_STRING)) {
        AliasPath path;
        return ref_resolve(env, env->doc_type, name->value->string, &path) == REF_UNKNOWN;
    }
    for (uint32_t i = 0; i < cond->child_count; i++) {
        if (reads_unknown_alias(env, &cond->children[i])) {
            return true;
        }
    }
    return false;
}

static bool is_subscription(Str type)
{
    return str_eq_nocase(type, STR("Microsoft.Resources/subscriptions"));
}

static bool is_resource_group(Str type)
{
    return str_eq_nocase(type, STR("Microsoft.Resources/subscriptions/resourceGroups")) ||
           str_eq_nocase(type, STR("Microsoft.Resources/resourceGroups"));
}

// Is the type one the definition's mode looks at?
static bool mode_covers(const RefEnv *env)
{
    ModeKind mode = env->in->rule->definition->mode_kind;
    if (mode != MODE_ALL && mode != MODE_INDEXED) {
        return true;
    }
    if (is_subscription(env->doc_type) || is_resource_group(env->doc_type)) {
        return mode == MODE_ALL;
    }
    if (str_starts_nocase(env->doc_type, STR("Microsoft.Resources/"))) {
        return false;
    }
    return mode == MODE_ALL || alias_type_is_indexed(env->in->aliases, env->doc_type);
}

static bool is_if_not_exists(Effect effect)
{
    return effect == EFFECT_AUDIT_IF_NOT_EXISTS || effect == EFFECT_DEPLOY_IF_NOT_EXISTS;
}

static bool scope_covers(const RefEnv *env)
{
    const AssignedRule *rule = env->in->rule;
    Subject subject = {
        .id = ref_text(env->doc, STR("id")),
        .type = env->doc_type,
        .location = ref_text(env->doc, STR("location")),
        .facts = env->in->options->facts,
    };
    if (rule->assignment != NULL && !assignment_covers(rule->assignment, &subject)) {
        return false;
    }
    return rule->location_filter == NULL || selectors_match(rule->location_filter, 1, &subject);
}

// requestContext().identity is there only while a request is enforced (§2).
static bool expr_asks_identity(const Expr *expr)
{
    if (expr == NULL) {
        return false;
    }
    if (expr->kind == EXPR_MEMBER && str_eq_nocase(expr->name, STR("identity")) &&
        expr->args[0].kind == EXPR_CALL && expr->args[0].func == FUNC_REQUEST_CONTEXT) {
        return true;
    }
    bool asks = false;
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        asks = asks || expr_asks_identity(&expr->args[i]);
    }
    return asks;
}

static bool cond_asks_identity(const Cond *cond)
{
    if (cond == NULL) {
        return false;
    }
    bool asks = cond->kind == COND_LEAF &&
                (expr_asks_identity(cond->left) || expr_asks_identity(cond->right));
    if (cond->kind == COND_LEAF && cond->lhs == LHS_COUNT) {
        asks = asks || expr_asks_identity(cond->count->source) ||
               cond_asks_identity(cond->count->where);
    }
    for (uint32_t i = 0; i < cond->child_count; i++) {
        asks = asks || cond_asks_identity(&cond->children[i]);
    }
    return asks;
}

static bool asks_missing_identity(const RefEnv *env)
{
    const Definition *definition = env->in->rule->definition;
    const Details *details = &definition->details;
    return json_find_nocase(env->request_context, STR("identity")) == NULL &&
           (cond_asks_identity(definition->condition) || cond_asks_identity(details->existence) ||
            expr_asks_identity(details->related_name) ||
            expr_asks_identity(details->resource_group));
}

Tri ref_applies(const RefEnv *env)
{
    const AssignedRule *rule = env->in->rule;
    const Cond *condition = rule->definition->condition;
    if (!scope_covers(env) || !mode_covers(env) || asks_missing_identity(env)) {
        return TRI_FALSE;
    }
    if (is_subscription(env->doc_type) &&
        (reads_location(condition) || deploys_location(rule->definition))) {
        return TRI_FALSE;
    }
    if (writes_foreign_identity(env) || reads_unknown_alias(env, condition)) {
        return TRI_FALSE;
    }
    unsigned keep = deciding(cond_reads(condition));
    if (rule->definition->mode_kind == MODE_FIELDS) {
        bool has_names = str_eq_nocase(rule->definition->mode, STR("Microsoft.Network.Data"));
        keep = has_names ? READS_TYPE | READS_NAME : READS_TYPE;
    }
    return favourable(env, condition, keep, false);
}

// ---- states ----

static State manual_state(const RefEnv *env)
{
    Str text = {NULL, 0};
    const Expr *written = env->in->rule->definition->details.default_state;
    if (written == NULL) {
        return STATE_UNKNOWN;
    }
    if (!ref_expr_str(env, written, &text)) {
        return STATE_ERROR;
    }
    if (str_eq_nocase(text, STR("Compliant"))) {
        return STATE_COMPLIANT;
    }
    bool is_bad =
        str_eq_nocase(text, STR("Non-compliant")) || str_eq_nocase(text, STR("NonCompliant"));
    return is_bad ? STATE_NON_COMPLIANT : STATE_UNKNOWN;
}

static State related_state(const RefEnv *env)
{
    switch (ref_exists(env)) {
    case TRI_TRUE:
        return STATE_COMPLIANT;
    case TRI_FALSE:
        return STATE_NON_COMPLIANT;
    case TRI_ERROR:
        return STATE_ERROR;
    }
    UNREACHABLE("third value");
}

static State state_when_true(const RefEnv *env, Effect effect)
{
    if (is_if_not_exists(effect)) {
        return related_state(env);
    }
    switch ((int)effect) {
    case EFFECT_AUDIT:
    case EFFECT_DENY:
    case EFFECT_MODIFY:
    case EFFECT_APPEND:
        return STATE_NON_COMPLIANT;
    case EFFECT_MANUAL:
        return manual_state(env);
    case EFFECT_DENY_ACTION:
        return STATE_PROTECTED;
    default:
        UNREACHABLE("an effect that is not evaluated");
    }
}

// The others act on something an ARM document does not hold; binding them has said so already.
static bool is_evaluated(Effect effect)
{
    static const Effect evaluated[] = {
        EFFECT_AUDIT,
        EFFECT_DENY,
        EFFECT_MODIFY,
        EFFECT_APPEND,
        EFFECT_AUDIT_IF_NOT_EXISTS,
        EFFECT_DENY_ACTION,
        EFFECT_MANUAL,
        EFFECT_DEPLOY_IF_NOT_EXISTS,
    };
    for (size_t i = 0; i < COUNTOF(evaluated); i++) {
        if (effect == evaluated[i]) {
            return true;
        }
    }
    return false;
}

// Up to its first [*]: an array is there or not as a whole.
static AliasPath up_to_array(AliasPath path)
{
    for (uint32_t i = 0; i < path.count; i++) {
        if (path.steps[i].is_array) {
            path.count = i;
            path.array_count = 0;
        }
    }
    return path;
}

// A path that this type does not have is not asked of it; a null that is written is there.
static bool lacks_required(const RefEnv *env)
{
    const AssignedRule *rule = env->in->rule;
    for (uint32_t i = 0; i < rule->required_path_count; i++) {
        AliasPath path;
        uint32_t unbound = 0;
        if (ref_resolve(env, env->doc_type, rule->required_paths[i], &path) != REF_FOUND) {
            continue;
        }
        path = up_to_array(path);
        if (ref_walk(env, env->doc, &path, &unbound).items[0] == NULL) {
            return true;
        }
    }
    return false;
}

static State decide(const RefEnv *env, Tri if_result)
{
    Effect effect = env->in->rule->effect;
    bool has_verdict = effect == EFFECT_AUDIT || effect == EFFECT_DENY || effect == EFFECT_MODIFY ||
                       effect == EFFECT_APPEND;
    if (if_result == TRI_ERROR) {
        return env->err->kind == ERR_ABSENT ? STATE_NOT_MEASURED : STATE_ERROR;
    }
    if (if_result == TRI_FALSE && !has_verdict) {
        return STATE_NOT_APPLICABLE;
    }
    if (lacks_required(env)) {
        return STATE_NOT_MEASURED;
    }
    return if_result == TRI_TRUE ? state_when_true(env, effect) : STATE_COMPLIANT;
}

static Str effect_text(const RefEnv *env)
{
    Str text = {NULL, 0};
    Err err = {0};
    RefEnv quiet = *env;
    quiet.err = &err;
    return ref_expr_str(&quiet, env->in->rule->definition->effect, &text) ? text : (Str){NULL, 0};
}

RefOutcome ref_eval(Arena *arena, const RefInput *in)
{
    Err err = {0};
    RefEnv env = ref_env(arena, in, &err);
    RefOutcome out = {.state = STATE_NOT_APPLICABLE, .effect = effect_text(&env)};
    out.if_result = ref_cond(&env, in->rule->definition->condition);
    // What is an error for applicability says nothing, unless the whole condition is an error too.
    Tri applies = ref_applies(&env);
    out.applicable = applies == TRI_TRUE || (applies == TRI_ERROR && out.if_result == TRI_ERROR);
    if (is_if_not_exists(in->rule->effect) && out.if_result == TRI_FALSE) {
        out.applicable = false;
    }
    if (!out.applicable || !is_evaluated(in->rule->effect)) {
        return out;
    }
    out.state = in->rule->preset != STATE_COUNT ? in->rule->preset : decide(&env, out.if_result);
    if (out.state == STATE_ERROR) {
        char *text = NEW_ARRAY(arena, char, sizeof err.text);
        memcpy(text, err.text, sizeof err.text);
        out.error = (Str){text, strlen(text)};
    }
    return out;
}
