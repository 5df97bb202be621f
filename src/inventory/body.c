// SPDX-License-Identifier: Apache-2.0
// A body as it was answered: a list, a page of one, an export of many, an object, or an answer
// without data. What holds bodies itself is read part by part.
#include "inventory/body.h"

#include "inventory/refusal.h"
#include "inventory/scuba.h"

// A list's entries are bodies of their own in ScubaGear's dlp_policies: [{"value": […]}].
bool body_is_page(const Json *json)
{
    const Json *value = json_find(json, STR("value"));
    return json_is(value, JSON_ARRAY) && json_find(json, STR("id")) == NULL;
}

static void read_list(Doc *doc, const Json *list, uint32_t line)
{
    if (list->count == 0) {
        const Adapter *adapter = doc_hint(doc);
        if (adapter == NULL && doc->context.len != 0) {
            static const Json nothing = {.type = JSON_OBJECT};
            adapter = adapter_match(&nothing, doc->context);
        }
        doc_read_empty(doc, adapter);
        return;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        if (body_is_page(&list->items[i])) {
            body_read(doc, &list->items[i], line);
        } else {
            doc_read_entry(doc, &list->items[i], line, false);
        }
    }
}

static Str text_member(const Json *json, const char *paths)
{
    const Json *found = tree_first(json, paths);
    return json_is(found, JSON_STRING) ? found->string : (Str){0};
}

static uint64_t whole_member(const Json *json, const char *path)
{
    const Json *found = tree_first(json, path);
    bool is_whole = json_is(found, JSON_NUMBER) && found->is_int && found->number.as_int > 0;
    return is_whole ? (uint64_t)found->number.as_int : 0;
}

// ARG says "true"/"false", the Power Platform inventory 0 (truncated) or 1: the type tells which.
static bool page_is_truncated(const Json *page)
{
    const Json *truncated = tree_find(page, "resultTruncated");
    if (json_is(truncated, JSON_NUMBER)) {
        return truncated->is_int && truncated->number.as_int == 0;
    }
    bool value = false;
    return tree_bool(truncated, &value) && value;
}

// resultFormat "table": {columns: [{name}], rows: [[…]]}.
static const Json *table_rows(Arena *arena, const Json *table)
{
    const Json *columns = tree_find(table, "columns");
    const Json *rows = tree_find(table, "rows");
    TreeList list;
    list_init(&list, arena);
    for (uint32_t i = 0; json_is(rows, JSON_ARRAY) && i < rows->count; i++) {
        const Json *row = &rows->items[i];
        Tree entry;
        tree_init(&entry, arena);
        for (uint32_t k = 0; json_is(columns, JSON_ARRAY) && json_is(row, JSON_ARRAY) &&
                             k < columns->count && k < row->count;
             k++) {
            tree_push(&entry, tree_text(&columns->items[k], "name"), row->items[k]);
        }
        list_push(&list, tree_json(&entry));
    }
    Json *out = NEW(arena, Json);
    *out = list_json(&list);
    return out;
}

static void note_paging(Doc *doc, const Json *page)
{
    static const char links[] = "@odata.nextLink|nextLink|odata.nextLink|$skipToken|skipToken";
    Str next = text_member(page, links);
    bool truncated = page_is_truncated(page);
    uint64_t total = whole_member(page, "totalRecords");
    Inventory *inventory = doc->inventory;
    for (uint32_t i = doc->first_row; i < inventory->row_count; i++) {
        RowState *state = &inventory->states[i];
        state->next = next.len != 0 ? next : state->next;
        state->is_truncated = state->is_truncated || truncated;
        state->total = total != 0 ? total : state->total;
    }
}

// The list a page holds, or NULL when the object is no page.
static const Json *page_list(Doc *doc, const Json *json)
{
    if (body_is_page(json)) {
        return json_find(json, STR("value"));
    }
    const Json *data = json_find(json, STR("data"));
    bool is_query = tree_first(json, "resultTruncated|totalRecords") != NULL;
    if (!is_query || data == NULL) {
        return NULL;
    }
    if (data->type == JSON_OBJECT) {
        return table_rows(doc->inventory->arena, data);
    }
    return data->type == JSON_ARRAY ? data : NULL;
}

static const Adapter *query_adapter(const Json *page)
{
    const Json *truncated = tree_find(page, "resultTruncated");
    return adapter_by_kind(json_is(truncated, JSON_NUMBER) ? STR("inventory")
                                                           : STR("arm-resources"));
}

static void read_page(Doc *doc, const Json *page, const Json *list, uint32_t line)
{
    Str outer = doc->context;
    Str context = text_member(page, "@odata.context");
    doc->context = context.len != 0 ? context : outer;
    uint32_t outer_first = doc->first_row;
    if (list->count == 0 && doc_hint(doc) == NULL && json_find(page, STR("data")) != NULL) {
        doc_read_empty(doc, query_adapter(page));
    } else {
        read_list(doc, list, line);
    }
    note_paging(doc, page);
    doc->first_row = outer_first;
    doc->context = outer;
}

static bool read_refusal(Doc *doc, const Json *json)
{
    Refusal refusal;
    if (!refusal_of_json(doc->inventory->arena, json, doc->status, &refusal)) {
        return false;
    }
    const Adapter *adapter = doc_hint(doc);
    if (refusal.status == SOURCE_ABSENT && refusal.is_coded) {
        doc_read_absent(doc, adapter, refusal.reason);
    } else {
        (void)doc_say(doc, adapter, refusal.status, refusal.reason);
    }
    return true;
}

static bool read_export(const Doc *doc, const Json *json)
{
    ScubaExport export;
    Doc part;
    const Json *body = NULL;
    if (!scuba_open(doc, json, &export)) {
        return false;
    }
    while (scuba_next(&export, &part, &body)) {
        body_read(&part, body, 1);
    }
    return true;
}

void body_read(Doc *doc, const Json *json, uint32_t line)
{
    if (json->type == JSON_ARRAY) {
        read_list(doc, json, line);
        return;
    }
    if (json->type == JSON_NULL) {
        const Adapter *adapter = doc_hint(doc);
        if (adapter != NULL && adapter->absent != NULL) {
            doc_read_absent(doc, adapter, STR("the service answered null"));
        } else {
            (void)doc_say(doc, adapter, SOURCE_SUSPECT, STR("null instead of a body"));
        }
        return;
    }
    if (json->type != JSON_OBJECT) {
        (void)doc_say(doc, NULL, SOURCE_UNKNOWN, STR("a single value, not a body"));
        return;
    }
    if (read_refusal(doc, json) || read_export(doc, json)) {
        return;
    }
    const Json *list = page_list(doc, json);
    if (list != NULL) {
        read_page(doc, json, list, line);
    } else if (json->count == 0) {
        doc_read_empty(doc, doc_hint(doc));
    } else {
        Str outer = doc->context;
        Str context = text_member(json, "@odata.context");
        doc->context = context.len != 0 ? context : outer;
        doc_read_entry(doc, json, line, !doc->is_list);
        note_paging(doc, json);
        doc->context = outer;
    }
}
