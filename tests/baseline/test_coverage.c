// SPDX-License-Identifier: Apache-2.0
#include "baseline/coverage.h"

#include "baseline/memory_files.h"
#include "oscal/read_text.h"
#include "t.h"

#define CONTROL(id) "{'id':'" id "','title':'T'}"
#define CATALOG(framework, controls)                                                               \
    "{'catalog':{'uuid':'u','metadata':{'title':'F','props':[{'name':'framework','value':"         \
    "'" framework "'}]},'controls':[" controls "]}}"
#define MAPPING(from, to, source, target)                                                          \
    "{'mapping-collection':{'uuid':'u','metadata':{'title':'T','last-modified':"                   \
    "'2026-01-01T00:00:00Z','version':'1','oscal-version':'1.2.2'},'provenance':{'method':"        \
    "'human','matching-rationale':'semantic','status':'draft','mapping-description':'d'},"         \
    "'mappings':[{'uuid':'u','source-resource':{'type':'catalog','href':'a','props':[{'name':"     \
    "'framework','value':'" from "'}]},'target-resource':{'type':'catalog','href':'b','props':"    \
    "[{'name':'framework','value':'" to "'}]},'maps':[{'uuid':'u','relationship':'equal-to',"      \
    "'sources':[{'type':'control','id-ref':'" source "'}],'targets':[{'type':'control','id-ref':"  \
    "'" target "'}]}]}]}}"

static const char two_maps_from[] =
    "'targets':[{'type':'control','id-ref':'x-1'},{'type':'control','id-ref':'x-2'}]}";
static const char two_maps_to[] =
    "'targets':[{'type':'control','id-ref':'x-1'}]},{'uuid':'n','relationship':'subset-of',"
    "'sources':[{'type':'control','id-ref':'p-1'}],'targets':[{'type':'control','id-ref':'x-2'},"
    "{'type':'control','id-ref':'x-1'}]}";

typedef struct Rig {
    Arena arena;
    DiagList diags;
    Library library;
    const Baseline *baseline;
    CoverageReport report;
} Rig;

static void open_rig(Rig *rig, MemoryFiles files)
{
    *rig = (Rig){0};
    arena_init(&rig->arena, (size_t)1 << 26);
    diag_init(&rig->diags, &rig->arena, STR("x"));
    files.arena = &rig->arena;
    MemoryFiles *kept = NEW(&rig->arena, MemoryFiles);
    *kept = files;
    PackageFiles package = memory_files(kept);
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    ASSERT(baseline_load(&rig->arena, &package, &limits, &rig->diags, &rig->baseline));
    library_init(&rig->library, &rig->arena);
    static const char *const catalogs[] = {
        CATALOG(
            "frame",
            CONTROL("x-1") "," CONTROL("x-2") "," CONTROL(
                "x-3") ","
                       "{'id':'x-4','title':'T','props':[{'name':'status','value':'withdrawn'}]}"),
        CATALOG("other", CONTROL("y-1") "," CONTROL("y-2")),
        CATALOG("small", CONTROL("n-1") "," CONTROL("n-9")),
    };
    for (size_t i = 0; i < COUNTOF(catalogs); i++) {
        ASSERT(library_add_catalog(&rig->library, read_text(&rig->arena, catalogs[i]), (Str){0},
                                   LIBRARY_SHIPPED, &rig->diags));
    }
    ASSERT(library_add_mappings(&rig->library,
                                read_text(&rig->arena, MAPPING("other", "frame", "y-1", "x-1")),
                                (Str){0}, &rig->diags));
    ASSERT(coverage_add_baseline(&rig->library, rig->baseline, &rig->diags));
}

static void measure(Rig *rig, const char *framework)
{
    const LibraryFramework *found = library_find(&rig->library, str_from_cstr(framework));
    ASSERT(found != NULL);
    Lineage lineage = {.names = &rig->baseline->name, .count = 1};
    coverage_measure(&rig->arena, &rig->library, rig->baseline, lineage, found, NULL, &rig->report);
}

TEST(rules_come_before_attestations_and_the_rest_is_open)
{
    Rig rig;
    open_rig(&rig,
             (MemoryFiles){.path = "mappings/f.json", .from = two_maps_from, .to = two_maps_to});
    measure(&rig, "frame");
    const CoverageReport *report = &rig.report;
    CHECK(report->control_count == 3 && report->withdrawn_count == 1);
    CHECK(report->controls[0].way == COVERAGE_RULE && report->controls[0].link_count == 2);
    CHECK(str_eq(report->controls[0].links[0].control->id, STR("n-1")));
    CHECK(report->controls[0].links[1].way == COVERAGE_ATTESTATION);
    CHECK(report->controls[1].way == COVERAGE_ATTESTATION);
    CHECK(report->controls[1].links[0].relation == OSCAL_SUBSET_OF);
    CHECK(report->controls[2].way == COVERAGE_NONE && report->controls[2].link_count == 0);
    CHECK(report->totals[COVERAGE_RULE] == 1 && report->totals[COVERAGE_NONE] == 1);
    arena_free(&rig.arena);
}

TEST(the_provider_answers_static_rules)
{
    Rig rig;
    open_rig(&rig, (MemoryFiles){.path = "rules/size.json",
                                 .from = "'mode':'All'",
                                 .to = "'policyType':'Static','mode':'All'"});
    measure(&rig, "frame");
    CHECK(rig.report.controls[0].way == COVERAGE_PROVIDER);
    arena_free(&rig.arena);
}

TEST(a_third_framework_is_named)
{
    Rig rig;
    open_rig(&rig, (MemoryFiles){0});
    measure(&rig, "other");
    CHECK(rig.report.totals[COVERAGE_THROUGH] == 1 && rig.report.totals[COVERAGE_NONE] == 1);
    const CoverageLink *link = &rig.report.controls[0].links[0];
    CHECK(str_eq(link->through_framework, STR("frame")));
    CHECK(str_eq(link->through_control, STR("x-1")));
    CHECK(link->way == COVERAGE_RULE && link->certainty == LIBRARY_FOLLOWS);
    arena_free(&rig.arena);
}

TEST(a_baseline_made_of_the_framework_answers_itself)
{
    Rig rig;
    open_rig(&rig, (MemoryFiles){0});
    measure(&rig, "small");
    CHECK(rig.report.controls[0].way == COVERAGE_RULE && rig.report.controls[0].links[0].itself);
    CHECK(rig.report.controls[1].way == COVERAGE_NONE);
    arena_free(&rig.arena);
}

TEST(so_does_one_made_of_a_profile_of_it)
{
    Rig rig;
    open_rig(&rig, (MemoryFiles){0});
    const Json *json = read_text(&rig.arena, "{'profile':{'imports':[{'href':'../small.json'}]}}");
    CHECK(library_add_profile(&rig.library, json, STR("small-all"), LIBRARY_ADDED, &rig.diags));
    const LibraryFramework *small = library_find(&rig.library, STR("small"));
    const Str names[] = {STR("mine"), STR("SMALL-all")};
    Lineage lineage = {.names = names, .count = 2};
    coverage_measure(&rig.arena, &rig.library, rig.baseline, lineage, small, NULL, &rig.report);
    CHECK(rig.report.controls[0].link_count == 1 && rig.report.controls[0].links[0].itself);
    lineage.count = 1;
    coverage_measure(&rig.arena, &rig.library, rig.baseline, lineage, small, NULL, &rig.report);
    CHECK(rig.report.controls[0].link_count == 1 && !rig.report.controls[0].links[0].itself);
    arena_free(&rig.arena);
}

TEST(a_profile_narrows_what_is_asked)
{
    Rig rig;
    open_rig(&rig, (MemoryFiles){0});
    const Json *json =
        read_text(&rig.arena, "{'profile':{'imports':[{'href':'../frame.json','include-controls':[{"
                              "'with-ids':['x-2','x-7','x-3']}]}]}}");
    CHECK(library_add_profile(&rig.library, json, STR("few"), LIBRARY_ADDED, &rig.diags));
    const LibraryProfile *profile = library_find_profile(&rig.library, STR("FEW"));
    CHECK(profile != NULL && profile->count == 2);
    CHECK(has_diag(&rig.diags, "unknown-control", "\"x-7\"") && rig.diags.errors == 0);
    coverage_measure(&rig.arena, &rig.library, rig.baseline, (Lineage){0},
                     library_find(&rig.library, STR("frame")), profile, &rig.report);
    CHECK(rig.report.control_count == 2 && rig.report.controls[1].way == COVERAGE_NONE);
    arena_free(&rig.arena);
}

TEST(profiles_that_say_more_are_refused)
{
    static const struct {
        const char *row;
        const char *imports;
        const char *code;
    } rows[] = {
        {"no such framework", "[{'href':'none.json'}]", "no-framework"},
        {"a pattern",
         "[{'href':'frame.json','include-controls':[{'matching':[{'pattern':'x*'}]}]}]",
         "too-rich"},
        {"nothing", "[]", "not-this-model"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Rig rig;
        open_rig(&rig, (MemoryFiles){0});
        Buf text = {0};
        buf_printf(&text, "{'profile':{'imports':%s}}", rows[i].imports);
        buf_byte(&text, '\0');
        const Json *json = read_text(&rig.arena, text.ptr);
        buf_free(&text);
        CHECK_ROW(rows[i].row,
                  !library_add_profile(&rig.library, json, STR("p"), LIBRARY_ADDED, &rig.diags));
        CHECK_ROW(rows[i].row, has_diag(&rig.diags, rows[i].code, NULL));
        CHECK_ROW(rows[i].row, library_find_profile(&rig.library, STR("p")) == NULL);
        arena_free(&rig.arena);
    }
}
