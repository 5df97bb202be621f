// SPDX-License-Identifier: Apache-2.0
#include "policy/diff_pair.h"

#include <stdio.h>

#include "policy/shrink.h"
#include "json/read.h"

const Json *diff_json(Arena *arena, Str text)
{
    const Json *json = NULL;
    Err err = {0};
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    bool ok = json_read_data(arena, text, &limits, &json, &err);
    ASSERT(ok);
    return json;
}

DiffResult diff_run(Arena *arena, const DiffInput *in, RefOutcome *ret_ref, Str *ret_text)
{
    DiagList diags;
    diag_init(&diags, arena, (Str){NULL, 0});
    Err err = {0};
    AssignedRule rule;
    const Definition *definition = NULL;
    if (!definition_parse(arena, in->definition, &diags, &definition)) {
        *ret_text = diags.first != NULL ? diags.first->text : STR("no reason given");
        return DIFF_REJECTED;
    }
    if (!pair_rule(arena, definition, in->parameters, NULL, &rule, &err)) {
        *ret_text = str_copy(arena, str_from_cstr(err.text));
        return DIFF_REJECTED;
    }
    uint32_t count = json_is(in->related, JSON_ARRAY) ? in->related->count : 0;
    const Json **related = NEW_ARRAY(arena, const Json *, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        related[i] = &in->related->items[i];
    }
    RefInput pair = {
        .rule = &rule,
        .aliases = in->aliases,
        .options = in->options,
        .resource = in->resource,
        .related = related,
        .related_count = count,
    };
    PairSeen seen;
    *ret_ref = ref_eval(arena, &pair);
    if (!pair_engine(arena, &pair, &seen, &err)) {
        *ret_text = str_copy(arena, str_from_cstr(err.text));
        return DIFF_DISAGREE;
    }
    return pair_agrees(arena, ret_ref, &seen, ret_text) ? DIFF_AGREE : DIFF_DISAGREE;
}

// ---- shrinking ----

typedef struct Shrinking {
    DiffInput in;
    const Json **part; // which of the input's documents is being shrunk
    Str text;          // the disagreement that must stay
} Shrinking;

static bool is_array_of_objects(const Json *json)
{
    for (uint32_t i = 0; json->type == JSON_ARRAY && i < json->count; i++) {
        if (json->items[i].type != JSON_OBJECT) {
            return false;
        }
    }
    return json->type == JSON_ARRAY;
}

static bool still_fails(void *ctx, const Json *json)
{
    Shrinking *shrinking = ctx;
    const Json *before = *shrinking->part;
    Arena arena;
    arena_init(&arena, (size_t)1 << 30);
    RefOutcome ref;
    Str text = {NULL, 0};
    *shrinking->part = json;
    bool fails = shrinking->in.resource->type == JSON_OBJECT &&
                 shrinking->in.parameters->type == JSON_OBJECT &&
                 is_array_of_objects(shrinking->in.related) &&
                 diff_run(&arena, &shrinking->in, &ref, &text) == DIFF_DISAGREE &&
                 str_eq(text, shrinking->text);
    *shrinking->part = before;
    arena_free(&arena);
    return fails;
}

void diff_report(Arena *arena, const DiffInput *in, const char *name)
{
    RefOutcome ref;
    Str text = {NULL, 0};
    Shrinking shrinking = {.in = *in};
    (void)diff_run(arena, in, &ref, &shrinking.text);
    const Json **parts[] = {&shrinking.in.definition, &shrinking.in.resource, &shrinking.in.related,
                            &shrinking.in.parameters, &shrinking.in.definition};
    Shrink shrink = {.fails = still_fails, .ctx = &shrinking};
    for (size_t i = 0; i < COUNTOF(parts); i++) {
        shrinking.part = parts[i];
        *parts[i] = shrink_json(arena, *parts[i], &shrink);
    }
    DiffResult result = diff_run(arena, &shrinking.in, &ref, &text);
    printf("# %s: %.*s%.*s\n", name, STR_ARG(text),
           STR_ARG(result == DIFF_DISAGREE ? ref.error : (Str){0}));
    printf("#   definition %.*s\n", STR_ARG(pair_json_text(arena, shrinking.in.definition)));
    printf("#   parameters %.*s\n", STR_ARG(pair_json_text(arena, shrinking.in.parameters)));
    printf("#   resource   %.*s\n", STR_ARG(pair_json_text(arena, shrinking.in.resource)));
    printf("#   related    %.*s\n", STR_ARG(pair_json_text(arena, shrinking.in.related)));
}
