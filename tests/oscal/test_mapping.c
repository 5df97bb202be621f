// SPDX-License-Identifier: Apache-2.0
#include "oscal/mapping.h"

#include "oscal/read_text.h"
#include "t.h"

#define META                                                                                       \
    "'uuid':'a3c6ff0e-5d0b-4a4b-9f57-1f0a2b3c4d5e','metadata':{'title':'T','version':'1',"         \
    "'last-modified':'2026-01-01T00:00:00Z','oscal-version':'1.2.2'}"
#define PROVENANCE                                                                                 \
    "'provenance':{'method':'human','matching-rationale':'semantic','status':'complete',"          \
    "'mapping-description':'d'}"
#define COLLECTION(mapping)                                                                        \
    "{'mapping-collection':{" META "," PROVENANCE ",'mappings':[" mapping "]}}"
#define RESOURCES                                                                                  \
    "'uuid':'u','source-resource':{'type':'catalog','href':'c.json'},"                             \
    "'target-resource':{'type':'catalog','href':'https://example.org/f/nist'}"

static const struct {
    const char *row;
    const char *text;
    const char *code;
    const char *part;
} bad_cases[] = {
    {"another model", "{'catalog':{}}", "not-this-model", "mapping-collection"},
    {"no provenance",
     "{'mapping-collection':{" META ",'mappings':[{" RESOURCES ",'maps':[{'uuid':'m',"
     "'relationship':'equal-to','sources':[{'type':'control','id-ref':'a'}],'targets':[{'type':"
     "'control','id-ref':'b'}]}]}]}}",
     "missing-member", "provenance"},
    {"no mappings", "{'mapping-collection':{" META "," PROVENANCE "}}", "missing-member",
     "\"mappings\""},
    {"no target", COLLECTION("{'uuid':'u','source-resource':{'type':'catalog','href':'c.json'}}"),
     "missing-member", "target-resource"},
    {"no maps", COLLECTION("{" RESOURCES "}"), "missing-member", "\"maps\""},
    {"a relationship that is none",
     COLLECTION("{" RESOURCES ",'maps':[{'uuid':'m','relationship':'near','sources':[{'type':"
                "'control','id-ref':'a'}],'targets':[{'type':'control','id-ref':'b'}]}]}"),
     "bad-value", "\"near\""},
    {"no targets",
     COLLECTION("{" RESOURCES ",'maps':[{'uuid':'m','relationship':'equal-to','sources':[{'type':"
                "'control','id-ref':'a'}]}]}"),
     "missing-member", "\"targets\""},
    {"an item without id",
     COLLECTION("{" RESOURCES ",'maps':[{'uuid':'m','relationship':'equal-to','sources':[{'type':"
                "'control'}],'targets':[{'type':'control','id-ref':'b'}]}]}"),
     "missing-member", "id-ref"},
};

TEST(bad_mappings_are_refused_with_a_reason)
{
    for (size_t i = 0; i < COUNTOF(bad_cases); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 24);
        DiagList diags;
        diag_init(&diags, &arena, STR("m.json"));
        const OscalMappingCollection *collection = NULL;
        const Json *json = read_text(&arena, bad_cases[i].text);
        CHECK_ROW(bad_cases[i].row, !oscal_mapping_read(&arena, json, &diags, &collection));
        CHECK_ROW(bad_cases[i].row, has_diag(&diags, bad_cases[i].code, bad_cases[i].part));
        arena_free(&arena);
    }
}

TEST(an_entry_with_several_ids_is_several_pairs)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 24);
    DiagList diags;
    diag_init(&diags, &arena, STR("m.json"));
    const OscalMappingCollection *collection = NULL;
    const Json *json = read_text(
        &arena,
        COLLECTION("{" RESOURCES ",'maps':[{'uuid':'m','relationship':'subset-of','sources':["
                   "{'type':'control','id-ref':'a'},{'type':'control','id-ref':'b'}],'targets':["
                   "{'type':'control','id-ref':'x'},{'type':'control','id-ref':'y'}]}]},"
                   "{'uuid':'u','source-resource':{'type':'catalog','href':'c.json'},'target-"
                   "resource':{'type':'catalog','href':'z','props':[{'name':'framework','value':"
                   "'mcsb'},{'name':'title','value':'Benchmark'}]},'maps':[{'uuid':'m',"
                   "'relationship':'equal-to','sources':[{'type':'control','id-ref':'a'}],"
                   "'targets':[{'type':'control','id-ref':'x'}]}]}"));
    CHECK(oscal_mapping_read(&arena, json, &diags, &collection));
    CHECK(collection->mapping_count == 2);
    const OscalMapping *first = &collection->mappings[0];
    CHECK(first->pair_count == 4);
    CHECK(str_eq(first->pairs[2].source, STR("b")) && str_eq(first->pairs[2].target, STR("x")));
    CHECK(first->pairs[0].relation == OSCAL_SUBSET_OF);
    CHECK(str_eq(first->target_name, STR("nist")));
    CHECK(str_eq(collection->mappings[1].target_name, STR("mcsb")));
    CHECK(str_eq(collection->mappings[1].target_title, STR("Benchmark")));
    CHECK(str_eq((Str){oscal_relation_name(OSCAL_SUBSET_OF), 9}, STR("subset-of")));
    arena_free(&arena);
}
