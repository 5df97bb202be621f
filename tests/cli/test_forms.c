// SPDX-License-Identifier: Apache-2.0
// datum framework check, resolve and convert on YAML and XML, on the built program.
#include <string.h>

#include "cli/program.h"
#include "host/files.h"
#include "host/scratch.h"
#include "t.h"

#define NS "xmlns=\"http://csrc.nist.gov/ns/oscal/1.0\""

static const char catalog_xml[] =
    "<?xml version='1.0'?>\n<catalog " NS " uuid='11111111-1111-4111-8111-111111111111'>\n"
    "<metadata><title>T</title><last-modified>2026-01-31T12:00:00Z</last-modified>"
    "<version>1.0</version><oscal-version>1.1.3</oscal-version></metadata>\n"
    "<control id='a-1'><title>A</title><part name='statement'><p>Do <em>it</em>.</p></part>"
    "</control></catalog>";
static const char profile_yaml[] =
    "profile:\n  uuid: 22222222-2222-4222-8222-222222222222\n  metadata:\n    title: P\n"
    "    last-modified: 2026-01-31T12:00:00Z\n    version: 1.0\n    oscal-version: 1.2.2\n"
    "  imports:\n  - href: catalog.xml\n    include-all: {}\n";

static Str read_back(Arena *arena, const char *name)
{
    Str bytes = {NULL, 0};
    Err err = {0};
    return file_read(arena, scratch_path(name), (size_t)1 << 20, &bytes, &err) ? bytes : STR("");
}

static void files(void)
{
    (void)scratch_file("catalog.xml", str_from_cstr(catalog_xml));
    (void)scratch_file("profile.yaml", str_from_cstr(profile_yaml));
}

TEST(what_no_reader_may_take_is_refused)
{
    if (!program_exists()) {
        return;
    }
    (void)scratch_file("xxe.xml", STR("<!DOCTYPE c [<!ENTITY x SYSTEM 'secret.txt'>]>\n<catalog " NS
                                      "><metadata><title>&x;</title></metadata></catalog>"));
    (void)scratch_file("secret.txt", STR("S3CRET"));
    ProgramRun run = RUN("framework", "check", "@xxe.xml");
    CHECK(run.code == 65 && holds(run.out, "xxe.xml:1: doctype: a document type declaration is"));
    CHECK(!holds(run.out, "S3CRET") && !holds(run.words, "S3CRET"));
    (void)scratch_file("twice.yaml", STR("catalog:\n  uuid: 1\n  uuid: 2\n"));
    run = RUN("framework", "check", "@twice.yaml");
    CHECK(run.code == 65);
    CHECK(holds(run.out, "twice.yaml:3:3: duplicate-key: key \"uuid\" occurs twice, first at 2:3"));
    (void)scratch_file("no-ns.xml", STR("<catalog/>"));
    run = RUN("framework", "convert", "@no-ns.xml", "-o", "@out.json");
    CHECK(run.code == 65 && holds(run.words, "no-ns.xml:1:1: no-namespace: "));
    CHECK(path_kind(scratch_path("out.json")) == PATH_MISSING);
}

TEST(convert_says_what_it_can_write)
{
    if (!program_exists()) {
        return;
    }
    files();
    ProgramRun run = RUN("framework", "convert", "@catalog.xml", "-o", "@out.xml");
    CHECK(run.code == 64 && holds(run.words, "end it in .json, .yaml or .yml (XML is read only)"));
    run = RUN("framework", "convert", "@gone.xml", "-o", "@out.json");
    CHECK(run.code == 66 && holds(run.words, "gone.xml"));
    (void)scratch_file("list.json", STR("[1]"));
    run = RUN("framework", "convert", "@list.json", "-o", "@out.json");
    CHECK(run.code == 65 && holds(run.words, "list.json:1:1: not-this-model: expected an OSCAL"));
    run = RUN("framework", "convert", "@catalog.xml", "-o", "@none/out.json");
    CHECK(run.code == 74 && holds(run.words, "none/out.json"));
    run = RUN("framework", "convert");
    CHECK(run.code == 64);
    CHECK(path_kind(scratch_path("out.json")) == PATH_MISSING);
}

TEST(a_document_goes_through_all_forms)
{
    if (!program_exists()) {
        return;
    }
    files();
    ProgramRun run = RUN("framework", "convert", "@catalog.xml");
    CHECK(run.code == 0 && str_starts(run.out, STR("{\n  \"catalog\": {\n    \"uuid\": \"1111")));
    CHECK(holds(run.out, "\"prose\": \"Do *it*.\""));
    Arena arena;
    arena_init(&arena, SIZE_MAX);
    Str json = str_copy(&arena, run.out);
    run = RUN("framework", "convert", "@catalog.xml", "--out", "@a.yaml");
    CHECK(run.code == 0 && run.out.len == 0);
    Str yaml = read_back(&arena, "a.yaml");
    CHECK(str_starts(yaml, STR("catalog:\n  uuid: 11111111-1111-4111-8111-111111111111\n")));
    CHECK(holds(yaml, "    version: \"1.0\"\n"));
    run = RUN("framework", "convert", "@a.yaml", "-o", "@a.json");
    CHECK(run.code == 0 && str_eq(read_back(&arena, "a.json"), json));
    arena_free(&arena);
}

TEST(convert_does_not_write_over_what_it_reads)
{
    if (!program_exists()) {
        return;
    }
    files();
    ProgramRun run = RUN("framework", "convert", "@profile.yaml", "-o", "@profile.yaml");
    CHECK(run.code == 64 && holds(run.words, "profile.yaml is the file that is read"));
}

TEST(check_and_resolve_read_every_form)
{
    if (!program_exists()) {
        return;
    }
    files();
    ProgramRun run = RUN("framework", "check", "@catalog.xml", "@profile.yaml");
    CHECK(run.code == 0 && run.out.len == 0);
    CHECK(holds(run.words, "catalog.xml: catalog, XML, "));
    CHECK(holds(run.words, "profile.yaml: profile, YAML, "));
    (void)scratch_file("bad.xml", STR("<catalog " NS " uuid='1'>\n<metadata><title>T</title>"
                                      "</metadata></catalog>"));
    run = RUN("framework", "check", "@bad.xml");
    CHECK(run.code == 65);
    (void)scratch_file("more.xml", STR("<catalog " NS " uuid='1'>\n<metadata><title>T</title>"
                                       "<colour/></metadata></catalog>"));
    run = RUN("framework", "check", "@more.xml");
    CHECK(run.code == 65 && holds(run.out, "more.xml:2:27: unknown-member: <metadata> has no"));
    CHECK(holds(run.out, "/catalog/uuid must be a UUID"));
    CHECK(holds(run.out, "/catalog/metadata: metadata needs \"version\""));
    run = RUN("framework", "check", "@bad.xml");
    CHECK(holds(run.out, "bad.xml:1:52: bad-value: /catalog/uuid must be a UUID"));
    CHECK(holds(run.out, "bad.xml:2:1: missing-member: /catalog/metadata: metadata needs "));
    run = RUN("framework", "resolve", "@profile.yaml", "--output", "json");
    CHECK(run.code == 0 && holds(run.out, "\"id\":\"a-1\"") && holds(run.out, "Do *it*."));
    (void)scratch_file("broken.yaml", STR("profile:\n  imports:\n  - href: no-ns.xml\n"
                                          "    include-all: {}\n"));
    (void)scratch_file("no-ns.xml", STR("<catalog/>"));
    run = RUN("framework", "resolve", "@broken.yaml");
    CHECK(run.code == 65 && run.out.len == 0 && holds(run.words, "no-ns.xml:1:1: no-namespace"));
}
