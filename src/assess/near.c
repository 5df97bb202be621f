// SPDX-License-Identifier: Apache-2.0
#include "assess/near.h"

#include "base/buf.h"

// What a leaf says when its positive operator must hold, and when it must not.
static const struct {
    const char *hold;
    const char *not_hold;
} phrases[OP_COUNT] = {
    [OP_EQUALS] = {"were", "were not"},
    [OP_IN] = {"were one of", "were none of"},
    [OP_LIKE] = {"were like", "were not like"},
    [OP_MATCH] = {"matched", "did not match"},
    [OP_MATCH_INSENSITIVELY] = {"matched", "did not match"},
    [OP_CONTAINS] = {"contained", "did not contain"},
    [OP_CONTAINS_KEY] = {"had the key", "did not have the key"},
    [OP_LESS] = {"were less than", "were at least"},
    [OP_LESS_OR_EQUALS] = {"were at most", "were more than"},
    [OP_GREATER] = {"were more than", "were at most"},
    [OP_GREATER_OR_EQUALS] = {"were at least", "were less than"},
};

static const Operator positive[OP_COUNT] = {
#define OPERATOR(id, name, negates) [OP_##id] = OP_##negates,
#include "policy/operator.def"
#undef OPERATOR
};

// The field as a person names it: an alias without its provider and type.
static Str short_path(Str field)
{
    size_t from = 0;
    for (size_t i = 0; i < field.len; i++) {
        from = field.ptr[i] == '/' ? i + 1 : from;
    }
    return (Str){field.ptr + from, field.len - from};
}

static Str literal_text(const Expr *expr)
{
    bool text = expr != NULL && expr->kind == EXPR_LITERAL && json_is(expr->value, JSON_STRING);
    return text ? expr->value->string : (Str){0};
}

static void push_subject(Buf *out, const Cond *cond)
{
    Str name = literal_text(cond->lhs == LHS_COUNT ? cond->count->source : cond->left);
    bool of_field = cond->lhs == LHS_FIELD || (cond->lhs == LHS_COUNT && cond->count->of_field);
    if (cond->lhs == LHS_COUNT) {
        buf_push(out, STR("the count of "));
    }
    if (of_field && name.len != 0) {
        buf_push(out, short_path(name));
    } else {
        buf_push(out, cond->lhs == LHS_COUNT ? STR("elements") : STR("the value"));
    }
}

Str near_text(Arena *arena, const TraceNode *leaf)
{
    ASSERT(leaf->cond != NULL && leaf->cond->kind == COND_LEAF);
    const Cond *cond = leaf->cond;
    bool must_hold = leaf->result != TRI_TRUE; // of the operator as written
    bool negative = positive[cond->op] != cond->op;
    Buf text = {0};
    push_subject(&text, cond);
    buf_byte(&text, ' ');
    if (cond->op == OP_EXISTS) {
        bool wants_there = !str_eq_nocase(leaf->wanted, STR("false")) &&
                           !str_eq_nocase(leaf->wanted, STR("\"false\""));
        buf_push(&text, wants_there == must_hold ? STR("were set") : STR("were not set"));
    } else {
        bool hold = must_hold != negative;
        const char *phrase =
            hold ? phrases[positive[cond->op]].hold : phrases[positive[cond->op]].not_hold;
        buf_printf(&text, "%s %.*s", phrase, STR_ARG(leaf->wanted));
    }
    char *copy = NEW_ARRAY(arena, char, text.len);
    memcpy(copy, text.ptr, text.len);
    Str result = {copy, text.len};
    buf_free(&text);
    return result;
}

// "were one of []" is no advice: nothing could be that.
static bool is_impossible(const TraceNode *leaf)
{
    bool holds_if_in = (leaf->cond->op == OP_IN) == (leaf->result != TRI_TRUE);
    bool is_list = leaf->cond->op == OP_IN || leaf->cond->op == OP_NOT_IN;
    return is_list && holds_if_in && str_eq(leaf->wanted, STR("[]"));
}

static bool is_identity(const Cond *cond)
{
    static const Str names[] = {STR_INIT("type"), STR_INIT("name"), STR_INIT("fullName"),
                                STR_INIT("id"), STR_INIT("kind")};
    Str field = cond->lhs == LHS_FIELD ? literal_text(cond->left) : (Str){0};
    for (size_t i = 0; i < COUNTOF(names); i++) {
        if (str_eq_nocase(field, names[i])) {
            return true;
        }
    }
    return false;
}

bool near_is_advice(const TraceNode *leaf)
{
    return !is_identity(leaf->cond) && !is_impossible(leaf);
}

NearMiss near_find(Arena *arena, Plan *plan, uint32_t rule, const Json *resource,
                   const Json *const *related, uint32_t related_count)
{
    NearMiss near = {0};
    PairOutcome outcome = {0};
    Err err = {0};
    if (!plan_explain(arena, plan, rule, &(PairInput){resource, related, related_count}, &outcome,
                      &err) ||
        outcome.state != STATE_NON_COMPLIANT) {
        return near; // a hint that cannot be had is no error: the finding stands without it
    }
    for (uint32_t i = 0; i < outcome.near_miss_count && near.count < NEAR_MAX; i++) {
        const TraceNode *leaf = outcome.near_misses[i];
        if (near_is_advice(leaf)) {
            near.texts[near.count++] = near_text(arena, leaf);
        }
    }
    return near;
}
