// SPDX-License-Identifier: Apache-2.0
// Any files as an inventory: it ends, every file has a row that says how it fared, envelopes are
// whole and distinct, and what is written is JSON. Input: files separated by a line "%%", the first
// line of each its name.
#include "inventory/adapter.h"
#include "inventory/inventory.h"
#include "json/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILES_MAX = 8 };

static uint32_t add_files(Inventory *inventory, Str text, Str *names)
{
    uint32_t count = 0;
    while (count < FILES_MAX && text.len != 0) {
        const char *end = str_find(text, STR("\n%%\n"));
        Str file = end != NULL ? (Str){text.ptr, (size_t)(end - text.ptr)} : text;
        StrCut cut = str_cut(file, '\n');
        names[count++] = cut.head;
        (void)inventory_sniff(cut.tail, cut.head);
        inventory_add(inventory, cut.head, cut.tail);
        text = end != NULL ? str_from(text, file.len + 4) : (Str){0};
    }
    return count;
}

static void check_rows(const Inventory *inventory, const Str *names, uint32_t name_count)
{
    uint32_t count = 0;
    const SourceRow *rows = inventory_sources(inventory, &count);
    for (uint32_t k = 0; k < name_count; k++) {
        bool found = false;
        for (uint32_t i = 0; i < count; i++) {
            found = found || str_eq(rows[i].file, names[k]);
        }
        ASSERT(found);
    }
    for (uint32_t i = 0; i < count; i++) {
        ASSERT(rows[i].status == SOURCE_READ || rows[i].reason.len != 0);
        ASSERT(source_status_name(rows[i].status) != NULL);
    }
}

static void check_envelopes(const Inventory *inventory, Arena *arena)
{
    uint32_t count = 0;
    const Envelope *envelopes = inventory_envelopes(inventory, &count);
    for (uint32_t i = 0; i < count; i++) {
        ASSERT(envelopes[i].id.len != 0 && envelopes[i].kind.len != 0);
        ASSERT(json_is(envelopes[i].properties, JSON_OBJECT));
        ASSERT(i == 0 || !str_eq(envelopes[i].id, envelopes[i - 1].id) ||
               !str_eq(envelopes[i].type, envelopes[i - 1].type));
    }
    Buf out = {0};
    inventory_write(&out, inventory);
    uint32_t lines = 0;
    for (Str rest = buf_str(&out); rest.len != 0; lines++) {
        StrCut cut = str_cut(rest, '\n');
        const Json *json = NULL;
        Err err = {0};
        JsonLimits limits = JSON_LIMITS_DEFAULT;
        limits.depth_max = 1024; // the envelope adds levels of its own
        bool ok = json_read_data(arena, cut.head, &limits, &json, &err);
        ASSERT(ok);
        rest = cut.tail;
    }
    ASSERT(lines == count);
    buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;
    arena_init(&arena, (size_t)2 << 30);
    InventoryOptions options = {
        .limits = {.bytes_max = 1 << 20, .depth_max = 64, .values_max = 20000}};
    Inventory *inventory = inventory_new(&arena, &options);
    Str names[FILES_MAX];
    uint32_t count = add_files(inventory, (Str){(const char *)data, size}, names);
    DiagList diags;
    diag_init(&diags, &arena, (Str){0});
    inventory_finish(inventory, &diags);
    check_rows(inventory, names, count);
    check_envelopes(inventory, &arena);
    for (uint32_t i = 0; i < adapter_count; i++) {
        Str kind = text_of(adapter_table[i].kind);
        Coverage coverage = inventory_covers(inventory, &kind, 1, (Str){0}, &arena);
        ASSERT(coverage.complete || coverage.reason.len != 0);
        ASSERT(coverage.measurable || !coverage.complete);
    }
    arena_free(&arena);
    return 0;
}
