// SPDX-License-Identifier: Apache-2.0
// compose — the documents of a new package, made from a baseline or a framework: ordinary OSCAL
// and Azure documents, two spaces, ready for an editor.
// Depends on: baseline.  Thread-safe: pure.
// Source: docs/baseline-package.md "Made from another".
#pragma once

#include "base/buf.h"
#include "baseline/baseline.h"

// What the new package says of itself. Empty texts are left out.
typedef struct ComposeHead {
    Str name;
    Str title;
    Str owner;
    Str purpose;
    Str scope;
    Str risk_appetite;
    Str next_review;
    BaselineApprovals approvals;
    BaselineFrom from;
    Str driver; // of controls that name none (a framework's); empty = no "defaults"
    Str now;    // RFC 3339
} ComposeHead;

#define COMPOSE_VERSION "0.1.0"

void compose_manifest(Buf *out, const ComposeHead *head);

// Everything the document at href has, but the controls named.
void compose_profile(Buf *out, const ComposeHead *head, Str href, const Str *excluded,
                     uint32_t excluded_count);

// One assignment of the initiative, to every tenant.
void compose_assignments(Buf *out, const ComposeHead *head);

// Rules of another baseline that answer controls of a framework.
typedef struct ComposeBorrow {
    const Baseline *source;
    const Json *initiative; // as it is written
    Str framework;          // id, as the source's mappings name it
    // The framework's control a mapping's id or label means, as an id; empty = there is none.
    Str (*control)(void *ctx, Str id);
    void *ctx;
} ComposeBorrow;

// Initiative with the rules that answer some control; what the source's profile sets becomes the
// default of a parameter. *ret_rules: indices into the source's rules, in their order; none =
// nothing is written.
void compose_initiative(Buf *out, Arena *arena, const ComposeHead *head,
                        const ComposeBorrow *borrow, const uint32_t **ret_rules,
                        uint32_t *ret_count);
