// SPDX-License-Identifier: Apache-2.0
// Which commands there are, and the way from words to one that ran.
#include "cli/commands.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/version.h"
#include "host/system.h"
#include "policy/suggest.h"

#define ARENA_BYTES_MAX ((size_t)1 << 42)

typedef struct Command {
    Str noun;
    Str verb; // empty: the noun alone is the command
    CommandBit bit;
    const char *arguments; // for help
    uint32_t arguments_min;
    uint32_t arguments_max;
    const char *summary;
    void (*run)(Cli *cli);
} Command;

static const Command command_table[] = {
    {STR_INIT("assess"), STR_INIT(""), CMD_ASSESS, "INPUT...", 0, UINT32_MAX,
     "measure a tenant against a baseline or policies", cmd_assess},
    {STR_INIT("explain"), STR_INIT(""), CMD_EXPLAIN, "CONTROL RESOURCE INPUT...", 3, UINT32_MAX,
     "why a resource is (not) compliant: conditions, values seen and wanted", cmd_explain},
    {STR_INIT("policy"), STR_INIT("check"), CMD_POLICY_CHECK, "FILE|DIR...", 1, UINT32_MAX,
     "check definitions, initiatives, assignments, exemptions", cmd_policy_check},
    {STR_INIT("policy"), STR_INIT("test"), CMD_POLICY_TEST, "FILE|DIR...", 1, UINT32_MAX,
     "run test cases of policies", cmd_policy_test},
    {STR_INIT("policy"), STR_INIT("explain"), CMD_POLICY_EXPLAIN, "RULE RESOURCE [RELATED...]", 2,
     UINT32_MAX, "one definition file on one resource file, condition by condition",
     cmd_policy_explain},
    {STR_INIT("policy"), STR_INIT("alias import"), CMD_ALIAS_IMPORT, "FILE", 1, 1,
     "keep further aliases: az provider list, or Name/DefaultPath rows", cmd_alias_import},
    {STR_INIT("inventory"), STR_INIT("show"), CMD_INVENTORY_SHOW, "INPUT...", 1, UINT32_MAX,
     "what was understood of each input, what was ignored and why", cmd_inventory_show},
    {STR_INIT("baseline"), STR_INIT("show"), CMD_BASELINE_SHOW, "[NAME [CONTROL] [INPUT...]]", 0,
     UINT32_MAX, "a baseline, a control of it, or (--for) what applies in an environment",
     cmd_baseline_show},
    {STR_INIT("baseline"), STR_INIT("list"), CMD_BASELINE_LIST, "", 0, 0,
     "baselines that ship, and those in baselines/", cmd_baseline_list},
    {STR_INIT("baseline"), STR_INIT("new"), CMD_BASELINE_NEW, "NAME", 1, 1,
     "a baseline of your own, from one that exists or from a framework", cmd_baseline_new},
    {STR_INIT("baseline"), STR_INIT("tailor"), CMD_BASELINE_TAILOR, "NAME", 1, 1,
     "change a baseline of your own: controls, values, severities, owners, drivers, effects",
     cmd_baseline_tailor},
    {STR_INIT("baseline"), STR_INIT("publish"), CMD_BASELINE_PUBLISH, "NAME[@N]", 1, 1,
     "the baseline as a page, Markdown, a drawing, and OSCAL", cmd_baseline_publish},
    {STR_INIT("baseline"), STR_INIT("acknowledge"), CMD_BASELINE_ACKNOWLEDGE, "NAME[@N]", 1, 1,
     "record that you have read a release; --list: who has", cmd_baseline_acknowledge},
    {STR_INIT("baseline"), STR_INIT("diff"), CMD_BASELINE_DIFF, "A B", 2, 2,
     "what is different between two editions", cmd_baseline_diff},
    {STR_INIT("baseline"), STR_INIT("propose"), CMD_BASELINE_PROPOSE, "NAME", 1, 1,
     "propose a change: the folder as it is, for a reason, from a date on", cmd_baseline_propose},
    {STR_INIT("baseline"), STR_INIT("review"), CMD_BASELINE_REVIEW, "NAME", 1, 1,
     "say what you think of a change", cmd_baseline_review},
    {STR_INIT("baseline"), STR_INIT("approve"), CMD_BASELINE_APPROVE, "NAME", 1, 1,
     "approve a change somebody else proposed", cmd_baseline_approve},
    {STR_INIT("baseline"), STR_INIT("release"), CMD_BASELINE_RELEASE, "NAME", 1, 1,
     "make an approved change a release", cmd_baseline_release},
    {STR_INIT("baseline"), STR_INIT("retire"), CMD_BASELINE_RETIRE, "NAME@N", 1, 1,
     "take a release out of force", cmd_baseline_retire},
    {STR_INIT("baseline"), STR_INIT("log"), CMD_BASELINE_LOG, "NAME", 1, 1,
     "changes and releases: who did what, when, why", cmd_baseline_log},
    {STR_INIT("baseline"), STR_INIT("verify"), CMD_BASELINE_VERIFY, "NAME[@N]", 1, 1,
     "whether releases are what was approved", cmd_baseline_verify},
    {STR_INIT("framework"), STR_INIT("resolve"), CMD_FRAMEWORK_RESOLVE, "PROFILE", 1, 1,
     "an OSCAL profile as the catalog it stands for; --trace: who set what", cmd_framework_resolve},
    {STR_INIT("framework"), STR_INIT("check"), CMD_FRAMEWORK_CHECK, "FILE...", 1, UINT32_MAX,
     "whether documents are valid OSCAL: members, datatypes, constraints", cmd_framework_check},
    {STR_INIT("framework"), STR_INIT("convert"), CMD_FRAMEWORK_CONVERT, "FILE", 1, 1,
     "an OSCAL document (JSON, YAML, XML) as JSON or YAML", cmd_framework_convert},
    {STR_INIT("framework"), STR_INIT("add"), CMD_FRAMEWORK_ADD, "FILE|DIR...", 1, UINT32_MAX,
     "load a framework's official text, a profile, a mapping, an Azure initiative",
     cmd_framework_add},
    {STR_INIT("framework"), STR_INIT("list"), CMD_FRAMEWORK_LIST, "", 0, 0,
     "the frameworks that ship and those you added", cmd_framework_list},
    {STR_INIT("framework"), STR_INIT("show"), CMD_FRAMEWORK_SHOW, "ID [CONTROL]", 1, 2,
     "a framework's controls, or all there is on one of them", cmd_framework_show},
    {STR_INIT("framework"), STR_INIT("map"), CMD_FRAMEWORK_MAP, "A B [CONTROL]", 2, 3,
     "which controls of two frameworks, or of a baseline and one, relate", cmd_framework_map},
    {STR_INIT("framework"), STR_INIT("coverage"), CMD_FRAMEWORK_COVERAGE, "ID", 1, 1,
     "which controls of a framework or profile a baseline answers, and how",
     cmd_framework_coverage},
    {STR_INIT("key"), STR_INIT("new"), CMD_KEY_NEW, "NAME", 1, 1,
     "make a key; the first one owns the workspace", cmd_key_new},
    {STR_INIT("key"), STR_INIT("show"), CMD_KEY_SHOW, "[ID|NAME|FILE]", 0, 1,
     "the principals of the workspace, and whom it trusts with what", cmd_key_show},
    {STR_INIT("key"), STR_INIT("trust"), CMD_KEY_TRUST, "FILE|ID|NAME", 1, 1,
     "trust a principal, as an owner", cmd_key_trust},
    {STR_INIT("key"), STR_INIT("revoke"), CMD_KEY_REVOKE, "ID|NAME", 1, 1,
     "end the trust in a key, as an owner or its holder", cmd_key_revoke},
    {STR_INIT("record"), STR_INIT("show"), CMD_RECORD_SHOW, "[NUMBER]", 0, 1,
     "what was done, or one entry with its proof", cmd_record_show},
    {STR_INIT("record"), STR_INIT("checkpoint"), CMD_RECORD_CHECKPOINT, "[FILE]", 0, 1,
     "what the record is now, signed, to keep elsewhere", cmd_record_checkpoint},
    {STR_INIT("record"), STR_INIT("verify"), CMD_RECORD_VERIFY, "", 0, 0,
     "is the record what was written? --checkpoint: and all of it?", cmd_record_verify},
    {STR_INIT("record"), STR_INIT("mend"), CMD_RECORD_MEND, "", 0, 0,
     "put right what an append that was cut off left behind", cmd_record_mend},
};
static const uint32_t command_count = (uint32_t)COUNTOF(command_table);

// ---- help ----

static void print_command_name(Buf *out, const Command *command)
{
    buf_printf(out, "datum %.*s", STR_ARG(command->noun));
    if (command->verb.len != 0) {
        buf_printf(out, " %.*s", STR_ARG(command->verb));
    }
}

static void help_command(Buf *out, const Command *command)
{
    buf_push(out, STR("usage: "));
    print_command_name(out, command);
    buf_printf(out, " [OPTION...] %s\n\n  %s\n\n", command->arguments, command->summary);
    options_help(out, command->bit);
}

// All commands, or those of a noun.
static void help_all(Buf *out, Str noun)
{
    buf_push(out, STR("usage: datum COMMAND [OPTION...] [ARGUMENT...]\n\n"));
    for (uint32_t i = 0; i < command_count; i++) {
        const Command *command = &command_table[i];
        if (noun.len != 0 && !str_eq(noun, command->noun)) {
            continue;
        }
        size_t start = out->len;
        buf_printf(out, "  %.*s%s%.*s", STR_ARG(command->noun), command->verb.len != 0 ? " " : "",
                   STR_ARG(command->verb));
        while (out->len - start < 24) {
            buf_byte(out, ' ');
        }
        buf_printf(out, "%s\n", command->summary);
    }
    buf_push(out, STR("\n  datum COMMAND --help      its options\n"
                      "  datum --version\n\n"
                      "exit: 0 the gate holds, 1 it failed, 2 it holds but not everything could be "
                      "evaluated,\n      64 usage, 65 bad data, 66 no input, 70 internal, 73 or 74 "
                      "cannot write, 77 no permission, 128 and its number: ended by a signal\n"));
}

// ---- finding the command ----

// How many words name the command, 0 = they do not.
static uint32_t match_command(const Command *command, const char *const *words, uint32_t count)
{
    if (count == 0 || !str_eq(str_from_cstr(words[0]), command->noun)) {
        return 0;
    }
    uint32_t used = 1;
    for (Str verb = command->verb; verb.len != 0; used++) {
        StrCut cut = str_cut(verb, ' ');
        if (used >= count || !str_eq(str_from_cstr(words[used]), cut.head)) {
            return 0;
        }
        verb = cut.tail;
    }
    return used;
}

static const Command *find_command(const char *const *words, uint32_t count, uint32_t *ret_used)
{
    for (uint32_t i = 0; i < command_count; i++) {
        *ret_used = match_command(&command_table[i], words, count);
        if (*ret_used != 0) {
            return &command_table[i];
        }
    }
    return NULL;
}

static void complain_command(Cli *cli, const char *const *words, uint32_t count)
{
    Str noun = str_from_cstr(words[0]);
    Str names[COUNTOF(command_table)];
    size_t verbs = 0;
    for (uint32_t i = 0; i < command_count; i++) {
        if (str_eq(command_table[i].noun, noun)) {
            names[verbs++] = command_table[i].verb;
        }
    }
    if (verbs != 0 && count == 1) {
        Buf text = {0};
        for (size_t i = 0; i < verbs; i++) {
            buf_printf(&text, "%s%.*s", i == 0 ? "" : ", ", STR_ARG(names[i]));
        }
        cli_usage(cli, "datum %.*s needs a verb: %.*s", STR_ARG(noun), STR_ARG(buf_str(&text)));
        buf_free(&text);
        return;
    }
    if (verbs != 0) {
        Str verb = count > 1 ? str_from_cstr(words[1]) : (Str){0};
        Str near = verb.len != 0 ? suggest_nearest(verb, names, verbs) : (Str){0};
        Str first = near.len != 0 ? near : names[0];
        cli_usage(cli, "datum %.*s needs a verb it knows; did you mean datum %.*s %.*s?",
                  STR_ARG(noun), STR_ARG(noun), STR_ARG(first));
        return;
    }
    for (uint32_t i = 0; i < command_count; i++) {
        names[i] = command_table[i].noun;
    }
    Str near = suggest_nearest(noun, names, command_count);
    if (near.len != 0) {
        cli_usage(cli, "there is no command %.*s; did you mean %.*s?", STR_ARG(noun),
                  STR_ARG(near));
    } else {
        cli_usage(cli, "there is no command %.*s; datum --help lists them", STR_ARG(noun));
    }
}

// ---- running it ----

static const char *environment(const char *name)
{
    return getenv(name); // NOLINT(concurrency-mt-unsafe): before any thread is made
}

static uint32_t terminal_width(void)
{
    struct winsize size = {0};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 60) {
        return size.ws_col < 140 ? size.ws_col : 140;
    }
    return 100;
}

static TerminalStyle find_style(const Options *options)
{
    bool is_terminal = isatty(STDOUT_FILENO) == 1;
    bool is_pretty =
        str_eq(options->output, STR("pretty")) || (options->output.len == 0 && is_terminal);
    const char *no_color = environment("NO_COLOR");
    bool wants_color = no_color == NULL || *no_color == '\0';
    return (TerminalStyle){
        .color = is_pretty && is_terminal && wants_color,
        .unicode = is_pretty,
        .width = is_terminal ? terminal_width() : 100,
    };
}

// 0 = the default.
static uint64_t at_most(uint64_t wanted, uint64_t fallback, uint64_t most)
{
    uint64_t value = wanted != 0 ? wanted : fallback;
    return value < most ? value : most;
}

static bool prepare(Cli *cli)
{
    const Options *options = &cli->options;
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    cli->limits = (JsonLimits){
        .bytes_max = (size_t)at_most(options->document_bytes_max, limits.bytes_max, SIZE_MAX),
        .depth_max = (uint32_t)at_most(options->depth_max, limits.depth_max, UINT32_MAX),
        .values_max = (uint32_t)at_most(options->values_max, limits.values_max, UINT32_MAX),
    };
    cli->now = system_now() / TICKS_PER_SECOND * TICKS_PER_SECOND; // a fraction says nothing here
    if (options->now.len != 0 && !ticks_parse(options->now, &cli->now)) {
        cli_usage(cli, "--now is \"%.*s\", but must be a time like 2026-01-31T12:00:00Z",
                  STR_ARG(options->now));
        return false;
    }
    cli->style = find_style(options);
    return true;
}

static void run_command(Cli *cli, const Command *command, const char *const *words, uint32_t count)
{
    Str message = {0};
    if (!options_parse(&cli->arena, command->bit, words, count, environment, &cli->options,
                       &message)) {
        cli_usage(cli, "%.*s", STR_ARG(message));
        return;
    }
    if (cli->options.help) {
        Buf text = {0};
        help_command(&text, command);
        cli_print(cli, buf_str(&text));
        buf_free(&text);
        return;
    }
    uint32_t given = cli->options.arguments.count;
    if (given < command->arguments_min || given > command->arguments_max) {
        Buf name = {0};
        print_command_name(&name, command);
        cli_usage(cli, "usage: %.*s [OPTION...] %s", STR_ARG(buf_str(&name)), command->arguments);
        buf_free(&name);
        return;
    }
    if (prepare(cli)) {
        command->run(cli);
    }
}

static bool is_help(const char *word)
{
    static const Str helps[] = {STR_INIT("--help"), STR_INIT("-h"), STR_INIT("help")};
    for (size_t i = 0; i < COUNTOF(helps); i++) {
        if (str_eq(str_from_cstr(word), helps[i])) {
            return true;
        }
    }
    return false;
}

static bool is_noun(Str word)
{
    for (uint32_t i = 0; i < command_count; i++) {
        if (str_eq(command_table[i].noun, word)) {
            return true;
        }
    }
    return false;
}

// Prints help for `datum help …`, `datum --help` and `datum NOUN --help`. False = not asked for.
static bool run_help(Cli *cli, const char *const *words, uint32_t count)
{
    if (count == 0 || (!is_help(words[0]) && !(count > 1 && is_help(words[1])))) {
        return false;
    }
    const char *const *topic = is_help(words[0]) ? words + 1 : words;
    uint32_t topic_count = is_help(words[0]) ? count - 1 : 1;
    uint32_t used = 0;
    const Command *command = find_command(topic, topic_count, &used);
    Str noun = topic_count != 0 ? str_from_cstr(topic[0]) : (Str){0};
    if (command == NULL && noun.len != 0 && !is_noun(noun)) {
        return false;
    }
    Buf text = {0};
    if (command != NULL) {
        help_command(&text, command);
    } else {
        help_all(&text, noun);
    }
    cli_print(cli, buf_str(&text));
    buf_free(&text);
    return true;
}

static void run_words(Cli *cli, const char *const *words, uint32_t count)
{
    Str first = count != 0 ? str_from_cstr(words[0]) : (Str){0};
    uint32_t used = 0;
    const Command *command = find_command(words, count, &used);
    if (command != NULL) {
        run_command(cli, command, words + used, count - used);
    } else if (run_help(cli, words, count)) {
        return;
    } else if (str_eq(first, STR("--version"))) {
        cli_print(cli, STR("datum " DATUM_VERSION "\n"));
    } else if (count == 0) {
        cli_usage(cli, "which command? datum --help lists them");
    } else {
        uint32_t skipped = count > 1 && is_help(words[0]) ? 1 : 0;
        complain_command(cli, words + skipped, count - skipped);
    }
}

int commands_run(const char *const *words, uint32_t count)
{
    system_signals_init();
    Cli cli = {0};
    arena_init(&cli.arena, ARENA_BYTES_MAX);
    diag_init(&cli.diags, &cli.arena, (Str){0});
    Err err = {0};
    ASSERT(output_open(STR("-"), NULL, &cli.out, &err)); // opens nothing
    run_words(&cli, words, count);
    if (!output_commit(cli.out, &err)) {
        (void)cli_fail(&cli, &err);
    }
    output_close(cli.out);
    cli.outcome.signal = system_signal();
    if (cli.outcome.err.kind == ERR_NONE && !system_go_on(&err)) {
        (void)cli_fail(&cli, &err);
    }
    arena_free(&cli.arena);
    return exit_code_of(&cli.outcome);
}
