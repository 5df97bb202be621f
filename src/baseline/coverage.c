// SPDX-License-Identifier: Apache-2.0
#include "baseline/coverage.h"

#include <stdlib.h>

const char *coverage_way_name(CoverageWay way)
{
    static const char *const names[] = {
        [COVERAGE_RULE] = "rule",         [COVERAGE_ATTESTATION] = "attestation",
        [COVERAGE_PROVIDER] = "provider", [COVERAGE_THROUGH] = "through",
        [COVERAGE_NONE] = "none",
    };
    ASSERT((size_t)way < COUNTOF(names));
    return names[way];
}

// ---- the baseline in the library ----

static void add_mapping(Library *library, const Baseline *baseline, uint32_t framework)
{
    uint32_t count = 0;
    for (uint32_t c = 0; c < baseline->control_count; c++) {
        count += baseline->controls[c].ref_count;
    }
    OscalPair *pairs = NEW_ARRAY(library->arena, OscalPair, count + 1U);
    count = 0;
    for (uint32_t c = 0; c < baseline->control_count; c++) {
        const BaselineControl *control = &baseline->controls[c];
        for (uint32_t i = 0; i < control->ref_count; i++) {
            const FrameworkRef *ref = &control->refs[i];
            if (ref->framework == framework) {
                pairs[count++] = (OscalPair){
                    .source = control->id, .target = ref->id, .relation = ref->relation};
            }
        }
    }
    const Framework *target = &baseline->frameworks[framework];
    LibraryMapping mapping = {
        .source = baseline->name,
        .target = target->name,
        .source_title = baseline->title,
        .target_title = target->title,
        .collection = baseline->title,
        .file = target->file,
        .pairs = pairs,
        .pair_count = count,
    };
    library_add_mapping(library, &mapping);
}

bool coverage_add_baseline(Library *library, const Baseline *baseline, DiagList *diags)
{
    for (uint32_t f = 0; f < baseline->framework_count; f++) {
        add_mapping(library, baseline, f);
    }
    bool known = library_find(library, baseline->name) != NULL;
    return known ||
           library_add_catalog(library, baseline->resolved, baseline->name, LIBRARY_ADDED, diags);
}

// ---- how a control is answered ----

CoverageWay coverage_way_of(const Baseline *baseline, const BaselineControl *control)
{
    bool provider = false;
    for (uint32_t i = 0; i < control->rule_count; i++) {
        const BaselineRule *rule = &baseline->rules[control->rules[i]];
        bool is_static = definition_is_static(rule->definition);
        if (!is_static && !rule->manual) {
            return COVERAGE_RULE;
        }
        provider = provider || is_static;
    }
    return provider ? COVERAGE_PROVIDER : COVERAGE_ATTESTATION;
}

// Was the baseline made of the framework, or of a profile of it?
static bool is_made_of(const Library *library, Lineage lineage, const LibraryFramework *framework)
{
    for (uint32_t i = 0; i < lineage.count; i++) {
        const LibraryProfile *profile = library_find_profile(library, lineage.names[i]);
        Str id = profile != NULL ? profile->framework : lineage.names[i];
        if (str_eq_nocase(id, framework->id)) {
            return true;
        }
    }
    return false;
}

static const BaselineControl *own_control(const Baseline *baseline, const LibraryControl *control)
{
    const BaselineControl *own = baseline_find_control(baseline, control->id);
    return own != NULL || control->own_id.len == 0
               ? own
               : baseline_find_control(baseline, control->own_id);
}

// ---- measuring ----

typedef struct Measuring {
    Arena *arena;
    const Baseline *baseline;
    const LibraryFramework *framework;
    CoverageLink *links;
    uint32_t count;
    uint32_t cap;
} Measuring;

static int by_worth(const void *left, const void *right)
{
    const CoverageLink *a = left;
    const CoverageLink *b = right;
    const int keys[][2] = {
        {a->itself ? 0 : 1, b->itself ? 0 : 1},
        {(int)a->certainty, (int)b->certainty},
        {(int)a->way, (int)b->way},
        {(int)a->relation, (int)b->relation},
    };
    for (size_t i = 0; i < COUNTOF(keys); i++) {
        if (keys[i][0] != keys[i][1]) {
            return keys[i][0] < keys[i][1] ? -1 : 1;
        }
    }
    return a->control < b->control ? -1 : a->control > b->control ? 1 : 0;
}

static void push_link(Measuring *measuring, const CoverageLink *link)
{
    ARENA_ROOM(measuring->arena, measuring->links, measuring->count, measuring->cap);
    measuring->links[measuring->count++] = *link;
}

static void push_relation(Measuring *measuring, const LibraryRelation *relation)
{
    const BaselineControl *control = baseline_find_control(measuring->baseline, relation->a);
    if (control == NULL) {
        return; // mapped, but not selected by the profile
    }
    CoverageLink link = {
        .control = control,
        .way = coverage_way_of(measuring->baseline, control),
        .relation = relation->relation,
        .certainty = relation->certainty,
        .through_framework = relation->through_framework,
        .through_control = relation->through_control,
        .mapping = relation->first,
    };
    push_link(measuring, &link);
}

// Relations by the framework's control: heads[control] is the first + 1, next[i] the one after.
typedef struct Chains {
    uint32_t *heads;
    uint32_t *next;
} Chains;

static Chains chain(Arena *arena, const LibraryFramework *framework,
                    const LibraryRelations *relations)
{
    Chains chains = {
        .heads = NEW_ARRAY(arena, uint32_t, framework->control_count + 1U),
        .next = NEW_ARRAY(arena, uint32_t, relations->count + 1U),
    };
    for (uint32_t i = relations->count; i > 0; i--) {
        const LibraryControl *control = library_find_control(framework, relations->at[i - 1].b);
        if (control != NULL) {
            uint32_t at = (uint32_t)(control - framework->controls);
            chains.next[i - 1] = chains.heads[at];
            chains.heads[at] = i;
        }
    }
    return chains;
}

static void push_chain(Measuring *measuring, const Chains *chains,
                       const LibraryRelations *relations, uint32_t control)
{
    for (uint32_t i = chains->heads[control]; i != 0; i = chains->next[i - 1]) {
        push_relation(measuring, &relations->at[i - 1]);
    }
}

// The links from `from` on answer one control. Stated ones decide; conclusions only where there are
// none.
static ControlCoverage close_control(Measuring *measuring, const LibraryControl *control,
                                     uint32_t from)
{
    uint32_t count = measuring->count - from;
    CoverageLink *links = NEW_ARRAY(measuring->arena, CoverageLink, count + 1U);
    ControlCoverage coverage = {
        .control = control, .way = COVERAGE_NONE, .links = links, .link_count = count};
    for (uint32_t i = 0; i < count; i++) {
        links[i] = measuring->links[from + i];
        CoverageWay way = links[i].certainty == LIBRARY_STATED ? links[i].way : COVERAGE_THROUGH;
        coverage.way = way < coverage.way ? way : coverage.way;
    }
    measuring->count = from;
    qsort(links, count, sizeof *links, by_worth);
    return coverage;
}

void coverage_measure(Arena *arena, const Library *library, const Baseline *baseline,
                      Lineage lineage, const LibraryFramework *framework,
                      const LibraryProfile *profile, CoverageReport *ret_report)
{
    bool made_of_it = is_made_of(library, lineage, framework);
    LibraryRelations stated = {0};
    LibraryRelations concluded = {0};
    Str none = {0};
    library_relate(arena, library, baseline->name, framework->id, none, &stated);
    if (!stated.direct) {
        stated.count = 0; // conclusions only: they come next
    }
    library_conclude(arena, library, baseline->name, framework->id, none, &concluded);
    Chains direct = chain(arena, framework, &stated);
    Chains through = chain(arena, framework, &concluded);
    Measuring measuring = {.arena = arena, .baseline = baseline, .framework = framework};
    ControlCoverage *controls = NEW_ARRAY(arena, ControlCoverage, framework->control_count + 1U);
    CoverageReport report = {.controls = controls};
    for (uint32_t i = 0; i < framework->control_count; i++) {
        const LibraryControl *control = &framework->controls[i];
        bool asked = profile == NULL || library_selects(profile, i);
        if (control->withdrawn || !asked) {
            report.withdrawn_count += asked ? 1U : 0U;
            continue;
        }
        const BaselineControl *own = made_of_it ? own_control(baseline, control) : NULL;
        if (own != NULL) {
            CoverageLink link = {.control = own,
                                 .way = coverage_way_of(baseline, own),
                                 .itself = true,
                                 .relation = OSCAL_EQUAL_TO};
            push_link(&measuring, &link);
        }
        push_chain(&measuring, &direct, &stated, i);
        if (measuring.count == 0) {
            push_chain(&measuring, &through, &concluded, i);
        }
        controls[report.control_count] = close_control(&measuring, control, 0);
        report.totals[controls[report.control_count].way]++;
        report.control_count++;
    }
    *ret_report = report;
}
