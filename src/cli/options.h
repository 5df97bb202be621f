// SPDX-License-Identifier: Apache-2.0
// options — one table of every option: parsing, environment, help and suggestions read it.
// Depends on: base, policy/suggest.  Thread-safe: pure.
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

// One bit per command, so that an option says where it belongs.
typedef uint64_t CommandBit;
#define CMD_ASSESS ((CommandBit)1 << 0)
#define CMD_EXPLAIN ((CommandBit)1 << 1)
#define CMD_POLICY_CHECK ((CommandBit)1 << 2)
#define CMD_POLICY_TEST ((CommandBit)1 << 3)
#define CMD_POLICY_EXPLAIN ((CommandBit)1 << 4)
#define CMD_ALIAS_IMPORT ((CommandBit)1 << 5)
#define CMD_INVENTORY_SHOW ((CommandBit)1 << 6)
#define CMD_BASELINE_SHOW ((CommandBit)1 << 7)
#define CMD_BASELINE_LIST ((CommandBit)1 << 8)
#define CMD_FRAMEWORK_RESOLVE ((CommandBit)1 << 9)
#define CMD_FRAMEWORK_CHECK ((CommandBit)1 << 10)
#define CMD_KEY_NEW ((CommandBit)1 << 20)
#define CMD_KEY_SHOW ((CommandBit)1 << 21)
#define CMD_KEY_TRUST ((CommandBit)1 << 22)
#define CMD_KEY_REVOKE ((CommandBit)1 << 23)
#define CMD_RECORD_SHOW ((CommandBit)1 << 24)
#define CMD_RECORD_CHECKPOINT ((CommandBit)1 << 25)
#define CMD_RECORD_VERIFY ((CommandBit)1 << 26)
#define CMD_RECORD_MEND ((CommandBit)1 << 27)
#define CMD_BASELINE_PROPOSE ((CommandBit)1 << 32)
#define CMD_BASELINE_REVIEW ((CommandBit)1 << 33)
#define CMD_BASELINE_APPROVE ((CommandBit)1 << 34)
#define CMD_BASELINE_RELEASE ((CommandBit)1 << 35)
#define CMD_BASELINE_RETIRE ((CommandBit)1 << 36)
#define CMD_BASELINE_LOG ((CommandBit)1 << 37)
#define CMD_BASELINE_VERIFY ((CommandBit)1 << 38)
#define CMD_BASELINE_DIFF ((CommandBit)1 << 39)
#define CMD_BASELINE_PUBLISH ((CommandBit)1 << 40)
#define CMD_BASELINE_ACKNOWLEDGE ((CommandBit)1 << 41)
#define CMD_BASELINE_NEW ((CommandBit)1 << 46)
#define CMD_BASELINE_TAILOR ((CommandBit)1 << 47)
#define CMD_FRAMEWORK_ADD ((CommandBit)1 << 56)
#define CMD_FRAMEWORK_LIST ((CommandBit)1 << 57)
#define CMD_FRAMEWORK_SHOW ((CommandBit)1 << 58)
#define CMD_FRAMEWORK_MAP ((CommandBit)1 << 59)
#define CMD_FRAMEWORK_COVERAGE ((CommandBit)1 << 60)
#define CMD_FRAMEWORK_CONVERT ((CommandBit)1 << 61)

typedef struct StrList {
    const Str *at;
    uint32_t count;
} StrList;

typedef struct Options {
    StrList arguments;
    Str baseline;
    StrList policies;
    StrList initiatives;
    StrList assignments;
    StrList exemptions;
    StrList attestations;
    StrList parameters;
    StrList aliases;
    Str tiers;
    Str now;
    Str tenant;
    Str output;
    StrList exports;
    Str fail_on;
    Str progress;
    Str to;
    Str workspace;
    Str key;
    StrList roles;
    Str expires;
    Str reason;
    Str effective;
    Str reference;
    Str verdict;
    Str comment;
    uint64_t change;
    Str compare;
    Str since;
    Str passphrase_file;
    uint64_t passphrase_fd;
    StrList checkpoints;
    uint64_t jobs;
    uint64_t document_bytes_max;
    uint64_t depth_max;
    uint64_t values_max;
    uint64_t memory_bytes_max;
    Str from;
    Str title;
    Str owner_text;
    Str purpose;
    Str scope;
    Str risk_appetite;
    Str next_review;
    StrList removes;
    StrList adds;
    StrList sets;
    StrList severities;
    StrList owners;
    StrList drivers;
    StrList effects;
    StrList variants;
    Str version;
    Str rationale;
    Str place;
    Str out;
    bool list;
    Str flat;
    Str loose_params;
    Str as;
    bool trace;
    bool help;
} Options;

// How to look into the environment; NULL = it is empty.
typedef const char *(*EnvironmentCall)(const char *name);

// Parses the words after the command. A flag wins over DATUM_NAME, that over the default. False:
// *ret_message says what was wrong and what would be right.
MUST_USE bool options_parse(Arena *arena, CommandBit command, const char *const *words,
                            uint32_t count, EnvironmentCall environment, Options *ret_options,
                            Str *ret_message);

// One line for each option of the command.
void options_help(Buf *out, CommandBit command);
