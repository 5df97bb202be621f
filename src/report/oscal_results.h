// SPDX-License-Identifier: Apache-2.0
// oscal_results — what was measured as OSCAL: assessment results, and the plan of action and
// milestones for what is open. Every finding is an observation, written while it happens; findings
// of controls, risks and plan items follow at the end, over notes of 24 bytes each.
// Depends on: assess, oscal_text.  Thread-safe: a writer is read-only once made; each buffer is its
// caller's.
// Source: OSCAL 1.2.2 assessment-results and plan-of-action-and-milestones models; docs/exports.md.
#pragma once

#include "report/report.h"

typedef struct OscalWriter OscalWriter;

// format: REPORT_OSCAL_RESULTS or REPORT_OSCAL_PLAN. Model and texts of head must outlive it.
const OscalWriter *oscal_writer_new(Arena *arena, ReportFormat format, const AssessModel *model,
                                    const FindingHead *head);

// What stands before the first finding, one finding, and the rest. Notes are those of every finding
// in the order they were written.
void oscal_writer_begin(const OscalWriter *w, Buf *buf);
void oscal_writer_finding(const OscalWriter *w, Buf *buf, const Finding *finding);
void oscal_writer_end(const OscalWriter *w, Buf *buf, const Report *report);
