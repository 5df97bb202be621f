// SPDX-License-Identifier: Apache-2.0
#include "assess/compare.h"

#include <stdlib.h>

#include "base/ticks.h"

const char *turn_name(TurnKind kind)
{
    static const char *const names[] = {
        [TURN_CAME] = "came",
        [TURN_WENT] = "went",
        [TURN_TURNED] = "turned",
        [TURN_FINDINGS] = "other findings",
    };
    ASSERT((size_t)kind < COUNTOF(names));
    return names[kind];
}

// ---- one measurement ----

static int compare_findings(const void *a, const void *b)
{
    const CompareFinding *x = a;
    const CompareFinding *y = b;
    if (x->identity != y->identity) {
        return x->identity < y->identity ? -1 : 1;
    }
    return (x->state > y->state) - (x->state < y->state); // the worst first
}

// A check that several assignments bring counts once.
static uint32_t sort_findings(CompareFinding *findings, uint32_t count)
{
    uint32_t n = 0;
    qsort(findings, count, sizeof *findings, compare_findings);
    for (uint32_t i = 0; i < count; i++) {
        if (n == 0 || findings[i].identity != findings[n - 1].identity) {
            findings[n++] = findings[i];
        }
    }
    return n;
}

Measured measured_of_result(Arena *arena, const AssessResult *result, const CompareRow *rows,
                            uint32_t count)
{
    const AssessModel *model = result->model;
    CompareControl *controls = NEW_ARRAY(arena, CompareControl, model->control_count + 1U);
    for (uint32_t c = 0; c < model->control_count; c++) {
        controls[c] = (CompareControl){
            .id = model->controls[c].id,
            .title = model->controls[c].title,
            .state = result->controls[c].state,
            .score = result->controls[c].score,
        };
    }
    const Str **ids = NEW_ARRAY(arena, const Str *, model->rule_count + 1U);
    for (uint32_t r = 0; r < model->rule_count; r++) {
        const AssessRule *rule = &model->rules[r];
        Str *list = NEW_ARRAY(arena, Str, rule->control_count + 1U);
        for (uint32_t i = 0; i < rule->control_count; i++) {
            list[i] = model->controls[rule->controls[i]].id;
        }
        ids[r] = list;
    }
    CompareFinding *findings = NEW_ARRAY(arena, CompareFinding, count + 1U);
    for (uint32_t i = 0; i < count; i++) {
        ASSERT(rows[i].rule < model->rule_count);
        findings[i] = (CompareFinding){
            .identity = rows[i].identity,
            .state = rows[i].state,
            .controls = ids[rows[i].rule],
            .control_count = model->rules[rows[i].rule].control_count,
        };
    }
    return (Measured){
        .time = result->now,
        .score = result->whole.score,
        .controls = controls,
        .control_count = model->control_count,
        .findings = findings,
        .finding_count = sort_findings(findings, count),
    };
}

// ---- an earlier export ----

static bool broken(Err *err, const char *what)
{
    return err_set(err, ERR_SCHEMA, (Span){0},
                   "%s: it is not what datum assess --export FILE.json writes", what);
}

static bool read_bound(const Json *json, Str key, double *ret_value)
{
    const Json *value = json_find(json, key);
    TRY(json_is(value, JSON_NUMBER) && value->number.as_double >= 0.0 &&
        value->number.as_double <= 1.0);
    *ret_value = value->number.as_double;
    return true;
}

static bool read_score(const Json *json, Score *ret_score)
{
    *ret_score = (Score){.has_data = json_is(json, JSON_OBJECT)};
    if (json_is(json, JSON_NULL)) {
        return true; // no data
    }
    const Json *bare = json_find(json, STR("withoutDeviations"));
    return ret_score->has_data && read_bound(json, STR("lower"), &ret_score->lower) &&
           read_bound(json, STR("upper"), &ret_score->upper) &&
           read_bound(bare, STR("lower"), &ret_score->bare_lower) &&
           read_bound(bare, STR("upper"), &ret_score->bare_upper);
}

static bool read_controls(Arena *arena, const Json *list, Measured *measured)
{
    TRY(json_is(list, JSON_ARRAY));
    CompareControl *controls = NEW_ARRAY(arena, CompareControl, list->count + 1U);
    Map once;
    map_init(&once, arena, MAP_NOCASE);
    for (uint32_t i = 0; i < list->count; i++) {
        const Json *one = &list->items[i];
        CompareControl *control = &controls[i];
        control->id = json_find_str(one, STR("id"));
        control->title = json_find_str(one, STR("title"));
        control->state = state_find(json_find_str(one, STR("state")));
        TRY(control->id.len != 0 && control->state != STATE_COUNT &&
            read_score(json_find(one, STR("score")), &control->score) &&
            map_intern(&once, control->id) == i);
    }
    measured->controls = controls;
    measured->control_count = list->count;
    return true;
}

static bool read_identity(Str text, uint64_t *ret_identity)
{
    uint64_t identity = 0;
    TRY(text.len == 16);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool digit = c >= '0' && c <= '9';
        TRY(digit || (c >= 'a' && c <= 'f'));
        identity = identity << 4 | (uint64_t)(digit ? c - '0' : c - 'a' + 10);
    }
    *ret_identity = identity;
    return true;
}

static bool read_finding(Arena *arena, const Json *one, CompareFinding *finding)
{
    const Json *controls = json_find(one, STR("controls"));
    finding->state = state_find(json_find_str(one, STR("state")));
    TRY(finding->state != STATE_COUNT &&
        read_identity(json_find_str(one, STR("id")), &finding->identity));
    if (controls == NULL) {
        return true;
    }
    TRY(controls->type == JSON_ARRAY);
    Str *ids = NEW_ARRAY(arena, Str, controls->count + 1U);
    for (uint32_t i = 0; i < controls->count; i++) {
        TRY(controls->items[i].type == JSON_STRING);
        ids[i] = controls->items[i].string;
    }
    finding->controls = ids;
    finding->control_count = controls->count;
    return true;
}

static bool read_findings(Arena *arena, const Json *list, Measured *measured)
{
    TRY(json_is(list, JSON_ARRAY));
    CompareFinding *findings = NEW_ARRAY(arena, CompareFinding, list->count + 1U);
    for (uint32_t i = 0; i < list->count; i++) {
        TRY(read_finding(arena, &list->items[i], &findings[i]));
    }
    measured->findings = findings;
    measured->finding_count = sort_findings(findings, list->count);
    return true;
}

static Str edition_of(Arena *arena, const Json *baseline)
{
    Buf text = {0};
    const Json *release = json_find(baseline, STR("release"));
    buf_push(&text, json_find_str(baseline, STR("name")));
    if (json_is(release, JSON_NUMBER) && release->is_int && release->number.as_int > 0) {
        buf_printf(&text, "@%lld", (long long)release->number.as_int);
    }
    Str copy = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

bool measured_read(Arena *arena, const Json *json, Measured *ret_measured, Err *err)
{
    Measured measured = {.tenant = json_find_str(json, STR("tenant"))};
    const Json *baseline = json_find(json, STR("baseline"));
    if (!str_eq(json_find_str(json, STR("format")), STR("datumline-assessment"))) {
        return broken(err, "no \"format\" datumline-assessment");
    }
    if (!ticks_parse(json_find_str(json, STR("time")), &measured.time)) {
        return broken(err, "no \"time\"");
    }
    measured.edition = edition_of(arena, baseline);
    measured.digest = json_find_str(baseline, STR("digest"));
    if (!read_score(json_find(json_find(json, STR("summary")), STR("score")), &measured.score)) {
        return broken(err, "no \"summary\" with a score");
    }
    if (!read_controls(arena, json_find(json, STR("controls")), &measured)) {
        return broken(err, "no \"controls\", each once, with states and scores");
    }
    if (!read_findings(arena, json_find(json, STR("findings")), &measured)) {
        return broken(err, "no \"findings\" with ids and states");
    }
    *ret_measured = measured;
    return true;
}

// ---- two of them ----

typedef struct Comparer {
    Arena *arena;
    Comparison *out;
    ControlTurn *turns; // of every control of either side
    uint32_t turn_count;
    Map index; // id → turn
    FindingTurn *findings;
} Comparer;

static void add_controls(Comparer *c)
{
    const Measured *before = c->out->before;
    const Measured *after = c->out->after;
    c->turns = NEW_ARRAY(c->arena, ControlTurn, before->control_count + after->control_count + 1U);
    for (uint32_t i = 0; i < after->control_count; i++) {
        const CompareControl *control = &after->controls[i];
        uint32_t at = map_intern(&c->index, control->id);
        if (at == c->turn_count) {
            c->turns[c->turn_count++] = (ControlTurn){
                .id = control->id,
                .title = control->title,
                .before = STATE_COUNT,
                .after = control->state,
            };
        }
    }
    for (uint32_t i = 0; i < before->control_count; i++) {
        const CompareControl *control = &before->controls[i];
        uint32_t at = map_intern(&c->index, control->id);
        if (at == c->turn_count) {
            c->turns[c->turn_count++] =
                (ControlTurn){.id = control->id, .title = control->title, .after = STATE_COUNT};
        }
        c->turns[at].before = control->state;
    }
}

static void count_finding(Comparer *c, const CompareFinding *finding, FindingTurn turn)
{
    c->findings[c->out->finding_count++] = turn;
    for (uint32_t i = 0; i < finding->control_count; i++) {
        uint32_t at = map_find(&c->index, finding->controls[i]);
        if (at != MAP_NONE) {
            ControlTurn *control = &c->turns[at];
            control->findings_came += turn.before == STATE_COUNT ? 1U : 0U;
            control->findings_went += turn.after == STATE_COUNT ? 1U : 0U;
            control->findings_turned +=
                turn.before != STATE_COUNT && turn.after != STATE_COUNT ? 1U : 0U;
        }
    }
}

static void add_findings(Comparer *c)
{
    const Measured *before = c->out->before;
    const Measured *after = c->out->after;
    size_t most = (size_t)before->finding_count + after->finding_count + 1U;
    c->findings = NEW_ARRAY(c->arena, FindingTurn, most);
    uint32_t a = 0;
    uint32_t b = 0;
    while (a < before->finding_count || b < after->finding_count) {
        bool has_before = a < before->finding_count;
        bool has_after = b < after->finding_count;
        if (!has_after ||
            (has_before && before->findings[a].identity < after->findings[b].identity)) {
            const CompareFinding *gone = &before->findings[a++];
            count_finding(c, gone, (FindingTurn){gone->identity, gone->state, STATE_COUNT});
        } else if (!has_before || after->findings[b].identity < before->findings[a].identity) {
            const CompareFinding *come = &after->findings[b++];
            count_finding(c, come, (FindingTurn){come->identity, STATE_COUNT, come->state});
        } else {
            State was = before->findings[a++].state;
            const CompareFinding *both = &after->findings[b++];
            if (both->state != was) {
                count_finding(c, both, (FindingTurn){both->identity, was, both->state});
            }
        }
    }
}

// Keeps the controls that are not as they were.
static void keep_turns(Comparer *c)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < c->turn_count; i++) {
        ControlTurn turn = c->turns[i];
        bool findings = turn.findings_came + turn.findings_went + turn.findings_turned != 0;
        turn.kind = turn.before == STATE_COUNT  ? TURN_CAME
                    : turn.after == STATE_COUNT ? TURN_WENT
                    : turn.before != turn.after ? TURN_TURNED
                                                : TURN_FINDINGS;
        if (turn.kind != TURN_FINDINGS || findings) {
            c->out->control_turns[turn.kind]++;
            c->turns[n++] = turn;
        }
    }
    c->out->controls = c->turns;
    c->out->control_count = n;
}

Comparison compare_measured(Arena *arena, const Measured *before, const Measured *after)
{
    Comparison out = {.before = before, .after = after};
    Comparer c = {.arena = arena, .out = &out};
    map_init(&c.index, arena, MAP_NOCASE);
    add_controls(&c);
    add_findings(&c);
    keep_turns(&c);
    out.findings = c.findings;
    return out;
}
