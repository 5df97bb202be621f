// SPDX-License-Identifier: Apache-2.0
// oscal_parts — the rooms of the OSCAL writer: what it knows, how things are named, and notes of
// findings gathered into issues.
// Depends on: oscal_results, oscal_text.  Private to this layer.
#pragma once

#include "report/oscal_results.h"
#include "report/oscal_text.h"

struct OscalWriter {
    ReportFormat format;
    const AssessModel *model;
    FindingHead head;
    Str scope;   // tenant and baseline: what identities that last over runs are made of
    Str title;   // of what was measured against
    Str version; // its version
    Str tool;    // "datum 1.2.3"
    Str time;    // of the run, part of identities that do not last
    Str *tokens; // by control: its id as a token
    Str *rules;  // by rule: what tells it from all others, variants of one rule too
};

static inline bool oscal_is_plan(const OscalWriter *writer)
{
    return writer->format == REPORT_OSCAL_PLAN;
}

// ---- issues ----

typedef enum IssueKind {
    ISSUE_FAILED,   // does not hold
    ISSUE_UNKNOWN,  // could not be measured, or nobody attested it
    ISSUE_DEVIATION // does not hold, and a deviation is in force
} IssueKind;

// What is open on a control, for one reason.
typedef struct OscalIssue {
    uint32_t control;
    IssueKind kind;
    const Exemption *exemption; // of a deviation
    const OscalNote **notes;    // the findings
    uint32_t note_count;        // 0: the control has no rule that could have said anything
} OscalIssue;

typedef struct OscalIssues {
    const OscalIssue *at;
    const uint32_t *first; // by control: its issues are first[c] .. first[c + 1)
    uint32_t count;
} OscalIssues;

// In the order of controls, and of first mention there.
OscalIssues oscal_gather_issues(Arena *arena, const AssessResult *result, const OscalNote *notes,
                                uint32_t note_count);

// ---- identities ----

// Of a thing of this run: another run has another.
OscalUuid oscal_run_uuid(const OscalWriter *w, Str kind, Str name);
OscalUuid oscal_observation_uuid(const OscalWriter *w, uint32_t rule, uint64_t identity);
OscalUuid oscal_rule_uuid(const OscalWriter *w, uint32_t rule);
OscalUuid oscal_finding_uuid(const OscalWriter *w, uint32_t control);
// Of a thing that lasts: a risk is the same one until it is closed.
OscalUuid oscal_issue_uuid(const OscalWriter *w, Str kind, const OscalIssue *issue);

// ---- members ----

void oscal_item_begin(JsonOut *out); // an object on a line of its own
void oscal_list_begin(JsonOut *out, const char *key);
void oscal_out_state(JsonOut *out, Str name, State state);
void oscal_out_method(JsonOut *out, const AssessRule *rule, const char *type);

// What the end goes on from: everything before the first finding.
void oscal_begin(JsonOut *out, const OscalWriter *w);
