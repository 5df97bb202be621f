// SPDX-License-Identifier: Apache-2.0
// Once everything is read: which rows are only part of what exists, and for which scope they
// stand.
#include "inventory/judge.h"
#include "inventory/place.h"

static Str without_number(Str file)
{
    size_t end = file.len;
    for (size_t i = file.len; i != 0 && file.ptr[i - 1] != '/'; i--) {
        if (file.ptr[i - 1] == '.') {
            end = i - 1;
            break;
        }
    }
    while (end != 0 && file.ptr[end - 1] >= '0' && file.ptr[end - 1] <= '9') {
        end--;
    }
    return (Str){file.ptr, end};
}

static bool is_next_page(const Inventory *inventory, uint32_t page, uint32_t candidate)
{
    const RowState *a = &inventory->states[page];
    const RowState *b = &inventory->states[candidate];
    if (b->url.len != 0 && str_eq(a->next, b->url)) {
        return true;
    }
    const SourceRow *row = &inventory->rows[page];
    const SourceRow *other = &inventory->rows[candidate];
    bool numbered = a->page != 0 && b->page == a->page + 1 && str_eq(row->kind, other->kind);
    return numbered && str_eq(without_number(row->file), without_number(other->file));
}

// All records that the pages say exist were read, over however many pages.
static bool total_is_reached(const Inventory *inventory, uint32_t at)
{
    const RowState *state = &inventory->states[at];
    uint64_t read = 0;
    for (uint32_t i = 0; i < inventory->row_count && state->total != 0; i++) {
        if (inventory->states[i].total == state->total &&
            inventory->states[i].adapter == state->adapter) {
            read += inventory->rows[i].objects;
        }
    }
    return state->total != 0 && read >= state->total;
}

static bool next_is_read(const Inventory *inventory, uint32_t at)
{
    for (uint32_t i = 0; i < inventory->row_count; i++) {
        if (i != at && is_next_page(inventory, at, i)) {
            return true;
        }
    }
    return total_is_reached(inventory, at);
}

static bool is_beside(const Inventory *inventory, uint32_t at, uint32_t other)
{
    return str_eq(inventory->rows[other].file, inventory->rows[at].file) &&
           str_eq(inventory->rows[other].part, inventory->rows[at].part);
}

static void count_unread(const Inventory *inventory, uint32_t other, uint32_t *unread, bool *broken)
{
    if (inventory->states[other].adapter == NULL) {
        *unread += inventory->states[other].unread;
        *broken = *broken || inventory->states[other].is_broken;
    }
}

// Entries of the same part that were not understood, or where its text ended. Its rows are
// neighbours.
static uint32_t unread_beside(const Inventory *inventory, uint32_t at, bool *ret_broken)
{
    uint32_t unread = inventory->states[at].unread;
    for (uint32_t i = at; i != 0 && is_beside(inventory, at, i - 1); i--) {
        count_unread(inventory, i - 1, &unread, ret_broken);
    }
    for (uint32_t i = at + 1; i < inventory->row_count && is_beside(inventory, at, i); i++) {
        count_unread(inventory, i, &unread, ret_broken);
    }
    return unread;
}

static void make_partial(Inventory *inventory, uint32_t at, Str reason)
{
    inventory->rows[at].status = SOURCE_PARTIAL;
    inventory->rows[at].reason = reason;
}

static bool is_filtered(const RowState *state)
{
    return word_has(state->url, STR("$filter=")) && state->adapter != NULL &&
           (state->adapter->flags & ADAPTER_FILTERED) == 0;
}

static void judge_completeness(Inventory *inventory, uint32_t at)
{
    SourceRow *row = &inventory->rows[at];
    const RowState *state = &inventory->states[at];
    bool broken = false;
    uint32_t unread = unread_beside(inventory, at, &broken);
    if (row->status == SOURCE_READ && row->objects == 0 && state->unread != 0) {
        row->status = SOURCE_UNKNOWN;
        row->reason = STR("its entries have no id");
    } else if (row->status != SOURCE_READ && row->status != SOURCE_EMPTY) {
        return;
    } else if (state->next.len != 0 && !next_is_read(inventory, at)) {
        make_partial(inventory, at, STR("more pages exist than were read"));
    } else if (state->is_truncated && state->next.len == 0 && !total_is_reached(inventory, at)) {
        make_partial(inventory, at, STR("the result is truncated"));
    } else if (is_filtered(state)) {
        make_partial(inventory, at, STR("the request asks for a part only ($filter)"));
    } else if (broken) {
        make_partial(inventory, at, STR("part of the file cannot be read"));
    } else if (unread != 0) {
        make_partial(inventory, at,
                     text_print(inventory->arena, "%u %s not understood", unread,
                                unread == 1 ? "entry was" : "entries were"));
    }
}

static void judge_scope(Inventory *inventory, uint32_t at)
{
    SourceRow *row = &inventory->rows[at];
    RowState *state = &inventory->states[at];
    if (state->adapter == NULL || state->adapter->scope == ADAPTER_AZURE ||
        state->adapter->ignored != NULL) {
        return;
    }
    bool is_list_of_environments = (state->adapter->flags & ADAPTER_SINGLE) != 0 &&
                                   state->adapter->segment[0] == '\0' &&
                                   str_eq(row->kind, text_of(state->adapter->kind));
    Str environment = state->environment;
    if (state->adapter->scope == ADAPTER_ENVIRONMENT && row->objects == 0) {
        environment = place_of_url(inventory, state->url);
        if (environment.len == 0) {
            environment = place_of_file(inventory, row->file);
        }
        bool is_whole = is_list_of_environments || (state->adapter->flags & ADAPTER_WIDE) != 0;
        if (environment.len == 0 && !is_whole) {
            return; // a list of nothing, nobody knows of which environment
        }
    }
    // Asked of the whole tenant, page by page, whatever environment the rows of one page are of.
    bool is_query = str_eq(row->kind, STR("inventory"));
    if (state->adapter->scope == ADAPTER_TENANT || state->spans || is_list_of_environments ||
        is_query) {
        environment = (Str){0};
    }
    row->scope = scope_of(inventory->arena, inventory->tenant, environment);
}

void judge_rows(Inventory *inventory)
{
    for (uint32_t i = 0; i < inventory->row_count; i++) {
        judge_completeness(inventory, i);
        judge_scope(inventory, i);
    }
}
