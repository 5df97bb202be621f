// SPDX-License-Identifier: Apache-2.0
// rewrite — what the adapter table points at: bodies of other tools brought into the shape of
// Microsoft's API, and facts that sources spell in several ways put beside the originals.
// Depends on: adapter.  Thread-safe: pure.
// Source: reference of the admin APIs; each function names the trap it closes.
#pragma once

#include "inventory/adapter.h"

// Entries into the shape of Microsoft's API.
const Json *rewrite_scuba_environment(Arena *arena, const Json *entry);
const Json *rewrite_flat_policy(Arena *arena, const Json *entry);
const Json *rewrite_policy_v1(Arena *arena, const Json *entry);
const Json *rewrite_scuba_methods(Arena *arena, const Json *entry);

// Facts beside the originals.
void normalize_inventory(Facts *facts);
void normalize_defender(Facts *facts);
void normalize_app(Facts *facts);
void normalize_environment(Facts *facts);
void normalize_environment_role(Facts *facts);
void normalize_isolation(Facts *facts);
void normalize_data_policy(Facts *facts);
void normalize_environment_settings(Facts *facts);
void normalize_agent(Facts *facts);
void normalize_user(Facts *facts);
void normalize_role_assigned(Facts *facts);
void normalize_role_eligible(Facts *facts);
void normalize_setting_list(Facts *facts);
void normalize_organization(Facts *facts);
void normalize_system_user(Facts *facts);

// "Confidential", "Business", "hbi" → Business; "General", "NonBusiness", "lbi" → NonBusiness; …
// Empty when it is none of them.
Str classification_name(Str wire);

// Blocked over NonBusiness over Business; an unknown one ranks lowest (0).
uint32_t classification_rank(Str name);

// "/providers/Microsoft.PowerApps/apis/shared_sql" → "shared_sql", lower-case.
Str connector_name(Arena *arena, Str id);
