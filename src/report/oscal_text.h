// SPDX-License-Identifier: Apache-2.0
// oscal_text — what every OSCAL document written here has in common: identities, metadata,
// properties, and texts that stay what they are where the format expects Markdown.
// Depends on: json, digest, ticks.  Thread-safe: pure.
// Source: OSCAL 1.2.2 (datatypes: uuid version 5, token, string, markup-line).
#pragma once

#include "base/ticks.h"
#include "json/write.h"

#define OSCAL_NS STR("urn:datumline:ns:oscal")

typedef struct OscalUuid {
    char text[37];
} OscalUuid;

// A version 5 UUID over kind and name: the same for the same thing in every run.
OscalUuid oscal_uuid_of(Str kind, Str name);

// text as an OSCAL token: other characters become '-', a first one that is no letter gets '_'.
Str oscal_text_token(Arena *arena, Str text);

// Appends text so that Markdown shows it as it is. A line: white space of any kind becomes one
// blank, none at the ends; never empty ("-").
void oscal_push_markup(Buf *out, Str text);
void oscal_push_line(Buf *out, Str text);

// Members. A text that comes out empty is left out by the optional ones.
void oscal_out_uuid(JsonOut *out, Str key, const OscalUuid *uuid);
void oscal_out_text(JsonOut *out, Str key, Str text);   // as it is: already Markdown, or a token
void oscal_out_line(JsonOut *out, Str key, Str text);   // plain text as markup-line
void oscal_out_prose(JsonOut *out, Str key, Str text);  // plain text as markup-multiline
void oscal_out_string(JsonOut *out, Str key, Str text); // plain text as string
void oscal_out_time(JsonOut *out, Str key, Ticks time);

// An entry of props in this project's namespace; nothing when value is empty.
void oscal_out_prop(JsonOut *out, Str name, Str value);
void oscal_out_prop_count(JsonOut *out, Str name, uint64_t value);

typedef struct OscalHead {
    Str title;
    Str version;
    Str tool; // "datum 1.2.3"
    Ticks now;
} OscalHead;

// The member "metadata", left open for the caller's own props: props stand open as well. Close with
// oscal_out_metadata_end.
void oscal_out_metadata_begin(JsonOut *out, const OscalHead *head);
void oscal_out_metadata_end(JsonOut *out);
