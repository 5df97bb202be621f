// SPDX-License-Identifier: Apache-2.0
#include "oscal/yaml_tree.h"

#include <string.h>

#include "oscal/plain.h"

// What the model says of a place: an object of a type, or a datatype; both empty: it says nothing.
typedef struct Want {
    const Type *type;
    Str datatype;
} Want;

// What an alias stands for. A scalar is understood anew at each place.
struct YamlAnchor {
    Json json;
    YamlScalar scalar;
    bool is_scalar;
    bool is_open;    // the value is being read
    uint32_t values; // it holds, itself counted
    uint32_t height; // of containers
};

struct YamlFrame {
    JsonType type;
    Span at;
    size_t kids_from;
    const Type *object; // of the model; NULL: not known
    Want want;          // of the value to come: of the key read, or of the items
    Str key;
    Span key_at;
    bool has_key;
    uint32_t anchor; // MAP_NONE: it has none
    uint32_t values_from;
    uint32_t height; // of the containers inside
};

void yaml_tree_init(YamlTree *tree, Arena *arena, const JsonLimits *limits,
                    uint32_t alias_values_max, DiagList *diags)
{
    *tree = (YamlTree){.arena = arena,
                       .limits = limits,
                       .diags = diags,
                       .depth_max = json_depth_max(limits),
                       .alias_values_max = alias_values_max};
    arena_init(&tree->scratch, SIZE_MAX);
    Str row;
    ASSERT(model_init(&tree->model, &tree->scratch, &row));
    map_init(&tree->anchor_names, &tree->scratch, MAP_EXACT);
    tree->frames = NEW_ARRAY(&tree->scratch, YamlFrame, tree->depth_max + 1U);
}

void yaml_tree_free(YamlTree *tree)
{
    buf_free(&tree->kids);
    arena_free(&tree->scratch);
}

// ---- what the model wants ----

static Want want_of_type(const Type *type, Str datatype)
{
    if (type == NULL) {
        return (Want){.datatype = datatype};
    }
    return type->simple.len != 0 ? (Want){.datatype = type->simple} : (Want){.type = type};
}

static Want want_of_key(const YamlTree *tree, const YamlFrame *frame, Str key)
{
    if (tree->depth == 1) {
        return (Want){.type = model_root_type(&tree->model, key)};
    }
    const Member *member = frame->object != NULL ? model_member(frame->object, key) : NULL;
    return member != NULL ? want_of_type(member->type, member->datatype) : (Want){0};
}

static YamlFrame *top(const YamlTree *tree)
{
    return tree->depth != 0 ? &tree->frames[tree->depth - 1] : NULL;
}

static Want want_here(const YamlTree *tree)
{
    const YamlFrame *frame = top(tree);
    return frame != NULL ? frame->want : (Want){0};
}

// ---- scalars ----

static bool resolve_tagged(YamlTree *tree, const YamlScalar *scalar, Json *ret_json)
{
    static const struct {
        Str tag;
        JsonType type;
    } tags[] = {
        {STR_INIT("tag:yaml.org,2002:str"), JSON_STRING},
        {STR_INIT("!"), JSON_STRING},
        {STR_INIT("tag:yaml.org,2002:int"), JSON_NUMBER},
        {STR_INIT("tag:yaml.org,2002:float"), JSON_NUMBER},
        {STR_INIT("tag:yaml.org,2002:bool"), JSON_BOOL},
        {STR_INIT("tag:yaml.org,2002:null"), JSON_NULL},
    };
    for (size_t i = 0; i < COUNTOF(tags); i++) {
        if (!str_eq(tags[i].tag, scalar->tag)) {
            continue;
        }
        *ret_json = json_string(scalar->text);
        if (tags[i].type == JSON_STRING) {
            return true;
        }
        bool fits = plain_resolve(tree->arena, scalar->text, ret_json) == PLAIN_OK &&
                    ret_json->type == tags[i].type;
        return fits ||
               diag_error(tree->diags, scalar->at, "bad-tag", "\"%.*s\" is no value of %.*s",
                          STR_ARG(scalar->text), STR_ARG(scalar->tag));
    }
    return diag_error(tree->diags, scalar->at, "bad-tag",
                      "the tag %.*s is not understood; OSCAL needs none", STR_ARG(scalar->tag));
}

static bool resolve_scalar(YamlTree *tree, const YamlScalar *scalar, Want want, Json *ret_json)
{
    *ret_json = json_string(scalar->text);
    bool ok = true;
    if (scalar->tag.len != 0) {
        ok = resolve_tagged(tree, scalar, ret_json);
    } else if (scalar->is_plain) {
        PlainFault fault = plain_resolve(tree->arena, scalar->text, ret_json);
        if (plain_want(want.datatype) == PLAIN_TEXT && ret_json->type != JSON_NULL) {
            *ret_json = json_string(scalar->text);
        } else if (fault != PLAIN_OK) {
            *ret_json = json_null;
            ok = diag_error(tree->diags, scalar->at, "bad-number",
                            "JSON has no number \"%.*s\"; put it in quotes if it is a text",
                            STR_ARG(scalar->text));
        }
    }
    ret_json->at = scalar->at;
    return ok;
}

// ---- values into containers ----

static bool count_values(YamlTree *tree, uint32_t more)
{
    if (more > tree->limits->values_max || tree->values > tree->limits->values_max - more) {
        return diag_error(tree->diags, tree->at, "too-many-values", JSON_LIMIT_VALUES_TEXT,
                          tree->limits->values_max);
    }
    tree->values += more;
    return true;
}

// A finished value goes where the place at hand is.
static void put_value(YamlTree *tree, const Json *json, uint32_t height)
{
    YamlFrame *frame = top(tree);
    if (frame == NULL) {
        tree->root = *json;
        tree->has_root = true;
        return;
    }
    JsonMember kid = {.key = frame->key, .at = frame->key_at, .value = *json};
    buf_push(&tree->kids, (Str){(const char *)&kid, sizeof kid});
    frame->height = frame->height > height ? frame->height : height;
    frame->has_key = false;
    if (frame->type == JSON_OBJECT) {
        frame->want = (Want){0};
    }
}

static bool wants_key(const YamlTree *tree)
{
    const YamlFrame *frame = top(tree);
    return frame != NULL && frame->type == JSON_OBJECT && !frame->has_key;
}

static void put_key(YamlTree *tree, Str key, Span at)
{
    YamlFrame *frame = top(tree);
    frame->key = key;
    frame->key_at = at;
    frame->has_key = true;
    frame->want = want_of_key(tree, frame, key);
}

// ---- scalars and aliases ----

static uint32_t name_anchor(YamlTree *tree, Str name, const YamlAnchor *anchor)
{
    if (name.len == 0) {
        return MAP_NONE;
    }
    uint32_t index = map_intern(&tree->anchor_names, name);
    if (index == tree->anchor_count) {
        ARENA_ROOM(&tree->scratch, tree->anchors, tree->anchor_count, tree->anchor_cap);
        tree->anchor_count++;
    }
    tree->anchors[index] = *anchor; // a name may be given anew
    return index;
}

bool yaml_tree_scalar(YamlTree *tree, const YamlScalar *scalar, Str anchor)
{
    (void)name_anchor(tree, anchor,
                      &(YamlAnchor){.scalar = *scalar, .is_scalar = true, .values = 1});
    if (wants_key(tree)) {
        put_key(tree, scalar->text, scalar->at);
        return true;
    }
    Json json;
    TRY(count_values(tree, 1));
    (void)resolve_scalar(tree, scalar, want_here(tree),
                         &json); // told; the rest is read all the same
    put_value(tree, &json, 0);
    return true;
}

bool yaml_tree_alias(YamlTree *tree, Str name)
{
    uint32_t index = map_find(&tree->anchor_names, name);
    if (index == MAP_NONE) {
        return diag_error(tree->diags, tree->at, "unknown-anchor",
                          "there is no anchor &%.*s before", STR_ARG(name));
    }
    const YamlAnchor *anchor = &tree->anchors[index];
    if (anchor->is_open) {
        return diag_error(tree->diags, tree->at, "alias-cycle", "*%.*s stands inside its own value",
                          STR_ARG(name));
    }
    if (anchor->is_scalar) {
        if (wants_key(tree)) {
            put_key(tree, anchor->scalar.text, tree->at);
            return true;
        }
        Json json;
        TRY(count_values(tree, 1));
        (void)resolve_scalar(tree, &anchor->scalar, want_here(tree), &json);
        put_value(tree, &json, 0);
        return true;
    }
    if (wants_key(tree)) {
        return diag_error(tree->diags, tree->at, "bad-key", "a key is a text, not a collection");
    }
    if (anchor->values > tree->alias_values_max - tree->alias_values) {
        return diag_error(tree->diags, tree->at, "too-many-values",
                          "aliases repeat more than %u values; write out what is meant",
                          tree->alias_values_max);
    }
    if (anchor->height > tree->depth_max - tree->depth) {
        return diag_error(tree->diags, tree->at, "too-deep", JSON_LIMIT_DEPTH_TEXT,
                          tree->depth_max);
    }
    TRY(count_values(tree, anchor->values));
    tree->alias_values += anchor->values;
    put_value(tree, &anchor->json, anchor->height);
    return true;
}

// ---- collections ----

bool yaml_tree_open(YamlTree *tree, JsonType type, Str tag, Str anchor)
{
    static const Str tags[] = {[JSON_ARRAY] = STR_INIT("tag:yaml.org,2002:seq"),
                               [JSON_OBJECT] = STR_INIT("tag:yaml.org,2002:map")};
    if (wants_key(tree)) {
        return diag_error(tree->diags, tree->at, "bad-key", "a key is a text, not a collection");
    }
    if (tree->depth == tree->depth_max) {
        return diag_error(tree->diags, tree->at, "too-deep", JSON_LIMIT_DEPTH_TEXT,
                          tree->depth_max);
    }
    if (tag.len != 0 && !str_eq(tag, tags[type]) && !str_eq(tag, STR("!"))) {
        diag_error(tree->diags, tree->at, "bad-tag",
                   "the tag %.*s is not understood; OSCAL needs none", STR_ARG(tag));
    }
    uint32_t values_from = tree->values;
    TRY(count_values(tree, 1));
    uint32_t named = name_anchor(tree, anchor, &(YamlAnchor){.is_open = true});
    Want want = want_here(tree);
    tree->frames[tree->depth++] = (YamlFrame){
        .type = type,
        .at = tree->at,
        .kids_from = tree->kids.len,
        .object = type == JSON_OBJECT ? want.type : NULL,
        .want = type == JSON_ARRAY ? want : (Want){0},
        .anchor = named,
        .values_from = values_from,
    };
    return true;
}

static void check_duplicates(YamlTree *tree, const JsonMember *members, uint32_t count)
{
    ArenaMark mark = arena_mark(&tree->scratch);
    Map keys;
    map_init(&keys, &tree->scratch, MAP_EXACT);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t first = map_put(&keys, members[i].key, i);
        if (first != i) {
            Str key = members[i].key;
            diag_error(tree->diags, members[i].at, "duplicate-key",
                       "key \"%.*s\" occurs twice, first at %u:%u",
                       (int)(key.len < 80 ? key.len : 80), key.ptr, members[first].at.line,
                       members[first].at.col);
        }
    }
    arena_rewind(&tree->scratch, mark);
}

void yaml_tree_close(YamlTree *tree)
{
    ASSERT(tree->depth != 0);
    YamlFrame frame = tree->frames[--tree->depth];
    uint32_t count = (uint32_t)((tree->kids.len - frame.kids_from) / sizeof(JsonMember));
    JsonMember *members = NEW_ARRAY(tree->arena, JsonMember, count);
    if (count != 0) {
        memcpy(members, tree->kids.ptr + frame.kids_from, count * sizeof *members);
    }
    tree->kids.len = frame.kids_from;
    Json json = {.type = frame.type, .count = count, .at = frame.at};
    if (frame.type == JSON_OBJECT) {
        check_duplicates(tree, members, count);
        json.members = members;
    } else {
        Json *items = NEW_ARRAY(tree->arena, Json, count);
        for (uint32_t i = 0; i < count; i++) {
            items[i] = members[i].value;
        }
        json.items = items;
    }
    if (frame.anchor != MAP_NONE && tree->anchors[frame.anchor].is_open) { // else named anew inside
        tree->anchors[frame.anchor] = (YamlAnchor){
            .json = json, .values = tree->values - frame.values_from, .height = frame.height + 1};
    }
    put_value(tree, &json, frame.height + 1);
}
