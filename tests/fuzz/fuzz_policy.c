// SPDX-License-Identifier: Apache-2.0
// A rule and what it is about, as text: the engine and the reference evaluator agree on it,
// whatever it is. Lines: the definition, the resource, any related resources. Input that does not
// begin with '{' is a seed for the generator of pairs.
#include <stdio.h>
#include <string.h>

#include "policy/diff_pair.h"
#include "policy/gen_rule.h"
#include "json/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RELATED_MAX = 8 };

// What a run may be given: plain objects. Keys that differ by case only are left out, because which
// of them counts is nobody's promise.
static bool is_plain(const Json *json, uint32_t depth)
{
    for (uint32_t i = 0; json->type == JSON_ARRAY && i < json->count; i++) {
        if (!is_plain(&json->items[i], depth + 1)) {
            return false;
        }
    }
    for (uint32_t i = 0; json->type == JSON_OBJECT && i < json->count; i++) {
        if (json_find_nocase(json, json->members[i].key) != &json->members[i].value ||
            !is_plain(&json->members[i].value, depth + 1)) {
            return false;
        }
    }
    return depth < 64;
}

static const Json *plain_object(Arena *arena, Str text)
{
    Err err = {0};
    const Json *json = NULL;
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    bool ok = json_read_data(arena, text, &limits, &json, &err) && json_is(json, JSON_OBJECT) &&
              is_plain(json, 0);
    return ok ? json : NULL;
}

// The lines of text as objects; stops at the first that is none.
static uint32_t read_lines(Arena *arena, Str text, const Json **ret_lines, uint32_t max)
{
    uint32_t count = 0;
    for (StrCut cut = {.tail = text, .found = true}; cut.found && count < max; count++) {
        cut = str_cut(cut.tail, '\n');
        ret_lines[count] = plain_object(arena, cut.head);
        if (ret_lines[count] == NULL) {
            break;
        }
    }
    return count;
}

static const Json *array_of(Arena *arena, const Json *const *items, uint32_t count)
{
    Json *copy = NEW_ARRAY(arena, Json, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        copy[i] = *items[i];
    }
    Json *array = NEW(arena, Json);
    *array = (Json){.type = JSON_ARRAY, .count = count, .items = copy};
    return array;
}

static Str generated(Arena *arena, const uint8_t *data, size_t size)
{
    GenPair pair;
    uint64_t seed = 0;
    memcpy(&seed, data, size < sizeof seed ? size : sizeof seed);
    gen_pair(arena, seed, &pair);
    Buf buf = {0};
    buf_printf(&buf, "%.*s\n%.*s", STR_ARG(pair.definition), STR_ARG(pair.resource));
    for (uint32_t i = 0; i < pair.related_count; i++) {
        buf_printf(&buf, "\n%.*s", STR_ARG(pair.related[i]));
    }
    Str text = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return text;
}

// Made once: it is read-only, and the same for every input.
static const AliasTable *shipped_table(void)
{
    static Arena arena;
    static AliasTable *table;
    if (table == NULL) {
        arena_init(&arena, (size_t)1 << 28);
        table = alias_table_new(&arena);
        alias_table_add_shipped(table);
    }
    return table;
}

static void run(Arena *arena, Str text)
{
    const Json *lines[2 + RELATED_MAX];
    uint32_t count = read_lines(arena, text, lines, COUNTOF(lines));
    if (count < 2) {
        return;
    }
    PlanOptions options = {.now = (Ticks)738900 * TICKS_PER_DAY};
    DiffInput in = {
        .definition = lines[0],
        .parameters = diff_json(arena, STR("{}")),
        .resource = lines[1],
        .related = array_of(arena, lines + 2, count - 2),
        .aliases = shipped_table(),
        .options = &options,
    };
    RefOutcome ref;
    Str why = {NULL, 0};
    if (diff_run(arena, &in, &ref, &why) == DIFF_DISAGREE) {
        diff_report(arena, &in, "fuzz");
        (void)fflush(stdout);
        UNREACHABLE("the two evaluators disagree");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 30);
    Str text = {(const char *)data, size};
    bool is_text = size != 0 && data[0] == '{';
    run(&arena, is_text ? text : generated(&arena, data, size));
    arena_free(&arena);
    return 0;
}
