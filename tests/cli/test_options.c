// SPDX-License-Identifier: Apache-2.0
#include "cli/options.h"

#include <string.h>

#include "cli/outcome.h"
#include "t.h"

static const char *env_jobs;
static const char *env_export;
static const char *env_key;
static const char *env_other;

static const char *environment(const char *name)
{
    return strcmp(name, "DATUM_JOBS") == 0     ? env_jobs
           : strcmp(name, "DATUM_EXPORT") == 0 ? env_export
           : strcmp(name, "DATUM_KEY") == 0    ? env_key
           : strcmp(name, "DATUM_OUTPUT") == 0 ? NULL
                                               : env_other;
}

static bool parse(Arena *arena, CommandBit command, const char *const *words, uint32_t count,
                  Options *ret_options, Str *ret_message)
{
    return options_parse(arena, command, words, count, environment, ret_options, ret_message);
}

TEST(a_flag_wins_over_the_environment)
{
    Arena arena;
    arena_init(&arena, 1 << 20);
    Options options = {0};
    Str message = {0};
    env_jobs = "3";
    const char *const words[] = {"--jobs=7", "in"};
    CHECK(parse(&arena, CMD_ASSESS, words + 1, 1, &options, &message) && options.jobs == 3);
    CHECK(parse(&arena, CMD_ASSESS, words, 2, &options, &message) && options.jobs == 7);
    env_jobs = "many";
    CHECK(!parse(&arena, CMD_ASSESS, words + 1, 1, &options, &message));
    CHECK(str_find(message, STR("DATUM_JOBS")) != NULL);
    env_jobs = NULL;
    arena_free(&arena);
}

TEST(a_list_of_the_environment_stands_in_for_none)
{
    Arena arena;
    arena_init(&arena, 1 << 20);
    Options options = {0};
    Str message = {0};
    env_export = "env.json";
    const char *const words[] = {"in", "--export", "flag.json"};
    CHECK(parse(&arena, CMD_ASSESS, words, 1, &options, &message));
    CHECK(options.exports.count == 1 && str_eq(options.exports.at[0], STR("env.json")));
    CHECK(parse(&arena, CMD_ASSESS, words, 3, &options, &message));
    CHECK(options.exports.count == 1 && str_eq(options.exports.at[0], STR("flag.json")));
    env_export = NULL;
    arena_free(&arena);
}

TEST(a_deed_takes_nothing_but_its_setting_from_the_environment)
{
    Arena arena;
    arena_init(&arena, 1 << 20);
    Options options = {0};
    Str message = {0};
    env_other = "9";
    env_key = "Ann";
    const char *const words[] = {"ours"};
    CHECK(parse(&arena, CMD_BASELINE_APPROVE, words, 1, &options, &message));
    CHECK(options.comment.len == 0 && options.change == 0 && str_eq(options.key, STR("Ann")));
    CHECK(str_eq(options.workspace, STR("9")));
    env_key = NULL;
    CHECK(parse(&arena, CMD_BASELINE_TAILOR, words, 1, &options, &message));
    CHECK(options.version.len == 0 && options.removes.count == 0 && options.rationale.len == 0);
    CHECK(parse(&arena, CMD_KEY_REVOKE, words, 1, &options, &message) && options.reason.len == 0);
    env_other = NULL;
    arena_free(&arena);
}

TEST(words_and_flags_mix)
{
    Arena arena;
    arena_init(&arena, 1 << 20);
    Options options = {0};
    Str message = {0};
    const char *const words[] = {"a", "--export", "x.csv", "-", "--export=y.json", "--", "--jobs"};
    CHECK(parse(&arena, CMD_ASSESS, words, COUNTOF(words), &options, &message));
    CHECK(options.arguments.count == 3);
    CHECK(str_eq(options.arguments.at[1], STR("-")));
    CHECK(str_eq(options.arguments.at[2], STR("--jobs")));
    CHECK(options.exports.count == 2);
    CHECK(str_eq(options.exports.at[1], STR("y.json")));
    arena_free(&arena);
}

TEST(standard_input_is_named_once)
{
    Arena arena;
    arena_init(&arena, 1 << 20);
    Options options = {0};
    Str message = {0};
    const char *const words[] = {"-", "--policy", "-", "--tenant", "-"};
    CHECK(parse(&arena, CMD_ASSESS, words, 1, &options, &message));
    CHECK(parse(&arena, CMD_ASSESS, words + 1, 4, &options, &message)); // a tenant is no file
    CHECK(!parse(&arena, CMD_ASSESS, words, 3, &options, &message));
    CHECK(str_eq(message, STR("- (standard input) is named 2 times, but can be read once")));
    CHECK(!parse(&arena, CMD_KEY_TRUST, (const char *const[]){"-", "--passphrase-file", "-"}, 3,
                 &options, &message));
    arena_free(&arena);
}

TEST(sizes)
{
    static const struct {
        const char *text;
        uint64_t want; // 0 = refused
    } rows[] = {
        {"", 0},
        {"0", 0},
        {"-1", 0},
        {"1x", 0},
        {"99999999999999999999", 0},
        {"18446744073709551615K", 0},
        {"K", 0},
        {"1", 1},
        {"2K", 2048},
        {"3m", 3U << 20},
        {"1G", 1U << 30},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, 1 << 20);
        Options options = {0};
        Str message = {0};
        const char *const words[] = {"--max-memory", rows[i].text};
        bool ok = parse(&arena, CMD_ASSESS, words, 2, &options, &message);
        CHECK_ROW(rows[i].text, ok == (rows[i].want != 0));
        CHECK_ROW(rows[i].text, !ok || options.memory_bytes_max == rows[i].want);
        arena_free(&arena);
    }
}

TEST(help_has_a_line_for_each_option)
{
    Buf text = {0};
    options_help(&text, CMD_ASSESS);
    static const char *const names[] = {"--baseline", "--policy", "--jobs", "--fail-on", "--help"};
    for (size_t i = 0; i < COUNTOF(names); i++) {
        CHECK_ROW(names[i], str_find(buf_str(&text), str_from_cstr(names[i])) != NULL);
    }
    buf_clear(&text);
    options_help(&text, CMD_BASELINE_LIST);
    CHECK(str_find(buf_str(&text), STR("--jobs")) == NULL);
    buf_free(&text);
}

TEST(one_place_decides_the_exit_code)
{
    static const struct {
        const char *row;
        Outcome outcome;
        int want;
    } rows[] = {
        {"interrupted wins", {.signal = 2, .usage = true}, 130},
        {"asked to end", {.signal = 15, .gate_failed = true}, 143},
        {"usage over error", {.usage = true, .err.kind = ERR_WRITE}, EXIT_USAGE},
        {"a full disk over a failed gate",
         {.gate_failed = true, .err.kind = ERR_WRITE},
         EXIT_WRITE},
        {"no input", {.err.kind = ERR_NO_INPUT}, EXIT_NO_INPUT},
        {"a limit", {.err.kind = ERR_LIMIT}, EXIT_DATA},
        {"permission", {.err.kind = ERR_PERMISSION}, EXIT_PERMISSION},
        {"a broken rule over a failed gate",
         {.bad_documents = true, .gate_failed = true},
         EXIT_DATA},
        {"1 wins over 2", {.gate_failed = true, .incomplete = true}, EXIT_GATE},
        {"a failed case", {.failed_tests = true}, EXIT_GATE},
        {"incomplete", {.incomplete = true}, EXIT_INCOMPLETE},
        {"done", {0}, EXIT_HOLDS},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].row, exit_code_of(&rows[i].outcome) == rows[i].want);
    }
}
