// SPDX-License-Identifier: Apache-2.0
// An override that names locations holds for a part of the resources: the rule becomes two, one for
// those locations and one for the others.
#include "policy/bind.h"

#include "policy/selector.h"

typedef struct RegionList {
    Arena *arena;
    Region *items;
    uint32_t count;
    uint32_t cap;
} RegionList;

static void push(RegionList *list, Region region)
{
    ASSERT(list->count < list->cap);
    list->items[list->count++] = region;
}

static Region narrow(Arena *arena, const Region *region, const Selector *selector, bool negate)
{
    Selector *selectors = NEW_ARRAY(arena, Selector, region->count + 1);
    for (uint32_t i = 0; i < region->count; i++) {
        selectors[i] = region->selectors[i];
    }
    selectors[region->count] = *selector;
    selectors[region->count].negated = selector->negated != negate;
    return (Region){
        .selectors = selectors,
        .count = region->count + 1,
        .override = region->override,
    };
}

static bool concerns(const Override *override, Str reference_id)
{
    for (uint32_t i = 0; i < override->selectors.count; i++) {
        const Selector *selector = &override->selectors.selectors[i];
        if (selector->kind == SELECTOR_REFERENCE_ID &&
            !selector_matches_reference(selector, reference_id)) {
            return false;
        }
    }
    return true;
}

// A group has at most one selector of each kind, so at most one by location.
static const Selector *location_of(const Override *override)
{
    for (uint32_t i = 0; i < override->selectors.count; i++) {
        if (override->selectors.selectors[i].kind == SELECTOR_LOCATION) {
            return &override->selectors.selectors[i];
        }
    }
    return NULL;
}

void region_split(Arena *arena, const Assignment *assignment, bool is_version, Str reference_id,
                  const Region *base, const Region **ret_regions, uint32_t *ret_count)
{
    uint32_t overrides = assignment != NULL ? assignment->override_count : 0;
    RegionList list = {.arena = arena, .cap = overrides + 1};
    list.items = NEW_ARRAY(arena, Region, list.cap);
    Region open = *base; // where no override has spoken yet
    open.override = NULL;
    bool is_open = true;
    for (uint32_t i = 0; i < overrides && is_open; i++) {
        const Override *override = &assignment->overrides[i];
        if (override->is_version != is_version || !concerns(override, reference_id)) {
            continue;
        }
        const Selector *location = location_of(override);
        Region taken = location != NULL ? narrow(arena, &open, location, false) : open;
        taken.override = override;
        push(&list, taken);
        is_open = location != NULL;
        if (is_open) {
            open = narrow(arena, &open, location, true);
        }
    }
    if (is_open) {
        push(&list, open);
    }
    *ret_regions = list.items;
    *ret_count = list.count;
}
