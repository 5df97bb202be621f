// SPDX-License-Identifier: Apache-2.0
// metadata — metadata and identity of a resolved catalog.
// Depends on: resolver.  Not thread-safe.  Used by the resolver only.
// Source: profile resolution, "Target metadata"; catalog metaschema (resolution-tool,
// source-profile-uuid, link rel source-profile).
#pragma once

#include "oscal/resolver.h"

#define OSCAL_VERSION "1.2.2" // the newest this project knows

// The newer of *version and the document's oscal-version, at most OSCAL_VERSION. False and an error
// "oscal-version" when the major numbers differ; one that cannot be read counts as not given.
MUST_USE bool metadata_join_version(Resolver *resolver, const Json *metadata, Str *version);

// Takes over roles and parties of an imported document that say keep=always.
void metadata_keep(Resolver *resolver, const Json *imported, Json *metadata);

// Time, version, tool, and where it comes from.
void metadata_finish(Resolver *resolver, const Document *profile, Str version, Json *metadata);

// A version 5 UUID: the same for the same documents resolved at the same time.
Str metadata_uuid(Resolver *resolver, const Document *profile);
