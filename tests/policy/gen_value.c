// SPDX-License-Identifier: Apache-2.0
// The resources of gen_rule: every field the rules name, there or not, of a fitting kind or not.
#include "policy/gen_rule.h"

#include <string.h>

// SplitMix64 (Steele, Lea, Flood 2014): enough for tests, and the same everywhere.
uint32_t gen_pick(GenRand *rand, uint32_t bound)
{
    ASSERT(bound > 0);
    rand->state += 0x9e3779b97f4a7c15U;
    uint64_t z = rand->state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    z ^= z >> 31;
    return (uint32_t)(z >> 32) % bound;
}

static void put(Buf *out, const char *text)
{
    buf_push(out, (Str){text, strlen(text)});
}

static const char *const scalars[] = {
    "\"abc\"",
    "\"ABC\"",
    "\"a\"",
    "\"b\"",
    "\"\"",
    "\"5\"",
    "5",
    "5.0",
    "5.5",
    "-3",
    "0",
    "1",
    "2",
    "10",
    "\"10\"",
    "true",
    "false",
    "\"true\"",
    "\"False\"",
    "null",
    "12345678901234567890",
    "1e400",
    "0.1000000000000000055511151231257827",
    "\"2024-01-01T00:00:00Z\"",
    "\"2025-06-30\"",
    "\"East US\"",
    "\"eastus\"",
    "\"10.0.0.1\"",
    "\"Straße\"",
    "\"[x\"",
    "\"a*c\"",
    "\"a#?\"",
};

void gen_value(GenRand *rand, Buf *out, uint32_t depth)
{
    uint32_t kind = gen_pick(rand, depth == 0 ? 8 : 10);
    if (kind < 8) {
        put(out, scalars[gen_pick(rand, COUNTOF(scalars))]);
        return;
    }
    uint32_t count = gen_pick(rand, 3);
    put(out, kind == 8 ? "[" : "{");
    for (uint32_t i = 0; i < count; i++) {
        static const char *const keys[] = {"\"k\":", "\"abc\":"};
        put(out, i != 0 ? "," : "");
        put(out, kind == 8 ? "" : keys[i % COUNTOF(keys)]);
        gen_value(rand, out, depth - 1);
    }
    put(out, kind == 8 ? "]" : "}");
}

// Writes "key": when the dice want the member; false = leave it out.
static bool member(GenRand *rand, Buf *out, const char *key, uint32_t percent)
{
    if (gen_pick(rand, 100) >= percent) {
        return false;
    }
    char last = out->ptr[out->len - 1];
    put(out, last == '{' || last == '[' ? "\"" : ",\"");
    put(out, key);
    put(out, "\":");
    return true;
}

static void any_member(GenRand *rand, Buf *out, const char *key, uint32_t percent)
{
    if (member(rand, out, key, percent)) {
        gen_value(rand, out, 1);
    }
}

// An array of 0–3 things, or now and then something that is no array.
static void array_of(GenRand *rand, Buf *out, void (*item)(GenRand *rand, Buf *out))
{
    uint32_t dice = gen_pick(rand, 12);
    if (dice < 2) {
        put(out, dice == 0 ? "null" : "[]");
        return;
    }
    if (dice == 2) {
        gen_value(rand, out, 1);
        return;
    }
    uint32_t count = gen_pick(rand, 4);
    put(out, "[");
    for (uint32_t i = 0; i < count; i++) {
        put(out, i != 0 ? "," : "");
        item(rand, out);
    }
    put(out, "]");
}

static void scalar_item(GenRand *rand, Buf *out)
{
    gen_value(rand, out, 0);
}

static void inner_item(GenRand *rand, Buf *out)
{
    if (gen_pick(rand, 10) == 0) {
        gen_value(rand, out, 1);
        return;
    }
    put(out, "{");
    any_member(rand, out, "v", 70);
    if (member(rand, out, "deep", 50)) {
        array_of(rand, out, scalar_item);
    }
    put(out, "}");
}

static void item_members(GenRand *rand, Buf *out)
{
    any_member(rand, out, "a", 70);
    if (member(rand, out, "b", 60)) {
        put(out, "{");
        any_member(rand, out, "c", 70);
        put(out, "}");
    }
    if (member(rand, out, "list", 60)) {
        array_of(rand, out, scalar_item);
    }
    if (member(rand, out, "inner", 60)) {
        array_of(rand, out, inner_item);
    }
}

static void item(GenRand *rand, Buf *out)
{
    if (gen_pick(rand, 12) == 0) {
        gen_value(rand, out, 1);
        return;
    }
    put(out, "{");
    item_members(rand, out);
    if (member(rand, out, "properties", 20)) { // a child resource inside its parent
        put(out, "{");
        item_members(rand, out);
        put(out, "}");
    }
    put(out, "}");
}

static void tags(GenRand *rand, Buf *out)
{
    if (!member(rand, out, "tags", 70)) {
        return;
    }
    put(out, "{");
    any_member(rand, out, "Env", 60);
    any_member(rand, out, "k", 50);
    any_member(rand, out, "cost.center", 40);
    put(out, "}");
}

static void properties(GenRand *rand, Buf *out)
{
    if (!member(rand, out, "properties", 90)) {
        return;
    }
    put(out, "{");
    any_member(rand, out, "num", 70);
    any_member(rand, out, "Text", 70);
    any_member(rand, out, "flag", 70);
    if (member(rand, out, "sub", 60)) {
        put(out, "{");
        any_member(rand, out, "name", 70);
        put(out, "}");
    }
    if (member(rand, out, "list", 70)) {
        array_of(rand, out, scalar_item);
    }
    if (member(rand, out, "items", 80)) {
        array_of(rand, out, item);
    }
    put(out, "}");
}

static void pick_member(GenRand *rand, Buf *out, const char *key, uint32_t percent,
                        const char *const *values, uint32_t count)
{
    if (member(rand, out, key, percent)) {
        buf_printf(out, "\"%s\"", values[gen_pick(rand, count)]);
    }
}

static void resource_members(GenRand *rand, Buf *out)
{
    static const char *const kinds[] = {"abc", "ABC", "web", ""};
    static const char *const places[] = {"eastus", "East US", "westeurope", ""};
    pick_member(rand, out, "kind", 50, kinds, COUNTOF(kinds));
    pick_member(rand, out, "location", 60, places, COUNTOF(places));
    if (member(rand, out, "identity", 40)) {
        put(out, "{");
        any_member(rand, out, "type", 80);
        put(out, "}");
    }
    if (member(rand, out, "sku", 50)) {
        put(out, "{");
        any_member(rand, out, "name", 80);
        put(out, "}");
    }
    tags(rand, out);
    properties(rand, out);
}

void gen_resource(GenRand *rand, Buf *out, const char *name)
{
    static const char *const types[] = {"Demo.Provider/things", "Demo.Provider/things",
                                        "demo.provider/THINGS", "Demo.Provider/things",
                                        "Demo.Provider/others"};
    const char *type = types[gen_pick(rand, COUNTOF(types))];
    buf_printf(out, "{\"id\":\"/subscriptions/S1/resourceGroups/R1/providers/%s/%s\",", type, name);
    buf_printf(out, "\"name\":\"%s\",\"type\":\"%s\"", name, type);
    resource_members(rand, out);
    put(out, "}");
}

// Where a related resource stands: its id is before, the parent's name, behind, its own name.
typedef struct Place {
    const char *before;
    const char *behind; // NULL = the parent's name is not in it
    const char *type;
} Place;

void gen_related(GenRand *rand, Buf *out, const char *parent, const char *name)
{
    static const Place places[] = {
        {"/subscriptions/S1/resourceGroups/R1/providers/Demo.Provider/things/", "/kids/",
         "Demo.Provider/things/kids"},
        {"/subscriptions/s1/resourcegroups/r1/providers/demo.provider/THINGS/", "/kids/",
         "demo.provider/things/KIDS"},
        {"/subscriptions/S1/resourceGroups/R1/providers/Demo.Provider/things/x", "/kids/",
         "Demo.Provider/things/kids"},
        {"/subscriptions/S1/resourceGroups/R1/providers/Demo.Provider/siblings/", NULL,
         "Demo.Provider/siblings"},
        {"/subscriptions/S1/resourceGroups/R2/providers/Demo.Provider/siblings/", NULL,
         "Demo.Provider/siblings"},
        {"/subscriptions/S2/resourceGroups/R1/providers/Demo.Provider/siblings/", NULL,
         "Demo.Provider/siblings"},
        {"/subscriptions/S1/resourceGroups/R1/providers/Demo.Provider/things/",
         "/providers/Microsoft.Insights/diagnosticSettings/",
         "Microsoft.Insights/diagnosticSettings"},
        {"/subscriptions/S1/resourceGroups/R1/providers/Demo.Provider/siblings/",
         "/providers/Microsoft.Insights/diagnosticSettings/",
         "Microsoft.Insights/diagnosticSettings"},
        {"/subscriptions/S1/resourceGroups/R1/providers/Demo.Provider/things/", NULL,
         "Demo.Provider/things"},
    };
    const Place *place = &places[gen_pick(rand, COUNTOF(places))];
    buf_printf(out, "{\"id\":\"%s", place->before);
    if (place->behind != NULL) {
        buf_printf(out, "%s%s", parent, place->behind);
    }
    buf_printf(out, "%s\",\"name\":\"%s\",\"type\":\"%s\"", name, name, place->type);
    resource_members(rand, out);
    put(out, "}");
}
