// SPDX-License-Identifier: Apache-2.0
#include "json/read.h"

#include <string.h>

#include "base/map.h"
#include "json/scan.h"

typedef struct Reader {
    Scan scan;
    const JsonLimits *limits;
    uint32_t values, depth;
    uint32_t open_objects, open_arrays; // around the place at hand
    Buf kids;      // JsonMember: children of all open containers, innermost last
    Arena scratch; // key tables of large objects
} Reader;

static bool read_value(Reader *r, Json *ret_json);

static Span here(const Reader *r)
{
    return scan_span(&r->scan, r->scan.at);
}

// The place for a value: none in data.
static Span stamp(const Reader *r, Span at)
{
    return r->scan.diags != NULL ? at : (Span){0};
}

// Names the byte at hand in a message: itself when it prints, else its number.
static const char *byte_name(const Reader *r, char ret_name[8])
{
    if (r->scan.at == r->scan.text.len) {
        return "the end";
    }
    static const char digits[] = "0123456789abcdef";
    unsigned char c = (unsigned char)scan_peek(&r->scan);
    if (c > 0x20 && c < 0x7f) {
        memcpy(ret_name, (char[]){'\'', (char)c, '\'', '\0'}, 4);
    } else {
        memcpy(ret_name, (char[]){'0', 'x', digits[c >> 4], digits[c & 0x0fU], '\0'}, 5);
    }
    return ret_name;
}

static bool fault_here(Reader *r, const char *code, const char *wanted)
{
    char name[8];
    return scan_fault(&r->scan, here(r), code, "%s expected, not %s", wanted, byte_name(r, name));
}

// After something that fits nowhere: on to what the container at hand can go on with.
static void skip_to_next(Reader *r)
{
    Scan *scan = &r->scan;
    while (scan->at < scan->text.len && strchr(",]}{[\"\n", scan_peek(scan)) == NULL) {
        scan->at++;
    }
    if (scan_peek(scan) == '\0' && scan->at < scan->text.len) {
        scan->at++; // strchr finds the NUL byte too
    }
}

static void push_kid(Reader *r, const JsonMember *kid)
{
    buf_push(&r->kids, (Str){(const char *)kid, sizeof *kid});
}

static JsonMember kid_at(const Reader *r, size_t index)
{
    JsonMember kid;
    memcpy(&kid, r->kids.ptr + index * sizeof kid, sizeof kid);
    return kid;
}

static void report_duplicate(Reader *r, const JsonMember *kid, Span first)
{
    (void)scan_fault(
        &r->scan, kid->at, "duplicate-key", "key \"%.*s\" occurs twice, first at %u:%u",
        (int)(kid->key.len < 80 ? kid->key.len : 80), kid->key.ptr, first.line, first.col);
}

// What people write has unique keys. Few are compared with each other, many through a table.
static void check_duplicates(Reader *r, size_t from, size_t to)
{
    ArenaMark mark = arena_mark(&r->scratch);
    Map keys;
    map_init(&keys, &r->scratch, MAP_EXACT);
    for (size_t i = from; i < to; i++) {
        JsonMember kid = kid_at(r, i);
        uint32_t number = (uint32_t)(i - from);
        uint32_t first = map_put(&keys, kid.key, number);
        if (first != number) {
            report_duplicate(r, &kid, kid_at(r, from + first).at);
        }
    }
    arena_rewind(&r->scratch, mark);
}

static void close_array(Reader *r, size_t from, Json *ret_json)
{
    size_t count = r->kids.len / sizeof(JsonMember) - from;
    Json *items = NEW_ARRAY(r->scan.arena, Json, count);
    for (size_t i = 0; i < count; i++) {
        items[i] = kid_at(r, from + i).value;
    }
    ret_json->items = items;
    ret_json->count = (uint32_t)count;
    r->kids.len = from * sizeof(JsonMember);
}

static void close_object(Reader *r, size_t from, Json *ret_json)
{
    size_t count = r->kids.len / sizeof(JsonMember) - from;
    if (r->scan.diags != NULL && count > 1) {
        check_duplicates(r, from, from + count);
    }
    JsonMember *members = NEW_ARRAY(r->scan.arena, JsonMember, count);
    if (count != 0) {
        memcpy(members, r->kids.ptr + from * sizeof *members, count * sizeof *members);
    }
    ret_json->members = members;
    ret_json->count = (uint32_t)count;
    r->kids.len = from * sizeof(JsonMember);
}

typedef struct Open {
    Span at; // of its bracket
    Span comma;
    char close;
    bool after_comma, after_value;
} Open;

// The bracket of the other kind: it may close what is around, then this container only forgot its
// own; else it is a slip and closes this one.
static void wrong_bracket(Reader *r, const Open *open)
{
    bool is_object = open->close == '}';
    (void)scan_fault(&r->scan, here(r), "mismatched-bracket",
                     "'%c' expected, to close the '%c' of %u:%u", open->close,
                     is_object ? '{' : '[', open->at.line, open->at.col);
    if ((is_object ? r->open_arrays : r->open_objects) == 0) {
        r->scan.at++;
    }
}

// A closing bracket, of either kind, is at hand.
static void end_container(Reader *r, const Open *open)
{
    if (open->after_comma) {
        (void)scan_fault(&r->scan, open->comma, "trailing-comma", "no comma after the last value");
    }
    if (scan_peek(&r->scan) == open->close) {
        r->scan.at++;
    } else {
        wrong_bracket(r, open);
    }
}

// Steps over what stands between two values. True: a value (or key) is at hand; false: the
// container is at its end.
static bool next_in(Reader *r, Open *open)
{
    Scan *scan = &r->scan;
    while (!scan->stopped) {
        if (!scan_space(scan)) {
            (void)scan_fault(scan, open->at, "unclosed-bracket", "this '%c' is never closed",
                             open->close == '}' ? '{' : '[');
            scan->stopped = true;
            return false;
        }
        char c = scan_peek(scan);
        if (c == '}' || c == ']') {
            end_container(r, open);
            return false;
        }
        if (c != ',') {
            if (open->after_value) {
                (void)fault_here(r, "missing-comma",
                                 open->close == '}' ? "',' or '}'" : "',' or ']'");
            }
            return !scan->stopped;
        }
        if (!open->after_value) {
            (void)fault_here(r, "extra-comma", "a value");
        }
        open->comma = here(r);
        open->after_comma = true;
        open->after_value = false;
        scan->at++;
    }
    return false;
}

static bool read_array(Reader *r, Span at, Json *ret_json)
{
    Open open = {.at = at, .close = ']'};
    size_t from = r->kids.len / sizeof(JsonMember);
    r->open_arrays++;
    while (next_in(r, &open)) {
        JsonMember kid = {0};
        size_t before = r->scan.at;
        bool is_value = read_value(r, &kid.value);
        if (!is_value && r->scan.at == before) {
            r->scan.at++;
            skip_to_next(r);
        }
        push_kid(r, &kid);
        open.after_comma = false;
        open.after_value = true;
    }
    r->open_arrays--;
    close_array(r, from, ret_json);
    return !r->scan.stopped;
}

// A key, right or wrong. False: nothing here can be one.
static bool read_key(Reader *r, Str *ret_key)
{
    Scan *scan = &r->scan;
    char c = scan_peek(scan);
    if (c == '"') {
        (void)scan_string(scan, ret_key);
        return true;
    }
    char lower = (char)(c | 0x20);
    if (c == '\'' || c == '_' || c == '$' || (lower >= 'a' && lower <= 'z')) {
        (void)scan_fault(scan, here(r), "bare-key", "a key must stand in double quotes");
        *ret_key = scan_word(scan);
        if (c == '\'' && scan_peek(scan) == '\'') {
            scan->at++;
        }
        return true;
    }
    return fault_here(r, "missing-key", "a key in double quotes");
}

// The colon and the value of a member. Where one is missing the member is null.
static void read_member_value(Reader *r, Json *ret_json)
{
    Scan *scan = &r->scan;
    (void)scan_space(scan);
    if (scan_peek(scan) == ':') {
        scan->at++;
    } else {
        (void)fault_here(r, "missing-colon", "':'");
        if (scan_peek(scan) == '=') {
            scan->at++;
        }
    }
    if (!scan_space(scan) || scan_peek(scan) == ',' || scan_peek(scan) == '}' ||
        scan_peek(scan) == ']') {
        (void)fault_here(r, "missing-value", "a value");
        return;
    }
    size_t before = scan->at;
    if (!read_value(r, ret_json) && scan->at == before) {
        scan->at++;
        skip_to_next(r);
    }
}

static bool read_object(Reader *r, Span at, Json *ret_json)
{
    Open open = {.at = at, .close = '}'};
    size_t from = r->kids.len / sizeof(JsonMember);
    r->open_objects++;
    while (next_in(r, &open)) {
        JsonMember kid = {.at = stamp(r, here(r))};
        open.after_comma = false;
        open.after_value = true;
        if (read_key(r, &kid.key)) {
            if (!r->scan.stopped) {
                read_member_value(r, &kid.value);
            }
            push_kid(r, &kid);
        } else if (!r->scan.stopped) {
            r->scan.at++;
            skip_to_next(r);
        }
    }
    r->open_objects--;
    close_object(r, from, ret_json);
    return !r->scan.stopped;
}

static bool read_container(Reader *r, char c, Json *ret_json)
{
    uint32_t depth_max = json_depth_max(r->limits);
    if (r->depth == depth_max) {
        return scan_limit(&r->scan, "too-deep", JSON_LIMIT_DEPTH_TEXT, depth_max);
    }
    Span at = here(r);
    r->scan.at++;
    r->depth++;
    ret_json->type = c == '{' ? JSON_OBJECT : JSON_ARRAY;
    bool ok = c == '{' ? read_object(r, at, ret_json) : read_array(r, at, ret_json);
    r->depth--;
    return ok;
}

static bool read_word(Reader *r, Json *ret_json)
{
    Span at = here(r);
    Str word = scan_word(&r->scan);
    static const struct {
        Str text;
        JsonType type;
        bool boolean;
    } words[] = {
        {STR_INIT("true"), JSON_BOOL, true},
        {STR_INIT("false"), JSON_BOOL, false},
        {STR_INIT("null"), JSON_NULL, false},
    };
    for (size_t i = 0; i < COUNTOF(words); i++) {
        if (str_eq(word, words[i].text)) {
            ret_json->type = words[i].type;
            ret_json->boolean = words[i].boolean;
            return true;
        }
        if (str_eq_nocase(word, words[i].text)) {
            return scan_fault(&r->scan, at, "bad-literal", "write %.*s in lower case",
                              STR_ARG(words[i].text));
        }
    }
    return scan_fault(&r->scan, at, "bad-literal",
                      "'%.*s' is not a JSON value: a string needs double quotes",
                      (int)(word.len < 60 ? word.len : 60), word.ptr);
}

static bool read_number(Reader *r, Json *ret_json)
{
    Scan *scan = &r->scan;
    size_t at = scan->at;
    LexFault fault = scan_peek(scan) == '-' || (scan_peek(scan) >= '0' && scan_peek(scan) <= '9')
                         ? lex_number(scan->text, &at, ret_json)
                         : LEX_DIGIT;
    if (fault == LEX_OK) {
        scan->at = at;
        return true;
    }
    (void)scan_fault(scan, scan_span(scan, at), lex_fault_code(fault), "%s", lex_fault_text(fault));
    (void)scan_word(scan); // what else looks like part of it
    return false;
}

// 'text': read as if the quotes were right, up to the next one on the line.
static bool read_single_quoted(Reader *r)
{
    Scan *scan = &r->scan;
    (void)scan_fault(scan, here(r), "single-quote", "strings stand in double quotes");
    scan->at++;
    while (scan->at < scan->text.len && scan_peek(scan) != '\'' && scan_peek(scan) != '\n') {
        scan->at++;
    }
    if (scan_peek(scan) == '\'') {
        scan->at++;
    }
    return false;
}

static bool read_scalar(Reader *r, char c, Json *ret_json)
{
    char lower = (char)(c | 0x20);
    if (c == '"') {
        ret_json->type = JSON_STRING;
        return scan_string(&r->scan, &ret_json->string);
    }
    if (c == '-' || c == '+' || c == '.' || (c >= '0' && c <= '9')) {
        return read_number(r, ret_json);
    }
    if (lower >= 'a' && lower <= 'z') {
        return read_word(r, ret_json);
    }
    if (c == '\'') {
        return read_single_quoted(r);
    }
    return fault_here(r, "missing-value", "a value");
}

// A value at hand. False when it was not one; ret_json is then null or what could be saved, and
// the scan may not have moved.
static bool read_value(Reader *r, Json *ret_json)
{
    Span at = stamp(r, here(r));
    char c = scan_peek(&r->scan);
    if (++r->values > r->limits->values_max) {
        return scan_limit(&r->scan, "too-many-values", JSON_LIMIT_VALUES_TEXT,
                          r->limits->values_max);
    }
    *ret_json = (Json){0};
    bool ok = c == '{' || c == '[' ? read_container(r, c, ret_json) : read_scalar(r, c, ret_json);
    ret_json->at = at;
    return ok;
}

static bool read_document(Reader *r, Json *ret_json)
{
    Scan *scan = &r->scan;
    if (scan->text.len > r->limits->bytes_max) {
        return scan_limit(scan, "too-large", JSON_LIMIT_BYTES_TEXT, r->limits->bytes_max);
    }
    if (!scan_space(scan)) {
        return scan_fault(scan, here(r), "missing-value", "there is no JSON value here");
    }
    size_t start = scan->at;
    bool is_value = read_value(r, ret_json);
    if ((is_value || scan->at != start) && scan_space(scan)) {
        (void)fault_here(r, "trailing-text", "nothing more");
    }
    return !scan->failed;
}

static bool read_with(Reader *r, const Json **ret_json)
{
    arena_init(&r->scratch, SIZE_MAX);
    Json *root = NEW(r->scan.arena, Json);
    bool ok = read_document(r, root);
    arena_free(&r->scratch);
    buf_free(&r->kids);
    if (ok) {
        *ret_json = root;
    }
    return ok;
}

// Faults that show only at the end of an object (a duplicate key, a bracket never closed) belong
// where their place is. The list is short and nearly in order.
static void sort_diags(DiagList *list, Diag **from)
{
    Diag *rest = *from;
    *from = NULL;
    list->tail = from;
    while (rest != NULL) {
        Diag *diag = rest;
        rest = rest->next;
        Diag **at = from;
        while (*at != NULL && ((*at)->at.line < diag->at.line || ((*at)->at.line == diag->at.line &&
                                                                  (*at)->at.col <= diag->at.col))) {
            at = &(*at)->next;
        }
        diag->next = *at;
        *at = diag;
    }
    while (*list->tail != NULL) {
        list->tail = &(*list->tail)->next;
    }
}

bool json_read(Arena *arena, Str bytes, const JsonLimits *limits, DiagList *diags,
               const Json **ret_json)
{
    Err err = {0};
    Str text = {0};
    if (bytes.len > limits->bytes_max) { // before it is copied
        return diag_error(diags, (Span){0}, "too-large", JSON_LIMIT_BYTES_TEXT, limits->bytes_max);
    }
    if (!json_to_utf8(arena, bytes, &text, &err)) {
        return diag_error(diags, (Span){0}, "bad-encoding", "%s", err.text);
    }
    Diag **from = diags->tail != NULL ? diags->tail : &diags->first;
    Reader r = {
        .scan = {.arena = arena, .text = text, .line = 1, .diags = diags},
        .limits = limits,
    };
    bool ok = read_with(&r, ret_json);
    if (!ok) {
        sort_diags(diags, from);
    }
    return ok;
}

bool json_read_data(Arena *arena, Str bytes, const JsonLimits *limits, const Json **ret_json,
                    Err *err)
{
    Reader r = {
        .scan = {.arena = arena, .text = bytes, .line = 1, .err = err},
        .limits = limits,
    };
    return read_with(&r, ret_json);
}
