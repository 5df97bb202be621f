// SPDX-License-Identifier: Apache-2.0
// The entries of a document, and the rows that account for them: which adapter each entry has, what
// an empty list and an absent object stand for.
#include "inventory/doc.h"

#include "inventory/place.h"
#include "json/read.h"

static uint32_t page_number(Str file)
{
    Str stem = path_tail(file);
    for (size_t i = stem.len; i != 0; i--) {
        if (stem.ptr[i - 1] == '.') {
            stem.len = i - 1;
            break;
        }
    }
    size_t at = stem.len;
    uint32_t number = 0;
    uint32_t unit = 1;
    while (at != 0 && stem.ptr[at - 1] >= '0' && stem.ptr[at - 1] <= '9' && unit <= 100000) {
        number += (uint32_t)(stem.ptr[at - 1] - '0') * unit;
        unit *= 10;
        at--;
    }
    return number;
}

static uint32_t row_new(Doc *doc, const Adapter *adapter, Str kind)
{
    Inventory *inventory = doc->inventory;
    uint32_t at = inventory->row_count;
    ARENA_ROOM(inventory->arena, inventory->rows, at, inventory->row_cap);
    ARENA_ROOM(inventory->arena, inventory->states, at, inventory->state_cap);
    inventory->row_count++;
    inventory->rows[at] = (SourceRow){.file = doc->file,
                                      .part = doc->part,
                                      .kind = kind,
                                      .status = SOURCE_READ,
                                      .time = doc->collected};
    inventory->states[at] =
        (RowState){.adapter = adapter, .url = doc->url, .page = page_number(doc->file)};
    return at;
}

uint32_t doc_row(Doc *doc, const Adapter *adapter, bool is_detail)
{
    Inventory *inventory = doc->inventory;
    Str kind = adapter != NULL ? adapter_kind(adapter, is_detail) : (Str){0};
    for (uint32_t i = doc->first_row; i < inventory->row_count; i++) {
        if (!inventory->states[i].is_said && str_eq(inventory->rows[i].kind, kind)) {
            return i;
        }
    }
    return row_new(doc, adapter, kind);
}

uint32_t doc_say(Doc *doc, const Adapter *adapter, SourceStatus status, Str reason)
{
    bool is_detail = doc->asks_detail && adapter == doc_hint(doc);
    Str kind = adapter != NULL ? adapter_kind(adapter, is_detail) : (Str){0};
    uint32_t row = row_new(doc, adapter, kind);
    doc->inventory->rows[row].status = status;
    doc->inventory->rows[row].reason = reason;
    doc->inventory->states[row].is_said = true;
    return row;
}

const Adapter *doc_hint(const Doc *doc)
{
    return doc->by_url != NULL ? doc->by_url : doc->by_name;
}

static bool is_pascal(const Json *entry)
{
    for (uint32_t i = 0; i < entry->count; i++) {
        Str key = entry->members[i].key;
        if (key.len > 1 && key.ptr[0] >= 'A' && key.ptr[0] <= 'Z' && key.ptr[1] >= 'a') {
            return true;
        }
    }
    return false;
}

static Ticks modified_of(const Json *body)
{
    static const char paths[] =
        "properties/lastModifiedTime|properties/"
        "lastModifiedAt|lastModifiedDateTime|modifiedDateTime|"
        "policyDefinition/lastModifiedTime|modifiedon|lastModifiedTime|lastModified|lastModifiedOn";
    Ticks time = 0;
    return ticks_parse(tree_text(body, paths), &time) ? time : 0;
}

// The URL's kind is believed where the body has its shape, or has no known shape and fits its id.
static const Adapter *choose(const Doc *doc, const Json *entry)
{
    const Adapter *by_url = doc->by_url;
    if (by_url != NULL && adapter_fits(by_url, entry, doc->context)) {
        return by_url;
    }
    if (doc->last != NULL && doc->last->scope != ADAPTER_AZURE &&
        (doc->last->flags & ADAPTER_AS_IS) == 0 && adapter_fits(doc->last, entry, doc->context)) {
        return doc->last;
    }
    const Adapter *by_shape = adapter_match(entry, doc->context);
    if (by_shape != NULL || by_url == NULL || by_url->ignored != NULL || entry->count == 0) {
        return by_shape;
    }
    bool has_id = by_url->id != NULL && tree_text(entry, by_url->id).len != 0;
    bool is_single = (by_url->flags & ADAPTER_SINGLE) != 0 && by_url->list == NULL;
    return has_id || is_single ? by_url : NULL;
}

// A resource that is already an envelope belongs to the kind it was made from.
static uint32_t entry_row(Doc *doc, const Adapter *adapter, const Json *body, bool is_detail)
{
    if (adapter->scope != ADAPTER_TENANT || (adapter->flags & ADAPTER_AS_IS) == 0) {
        return doc_row(doc, adapter, is_detail);
    }
    const Adapter *made_by = adapter_by_kind(tree_text(body, "source/kind"));
    if (made_by == NULL) {
        made_by = adapter_by_type(tree_text(body, "type"));
    }
    return doc_row(doc, made_by != NULL ? made_by : adapter, false);
}

static void add_entry(Doc *doc, const Adapter *adapter, const Json *entry, uint32_t line,
                      bool is_detail)
{
    Inventory *inventory = doc->inventory;
    const Json *body = entry;
    if (adapter->rewrite != NULL) {
        body = adapter->rewrite(inventory->arena, body);
    }
    if ((adapter->flags & ADAPTER_CAMEL) != 0 && is_pascal(body)) {
        body = tree_camel(inventory->arena, body);
    }
    uint32_t row = entry_row(doc, adapter, body, is_detail);
    uint32_t at = inventory->entry_count;
    ARENA_ROOM(inventory->arena, inventory->entries, at, inventory->entry_cap);
    inventory->entry_count++;
    inventory->entries[at] = (Entry){.adapter = adapter,
                                     .body = body,
                                     .context = doc->context,
                                     .url = doc->url,
                                     .collected = doc->collected,
                                     .modified = modified_of(body),
                                     .row = row,
                                     .line = line,
                                     .is_detail = is_detail};
    place_learn(inventory, &inventory->entries[at]);
}

// Objects keyed by id: each member is an entry, its key the id.
static void read_keyed(Doc *doc, const Adapter *adapter, const Json *object, uint32_t line)
{
    for (uint32_t i = 0; i < object->count; i++) {
        Tree entry;
        tree_init(&entry, doc->inventory->arena);
        tree_put_str(&entry, STR("id"), object->members[i].key);
        tree_put_all(&entry, &object->members[i].value);
        add_entry(doc, adapter, tree_done(&entry), line, false);
    }
}

static void ignore(Doc *doc, const Adapter *adapter)
{
    uint32_t row = doc_row(doc, adapter, false);
    doc->inventory->rows[row].status = SOURCE_IGNORED;
    doc->inventory->rows[row].reason = text_of(adapter->ignored);
}

void doc_read_entry(Doc *doc, const Json *entry, uint32_t line, bool is_detail)
{
    const Adapter *adapter = json_is(entry, JSON_OBJECT) ? choose(doc, entry) : NULL;
    if (adapter == NULL) {
        uint32_t row = doc_row(doc, NULL, false);
        SourceRow *out = &doc->inventory->rows[row];
        out->status = SOURCE_UNKNOWN;
        out->reason = STR("no known shape");
        out->line = out->line != 0 ? out->line : line;
        doc->inventory->states[row].unread++;
        return;
    }
    doc->last = adapter;
    if (adapter->ignored != NULL) {
        ignore(doc, adapter);
        return;
    }
    if ((adapter->flags & ADAPTER_KEYED) != 0) {
        read_keyed(doc, adapter, entry, line);
        return;
    }
    const Json *list = adapter->list != NULL ? tree_find(entry, adapter->list) : NULL;
    if (list == NULL) {
        add_entry(doc, adapter, entry, line, is_detail);
        return;
    }
    for (uint32_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++) {
        if (list->items[i].type == JSON_OBJECT) {
            add_entry(doc, adapter, &list->items[i], line, is_detail);
        }
    }
    if (list->count == 0) {
        doc_read_empty(doc, adapter);
    }
}

void doc_read_empty(Doc *doc, const Adapter *adapter)
{
    if (adapter == NULL) {
        (void)doc_say(doc, NULL, SOURCE_UNKNOWN, STR("empty, and nothing says of what"));
    } else if (adapter->ignored != NULL) {
        ignore(doc, adapter);
    } else if ((adapter->flags & ADAPTER_SUSPECT) != 0) {
        (void)doc_say(doc, adapter, SOURCE_SUSPECT,
                      STR("empty, which cannot be in a working tenant: the reading account may see "
                          "nothing"));
    } else {
        (void)doc_say(doc, adapter, SOURCE_EMPTY, STR("an empty list"));
    }
}

void doc_read_absent(Doc *doc, const Adapter *adapter, Str reason)
{
    uint32_t row = doc_say(doc, adapter, SOURCE_ABSENT, reason);
    const Json *body = NULL;
    Err err = {0};
    if (adapter == NULL || adapter->absent == NULL) {
        return;
    }
    Arena *arena = doc->inventory->arena;
    bool parsed = json_read_data(arena, text_of(adapter->absent), &doc->inventory->options.limits,
                                 &body, &err);
    ASSERT(parsed);
    doc->inventory->states[row].is_said = false; // the object belongs to this row
    add_entry(doc, adapter, body, 1, false);
    doc->inventory->rows[row].reason = text_print(arena, "never configured: %.*s", STR_ARG(reason));
}
