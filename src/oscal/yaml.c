// SPDX-License-Identifier: Apache-2.0
#include "oscal/yaml.h"

#include <libfyaml.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/utf8.h"
#include "oscal/model.h"
#include "oscal/plain.h"

// What the model says of a place: an object of a type, or a datatype; both empty: it says nothing.
typedef struct Want {
    const Type *type;
    Str datatype;
} Want;

typedef struct Scalar {
    Str text;
    Str tag; // empty: none
    bool is_plain;
    Span at;
} Scalar;

// What an alias stands for. A scalar is understood anew at each place.
typedef struct Anchor {
    Json json;
    Scalar scalar;
    bool is_scalar;
    bool is_open;    // the value is being read
    uint32_t values; // it holds, itself counted
    uint32_t height; // of containers
} Anchor;

typedef struct Frame {
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
} Frame;

typedef struct Yaml {
    Arena *arena;
    Arena scratch;
    Str text;
    const JsonLimits *limits;
    DiagList *diags;
    Model model;
    struct fy_parser *parser;
    struct fy_diag *fy_diag;
    Frame *frames;
    uint32_t depth;
    uint32_t depth_max;
    Buf kids; // JsonMember: children of all open containers, innermost last
    Map anchor_names;
    Anchor *anchors;
    uint32_t anchor_count;
    uint32_t anchor_cap;
    uint32_t values;
    uint32_t alias_values;
    uint32_t documents;
    Json root;
    bool has_root;
    size_t place_at; // as far as lines were counted
    size_t line_start;
    uint32_t line;
    Span last; // place of the event before
} Yaml;

// ---- places ----

// libfyaml counts columns in characters; here they are bytes, as everywhere. Places come nearly in
// order, so lines are counted once.
static Span span_at(Yaml *y, size_t at)
{
    at = at < y->text.len ? at : y->text.len;
    while (at < y->line_start) { // a tag of a line before
        size_t end = y->line_start - 1;
        while (end > 0 && y->text.ptr[end - 1] != '\n') {
            end--;
        }
        y->line_start = y->place_at = end;
        y->line--;
    }
    for (; y->place_at < at; y->place_at++) {
        if (y->text.ptr[y->place_at] == '\n') {
            y->line_start = y->place_at + 1;
            y->line++;
        }
    }
    return (Span){y->line, (uint32_t)(at - y->line_start + 1)};
}

static Span span_of_token(Yaml *y, struct fy_token *token)
{
    const struct fy_mark *mark = token != NULL ? fy_token_start_mark(token) : NULL;
    return mark != NULL ? span_at(y, mark->input_pos) : y->last;
}

// The mark of a quoted scalar and of an alias is behind their first character.
static Span span_of(Yaml *y, struct fy_event *event)
{
    const struct fy_mark *mark = fy_event_start_mark(event);
    if (mark == NULL) {
        return span_of_token(y, fy_event_get_tag_token(event));
    }
    size_t at = mark->input_pos;
    char before = at > 0 && at <= y->text.len ? y->text.ptr[at - 1] : '\0';
    bool quoted = event->type == FYET_SCALAR && (before == '"' || before == '\'');
    bool alias = event->type == FYET_ALIAS && before == '*';
    return span_at(y, quoted || alias ? at - 1 : at);
}

// The text of a token, borrowed from the source where it stands there as it is.
static Str text_of(Yaml *y, struct fy_token *token)
{
    size_t len = 0;
    const char *ptr = token != NULL ? fy_token_get_text(token, &len) : NULL;
    if (ptr == NULL || len == 0) {
        return (Str){NULL, 0};
    }
    uintptr_t first = (uintptr_t)y->text.ptr;
    uintptr_t at = (uintptr_t)ptr;
    bool borrowed = at >= first && at < first + y->text.len;
    return borrowed ? (Str){ptr, len} : str_copy(y->arena, (Str){ptr, len});
}

// ---- what the model wants ----

static Want want_of_type(const Type *type, Str datatype)
{
    if (type == NULL) {
        return (Want){.datatype = datatype};
    }
    return type->simple.len != 0 ? (Want){.datatype = type->simple} : (Want){.type = type};
}

static Want want_of_key(const Yaml *y, const Frame *frame, Str key)
{
    if (y->depth == 1) {
        return (Want){.type = model_root_type(&y->model, key)};
    }
    const Member *member = frame->object != NULL ? model_member(frame->object, key) : NULL;
    return member != NULL ? want_of_type(member->type, member->datatype) : (Want){0};
}

static Frame *top(const Yaml *y)
{
    return y->depth != 0 ? &y->frames[y->depth - 1] : NULL;
}

static Want want_here(const Yaml *y)
{
    const Frame *frame = top(y);
    return frame != NULL ? frame->want : (Want){0};
}

// ---- scalars ----

static bool resolve_tagged(Yaml *y, const Scalar *scalar, Json *ret_json)
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
        bool fits = plain_resolve(y->arena, scalar->text, ret_json) == PLAIN_OK &&
                    ret_json->type == tags[i].type;
        return fits || diag_error(y->diags, scalar->at, "bad-tag", "\"%.*s\" is no value of %.*s",
                                  STR_ARG(scalar->text), STR_ARG(scalar->tag));
    }
    return diag_error(y->diags, scalar->at, "bad-tag",
                      "the tag %.*s is not understood; OSCAL needs none", STR_ARG(scalar->tag));
}

static bool resolve_scalar(Yaml *y, const Scalar *scalar, Want want, Json *ret_json)
{
    *ret_json = json_string(scalar->text);
    bool ok = true;
    if (scalar->tag.len != 0) {
        ok = resolve_tagged(y, scalar, ret_json);
    } else if (scalar->is_plain) {
        PlainFault fault = plain_resolve(y->arena, scalar->text, ret_json);
        if (plain_want(want.datatype) == PLAIN_TEXT && ret_json->type != JSON_NULL) {
            *ret_json = json_string(scalar->text);
        } else if (fault != PLAIN_OK) {
            *ret_json = json_null;
            ok = diag_error(y->diags, scalar->at, "bad-number",
                            "JSON has no number \"%.*s\"; put it in quotes if it is a text",
                            STR_ARG(scalar->text));
        }
    }
    ret_json->at = scalar->at;
    return ok;
}

// ---- values into containers ----

static bool count_values(Yaml *y, uint32_t more)
{
    if (more > y->limits->values_max || y->values > y->limits->values_max - more) {
        return diag_error(y->diags, y->last, "too-many-values", JSON_LIMIT_VALUES_TEXT,
                          y->limits->values_max);
    }
    y->values += more;
    return true;
}

// A finished value goes where the place at hand is.
static void put_value(Yaml *y, const Json *json, uint32_t height)
{
    Frame *frame = top(y);
    if (frame == NULL) {
        y->root = *json;
        y->has_root = true;
        return;
    }
    JsonMember kid = {.key = frame->key, .at = frame->key_at, .value = *json};
    buf_push(&y->kids, (Str){(const char *)&kid, sizeof kid});
    frame->height = frame->height > height ? frame->height : height;
    frame->has_key = false;
    if (frame->type == JSON_OBJECT) {
        frame->want = (Want){0};
    }
}

static bool wants_key(const Yaml *y)
{
    const Frame *frame = top(y);
    return frame != NULL && frame->type == JSON_OBJECT && !frame->has_key;
}

static void put_key(Yaml *y, Str key, Span at)
{
    Frame *frame = top(y);
    frame->key = key;
    frame->key_at = at;
    frame->has_key = true;
    frame->want = want_of_key(y, frame, key);
}

// ---- anchors ----

static uint32_t name_anchor(Yaml *y, struct fy_event *event, const Anchor *anchor)
{
    struct fy_token *token = fy_event_get_anchor_token(event);
    if (token == NULL) {
        return MAP_NONE;
    }
    uint32_t index = map_intern(&y->anchor_names, text_of(y, token));
    if (index == y->anchor_count) {
        ARENA_ROOM(&y->scratch, y->anchors, y->anchor_count, y->anchor_cap);
        y->anchor_count++;
    }
    y->anchors[index] = *anchor; // a name may be given anew
    return index;
}

static bool put_alias(Yaml *y, struct fy_event *event)
{
    Str name = text_of(y, event->alias.anchor);
    uint32_t index = map_find(&y->anchor_names, name);
    if (index == MAP_NONE) {
        return diag_error(y->diags, y->last, "unknown-anchor", "there is no anchor &%.*s before",
                          STR_ARG(name));
    }
    const Anchor *anchor = &y->anchors[index];
    if (anchor->is_open) {
        return diag_error(y->diags, y->last, "alias-cycle", "*%.*s stands inside its own value",
                          STR_ARG(name));
    }
    if (anchor->is_scalar) {
        if (wants_key(y)) {
            put_key(y, anchor->scalar.text, y->last);
            return true;
        }
        Json json;
        TRY(count_values(y, 1));
        (void)resolve_scalar(y, &anchor->scalar, want_here(y), &json);
        put_value(y, &json, 0);
        return true;
    }
    if (wants_key(y)) {
        return diag_error(y->diags, y->last, "bad-key", "a key is a text, not a collection");
    }
    if (anchor->values > YAML_ALIAS_VALUES_MAX - y->alias_values) {
        return diag_error(y->diags, y->last, "too-many-values",
                          "aliases repeat more than %d values; write out what is meant",
                          (int)YAML_ALIAS_VALUES_MAX);
    }
    if (anchor->height > y->depth_max - y->depth) {
        return diag_error(y->diags, y->last, "too-deep", JSON_LIMIT_DEPTH_TEXT, y->depth_max);
    }
    TRY(count_values(y, anchor->values));
    y->alias_values += anchor->values;
    put_value(y, &anchor->json, anchor->height);
    return true;
}

// ---- containers ----

static bool open_container(Yaml *y, struct fy_event *event, JsonType type)
{
    static const Str tags[] = {[JSON_ARRAY] = STR_INIT("tag:yaml.org,2002:seq"),
                               [JSON_OBJECT] = STR_INIT("tag:yaml.org,2002:map")};
    if (wants_key(y)) {
        return diag_error(y->diags, y->last, "bad-key", "a key is a text, not a collection");
    }
    if (y->depth == y->depth_max) {
        return diag_error(y->diags, y->last, "too-deep", JSON_LIMIT_DEPTH_TEXT, y->depth_max);
    }
    Str tag = text_of(y, fy_event_get_tag_token(event));
    if (tag.len != 0 && !str_eq(tag, tags[type]) && !str_eq(tag, STR("!"))) {
        diag_error(y->diags, y->last, "bad-tag", "the tag %.*s is not understood; OSCAL needs none",
                   STR_ARG(tag));
    }
    uint32_t values_from = y->values;
    TRY(count_values(y, 1));
    uint32_t anchor = name_anchor(y, event, &(Anchor){.is_open = true});
    Want want = want_here(y);
    y->frames[y->depth++] = (Frame){
        .type = type,
        .at = y->last,
        .kids_from = y->kids.len,
        .object = type == JSON_OBJECT ? want.type : NULL,
        .want = type == JSON_ARRAY ? want : (Want){0},
        .anchor = anchor,
        .values_from = values_from,
    };
    return true;
}

static void check_duplicates(Yaml *y, const JsonMember *members, uint32_t count)
{
    ArenaMark mark = arena_mark(&y->scratch);
    Map keys;
    map_init(&keys, &y->scratch, MAP_EXACT);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t first = map_put(&keys, members[i].key, i);
        if (first != i) {
            Str key = members[i].key;
            diag_error(y->diags, members[i].at, "duplicate-key",
                       "key \"%.*s\" occurs twice, first at %u:%u",
                       (int)(key.len < 80 ? key.len : 80), key.ptr, members[first].at.line,
                       members[first].at.col);
        }
    }
    arena_rewind(&y->scratch, mark);
}

static void close_container(Yaml *y)
{
    ASSERT(y->depth != 0);
    Frame frame = y->frames[--y->depth];
    uint32_t count = (uint32_t)((y->kids.len - frame.kids_from) / sizeof(JsonMember));
    JsonMember *members = NEW_ARRAY(y->arena, JsonMember, count);
    if (count != 0) {
        memcpy(members, y->kids.ptr + frame.kids_from, count * sizeof *members);
    }
    y->kids.len = frame.kids_from;
    Json json = {.type = frame.type, .count = count, .at = frame.at};
    if (frame.type == JSON_OBJECT) {
        check_duplicates(y, members, count);
        json.members = members;
    } else {
        Json *items = NEW_ARRAY(y->arena, Json, count);
        for (uint32_t i = 0; i < count; i++) {
            items[i] = members[i].value;
        }
        json.items = items;
    }
    if (frame.anchor != MAP_NONE && y->anchors[frame.anchor].is_open) { // else named anew inside
        y->anchors[frame.anchor] = (Anchor){
            .json = json, .values = y->values - frame.values_from, .height = frame.height + 1};
    }
    put_value(y, &json, frame.height + 1);
}

// ---- events ----

static bool put_scalar(Yaml *y, struct fy_event *event)
{
    Scalar scalar = {
        .text = text_of(y, event->scalar.value),
        .tag = text_of(y, fy_event_get_tag_token(event)),
        .is_plain = fy_token_scalar_style(event->scalar.value) == FYSS_PLAIN,
        .at = y->last,
    };
    (void)name_anchor(y, event, &(Anchor){.scalar = scalar, .is_scalar = true, .values = 1});
    if (wants_key(y)) {
        put_key(y, scalar.text, scalar.at);
        return true;
    }
    Json json;
    TRY(count_values(y, 1));
    (void)resolve_scalar(y, &scalar, want_here(y), &json); // told; the rest is read all the same
    put_value(y, &json, 0);
    return true;
}

// False: there is no going on.
static bool take_event(Yaml *y, struct fy_event *event)
{
    y->last = span_of(y, event);
    switch (event->type) {
    case FYET_DOCUMENT_START:
        return y->documents++ == 0 ||
               diag_error(y->diags, y->last, "bad-yaml",
                          "a second document begins; each needs a file of its own");
    case FYET_MAPPING_START:
        return open_container(y, event, JSON_OBJECT);
    case FYET_SEQUENCE_START:
        return open_container(y, event, JSON_ARRAY);
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END:
        close_container(y);
        return true;
    case FYET_SCALAR:
        return put_scalar(y, event);
    case FYET_ALIAS:
        return put_alias(y, event);
    case FYET_NONE:
    case FYET_STREAM_START:
    case FYET_STREAM_END:
    case FYET_DOCUMENT_END:
        return true;
    }
    return true;
}

// libfyaml's columns of errors are characters.
static Span span_of_error(Yaml *y, const struct fy_diag_error *error)
{
    Str rest = y->text;
    for (int line = 1; line < error->line; line++) {
        rest = str_cut(rest, '\n').tail;
    }
    Str text = str_cut(rest, '\n').head;
    size_t at = 0;
    for (int column = 1; column < error->column && at < text.len; column++) {
        (void)utf8_take(text, &at);
    }
    return error->line > 0 ? (Span){(uint32_t)error->line, (uint32_t)at + 1} : y->last;
}

static void tell_fy_errors(Yaml *y)
{
    void *iterator = NULL;
    uint32_t told = 0;
    for (const struct fy_diag_error *error = fy_diag_errors_iterate(y->fy_diag, &iterator);
         error != NULL; error = fy_diag_errors_iterate(y->fy_diag, &iterator)) {
        diag_error(y->diags, span_of_error(y, error), "bad-yaml", "%s",
                   error->msg != NULL ? error->msg : "this is not YAML");
        told++;
    }
    if (told == 0) {
        diag_error(y->diags, y->last, "bad-yaml", "this is not YAML");
    }
}

// YAML takes no control characters; libfyaml need not see them.
static bool check_text(Yaml *y)
{
    size_t valid = utf8_valid_len(y->text);
    if (valid != y->text.len) {
        return diag_error(y->diags, span_at(y, valid), "bad-encoding", "these bytes are not UTF-8");
    }
    for (size_t i = 0; i < y->text.len; i++) {
        unsigned char c = (unsigned char)y->text.ptr[i];
        if ((c < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0x7f) {
            return diag_error(y->diags, span_at(y, i), "bad-encoding",
                              "the control character 0x%02x cannot stand in YAML; \"\\x%02x\" in "
                              "double quotes stands for it",
                              c, c);
        }
    }
    return true;
}

static void read_events(Yaml *y)
{
    bool go_on = true;
    while (go_on && y->text.len != 0) {
        struct fy_event *event = fy_parser_parse(y->parser);
        if (event == NULL) {
            break;
        }
        go_on = take_event(y, event);
        fy_parser_event_free(y->parser, event);
    }
    if (go_on && fy_parser_get_stream_error(y->parser)) {
        tell_fy_errors(y);
    } else if (go_on && !y->has_root) {
        diag_error(y->diags, (Span){1, 1}, "bad-yaml", "there is no document here");
    }
}

// What libfyaml would print besides the errors it collects.
static void print_nothing(struct fy_diag *diag, void *user, const char *text, size_t len)
{
    (void)diag;
    (void)user;
    (void)text;
    (void)len;
}

static void open_parser(Yaml *y)
{
    struct fy_diag_cfg diag_cfg;
    fy_diag_cfg_default(&diag_cfg);
    diag_cfg.fp = NULL;
    diag_cfg.output_fn = print_nothing;
    diag_cfg.level = FYET_ERROR;
    y->fy_diag = fy_diag_create(&diag_cfg);
    ASSERT(y->fy_diag != NULL);
    fy_diag_set_collect_errors(y->fy_diag, true);
    struct fy_parse_cfg cfg = {
        .flags = (enum fy_parse_cfg_flags)(FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_JSON_NONE |
                                           FYPCF_DEFAULT_VERSION_1_2 | FYPCF_DISABLE_MMAP_OPT),
        .diag = y->fy_diag,
    };
    y->parser = fy_parser_create(&cfg);
    ASSERT(y->parser != NULL);
}

bool yaml_read(Arena *arena, Str text, const JsonLimits *limits, DiagList *diags,
               const Json **ret_json)
{
    uint32_t errors = diags->errors;
    if (text.len > limits->bytes_max) {
        return diag_error(diags, (Span){0}, "too-large", JSON_LIMIT_BYTES_TEXT, limits->bytes_max);
    }
    Yaml y = {.arena = arena,
              .text = text,
              .limits = limits,
              .diags = diags,
              .line = 1,
              .depth_max = json_depth_max(limits)};
    if (!check_text(&y)) {
        return false;
    }
    arena_init(&y.scratch, SIZE_MAX);
    Str row;
    ASSERT(model_init(&y.model, &y.scratch, &row));
    map_init(&y.anchor_names, &y.scratch, MAP_EXACT);
    y.frames = NEW_ARRAY(&y.scratch, Frame, y.depth_max + 1U);
    open_parser(&y);
    if (text.len == 0 || fy_parser_set_string(y.parser, text.ptr, text.len) == 0) {
        read_events(&y);
    } else {
        tell_fy_errors(&y);
    }
    fy_parser_destroy(y.parser);
    fy_diag_destroy(y.fy_diag);
    buf_free(&y.kids);
    arena_free(&y.scratch);
    if (diags->errors != errors) {
        return false;
    }
    Json *root = NEW(arena, Json);
    *root = y.root;
    *ret_json = root;
    return true;
}
