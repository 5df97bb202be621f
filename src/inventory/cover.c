// SPDX-License-Identifier: Apache-2.0
// Whether what a rule needs was read: the source manifest asked.
#include "inventory/cover.h"
#include "inventory/place.h"

// The larger the worse; among rows of one kind and scope the best one speaks, except that one page
// missing makes the whole partial.
static uint32_t badness(const Inventory *inventory, uint32_t row)
{
    static const uint32_t by_status[] = {
        [SOURCE_READ] = 0,    [SOURCE_EMPTY] = 0,   [SOURCE_PARTIAL] = 1,
        [SOURCE_SUSPECT] = 2, [SOURCE_ABSENT] = 3,  [SOURCE_THROTTLED] = 4,
        [SOURCE_REFUSED] = 5, [SOURCE_IGNORED] = 6, [SOURCE_UNKNOWN] = 7,
    };
    const RowState *state = &inventory->states[row];
    SourceStatus status = inventory->rows[row].status;
    bool is_answer = status == SOURCE_ABSENT && state->adapter != NULL &&
                     state->adapter->absent != NULL && inventory->rows[row].objects != 0;
    return is_answer ? 0 : by_status[status];
}

// Does a row of this kind answer a question for that one? A single object (environment) answers for
// its list within its own scope; a list answers for its objects.
static bool kind_answers(const Inventory *inventory, uint32_t row, Str kind, bool is_tenant)
{
    const Adapter *adapter = inventory->states[row].adapter;
    Str own = inventory->rows[row].kind;
    if (str_eq(own, kind)) {
        return true;
    }
    if (adapter == NULL || adapter->detail == NULL) {
        return false;
    }
    Str list = text_of(adapter->kind);
    Str detail = text_of(adapter->detail);
    bool of_family = str_eq(kind, list) || str_eq(kind, detail);
    return of_family && (str_eq(own, list) || !is_tenant || str_eq(kind, detail));
}

typedef struct Verdict {
    uint32_t best; // badness of the best row
    uint32_t row;
    uint32_t partial_row;
    bool found;
    bool partial;
} Verdict;

static void weigh(const Inventory *inventory, Verdict *verdict, uint32_t row)
{
    uint32_t bad = badness(inventory, row);
    if (inventory->rows[row].status == SOURCE_PARTIAL) {
        verdict->partial = true;
        verdict->partial_row = row;
    }
    if (!verdict->found || bad < verdict->best) {
        verdict->best = bad;
        verdict->row = row;
    }
    verdict->found = true;
}

// Rows of a list and of its single objects stand in one chain, under the list's kind.
static Str place_key(Arena *arena, Str kind, Str scope)
{
    const Adapter *adapter = adapter_by_kind(kind);
    Str family = adapter != NULL ? text_of(adapter->kind) : kind;
    return text_print(arena, "%.*s %.*s", STR_ARG(family), STR_ARG(scope));
}

void cover_index(Inventory *inventory)
{
    map_init(&inventory->row_by_place, inventory->arena, MAP_NOCASE);
    for (uint32_t i = inventory->row_count; i != 0; i--) {
        const SourceRow *row = &inventory->rows[i - 1];
        Str key = place_key(inventory->arena, row->kind, row->scope);
        uint32_t head = map_put(&inventory->row_by_place, key, i - 1);
        if (head != i - 1) { // the head is the last row; the others hang behind it
            inventory->states[i - 1].next_same = inventory->states[head].next_same;
            inventory->states[head].next_same = i;
        }
    }
}

static Verdict weigh_scope(const Inventory *inventory, Str kind, Str scope, bool is_tenant,
                           Arena *arena)
{
    Verdict verdict = {0};
    uint32_t row = map_find(&inventory->row_by_place, place_key(arena, kind, scope));
    while (row != MAP_NONE) {
        if (kind_answers(inventory, row, kind, is_tenant)) {
            weigh(inventory, &verdict, row);
        }
        uint32_t next = inventory->states[row].next_same;
        row = next != 0 ? next - 1 : MAP_NONE;
    }
    return verdict;
}

static Coverage cover_row(const Inventory *inventory, Str kind, uint32_t at, Arena *arena)
{
    const SourceRow *row = &inventory->rows[at];
    Coverage coverage = {.status = row->status, .measurable = badness(inventory, at) <= 1};
    coverage.complete = badness(inventory, at) == 0;
    if (coverage.complete) {
        return coverage;
    }
    coverage.reason =
        text_print(arena, "%.*s: %s (%.*s), file %.*s%s%.*s", STR_ARG(kind),
                   source_status_name(row->status), STR_ARG(row->reason), STR_ARG(row->file),
                   row->part.len != 0 ? ", part " : "", STR_ARG(row->part));
    return coverage;
}

static Coverage cover_nothing(Str kind, Str scope, Arena *arena)
{
    Str environment = path_after(scope, STR("environments"));
    Str reason = environment.len == 0 ? text_print(arena, "%.*s: no input", STR_ARG(kind))
                                      : text_print(arena, "%.*s: no input for environment %.*s",
                                                   STR_ARG(kind), STR_ARG(environment));
    return (Coverage){.status = SOURCE_UNKNOWN, .reason = reason};
}

// Of the tenant for a kind of its environments: every environment that was tried must be read.
static Coverage cover_each(const Inventory *inventory, Str kind, Arena *arena)
{
    Coverage worst = {.measurable = true, .complete = true};
    bool found = false;
    for (uint32_t i = 0; i < inventory->row_count; i++) {
        Str scope = inventory->rows[i].scope;
        if (scope.len == 0 || !kind_answers(inventory, i, kind, false)) {
            continue;
        }
        Verdict verdict = weigh_scope(inventory, kind, scope, false, arena);
        uint32_t row = verdict.partial && verdict.best <= 1 ? verdict.partial_row : verdict.row;
        Coverage one = cover_row(inventory, kind, row, arena);
        found = true;
        if (!one.measurable) {
            return one;
        }
        worst = one.complete ? worst : one;
    }
    return found ? worst : cover_nothing(kind, (Str){0}, arena);
}

// How many objects are known by a list's header only, of those that have details.
static Coverage cover_details(const Inventory *inventory, const Adapter *adapter, Coverage coverage,
                              Str kind, Arena *arena)
{
    uint32_t all = 0;
    uint32_t headers = 0;
    for (uint32_t i = 0; i < inventory->envelope_count; i++) {
        const Envelope *envelope = &inventory->envelopes[i];
        if (str_eq_nocase(envelope->type, text_of(adapter->type))) {
            bool is_full = false;
            all++;
            headers +=
                !tree_bool(tree_find(envelope->properties, adapter->full), &is_full) || !is_full
                    ? 1
                    : 0;
        }
    }
    if (!coverage.measurable || headers == 0) {
        return coverage;
    }
    coverage = (Coverage){.status = SOURCE_PARTIAL};
    coverage.reason = text_print(arena,
                                 "%.*s: partial (%u of %u are known by their list entry only: read "
                                 "each one by name)",
                                 STR_ARG(kind), headers, all);
    return coverage;
}

static Coverage cover_kind(const Inventory *inventory, Str kind, Str scope, Arena *arena)
{
    Str tenant = scope_of(arena, inventory->tenant, (Str){0});
    const Adapter *adapter = adapter_by_kind(kind);
    bool is_tenant = scope.len == 0 || str_eq_nocase(scope, tenant) ||
                     (adapter != NULL && adapter->scope == ADAPTER_TENANT);
    bool of_environments = adapter != NULL && adapter->scope == ADAPTER_ENVIRONMENT;
    Verdict verdict = weigh_scope(inventory, kind, is_tenant ? tenant : scope, is_tenant, arena);
    if (!is_tenant && (!verdict.found || verdict.best > 1)) {
        Verdict wide = weigh_scope(inventory, kind, tenant, is_tenant, arena);
        verdict = wide.found && (!verdict.found || wide.best < verdict.best) ? wide : verdict;
    }
    if (adapter != NULL && adapter->scope == ADAPTER_AZURE) {
        verdict = weigh_scope(inventory, kind, (Str){0}, true, arena);
    }
    bool is_environment_list = of_environments && adapter->detail != NULL;
    if (is_tenant && of_environments && !verdict.found && !is_environment_list) {
        return cover_each(inventory, kind, arena);
    }
    if (!verdict.found) {
        return cover_nothing(kind, is_tenant ? (Str){0} : scope, arena);
    }
    uint32_t row = verdict.partial && verdict.best <= 1 ? verdict.partial_row : verdict.row;
    Coverage coverage = cover_row(inventory, kind, row, arena);
    bool is_detail =
        adapter != NULL && adapter->full != NULL && str_eq(kind, text_of(adapter->detail));
    return is_detail ? cover_details(inventory, adapter, coverage, kind, arena) : coverage;
}

// "a|b": one of several kinds suffices; the reason tells of the first.
static Coverage cover_any(const Inventory *inventory, Str kinds, Str scope, Arena *arena)
{
    StrCut cut = str_cut(kinds, '|');
    Coverage best = cover_kind(inventory, cut.head, scope, arena);
    while (cut.found && !best.complete) {
        cut = str_cut(cut.tail, '|');
        Coverage other = cover_kind(inventory, cut.head, scope, arena);
        if (other.complete || (other.measurable && !best.measurable)) {
            best = other;
        }
    }
    return best;
}

Coverage inventory_covers(const Inventory *inventory, const Str *kinds, uint32_t count, Str scope,
                          Arena *arena)
{
    ASSERT(inventory->is_finished);
    Coverage all = {.measurable = true, .complete = true, .status = SOURCE_READ};
    for (uint32_t i = 0; i < count; i++) {
        Coverage one = cover_any(inventory, kinds[i], scope, arena);
        if (!one.measurable) {
            return one;
        }
        all = one.complete ? all : one;
    }
    return all;
}
