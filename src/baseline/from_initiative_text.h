// SPDX-License-Identifier: Apache-2.0
// from_initiative_text — the pieces that every document of a converted initiative is written with.
// Depends on: from_initiative_draft, json.  Not thread-safe. Private to from_initiative.
#pragma once

#include "baseline/from_initiative_draft.h"
#include "json/write.h"

void draft_member(JsonOut *out, const char *key, Str value);

// At most 1,199 bytes of text; what is longer is cut.
PRINTF_LIKE(3, 4) void draft_member_text(JsonOut *out, const char *key, const char *fmt, ...);

// An entry of "props". own: in the namespace of this program.
void draft_prop(JsonOut *out, const char *name, bool own, Str value);

// "uuid": version 5, the same for the same framework and version in every run.
void draft_uuid(const Draft *draft, JsonOut *out, const char *what);

// White space of any kind becomes one blank, so that a text fits a line.
Str draft_one_line(Arena *arena, Str text);

// "metadata" of a catalog or profile; with remarks, where the document comes from.
void draft_metadata(const Draft *draft, JsonOut *out, Str title, bool with_remarks);

// What a writer put into a buffer, indented; the buffer is freed. ret_json (or NULL): its tree.
Str draft_indented(Draft *draft, Buf *compact, const Json **ret_json);
