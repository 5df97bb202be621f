// SPDX-License-Identifier: Apache-2.0
#include "cli/trace.h"

#include "assess/near.h"
#include "report/page.h"

static const struct {
    const char *name;
    const char *mark; // on a terminal
    Ink ink;
} results[] = {
    [TRI_FALSE] = {"false", "✗", INK_DIM},
    [TRI_TRUE] = {"true", "✓", INK_GOOD},
    [TRI_ERROR] = {"error", "!", INK_BAD},
};

static const char *const kind_names[] = {
    [COND_ALL_OF] = "allOf", [COND_ANY_OF] = "anyOf", [COND_NOT] = "not"};

// What stands on the left of a leaf, as a person wrote it.
static void push_left(Buf *out, const Cond *cond)
{
    static const char *const words[] = {
        [LHS_FIELD] = "field", [LHS_VALUE] = "value", [LHS_COUNT] = "count"};
    const Expr *expr = cond->lhs == LHS_COUNT ? cond->count->source : cond->left;
    buf_push(out, str_from_cstr(words[cond->lhs]));
    if (expr != NULL && expr_is_literal(expr)) {
        buf_byte(out, ' ');
        if (json_is(expr->value, JSON_STRING)) {
            buf_push(out, expr->value->string);
        } else {
            json_write(out, expr->value);
        }
    }
}

static void push_leaf(Buf *out, const TraceNode *node)
{
    push_left(out, node->cond);
    buf_printf(out, " %s %.*s", operator_name(node->cond->op), STR_ARG(node->wanted));
    if (node->seen.len != 0) {
        buf_printf(out, "   seen %.*s", STR_ARG(node->seen));
    } else {
        buf_push(out, STR("   seen nothing"));
    }
    if (node->note.len != 0) {
        buf_printf(out, "   (%.*s)", STR_ARG(node->note));
    }
}

static void print_node(const Page *page, const TraceNode *node, uint32_t depth)
{
    if (node == NULL || node->cond == NULL) {
        return;
    }
    for (uint32_t i = 0; i < depth; i++) {
        page_cstr(page, INK_PLAIN, "  ");
    }
    bool marks = page->style->unicode;
    page_cstr(page, results[node->result].ink,
              marks ? results[node->result].mark : results[node->result].name);
    page_cstr(page, INK_PLAIN, marks ? " " : "  ");
    Buf line = {0};
    if (node->cond->kind == COND_LEAF) {
        push_leaf(&line, node);
    } else {
        buf_push(&line, str_from_cstr(kind_names[node->cond->kind]));
    }
    page_text(page, INK_PLAIN, buf_str(&line));
    buf_free(&line);
    buf_byte(page->out, '\n');
    // The depth of a rule is bounded by the reader's limit on nesting.
    for (uint32_t i = 0; i < node->child_count; i++) {
        print_node(page, &node->children[i], depth + 1);
    }
}

static void print_nears(const Page *page, const PairOutcome *outcome)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 30);
    bool first = true;
    for (uint32_t i = 0; i < outcome->near_miss_count; i++) {
        if (near_is_advice(outcome->near_misses[i])) {
            page_cstr(page, INK_OPEN, first ? "  would pass if " : "  or if ");
            page_text(page, INK_PLAIN, near_text(&arena, outcome->near_misses[i]));
            buf_byte(page->out, '\n');
            first = false;
        }
    }
    arena_free(&arena);
}

void trace_print(Buf *out, const TerminalStyle *style, const PairOutcome *outcome)
{
    Page page = {.out = out, .style = style};
    page_cstr(&page, INK_PLAIN, "  ");
    page_cstr(&page, page_ink_of(outcome->state), state_name(outcome->state));
    if (outcome->state == STATE_NOT_APPLICABLE) {
        page_cstr(&page, INK_DIM, " (the rule does not apply to this resource)");
    }
    if (outcome->message.len != 0) {
        page_cstr(&page, INK_PLAIN, ": ");
        page_text(&page, INK_PLAIN, outcome->message);
    }
    buf_byte(out, '\n');
    if (outcome->trace != NULL && outcome->trace->cond != NULL) {
        page_cstr(&page, INK_BOLD, "  if");
        buf_byte(out, '\n');
        print_node(&page, outcome->trace, 2);
    }
    if (outcome->existence != NULL) {
        page_cstr(&page, INK_BOLD, "  existenceCondition");
        page_cstr(&page, INK_DIM, outcome->related.len != 0 ? " on " : "");
        page_text(&page, INK_DIM, outcome->related);
        buf_byte(out, '\n');
        print_node(&page, outcome->existence, 2);
    }
    if (outcome->state == STATE_NON_COMPLIANT) {
        print_nears(&page, outcome);
    }
}

static void member(JsonOut *out, Str key, Str value)
{
    json_out_key(out, key);
    json_out_str(out, value);
}

static void json_node(JsonOut *out, const TraceNode *node)
{
    enum { DEPTH_MAX = 50 }; // what the writer can nest, less what stands around it
    const Cond *cond = node->cond;
    json_out_object_begin(out);
    member(out, STR("result"), str_from_cstr(results[node->result].name));
    if (cond->kind == COND_LEAF) {
        Buf left = {0};
        push_left(&left, cond);
        member(out, STR("left"), buf_str(&left));
        buf_free(&left);
        member(out, STR("operator"), str_from_cstr(operator_name(cond->op)));
        if (node->wanted.len != 0) {
            json_out_key(out, STR("wanted"));
            json_out_raw(out, node->wanted);
        }
        if (node->seen.len != 0) {
            json_out_key(out, STR("seen"));
            json_out_raw(out, node->seen);
        }
    } else {
        member(out, STR("condition"), str_from_cstr(kind_names[cond->kind]));
    }
    if (node->note.len != 0) {
        member(out, STR("note"), node->note);
    }
    if (node->child_count != 0 && out->depth < DEPTH_MAX) {
        json_out_key(out, STR("children"));
        json_out_array_begin(out);
        for (uint32_t i = 0; i < node->child_count; i++) {
            json_node(out, &node->children[i]);
        }
        json_out_array_end(out);
    }
    json_out_object_end(out);
}

void trace_json(JsonOut *out, Arena *arena, const PairOutcome *outcome)
{
    member(out, STR("state"), str_from_cstr(state_name(outcome->state)));
    json_out_key(out, STR("applicable"));
    json_out_bool(out, outcome->applicable);
    if (outcome->message.len != 0) {
        member(out, STR("message"), outcome->message);
    }
    if (outcome->trace != NULL && outcome->trace->cond != NULL) {
        json_out_key(out, STR("if"));
        json_node(out, outcome->trace);
    }
    if (outcome->existence != NULL && outcome->existence->cond != NULL) {
        json_out_key(out, STR("existenceCondition"));
        json_node(out, outcome->existence);
        if (outcome->related.len != 0) {
            member(out, STR("related"), outcome->related);
        }
    }
    json_out_key(out, STR("wouldPassIf"));
    json_out_array_begin(out);
    for (uint32_t i = 0; outcome->state == STATE_NON_COMPLIANT && i < outcome->near_miss_count;
         i++) {
        if (near_is_advice(outcome->near_misses[i])) {
            json_out_str(out, near_text(arena, outcome->near_misses[i]));
        }
    }
    json_out_array_end(out);
}
