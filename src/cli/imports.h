// SPDX-License-Identifier: Apache-2.0
// imports — which file a reference of an OSCAL document names; nothing is fetched.
// Depends on: base/arena, base/str, host/files, oscal/href.  Thread-safe: no state.
// Source: RFC 3986 §2.1 (percent-encoding), RFC 8089 (file URIs).
#pragma once

#include "base/arena.h"
#include "base/str.h"

// The file of href: a path as it is, or decoded where there is none of that name; the path of a
// file URI. False: it lies elsewhere (another scheme). *ret_path may be href itself.
bool import_path(Arena *arena, Str href, Str *ret_path);
