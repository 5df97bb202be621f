// SPDX-License-Identifier: Apache-2.0
// scope — taking resource ids apart: what an id is at or below.
// Depends on: assignment.  Thread-safe: pure.
// Source: Azure resource id grammar; reference §11.
#pragma once

#include "policy/assignment.h"

// The id before its last "/providers/Microsoft.Authorization/policyAssignments/NAME" or the like:
// what an assignment, exemption or attestation is attached to. Empty when id has no such part;
// "/" for one at the root of the tenant.
Str scope_of_extension(Str id, Str provider_and_type);

// "bad-value" when a text cannot be a scope: every id begins with '/'. Empty is none.
bool scope_check(Str scope, Span at, DiagList *diags);

// True for a management group. Which subscriptions are below one is not in any id.
bool scope_is_management_group(Str scope);
