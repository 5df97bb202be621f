// SPDX-License-Identifier: Apache-2.0
// The issues of a control: what failed, what is not known, and each deviation, with their findings.
#include "report/oscal_parts.h"

typedef struct Gather {
    Arena *arena;
    const AssessResult *result;
    const OscalNote *notes;
    const OscalNote **by_rule; // notes in the order of rules
    uint32_t *rule_first;      // by rule: by_rule[first .. first of the next)
    Map exemptions;            // the bytes of a pointer → index
    uint32_t *places;          // by exemption: issue of the control at hand, plus 1
    OscalIssue *issues;
    uint32_t count;
    uint32_t cap;
} Gather;

static Str pointer_bytes(const Exemption *const *exemption)
{
    return (Str){(const char *)exemption, sizeof *exemption};
}

static void sort_by_rule(Gather *g, uint32_t note_count)
{
    uint32_t rules = g->result->model->rule_count;
    uint32_t *first = NEW_ARRAY(g->arena, uint32_t, rules + 2U);
    g->by_rule = NEW_ARRAY(g->arena, const OscalNote *, note_count + 1U);
    for (uint32_t n = 0; n < note_count; n++) {
        ASSERT(g->notes[n].rule < rules);
        first[g->notes[n].rule + 2]++;
        if (g->notes[n].exemption != NULL) {
            (void)map_intern(&g->exemptions, pointer_bytes(&g->notes[n].exemption));
        }
    }
    for (uint32_t r = 2; r < rules + 2; r++) {
        first[r] += first[r - 1];
    }
    for (uint32_t n = 0; n < note_count; n++) { // first[r + 1] walks from rule r's begin to its end
        g->by_rule[first[g->notes[n].rule + 1]++] = &g->notes[n];
    }
    g->rule_first = first;
}

// The place of a kind in the control at hand; a deviation has one for each exemption.
static uint32_t *place_of(Gather *g, IssueKind kind, const Exemption *exemption)
{
    uint32_t index = kind == ISSUE_DEVIATION
                         ? ISSUE_DEVIATION + map_find(&g->exemptions, pointer_bytes(&exemption))
                         : (uint32_t)kind;
    return &g->places[index];
}

static bool kind_of(const OscalNote *note, IssueKind *ret_kind)
{
    StateMet met = state_met(note->state);
    *ret_kind = note->state == STATE_EXEMPT ? ISSUE_DEVIATION
                : met == STATE_OPEN         ? ISSUE_UNKNOWN
                                            : ISSUE_FAILED;
    return met == STATE_NOT_MET || met == STATE_OPEN ||
           (note->state == STATE_EXEMPT && note->exemption != NULL);
}

static OscalIssue *push_issue(Gather *g, uint32_t control, IssueKind kind, const Exemption *cause)
{
    ARENA_ROOM(g->arena, g->issues, g->count, g->cap);
    OscalIssue *issue = &g->issues[g->count++];
    *issue = (OscalIssue){.control = control, .kind = kind, .exemption = cause};
    return issue;
}

// Takes each note of the control that tells of an issue: first to count, then to fill.
static void walk(Gather *g, uint32_t c, bool fill)
{
    const AssessControl *control = &g->result->model->controls[c];
    for (uint32_t r = 0; r < control->rule_count; r++) {
        uint32_t rule = control->rules[r];
        for (uint32_t n = g->rule_first[rule]; n < g->rule_first[rule + 1]; n++) {
            const OscalNote *note = g->by_rule[n];
            IssueKind kind = ISSUE_FAILED;
            if (!kind_of(note, &kind)) {
                continue;
            }
            const Exemption *cause = kind == ISSUE_DEVIATION ? note->exemption : NULL;
            uint32_t *place = place_of(g, kind, cause);
            if (*place == 0) {
                (void)push_issue(g, c, kind, cause);
                *place = g->count;
            }
            OscalIssue *issue = &g->issues[*place - 1];
            if (fill) {
                ASSERT(issue->notes != NULL);
                issue->notes[issue->note_count] = note;
            }
            issue->note_count++;
        }
    }
}

static void gather_control(Gather *g, uint32_t c)
{
    uint32_t from = g->count;
    walk(g, c, false);
    for (uint32_t i = from; i < g->count; i++) {
        g->issues[i].notes = NEW_ARRAY(g->arena, const OscalNote *, g->issues[i].note_count + 1U);
        g->issues[i].note_count = 0;
    }
    walk(g, c, true);
    for (uint32_t i = from; i < g->count; i++) {
        *place_of(g, g->issues[i].kind, g->issues[i].exemption) = 0;
    }
    // A control nothing was found of, and yet it is not known to hold.
    if (from == g->count && state_met(g->result->controls[c].state) == STATE_OPEN) {
        (void)push_issue(g, c, ISSUE_UNKNOWN, NULL);
    }
}

OscalIssues oscal_gather_issues(Arena *arena, const AssessResult *result, const OscalNote *notes,
                                uint32_t note_count)
{
    Gather g = {.arena = arena, .result = result, .notes = notes};
    uint32_t controls = result->model->control_count;
    uint32_t *first = NEW_ARRAY(arena, uint32_t, controls + 1U);
    map_init(&g.exemptions, arena, MAP_EXACT);
    sort_by_rule(&g, note_count);
    g.places = NEW_ARRAY(arena, uint32_t, ISSUE_DEVIATION + g.exemptions.count + 1U);
    for (uint32_t c = 0; c < controls; c++) {
        first[c] = g.count;
        gather_control(&g, c);
    }
    first[controls] = g.count;
    return (OscalIssues){.at = g.issues, .first = first, .count = g.count};
}
