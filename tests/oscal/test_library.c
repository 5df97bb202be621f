// SPDX-License-Identifier: Apache-2.0
#include "oscal/library.h"

#include <stdio.h>

#include "oscal/library_store.h"
#include "oscal/read_text.h"
#include "t.h"

#define META(framework)                                                                            \
    "'metadata':{'title':'" framework " title','version':'1','last-modified':"                     \
    "'2026-01-01T00:00:00Z','oscal-version':'1.2.2','props':[{'name':'framework','ns':"            \
    "'urn:datumline:ns:oscal','value':'" framework "'}]}"
#define CATALOG(framework, body) "{'catalog':{'uuid':'u'," META(framework) "," body "}}"
#define LABEL(text) "'props':[{'name':'label','value':'" text "'}]"
#define STATEMENT(text) "'parts':[{'name':'statement','prose':'" text "'}]"

typedef struct Room {
    Arena arena;
    DiagList diags;
    Library library;
} Room;

static void open_room(Room *room)
{
    *room = (Room){0};
    arena_init(&room->arena, (size_t)1 << 26);
    diag_init(&room->diags, &room->arena, STR("c.json"));
    library_init(&room->library, &room->arena);
}

static void add_catalog(Room *room, const char *text, Str id, LibraryOrigin origin)
{
    const Json *json = read_text(&room->arena, text);
    CHECK(library_add_catalog(&room->library, json, id, origin, &room->diags));
}

static void add_mapping(Room *room, const char *source, const char *target, const char *relation,
                        const char *from, const char *to)
{
    char text[1400];
    (void)snprintf(
        text, sizeof text,
        "{'mapping-collection':{'uuid':'u'," META(
            "m") ",'provenance':{'method':'human',"
                 "'matching-rationale':'semantic','status':'draft','mapping-description':'ours'},"
                 "'mappings':[{'uuid':'u','source-resource':{'type':'catalog','href':'a','props':["
                 "{'name':'framework','value':'%s'}]},'target-resource':{'type':'catalog','href':'"
                 "b',"
                 "'props':[{'name':'framework','value':'%s'}]},'maps':[{'uuid':'u','relationship':'"
                 "%s',"
                 "'sources':[{'type':'control','id-ref':'%s'}],'targets':[{'type':'control','id-"
                 "ref':"
                 "'%s'}]}]}]}}",
        source, target, relation, from, to);
    CHECK(library_add_mappings(&room->library, read_text(&room->arena, text), (Str){0},
                               &room->diags));
}

// ---- adding ----

TEST(what_cannot_be_added_is_said)
{
    static const struct {
        const char *row;
        const char *text;
        const char *code;
        bool mapping;
    } rows[] = {
        {"no catalog", "{'profile':{}}", "not-this-model", false},
        {"no framework", "{'catalog':{'uuid':'u','metadata':{'title':'t'}}}", "no-framework",
         false},
        {"no mapping", "{'catalog':{}}", "not-this-model", true},
        {"a source that is no framework",
         "{'mapping-collection':{'uuid':'u'," META(
             "m") ",'provenance':{'method':'human','matching-rationale':'semantic','status':"
                  "'draft','mapping-description':'d'},'mappings':[{'uuid':'u','source-resource':"
                  "{'type':'catalog','href':'a'},'target-resource':{'type':'catalog','href':'b'},"
                  "'maps':[{'uuid':'u','relationship':'equal-to','sources':[{'type':'control',"
                  "'id-ref':'x'}],'targets':[{'type':'control','id-ref':'y'}]}]}]}}",
         "no-framework", true},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Room room;
        open_room(&room);
        const Json *json = read_text(&room.arena, rows[i].text);
        bool ok = rows[i].mapping ? library_add_mappings(&room.library, json, (Str){0}, &room.diags)
                                  : library_add_catalog(&room.library, json, (Str){0},
                                                        LIBRARY_SHIPPED, &room.diags);
        CHECK_ROW(rows[i].row, !ok);
        CHECK_ROW(rows[i].row, has_diag(&room.diags, rows[i].code, NULL));
        CHECK_ROW(rows[i].row, room.library.framework_count == 0);
        arena_free(&room.arena);
    }
}

TEST(a_control_is_found_by_id_and_by_label_in_any_case)
{
    Room room;
    open_room(&room);
    add_catalog(&room,
                CATALOG("hipaa", "'groups':[{'id':'g','title':'G','controls':[{'id':'h-1','title':"
                                 "'One'," LABEL("164.308(a)") ",'controls':[{'id':'h-1.1','title':"
                                                              "'Inner'}]}]}]"),
                (Str){0}, LIBRARY_SHIPPED);
    const LibraryFramework *framework = library_find(&room.library, STR("HIPAA"));
    CHECK(framework != NULL && framework->control_count == 2 && framework->group_count == 1);
    CHECK(str_eq(framework->title, STR("hipaa title")));
    const LibraryControl *control = library_find_control(framework, STR("164.308(A)"));
    CHECK(control != NULL && str_eq(control->id, STR("h-1")));
    CHECK(library_find_control(framework, STR("H-1")) == control);
    const LibraryControl *inner = library_find_control(framework, STR("h-1.1"));
    CHECK(inner != NULL && inner->parent == 0 && inner->group == 0);
    CHECK(str_eq(inner->label, STR("h-1.1")));
    CHECK(library_find_control(framework, STR("h-2")) == NULL);
    CHECK(library_find(&room.library, STR("hipa")) == NULL);
    arena_free(&room.arena);
}

TEST(a_users_text_is_laid_over_and_ids_meet)
{
    Room room;
    open_room(&room);
    add_catalog(
        &room,
        CATALOG(
            "cis",
            "'groups':[{'id':'cis-1','title':'Ours'," LABEL(
                "1") ",'controls':[{'id':'cis-1.1','"
                     "title':'Our words'," LABEL("1.1") "," STATEMENT(
                         "our statement") "},{'id':'"
                                          "cis-1.2','"
                                          "title':"
                                          "'Kept'"
                                          "," LABEL("1."
                                                    "2") "," STATEMENT("kept "
                                                                       "text") "},"
                                                                               "{'id':'cis-1.3',"
                                                                               "'title':'Gone'"
                                                                               "}]}]"),
        (Str){0}, LIBRARY_SHIPPED);
    add_catalog(&room,
                CATALOG("x", "'groups':[{'id':'official-1','title':'Official'," LABEL(
                                 "1") ",'controls':[{'id':'safeguard-1-1','title':'Official "
                                      "words'," LABEL("1.1") "," STATEMENT(
                                          "official statement") "},{'id':'CIS-1.2','title':"
                                                                "'Official two'},{'id':"
                                                                "'safeguard-1-9','title':"
                                                                "'New'}]}]"),
                STR("CIS"), LIBRARY_ADDED);
    const LibraryFramework *cis = library_find(&room.library, STR("cis"));
    CHECK(room.library.framework_count == 1 && cis->origin == LIBRARY_BOTH);
    CHECK(cis->control_count == 4 && cis->group_count == 1);
    CHECK(str_eq(cis->groups[0].title, STR("Official")) && str_eq(cis->groups[0].id, STR("cis-1")));
    const LibraryControl *one = library_find_control(cis, STR("safeguard-1-1"));
    CHECK(one == library_find_control(cis, STR("cis-1.1")));
    CHECK(str_eq(one->id, STR("cis-1.1")) && str_eq(one->own_id, STR("safeguard-1-1")));
    CHECK(str_eq(one->title, STR("Official words")) && !one->only_yours && !one->outdated);
    CHECK(str_eq(library_control_text(&room.arena, cis, one, STR("statement")),
                 STR("official statement")));
    const LibraryControl *two = library_find_control(cis, STR("1.2"));
    CHECK(str_eq(two->title, STR("Official two")));
    CHECK(str_eq(library_control_text(&room.arena, cis, two, STR("statement")), STR("kept text")));
    CHECK(library_find_control(cis, STR("cis-1.3"))->outdated);
    const LibraryControl *fresh = library_find_control(cis, STR("safeguard-1-9"));
    CHECK(fresh->only_yours && fresh->group == 0);
    arena_free(&room.arena);
}

TEST(an_alternative_identifier_meets_too)
{
    Room room;
    open_room(&room);
    add_catalog(&room,
                CATALOG("cis", "'controls':[{'id':'cis-1.1','title':'Ours','props':[{'name':"
                               "'label','value':'1.1'},{'name':'alt-identifier','value':"
                               "'cisc-1.1'}]}]"),
                (Str){0}, LIBRARY_SHIPPED);
    add_catalog(&room, CATALOG("cis", "'controls':[{'id':'cisc-1.1','title':'Theirs'}]"), (Str){0},
                LIBRARY_ADDED);
    const LibraryFramework *cis = library_find(&room.library, STR("cis"));
    CHECK(cis->control_count == 1 && str_eq(cis->controls[0].title, STR("Theirs")));
    CHECK(str_eq(cis->controls[0].own_id, STR("cisc-1.1")));
    CHECK(str_eq(cis->controls[0].label, STR("1.1")));
    arena_free(&room.arena);
}

TEST(text_has_labels_parts_and_parameters)
{
    Room room;
    open_room(&room);
    add_catalog(
        &room,
        CATALOG("f",
                "'controls':[{'id':'ac-1','title':'T','params':[{'id':'p1','label':'days'},{'id':"
                "'p2','select':{'choice':['once','every {{ insert: param, p1 }}']}},{'id':'p3',"
                "'values':['7','8']}],'parts':[{'name':'statement','prose':'Do:','parts':[{'name':"
                "'item','props':[{'name':'label','value':'a.'}],'prose':'wait {{ insert: param, p1 "
                "}} or {{insert: param,p2}}'},{'name':'item','prose':'{{ insert: param, p3 }} {{ "
                "insert: param, none }} {{ x'}]}]}]"),
        (Str){0}, LIBRARY_SHIPPED);
    const LibraryFramework *framework = library_find(&room.library, STR("f"));
    Str text =
        library_control_text(&room.arena, framework, &framework->controls[0], STR("statement"));
    CHECK(str_eq(text, STR("Do:\n  a. wait [days] or [once | every [days]]\n  7, 8 [none] {{ x")));
    CHECK(library_control_text(&room.arena, framework, &framework->controls[0], STR("guidance"))
              .len == 0);
    arena_free(&room.arena);
}

TEST(a_parameter_that_names_itself_ends)
{
    Room room;
    open_room(&room);
    add_catalog(&room,
                CATALOG("f", "'controls':[{'id':'a','title':'T','params':[{'id':'p','label':'x',"
                             "'select':{'choice':['{{ insert: param, p }}']}},{'id':'q','values':["
                             "'{{ insert: param, q }}']}],'parts':[{'name':'statement','prose':'{{ "
                             "insert: param, p }} {{ insert: param, q }}'}]}]"),
                (Str){0}, LIBRARY_SHIPPED);
    const LibraryFramework *framework = library_find(&room.library, STR("f"));
    Str text =
        library_control_text(&room.arena, framework, &framework->controls[0], STR("statement"));
    CHECK(text.len != 0 && text.len < 60);
    arena_free(&room.arena);
}

// ---- relations ----

TEST(a_mapping_is_read_from_both_ends)
{
    Room room;
    open_room(&room);
    add_mapping(&room, "a", "b", "subset-of", "a1", "b1");
    add_mapping(&room, "a", "b", "no-relationship", "a2", "b1");
    LibraryRelations there;
    LibraryRelations back;
    library_relate(&room.arena, &room.library, STR("A"), STR("b"), (Str){0}, &there);
    library_relate(&room.arena, &room.library, STR("b"), STR("a"), (Str){0}, &back);
    CHECK(there.direct && there.count == 1 && there.at[0].relation == OSCAL_SUBSET_OF);
    CHECK(back.direct && back.count == 1 && back.at[0].relation == OSCAL_SUPERSET_OF);
    CHECK(str_eq(back.at[0].a, STR("b1")) && str_eq(back.at[0].b, STR("a1")));
    CHECK(back.at[0].certainty == LIBRARY_STATED);
    CHECK(str_eq(back.at[0].first->origin, STR("ours")));
    library_relate(&room.arena, &room.library, STR("a"), STR("b"), STR("A1"), &there);
    CHECK(there.count == 1);
    library_relate(&room.arena, &room.library, STR("a"), STR("b"), STR("a3"), &there);
    CHECK(there.direct && there.count == 0);
    library_relate(&room.arena, &room.library, STR("a"), STR("z"), (Str){0}, &there);
    CHECK(!there.direct && there.count == 0);
    arena_free(&room.arena);
}

TEST(pairs_carry_the_ids_of_the_library_in_its_order)
{
    Room room;
    open_room(&room);
    add_catalog(&room,
                CATALOG("a", "'controls':[{'id':'a-10','title':'T'," LABEL(
                                 "10") "},{'id':'a-2','title':'T'," LABEL("2") "}]"),
                (Str){0}, LIBRARY_SHIPPED);
    add_mapping(&room, "a", "b", "equal-to", "2", "b1");
    add_mapping(&room, "a", "b", "equal-to", "A-10", "b2");
    LibraryRelations relations;
    library_relate(&room.arena, &room.library, STR("a"), STR("b"), (Str){0}, &relations);
    CHECK(relations.count == 2);
    CHECK(str_eq(relations.at[0].a, STR("a-10")) && str_eq(relations.at[1].a, STR("a-2")));
    library_relate(&room.arena, &room.library, STR("a"), STR("b"), STR("2"), &relations);
    CHECK(relations.count == 1 && str_eq(relations.at[0].b, STR("b1")));
    arena_free(&room.arena);
}

TEST(a_third_framework_is_used_only_without_a_mapping_and_the_best_way_is_kept)
{
    Room room;
    open_room(&room);
    add_mapping(&room, "a", "m", "intersects-with", "a1", "m1");
    add_mapping(&room, "m", "c", "intersects-with", "m1", "c1");
    LibraryRelations relations;
    library_relate(&room.arena, &room.library, STR("a"), STR("c"), (Str){0}, &relations);
    CHECK(!relations.direct && relations.count == 1);
    CHECK(relations.at[0].certainty == LIBRARY_SUGGESTED);
    CHECK(str_eq(relations.at[0].through_framework, STR("m")));
    CHECK(str_eq(relations.at[0].through_control, STR("m1")));
    add_mapping(&room, "n", "a", "superset-of", "n1", "a1");
    add_mapping(&room, "c", "n", "superset-of", "c1", "n1");
    library_relate(&room.arena, &room.library, STR("a"), STR("c"), (Str){0}, &relations);
    CHECK(relations.count == 1 && relations.at[0].certainty == LIBRARY_FOLLOWS);
    CHECK(relations.at[0].relation == OSCAL_SUBSET_OF);
    CHECK(str_eq(relations.at[0].through_framework, STR("n")));
    add_mapping(&room, "c", "a", "equal-to", "c9", "a9");
    library_relate(&room.arena, &room.library, STR("a"), STR("c"), (Str){0}, &relations);
    CHECK(relations.direct && relations.count == 1 && str_eq(relations.at[0].a, STR("a9")));
    arena_free(&room.arena);
}

// What a relation says of two non-empty sets.
static bool holds(OscalRelation relation, unsigned x, unsigned y)
{
    switch (relation) {
    case OSCAL_EQUIVALENT_TO:
    case OSCAL_EQUAL_TO:
        return x == y;
    case OSCAL_SUBSET_OF:
        return (x & ~y) == 0;
    case OSCAL_SUPERSET_OF:
        return (y & ~x) == 0;
    case OSCAL_INTERSECTS_WITH:
        return (x & y) != 0;
    case OSCAL_NO_RELATIONSHIP:
        return true;
    }
    return false;
}

// Every pair of relations, against every three non-empty sets of at most three things: a conclusion
// must hold in all of them, and where none is drawn, none would have.
TEST(conclusions_hold_for_sets)
{
    for (unsigned pair = 0; pair < 25; pair++) {
        OscalRelation first = (OscalRelation)(pair / 5);
        OscalRelation second = (OscalRelation)(pair % 5);
        Room room;
        open_room(&room);
        add_mapping(&room, "a", "m", oscal_relation_name(first), "a1", "m1");
        add_mapping(&room, "m", "c", oscal_relation_name(second), "m1", "c1");
        LibraryRelations relations;
        library_relate(&room.arena, &room.library, STR("a"), STR("c"), (Str){0}, &relations);
        CHECK(relations.count == 1);
        bool follows = relations.at[0].certainty == LIBRARY_FOLLOWS;
        bool always[OSCAL_NO_RELATIONSHIP] = {true, true, true, true, true};
        for (unsigned sets = 0; sets < 7 * 7 * 7; sets++) {
            unsigned x = sets / 49 + 1;
            unsigned m = sets / 7 % 7 + 1;
            unsigned y = sets % 7 + 1;
            for (unsigned r = 0; r < OSCAL_NO_RELATIONSHIP; r++) {
                bool given = holds(first, x, m) && holds(second, m, y);
                always[r] = always[r] && (!given || holds((OscalRelation)r, x, y));
            }
        }
        CHECK(follows == always[OSCAL_INTERSECTS_WITH]);
        CHECK(!follows || always[relations.at[0].relation]);
        bool tight = relations.at[0].relation != OSCAL_INTERSECTS_WITH ||
                     (!always[OSCAL_SUBSET_OF] && !always[OSCAL_SUPERSET_OF]);
        CHECK(!follows || tight);
        arena_free(&room.arena);
    }
}

TEST(outline_and_text_become_one_catalog)
{
    Room room;
    open_room(&room);
    const char *outline =
        CATALOG("cis", "'groups':[{'id':'cis-1','title':'Ours'," LABEL(
                           "1") ",'controls':["
                                "{'id':'cis-1.1','title':'Our words'," LABEL("1.1") "," STATEMENT(
                                    "ours") ",'controls':[{'id':'cis-1.1.1','title':'Inner'}]},"
                                            "{'id':'cis-1.2','title':'Kept'," LABEL(
                                                "1.2") "," STATEMENT("kept") "}]}]");
    const char *own = CATALOG(
        "cis", "'groups':[{'id':'one','title':'Official'," LABEL(
                   "1") ",'controls':["
                        "{'id':'s-1','title':'Official words'," LABEL(
                            "1.1") ",'params':[{'id':"
                                   "'p'}]," STATEMENT(
                                       "official") ",'controls':[{'id':'s-1-9','title':'New "
                                                   "inside'}]},{'id':'s-9','title':'New'," LABEL(
                                                       "1.9") ",'controls':[{'id':"
                                                              "'cis-1.2','title':'Moved'}]}]},{'id'"
                                                              ":'two','title':'Only theirs',"
                                                              "'controls':[{'id':'s-20','title':'"
                                                              "Far'}]}]");
    add_catalog(&room, outline, (Str){0}, LIBRARY_SHIPPED);
    add_catalog(&room, own, (Str){0}, LIBRARY_ADDED);
    const Json *one = library_store_merged(&room.arena, library_find(&room.library, STR("cis")),
                                           read_text(&room.arena, outline));
    static const struct {
        const char *pointer;
        const char *value;
    } rows[] = {
        {"/catalog/groups/0/id", "cis-1"},
        {"/catalog/groups/0/title", "Official"},
        {"/catalog/groups/0/controls/0/id", "cis-1.1"},
        {"/catalog/groups/0/controls/0/title", "Official words"},
        {"/catalog/groups/0/controls/0/params/0/id", "p"},
        {"/catalog/groups/0/controls/0/parts/0/prose", "official"},
        {"/catalog/groups/0/controls/0/controls/0/id", "cis-1.1.1"},
        {"/catalog/groups/0/controls/0/controls/1/id", "s-1-9"},
        {"/catalog/groups/0/controls/1/title", "Moved"},
        {"/catalog/groups/0/controls/1/parts/0/prose", "kept"},
        {"/catalog/groups/0/controls/2/id", "s-9"},
        {"/catalog/groups/1/id", "two"},
        {"/catalog/groups/1/controls/0/id", "s-20"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        const Json *value = json_pointer(one, str_from_cstr(rows[i].pointer));
        CHECK_ROW(rows[i].pointer, json_is(value, JSON_STRING) &&
                                       str_eq(value->string, str_from_cstr(rows[i].value)));
    }
    CHECK(json_pointer(one, STR("/catalog/groups/0/controls/2/controls")) == NULL);
    CHECK(json_pointer(one, STR("/catalog/groups/0/controls/3")) == NULL);
    Library again;
    library_init(&again, &room.arena);
    CHECK(library_add_catalog(&again, one, (Str){0}, LIBRARY_ADDED, &room.diags));
    CHECK(again.frameworks[0]->control_count ==
          library_find(&room.library, STR("cis"))->control_count);
    arena_free(&room.arena);
}
