// SPDX-License-Identifier: Apache-2.0
#include "policy/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/swar.h"
#include "json/read.h"

static void *resize(void *ptr, size_t count, size_t size)
{
    size_t bytes = 0;
    ASSERT(!ckd_mul(&bytes, count, size));
    void *wider = realloc(ptr, bytes);
    ASSERT(wider != NULL);
    return wider;
}

static void *zeroed(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    ASSERT(memory != NULL);
    return memory;
}

// ---- dictionary ----

#define KEY_STRING (UINT32_C(1) << 31)
#define KEY_HASHED (UINT32_C(1) << 30)

static inline ValueKey key_of(Str text)
{
    uint32_t quotes = text.len >= 2 && text.ptr[0] == '"' ? 1 : 0;
    const char *bytes = text.ptr + quotes;
    size_t len = text.len - 2 * (size_t)quotes;
    ValueKey key = {.len = (uint32_t)text.len | (quotes != 0 ? KEY_STRING : 0)};
    if (len < sizeof key.word) {
        key.word = swar_load_short(bytes, len);
    } else if (len == sizeof key.word) {
        key.word = swar_load(bytes);
    } else {
        key.word = hash_bytes(bytes, len, 0);
        key.len |= KEY_HASHED;
    }
    return key;
}

static inline uint32_t key_place(const Dictionary *d, ValueKey key)
{
    return (uint32_t)hash_mix(key.word ^ 0xa0761d6478bd642fU, 0xe7037ed1a0b428dbU ^ key.len) &
           d->slot_mask;
}

static void slot_enter(Dictionary *d, const ValueSlot *slot)
{
    uint32_t at = key_place(d, slot->key);
    while (d->slots[at].number != 0) {
        at = (at + 1) & d->slot_mask;
    }
    d->slots[at] = *slot;
}

static void dictionary_widen(Dictionary *d)
{
    ValueSlot *old = d->slots;
    uint32_t old_count = old != NULL ? d->slot_mask + 1 : 0;
    uint32_t count = old != NULL ? old_count * 2 : 32;
    d->slots = zeroed(count, sizeof(ValueSlot));
    d->slot_mask = count - 1;
    for (uint32_t i = 0; i < old_count; i++) {
        if (old[i].number != 0) {
            slot_enter(d, &old[i]);
        }
    }
    free(old);
}

// The text is borrowed.
static uint32_t dictionary_append(Dictionary *d, Str text)
{
    if (d->count == d->cap) {
        d->cap = d->cap == 0 ? 16 : d->cap * 2;
        d->values = resize(d->values, d->cap, sizeof(Value));
    }
    d->values[d->count] = (Value){text.ptr, (uint32_t)text.len, NULL};
    return d->count++;
}

static void dictionary_start(Dictionary *d)
{
    d->count = 0;
    arena_init(&d->arena, SIZE_MAX);
    dictionary_widen(d);
    (void)dictionary_append(d, (Str){0});
    uint32_t null = dictionary_append(d, STR("null"));
    slot_enter(d, &(ValueSlot){key_of(STR("null")), null + 1});
}

static uint32_t dictionary_intern(Dictionary *d, Str text)
{
    if (d->direct) {
        return str_eq(text, STR("null")) ? VALUE_NULL : dictionary_append(d, text);
    }
    d->sets++;
    ValueKey key = key_of(text);
    uint32_t at = key_place(d, key);
    for (; d->slots[at].number != 0; at = (at + 1) & d->slot_mask) {
        const ValueSlot *slot = &d->slots[at];
        if (slot->key.word == key.word && slot->key.len == key.len &&
            ((key.len & KEY_HASHED) == 0 ||
             swar_eq(d->values[slot->number - 1].text, text.ptr, text.len))) {
            return slot->number - 1;
        }
    }
    uint32_t id = dictionary_append(d, str_copy(&d->arena, text));
    d->slots[at] = (ValueSlot){key, id + 1};
    if (d->count * 2 > d->slot_mask) {
        dictionary_widen(d);
    }
    return id;
}

// ---- table ----

void table_open(Table *table, const TypePlan *plan, uint64_t dictionary_bytes_max)
{
    *table = (Table){.plan = plan, .bytes_max = dictionary_bytes_max};
    table->columns = zeroed((size_t)plan->slot_count + 1, sizeof(Column *));
    table->elements = zeroed(plan->space_count, sizeof(Elements *));
    for (uint32_t s = 0; s < plan->slot_count; s++) {
        table->columns[s] = zeroed(1, sizeof(Column));
        dictionary_start(&table->columns[s]->dictionary);
    }
    for (uint32_t s = 0; s < plan->space_count; s++) {
        table->elements[s] = zeroed(1, sizeof(Elements));
    }
}

static uint32_t slot_of_path(const TypePlan *plan, Str path)
{
    for (uint32_t s = 0; s < plan->slot_count; s++) {
        if (str_eq(plan->slots[s].path, path)) {
            return s;
        }
    }
    return NONE;
}

bool table_view(Table *table, const TypePlan *plan, const Table *source)
{
    *table = (Table){.plan = plan, .is_view = true};
    table->columns = zeroed((size_t)plan->slot_count + 1, sizeof(Column *));
    table->elements = zeroed(plan->space_count, sizeof(Elements *));
    table->elements[SPACE_ROOT] = source->elements[SPACE_ROOT];
    for (uint32_t s = 0; s < plan->slot_count; s++) {
        uint32_t from = slot_of_path(source->plan, plan->slots[s].path);
        if (from == NONE) {
            free(table->columns);
            free(table->elements);
            *table = (Table){0};
            return false;
        }
        table->columns[s] = source->columns[from];
        uint32_t space = plan->slots[s].space;
        uint32_t shared = source->plan->slots[from].space;
        for (; space != SPACE_ROOT; space = plan->spaces[space].parent) {
            table->elements[space] = source->elements[shared];
            shared = source->plan->spaces[shared].parent;
        }
    }
    return true;
}

static void dictionary_end(Dictionary *d)
{
    arena_free(&d->arena);
    free(d->values);
    free(d->slots);
    *d = (Dictionary){0};
}

static void column_close(Column *column)
{
    dictionary_end(&column->dictionary);
    free(column->ids);
    free(column);
}

static void elements_close(Elements *elements)
{
    free(elements->starts);
    free(elements->parents);
    free(elements);
}

void table_close(Table *table)
{
    if (!table->is_view) {
        for (uint32_t s = 0; s < table->plan->slot_count; s++) {
            column_close(table->columns[s]);
        }
        for (uint32_t s = 0; s < table->plan->space_count; s++) {
            elements_close(table->elements[s]);
        }
    }
    free(table->columns);
    free(table->elements);
    *table = (Table){0};
}

// Numbers of elements that are not there are VALUE_MISSING, so that a new element needs none set.
static void clear_ids(Table *table, const Space *shape, uint32_t first, uint32_t end)
{
    for (uint32_t i = 0; i < shape->slot_count; i++) {
        memset(table->columns[shape->slots[i]]->ids + first, 0, sizeof(uint32_t) * (end - first));
    }
}

static void widen(Table *table, uint32_t space)
{
    const Space *shape = &table->plan->spaces[space];
    Elements *elements = table->elements[space];
    elements->cap = elements->cap == 0 ? 8 : elements->cap * 2;
    elements->parents = resize(elements->parents, elements->cap, sizeof(uint32_t));
    for (uint32_t i = 0; i < shape->slot_count; i++) {
        Column *column = table->columns[shape->slots[i]];
        column->ids = resize(column->ids, elements->cap, sizeof(uint32_t));
    }
    clear_ids(table, shape, elements->count, elements->cap);
    for (uint32_t i = 0; i < shape->child_count; i++) {
        Elements *child = table->elements[shape->children[i]];
        child->starts = resize(child->starts, elements->cap, sizeof(uint32_t));
    }
}

uint32_t table_add_element(Table *table, uint32_t space)
{
    const Space *shape = &table->plan->spaces[space];
    Elements *elements = table->elements[space];
    if (elements->count == elements->cap) {
        widen(table, space);
    }
    uint32_t at = elements->count++;
    if (shape->parent != NONE) {
        elements->parents[at] = table->elements[shape->parent]->count - 1;
    }
    for (uint32_t i = 0; i < shape->child_count; i++) {
        Elements *child = table->elements[shape->children[i]];
        child->starts[at] = child->count;
    }
    return at;
}

static void truncate_space(Table *table, uint32_t space, uint32_t first)
{
    const Space *shape = &table->plan->spaces[space];
    if (first >= table->elements[space]->count) {
        return;
    }
    for (uint32_t i = 0; i < shape->child_count; i++) {
        uint32_t child = shape->children[i];
        truncate_space(table, child, table->elements[child]->starts[first]);
    }
    clear_ids(table, shape, first, table->elements[space]->count);
    table->elements[space]->count = first;
}

void table_truncate(Table *table, uint32_t row)
{
    truncate_space(table, SPACE_ROOT, row);
}

void table_drop_elements(Table *table, uint32_t space)
{
    uint32_t parent = table->plan->spaces[space].parent;
    uint32_t last = table->elements[parent]->count - 1;
    truncate_space(table, space, table->elements[space]->starts[last]);
}

void table_set(Table *table, uint32_t slot, Str json_text)
{
    Column *column = table->columns[slot];
    uint32_t at = table->elements[table->plan->slots[slot].space]->count - 1;
    column->ids[at] = dictionary_intern(&column->dictionary, json_text);
}

void table_range_below(const Table *table, uint32_t space, uint32_t ancestor, uint32_t at,
                       uint32_t *ret_first, uint32_t *ret_end)
{
    if (space == ancestor) {
        *ret_first = at;
        *ret_end = at + 1;
        return;
    }
    uint32_t first = 0;
    uint32_t end = 0;
    table_range_below(table, table->plan->spaces[space].parent, ancestor, at, &first, &end);
    if (first == end) {
        *ret_first = *ret_end = 0;
        return;
    }
    uint32_t unused = 0;
    table_range(table, space, first, ret_first, &unused);
    table_range(table, space, end - 1, &unused, ret_end);
}

// A string without escapes is by far the most common value and needs no reader.
static bool is_plain_string(const Value *value)
{
    return value->text[0] == '"' && memchr(value->text, '\\', value->len) == NULL;
}

const Json *table_value(Table *table, uint32_t slot, uint32_t id)
{
    if (id <= VALUE_NULL) {
        return NULL;
    }
    Dictionary *d = &table->columns[slot]->dictionary;
    Value *value = &d->values[id];
    if (value->json == NULL && is_plain_string(value)) {
        Json *json = NEW(&d->arena, Json);
        *json = json_string((Str){value->text + 1, value->len - 2});
        value->json = json;
    } else if (value->json == NULL) {
        Err err = {0};
        JsonLimits limits = JSON_LIMITS_DEFAULT;
        // The text was validated when it was read, so a failure is a bug.
        ASSERT(
            json_read_data(&d->arena, (Str){value->text, value->len}, &limits, &value->json, &err));
    }
    return value->json;
}

bool table_turn_block(Table *table, uint32_t slot)
{
    enum { ENOUGH = 1024 }; // values to have seen before judging how they repeat
    Dictionary *d = &table->columns[slot]->dictionary;
    bool repeats = d->count < d->sets / 2;
    bool full = table->bytes_max != 0 && d->arena.used_bytes > table->bytes_max;
    bool direct = d->direct || (d->sets >= ENOUGH && !repeats);
    if (!full && !direct) {
        return false;
    }
    if (d->direct && d->count == VALUE_NULL + 1) {
        return false; // nothing was set
    }
    if (!d->direct || d->arena.used_bytes > 0) {
        dictionary_end(d);
        dictionary_start(d);
    }
    d->count = VALUE_NULL + 1;
    d->direct = direct;
    return true;
}
