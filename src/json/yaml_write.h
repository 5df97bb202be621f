// SPDX-License-Identifier: Apache-2.0
// yaml_write — a tree as YAML that reads back as the same tree: every text that could be taken for
// something else stands in quotes, texts of several lines stand as they are below a '|'.
// Depends on: base, json.  Thread-safe: pure.
// Source: YAML 1.2.2, core schema (§10.3); words of YAML 1.1 (yes, off, 12:30) are quoted too.
#pragma once

#include "base/buf.h"
#include "json/json.h"

// Block style, two spaces a level, one document without markers, newline at the end. Numbers keep
// their text. Bytes of strings that are not UTF-8 become U+FFFD.
void yaml_write(Buf *out, const Json *json);
