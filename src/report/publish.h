// SPDX-License-Identifier: Apache-2.0
// publish — a baseline as a document for the people it binds: a page, the same as Markdown, the
// drawing of its layers, and OSCAL for programs. The same input gives the same bytes.
// Depends on: baseline, oscal/library.  Thread-safe: pure.
// Source: docs/publish.md; HTML Living Standard, SVG 2, OSCAL 1.2.2.
#pragma once

#include "base/buf.h"
#include "baseline/release.h"
#include "oscal/library.h"

// Somebody who approved the release.
typedef struct PublishApproval {
    Str name;
    Str roles;   // what they were trusted with then; empty where no record tells
    Str comment; // empty = none
    Ticks time;
} PublishApproval;

typedef struct Publication {
    const Baseline *baseline;
    const Edition *edition;
    const PublishApproval *approvals;
    uint32_t approval_count;
    Str reason;             // of the proposal, with what gave rise to it; empty = none
    const Library *library; // titles of what controls map to
    Ticks now;
    Str tool; // "datum 1.2.3"
} Publication;

typedef enum PublishSvg {
    PUBLISH_SVG_FILE,  // a document of its own
    PUBLISH_SVG_INLINE // part of a page
} PublishSvg;

// arena is scratch.
void publish_html(Arena *arena, Buf *out, const Publication *p);
void publish_markdown(Arena *arena, Buf *out, const Publication *p);
void publish_svg(Arena *arena, Buf *out, const Publication *p, PublishSvg form);

// The resolved catalog; a profile that takes all of it and sets the baseline's values, to build on;
// and each rule as a component that implements requirements. Pretty-printed JSON.
void publish_catalog(Arena *arena, Buf *out, const Publication *p);
void publish_profile(Arena *arena, Buf *buf, const Publication *p);
void publish_components(Arena *arena, Buf *buf, const Publication *p);

// A mapping-collection of the package without what is about controls the baseline does not have.
// False: nothing is left.
bool publish_mapping(Arena *arena, Buf *out, const Publication *p, const Json *json);
