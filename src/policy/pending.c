// SPDX-License-Identifier: Apache-2.0
#include "policy/pending.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_IS_TAIL = 1, NEEDS_TEXT = 2, ID_IS_PLAIN = 4 };
enum { RULE_ASKS = 1, RULE_FAILED = 2, RULE_BITS = 2 }; // below the number of the plan

void pending_open(Pending *pending)
{
    *pending = (Pending){0};
    arena_init(&pending->arena, SIZE_MAX);
    map_init(&pending->texts, &pending->arena, MAP_EXACT);
}

void pending_close(Pending *pending)
{
    buf_free(&pending->bytes);
    id_parts_close(&pending->parts);
    free(pending->blocks);
    arena_free(&pending->arena);
    *pending = (Pending){0};
}

uint64_t pending_bytes(const Pending *pending)
{
    return pending->bytes.cap + pending->arena.used_bytes +
           sizeof(PendingBlock) * pending->block_cap;
}

void pending_stay(Pending *pending)
{
    ASSERT(pending->block_count == 0);
    pending->stays = true;
}

void pending_begin_block(Pending *pending, uint64_t block, uint64_t first_line)
{
    if (pending->block_count == pending->block_cap) {
        pending->block_cap = pending->block_cap == 0 ? 64 : pending->block_cap * 2;
        pending->blocks = realloc(pending->blocks, sizeof(PendingBlock) * pending->block_cap);
        ASSERT(pending->blocks != NULL);
    }
    pending->blocks[pending->block_count++] = (PendingBlock){block, first_line, pending->bytes.len};
}

size_t pending_block_end(const Pending *pending, uint32_t at)
{
    return at + 1 < pending->block_count ? pending->blocks[at + 1].start : pending->bytes.len;
}

// ---- writing ----

enum { NUMBER_BYTES = 10 }; // of the longest varint

static void put_number(Buf *out, uint64_t n)
{
    if (out->cap - out->len < NUMBER_BYTES) {
        buf_reserve(out, NUMBER_BYTES);
    }
    unsigned char *at = (unsigned char *)out->ptr + out->len;
    for (; n >= 0x80; n >>= 7) {
        *at++ = (unsigned char)(n | 0x80);
    }
    *at++ = (unsigned char)n;
    out->len = (size_t)((char *)at - out->ptr);
}

static void put_text(Buf *out, Str text)
{
    put_number(out, text.len);
    buf_push(out, text);
}

static void put_shared(Pending *pending, Str text)
{
    put_number(&pending->bytes, map_intern(&pending->texts, text));
}

enum { ID_PARTS = 5 };

// An id is its subscription, the word before its group's name, that name, a provider path, and the
// rest: many ids share all of these but the two names.
static void put_id(Pending *pending, Str id)
{
    IdParts *parts = &pending->parts;
    id_parts_read(parts, id);
    uint32_t subscription = parts->subscription;
    uint32_t name = parts->group != 0 ? parts->slashes[3] + 1 : subscription;
    uint32_t group = parts->group != 0 ? parts->group : subscription;
    uint32_t first = group == 0 ? 0 : parts->group != 0 ? 4 : 2; // the first '/' behind it
    bool provided =
        first + 3 < parts->count && str_starts_nocase(str_from(id, group), STR("/providers/"));
    uint32_t rest = provided ? parts->slashes[first + 3] : group;
    put_shared(pending, str_slice(id, 0, subscription));
    put_shared(pending, str_slice(id, subscription, name));
    put_text(&pending->bytes, str_slice(id, name, group));
    put_shared(pending, str_slice(id, group, rest));
    put_text(&pending->bytes, str_from(id, rest));
}

static void put_rule(Buf *out, const PendingRule *rule, uint32_t before)
{
    uint32_t step = rule->plan - before; // rules come in the order of their plans
    const PendingAsk *ask = rule->ask;
    put_number(out, (uint64_t)step << RULE_BITS | (ask != NULL ? RULE_ASKS : 0U) |
                        (ask != NULL && ask->failed ? RULE_FAILED : 0U));
    if (ask != NULL) {
        buf_push(out, (Str){(const char *)&ask->key, sizeof ask->key});
        put_text(out, ask->message);
    }
}

static bool name_is_tail(const PendingRow *row)
{
    return row->id.len > row->name.len && row->name.len != 0 && str_ends(row->id, row->name) &&
           row->id.ptr[row->id.len - row->name.len - 1] == '/' &&
           memchr(row->name.ptr, '/', row->name.len) == NULL;
}

static void put_resource(Pending *pending, const PendingRow *row)
{
    Buf *out = &pending->bytes;
    bool tail = name_is_tail(row);
    bool plain = row->id_json.len == row->id.len + 2; // nothing but quotes around it
    put_number(out, row->type);
    put_number(out, row->line - pending->blocks[pending->block_count - 1].first_line);
    buf_byte(out, (char)((tail ? NAME_IS_TAIL : 0) | (row->needs_text ? NEEDS_TEXT : 0) |
                         (plain ? ID_IS_PLAIN : 0)));
    put_id(pending, row->id);
    if (!tail) {
        put_text(out, row->name);
    }
    put_shared(pending, row->location);
    if (row->needs_text) {
        put_text(out, row->text);
    }
}

void pending_push(Pending *pending, const PendingRow *row)
{
    Buf *out = &pending->bytes;
    if (pending->stays) {
        buf_push(out, (Str){(const char *)&row->stays, sizeof row->stays});
        buf_byte(out, row->needs_text ? NEEDS_TEXT : 0);
    } else {
        put_resource(pending, row);
    }
    put_number(out, row->tag);
    put_number(out, row->rule_count);
    for (uint32_t i = 0, before = 0; i < row->rule_count; i++) {
        put_rule(out, &row->rules[i], before);
        before = row->rules[i].plan;
    }
}

// ---- reading what was written above ----

typedef struct Cursor {
    Str bytes;
    size_t at;
} Cursor;

static uint64_t get_number(Cursor *c)
{
    uint64_t n = 0;
    for (uint32_t shift = 0;; shift += 7) {
        ASSERT(c->at < c->bytes.len && shift < 64);
        unsigned char byte = (unsigned char)c->bytes.ptr[c->at++];
        n |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            return n;
        }
    }
}

static Str get_bytes(Cursor *c, size_t len)
{
    ASSERT(len <= c->bytes.len - c->at);
    Str bytes = {c->bytes.ptr + c->at, len};
    c->at += len;
    return bytes;
}

static unsigned get_byte(Cursor *c)
{
    return (unsigned char)get_bytes(c, 1).ptr[0];
}

static Str get_text(Cursor *c)
{
    return get_bytes(c, get_number(c));
}

static Str get_shared(const Pending *pending, Cursor *c)
{
    uint64_t n = get_number(c);
    ASSERT(n < pending->texts.count);
    return pending->texts.entries[n].key;
}

static void get_rule(Cursor *c, uint32_t before, Arena *arena, PendingRule *rule)
{
    uint64_t number = get_number(c);
    rule->plan = before + (uint32_t)(number >> RULE_BITS);
    if ((number & RULE_ASKS) != 0) {
        PendingAsk *ask = NEW(arena, PendingAsk);
        ask->failed = (number & RULE_FAILED) != 0;
        memcpy(&ask->key, get_bytes(c, sizeof ask->key).ptr, sizeof ask->key);
        ask->message = get_text(c);
        rule->ask = ask;
    }
}

// The id, with room for a quote before and behind it.
static char *get_id(const Pending *pending, Cursor *c, Arena *arena, PendingRow *row)
{
    Str parts[ID_PARTS];
    parts[0] = get_shared(pending, c);
    parts[1] = get_shared(pending, c);
    parts[2] = get_text(c);
    parts[3] = get_shared(pending, c);
    parts[4] = get_text(c);
    size_t len = 0;
    for (size_t p = 0; p < COUNTOF(parts); p++) {
        len += parts[p].len;
    }
    char *json = NEW_ARRAY(arena, char, len + 2);
    char *end = json + 1;
    for (size_t p = 0; p < COUNTOF(parts); p++) {
        if (parts[p].len != 0) {
            memcpy(end, parts[p].ptr, parts[p].len);
            end += parts[p].len;
        }
    }
    row->id = (Str){json + 1, len};
    row->subscription = (uint32_t)parts[0].len;
    row->group = parts[1].len != 0 ? (uint32_t)(parts[0].len + parts[1].len + parts[2].len) : 0;
    return json;
}

static void get_resource(const Pending *pending, uint32_t block, Cursor *c, Arena *arena,
                         PendingRow *row)
{
    row->type = (uint32_t)get_number(c);
    row->line = pending->blocks[block].first_line + get_number(c);
    unsigned flags = get_byte(c);
    char *json = get_id(pending, c, arena, row);
    if ((flags & ID_IS_PLAIN) != 0) {
        row->id_json = (Str){json, row->id.len + 2};
        json[0] = '"';
        json[row->id.len + 1] = '"';
    }
    if ((flags & NAME_IS_TAIL) != 0) {
        size_t at = row->id.len;
        while (at > 0 && row->id.ptr[at - 1] != '/') {
            at--;
        }
        row->name = str_from(row->id, at);
    } else {
        row->name = get_text(c);
    }
    row->location = get_shared(pending, c);
    row->needs_text = (flags & NEEDS_TEXT) != 0;
    row->text = row->needs_text ? get_text(c) : (Str){0};
}

void pending_read(const Pending *pending, uint32_t block, size_t *offset, Arena *arena,
                  PendingRow *ret_row)
{
    Cursor c = {buf_str(&pending->bytes), *offset};
    PendingRow row = {0};
    if (pending->stays) {
        memcpy(&row.stays, get_bytes(&c, sizeof row.stays).ptr, sizeof row.stays);
        row.needs_text = (get_byte(&c) & NEEDS_TEXT) != 0;
    } else {
        get_resource(pending, block, &c, arena, &row);
    }
    row.tag = (uint32_t)get_number(&c);
    row.rule_count = (uint32_t)get_number(&c);
    PendingRule *rules = NEW_ARRAY(arena, PendingRule, (size_t)row.rule_count + 1);
    for (uint32_t i = 0, before = 0; i < row.rule_count; i++) {
        get_rule(&c, before, arena, &rules[i]);
        before = rules[i].plan;
    }
    row.rules = rules;
    *offset = c.at;
    *ret_row = row;
}
