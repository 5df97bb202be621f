// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "oscal/read_text.h"
#include "oscal/resolve.h"
#include "oscal/resolve_cases.h"
#include "t.h"
#include "json/write.h"

#define NOW "2026-11-21T00:00:00Z"

// ---- documents ----

static Str unquote(Arena *arena, const char *text)
{
    size_t len = strlen(text);
    char *copy = NEW_ARRAY(arena, char, len + 1);
    for (size_t i = 0; i < len; i++) {
        copy[i] = text[i] == '\'' ? '"' : text[i];
    }
    return (Str){copy, len};
}

static const char *find_text(const ResolveCase *one, Str href)
{
    if (str_eq(href, STR("p.json"))) {
        return one->profile;
    }
    for (uint32_t i = 0; i < CASE_DOCS_MAX && one->docs[i].href != NULL; i++) {
        if (str_eq(href, str_from_cstr(one->docs[i].href))) {
            return one->docs[i].text;
        }
    }
    for (uint32_t i = 0; i < resolve_document_count; i++) {
        if (str_eq(href, str_from_cstr(resolve_documents[i].href))) {
            return resolve_documents[i].text;
        }
    }
    return NULL;
}

static bool give(void *ctx, Arena *arena, Str href, Str *ret_bytes, Err *err)
{
    const char *text = find_text(ctx, href);
    if (text == NULL) {
        return err_set(err, ERR_NO_INPUT, (Span){0, 0}, "no such document");
    }
    *ret_bytes = unquote(arena, text);
    return true;
}

typedef struct Rig {
    Arena arena;
    DiagList diags;
    OscalResolved resolved;
    bool ok;
} Rig;

static void rig_run(Rig *rig, const ResolveCase *one, const OscalResolveLimits *limits)
{
    *rig = (Rig){0};
    arena_init(&rig->arena, (size_t)1 << 30);
    diag_init(&rig->diags, &rig->arena, STR("p.json"));
    ResolveCase copy = *one;
    OscalDocuments documents = {.read = give, .ctx = &copy};
    OscalResolveOptions options = {.reading = one->reading,
                                   .limits =
                                       limits != NULL ? *limits : OSCAL_RESOLVE_LIMITS_DEFAULT,
                                   .now = STR(NOW),
                                   .tool = STR("test")};
    rig->ok = oscal_resolve(&rig->arena, STR("p.json"), &documents, &options, &rig->diags,
                            &rig->resolved);
}

// ---- the shape of a catalog ----

static void outline_params(Buf *out, const Json *object)
{
    const Json *params = json_find(object, STR("params"));
    for (uint32_t i = 0; params != NULL && i < params->count; i++) {
        buf_printf(out, "%s%.*s%s", i == 0 ? "{" : " ",
                   STR_ARG(json_find_str(&params->items[i], STR("id"))),
                   i + 1 == params->count ? "}" : "");
    }
}

static void outline_children(Buf *out, const Json *object);

static void outline_list(Buf *out, const Json *object, Str key, char open, char close)
{
    const Json *list = json_find(object, key);
    bool is_group = open == '[';
    for (uint32_t i = 0; list != NULL && i < list->count; i++) {
        const Json *entry = &list->items[i];
        Str id = json_find_str(entry, STR("id"));
        if (out->len != 0 && strchr("[({", out->ptr[out->len - 1]) == NULL) {
            buf_byte(out, ' ');
        }
        buf_push(out, id.len != 0 ? id : STR("?"));
        if (is_group) {
            outline_params(out, entry);
        }
        if (is_group || json_find(entry, STR("controls")) != NULL) {
            buf_byte(out, open);
            outline_children(out, entry);
            buf_byte(out, close);
        }
    }
}

static void outline_children(Buf *out, const Json *object)
{
    outline_list(out, object, STR("groups"), '[', ']');
    outline_list(out, object, STR("controls"), '(', ')');
}

static void outline(Buf *out, const Json *document)
{
    const Json *catalog = json_find(document, STR("catalog"));
    outline_params(out, catalog);
    outline_children(out, catalog);
    const Json *list = json_find(json_find(catalog, STR("back-matter")), STR("resources"));
    for (uint32_t i = 0; list != NULL && i < list->count; i++) {
        buf_printf(out, "%s%s%.*s", out->len != 0 ? " " : "", i == 0 ? "; " : "",
                   STR_ARG(json_find_str(&list->items[i], STR("title"))));
    }
}

// ---- cases ----

// Only the version and variant digits of an expected uuid are compared.
static bool uuid_like(Str got)
{
    return got.len == 36 && got.ptr[14] == '5' && strchr("89ab", got.ptr[19]) != NULL;
}

static bool check_holds(Arena *arena, const Json *json, const char *check)
{
    Str text = unquote(arena, check);
    StrCut cut = str_cut(text, ' ');
    const Json *got = json_pointer(json, cut.head);
    if (str_eq(cut.tail, STR("-"))) {
        return got == NULL;
    }
    if (got != NULL && str_eq(cut.head, STR("/catalog/uuid"))) {
        return uuid_like(got->string);
    }
    char *value = NEW_ARRAY(arena, char, cut.tail.len + 1);
    memcpy(value, cut.tail.ptr, cut.tail.len);
    return got != NULL && json_equal(got, read_text(arena, value));
}

static void print_case(const Rig *rig, const char *name)
{
    for (const Diag *diag = rig->diags.first; diag != NULL; diag = diag->next) {
        printf("# %s: %.*s:%u:%u: %s: %.*s\n", name, STR_ARG(diag->file), diag->at.line,
               diag->at.col, diag->code, STR_ARG(diag->text));
    }
}

static void check_result(Rig *rig, const ResolveCase *one)
{
    Buf shape = {0};
    outline(&shape, rig->resolved.json);
    bool same = str_eq(buf_str(&shape), str_from_cstr(one->outline));
    CHECK_ROW(one->name, same);
    if (!same) {
        printf("# %s: %.*s\n", one->name, STR_ARG(buf_str(&shape)));
    }
    buf_free(&shape);
    for (uint32_t i = 0; i < CASE_CHECKS_MAX && one->checks[i] != NULL; i++) {
        bool holds = check_holds(&rig->arena, rig->resolved.json, one->checks[i]);
        CHECK_ROW(one->checks[i], holds);
    }
}

TEST(every_case_resolves_to_what_it_says)
{
    for (uint32_t i = 0; i < resolve_case_count; i++) {
        const ResolveCase *one = &resolve_cases[i];
        Rig rig;
        rig_run(&rig, one, NULL);
        CHECK_ROW(one->name, rig.ok == (one->error == NULL));
        if (rig.ok != (one->error == NULL)) {
            print_case(&rig, one->name);
        }
        CHECK_ROW(one->name, rig.ok == (rig.diags.errors == 0));
        const char *code = one->error != NULL ? one->error : one->warning;
        if (code != NULL) {
            CHECK_ROW(one->name, has_diag(&rig.diags, code, one->message));
            if (!has_diag(&rig.diags, code, one->message)) {
                print_case(&rig, one->name);
            }
        } else {
            CHECK_ROW(one->name, rig.diags.count == 0);
        }
        if (rig.ok && one->outline != NULL) {
            check_result(&rig, one);
        }
        arena_free(&rig.arena);
    }
}

TEST(every_requirement_has_its_case_or_its_reason)
{
    static const struct {
        const char *id;
        const char *shown;
        const char *reason;
    } rows[] = {
#define SHOWN(id, name) {id, name, NULL},
#define NOT(id, why) {id, NULL, why},
#include "oscal/resolve_requirements.def"
#undef SHOWN
#undef NOT
    };
    CHECK(COUNTOF(rows) == 101);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        bool found = rows[i].reason != NULL && strlen(rows[i].reason) > 10;
        for (uint32_t n = 0; rows[i].shown != NULL && n < resolve_case_count; n++) {
            found |= strcmp(resolve_cases[n].name, rows[i].shown) == 0;
        }
        CHECK_ROW(rows[i].id, found);
        for (size_t n = 0; n < i; n++) {
            CHECK_ROW(rows[i].id, strcmp(rows[n].id, rows[i].id) != 0);
        }
    }
}

// ---- who set it ----

static const OscalTrace *find_row(const OscalResolved *resolved, OscalTraceKind kind, Str id)
{
    for (uint32_t i = 0; i < resolved->trace_count; i++) {
        if (resolved->trace[i].kind == kind && str_eq(resolved->trace[i].id, id)) {
            return &resolved->trace[i];
        }
    }
    return NULL;
}

TEST(a_value_knows_the_profile_that_set_it)
{
    static const ResolveCase chain = {
        .name = "chain",
        .profile = "{'profile':{'imports':[{'href':'q.json','include-all':{}}],\n'modify':{"
                   "'set-parameters':[\n {'param-id':'a-1_p','label':'only the label'}],"
                   "'alters':[{'control-id':'a-1','adds':[{'parts':[{'id':'x','name':'n'}]}]},"
                   "{'control-id':'gone','adds':[{'parts':[{'id':'y','name':'n'}]}]}]}}}",
        .docs = {{"q.json",
                  "{'profile':{'imports':[{'href':'cat.json','include-controls':[{'with-ids':["
                  "'a-1']}]}],\n'modify':{'set-parameters':[\n\n{'param-id':'a-1_p','values':['8',"
                  "'9']}],'alters':[{'control-id':'a-1','removes':[{'by-id':'a-1_gdn'}]}]}}}"}},
    };
    Rig rig;
    rig_run(&rig, &chain, NULL);
    print_case(&rig, "chain");
    CHECK(rig.ok);
    const OscalTrace *set = find_row(&rig.resolved, OSCAL_TRACE_VALUE, STR("a-1_p"));
    CHECK(set != NULL && set->by_profile && str_eq(set->document, STR("q.json")));
    CHECK(set != NULL && set->at.line == 4 && set->at.col == 1);
    CHECK(set != NULL && str_eq(set->text, STR("8, 9")) && str_eq(set->control, STR("a-1")));
    const OscalTrace *own = find_row(&rig.resolved, OSCAL_TRACE_VALUE, STR("lp"));
    CHECK(own != NULL && !own->by_profile && str_eq(own->document, STR("cat.json")));
    CHECK(own != NULL && str_eq(own->text, STR("loose")) && own->control.len == 0);
    const OscalTrace *added = find_row(&rig.resolved, OSCAL_TRACE_ADD, STR("x"));
    CHECK(added != NULL && str_eq(added->document, STR("p.json")));
    CHECK(added != NULL && str_eq(added->item, STR("part")));
    const OscalTrace *removed = find_row(&rig.resolved, OSCAL_TRACE_REMOVE, STR("a-1_gdn"));
    CHECK(removed != NULL && str_eq(removed->document, STR("q.json")));
    CHECK(find_row(&rig.resolved, OSCAL_TRACE_ADD, STR("y")) == NULL);
    arena_free(&rig.arena);
}

TEST(what_was_done_to_a_copy_left_out_is_not_told)
{
    static const ResolveCase twice = {
        .name = "twice",
        .profile = "{'profile':{'imports':[{'href':'cat.json','include-controls':[{'with-ids':["
                   "'a-1']}]},{'href':'q.json','include-controls':[{'with-ids':['a-1','b-1']}]}],"
                   "'merge':{'combine':{'method':'use-first'}}}}",
        .docs = {{"q.json",
                  "{'profile':{'imports':[{'href':'cat.json','include-all':{}}],'modify':{'alters':"
                  "[{'control-id':'a-1','adds':[{'parts':[{'id':'x','name':'n'}]}]},{'control-id':"
                  "'b-1','adds':[{'parts':[{'id':'y','name':'n'}]}]}]}}}"}},
    };
    Rig rig;
    rig_run(&rig, &twice, NULL);
    CHECK(rig.ok);
    CHECK(find_row(&rig.resolved, OSCAL_TRACE_ADD, STR("x")) == NULL);
    CHECK(find_row(&rig.resolved, OSCAL_TRACE_ADD, STR("y")) != NULL);
    arena_free(&rig.arena);
}

// ---- limits, determinism, order ----

#define TWICE(href)                                                                                \
    "{'profile':{'imports':[{'href':'" href "','include-all':{}},"                                 \
    "{'href':'" href "','include-all':{}}]}}"

TEST(every_limit_is_an_error_that_says_so)
{
    static const ResolveCase chain = {
        .name = "chain",
        .profile = TWICE("q.json"),
        .docs = {{"q.json", TWICE("r.json")}, {"r.json", TWICE("cat.json")}},
    };
    static const struct {
        const char *row;
        uint32_t depth;
        uint32_t documents;
        uint32_t objects;
        uint64_t steps;
        const char *message; // NULL: it resolves
    } rows[] = {
        {"depth", 2, 4, 1000, 1000, "nested deeper than 2"},
        {"documents", 3, 3, 1000, 1000, "more than 3 documents"},
        {"objects", 3, 4, 60, 1000, "groups, controls and parameters"},
        {"none", 3, 4, 1000, 1000, NULL},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Rig rig;
        OscalResolveLimits limits = {.json = JSON_LIMITS_DEFAULT,
                                     .depth_max = rows[i].depth,
                                     .documents_max = rows[i].documents,
                                     .objects_max = rows[i].objects,
                                     .steps_max = rows[i].steps};
        rig_run(&rig, &chain, &limits);
        CHECK_ROW(rows[i].row, rig.ok == (rows[i].message == NULL));
        CHECK_ROW(rows[i].row, rig.ok || has_diag(&rig.diags, "limit", rows[i].message));
        CHECK_ROW(rows[i].row, !rig.ok || rig.resolved.document_count == 4);
        arena_free(&rig.arena);
    }
    Rig rig;
    OscalResolveLimits limits = OSCAL_RESOLVE_LIMITS_DEFAULT;
    limits.steps_max = 3;
    rig_run(&rig, &resolve_cases[resolve_case_count - 1], &limits);
    CHECK(!rig.ok && has_diag(&rig.diags, "limit", "more steps"));
    arena_free(&rig.arena);
}

TEST(the_same_documents_give_the_same_bytes)
{
    Buf first = {0};
    for (uint32_t run = 0; run < 2; run++) {
        Rig rig;
        Buf text = {0};
        rig_run(&rig, &resolve_cases[resolve_case_count - 1], NULL);
        CHECK(rig.ok);
        json_write(&text, rig.resolved.json);
        if (run == 0) {
            buf_push(&first, buf_str(&text));
        }
        CHECK(str_eq(buf_str(&first), buf_str(&text)));
        buf_free(&text);
        arena_free(&rig.arena);
    }
    // what was put in stands where OSCAL's order wants it
    CHECK(str_find(buf_str(&first), STR("{\"id\":\"b-1\",\"title\":\"B1\",\"props\":[{\"name\":"
                                        "\"n\",\"value\":\"v\"}],\"parts\":[")) != NULL);
    CHECK(str_find(buf_str(&first), STR("{\"catalog\":{\"uuid\":")) != NULL);
    buf_free(&first);
}

TEST(a_catalog_is_no_profile)
{
    Rig rig;
    static const ResolveCase one = {.profile = "{'catalog':{'controls':[]}}"};
    rig_run(&rig, &one, NULL);
    CHECK(!rig.ok && has_diag(&rig.diags, "not-this-model", "a catalog is resolved already"));
    arena_free(&rig.arena);
}
