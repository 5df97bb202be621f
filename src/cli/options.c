// SPDX-License-Identifier: Apache-2.0
#include "cli/options.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "policy/suggest.h"

typedef enum OptionKind {
    OPTION_FLAG,   // bool
    OPTION_TEXT,   // Str
    OPTION_CHOICE, // Str, one of choices
    OPTION_LIST,   // StrList: may be given several times
    OPTION_NUMBER, // uint64_t, at least 1
    OPTION_SIZE    // uint64_t with K, M or G
} OptionKind;

// Commands that have options in common.
#define CMD_RULES (CMD_ASSESS | CMD_EXPLAIN)
#define CMD_POLICY (CMD_POLICY_CHECK | CMD_POLICY_TEST | CMD_POLICY_EXPLAIN)
#define CMD_FRAMEWORK (CMD_FRAMEWORK_RESOLVE | CMD_FRAMEWORK_CHECK | CMD_FRAMEWORK_CONVERT)
#define CMD_LIBRARY                                                                                \
    (CMD_FRAMEWORK_ADD | CMD_FRAMEWORK_LIST | CMD_FRAMEWORK_SHOW | CMD_FRAMEWORK_MAP |             \
     CMD_FRAMEWORK_COVERAGE)
#define CMD_CHANGE                                                                                 \
    (CMD_BASELINE_PROPOSE | CMD_BASELINE_REVIEW | CMD_BASELINE_APPROVE | CMD_BASELINE_RELEASE |    \
     CMD_BASELINE_RETIRE)
#define CMD_EDITIONS                                                                               \
    (CMD_BASELINE_LOG | CMD_BASELINE_VERIFY | CMD_BASELINE_DIFF | CMD_BASELINE_PUBLISH)
#define CMD_MAKERS (CMD_BASELINE_NEW | CMD_BASELINE_TAILOR)
#define CMD_READERS                                                                                \
    (CMD_RULES | CMD_POLICY | CMD_INVENTORY_SHOW | CMD_BASELINE_SHOW | CMD_ALIAS_IMPORT |          \
     CMD_FRAMEWORK | CMD_LIBRARY | CMD_CHANGE | CMD_EDITIONS | CMD_MAKERS |                        \
     CMD_BASELINE_ACKNOWLEDGE)
#define CMD_SIGNS                                                                                  \
    (CMD_KEY_TRUST | CMD_KEY_REVOKE | CMD_RECORD_CHECKPOINT | CMD_CHANGE | CMD_BASELINE_ACKNOWLEDGE)
#define CMD_SECRET (CMD_KEY_NEW | CMD_SIGNS)
#define CMD_WORKSPACE                                                                              \
    (CMD_SECRET | CMD_KEY_SHOW | CMD_RECORD_SHOW | CMD_RECORD_VERIFY | CMD_RECORD_MEND |           \
     CMD_EDITIONS | CMD_RULES | CMD_BASELINE_SHOW | CMD_MAKERS | CMD_LIBRARY)
#define CMD_DEEDS (CMD_MAKERS | CMD_CHANGE | CMD_KEY_NEW | CMD_KEY_TRUST | CMD_KEY_REVOKE)
#define CMD_ALL (CMD_READERS | CMD_BASELINE_LIST | CMD_WORKSPACE)

typedef struct OptionRow {
    Str name;
    const char *value; // what stands for it in help; NULL = a flag
    OptionKind kind;
    CommandBit commands;
    size_t offset;
    const char *choices; // separated by '|'
    const char *help;
} OptionRow;

#define ROW(text, metavar, kind, commands, member, choices, help)                                  \
    {                                                                                              \
        STR_INIT(text), metavar, kind, commands, offsetof(Options, member), choices, help          \
    }

static const OptionRow rows[] = {
    ROW("baseline", "NAME|DIR", OPTION_TEXT, CMD_RULES | CMD_BASELINE_SHOW, baseline, NULL,
        "the baseline: one that ships, or a folder (power-platform without --policy)"),
    ROW("baseline", "NAME|DIR", OPTION_TEXT, CMD_FRAMEWORK_SHOW | CMD_FRAMEWORK_COVERAGE, baseline,
        NULL, "the baseline whose answers count (default power-platform)"),
    ROW("as", "ID", OPTION_TEXT, CMD_FRAMEWORK_ADD, as, NULL,
        "the framework it is, where the document does not say so itself"),
    ROW("policy", "FILE|DIR", OPTION_LIST, CMD_FRAMEWORK_ADD, policies, NULL,
        "definitions of an initiative's policies; they make a baseline of it"),
    ROW("from", "NAME", OPTION_TEXT, CMD_BASELINE_NEW, from, NULL,
        "what to begin with: a baseline (NAME, DIR, NAME@N) or a framework"),
    ROW("title", "TEXT", OPTION_TEXT, CMD_BASELINE_NEW, title, NULL, "its title"),
    ROW("owner", "TEXT", OPTION_TEXT, CMD_BASELINE_NEW, owner_text, NULL, "who answers for it"),
    ROW("purpose", "TEXT", OPTION_TEXT, CMD_BASELINE_NEW, purpose, NULL, "what it is for"),
    ROW("scope", "TEXT", OPTION_TEXT, CMD_BASELINE_NEW, scope, NULL, "what it is about"),
    ROW("risk-appetite", "TEXT", OPTION_TEXT, CMD_BASELINE_NEW, risk_appetite, NULL,
        "how much risk is taken, and where"),
    ROW("next-review", "DATE", OPTION_TEXT, CMD_BASELINE_NEW, next_review, NULL,
        "when it is looked at again (default: the source's, or in a year)"),
    ROW("remove", "ID", OPTION_LIST, CMD_BASELINE_TAILOR, removes, NULL,
        "leave a control out; needs --rationale"),
    ROW("add", "FILE", OPTION_LIST, CMD_BASELINE_TAILOR, adds, NULL,
        "an OSCAL catalog with controls of your own, or a rule for one"),
    ROW("set", "PARAM=VALUE", OPTION_LIST, CMD_BASELINE_TAILOR, sets, NULL,
        "a parameter's value; of a list: values separated by commas"),
    ROW("severity", "ID=SEVERITY", OPTION_LIST, CMD_BASELINE_TAILOR, severities, NULL,
        "how much a control counts: low, medium, high, critical"),
    ROW("owner", "ID=ROLE", OPTION_LIST, CMD_BASELINE_TAILOR, owners, NULL, "who mends a control"),
    ROW("driver", "ID=DRIVER,...", OPTION_LIST, CMD_BASELINE_TAILOR, drivers, NULL,
        "why a control exists: regulation, standard, region, platform, business"),
    ROW("effect", "RULE=EFFECT", OPTION_LIST, CMD_BASELINE_TAILOR, effects, NULL,
        "what a rule does, as an override: audit, deny, disabled, …"),
    ROW("version", "X.Y.Z", OPTION_TEXT, CMD_BASELINE_TAILOR, version, NULL,
        "the version it will be released as; higher than that of any release"),
    ROW("variant", "KIND=VALUE", OPTION_LIST, CMD_BASELINE_TAILOR, variants, NULL,
        "--set and --effect for some only: environmentType=, connectorTier=, appType=, "
        "criticalityTier="),
    ROW("rationale", "TEXT", OPTION_TEXT, CMD_BASELINE_TAILOR, rationale, NULL,
        "why; needed where the baseline asks for less than before"),
    ROW("for", "ENVIRONMENT", OPTION_TEXT, CMD_BASELINE_SHOW, place, NULL,
        "what applies there, and why: a type of environment, or one by id or name in INPUT"),
    ROW("policy", "FILE|DIR", OPTION_LIST, CMD_RULES, policies, NULL,
        "policy definitions and initiatives, JSON or NDJSON"),
    ROW("initiative", "FILE", OPTION_LIST, CMD_RULES, initiatives, NULL,
        "initiatives (policySetDefinitions)"),
    ROW("assignments", "FILE", OPTION_LIST, CMD_RULES, assignments, NULL,
        "assignments; without any, every rule is assigned everywhere"),
    ROW("exemptions", "FILE", OPTION_LIST, CMD_RULES, exemptions, NULL, "exemptions (deviations)"),
    ROW("attestations", "FILE", OPTION_LIST, CMD_RULES, attestations, NULL,
        "attestations for manual rules"),
    ROW("parameters", "FILE", OPTION_LIST, CMD_RULES | CMD_POLICY_EXPLAIN | CMD_FRAMEWORK_ADD,
        parameters, NULL, "values for parameters: {\"name\": value}"),
    ROW("aliases", "FILE", OPTION_LIST, CMD_RULES | CMD_POLICY, aliases, NULL,
        "further aliases (see policy alias import)"),
    ROW("tiers", "FILE", OPTION_TEXT, CMD_RULES | CMD_BASELINE_SHOW, tiers, NULL,
        "how much each asset weighs"),
    ROW("tenant", "ID", OPTION_TEXT, CMD_RULES | CMD_INVENTORY_SHOW | CMD_BASELINE_SHOW, tenant,
        NULL, "the tenant, where no input tells it"),
    ROW("now", "TIME", OPTION_TEXT,
        CMD_RULES | CMD_POLICY | CMD_INVENTORY_SHOW | CMD_FRAMEWORK_RESOLVE | CMD_BASELINE_SHOW |
            CMD_EDITIONS | CMD_LIBRARY,
        now, NULL, "the time to assess at, ISO 8601 (default: now)"),
    ROW("now", "TIME", OPTION_TEXT, CMD_SECRET | CMD_KEY_SHOW | CMD_MAKERS, now, NULL,
        "the time of the deed, ISO 8601 (default: now)"),
    ROW("workspace", "DIR", OPTION_TEXT, CMD_WORKSPACE, workspace, NULL,
        "where keys, principals and the record lie (default .datum)"),
    ROW("key", "ID|NAME", OPTION_TEXT, CMD_SIGNS, key, NULL,
        "the key to sign with (default: the only one here that may)"),
    ROW("role", "ROLE", OPTION_LIST, CMD_KEY_NEW | CMD_KEY_TRUST, roles, NULL,
        "owner, business-approver, technical-approver, control-owner, attester, auditor"),
    ROW("expires", "TIME", OPTION_TEXT, CMD_KEY_NEW, expires, NULL,
        "when the key ends, ISO 8601 (default: never)"),
    ROW("reason", "TEXT", OPTION_TEXT, CMD_KEY_REVOKE | CMD_BASELINE_PROPOSE | CMD_BASELINE_RETIRE,
        reason, NULL, "why; enters the record"),
    ROW("effective", "DATE", OPTION_TEXT, CMD_BASELINE_PROPOSE, effective, NULL,
        "from when it is to be in force, like 2027-05-01"),
    ROW("reference", "KIND:ID", OPTION_TEXT, CMD_BASELINE_PROPOSE, reference, NULL,
        "what gave rise to it: incident, roadmap, regulation, review or other, and its number"),
    ROW("verdict", "WORD", OPTION_CHOICE, CMD_BASELINE_REVIEW, verdict, "support|object|comment",
        "support, object or comment (default comment)"),
    ROW("comment", "TEXT", OPTION_TEXT, CMD_BASELINE_REVIEW | CMD_BASELINE_APPROVE, comment, NULL,
        "what there is to say"),
    ROW("change", "N", OPTION_NUMBER,
        CMD_BASELINE_REVIEW | CMD_BASELINE_APPROVE | CMD_BASELINE_RELEASE, change, NULL,
        "the change (default: the newest that is open)"),
    ROW("compare", "NAME@N", OPTION_TEXT, CMD_ASSESS, compare, NULL,
        "measure the same facts with this edition too, and show what that changes"),
    ROW("since", "RESULT.json", OPTION_TEXT, CMD_ASSESS, since, NULL,
        "an earlier --export of the edition compared with: shows how the facts changed"),
    ROW("passphrase-file", "FILE", OPTION_TEXT, CMD_SECRET, passphrase_file, NULL,
        "its first line is the passphrase; - is standard input (default: ask at the terminal)"),
    ROW("passphrase-fd", "N", OPTION_NUMBER, CMD_SECRET, passphrase_fd, NULL,
        "an open descriptor whose first line is the passphrase"),
    ROW("checkpoint", "FILE", OPTION_LIST, CMD_RECORD_VERIFY, checkpoints, NULL,
        "what datum record checkpoint wrote once, kept elsewhere"),
    ROW("output", "FORM", OPTION_CHOICE,
        CMD_KEY_NEW | CMD_KEY_SHOW | CMD_RECORD_SHOW | CMD_RECORD_VERIFY | CMD_CHANGE |
            CMD_EDITIONS | CMD_BASELINE_ACKNOWLEDGE,
        output, "pretty|plain|json", "pretty, plain or json (pretty on a terminal, else plain)"),
    ROW("jobs", "N", OPTION_NUMBER, CMD_ASSESS, jobs, NULL, "workers (default: processors)"),
    ROW("output", "FORM", OPTION_CHOICE,
        CMD_RULES | CMD_POLICY_EXPLAIN | CMD_INVENTORY_SHOW | CMD_BASELINE_SHOW |
            CMD_BASELINE_LIST | CMD_LIBRARY | CMD_FRAMEWORK_CHECK,
        output, "pretty|plain|json", "pretty, plain or json (pretty on a terminal, else plain)"),
    ROW("output", "FORM", OPTION_CHOICE, CMD_FRAMEWORK_RESOLVE, output, "pretty|plain|json",
        "json: on one line; else indented, or lines of --trace"),
    ROW("out", "DIR", OPTION_TEXT, CMD_BASELINE_PUBLISH, out, NULL,
        "the folder to write to, made if it is not there; -o for short"),
    ROW("out", "FILE", OPTION_TEXT, CMD_FRAMEWORK_CONVERT, out, NULL,
        "a .json, .yaml or .yml file (default: JSON to standard output); -o for short"),
    ROW("list", NULL, OPTION_FLAG, CMD_BASELINE_ACKNOWLEDGE, list, NULL,
        "who has acknowledged it, and who has not"),
    ROW("trace", NULL, OPTION_FLAG, CMD_FRAMEWORK_RESOLVE, trace, NULL,
        "which profile set each parameter and altered each control"),
    ROW("flat", "FORM", OPTION_CHOICE, CMD_FRAMEWORK_RESOLVE, flat, "unnested|nested",
        "unnested (default) or nested: whether flat keeps children in their parents"),
    ROW("loose-params", "PLACE", OPTION_CHOICE, CMD_FRAMEWORK_RESOLVE, loose_params,
        "group|catalog", "group (default) or catalog: where as-is leaves parameters of groups"),
    ROW("output", "FORM", OPTION_CHOICE, CMD_POLICY_TEST, output, "tap|junit",
        "tap or junit (default tap)"),
    ROW("export", "FILE", OPTION_LIST, CMD_ASSESS, exports, NULL,
        "every finding into a .json, .ndjson, .csv, .oscal-ar.json or .oscal-poam.json file"),
    ROW("fail-on", "SEVERITY", OPTION_CHOICE, CMD_ASSESS, fail_on,
        "any|low|medium|high|critical|none",
        "the gate fails from this severity on: any (default), low, medium, high, critical, none"),
    ROW("progress", "WHEN", OPTION_CHOICE, CMD_ASSESS, progress, "auto|never", "auto or never"),
    ROW("to", "FILE", OPTION_TEXT, CMD_ALIAS_IMPORT, to, NULL,
        "where to keep the aliases (default: the user's data folder)"),
    ROW("max-document-bytes", "SIZE", OPTION_SIZE, CMD_READERS, document_bytes_max, NULL,
        "largest document or line (default 1G)"),
    ROW("max-depth", "N", OPTION_NUMBER, CMD_READERS, depth_max, NULL,
        "deepest nesting (default 128)"),
    ROW("max-values", "N", OPTION_NUMBER, CMD_READERS, values_max, NULL,
        "most values in a document (default 67108864)"),
    ROW("max-memory", "SIZE", OPTION_SIZE, CMD_ASSESS, memory_bytes_max, NULL,
        "memory for joining related resources"),
    ROW("help", NULL, OPTION_FLAG, CMD_ALL, help, NULL, "this text"),
};

static const OptionRow *find_row(CommandBit command, Str name)
{
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        if ((rows[i].commands & command) != 0 && str_eq(rows[i].name, name)) {
            return &rows[i];
        }
    }
    return NULL;
}

typedef struct Parser {
    Arena *arena;
    CommandBit command;
    Options *options;
    Str *ret_message;
    // Lists while they grow: room for every word.
    Str *list_space[COUNTOF(rows)];
    uint32_t word_count;
} Parser;

PRINTF_LIKE(2, 3) static bool complain(Parser *p, const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    size_t len = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    *p->ret_message = str_copy(p->arena, (Str){text, len});
    return false;
}

static bool complain_unknown(Parser *p, Str name)
{
    Str names[COUNTOF(rows)];
    size_t count = 0;
    bool elsewhere = false;
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        if ((rows[i].commands & p->command) != 0) {
            names[count++] = rows[i].name;
        }
        elsewhere = elsewhere || str_eq(rows[i].name, name);
    }
    Str near = suggest_nearest(name, names, count);
    if (elsewhere) {
        return complain(p, "--%.*s does not go with this command", STR_ARG(name));
    }
    if (near.len != 0) {
        return complain(p, "there is no option --%.*s; did you mean --%.*s?", STR_ARG(name),
                        STR_ARG(near));
    }
    return complain(p, "there is no option --%.*s; --help lists them", STR_ARG(name));
}

static bool is_choice(const char *choices, Str value)
{
    Str rest = str_from_cstr(choices);
    for (StrCut cut = str_cut(rest, '|');; cut = str_cut(cut.tail, '|')) {
        if (str_eq(cut.head, value)) {
            return true;
        }
        if (!cut.found) {
            return false;
        }
    }
}

static bool parse_number(Str text, bool with_unit, uint64_t *ret_value)
{
    static const struct {
        char unit;
        uint64_t factor;
    } units[] = {{'K', 1U << 10}, {'M', 1U << 20}, {'G', 1U << 30}};
    uint64_t factor = 1;
    for (size_t i = 0; with_unit && text.len > 1 && i < COUNTOF(units); i++) {
        if ((text.ptr[text.len - 1] & ~0x20) == units[i].unit) {
            factor = units[i].factor;
            text.len--;
            break;
        }
    }
    uint64_t value = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c < '0' || c > '9' || ckd_mul(&value, value, (uint64_t)10) ||
            ckd_add(&value, value, (uint64_t)(c - '0'))) {
            return false;
        }
    }
    return text.len != 0 && !ckd_mul(ret_value, value, factor) && *ret_value != 0;
}

static void *member_of(Parser *p, const OptionRow *row)
{
    return (char *)p->options + row->offset;
}

static bool set_value(Parser *p, const OptionRow *row, Str value, const char *from)
{
    void *member = member_of(p, row);
    uint64_t number = 0;
    switch (row->kind) {
    case OPTION_FLAG:
        *(bool *)member = true;
        return true;
    case OPTION_TEXT:
        *(Str *)member = value;
        return true;
    case OPTION_CHOICE:
        if (!is_choice(row->choices, value)) {
            return complain(p, "%s%.*s is \"%.*s\", but must be one of %s", from,
                            STR_ARG(row->name), STR_ARG(value), row->choices);
        }
        *(Str *)member = value;
        return true;
    case OPTION_LIST: {
        StrList *list = member;
        Str **space = &p->list_space[row - rows];
        if (*space == NULL) {
            *space = NEW_ARRAY(p->arena, Str, p->word_count + 1U);
            list->at = *space;
        }
        (*space)[list->count++] = value;
        return true;
    }
    case OPTION_NUMBER:
    case OPTION_SIZE:
        if (!parse_number(value, row->kind == OPTION_SIZE, &number)) {
            return complain(p, "%s%.*s is \"%.*s\", but must be a whole number above 0%s", from,
                            STR_ARG(row->name), STR_ARG(value),
                            row->kind == OPTION_SIZE ? ", with K, M or G behind it if wanted" : "");
        }
        *(uint64_t *)member = number;
        return true;
    }
    UNREACHABLE("OptionKind out of range");
}

// What a deed does is said with it, not by a variable that somebody set for something else
// (DATUM_VERSION).
static bool is_of_deeds(const OptionRow *row)
{
    return (row->commands & ~CMD_DEEDS) == 0;
}

// DATUM_FAIL_ON stands for --fail-on. Single values are read before the flags, which replace them;
// lists after, when no flag gave one.
static bool read_environment(Parser *p, EnvironmentCall environment, bool lists)
{
    for (size_t i = 0; environment != NULL && i < COUNTOF(rows); i++) {
        const OptionRow *row = &rows[i];
        if ((row->commands & p->command) == 0 || row->kind == OPTION_FLAG || is_of_deeds(row) ||
            (row->kind == OPTION_LIST) != lists ||
            (lists && ((const StrList *)member_of(p, row))->count != 0)) {
            continue;
        }
        char name[64] = "DATUM_";
        size_t len = strlen(name);
        for (size_t k = 0; k < row->name.len && len + 1 < sizeof name; k++) {
            char c = row->name.ptr[k];
            name[len++] = c == '-' ? '_' : (char)(c & ~0x20);
        }
        name[len] = '\0';
        const char *value = environment(name);
        if (value != NULL && *value != '\0') {
            char from[72];
            (void)snprintf(from, sizeof from, "%s: ", name);
            TRY(set_value(p, row, str_from_cstr(value), from));
        }
    }
    return true;
}

static bool read_flag(Parser *p, Str word, const char *const *words, uint32_t *at)
{
    StrCut cut = str_cut(str_from(word, 2), '=');
    const OptionRow *row = find_row(p->command, cut.head);
    if (row == NULL) {
        return complain_unknown(p, cut.head);
    }
    if (row->kind == OPTION_FLAG) {
        return cut.found ? complain(p, "--%.*s takes no value", STR_ARG(row->name))
                         : set_value(p, row, (Str){0}, "--");
    }
    Str value = cut.tail;
    if (!cut.found) {
        if (*at + 1 >= p->word_count) {
            return complain(p, "--%.*s needs a value: %s", STR_ARG(row->name), row->value);
        }
        value = str_from_cstr(words[++*at]);
    }
    if (value.len == 0) {
        return complain(p, "--%.*s needs a value: %s", STR_ARG(row->name), row->value);
    }
    return set_value(p, row, value, "--");
}

static uint32_t count_dashes(const Str *texts, uint32_t count)
{
    uint32_t dashes = 0;
    for (uint32_t i = 0; i < count; i++) {
        dashes += str_eq(texts[i], STR("-")) ? 1U : 0U;
    }
    return dashes;
}

// Standard input can be read once.
static bool check_dashes(Parser *p)
{
    uint32_t dashes = count_dashes(p->options->arguments.at, p->options->arguments.count);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        const OptionRow *row = &rows[i];
        bool names_file = (row->commands & p->command) != 0 && row->value != NULL &&
                          strstr(row->value, "FILE") != NULL;
        if (names_file && row->kind == OPTION_TEXT) {
            dashes += count_dashes(member_of(p, row), 1);
        } else if (names_file && row->kind == OPTION_LIST) {
            const StrList *list = member_of(p, row);
            dashes += count_dashes(list->at, list->count);
        }
    }
    return dashes < 2 ||
           complain(p, "- (standard input) is named %u times, but can be read once", dashes);
}

bool options_parse(Arena *arena, CommandBit command, const char *const *words, uint32_t count,
                   EnvironmentCall environment, Options *ret_options, Str *ret_message)
{
    Options options = {0};
    Parser p = {.arena = arena,
                .command = command,
                .options = &options,
                .ret_message = ret_message,
                .word_count = count};
    TRY(read_environment(&p, environment, false));
    Str *arguments = NEW_ARRAY(arena, Str, count + 1U);
    bool only_arguments = false;
    for (uint32_t i = 0; i < count; i++) {
        Str word = str_from_cstr(words[i]);
        if (word.len == 0) {
            return complain(&p, "word %u behind the command is empty; is a variable not set?",
                            i + 1);
        }
        if (only_arguments || word.len < 2 || word.ptr[0] != '-') {
            arguments[options.arguments.count++] = word;
        } else if (str_eq(word, STR("--"))) {
            only_arguments = true;
        } else if (str_eq(word, STR("-h"))) {
            options.help = true;
        } else if (str_eq(word, STR("-o"))) {
            TRY(read_flag(&p, STR("--out"), words, &i));
        } else if (word.ptr[1] != '-') {
            return complain(&p, "there is no option %.*s; options begin with --", STR_ARG(word));
        } else {
            TRY(read_flag(&p, word, words, &i));
        }
    }
    TRY(read_environment(&p, environment, true));
    options.arguments.at = arguments;
    TRY(check_dashes(&p));
    *ret_options = options;
    return true;
}

void options_help(Buf *out, CommandBit command)
{
    enum { HELP_COLUMN = 32 };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        if ((rows[i].commands & command) == 0) {
            continue;
        }
        size_t start = out->len;
        buf_printf(out, "  --%.*s %s", STR_ARG(rows[i].name),
                   rows[i].value != NULL ? rows[i].value : "");
        while (out->len - start < HELP_COLUMN) {
            buf_byte(out, ' ');
        }
        buf_printf(out, "%s\n", rows[i].help);
    }
}
