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
enum { SHAPES_LOCAL = 512, FRAMES_LOCAL = 48 };

// What the first pass knows of a container. Number 0 stands for what is around the root.
typedef struct Shape {
    uint32_t parent; // number of the container around this one
    uint32_t count;  // values in it
    bool is_object;
} Shape;

typedef struct Frame {
    union {
        Json *item; // where the next value goes
        JsonMember *member;
    };
    char close; // the bracket that ends it
} Frame;

typedef struct Builder {
    Arena *arena;
    Str text;
    const uint32_t *at;
    uint32_t tokens;
    const Shape *shape; // of the container opened last; they follow in the order of their brackets
    Json *items;        // not yet given to a container
    JsonMember *members;
    const char *fault; // why there is no tree
} Builder;

typedef struct Totals {
    uint32_t containers, items, members, depth;
} Totals;

typedef enum Part { PART_OTHER, PART_COMMA, PART_OPEN, PART_CLOSE } Part;

static const uint8_t parts[256] = {
    [','] = PART_COMMA, ['['] = PART_OPEN,  ['{'] = PART_OPEN,
    [']'] = PART_CLOSE, ['}'] = PART_CLOSE,
};

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

// Counts what each container holds: one value more than commas, or none. False when brackets do not
// balance or a comma stands outside; other mistakes are for the second pass to find.
static bool measure(const Builder *b, Shape *shapes, Totals *ret_totals)
{
    Totals t = {0};
    uint32_t inside = 0;
    uint32_t count = 0; // of the container inside
    uint32_t depth = 0;
    for (uint32_t i = 0; i < b->tokens; i++) {
        char c = token(b, i);
        uint8_t part = parts[(unsigned char)c];
        if (part == PART_OTHER) {
            continue;
        }
        if (part == PART_COMMA) {
            count++;
        } else if (part == PART_OPEN) {
            bool is_empty = i + 1 < b->tokens && token(b, i + 1) == c + 2; // ] is [ + 2, } is { + 2
            shapes[inside].count = count;
            shapes[++t.containers] = (Shape){.parent = inside, .is_object = c == '{'};
            inside = t.containers;
            count = is_empty ? 0 : 1;
            depth++;
            t.depth = depth > t.depth ? depth : t.depth;
        } else if (inside == 0) {
            return false;
        } else {
            Shape *shape = &shapes[inside];
            shape->count = count;
            *(shape->is_object ? &t.members : &t.items) += count;
            inside = shape->parent;
            count = shapes[inside].count;
            depth--;
        }
    }
    *ret_totals = t;
    return inside == 0 && count == 0;
}

// The first backslash decides: should it lie behind the string, there is none in it.
static inline bool has_backslash(const char *p, size_t len, size_t readable)
{
#ifdef __SSE2__
    if (readable >= len + 16) {
        const __m128i slash = _mm_set1_epi8('\\');
        for (size_t i = 0; i < len; i += 16) {
            __m128i block = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
            unsigned mask = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(block, slash));
            if (mask != 0) {
                return i + (size_t)__builtin_ctz(mask) < len;
            }
        }
        return false;
    }
#endif
    return len != 0 && memchr(p, '\\', len) != NULL;
}

// Kept out of the way of build_string, which seldom needs it.
__attribute__((noinline)) static bool build_escaped(Builder *b, Str raw, Str *ret_string)
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

// The string whose opening quote is at open and behind which the next token is at next. Whatever
// follows a string other than white space has a token of its own, so the closing quote is the last
// byte before next that is not white space.
static inline bool build_string(Builder *b, size_t open, size_t next, Str *ret_string)
{
    const char *p = b->text.ptr;
    size_t end = next - 1;
    while (p[end] == ' ' || p[end] == '\n' || p[end] == '\r' || p[end] == '\t') {
        end--;
    }
    if (end <= open || p[end] != '"') {
        b->fault = "a string does not end";
        return false;
    }
    Str raw = {p + open + 1, end - open - 1};
    if (has_backslash(raw.ptr, raw.len, b->text.len - open - 1)) {
        return build_escaped(b, raw, ret_string);
    }
    *ret_string = raw;
    return true;
}

// true, false and null, with nothing glued to them.
static bool build_word(Builder *b, size_t at, Json *to)
{
    static const struct {
        char text[8];
        size_t len;
        JsonType type;
        bool boolean;
    } words[] = {
        {"true", 4, JSON_BOOL, true},
        {"false", 5, JSON_BOOL, false},
        {"null", 4, JSON_NULL, false},
    };
    const char *p = b->text.ptr + at;
    size_t left = b->text.len - at;
    for (size_t i = 0; i < COUNTOF(words); i++) {
        size_t len = words[i].len;
        if (p[0] == words[i].text[0] && left >= len && swar_eq(p, words[i].text, len) &&
            lex_ends_scalar(b->text, at + len)) {
            to->type = words[i].type;
            to->boolean = words[i].boolean;
            return true;
        }
    }
    b->fault = "this is no JSON value";
    return false;
}

static bool build_scalar(Builder *b, size_t at, Json *to)
{
    char c = b->text.ptr[at];
    if (c != '-' && (c < '0' || c > '9')) {
        return build_word(b, at, to);
    }
    LexFault fault = lex_number(b->text, &at, to);
    b->fault = fault == LEX_OK ? b->fault : lex_fault_text(fault);
    return fault == LEX_OK;
}

// Gives a container its place; the frame then expects its first value.
static inline void open_container(Builder *b, char c, Json *to, Frame *ret_frame)
{
    uint32_t count = (++b->shape)->count;
    to->count = count;
    ret_frame->close = (char)(c + 2);
    if (c == '{') {
        to->type = JSON_OBJECT;
        to->members = ret_frame->member = b->members;
        b->members += count;
    } else {
        to->type = JSON_ARRAY;
        to->items = ret_frame->item = b->items;
        b->items += count;
    }
}

// Where the next value of a container goes. In an object its key and colon, at token *i, are read
// first.
static inline bool next_place(Builder *b, Frame *frame, uint32_t *i, Json **ret_to)
{
    if (frame->close == ']') {
        *ret_to = frame->item++;
        return true;
    }
    const uint32_t *at = b->at + *i;
    if (b->text.ptr[at[0]] != '"' || b->text.ptr[at[1]] != ':') {
        b->fault = "a member is a string, a colon and a value";
        return false;
    }
    JsonMember *member = frame->member++;
    *i += 2;
    *ret_to = &member->value;
    return build_string(b, at[0], at[1], &member->key);
}

// The value at token *i, or only the opening bracket of a container that is not empty.
static inline bool take_value(Builder *b, uint32_t *i, Json *to, Frame **frame)
{
    size_t at = b->at[*i];
    char c = b->text.ptr[at];
    *i += 1;
    if (c == '"') {
        to->type = JSON_STRING;
        return build_string(b, at, b->at[*i], &to->string);
    }
    if (parts[(unsigned char)c] != PART_OPEN) {
        return build_scalar(b, at, to);
    }
    *frame += 1;
    open_container(b, c, to, *frame);
    return true;
}

// Both passes see the same brackets and commas, so a container has room for as many values as come,
// and while one is open its closing bracket is still ahead: no token beyond the last is looked at.
static bool fill(Builder *b, Json *root, Frame *frames)
{
    Json *to = root;
    Frame *frame = frames; // frames[0] is around the root
    uint32_t i = 0;
    for (;;) {
        const Frame *outer = frame;
        TRY(take_value(b, &i, to, &frame));
        bool is_open = frame != outer && to->count != 0;
        // A value is complete: close what it completes, or go on to the next one.
        while (!is_open && frame != frames && token(b, i) == frame->close) {
            frame--;
            i++;
        }
        if (frame == frames) {
            b->fault = i == b->tokens ? NULL : "something follows the value";
            return i == b->tokens;
        }
        if (!is_open && token(b, i++) != ',') {
            b->fault = "a comma is missing or a bracket does not match";
            return false;
        }
        TRY(next_place(b, frame, &i, &to));
    }
}

static bool check_limits(const Totals *t, size_t bytes, const JsonLimits *limits, Err *err)
{
    uint64_t values = (uint64_t)t->items + t->members + 1;
    values = values > t->containers ? values : t->containers;
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
    ASSERT(b.tokens != 0); // json_index refuses a text without any
    Totals totals = {.containers = b.tokens < SHAPES_LOCAL ? 0 : count_containers(&b)};
    TRY(check_limits(&totals, b.text.len, limits, err)); // before memory is taken for them

    Shape local_shapes[SHAPES_LOCAL];
    Shape *shapes = local_shapes;
    if (totals.containers >= SHAPES_LOCAL) {
        shapes = NEW_ARRAY(arena, Shape, (size_t)totals.containers + 1);
    }
    shapes[0] = (Shape){0};
    if (!measure(&b, shapes, &totals)) {
        return err_set(err, ERR_SYNTAX, (Span){0}, "a bracket does not match");
    }
    TRY(check_limits(&totals, b.text.len, limits, err));

    Frame local_frames[FRAMES_LOCAL];
    Frame *frames = local_frames;
    if (totals.depth >= FRAMES_LOCAL) {
        frames = NEW_ARRAY(arena, Frame, (size_t)totals.depth + 1);
    }
    b.shape = shapes;
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
