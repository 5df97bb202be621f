// SPDX-License-Identifier: Apache-2.0
#include "policy/shrink.h"

// The edits of a tree are numbered in preorder: per container, first each of its children taken
// away, then each of its children in its own place, then the edits below.
typedef struct Edit {
    Arena *arena;
    uint32_t left; // edits still to pass before the one that is made
    bool made;
} Edit;

static uint32_t child_count(const Json *json)
{
    return json->type == JSON_ARRAY || json->type == JSON_OBJECT ? json->count : 0;
}

static const Json *child(const Json *json, uint32_t i)
{
    return json->type == JSON_ARRAY ? &json->items[i] : &json->members[i].value;
}

// A copy without child `skip`, or with child `at` replaced by other.
static const Json *copy_with(Arena *arena, const Json *json, uint32_t skip, uint32_t at,
                             const Json *other)
{
    Json *out = NEW(arena, Json);
    *out = *json;
    out->count = 0;
    Json *items = NEW_ARRAY(arena, Json, json->count + 1);
    JsonMember *members = NEW_ARRAY(arena, JsonMember, json->count + 1);
    for (uint32_t i = 0; i < json->count; i++) {
        if (i == skip) {
            continue;
        }
        const Json *value = i == at ? other : child(json, i);
        if (json->type == JSON_ARRAY) {
            items[out->count++] = *value;
        } else {
            members[out->count] = json->members[i];
            members[out->count++].value = *value;
        }
    }
    if (json->type == JSON_ARRAY) {
        out->items = items;
    } else {
        out->members = members;
    }
    return out;
}

static const Json *edited(Edit *edit, const Json *json)
{
    uint32_t count = child_count(json);
    if (edit->left < count) {
        edit->made = true;
        return copy_with(edit->arena, json, edit->left, UINT32_MAX, NULL);
    }
    edit->left -= count;
    if (edit->left < count) {
        edit->made = true;
        return child(json, edit->left);
    }
    edit->left -= count;
    for (uint32_t i = 0; i < count; i++) {
        const Json *other = edited(edit, child(json, i));
        if (edit->made) {
            return copy_with(edit->arena, json, UINT32_MAX, i, other);
        }
    }
    return json;
}

const Json *shrink_json(Arena *arena, const Json *json, const Shrink *shrink)
{
    for (uint32_t at = 0;;) {
        Edit edit = {.arena = arena, .left = at};
        const Json *smaller = edited(&edit, json);
        if (!edit.made) {
            return json;
        }
        if (shrink->fails(shrink->ctx, smaller)) {
            json = smaller; // the next edit has the same number now
        } else {
            at++;
        }
    }
}
