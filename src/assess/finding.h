// SPDX-License-Identifier: Apache-2.0
// finding — one rule on one resource that is not simply compliant, with what was seen, what was
// wanted, and what is known about it besides.
// Depends on: policy, baseline.  Thread-safe: plain values.
#pragma once

#include "baseline/deviation.h"
#include "policy/engine.h"

typedef struct Finding {
    uint32_t rule;     // index into AssessModel.rules
    State state;       // after exemptions and attestations
    State truth;       // what holds without them: an exemption never hides it
    Str resource_id;   // borrowed, as everything here, until the receiver returns
    Str resource_json; // the id as JSON, quotes included; empty when it is not at hand
    Str resource_name;
    Str resource_type;
    uint64_t line;            // of the resource in its source; 0 = not known
    uint64_t identity;        // the same for the same rule on the same resource in every run
    const Evidence *evidence; // NULL = none
    Str message;
    Str message_json;               // the same as JSON; empty when it is not at hand
    const Exemption *exemption;     // NULL = none in force
    const Attestation *attestation; // NULL = none in force
} Finding;

// Input that could not be evaluated: a broken line, a file that is not JSON.
typedef struct BadSource {
    Str file;
    uint64_t line;   // 0 = the whole file
    uint32_t column; // 0 = not known
    Str reason;
} BadSource;

// Who takes the findings of one worker, on that worker's thread.
typedef struct FindingOut {
    void (*finding)(void *ctx, const Finding *finding);
    void (*bad_source)(void *ctx, const BadSource *bad);
    void *ctx;
} FindingOut;

// A hash of the text in lower case (ASCII), the same on every platform. It stands in results that
// are kept and compared with later ones, so it never changes.
uint64_t identity_of_text(Str text);
// Joins the identity of a rule with that of a resource.
uint64_t identity_join(uint64_t rule, uint64_t resource);
// Sixteen lower-case hexadecimal digits.
void identity_print(uint64_t identity, char ret_text[16]);
