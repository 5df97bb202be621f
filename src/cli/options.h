// SPDX-License-Identifier: Apache-2.0
// options — one table of every option: parsing, environment, help and suggestions read it.
// Depends on: base, policy/suggest.  Thread-safe: pure.
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

// One bit per command, so that an option says where it belongs.
typedef enum CommandBit {
    CMD_ASSESS = 1 << 0,
    CMD_EXPLAIN = 1 << 1,
    CMD_POLICY_CHECK = 1 << 2,
    CMD_POLICY_TEST = 1 << 3,
    CMD_POLICY_EXPLAIN = 1 << 4,
    CMD_ALIAS_IMPORT = 1 << 5,
    CMD_INVENTORY_SHOW = 1 << 6,
    CMD_BASELINE_SHOW = 1 << 7,
    CMD_BASELINE_LIST = 1 << 8,
    CMD_FRAMEWORK_RESOLVE = 1 << 9,
    CMD_FRAMEWORK_CHECK = 1 << 10,
    CMD_KEY_NEW = 1 << 20,
    CMD_KEY_SHOW = 1 << 21,
    CMD_KEY_TRUST = 1 << 22,
    CMD_KEY_REVOKE = 1 << 23,
    CMD_RECORD_SHOW = 1 << 24,
    CMD_RECORD_CHECKPOINT = 1 << 25,
    CMD_RECORD_VERIFY = 1 << 26,
    CMD_RECORD_MEND = 1 << 27
} CommandBit;

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
    Str passphrase_file;
    uint64_t passphrase_fd;
    StrList checkpoints;
    uint64_t jobs;
    uint64_t document_bytes_max;
    uint64_t depth_max;
    uint64_t values_max;
    uint64_t memory_bytes_max;
    Str flat;
    Str loose_params;
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
