// SPDX-License-Identifier: Apache-2.0
#include "json/build.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/swar.h"
#include "json/lex.h"
#include "json/read.h"

// Two passes over the index. The first counts: how many values each container holds, how deep they
// nest. Then all values have their place before the first is written, in two arrays (items of
// arrays, members of objects), and the second pass fills them without moving anything.
enum { SHAPES_LOCAL = 256, FRAMES_LOCAL = 48, NO_PARENT = 0 };

typedef struct Shape {
    uint32_t parent; // number of the container around this one plus one; NO_PARENT: none
    uint32_t count : 31;
    uint32_t is_object : 1;
} Shape;

typedef struct Frame {
    union {
        Json *item;
        JsonMember *member;
    };
    uint32_t left; // values still to come
    bool is_object;
} Frame;

typedef struct Builder {
    Arena *arena;
    Str text;
    const uint32_t *at;
    uint32_t tokens;
    const Shape *shapes; // in the order of opening brackets
    uint32_t next_shape;
    Json *items; // not yet given to a container
    JsonMember *members;
    const char *fault; // why there is no tree
} Builder;

typedef struct Totals {
    uint32_t containers, items, members, depth;
} Totals;

static char token(const Builder *b, uint32_t i)
{
    return b->text.ptr[b->at[i]]; // at most tokens - 1
}

static uint32_t count_containers(const Builder *b)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < b->tokens; i++) {
        count += (token(b, i) | 0x20) == '{' ? 1U : 0U; // [ and {
    }
    return count;
}

// Counts what each container holds. What is wrong with brackets beyond balance, the second pass
// finds.
static bool measure(const Builder *b, Shape *shapes, Totals *ret_totals)
{
    Totals t = {0};
    uint32_t inside = NO_PARENT;
    uint32_t depth = 0;
    for (uint32_t i = 0; i < b->tokens; i++) {
        char c = token(b, i);
        if (c == ',') {
            if (inside == NO_PARENT) {
                return false;
            }
            shapes[inside - 1].count++;
        } else if (c == '{' || c == '[') {
            bool is_empty = i + 1 < b->tokens && token(b, i + 1) == c + 2; // ] is [ + 2, } is { + 2
            shapes[t.containers] =
                (Shape){.parent = inside, .count = is_empty ? 0 : 1, .is_object = c == '{'};
            inside = ++t.containers;
            depth++;
            t.depth = depth > t.depth ? depth : t.depth;
        } else if (c == '}' || c == ']') {
            if (inside == NO_PARENT) {
                return false;
            }
            inside = shapes[inside - 1].parent;
            depth--;
        }
    }
    for (uint32_t i = 0; i < t.containers; i++) {
        *(shapes[i].is_object ? &t.members : &t.items) += shapes[i].count;
    }
    *ret_totals = t;
    return inside == NO_PARENT;
}

static bool has_backslash(const char *p, size_t len, size_t readable)
{
#ifdef __SSE2__
    const __m128i slash = _mm_set1_epi8('\\');
    for (size_t i = 0; i < len; i += 16) {
        if (readable - i < 16) { // the end of the text is near
            return memchr(p + i, '\\', len - i) != NULL;
        }
        __m128i block = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
        unsigned mask = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(block, slash));
        if (len - i < 16) {
            mask &= (1U << (len - i)) - 1U;
        }
        if (mask != 0) {
            return true;
        }
    }
    return false;
#else
    (void)readable;
    return len != 0 && memchr(p, '\\', len) != NULL;
#endif
}

static bool build_escaped(Builder *b, Str raw, Str *ret_string)
{
    char *out = NEW_ARRAY(b->arena, char, raw.len); // an escape is never shorter than its meaning
    size_t len = 0;
    for (size_t at = 0; at < raw.len;) {
        const char *slash = memchr(raw.ptr + at, '\\', raw.len - at);
        size_t plain = slash != NULL ? (size_t)(slash - raw.ptr) - at : raw.len - at;
        memcpy(out + len, raw.ptr + at, plain);
        len += plain;
        at += plain;
        if (at < raw.len) {
            char bytes[4];
            size_t size = 0;
            LexFault fault = lex_escape(raw, &at, bytes, &size);
            if (fault != LEX_OK) {
                b->fault = lex_fault_text(fault);
                return false;
            }
            memcpy(out + len, bytes, size);
            len += size;
        }
    }
    *ret_string = (Str){out, len};
    return true;
}

// The string at token i. Whatever follows a string other than white space has a token of its own,
// so the closing quote is the last byte before the next token that is not white space.
static inline bool build_string(Builder *b, uint32_t i, Str *ret_string)
{
    size_t start = b->at[i] + (size_t)1;
    size_t end = b->at[i + 1];
    const char *p = b->text.ptr;
    do {
        end--;
    } while (p[end] == ' ' || p[end] == '\n' || p[end] == '\r' || p[end] == '\t');
    if (end < start || p[end] != '"') {
        b->fault = "a string does not end";
        return false;
    }
    Str raw = {p + start, end - start};
    if (has_backslash(raw.ptr, raw.len, b->text.len - start)) {
        return build_escaped(b, raw, ret_string);
    }
    *ret_string = raw;
    return true;
}

// true, false and null, with nothing glued to them.
static bool build_word(Builder *b, size_t at, Json *to)
{
    static const struct {
        Str text;
        JsonType type;
        bool boolean;
    } words[] = {
        {STR_INIT("true"), JSON_BOOL, true},
        {STR_INIT("false"), JSON_BOOL, false},
        {STR_INIT("null"), JSON_NULL, false},
    };
    size_t end = at;
    while (end < b->text.len && end - at < 6 && b->text.ptr[end] >= 'a' &&
           b->text.ptr[end] <= 'z') {
        end++;
    }
    char next = ' ';
    if (end < b->text.len) {
        next = b->text.ptr[end];
    }
    bool is_whole = next == ',' || next == '}' || next == ']' || next == ' ' || next == '\n' ||
                    next == '\r' || next == '\t';
    for (size_t i = 0; i < COUNTOF(words) && is_whole; i++) {
        if (str_eq(words[i].text, (Str){b->text.ptr + at, end - at})) {
            to->type = words[i].type;
            to->boolean = words[i].boolean;
            return true;
        }
    }
    b->fault = "this is no JSON value";
    return false;
}

static bool build_scalar(Builder *b, uint32_t i, char c, Json *to)
{
    if (c == '"') {
        to->type = JSON_STRING;
        return build_string(b, i, &to->string);
    }
    size_t at = b->at[i];
    if (c != '-' && (c < '0' || c > '9')) {
        return build_word(b, at, to);
    }
    LexFault fault = lex_number(b->text, &at, to);
    b->fault = fault == LEX_OK ? b->fault : lex_fault_text(fault);
    return fault == LEX_OK;
}

// Gives the container at token i its place; the frame then expects its first value.
static void open_container(Builder *b, char c, Json *to, Frame *ret_frame)
{
    const Shape *shape = &b->shapes[b->next_shape++];
    to->count = shape->count;
    *ret_frame = (Frame){.left = shape->count, .is_object = c == '{'};
    if (c == '{') {
        to->type = JSON_OBJECT;
        to->members = ret_frame->member = b->members;
        b->members += shape->count;
    } else {
        to->type = JSON_ARRAY;
        to->items = ret_frame->item = b->items;
        b->items += shape->count;
    }
}

// Where the next value of a container goes. In an object its key and colon are read first.
static inline bool next_place(Builder *b, Frame *frame, uint32_t *i, Json **ret_to)
{
    frame->left--;
    if (!frame->is_object) {
        *ret_to = frame->item++;
        return true;
    }
    if (*i + 1 >= b->tokens || token(b, *i) != '"' || token(b, *i + 1) != ':') {
        b->fault = "a member is a string, a colon and a value";
        return false;
    }
    JsonMember *member = frame->member++;
    *i += 2;
    *ret_to = &member->value;
    return build_string(b, *i - 2, &member->key);
}

static bool fill(Builder *b, Json *root, Frame *frames)
{
    Json *to = root;
    uint32_t depth = 0;
    uint32_t i = 0;
    for (;;) {
        if (i >= b->tokens) {
            b->fault = "a value is missing at the end";
            return false;
        }
        char c = token(b, i);
        if (c == '{' || c == '[') {
            Frame *frame = &frames[depth++];
            open_container(b, c, to, frame);
            i++;
            if (frame->left != 0) {
                TRY(next_place(b, frame, &i, &to));
                continue;
            }
        } else {
            TRY(build_scalar(b, i, c, to));
            i++;
        }
        // A value is complete: close what it completes, or go on to the next one.
        while (depth != 0 && frames[depth - 1].left == 0) {
            if (i >= b->tokens || token(b, i) != (frames[depth - 1].is_object ? '}' : ']')) {
                b->fault = "a bracket does not match";
                return false;
            }
            i++;
            depth--;
        }
        if (depth == 0) {
            b->fault = i == b->tokens ? NULL : "something follows the value";
            return i == b->tokens;
        }
        if (i >= b->tokens || token(b, i) != ',') {
            b->fault = "a comma is missing";
            return false;
        }
        i++;
        TRY(next_place(b, &frames[depth - 1], &i, &to));
    }
}

static bool check_limits(const Totals *t, size_t bytes, const JsonLimits *limits, Err *err)
{
    uint64_t values = (uint64_t)t->items + t->members + 1;
    uint32_t depth_max = json_depth_max(limits);
    if (bytes > limits->bytes_max) {
        return err_set(err, ERR_LIMIT, (Span){0}, JSON_LIMIT_BYTES_TEXT, limits->bytes_max);
    }
    if (t->depth > depth_max) {
        return err_set(err, ERR_LIMIT, (Span){0}, JSON_LIMIT_DEPTH_TEXT, depth_max);
    }
    if (values > limits->values_max) {
        return err_set(err, ERR_LIMIT, (Span){0}, JSON_LIMIT_VALUES_TEXT, limits->values_max);
    }
    return true;
}

bool json_build(Arena *arena, const JsonIndex *index, const JsonLimits *limits,
                const Json **ret_json, Err *err)
{
    Builder b = {.arena = arena, .text = index->text, .at = index->at, .tokens = index->count};
    Totals totals = {0};
    TRY(check_limits(&totals, b.text.len, limits, err)); // the bytes, before any work

    Shape local_shapes[SHAPES_LOCAL];
    Shape *shapes = local_shapes;
    uint32_t containers = count_containers(&b);
    if (containers > SHAPES_LOCAL) {
        shapes = NEW_ARRAY(arena, Shape, containers);
    }
    if (!measure(&b, shapes, &totals)) {
        return err_set(err, ERR_SYNTAX, (Span){0}, "a bracket does not match");
    }
    TRY(check_limits(&totals, b.text.len, limits, err));

    Frame local_frames[FRAMES_LOCAL];
    Frame *frames = local_frames;
    if (totals.depth > FRAMES_LOCAL) {
        frames = NEW_ARRAY(arena, Frame, totals.depth);
    }
    b.shapes = shapes;
    b.items = NEW_ARRAY(arena, Json, totals.items);
    b.members = NEW_ARRAY(arena, JsonMember, totals.members);
    Json *root = NEW(arena, Json);
    if (!fill(&b, root, frames)) {
        return err_set(err, ERR_SYNTAX, (Span){0}, "%s", b.fault);
    }
    *ret_json = root;
    return true;
}

bool json_parse(Arena *arena, JsonIndexer *indexer, Str text, const JsonLimits *limits,
                const Json **ret_json, Err *err)
{
    ArenaMark mark = arena_mark(arena);
    JsonIndex index = {0};
    Err fast = {0};
    if (text.len <= limits->bytes_max && json_index(indexer, text, &index, &fast) &&
        json_build(arena, &index, limits, ret_json, &fast)) {
        return true;
    }
    // The slow reader knows the place. It refuses the same texts; should it not, the fast reader's
    // word stands.
    arena_rewind(arena, mark);
    const Json *unused = NULL;
    if (json_read_data(arena, text, limits, &unused, err)) {
        arena_rewind(arena, mark);
        return err_set(err, fast.kind, fast.at, "%s", fast.text);
    }
    return false;
}
