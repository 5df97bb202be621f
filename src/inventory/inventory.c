// SPDX-License-Identifier: Apache-2.0
// The way through all steps, and what comes out as NDJSON.
#include "inventory/inventory.h"

#include <stdlib.h>
#include <string.h>

#include "inventory/cover.h"
#include "inventory/derive.h"
#include "inventory/enter.h"
#include "inventory/intake.h"
#include "inventory/judge.h"
#include "inventory/manifest.h"
#include "inventory/place.h"
#include "inventory/slice.h"
#include "json/write.h"

// Merging and camel case recurse along the depth of a body, whatever --max-depth allows elsewhere.
enum { DEPTH_MAX = 256 };

Inventory *inventory_new(Arena *arena, const InventoryOptions *options)
{
    Inventory *inventory = NEW(arena, Inventory);
    inventory->arena = arena;
    inventory->options = *options;
    if (inventory->options.limits.bytes_max == 0) {
        inventory->options.limits = JSON_LIMITS_DEFAULT;
    }
    if (inventory->options.limits.depth_max > DEPTH_MAX) {
        inventory->options.limits.depth_max = DEPTH_MAX;
    }
    map_init(&inventory->environment_by, arena, MAP_NOCASE);
    map_init(&inventory->envelope_by_id, arena, MAP_NOCASE);
    map_init(&inventory->foreign_tenants, arena, MAP_NOCASE);
    inventory->tenant = STR("unknown");
    if (options->tenant_id.len != 0) {
        inventory->tenant = options->tenant_id;
        inventory->tenant_strength = UINT32_MAX;
    }
    return inventory;
}

void inventory_add(Inventory *inventory, Str file, Str bytes)
{
    ASSERT(!inventory->is_finished);
    ARENA_ROOM(inventory->arena, inventory->inputs, inventory->input_count, inventory->input_cap);
    inventory->inputs[inventory->input_count++] =
        (Input){.file = file, .bytes = bytes, .is_manifest = manifest_is_name(file)};
}

static int order_of(const void *a, const void *b)
{
    const Envelope *one = a;
    const Envelope *two = b;
    Str keys[2][2] = {{one->type, two->type}, {one->id, two->id}};
    for (size_t i = 0; i < COUNTOF(keys); i++) {
        size_t len = keys[i][0].len < keys[i][1].len ? keys[i][0].len : keys[i][1].len;
        int order = len != 0 ? memcmp(keys[i][0].ptr, keys[i][1].ptr, len) : 0;
        if (order == 0 && keys[i][0].len != keys[i][1].len) {
            order = keys[i][0].len < keys[i][1].len ? -1 : 1;
        }
        if (order != 0) {
            return order;
        }
    }
    return 0; // ids are distinct
}

void inventory_finish(Inventory *inventory, DiagList *diags)
{
    ASSERT(!inventory->is_finished);
    for (uint32_t i = 0; i < inventory->input_count; i++) {
        Input *input = &inventory->inputs[i];
        input->is_manifest = input->is_manifest && manifest_read(inventory, input);
    }
    for (uint32_t i = 0; i < inventory->input_count; i++) {
        if (!inventory->inputs[i].is_manifest) {
            intake_read(inventory, &inventory->inputs[i]);
        }
    }
    place_environments(inventory);
    enter_all(inventory, diags);
    judge_rows(inventory);
    cover_index(inventory);
    inventory->is_finished = true;
    derive_policies(inventory);
    derive_roles(inventory);
    derive_app_sharing(inventory);
    derive_anchor(inventory);
    if (inventory->envelope_count != 0) {
        qsort(inventory->envelopes, inventory->envelope_count, sizeof(Envelope), order_of);
    }
}

const Envelope *inventory_envelopes(const Inventory *inventory, uint32_t *ret_count)
{
    *ret_count = inventory->envelope_count;
    return inventory->envelopes;
}

const SourceRow *inventory_sources(const Inventory *inventory, uint32_t *ret_count)
{
    *ret_count = inventory->row_count;
    return inventory->rows;
}

Str inventory_tenant(const Inventory *inventory)
{
    return inventory->tenant;
}

static void write_source(JsonOut *out, const Envelope *envelope)
{
    json_out_key(out, STR("source"));
    json_out_object_begin(out);
    if (envelope->file.len != 0) {
        json_out_key(out, STR("file"));
        json_out_str(out, envelope->file);
    }
    if (envelope->line != 0) {
        json_out_key(out, STR("line"));
        json_out_u64(out, envelope->line);
    }
    json_out_key(out, STR("kind"));
    json_out_str(out, envelope->kind);
    if (envelope->endpoint.len != 0) {
        json_out_key(out, STR("endpoint"));
        json_out_str(out, envelope->endpoint);
    }
    json_out_object_end(out);
}

static void write_text(JsonOut *out, const char *key, Str value)
{
    if (value.len != 0) {
        json_out_key(out, text_of(key));
        json_out_str(out, value);
    }
}

void envelope_write(Buf *out, const Envelope *envelope)
{
    JsonOut json = {.buf = out};
    json_out_object_begin(&json);
    json_out_key(&json, STR("id"));
    json_out_str(&json, envelope->id);
    json_out_key(&json, STR("name"));
    json_out_str(&json, envelope->name);
    json_out_key(&json, STR("type"));
    json_out_str(&json, envelope->type);
    write_text(&json, "location", envelope->location);
    write_text(&json, "scope", envelope->scope);
    if (envelope->tags != NULL) {
        json_out_key(&json, STR("tags"));
        json_out_json(&json, envelope->tags);
    }
    for (uint32_t i = 0; envelope->top != NULL && i < envelope->top->count; i++) {
        json_out_key(&json, envelope->top->members[i].key);
        json_out_json(&json, &envelope->top->members[i].value);
    }
    json_out_key(&json, STR("properties"));
    json_out_json(&json, envelope->properties);
    write_source(&json, envelope);
    json_out_object_end(&json);
    buf_byte(out, '\n');
}

void inventory_write(Buf *out, const Inventory *inventory)
{
    for (uint32_t i = 0; i < inventory->envelope_count; i++) {
        envelope_write(out, &inventory->envelopes[i]);
    }
}

// The text of a member of the object that starts a line, found without building it: enough to tell
// resources from bodies. Only members of the first level are looked at.
static Str first_level_text(Str line, Str key)
{
    size_t depth = 0;
    for (size_t i = 0; i < line.len; i++) {
        char c = line.ptr[i];
        if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth--;
        } else if (c == '"') {
            size_t end = i + 1;
            while (end < line.len && line.ptr[end] != '"') {
                end += line.ptr[end] == '\\' ? 2 : 1;
            }
            Str text = {line.ptr + i + 1, (end < line.len ? end : line.len) - i - 1};
            size_t after = end < line.len ? slice_skip(line, end + 1) : line.len;
            bool is_key = after < line.len && line.ptr[after] == ':';
            size_t value = is_key ? slice_skip(line, after + 1) : line.len;
            if (is_key && depth == 1 && str_eq(text, key) && value < line.len &&
                line.ptr[value] == '"') {
                Str rest = {line.ptr + value + 1, line.len - value - 1};
                return str_cut(rest, '"').head;
            }
            i = end;
        }
    }
    return (Str){0};
}

// Bodies of the admin APIs have ids and types like resources, but only adapters know what they are.
static bool is_admin_type(Str type)
{
    static const char *const families[] = {"Microsoft.BusinessAppPlatform/", "Microsoft.PowerApps/",
                                           "Microsoft.ProcessSimple/"};
    for (size_t i = 0; i < COUNTOF(families); i++) {
        if (word_starts(type, text_of(families[i]))) {
            return true;
        }
    }
    return false;
}

static bool is_resource_line(Str line)
{
    Str id = first_level_text(line, STR("id"));
    Str type = first_level_text(line, STR("type"));
    bool is_typed = word_has(type, STR("/")) && !is_admin_type(type);
    bool is_ours = word_starts(id, STR("/tenants/")) && !word_has(id, STR("/providers/"));
    bool is_arm = word_starts(id, STR("/subscriptions/")) || word_starts(id, STR("/providers/"));
    // "Namespace.Provider/type" names a resource whatever its id looks like.
    bool is_provided = word_has(str_cut(type, '/').head, STR("."));
    return is_typed && (is_ours || is_arm || is_provided);
}

// The first line that is a whole object, for one broken line says nothing of the others; none: the
// first line.
static Str telling_line(Str text)
{
    for (Str rest = text; rest.len != 0;) {
        StrCut cut = str_cut(rest, '\n');
        size_t at = slice_skip(cut.head, 0);
        if (at < cut.head.len && cut.head.ptr[at] == '{' && slice_end(cut.head, at) != 0) {
            return str_from(cut.head, at);
        }
        rest = cut.tail;
    }
    return str_cut(text, '\n').head;
}

InputShape inventory_sniff(Str first_bytes, Str file_name)
{
    static const char mark[] = "\xef\xbb\xbf";
    Str text = first_bytes;
    bool has_mark = text.len >= 3 && memcmp(text.ptr, mark, 3) == 0;
    text = has_mark ? (Str){text.ptr + 3, text.len - 3} : text;
    bool is_wide = text.len >= 2 && ((unsigned char)text.ptr[0] == 0xff || text.ptr[1] == '\0');
    if (is_wide) {
        return INPUT_BODY; // UTF-16 is a PowerShell export, never a stream of resources
    }
    size_t at = slice_skip(text, 0);
    bool named_lines = word_ends(file_name, STR(".ndjson")) || word_ends(file_name, STR(".jsonl"));
    Str telling = telling_line(str_from(text, at));
    bool is_json = at < text.len && (text.ptr[at] == '{' || text.ptr[at] == '[' ||
                                     word_starts(str_from(text, at), STR("null")));
    if (!is_json && !(named_lines && telling.len != 0 && telling.ptr[0] == '{')) {
        return INPUT_NOT_JSON;
    }
    StrCut line = str_cut((Str){text.ptr + at, text.len - at}, '\n');
    size_t next = line.found ? slice_skip(line.tail, 0) : 0;
    bool ends = text.ptr[at] == '{' && slice_end(line.head, 0) != 0;
    bool has_second = line.found && next < line.tail.len && line.tail.ptr[next] == '{';
    if (!named_lines && (!ends || !has_second)) {
        return INPUT_BODY;
    }
    return is_resource_line(telling) ? INPUT_RESOURCE_LINES : INPUT_BODY_LINES;
}
