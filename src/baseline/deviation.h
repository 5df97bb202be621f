// SPDX-License-Identifier: Apache-2.0
// deviation — what an organisation knowingly does not meet, who asked, who agreed, until when.
// Depends on: policy/assignment.  Thread-safe: read-only once read.
// Source: Azure Policy exemption structure; docs/baseline-package.md "Deviations".
#pragma once

#include "policy/assignment.h"

typedef enum DeviationKind {
    DEVIATION_DEFERRED,  // will be mended: has an expiry
    DEVIATION_ACCEPTED,  // the risk is taken: has a review date
    DEVIATION_MITIGATED, // something else covers it: names the compensating control
    DEVIATION_KIND_COUNT
} DeviationKind;
const char *deviation_kind_name(DeviationKind kind);

typedef struct Deviation {
    const Exemption *exemption;
    DeviationKind kind;
    Str requested_by;
    Str approved_by;
    bool approved; // by somebody else than who requested
    Str reason;
    Str compensating_control;
    bool has_review;
    Ticks review_on;
} Deviation;

// Reads one exemption, an array of them, or {value: […]}. metadata.datumline = {kind, requestedBy,
// approvedBy, reason, reviewOn, compensatingControl}. Errors: an unknown kind, one that does not go
// with exemptionCategory, a missing date or control, requester and approver the same. An exemption
// without metadata.datumline is taken as Azure has it, not approved, with a warning.
// *ret_exemptions is the same list as exemption_find wants it.
MUST_USE bool deviation_read(Arena *arena, const Json *json, DiagList *diags,
                             const Deviation **ret_deviations,
                             const Exemption *const **ret_exemptions, uint32_t *ret_count);

// Is it in force? Expired, or accepted with its review date passed: no, the finding returns.
bool deviation_in_force(const Deviation *deviation, Ticks now);
