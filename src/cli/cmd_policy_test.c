// SPDX-License-Identifier: Apache-2.0
// datum policy test: a user's own cases, reported as TAP or JUnit.
// Source: docs/policy-test.md; TAP 13; the JUnit schema of the common CI systems.
#include <stdarg.h>
#include <stdio.h>

#include "cli/load.h"
#include "host/files.h"
#include "policy/engine.h"
#include "policy/suggest.h"
#include "report/page.h"
#include "json/read.h"
#include "json/write.h"

typedef struct Case {
    Str file;
    Str name;
    const Json *json;
    const Json *policy; // a name or a definition
    State expect;
    Str message;          // part of the message; empty = any
    const Json *document; // what modify or append must make of the resource; NULL = not asked
} Case;

typedef struct CaseResult {
    bool passed;
    Str why; // it did not
} CaseResult;

typedef struct Suite {
    Cli *cli;
    Documents library; // definitions given beside the cases
    PtrList cases;     // Case *
    AliasTable *aliases;
} Suite;

// ---- reading ----

// A misspelt key would be a check that cannot fail.
static bool check_keys(DiagList *diags, const Json *json, const Str *known, size_t count)
{
    for (uint32_t i = 0; json_is(json, JSON_OBJECT) && i < json->count; i++) {
        const JsonMember *member = &json->members[i];
        size_t k = 0;
        while (k < count && !str_eq(member->key, known[k])) {
            k++;
        }
        if (k == count) {
            Str ask = suggest_ask(diags->arena, suggest_nearest(member->key, known, count));
            return diag_error(diags, member->at, "unknown-key",
                              "\"%.*s\" is not a key of a case%.*s", STR_ARG(member->key),
                              STR_ARG(ask));
        }
    }
    return true;
}

static bool read_expect(Suite *suite, const Json *json, Case *test)
{
    static const Str keys[] = {STR_INIT("state"), STR_INIT("message"), STR_INIT("document")};
    DiagList *diags = &suite->cli->diags;
    const Json *expect = json_find(json, STR("expect"));
    TRY(check_keys(diags, expect, keys, COUNTOF(keys)));
    Str state = json_is(expect, JSON_STRING) ? expect->string : json_find_str(expect, STR("state"));
    test->expect = state_find(state);
    test->message = json_find_str(expect, STR("message"));
    test->document = json_find(expect, STR("document"));
    if (test->expect == STATE_COUNT) {
        return diag_error(diags, expect->at, "bad-value",
                          "\"expect\" is \"%.*s\"; it must be a state: Compliant, NonCompliant, "
                          "NotApplicable, Error, NotMeasured, Unknown",
                          STR_ARG(state));
    }
    return true;
}

static bool read_case(Suite *suite, const Json *json)
{
    static const Str keys[] = {
        STR_INIT("policy"),   STR_INIT("name"),    STR_INIT("comment"),
        STR_INIT("resource"), STR_INIT("related"), STR_INIT("parameters"),
        STR_INIT("sources"),  STR_INIT("expect"),  STR_INIT("attestation"),
    };
    Cli *cli = suite->cli;
    TRY(check_keys(&cli->diags, json, keys, COUNTOF(keys)));
    Case *test = NEW(&cli->arena, Case);
    test->file = cli->diags.file;
    test->json = json;
    test->policy = json_find(json, STR("policy"));
    test->name = json_find_str(json, STR("name"));
    if (test->name.len == 0) {
        test->name = json_find_str(json, STR("comment"));
    }
    if (!json_is(test->policy, JSON_STRING) && !json_is(test->policy, JSON_OBJECT)) {
        return diag_error(&cli->diags, json->at, "missing-key",
                          "a case needs \"policy\": a name, a file or a definition");
    }
    if (test->name.len == 0 && test->policy->type == JSON_STRING) {
        test->name = test->policy->string;
    }
    TRY(read_expect(suite, json, test));
    ptr_push(&suite->cases, test);
    return true;
}

// Cases have "expect"; everything else is a definition that cases may name.
static void read_document(void *ctx, const Json *json)
{
    Suite *suite = ctx;
    if (json_find(json, STR("expect")) != NULL) {
        (void)read_case(suite, json);
        return;
    }
    if (json->type == JSON_ARRAY) {
        for (uint32_t i = 0; i < json->count; i++) {
            read_document(suite, &json->items[i]);
        }
        return;
    }
    const Json *properties = json_find_nocase(json, STR("properties"));
    const Definition *definition = NULL;
    if (json_find_nocase(json, STR("policyRule")) == NULL &&
        json_find_nocase(properties, STR("policyRule")) == NULL) {
        (void)diag_error(&suite->cli->diags, json->at, "unknown-document",
                         "neither a case (expect) nor a policy definition (policyRule)");
    } else if (definition_parse(&suite->cli->arena, json, &suite->cli->diags, &definition)) {
        ptr_push(&suite->library.definitions, definition);
    }
}

static bool read_path(Suite *suite, Str path)
{
    Cli *cli = suite->cli;
    if (path_kind(path) != PATH_FOLDER) {
        return load_each(cli, path, read_document, suite);
    }
    FileList files = {0};
    Err err = {0};
    if (!folder_list(&cli->arena, path, &files, &err)) {
        return cli_fail(cli, &err);
    }
    for (uint32_t i = 0; i < files.count; i++) {
        if (load_is_document(files.paths[i])) {
            TRY(load_each(cli, files.paths[i], read_document, suite));
        }
    }
    return true;
}

// ---- finding a case's policy ----

static Str folder_of(Str path)
{
    Str base = path_base(path);
    size_t len = path.len - base.len;
    return len == 0 ? STR(".") : (Str){path.ptr, len};
}

// A file named by the case: as written, or NAME.json where rules usually lie.
static bool find_policy_file(Suite *suite, const Case *test, Str name, Str *ret_path)
{
    static const Str places[] = {STR_INIT(""), STR_INIT(".."), STR_INIT("../rules"),
                                 STR_INIT("../../rules")};
    Arena *arena = &suite->cli->arena;
    Buf with_json = {0};
    buf_printf(&with_json, "%.*s.json", STR_ARG(name));
    Str names[] = {name, str_copy(arena, buf_str(&with_json))};
    buf_free(&with_json);
    for (size_t i = 0; i < COUNTOF(places); i++) {
        for (size_t k = 0; k < COUNTOF(names); k++) {
            Str folder = path_join(arena, folder_of(test->file), places[i]);
            *ret_path = path_join(arena, folder, names[k]);
            if (path_kind(*ret_path) == PATH_FILE) {
                return true;
            }
        }
    }
    return false;
}

static const Definition *definition_of(Suite *suite, const Case *test)
{
    Cli *cli = suite->cli;
    const Definition *definition = NULL;
    const Json *json = test->policy;
    if (json->type == JSON_STRING) {
        Str name = json->string;
        for (uint32_t i = 0; i < suite->library.definitions.count; i++) {
            const Definition *known = suite->library.definitions.at[i];
            if (str_eq_nocase(known->name, name) || str_eq_nocase(known->id, name)) {
                return known;
            }
        }
        Str path = {0};
        if (!find_policy_file(suite, test, name, &path)) {
            cli->diags.file = test->file;
            (void)diag_error(&cli->diags, json->at, "unknown-policy",
                             "no policy \"%.*s\" among the files given or near the case",
                             STR_ARG(name));
            return NULL;
        }
        if (!load_json(cli, path, &json)) {
            return NULL;
        }
    } else {
        cli->diags.file = test->file;
    }
    bool is_rule = json_find_nocase(json, STR("if")) != NULL;
    bool ok = is_rule ? definition_parse_rule(&cli->arena, json, &cli->diags, &definition)
                      : definition_parse(&cli->arena, json, &cli->diags, &definition);
    return ok ? definition : NULL;
}

// ---- running ----

PRINTF_LIKE(2, 3) static CaseResult failed(Suite *suite, const char *fmt, ...)
{
    char text[600];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return (CaseResult){.why = str_copy(&suite->cli->arena, str_from_cstr(text))};
}

// "a|b": one of several kinds suffices.
static bool is_kind_unread(const Json *sources, Str kinds)
{
    bool unread = true;
    for (StrCut cut = {.tail = kinds, .found = true}; cut.found && unread;) {
        cut = str_cut(cut.tail, '|');
        Str status = json_find_str(sources, cut.head);
        unread = status.len != 0 && !str_eq(status, STR("read"));
    }
    return unread;
}

// A kind the rule requires that the case says was not read: NotMeasured before evaluation.
static bool is_unread(const Definition *definition, const Json *json)
{
    const Json *kinds = json_find(json_find(definition->metadata, STR("requires")), STR("kinds"));
    const Json *sources = json_find(json, STR("sources"));
    for (uint32_t i = 0; json_is(kinds, JSON_ARRAY) && i < kinds->count; i++) {
        if (is_kind_unread(sources, kinds->items[i].string)) {
            return true;
        }
    }
    return false;
}

static void list_related(const Json *json, PtrList *list)
{
    const Json *related = json_find(json, STR("related"));
    for (uint32_t i = 0; json_is(related, JSON_ARRAY) && i < related->count; i++) {
        ptr_push(list, &related->items[i]);
    }
}

// What an attestation in force makes of a manual rule's Unknown.
static State attested(const Case *test, State state)
{
    const Json *attestation = json_find(test->json, STR("attestation"));
    State vouched = state_find(json_find_str(attestation, STR("state")));
    return state == STATE_UNKNOWN && vouched != STATE_COUNT ? vouched : state;
}

static CaseResult judge(Suite *suite, const Case *test, Plan *plan, const PairOutcome *outcome)
{
    State got = outcome->applicable ? attested(test, outcome->state) : STATE_NOT_APPLICABLE;
    if (got != test->expect) {
        CaseResult result =
            failed(suite, "expected %s, got %s", state_name(test->expect), state_name(got));
        return outcome->message.len == 0
                   ? result
                   : failed(suite, "%.*s: %.*s", STR_ARG(result.why), STR_ARG(outcome->message));
    }
    if (test->message.len != 0 && str_find(outcome->message, test->message) == NULL) {
        return failed(suite, "expected the message to hold \"%.*s\", it is \"%.*s\"",
                      STR_ARG(test->message), STR_ARG(outcome->message));
    }
    if (test->document != NULL) {
        const Json *details = NULL;
        const Json *document = NULL;
        Err err = {0};
        if (!plan_effect_details(&suite->cli->arena, plan, 0,
                                 json_find(test->json, STR("resource")), &details, &document,
                                 &err)) {
            return failed(suite, "the effect has no document: %s", err.text);
        }
        if (document == NULL || !json_equal(document, test->document)) {
            Buf text = {0};
            if (document != NULL) {
                json_write(&text, document);
            }
            CaseResult result = failed(suite, "the document becomes %.*s", STR_ARG(buf_str(&text)));
            buf_free(&text);
            return result;
        }
    }
    return (CaseResult){.passed = true};
}

static CaseResult run_case(Suite *suite, const Case *test)
{
    Cli *cli = suite->cli;
    const Definition *definition = definition_of(suite, test);
    if (definition == NULL) {
        return failed(suite, "its policy cannot be used");
    }
    AssignedRule *rules = NULL;
    uint32_t count = 0;
    BindInput input = {.definitions = &definition,
                       .definition_count = 1,
                       .parameters = json_find(test->json, STR("parameters")),
                       .now = cli->now};
    cli->diags.file = test->file;
    if (!assignment_bind(&cli->arena, &input, &cli->diags, &rules, &count)) {
        return failed(suite, "its parameters do not fit");
    }
    if (rules[0].preset != STATE_COUNT || is_unread(definition, test->json)) {
        State state = rules[0].preset != STATE_COUNT ? rules[0].preset : STATE_NOT_MEASURED;
        Str why = rules[0].preset != STATE_COUNT ? rules[0].preset_reason : STR("source not read");
        return state == test->expect
                   ? (CaseResult){.passed = true}
                   : failed(suite, "it is %s: %.*s", state_name(state), STR_ARG(why));
    }
    const Json *resource = json_find(test->json, STR("resource"));
    if (resource == NULL) {
        return failed(suite, "it has no \"resource\"");
    }
    PtrList related = {.arena = &cli->arena};
    list_related(test->json, &related);
    PlanOptions options = {.now = cli->now, .limits = cli->limits};
    Plan *plan = plan_compile(&cli->arena, rules, count, suite->aliases, &options);
    PairOutcome outcome = {0};
    Err err = {0};
    bool ok = plan_explain(&cli->arena, plan, 0,
                           &(PairInput){resource, (const Json *const *)related.at, related.count},
                           &outcome, &err);
    CaseResult result = ok ? judge(suite, test, plan, &outcome) : failed(suite, "%s", err.text);
    plan_close(plan);
    return result;
}

// ---- reporting ----

// One line, and no '#': a name could otherwise report a result or skip itself.
static void push_tap(Buf *out, Str text)
{
    Buf visible = {0};
    page_visible(&visible, text);
    for (size_t i = 0; i < visible.len; i++) {
        if (visible.ptr[i] == '#' || visible.ptr[i] == '\\') {
            buf_byte(out, '\\');
        }
        buf_byte(out, visible.ptr[i]);
    }
    buf_free(&visible);
}

static void print_tap(Buf *out, const Suite *suite, const CaseResult *results)
{
    buf_printf(out, "TAP version 13\n1..%u\n", suite->cases.count);
    for (uint32_t i = 0; i < suite->cases.count; i++) {
        const Case *test = suite->cases.at[i];
        buf_printf(out, "%s %u - ", results[i].passed ? "ok" : "not ok", i + 1);
        push_tap(out, test->file);
        buf_push(out, STR(": "));
        push_tap(out, test->name);
        buf_byte(out, '\n');
        if (!results[i].passed) {
            buf_push(out, STR("# "));
            page_visible(out, results[i].why);
            buf_byte(out, '\n');
        }
    }
}

static void push_xml(Buf *out, Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        switch (c) {
        case '<':
            buf_push(out, STR("&lt;"));
            break;
        case '>':
            buf_push(out, STR("&gt;"));
            break;
        case '&':
            buf_push(out, STR("&amp;"));
            break;
        case '"':
            buf_push(out, STR("&quot;"));
            break;
        default:
            buf_byte(out, c >= 0x20 || c == '\n' || c == '\t' ? (char)c : '?');
        }
    }
}

static void print_junit(Buf *out, const Suite *suite, const CaseResult *results, uint32_t failures)
{
    buf_push(out, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
    buf_printf(out,
               "<testsuites>\n<testsuite name=\"datum policy test\" tests=\"%u\" "
               "failures=\"%u\" errors=\"0\" skipped=\"0\">\n",
               suite->cases.count, failures);
    for (uint32_t i = 0; i < suite->cases.count; i++) {
        const Case *test = suite->cases.at[i];
        buf_push(out, STR("<testcase classname=\""));
        push_xml(out, test->file);
        buf_push(out, STR("\" name=\""));
        push_xml(out, test->name);
        if (results[i].passed) {
            buf_push(out, STR("\"/>\n"));
            continue;
        }
        buf_push(out, STR("\"><failure message=\""));
        push_xml(out, results[i].why);
        buf_push(out, STR("\"/></testcase>\n"));
    }
    buf_push(out, STR("</testsuite>\n</testsuites>\n"));
}

static void run_suite(Suite *suite)
{
    Cli *cli = suite->cli;
    CaseResult *results = NEW_ARRAY(&cli->arena, CaseResult, suite->cases.count + 1U);
    uint32_t failures = 0;
    for (uint32_t i = 0; i < suite->cases.count; i++) {
        results[i] = run_case(suite, suite->cases.at[i]);
        failures += results[i].passed ? 0U : 1U;
    }
    Buf text = {0};
    if (str_eq(cli->options.output, STR("junit"))) {
        print_junit(&text, suite, results, failures);
    } else {
        print_tap(&text, suite, results);
    }
    cli_print(cli, buf_str(&text));
    buf_free(&text);
    cli->outcome.failed_tests = failures != 0;
}

void cmd_policy_test(Cli *cli)
{
    Suite suite = {.cli = cli, .cases.arena = &cli->arena};
    documents_init(&suite.library, &cli->arena);
    bool ok = load_aliases(cli, &suite.aliases);
    for (uint32_t i = 0; ok && i < cli->options.arguments.count; i++) {
        ok = read_path(&suite, cli->options.arguments.at[i]);
    }
    if (!cli_tell_diags(cli, NULL) || !ok) {
        return;
    }
    if (suite.cases.count == 0) {
        Err err = {0};
        (void)err_set(&err, ERR_NO_INPUT, (Span){0}, "no case (\"expect\") in the files given");
        (void)cli_fail(cli, &err);
        return;
    }
    run_suite(&suite);
    (void)cli_tell_diags(cli, NULL);
}
