// SPDX-License-Identifier: Apache-2.0
// framework_words — names, relations and coverage told: in words, and as members of JSON.
// Depends on: oscal/library, baseline/coverage, json.  Thread-safe: pure.
#pragma once

#include "baseline/coverage.h"
#include "json/write.h"

// The sentence of a framework's remarks that says whose text it is; empty when none does.
Str frameworks_licence(const LibraryFramework *framework);

// "A.5.16 Identity management": label and title, the title left out when it only repeats the label.
void frameworks_push_name(Buf *out, const LibraryControl *control);

// A text member, left out when empty.
void frameworks_member(JsonOut *out, const char *key, Str value);

// Members "relationship", "certainty" and "through" of a relation.
void frameworks_relation(JsonOut *out, const LibraryRelation *relation);
void frameworks_source(JsonOut *out, const LibraryMapping *mapping);

// {"way": …, "controls": […]} of one control.
void frameworks_coverage(JsonOut *out, const ControlCoverage *coverage, const Baseline *baseline);

// "intersects-with", "subset-of (follows over nist-800-53r5 ac-2)", "may relate (over …)".
Str frameworks_relation_words(Arena *arena, OscalRelation relation, LibraryCertainty certainty,
                              Str through_framework, Str through_control);
const char *frameworks_certainty_name(LibraryCertainty certainty);
