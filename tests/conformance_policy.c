// SPDX-License-Identifier: Apache-2.0
// conformance-policy DIR — runs the case files (*.ndjson) of a folder through the policy layer and
// through the reference evaluator. DIVERGENCES.json and aliases/ are looked for beside the files.
// Exit 0: nothing failed; 1: something failed; 66: the folder cannot be read.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/builtin_case.h"
#include "policy/eval_case.h"
#include "json/read.h"

enum { EXIT_NO_INPUT = 66, TABLES_MAX = 64 };

typedef struct Tally {
    uint32_t passed;
    uint32_t failed;
    uint32_t diverging;     // skipped, as DIVERGENCES.json says
    uint32_t normalization; // skipped: this project reads raw ARM JSON
    uint32_t skipped;       // skipped, as the case says
    uint32_t unknown;       // of a suite that is not known
} Tally;

typedef struct NamedTable {
    Str file;
    const AliasTable *table;
} NamedTable;

typedef struct Run {
    Arena arena; // lives as long as the run
    const char *folder;
    const Json *divergences;
    NamedTable tables[TABLES_MAX];
    uint32_t table_count;
    Tally tally;
} Run;

// ---- files ----

static bool read_stream(Arena *arena, FILE *in, Str *ret_bytes)
{
    Buf buf = {0};
    char block[8192];
    for (size_t n = fread(block, 1, sizeof block, in); n != 0;
         n = fread(block, 1, sizeof block, in)) {
        buf_push(&buf, (Str){block, n});
    }
    char *bytes = NEW_ARRAY(arena, char, buf.len + 1);
    if (buf.len != 0) {
        memcpy(bytes, buf.ptr, buf.len);
    }
    *ret_bytes = (Str){bytes, buf.len};
    buf_free(&buf);
    return ferror(in) == 0;
}

// False: there is no such file.
static bool read_file(Run *run, const char *folder, const char *name, Str *ret_bytes)
{
    char path[4096];
    int len = snprintf(path, sizeof path, "%s/%s%s", run->folder, folder, name);
    if (len < 0 || (size_t)len >= sizeof path) {
        return false;
    }
    FILE *in = fopen(path, "rb");
    if (in == NULL) {
        return false;
    }
    bool ok = read_stream(&run->arena, in, ret_bytes);
    (void)fclose(in);
    return ok;
}

static const Json *read_document(Run *run, const char *folder, const char *name)
{
    Str bytes;
    Err err = {0};
    const Json *json = NULL;
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    if (!read_file(run, folder, name, &bytes)) {
        return NULL;
    }
    if (!json_read_data(&run->arena, bytes, &limits, &json, &err)) {
        printf("%s%s: %u:%u: %s\n", folder, name, err.at.line, err.at.col, err.text);
        run->tally.failed++;
        return NULL;
    }
    return json;
}

// ---- what a case needs ----

static const AliasTable *load_table(Run *run, Str file)
{
    AliasTable *table = alias_table_new(&run->arena);
    alias_table_add_shipped(table);
    if (file.len == 0) {
        return table;
    }
    const char *name = NULL;
    const Json *document =
        str_to_cstr(&run->arena, file, &name) ? read_document(run, "aliases/", name) : NULL;
    DiagList diags;
    uint32_t count = 0;
    diag_init(&diags, &run->arena, file);
    if (document == NULL || !alias_table_import(table, document, &diags, &count)) {
        printf("aliases/%.*s: not an alias table\n", STR_ARG(file));
        run->tally.failed++;
    }
    return table;
}

static const AliasTable *table_for(Run *run, Str file)
{
    for (uint32_t i = 0; i < run->table_count; i++) {
        if (str_eq(run->tables[i].file, file)) {
            return run->tables[i].table;
        }
    }
    const AliasTable *table = load_table(run, file);
    if (run->table_count < TABLES_MAX) {
        run->tables[run->table_count++] = (NamedTable){.file = file, .table = table};
    }
    return table;
}

static bool names_case(const Json *row, const Json *line)
{
    Str note = json_find_str(row, STR("note"));
    return str_eq(json_find_str(row, STR("suite")), json_find_str(line, STR("suite"))) &&
           str_eq(json_find_str(row, STR("file")), json_find_str(line, STR("file"))) &&
           (str_eq(note, STR("*")) || str_eq(note, json_find_str(line, STR("note"))));
}

// NULL: nothing is said about the case.
static const Json *divergence_row(const Run *run, const Json *line)
{
    const Json *rows = run->divergences;
    for (uint32_t i = 0; json_is(rows, JSON_ARRAY) && i < rows->count; i++) {
        if (names_case(&rows->items[i], line)) {
            return &rows->items[i];
        }
    }
    return NULL;
}

// ---- running ----

typedef enum Suite {
    SUITE_EVAL,
    SUITE_PARSER,
    SUITE_BUILTIN,
    SUITE_NORMALIZATION,
    SUITE_COUNT
} Suite;

static Suite suite_of(const Json *line)
{
    static const Str names[] = {
        [SUITE_EVAL] = STR_INIT("eval"),
        [SUITE_PARSER] = STR_INIT("parser"),
        [SUITE_BUILTIN] = STR_INIT("builtin"),
        [SUITE_NORMALIZATION] = STR_INIT("normalization"),
    };
    Str name = json_find_str(line, STR("suite"));
    Suite suite = SUITE_EVAL;
    while (suite != SUITE_COUNT && !str_eq(name, names[suite])) {
        suite++;
    }
    return suite;
}

static CaseResult run_builtin(Arena *arena, const CaseInput *in, Str *ret_why)
{
    return builtin_case_run(arena, in->line, in->divergence->documented,
                            in->divergence->is_unsettled, ret_why)
               ? CASE_PASSED
               : CASE_FAILED;
}

static void count_result(Run *run, const Json *line, CaseResult result, Str why)
{
    switch (result) {
    case CASE_PASSED:
        run->tally.passed++;
        return;
    case CASE_SKIPPED:
        run->tally.skipped++;
        return;
    case CASE_FAILED:
        run->tally.failed++;
        printf("not ok %.*s.%.*s %.*s: %.*s\n", STR_ARG(json_find_str(line, STR("suite"))),
               STR_ARG(json_find_str(line, STR("file"))), STR_ARG(json_find_str(line, STR("note"))),
               STR_ARG(why));
        return;
    }
}

static void run_case(Run *run, Arena *arena, const Json *line)
{
    Suite suite = suite_of(line);
    if (suite == SUITE_COUNT || suite == SUITE_NORMALIZATION) {
        run->tally.normalization += suite == SUITE_NORMALIZATION ? 1 : 0;
        run->tally.unknown += suite == SUITE_COUNT ? 1 : 0;
        return;
    }
    const Json *row = divergence_row(run, line);
    Str kind = json_find_str(row, STR("kind"));
    Divergence divergence = {
        .is_settled_otherwise = str_eq(kind, STR("documentation-wins")),
        .is_unsettled = str_eq(kind, STR("unsettled")),
        .documented = json_find(row, STR("documented")),
    };
    if (row != NULL && !divergence.is_settled_otherwise && !divergence.is_unsettled) {
        run->tally.diverging++;
        return;
    }
    CaseInput in = {
        .line = line,
        .aliases = table_for(run, json_find_str(line, STR("aliases_file"))),
        .divergence = &divergence,
    };
    Str why = {NULL, 0};
    CaseResult result = suite == SUITE_EVAL     ? eval_case_run(arena, &in, &why)
                        : suite == SUITE_PARSER ? parser_case_run(arena, &in, &why)
                                                : run_builtin(arena, &in, &why);
    count_result(run, line, result, why);
}

static void run_line(Run *run, const char *name, uint32_t number, Str text)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 30);
    Err err = {0};
    const Json *line = NULL;
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    if (json_read_data(&arena, text, &limits, &line, &err)) {
        run_case(run, &arena, line);
    } else {
        run->tally.failed++;
        printf("not ok %s:%u: %s\n", name, number, err.text);
    }
    arena_free(&arena);
}

static void run_file(Run *run, const char *name)
{
    Str bytes;
    if (!read_file(run, "", name, &bytes)) {
        run->tally.failed++;
        printf("not ok %s: cannot be read\n", name);
        return;
    }
    uint32_t number = 0;
    for (StrCut cut = {.tail = bytes, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, '\n');
        number++;
        if (cut.head.len != 0) {
            run_line(run, name, number, cut.head);
        }
    }
}

static int is_case_file(const struct dirent *entry)
{
    static const Str ending = STR_INIT(".ndjson");
    size_t len = strlen(entry->d_name);
    return len > ending.len &&
           memcmp(entry->d_name + len - ending.len, ending.ptr, ending.len) == 0;
}

static void print_tally(const Tally *tally)
{
    static const char *const names[] = {"normalization cases", "cases that diverge",
                                        "cases that say so", "cases of an unknown suite"};
    const uint32_t counts[] = {tally->normalization, tally->diverging, tally->skipped,
                               tally->unknown};
    for (size_t i = 0; i < COUNTOF(counts); i++) {
        if (counts[i] != 0) {
            printf("skipped: %u %s\n", counts[i], names[i]);
        }
    }
    printf("%u passed, %u failed\n", tally->passed, tally->failed);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        (void)fprintf(stderr, "usage: conformance-policy DIR\n");
        return 64;
    }
    static Run run;
    run.folder = argv[1];
    arena_init(&run.arena, (size_t)4 << 30);
    struct dirent **entries = NULL;
    int count = scandir(run.folder, &entries, is_case_file, alphasort);
    if (count < 0) {
        perror(run.folder);
        return EXIT_NO_INPUT;
    }
    run.divergences = read_document(&run, "", "DIVERGENCES.json");
    for (int i = 0; i < count; i++) {
        run_file(&run, entries[i]->d_name);
        free(entries[i]);
    }
    free((void *)entries);
    print_tally(&run.tally);
    uint32_t failed = run.tally.failed;
    arena_free(&run.arena);
    return failed == 0 ? 0 : 1;
}
