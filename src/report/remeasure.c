// SPDX-License-Identifier: Apache-2.0
#include "report/remeasure.h"

#include "assess/finding.h"
#include "base/ticks.h"

// ---- for people ----

static void push_score(Buf *out, const Page *page, const Score *score)
{
    if (score->has_data) {
        page_range(out, page->style, score->lower, score->upper);
    } else {
        buf_push(out, STR("no data"));
    }
}

// "+4.2" points, both ends of the interval when they moved differently.
static void push_points(Buf *out, const Score *before, const Score *after)
{
    double lower = (after->lower - before->lower) * 100.0;
    double upper = (after->upper - before->upper) * 100.0;
    bool same = lower - upper < 0.05 && upper - lower < 0.05;
    if (!before->has_data || !after->has_data) {
        buf_push(out, STR("no figure: one of them has no data"));
    } else if (same) {
        buf_printf(out, "%+.1f points", lower);
    } else {
        buf_printf(out, "%+.1f points at the lower end, %+.1f at the upper", lower, upper);
    }
}

static void print_measured(const Page *page, const Measured *measured, const char *what)
{
    Buf text = {0};
    page_cstr(page, INK_PLAIN, "  ");
    page_column(page, INK_PLAIN, measured->edition, 26);
    push_score(&text, page, &measured->score);
    page_column(page, INK_BOLD, buf_str(&text), 18);
    buf_clear(&text);
    buf_printf(&text, "%s, ", what);
    ticks_print(&text, measured->time);
    page_text(page, INK_DIM, buf_str(&text));
    buf_byte(page->out, '\n');
    buf_free(&text);
}

static void print_split(const Page *page, const char *what, const Comparison *comparison)
{
    Buf text = {0};
    page_cstr(page, INK_PLAIN, "  ");
    page_column(page, INK_BOLD, str_from_cstr(what), 26);
    push_points(&text, &comparison->before->score, &comparison->after->score);
    buf_printf(&text, "; controls: %u came, %u went, %u turned",
               comparison->control_turns[TURN_CAME], comparison->control_turns[TURN_WENT],
               comparison->control_turns[TURN_TURNED]);
    page_wrap(page, INK_PLAIN, buf_str(&text), 28);
    buf_free(&text);
}

static Str state_or_none(State state)
{
    return state == STATE_COUNT ? STR("-") : str_from_cstr(state_name(state));
}

static void print_turn(const Page *page, const ControlTurn *turn)
{
    Buf text = {0};
    page_cstr(page, INK_PLAIN, "    ");
    page_column(page, INK_PLAIN, str_from_cstr(turn_name(turn->kind)), 16);
    page_column(page, INK_BOLD, turn->id, 14);
    buf_push(&text, state_or_none(turn->before));
    buf_push(&text, page->style->unicode ? STR(" → ") : STR(" -> "));
    buf_push(&text, state_or_none(turn->after));
    if (turn->findings_came + turn->findings_went + turn->findings_turned != 0) {
        buf_printf(&text, "; findings: %u came, %u went, %u turned", turn->findings_came,
                   turn->findings_went, turn->findings_turned);
    }
    buf_printf(&text, "; %.*s", STR_ARG(turn->title));
    page_wrap(page, INK_PLAIN, buf_str(&text), 34);
    buf_free(&text);
}

static void print_turns(const Page *page, const Comparison *comparison)
{
    enum { TURNS_SHOWN = 40 };
    for (uint32_t i = 0; i < comparison->control_count && i < TURNS_SHOWN; i++) {
        print_turn(page, &comparison->controls[i]);
    }
    if (comparison->control_count > TURNS_SHOWN) {
        Buf text = {0};
        buf_printf(&text, "    and %u more; --export FILE.json has them all\n",
                   comparison->control_count - TURNS_SHOWN);
        page_text(page, INK_DIM, buf_str(&text));
        buf_free(&text);
    }
}

void remeasure_text(const Page *page, const Remeasure *remeasure)
{
    page_heading(page, "Compared");
    if (remeasure->earlier != NULL) {
        print_measured(page, remeasure->earlier, "earlier facts");
    }
    if (remeasure->same != NULL) {
        print_measured(page, remeasure->same, "these facts");
    }
    print_measured(page, remeasure->now, "these facts");
    if (remeasure->earlier != NULL) {
        print_split(page, "the room changed", &remeasure->room);
        print_turns(page, &remeasure->room);
    } else {
        page_cstr(page, INK_PLAIN, "  ");
        page_column(page, INK_BOLD, STR("the room changed"), 26);
        page_wrap(page, INK_OPEN,
                  STR("not known: no earlier measurement was given (--since RESULT.json)"), 28);
    }
    if (remeasure->same != NULL) {
        print_split(page, "the ruler changed", &remeasure->ruler);
        print_turns(page, &remeasure->ruler);
    }
}

// ---- for programs ----

static void text_member(JsonOut *out, Str key, Str value)
{
    if (value.len != 0) {
        json_out_key(out, key);
        json_out_str(out, value);
    }
}

static void state_member(JsonOut *out, Str key, State state)
{
    if (state != STATE_COUNT) {
        text_member(out, key, str_from_cstr(state_name(state)));
    }
}

static void number_member(JsonOut *out, Str key, uint64_t value)
{
    json_out_key(out, key);
    json_out_u64(out, value);
}

static void pair_member(JsonOut *out, Str key, double lower, double upper)
{
    json_out_key(out, key);
    json_out_object_begin(out);
    json_out_key(out, STR("lower"));
    json_out_double(out, lower);
    json_out_key(out, STR("upper"));
    json_out_double(out, upper);
    json_out_object_end(out);
}

static void measured_member(JsonOut *out, Str key, const Measured *measured)
{
    json_out_key(out, key);
    if (measured == NULL) {
        json_out_null(out);
        return;
    }
    Buf time = {0};
    ticks_print(&time, measured->time);
    json_out_object_begin(out);
    text_member(out, STR("baseline"), measured->edition);
    text_member(out, STR("digest"), measured->digest);
    text_member(out, STR("time"), buf_str(&time));
    if (measured->score.has_data) {
        pair_member(out, STR("score"), measured->score.lower, measured->score.upper);
    } else {
        json_out_key(out, STR("score"));
        json_out_null(out);
    }
    json_out_object_end(out);
    buf_free(&time);
}

static void control_item(JsonOut *out, const ControlTurn *turn)
{
    json_out_object_begin(out);
    text_member(out, STR("id"), turn->id);
    text_member(out, STR("title"), turn->title);
    text_member(out, STR("change"), str_from_cstr(turn_name(turn->kind)));
    state_member(out, STR("before"), turn->before);
    state_member(out, STR("after"), turn->after);
    json_out_key(out, STR("findings"));
    json_out_object_begin(out);
    number_member(out, STR("came"), turn->findings_came);
    number_member(out, STR("went"), turn->findings_went);
    number_member(out, STR("turned"), turn->findings_turned);
    json_out_object_end(out);
    json_out_object_end(out);
}

static void finding_item(JsonOut *out, const FindingTurn *turn)
{
    char id[16];
    identity_print(turn->identity, id);
    json_out_object_begin(out);
    text_member(out, STR("id"), (Str){id, sizeof id});
    state_member(out, STR("before"), turn->before);
    state_member(out, STR("after"), turn->after);
    json_out_object_end(out);
}

static void comparison_member(JsonOut *out, Str key, const Comparison *comparison)
{
    json_out_key(out, key);
    if (comparison->before == NULL) {
        json_out_null(out);
        return;
    }
    const Score *before = &comparison->before->score;
    const Score *after = &comparison->after->score;
    json_out_object_begin(out);
    if (before->has_data && after->has_data) {
        pair_member(out, STR("score"), after->lower - before->lower, after->upper - before->upper);
    } else {
        json_out_key(out, STR("score"));
        json_out_null(out);
    }
    json_out_key(out, STR("controls"));
    json_out_array_begin(out);
    for (uint32_t i = 0; i < comparison->control_count; i++) {
        control_item(out, &comparison->controls[i]);
    }
    json_out_array_end(out);
    json_out_key(out, STR("findings"));
    json_out_array_begin(out);
    for (uint32_t i = 0; i < comparison->finding_count; i++) {
        finding_item(out, &comparison->findings[i]);
    }
    json_out_array_end(out);
    json_out_object_end(out);
}

void remeasure_json(JsonOut *out, const Remeasure *remeasure)
{
    json_out_key(out, STR("comparison"));
    json_out_object_begin(out);
    measured_member(out, STR("earlier"), remeasure->earlier);
    measured_member(out, STR("same"), remeasure->same);
    measured_member(out, STR("now"), remeasure->now);
    comparison_member(out, STR("room"), &remeasure->room);
    comparison_member(out, STR("ruler"), &remeasure->ruler);
    json_out_object_end(out);
}
