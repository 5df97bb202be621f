// SPDX-License-Identifier: Apache-2.0
// show — what baseline show prints: everything, one control, or what applies in an environment.
// Depends on: cli, baselines, report/page.  Not thread-safe.
#pragma once

#include "baseline/applies.h"
#include "cli/baselines.h"
#include "report/page.h"
#include "json/write.h"

typedef struct Show {
    Cli *cli;
    OpenEdition open;
    const Baseline *baseline;
    const AssignedRule *rules; // as they are bound
    uint32_t rule_count;
    Buf text;
    Page page;
    JsonOut json;
} Show;

// Where there is something to show for (--for).
typedef struct ShowPlace {
    AppliesPlace place;
    Str name;   // as it was asked for
    bool known; // an environment that was found in the inputs
} ShowPlace;

void show_all(Show *show);
void show_control(Show *show, const BaselineControl *control);

// control NULL: all of them.
void show_place(Show *show, const ShowPlace *place, const BaselineControl *control);

// Finds the environment that --for names in the inputs; of a type alone nothing is read. False:
// said, and recorded in the outcome.
bool show_find_place(Cli *cli, const StrList *inputs, ShowPlace *ret_place);

// ---- parts ----

// A member whose text is not empty.
void show_member(JsonOut *out, Str key, Str value);

// name, title, edition, …, of an object that is open.
void show_json_head(Show *show);
void show_head(Show *show);

// id, title, severity, owner, drivers of an object that is open.
void show_json_control(Show *show, const BaselineControl *control);

// What was tailored of a control or its parameters, and why; "[]" and nothing when it was not.
// Of variants for environments of another type than this one nothing is said; empty = of all.
void show_json_tailorings(Show *show, const BaselineControl *control, Str environment_type);
void show_tailorings(Show *show, const BaselineControl *control, Str environment_type,
                     uint32_t indent);

// "baselines/ours/profile.json:31", as the place that set a value.
void show_push_place(Buf *out, Str file, Span at);

// The values of a parameter, joined by ", ".
Str show_values(Show *show, const BaselineValue *value);
