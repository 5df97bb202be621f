// SPDX-License-Identifier: Apache-2.0
#include "policy/pending.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_IS_TAIL = 1, HAS_TEXT = 2, ID_IS_PLAIN = 4 };
enum { RULE_HAS_KEY = 1, RULE_FAILED = 2 };

void pending_open(Pending *pending)
{
    *pending = (Pending){0};
    arena_init(&pending->arena, SIZE_MAX);
    map_init(&pending->texts, &pending->arena, MAP_EXACT);
}

void pending_close(Pending *pending)
{
    buf_free(&pending->bytes);
    free(pending->blocks);
    arena_free(&pending->arena);
    *pending = (Pending){0};
}

uint64_t pending_bytes(const Pending *pending)
{
    return pending->bytes.cap + pending->arena.used_bytes +
           sizeof(PendingBlock) * pending->block_cap;
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

static void put_number(Buf *out, uint64_t n)
{
    for (; n >= 0x80; n >>= 7) {
        buf_byte(out, (char)(unsigned char)(n | 0x80));
    }
    buf_byte(out, (char)(unsigned char)n);
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
    Str subscription = id_subscription(id);
    Str group = id_group(id);
    Str rest = str_from(id, group.len != 0 ? group.len : subscription.len);
    size_t name = group.len;
    while (name > subscription.len && group.ptr[name - 1] != '/') {
        name--;
    }
    size_t middle = 0;
    if (str_starts_nocase(rest, STR("/providers/"))) {
        uint32_t slashes = 0;
        for (size_t i = 0; i < rest.len && slashes < 4; i++) {
            if (rest.ptr[i] == '/') {
                slashes++;
                middle = i;
            }
        }
    }
    put_shared(pending, subscription);
    put_shared(pending, group.len != 0 ? str_slice(group, subscription.len, name) : (Str){0});
    put_text(&pending->bytes, group.len != 0 ? str_from(group, name) : (Str){0});
    put_shared(pending, (Str){rest.ptr, middle});
    put_text(&pending->bytes, str_from(rest, middle));
}

static void put_rule(Buf *out, const PendingRule *rule)
{
    put_number(out, rule->plan);
    buf_byte(out, (char)((rule->has_key ? RULE_HAS_KEY : 0) | (rule->failed ? RULE_FAILED : 0)));
    if (rule->has_key) {
        buf_push(out, (Str){(const char *)&rule->key, sizeof rule->key});
    }
    if (rule->failed) {
        put_text(out, rule->message);
    }
}

static bool name_is_tail(const PendingRow *row)
{
    return row->id.len > row->name.len && row->name.len != 0 && str_ends(row->id, row->name) &&
           row->id.ptr[row->id.len - row->name.len - 1] == '/' &&
           memchr(row->name.ptr, '/', row->name.len) == NULL;
}

void pending_push(Pending *pending, const PendingRow *row)
{
    Buf *out = &pending->bytes;
    bool tail = name_is_tail(row);
    put_number(out, row->type);
    put_number(out, row->tag);
    put_number(out, row->line - pending->blocks[pending->block_count - 1].first_line);
    bool plain = row->id_json.len == row->id.len + 2; // nothing but quotes around it
    buf_byte(out, (char)((tail ? NAME_IS_TAIL : 0) | (row->text.len != 0 ? HAS_TEXT : 0) |
                         (plain ? ID_IS_PLAIN : 0)));
    put_id(pending, row->id);
    if (!tail) {
        put_text(out, row->name);
    }
    put_shared(pending, row->location);
    if (row->text.len != 0) {
        put_text(out, row->text);
    }
    put_number(out, row->rule_count);
    for (uint32_t i = 0; i < row->rule_count; i++) {
        put_rule(out, &row->rules[i]);
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

static PendingRule get_rule(Cursor *c)
{
    PendingRule rule = {.plan = (uint32_t)get_number(c)};
    unsigned flags = (unsigned char)get_bytes(c, 1).ptr[0];
    rule.has_key = (flags & RULE_HAS_KEY) != 0;
    rule.failed = (flags & RULE_FAILED) != 0;
    if (rule.has_key) {
        memcpy(&rule.key, get_bytes(c, sizeof rule.key).ptr, sizeof rule.key);
    }
    if (rule.failed) {
        rule.message = get_text(c);
    }
    return rule;
}

PendingRow pending_read(const Pending *pending, uint32_t block, size_t *offset, Arena *arena)
{
    Cursor c = {buf_str(&pending->bytes), *offset};
    PendingRow row = {.type = (uint32_t)get_number(&c), .tag = (uint32_t)get_number(&c)};
    row.line = pending->blocks[block].first_line + get_number(&c);
    unsigned flags = (unsigned char)get_bytes(&c, 1).ptr[0];
    Str parts[ID_PARTS];
    parts[0] = get_shared(pending, &c);
    parts[1] = get_shared(pending, &c);
    parts[2] = get_text(&c);
    parts[3] = get_shared(pending, &c);
    parts[4] = get_text(&c);
    size_t len = 0;
    for (size_t p = 0; p < COUNTOF(parts); p++) {
        len += parts[p].len;
    }
    char *json = NEW_ARRAY(arena, char, len + 2);
    char *id = json + 1;
    json[0] = '"';
    json[len + 1] = '"';
    for (size_t p = 0; p < COUNTOF(parts); p++) {
        if (parts[p].len != 0) {
            memcpy(id + row.id.len, parts[p].ptr, parts[p].len);
            row.id.len += parts[p].len;
        }
    }
    row.id.ptr = id;
    row.id_json = (flags & ID_IS_PLAIN) != 0 ? (Str){json, len + 2} : (Str){0};
    if ((flags & NAME_IS_TAIL) != 0) {
        size_t at = row.id.len;
        while (at > 0 && id[at - 1] != '/') {
            at--;
        }
        row.name = str_from(row.id, at);
    } else {
        row.name = get_text(&c);
    }
    row.location = get_shared(pending, &c);
    row.text = (flags & HAS_TEXT) != 0 ? get_text(&c) : (Str){0};
    row.rule_count = (uint32_t)get_number(&c);
    PendingRule *rules = NEW_ARRAY(arena, PendingRule, (size_t)row.rule_count + 1);
    for (uint32_t i = 0; i < row.rule_count; i++) {
        rules[i] = get_rule(&c);
    }
    row.rules = rules;
    *offset = c.at;
    return row;
}
