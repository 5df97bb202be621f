// SPDX-License-Identifier: Apache-2.0
// Entries to envelopes: id, scope, label, properties, and the normalised facts beside them.
#include "inventory/enter.h"
#include "inventory/merge.h"
#include "inventory/place.h"

static bool is_root_member(Str key, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(key, text_of(names[i]))) {
            return true;
        }
    }
    return false;
}

// Members of an ARM-like root that have no place of their own in the envelope.
static const Json *other_members(Arena *arena, const Json *body)
{
    static const char *const own[] = {"id",   "name",       "type",  "location",
                                      "tags", "properties", "scope", "source"};
    Tree top;
    tree_init(&top, arena);
    for (uint32_t i = 0; i < body->count; i++) {
        const JsonMember *member = &body->members[i];
        if (!is_root_member(member->key, own, COUNTOF(own))) {
            tree_push(&top, member->key, member->value);
        }
    }
    return top.count != 0 ? tree_done(&top) : NULL;
}

// body.properties and what else the root tells; a body without properties is all of them.
static void fill_properties(Tree *properties, const Json *body)
{
    static const char *const known[] = {"id",   "name",       "type", "location",
                                        "tags", "properties", "etag"};
    const Json *own = json_find(body, STR("properties"));
    if (!json_is(own, JSON_OBJECT)) {
        static const char *const identity[] = {"id"};
        for (uint32_t i = 0; i < body->count; i++) {
            const JsonMember *member = &body->members[i];
            if (!is_root_member(member->key, identity, COUNTOF(identity))) {
                tree_push(properties, member->key, member->value);
            }
        }
        return;
    }
    tree_put_all(properties, own);
    for (uint32_t i = 0; i < body->count; i++) {
        const JsonMember *member = &body->members[i];
        if (!is_root_member(member->key, known, COUNTOF(known))) {
            tree_put_new(properties, member->key, member->value);
        }
    }
}

static void put_label(const Entry *entry, Tree *properties)
{
    Str label = {0};
    if (entry->adapter->label != NULL) {
        label = tree_text(entry->body, entry->adapter->label);
    }
    if (label.len != 0) {
        tree_put_new(properties, STR("displayName"), json_string(label));
    }
}

static const Json *finish_properties(Arena *arena, const Entry *entry, Envelope *envelope)
{
    const Adapter *adapter = entry->adapter;
    bool as_is = (adapter->flags & ADAPTER_AS_IS) != 0;
    const Json *own = json_find(entry->body, STR("properties"));
    if (as_is && adapter->normalize == NULL && json_is(own, JSON_OBJECT)) {
        return own;
    }
    Tree properties;
    Tree normalized;
    tree_init(&properties, arena);
    tree_init(&normalized, arena);
    if (as_is) {
        tree_put_all(&properties, own);
    } else {
        fill_properties(&properties, entry->body);
        put_label(entry, &properties);
    }
    if (adapter->normalize != NULL) {
        Facts facts = {arena, entry->body, &properties, &normalized, envelope->type};
        adapter->normalize(&facts);
        envelope->type = facts.type;
    }
    if (normalized.count != 0) {
        tree_put_tree(&properties, STR("normalized"), &normalized);
    }
    return tree_done(&properties);
}

// The owner of a permission, a scan, a telemetry sink: named by id, scope or request.
static Str parent_of(const Entry *entry)
{
    Str segment = text_of(entry->adapter->parent);
    Str parent = path_after(tree_text(entry->body, "id"), segment);
    if (parent.len == 0) {
        parent = path_after(tree_text(entry->body, "properties/scope"), segment);
    }
    if (parent.len == 0) {
        parent = path_after(url_path(entry->url), segment);
    }
    return parent.len != 0 ? parent : STR("unknown");
}

static Str id_below(Arena *arena, const Entry *entry, Str scope, Str segment, Str own)
{
    const Adapter *adapter = entry->adapter;
    Str base = scope;
    if (adapter->parent != NULL) {
        base = text_print(arena, "%.*s/%s/%.*s", STR_ARG(scope), adapter->parent_segment,
                          STR_ARG(parent_of(entry)));
    }
    if ((adapter->flags & ADAPTER_SINGLE) != 0) {
        return segment.len == 0 ? base
                                : text_print(arena, "%.*s/%.*s", STR_ARG(base), STR_ARG(segment));
    }
    return text_print(arena, "%.*s/%.*s/%.*s", STR_ARG(base), STR_ARG(segment), STR_ARG(own));
}

// Rows of the Power Platform inventory say their type; ours is the same in lower case, and the last
// part of it is the segment of the id.
static void enter_inventory_row(Inventory *inventory, const Entry *entry, Envelope *envelope)
{
    Arena *arena = inventory->arena;
    envelope->type = str_lower(arena, tree_text(entry->body, "type"));
    envelope->name = tree_text(entry->body, "name");
    if (envelope->name.len == 0) {
        envelope->name = path_tail(tree_text(entry->body, "id"));
    }
    Str environment = entry->environment;
    bool is_environment = str_eq(envelope->type, STR("microsoft.powerplatform/environments"));
    if (is_environment) {
        environment = envelope->name;
    }
    envelope->scope = scope_of(arena, inventory->tenant, environment);
    envelope->id = is_environment
                       ? envelope->scope
                       : text_print(arena, "%.*s/%.*s/%.*s", STR_ARG(envelope->scope),
                                    STR_ARG(path_tail(envelope->type)), STR_ARG(envelope->name));
}

static Str unknown_environment(Inventory *inventory, const Entry *entry)
{
    Str stem = str_cut(path_tail(inventory->rows[entry->row].file), '.').head;
    return text_print(inventory->arena, "unknown-%.*s", STR_ARG(stem));
}

static void enter_as_is(const Entry *entry, Envelope *envelope, Arena *arena)
{
    envelope->id = tree_text(entry->body, "id");
    envelope->type = tree_text(entry->body, "type");
    envelope->name = tree_text(entry->body, "name");
    envelope->top = other_members(arena, entry->body);
    if (envelope->name.len == 0) {
        envelope->name = path_tail(envelope->id);
    }
    if (entry->adapter->scope == ADAPTER_TENANT) { // an envelope read back
        envelope->scope = tree_text(entry->body, "scope");
        Str kind = tree_text(entry->body, "source/kind");
        envelope->kind = kind.len != 0 ? kind : envelope->kind;
        envelope->is_derived = str_eq(kind, STR("derived"));
    }
}

static void enter_row(Inventory *inventory, Entry *entry, Envelope *envelope)
{
    const Adapter *adapter = entry->adapter;
    Arena *arena = inventory->arena;
    if ((adapter->flags & ADAPTER_AS_IS) != 0) {
        enter_as_is(entry, envelope, arena);
        return;
    }
    if (adapter->scope == ADAPTER_ENVIRONMENT) {
        entry->environment = place_of_entry(inventory, entry);
    }
    if (adapter->type[0] == '\0') {
        enter_inventory_row(inventory, entry, envelope);
        return;
    }
    bool is_wide = (adapter->flags & ADAPTER_WIDE) != 0;
    if (adapter->scope == ADAPTER_ENVIRONMENT && entry->environment.len == 0 && !is_wide) {
        entry->environment = unknown_environment(inventory, entry);
    }
    Str own = entry_own_id(arena, entry);
    Str segment = text_of(adapter->segment);
    envelope->type = text_of(adapter->type);
    if (adapter->scope == ADAPTER_AZURE) {
        envelope->id = own;
        envelope->name = path_tail(own);
        return;
    }
    envelope->scope = scope_of(arena, inventory->tenant, entry->environment);
    envelope->id = id_below(arena, entry, envelope->scope, segment, own);
    envelope->name = path_tail(envelope->id);
}

// One inventory is one tenant's: a body that names another one is said to.
static void check_tenant(Inventory *inventory, const Entry *entry, DiagList *diags)
{
    bool is_environment = str_eq(text_of(entry->adapter->kind), STR("environments"));
    Str tenant = is_environment ? tree_text(entry->body, "properties/tenantId") : (Str){0};
    if (is_environment && tenant.len == 0) {
        tenant = place_of_default(tree_text(entry->body, "name"));
    }
    bool is_foreign = word_is_guid(tenant) && !str_eq_nocase(tenant, inventory->tenant);
    uint32_t before = inventory->foreign_tenants.count;
    if (is_foreign && map_intern(&inventory->foreign_tenants, tenant) == before) {
        Str file = diags->file;
        diags->file = inventory->rows[entry->row].file;
        diag_warn(diags, (Span){entry->line, 0}, "foreign-tenant",
                  "an environment of tenant %.*s, while this inventory is of tenant %.*s",
                  STR_ARG(tenant), STR_ARG(inventory->tenant));
        diags->file = file;
    }
}

static void note_row(Inventory *inventory, const Entry *entry, const Envelope *envelope)
{
    SourceRow *row = &inventory->rows[entry->row];
    RowState *state = &inventory->states[entry->row];
    Str environment = path_after(envelope->scope, STR("environments"));
    if (row->objects != 0 && !str_eq_nocase(state->environment, environment)) {
        state->spans = true;
    }
    state->environment = environment;
    row->objects++;
}

static void enter(Inventory *inventory, Entry *entry, DiagList *diags)
{
    const SourceRow *row = &inventory->rows[entry->row];
    Envelope envelope = {.file = row->file,
                         .line = entry->line,
                         .kind = row->kind,
                         .endpoint = entry->url,
                         .location = tree_text(entry->body, "location"),
                         .is_detail = entry->is_detail};
    const Json *tags = json_find(entry->body, STR("tags"));
    envelope.tags = json_is(tags, JSON_OBJECT) ? tags : NULL;
    enter_row(inventory, entry, &envelope);
    bool has_own = (entry->adapter->flags & ADAPTER_SINGLE) != 0 ||
                   (envelope.name.len != 0 && envelope.id.ptr[envelope.id.len - 1] != '/');
    if (!has_own) {
        inventory->states[entry->row].unread++;
        return;
    }
    envelope.properties = finish_properties(inventory->arena, entry, &envelope);
    check_tenant(inventory, entry, diags);
    note_row(inventory, entry, &envelope);
    merge_envelope(inventory, &envelope, entry, diags);
}

void enter_all(Inventory *inventory, DiagList *diags)
{
    for (uint32_t i = 0; i < inventory->entry_count; i++) {
        enter(inventory, &inventory->entries[i], diags);
    }
}
