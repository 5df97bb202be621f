// SPDX-License-Identifier: Apache-2.0
// libfyaml's events, with their places, and what it finds wrong.
#include "oscal/yaml.h"

#include <libfyaml.h>

#include "base/utf8.h"
#include "oscal/yaml_tree.h"

typedef struct Yaml {
    YamlTree tree;
    Str text;
    struct fy_parser *parser;
    struct fy_diag *fy_diag;
    uint32_t documents;
    size_t place_at; // as far as lines were counted
    size_t line_start;
    uint32_t line;
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
    return mark != NULL ? span_at(y, mark->input_pos) : y->tree.at;
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
    return borrowed ? (Str){ptr, len} : str_copy(y->tree.arena, (Str){ptr, len});
}

// ---- events ----

static Str anchor_of(Yaml *y, struct fy_event *event)
{
    return text_of(y, fy_event_get_anchor_token(event));
}

static Str tag_of(Yaml *y, struct fy_event *event)
{
    return text_of(y, fy_event_get_tag_token(event));
}

static bool open_collection(Yaml *y, struct fy_event *event, JsonType type)
{
    return yaml_tree_open(&y->tree, type, tag_of(y, event), anchor_of(y, event));
}

static bool put_scalar(Yaml *y, struct fy_event *event)
{
    YamlScalar scalar = {
        .text = text_of(y, event->scalar.value),
        .tag = tag_of(y, event),
        .is_plain = fy_token_scalar_style(event->scalar.value) == FYSS_PLAIN,
        .at = y->tree.at,
    };
    return yaml_tree_scalar(&y->tree, &scalar, anchor_of(y, event));
}

// False: there is no going on.
static bool take_event(Yaml *y, struct fy_event *event)
{
    y->tree.at = span_of(y, event);
    switch (event->type) {
    case FYET_DOCUMENT_START:
        return y->documents++ == 0 ||
               diag_error(y->tree.diags, y->tree.at, "bad-yaml",
                          "a second document begins; each needs a file of its own");
    case FYET_MAPPING_START:
        return open_collection(y, event, JSON_OBJECT);
    case FYET_SEQUENCE_START:
        return open_collection(y, event, JSON_ARRAY);
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END:
        yaml_tree_close(&y->tree);
        return true;
    case FYET_SCALAR:
        return put_scalar(y, event);
    case FYET_ALIAS:
        return yaml_tree_alias(&y->tree, text_of(y, event->alias.anchor));
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
    return error->line > 0 ? (Span){(uint32_t)error->line, (uint32_t)at + 1} : y->tree.at;
}

static void tell_fy_errors(Yaml *y)
{
    void *iterator = NULL;
    uint32_t told = 0;
    for (const struct fy_diag_error *error = fy_diag_errors_iterate(y->fy_diag, &iterator);
         error != NULL; error = fy_diag_errors_iterate(y->fy_diag, &iterator)) {
        diag_error(y->tree.diags, span_of_error(y, error), "bad-yaml", "%s",
                   error->msg != NULL ? error->msg : "this is not YAML");
        told++;
    }
    if (told == 0) {
        diag_error(y->tree.diags, y->tree.at, "bad-yaml", "this is not YAML");
    }
}

// YAML takes no control characters; libfyaml need not see them.
static bool check_text(Yaml *y)
{
    size_t valid = utf8_valid_len(y->text);
    if (valid != y->text.len) {
        return diag_error(y->tree.diags, span_at(y, valid), "bad-encoding",
                          "these bytes are not UTF-8");
    }
    for (size_t i = 0; i < y->text.len; i++) {
        unsigned char c = (unsigned char)y->text.ptr[i];
        if ((c < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0x7f) {
            return diag_error(y->tree.diags, span_at(y, i), "bad-encoding",
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
    } else if (go_on && !y->tree.has_root) {
        diag_error(y->tree.diags, (Span){1, 1}, "bad-yaml", "there is no document here");
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
    Yaml y = {.text = text, .line = 1};
    yaml_tree_init(&y.tree, arena, limits, YAML_ALIAS_VALUES_MAX, diags);
    if (!check_text(&y)) {
        yaml_tree_free(&y.tree);
        return false;
    }
    open_parser(&y);
    if (text.len == 0 || fy_parser_set_string(y.parser, text.ptr, text.len) == 0) {
        read_events(&y);
    } else {
        tell_fy_errors(&y);
    }
    fy_parser_destroy(y.parser);
    fy_diag_destroy(y.fy_diag);
    yaml_tree_free(&y.tree);
    if (diags->errors != errors) {
        return false;
    }
    Json *root = NEW(arena, Json);
    *root = y.tree.root;
    *ret_json = root;
    return true;
}
