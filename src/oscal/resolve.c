// SPDX-License-Identifier: Apache-2.0
#include "oscal/resolve.h"

#include <string.h>

#include "base/buf.h"
#include "oscal/metadata.h"

// ---- back-matter ----

typedef struct Resources {
    Arena *arena;
    Map ids;           // uuid → where it stands
    uint32_t *places;  // by index in ids
    const Json **list; // NULL: replaced
    uint32_t count;
    uint32_t cap;
} Resources;

// The newer of two with one uuid stays, unless only the older says keep=always.
static void add_resource(Resources *resources, const Json *resource)
{
    if (resources->count == resources->cap) {
        uint32_t cap = resources->cap != 0 ? 2 * resources->cap : 64;
        const Json **list = NEW_ARRAY(resources->arena, const Json *, cap);
        uint32_t *places = NEW_ARRAY(resources->arena, uint32_t, cap);
        if (resources->count != 0) {
            memcpy(list, resources->list, resources->count * sizeof(*list));
            memcpy(places, resources->places, resources->count * sizeof(*places));
        }
        resources->list = list;
        resources->places = places;
        resources->cap = cap;
    }
    Str uuid = json_find_str(resource, STR("uuid"));
    uint32_t known = resources->ids.count;
    uint32_t id = uuid.len != 0 ? map_intern(&resources->ids, uuid) : MAP_NONE;
    if (id != MAP_NONE && id < known) {
        if (json_keeps(resources->list[resources->places[id]]) && !json_keeps(resource)) {
            return;
        }
        resources->list[resources->places[id]] = NULL;
    }
    if (id != MAP_NONE) {
        resources->places[id] = resources->count;
    }
    resources->list[resources->count++] = resource;
}

static void finish_resources(Resources *resources, Catalog *catalog)
{
    catalog->resources = resources->list;
    catalog->resource_count = 0;
    for (uint32_t i = 0; i < resources->count; i++) {
        if (resources->list[i] != NULL) {
            catalog->resources[catalog->resource_count++] = resources->list[i];
        }
    }
}

// ---- one document ----

static bool resolve_document(Resolver *resolver, Document *document, const Document *importer,
                             Span at);

static bool complain_cycle(Resolver *resolver, const Document *document, const Document *importer,
                           Span at)
{
    Buf chain = {0};
    buf_push(&chain, document->href);
    for (const Document *link = importer; link != NULL && link != document; link = link->importer) {
        Buf longer = {0};
        buf_printf(&longer, "%.*s → %.*s", STR_ARG(link->href), STR_ARG(buf_str(&chain)));
        buf_free(&chain);
        chain = longer;
    }
    diag_error(resolver->diags, at, "circular-import",
               "this import leads back to itself: %.*s → %.*s", STR_ARG(document->href),
               STR_ARG(buf_str(&chain)));
    buf_free(&chain);
    return false;
}

// What one profile's resolution gathers on its way.
typedef struct Gather {
    Resolver *resolver;
    Document *profile;
    Merge merge;
    Catalog catalog;
    Resources resources;
    Json metadata;
    Str version;
} Gather;

static bool import_one(Gather *gather, const Json *import)
{
    Resolver *resolver = gather->resolver;
    Document *source = source_open(resolver, gather->profile, import);
    if (source == NULL) {
        return false;
    }
    const Json *href = json_find(import, STR("href"));
    TRY(resolve_document(resolver, source, gather->profile, href->at));
    const Catalog *catalog = &source->catalog;
    const bool *chosen = select_controls(resolver, catalog, import);
    if (chosen == NULL) {
        return false;
    }
    bool hoist =
        gather->merge.structure == STRUCTURE_FLAT || (gather->merge.structure == STRUCTURE_AS_IS &&
                                                      resolver->options->reading.params_to_catalog);
    TRY(select_copy(resolver, catalog, chosen, hoist, gather->catalog.root));
    for (uint32_t i = 0; i < catalog->resource_count; i++) {
        add_resource(&gather->resources, catalog->resources[i]);
    }
    metadata_keep(resolver, catalog->metadata, &gather->metadata);
    return metadata_join_version(resolver, catalog->metadata, &gather->version);
}

static bool import_all(Gather *gather)
{
    Resolver *resolver = gather->resolver;
    uint32_t errors = resolver->diags->errors;
    const Json *imports = tree_list(&resolver->budget, gather->profile->body, STR("imports"));
    if (resolver->diags->errors != errors) {
        return false;
    }
    if (imports == NULL || imports->count == 0) {
        return diag_error(resolver->diags, gather->profile->body->at, "missing-member",
                          "a profile needs \"imports\" with at least one entry");
    }
    bool ok = true;
    for (uint32_t i = 0; i < imports->count && !resolver->budget.spent; i++) {
        ok = import_one(gather, &imports->items[i]) && ok;
    }
    return ok;
}

static void add_own_resources(Gather *gather)
{
    const Json *list =
        tree_list(&gather->resolver->budget, json_find(gather->profile->body, STR("back-matter")),
                  STR("resources"));
    for (uint32_t i = 0; list != NULL && i < list->count; i++) {
        add_resource(&gather->resources, &list->items[i]);
    }
    finish_resources(&gather->resources, &gather->catalog);
}

static bool resolve_profile(Resolver *resolver, Document *profile)
{
    const Json *metadata = json_find(profile->body, STR("metadata"));
    Gather gather = {
        .resolver = resolver,
        .profile = profile,
        .catalog = {.root = tree_new(&resolver->budget, NODE_CATALOG), .document = profile->href},
        .resources = {.arena = resolver->arena},
        .metadata = json_is(metadata, JSON_OBJECT) ? *metadata : (Json){.type = JSON_OBJECT},
    };
    map_init(&gather.resources.ids, resolver->arena, MAP_EXACT);
    bool ok = metadata_join_version(resolver, &gather.metadata, &gather.version);
    ok = merge_read(resolver, profile->body, &gather.merge) && ok;
    ok = import_all(&gather) && ok;
    if (!ok) {
        return false;
    }
    TRY(merge_apply(resolver, &gather.merge, &gather.catalog));
    TRY(modify_apply(resolver, profile, &gather.catalog));
    add_own_resources(&gather);
    metadata_finish(resolver, profile, gather.version, &gather.metadata);
    Json *finished = NEW(resolver->arena, Json);
    *finished = gather.metadata;
    gather.catalog.metadata = finished;
    gather.catalog.uuid = json_find_str(profile->body, STR("uuid"));
    prune_apply(resolver, &gather.catalog);
    profile->catalog = gather.catalog;
    return !resolver->budget.spent;
}

static bool resolve_document(Resolver *resolver, Document *document, const Document *importer,
                             Span at)
{
    switch (document->state) {
    case DOCUMENT_OPEN:
        return complain_cycle(resolver, document, importer, at);
    case DOCUMENT_DONE:
        return true;
    case DOCUMENT_BAD: // reported when it was first met
        return false;
    case DOCUMENT_NEW:
        break;
    }
    document->importer = importer;
    document->depth = importer != NULL ? importer->depth + 1 : 0;
    if (document->depth > resolver->options->limits.depth_max) {
        return diag_error(resolver->diags, at, "limit", "imports are nested deeper than %u",
                          resolver->options->limits.depth_max);
    }
    Str file = resolver->diags->file;
    resolver->diags->file = document->href;
    document->state = DOCUMENT_OPEN;
    bool ok = document->is_profile ? resolve_profile(resolver, document)
                                   : tree_read(&resolver->budget, document->body, document->href,
                                               &document->catalog);
    document->state = ok ? DOCUMENT_DONE : DOCUMENT_BAD;
    resolver->diags->file = file;
    return ok;
}

// ---- the result ----

static Str join_texts(Arena *arena, const Json *list, Str separator)
{
    Buf text = {0};
    for (uint32_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++) {
        if (i != 0) {
            buf_push(&text, separator);
        }
        if (list->items[i].type == JSON_STRING) {
            buf_push(&text, list->items[i].string);
        }
    }
    Str copy = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

static OscalTrace trace_param(Arena *arena, const Node *node, const Param *param)
{
    const Json *values = json_find(&param->json, STR("values"));
    const Json *choice = json_find(json_find(&param->json, STR("select")), STR("choice"));
    return (OscalTrace){
        .kind = OSCAL_TRACE_VALUE,
        .control = node->kind == NODE_CONTROL ? node->id : (Str){NULL, 0},
        .item = STR("param"),
        .id = param->id,
        .text = join_texts(arena, values, STR(", ")),
        .choices = join_texts(arena, choice, STR(" | ")),
        .document = param->set != NULL ? param->set->document : param->document,
        .at = param->set != NULL ? param->set->at : (Span){0, 0},
        .by_profile = param->set != NULL,
    };
}

// What was done to the controls of the result; to a copy that was left out, nobody asks.
static const bool *find_events(Resolver *resolver, const Catalog *catalog)
{
    bool *found = NEW_ARRAY(resolver->arena, bool, (size_t)resolver->event_count + 1);
    for (uint32_t i = 0; i < catalog->node_count; i++) {
        const Touch *touch = catalog->nodes[i]->touch;
        for (; touch != NULL && !found[touch->event]; touch = touch->earlier) {
            found[touch->event] = true; // and with it all that came earlier
        }
    }
    return found;
}

static void print_trace(Resolver *resolver, const Catalog *catalog, OscalResolved *resolved)
{
    size_t room = resolver->event_count;
    for (uint32_t i = 0; i < catalog->node_count; i++) {
        room += catalog->nodes[i]->param_count;
    }
    const bool *found = find_events(resolver, catalog);
    OscalTrace *rows = NEW_ARRAY(resolver->arena, OscalTrace, room);
    uint32_t count = 0;
    for (uint32_t i = 0; i < catalog->node_count; i++) {
        const Node *node = catalog->nodes[i];
        for (uint32_t n = 0; n < node->param_count; n++) {
            rows[count++] = trace_param(resolver->arena, node, &node->params[n]);
        }
    }
    for (uint32_t i = 0; i < resolver->event_count; i++) {
        const Event *event = &resolver->events[i];
        if (found[i]) {
            rows[count++] = (OscalTrace){.kind = event->kind,
                                         .control = event->control,
                                         .item = event->item,
                                         .id = event->id,
                                         .document = event->document,
                                         .at = event->at,
                                         .by_profile = true};
        }
    }
    resolved->trace = rows;
    resolved->trace_count = count;
}

static const Json *print_catalog(Resolver *resolver, const Document *profile)
{
    Arena *arena = resolver->arena;
    const Catalog *catalog = &profile->catalog;
    Json body = tree_print(arena, catalog->root);
    json_set(arena, &body, STR("uuid"), json_string(metadata_uuid(resolver, profile)));
    json_set(arena, &body, STR("metadata"), *catalog->metadata);
    if (catalog->resource_count != 0) {
        Json *items = NEW_ARRAY(arena, Json, catalog->resource_count);
        for (uint32_t i = 0; i < catalog->resource_count; i++) {
            items[i] = *catalog->resources[i];
        }
        Json back = {.type = JSON_OBJECT};
        json_set(arena, &back, STR("resources"),
                 (Json){.type = JSON_ARRAY, .count = catalog->resource_count, .items = items});
        json_set(arena, &body, STR("back-matter"), back);
    }
    Json *document = NEW(arena, Json);
    *document = (Json){.type = JSON_OBJECT};
    json_set(arena, document, STR("catalog"), body);
    return document;
}

bool oscal_resolve(Arena *arena, Str href, const OscalDocuments *documents,
                   const OscalResolveOptions *options, DiagList *diags, OscalResolved *ret_resolved)
{
    Resolver resolver = {
        .arena = arena,
        .diags = diags,
        .documents = documents,
        .options = options,
        .budget = {.arena = arena,
                   .diags = diags,
                   .objects_left = options->limits.objects_max,
                   .steps_left = options->limits.steps_max},
    };
    uint32_t errors = diags->errors;
    Document *profile = source_open_href(&resolver, href, (Str){NULL, 0}, (Span){0, 0});
    if (profile == NULL || profile->state == DOCUMENT_BAD) {
        return false;
    }
    if (!profile->is_profile) {
        Str file = diags->file;
        diags->file = href;
        diag_error(diags, profile->body->at, "not-this-model",
                   "expected {\"profile\": {…}}: a catalog is resolved already");
        diags->file = file;
        return false;
    }
    if (!resolve_document(&resolver, profile, NULL, (Span){0, 0}) || diags->errors != errors) {
        return false;
    }
    *ret_resolved = (OscalResolved){.json = print_catalog(&resolver, profile),
                                    .document_count = resolver.document_count};
    print_trace(&resolver, &profile->catalog, ret_resolved);
    return true;
}
