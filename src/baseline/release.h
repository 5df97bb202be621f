// SPDX-License-Identifier: Apache-2.0
// release — a whole package as values, and which edition of a baseline something was measured with.
// Depends on: baseline, json.  Thread-safe: read-only once made.
// Source: docs/formal-change.md.
#pragma once

#include "base/ticks.h"
#include "baseline/baseline.h"
#include "json/write.h"

// One file of a package: a .json file as its tree, any other as a string.
typedef struct PackageFile {
    Str path;
    const Json *json;
} PackageFile;

// All files of a package but changes/ and releases/, sorted by the bytes of their paths.
typedef struct PackageContent {
    const PackageFile *files;
    uint32_t count;
} PackageContent;

// Does a path belong to the content, or to what is said about it (changes/, releases/)?
bool content_holds(Str path);

// NULL = there is none.
const PackageFile *content_find(const PackageContent *content, Str path);

// Reads an object path → value, as a release has it; anything else is false.
MUST_USE bool content_read(Arena *arena, const Json *object, PackageContent *ret_content);

// The content as files for baseline_load. Texts are made in the arena, which content must outlive.
PackageFiles content_files(Arena *arena, const PackageContent *content, Str label);

typedef enum EditionKind {
    EDITION_SHIPPED,    // built into the program
    EDITION_UNRELEASED, // a folder that has no release yet
    EDITION_DRAFT,      // a folder as it is, beside its releases
    EDITION_RELEASE
} EditionKind;

typedef struct Edition {
    EditionKind kind;
    Str name;             // of the baseline, in its manifest
    uint64_t number;      // of the release
    Ticks effective;      // since when it is in force, or will be
    Ticks retired;        // 0 = it is not
    Str digest;           // SHA-256 of the content, hexadecimal digits; empty = not known
    uint32_t approvals;   // of the release, by others than its proposer
    const Str *approvers; // their names, or ids where no record tells names
    Str proposer;
    bool vouched; // a record here says that the release and its signers are what they say
} Edition;

// "ours@2", "ours@draft", "ours".
Str edition_id(Arena *arena, const Edition *edition);

// "release 2, in force since 2026-05-01T00:00:00Z", "unreleased draft", "ships with the program";
// and what a reader must know beside it: retired, nobody else approved, nobody here vouches.
Str edition_words(Arena *arena, const Edition *edition, Ticks now);

// One line for exports: "ours@2 release sha256:3f2a91bc04de"; it says when nobody else approved.
Str edition_line(Arena *arena, const Edition *edition);

// Members of an object that is open: edition, release, effective, retired, digest, approvedBy.
void edition_members(JsonOut *out, const Edition *edition);
