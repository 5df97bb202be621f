// SPDX-License-Identifier: Apache-2.0
// Which controls of two frameworks relate: as mappings state it, turned round, or concluded over a
// third framework.
#include <stdlib.h>
#include <string.h>

#include "oscal/field.h"
#include "oscal/library.h"

// Conclusions a hostile pair of mappings could otherwise make without end.
enum { JOINS_MAX = 1 << 22 };

void library_add_mapping(Library *library, const LibraryMapping *mapping)
{
    ARENA_ROOM(library->arena, library->mappings, library->mapping_count, library->mapping_cap);
    library->mappings[library->mapping_count++] = *mapping;
}

bool library_add_mappings(Library *library, const Json *json, Str source, DiagList *diags)
{
    const OscalMappingCollection *collection = NULL;
    TRY(oscal_mapping_read(library->arena, json, diags, &collection));
    uint32_t errors = diags->errors;
    for (uint32_t i = 0; i < collection->mapping_count; i++) {
        const OscalMapping *mapping = &collection->mappings[i];
        Str name = mapping->source_name.len != 0 ? mapping->source_name : source;
        if (name.len == 0) {
            diag_error(diags, mapping->at, "no-framework",
                       "the source-resource does not say which framework it is: it needs a prop "
                       "\"framework\"");
            continue;
        }
        LibraryMapping added = {
            .source = name,
            .target = mapping->target_name,
            .source_title = mapping->source_title,
            .target_title = mapping->target_title,
            .collection = collection->metadata.title,
            .method = collection->method,
            .rationale = collection->rationale,
            .status = collection->status,
            .origin = collection->description,
            .file = collection->file,
            .pairs = mapping->pairs,
            .pair_count = mapping->pair_count,
        };
        library_add_mapping(library, &added);
    }
    return diags->errors == errors;
}

// ---- relations ----

static OscalRelation turned(OscalRelation relation)
{
    return relation == OSCAL_SUBSET_OF     ? OSCAL_SUPERSET_OF
           : relation == OSCAL_SUPERSET_OF ? OSCAL_SUBSET_OF
                                           : relation;
}

// What "x first m" and "m second y" say of x and y. OSCAL_NO_RELATIONSHIP = nothing certain: two
// that overlap with a third need not overlap with each other.
static OscalRelation joined(OscalRelation first, OscalRelation second)
{
    enum { EQV = OSCAL_EQUIVALENT_TO, EQ = OSCAL_EQUAL_TO, SUB = OSCAL_SUBSET_OF };
    enum { SUP = OSCAL_SUPERSET_OF, CUT = OSCAL_INTERSECTS_WITH, NO = OSCAL_NO_RELATIONSHIP };
    static const uint8_t table[NO + 1][NO + 1] = {
        [EQV] = {[EQV] = EQV, [EQ] = EQV, [SUB] = SUB, [SUP] = SUP, [CUT] = CUT, [NO] = NO},
        [EQ] = {[EQV] = EQV, [EQ] = EQ, [SUB] = SUB, [SUP] = SUP, [CUT] = CUT, [NO] = NO},
        [SUB] = {[EQV] = SUB, [EQ] = SUB, [SUB] = SUB, [SUP] = NO, [CUT] = NO, [NO] = NO},
        [SUP] = {[EQV] = SUP, [EQ] = SUP, [SUB] = CUT, [SUP] = SUP, [CUT] = CUT, [NO] = NO},
        [CUT] = {[EQV] = CUT, [EQ] = CUT, [SUB] = CUT, [SUP] = NO, [CUT] = NO, [NO] = NO},
        [NO] = {[EQV] = NO, [EQ] = NO, [SUB] = NO, [SUP] = NO, [CUT] = NO, [NO] = NO},
    };
    return (OscalRelation)table[first][second];
}

typedef struct Relations {
    Arena *arena;
    LibraryRelation *at;
    uint32_t count;
    uint32_t cap;
    bool direct;
} Relations;

static void push(Relations *relations, LibraryRelation relation)
{
    ARENA_ROOM(relations->arena, relations->at, relations->count, relations->cap);
    relations->at[relations->count++] = relation;
}

static Str canonical(const LibraryFramework *framework, Str id)
{
    const LibraryControl *control = framework != NULL ? library_find_control(framework, id) : NULL;
    return control != NULL ? control->id : id;
}

// The pairs of one mapping, seen from framework a; turn: a is its target.
static void push_pairs(Relations *relations, const Library *library, const LibraryMapping *mapping,
                       bool turn)
{
    const LibraryFramework *source = library_find(library, mapping->source);
    const LibraryFramework *target = library_find(library, mapping->target);
    relations->direct = true;
    for (uint32_t i = 0; i < mapping->pair_count; i++) {
        const OscalPair *pair = &mapping->pairs[i];
        Str from = canonical(source, pair->source);
        Str to = canonical(target, pair->target);
        if (pair->relation != OSCAL_NO_RELATIONSHIP) {
            push(relations, (LibraryRelation){
                                .a = turn ? to : from,
                                .b = turn ? from : to,
                                .relation = turn ? turned(pair->relation) : pair->relation,
                                .certainty = LIBRARY_STATED,
                                .first = mapping,
                            });
        }
    }
}

static Relations stated(Arena *arena, const Library *library, Str a, Str b)
{
    Relations relations = {.arena = arena};
    for (uint32_t i = 0; i < library->mapping_count; i++) {
        const LibraryMapping *mapping = &library->mappings[i];
        if (str_eq_nocase(mapping->source, a) && str_eq_nocase(mapping->target, b)) {
            push_pairs(&relations, library, mapping, false);
        } else if (str_eq_nocase(mapping->source, b) && str_eq_nocase(mapping->target, a)) {
            push_pairs(&relations, library, mapping, true);
        }
    }
    return relations;
}

static void keep_only(Relations *relations, Str control)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < relations->count; i++) {
        if (str_eq_nocase(relations->at[i].a, control)) {
            relations->at[kept++] = relations->at[i];
        }
    }
    relations->count = kept;
}

// ---- conclusions ----

typedef struct Conclusion {
    Relations *found;
    Map pairs; // "a\nb" → index into found
    Str middle;
    uint32_t joins_left;
} Conclusion;

static bool is_better(const LibraryRelation *one, const LibraryRelation *other)
{
    return one->certainty != other->certainty ? one->certainty < other->certainty
                                              : one->relation < other->relation;
}

static void conclude(Conclusion *conclusion, const LibraryRelation *first,
                     const LibraryRelation *second)
{
    OscalRelation relation = joined(first->relation, second->relation);
    LibraryRelation concluded = {
        .a = first->a,
        .b = second->b,
        .relation = relation,
        .certainty = relation == OSCAL_NO_RELATIONSHIP ? LIBRARY_SUGGESTED : LIBRARY_FOLLOWS,
        .first = first->first,
        .second = second->first,
        .through_framework = conclusion->middle,
        .through_control = first->b,
    };
    char space[160];
    size_t len = first->a.len + 1 + second->b.len;
    char *key = len <= sizeof space ? space : NEW_ARRAY(conclusion->found->arena, char, len);
    memcpy(key, first->a.ptr, first->a.len);
    key[first->a.len] = '\n';
    memcpy(key + first->a.len + 1, second->b.ptr, second->b.len);
    uint32_t at = map_intern(&conclusion->pairs, (Str){key, len});
    if (at == conclusion->found->count) {
        push(conclusion->found, concluded);
    } else if (is_better(&concluded, &conclusion->found->at[at])) {
        conclusion->found->at[at] = concluded;
    }
}

static int by_control(const void *left, const void *right)
{
    const LibraryRelation *a = left;
    const LibraryRelation *b = right;
    size_t common = a->a.len < b->a.len ? a->a.len : b->a.len;
    int order = common != 0 ? memcmp(a->a.ptr, b->a.ptr, common) : 0;
    return order != 0 ? order : a->a.len < b->a.len ? -1 : a->a.len > b->a.len ? 1 : 0;
}

// Joins a's relations to the middle framework with those from there to b.
static void join_over(Conclusion *conclusion, const Relations *first, Relations *second)
{
    if (second->count == 0) {
        return;
    }
    qsort(second->at, second->count, sizeof *second->at, by_control);
    Map starts;
    map_init(&starts, conclusion->found->arena, MAP_EXACT);
    for (uint32_t i = 0; i < second->count; i++) {
        (void)map_put(&starts, second->at[i].a, i);
    }
    for (uint32_t i = 0; i < first->count; i++) {
        uint32_t at = map_find(&starts, first->at[i].b);
        for (; at < second->count && str_eq(second->at[at].a, first->at[i].b); at++) {
            if (conclusion->joins_left == 0) {
                return;
            }
            conclusion->joins_left--;
            conclude(conclusion, &first->at[i], &second->at[at]);
        }
    }
}

static int by_text(const void *left, const void *right)
{
    const Str *a = left;
    const Str *b = right;
    size_t common = a->len < b->len ? a->len : b->len;
    int order = common != 0 ? memcmp(a->ptr, b->ptr, common) : 0;
    return order != 0 ? order : a->len < b->len ? -1 : a->len > b->len ? 1 : 0;
}

// Every framework that some mapping has on either side, sorted.
static Str *framework_names(Arena *arena, const Library *library, uint32_t *ret_count)
{
    Map seen;
    map_init(&seen, arena, MAP_NOCASE);
    for (uint32_t i = 0; i < library->mapping_count; i++) {
        (void)map_intern(&seen, library->mappings[i].source);
        (void)map_intern(&seen, library->mappings[i].target);
    }
    Str *names = NEW_ARRAY(arena, Str, seen.count + 1U);
    for (uint32_t i = 0; i < seen.count; i++) {
        names[i] = seen.entries[i].key;
    }
    qsort(names, seen.count, sizeof *names, by_text);
    *ret_count = seen.count;
    return names;
}

static bool conclude_all(Relations *found, const Library *library, Str a, Str b, Str control)
{
    Conclusion conclusion = {.found = found, .joins_left = JOINS_MAX};
    map_init(&conclusion.pairs, found->arena, MAP_EXACT);
    uint32_t count;
    const Str *names = framework_names(found->arena, library, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (str_eq_nocase(names[i], a) || str_eq_nocase(names[i], b)) {
            continue;
        }
        Relations first = stated(found->arena, library, a, names[i]);
        if (control.len != 0) {
            keep_only(&first, control);
        }
        if (first.count != 0) {
            Relations second = stated(found->arena, library, names[i], b);
            conclusion.middle = names[i];
            join_over(&conclusion, &first, &second);
        }
    }
    return conclusion.joins_left == 0;
}

// ---- order ----

typedef struct Ranked {
    LibraryRelation relation;
    uint32_t a, b; // places in their frameworks; UINT32_MAX = not in it
    uint32_t found;
} Ranked;

static int by_place(const void *left, const void *right)
{
    const Ranked *one = left;
    const Ranked *other = right;
    const struct {
        uint32_t one, other;
        Str one_id, other_id;
    } keys[] = {
        {one->a, other->a, one->relation.a, other->relation.a},
        {one->b, other->b, one->relation.b, other->relation.b},
    };
    for (size_t i = 0; i < COUNTOF(keys); i++) {
        if (keys[i].one != keys[i].other) {
            return keys[i].one < keys[i].other ? -1 : 1;
        }
        int order = by_text(&keys[i].one_id, &keys[i].other_id);
        if (order != 0) {
            return order;
        }
    }
    return one->found < other->found ? -1 : 1;
}

static uint32_t place_of(const LibraryFramework *framework, Str id)
{
    return framework != NULL ? map_find(&framework->index, id) : UINT32_MAX;
}

static void sort_relations(Relations *relations, const Library *library, Str a, Str b)
{
    const LibraryFramework *framework_a = library_find(library, a);
    const LibraryFramework *framework_b = library_find(library, b);
    Ranked *ranked = NEW_ARRAY(relations->arena, Ranked, relations->count + 1U);
    for (uint32_t i = 0; i < relations->count; i++) {
        ranked[i] = (Ranked){.relation = relations->at[i],
                             .a = place_of(framework_a, relations->at[i].a),
                             .b = place_of(framework_b, relations->at[i].b),
                             .found = i};
    }
    qsort(ranked, relations->count, sizeof *ranked, by_place);
    for (uint32_t i = 0; i < relations->count; i++) {
        relations->at[i] = ranked[i].relation;
    }
}

static void finish(Relations *relations, const Library *library, Str a, Str b, bool cut,
                   LibraryRelations *ret_relations)
{
    sort_relations(relations, library, a, b);
    *ret_relations = (LibraryRelations){
        .at = relations->at, .count = relations->count, .direct = relations->direct, .cut = cut};
}

void library_relate(Arena *arena, const Library *library, Str a, Str b, Str control,
                    LibraryRelations *ret_relations)
{
    Relations relations = stated(arena, library, a, b);
    if (!relations.direct) {
        library_conclude(arena, library, a, b, control, ret_relations);
        return;
    }
    if (control.len != 0) {
        keep_only(&relations, canonical(library_find(library, a), control));
    }
    finish(&relations, library, a, b, false, ret_relations);
}

void library_conclude(Arena *arena, const Library *library, Str a, Str b, Str control,
                      LibraryRelations *ret_relations)
{
    Relations relations = {.arena = arena};
    control = control.len != 0 ? canonical(library_find(library, a), control) : control;
    bool cut = conclude_all(&relations, library, a, b, control);
    finish(&relations, library, a, b, cut, ret_relations);
}
