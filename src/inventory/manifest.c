// SPDX-License-Identifier: Apache-2.0
// A collection manifest beside the bodies: which request each file answers, with its status.
#include "inventory/manifest.h"
#include "inventory/doc.h"
#include "json/read.h"

bool manifest_is_name(Str file)
{
    Str name = path_tail(file);
    return word_has(name, STR("manifest")) && word_ends(name, STR(".json"));
}

// The route's file, as the other inputs are named: relative to the manifest's folder.
static Str joined(Arena *arena, Str manifest, Str file)
{
    Str folder = {manifest.ptr, manifest.len - path_tail(manifest).len};
    if (file.len == 0 || file.ptr[0] == '/') {
        return file;
    }
    if (word_starts(file, STR("./"))) {
        file = (Str){file.ptr + 2, file.len - 2};
    }
    return text_print(arena, "%.*s%.*s", STR_ARG(folder), STR_ARG(file));
}

static uint32_t status_member(const Json *route)
{
    const Json *status = tree_first(route, "status|statusCode");
    bool fits = json_is(status, JSON_NUMBER) && status->is_int && status->number.as_int >= 100 &&
                status->number.as_int < 600;
    return fits ? (uint32_t)status->number.as_int : 0;
}

static void add_route(Inventory *inventory, const Input *input, const Json *json)
{
    Str file = tree_text(json, "file");
    Str url = tree_text(json, "url");
    if (file.len == 0 || url.len == 0) {
        return;
    }
    Ticks time = 0;
    if (!ticks_parse(tree_text(json, "time|collectedAt|timestamp|date"), &time)) {
        time = 0;
    }
    ARENA_ROOM(inventory->arena, inventory->routes, inventory->route_count, inventory->route_cap);
    inventory->routes[inventory->route_count++] =
        (Route){.url = url,
                .file = joined(inventory->arena, input->file, file),
                .status = status_member(json),
                .time = time};
}

bool manifest_read(Inventory *inventory, const Input *input)
{
    const Json *json = NULL;
    Err err = {0};
    Str text;
    if (input->bytes.len > inventory->options.limits.bytes_max ||
        !json_to_utf8(inventory->arena, input->bytes, &text, &err) ||
        !store_parse(inventory, text, &json, &err)) {
        return false;
    }
    const Json *routes = tree_first(json, "routes|requests");
    if (!json_is(routes, JSON_ARRAY)) {
        return false;
    }
    uint32_t before = inventory->route_count;
    for (uint32_t i = 0; i < routes->count; i++) {
        add_route(inventory, input, &routes->items[i]);
    }
    Doc doc = {.inventory = inventory, .file = input->file, .first_row = inventory->row_count};
    uint32_t row = doc_say(&doc, NULL, SOURCE_READ,
                           text_print(inventory->arena,
                                      "a collection manifest: it gives %u bodies their endpoint",
                                      inventory->route_count - before));
    inventory->rows[row].kind = STR("collection-manifest");
    return true;
}

const Route *manifest_find(const Inventory *inventory, Str file, const Route *after)
{
    uint32_t start = after != NULL ? (uint32_t)(after - inventory->routes) + 1 : 0;
    for (uint32_t i = start; i < inventory->route_count; i++) {
        if (str_eq(inventory->routes[i].file, file)) {
            return &inventory->routes[i];
        }
    }
    return NULL;
}
