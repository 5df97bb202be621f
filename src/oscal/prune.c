// SPDX-License-Identifier: Apache-2.0
// Pruning: resources and loose parameters stay when something that stays refers to them ("#id", or
// an inserted parameter), when they say keep=always, or when a modification names them.
#include <string.h>

#include "oscal/resolver.h"

// One resource or loose parameter; those of one id stand and fall together.
typedef struct Loose {
    const Json *json;
    bool kept;
    bool scanned;
    uint32_t next; // of the same id, 1-based; 0 = none
} Loose;

typedef struct Prune {
    Arena *arena;
    Map ids;
    uint32_t *heads; // by index in ids, 1-based
    Loose *loose;
    uint32_t count;
    uint32_t *queue; // kept, not yet scanned
    uint32_t queued;
} Prune;

static void keep(Prune *prune, uint32_t index)
{
    if (!prune->loose[index].kept) {
        prune->loose[index].kept = true;
        prune->queue[prune->queued++] = index;
    }
}

static void keep_id(Prune *prune, Str id)
{
    uint32_t known = map_find(&prune->ids, id);
    if (known == MAP_NONE) {
        return;
    }
    uint32_t at = prune->heads[known];
    prune->heads[known] = 0; // each is kept once, however often it is named
    for (; at != 0; at = prune->loose[at - 1].next) {
        keep(prune, at - 1);
    }
}

static bool is_id_byte(char c)
{
    unsigned char u = (unsigned char)c;
    return (u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z') || (u >= '0' && u <= '9') || u == '_' ||
           u == '-' || u == '.' || u >= 0x80;
}

// The id may be followed by full stops that end a sentence.
static void keep_token(Prune *prune, Str text)
{
    size_t len = 0;
    while (len < text.len && is_id_byte(text.ptr[len])) {
        len++;
    }
    keep_id(prune, (Str){text.ptr, len});
    while (len > 0 && text.ptr[len - 1] == '.') {
        len--;
    }
    keep_id(prune, (Str){text.ptr, len});
}

static Str skip_space(Str text)
{
    size_t at = 0;
    while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t' || text.ptr[at] == '\n' ||
                             text.ptr[at] == '\r')) {
        at++;
    }
    return str_from(text, at);
}

// text begins behind "{{".
static void keep_inserted(Prune *prune, Str text)
{
    static const Str words[] = {STR_INIT("insert:"), STR_INIT("param,")};
    for (size_t i = 0; i < COUNTOF(words); i++) {
        text = skip_space(text);
        if (!str_starts(text, words[i])) {
            return;
        }
        text = str_from(text, words[i].len);
    }
    text = skip_space(text);
    size_t len = 0;
    while (len < text.len && text.ptr[len] != ' ' && text.ptr[len] != '}') {
        len++;
    }
    keep_id(prune, (Str){text.ptr, len});
}

static void scan_text(Prune *prune, Str text)
{
    for (Str rest = text; rest.len != 0;) {
        const char *at = memchr(rest.ptr, '#', rest.len);
        if (at == NULL) {
            break;
        }
        rest = str_from(rest, (size_t)(at - rest.ptr) + 1);
        keep_token(prune, rest);
    }
    for (Str rest = text; rest.len != 0;) {
        const char *at = memchr(rest.ptr, '{', rest.len);
        if (at == NULL) {
            break;
        }
        rest = str_from(rest, (size_t)(at - rest.ptr) + 1);
        if (rest.len != 0 && rest.ptr[0] == '{') {
            keep_inserted(prune, str_from(rest, 1));
        }
    }
}

// As deep as the document.
static void scan(Prune *prune, const Json *json)
{
    if (json->type == JSON_STRING) {
        scan_text(prune, json->string);
    }
    for (uint32_t i = 0; json->type == JSON_ARRAY && i < json->count; i++) {
        scan(prune, &json->items[i]);
    }
    for (uint32_t i = 0; json->type == JSON_OBJECT && i < json->count; i++) {
        scan(prune, &json->members[i].value);
    }
}

static void add_loose(Prune *prune, const Json *json, Str id)
{
    Loose *loose = &prune->loose[prune->count++];
    loose->json = json;
    if (id.len != 0) {
        uint32_t known = map_intern(&prune->ids, id);
        loose->next = prune->heads[known];
        prune->heads[known] = prune->count;
    }
}

static void init(Prune *prune, Arena *arena, const Catalog *catalog)
{
    size_t room = (size_t)catalog->resource_count + 1;
    for (uint32_t i = 0; i < catalog->node_count; i++) {
        room += catalog->nodes[i]->kind != NODE_CONTROL ? catalog->nodes[i]->param_count : 0;
    }
    *prune = (Prune){.arena = arena};
    map_init(&prune->ids, arena, MAP_EXACT);
    prune->heads = NEW_ARRAY(arena, uint32_t, room);
    prune->loose = NEW_ARRAY(arena, Loose, room);
    prune->queue = NEW_ARRAY(arena, uint32_t, room);
}

// Loose parameters in the order of the nodes, then the resources.
static void list_loose(Prune *prune, const Catalog *catalog)
{
    for (uint32_t i = 0; i < catalog->node_count; i++) {
        const Node *node = catalog->nodes[i];
        for (uint32_t n = 0; node->kind != NODE_CONTROL && n < node->param_count; n++) {
            add_loose(prune, &node->params[n].json, node->params[n].id);
            if (node->params[n].keep || json_keeps(&node->params[n].json)) {
                keep(prune, prune->count - 1);
            }
        }
    }
    for (uint32_t i = 0; i < catalog->resource_count; i++) {
        add_loose(prune, catalog->resources[i], json_find_str(catalog->resources[i], STR("uuid")));
        if (json_keeps(catalog->resources[i])) {
            keep(prune, prune->count - 1);
        }
    }
}

static void scan_nodes(Prune *prune, const Catalog *catalog)
{
    for (uint32_t i = 0; i < catalog->node_count; i++) {
        const Node *node = catalog->nodes[i];
        scan(prune, &node->json);
        for (uint32_t n = 0; node->kind == NODE_CONTROL && n < node->param_count; n++) {
            scan(prune, &node->params[n].json);
        }
    }
}

static void drop_unkept(const Prune *prune, Catalog *catalog)
{
    const Loose *loose = prune->loose;
    for (uint32_t i = 0; i < catalog->node_count; i++) {
        Node *node = catalog->nodes[i];
        uint32_t kept = 0;
        for (uint32_t n = 0; node->kind != NODE_CONTROL && n < node->param_count; n++, loose++) {
            if (loose->kept) {
                node->params[kept] = node->params[n];
                node->params[kept++].keep = false; // a profile that imports this one decides anew
            }
        }
        node->param_count = node->kind != NODE_CONTROL ? kept : node->param_count;
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < catalog->resource_count; i++, loose++) {
        if (loose->kept) {
            catalog->resources[kept++] = catalog->resources[i];
        }
    }
    catalog->resource_count = kept;
}

void prune_apply(Resolver *resolver, Catalog *catalog)
{
    Prune prune;
    tree_number(resolver->arena, catalog);
    init(&prune, resolver->arena, catalog);
    list_loose(&prune, catalog);
    scan(&prune, catalog->metadata);
    scan_nodes(&prune, catalog);
    while (prune.queued != 0) {
        scan(&prune, prune.loose[prune.queue[--prune.queued]].json);
    }
    drop_unkept(&prune, catalog);
}
