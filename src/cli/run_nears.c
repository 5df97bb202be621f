// SPDX-License-Identifier: Apache-2.0
// Near misses: what would make each sample pass.
#include "cli/run_parts.h"
#include "json/build.h"

enum {
    NEAR_BYTES_MAX = 16 << 20,
    NEAR_ROWS_MAX = 10000 // beyond, nobody reads them one by one
};

// The inventory's resources as trees: what *IfNotExists rules may find, and how a deferred sample,
// whose row had no text, is found again.
typedef struct Trees {
    Arena *arena;
    JsonIndexer *indexer;
    const JsonLimits *limits;
    PtrList all; // const Json *
    Map by_id;
} Trees;

static void trees_open(Trees *trees, Run *run)
{
    *trees = (Trees){.arena = &run->cli->arena,
                     .indexer = json_indexer_open(),
                     .limits = &run->cli->limits,
                     .all.arena = &run->cli->arena};
    map_init(&trees->by_id, trees->arena, MAP_NOCASE);
    Str rest = buf_str(&run->inventory_lines);
    while (rest.len != 0 && rest.len <= NEAR_BYTES_MAX) {
        StrCut cut = str_cut(rest, '\n');
        const Json *json = NULL;
        Err err = {0};
        if (cut.head.len != 0 &&
            json_parse(trees->arena, trees->indexer, cut.head, trees->limits, &json, &err)) {
            (void)map_put(&trees->by_id, json_find_str(json, STR("id")), trees->all.count);
            ptr_push(&trees->all, json);
        }
        rest = cut.tail;
    }
}

static const Json *trees_find(Trees *trees, const Sample *sample)
{
    const Json *json = NULL;
    Err err = {0};
    if (sample->text.len != 0) {
        bool ok =
            json_parse(trees->arena, trees->indexer, sample->text, trees->limits, &json, &err);
        return ok ? json : NULL;
    }
    uint32_t index = map_find(&trees->by_id, sample->finding.resource_id);
    return index == MAP_NONE ? NULL : trees->all.at[index];
}

const NearMiss *const *run_nears(Run *run, const AssessTotals *totals)
{
    if (totals->row_count > NEAR_ROWS_MAX) {
        return NULL;
    }
    Arena *arena = &run->cli->arena;
    uint32_t rule_count = run->rules->rule_count;
    const NearMiss **nears = NEW_ARRAY(arena, const NearMiss *, rule_count + 1U);
    Trees trees;
    trees_open(&trees, run);
    for (uint32_t r = 0; r < rule_count; r++) {
        NearMiss *list = NEW_ARRAY(arena, NearMiss, SAMPLES_MAX);
        for (uint32_t i = 0; i < totals->sample_counts[r]; i++) {
            const Sample *sample = &totals->samples[r][i];
            const Json *resource =
                sample->finding.state == STATE_NON_COMPLIANT ? trees_find(&trees, sample) : NULL;
            if (resource != NULL) {
                list[i] = near_find(arena, run->plan, r, resource,
                                    (const Json *const *)trees.all.at, trees.all.count);
            }
        }
        nears[r] = list;
    }
    json_indexer_close(trees.indexer);
    return nears;
}
