// SPDX-License-Identifier: Apache-2.0
// The index says where tokens start, so a token ends where the next one starts, less white space.
// What no rule reads is passed over, but never unchecked: a broken line is found wherever it
// breaks.
#include "policy/shred.h"

#include <stdlib.h>
#include <string.h>

#include "base/swar.h"
#include "json/lex.h"

enum { DEPTH_LIMIT = 1024 };

// The cursor: `at` points at the start of the token at hand. Behind the last token stands the
// length of the text, and the byte there is no token (see SHRED_PADDING), so that running out of
// tokens is just one more wrong character and needs no check of its own.
typedef struct Walk {
    const char *text;
    const uint32_t *at;
    const uint32_t *end; // one past the last token
    uint32_t escape;     // offset of the next backslash, or of the text's end
    uint32_t depth;
    const Node *nodes;
    const Slot *slots;
    const uint32_t *heads;
    Table *table;
    Shredder *shredder;
    Str *meta;
    Err *err;
    uint32_t len; // of text
} Walk;

void shredder_open(Shredder *shredder, const JsonLimits *limits)
{
    *shredder = (Shredder){
        .depth_max = limits->depth_max < DEPTH_LIMIT ? limits->depth_max : DEPTH_LIMIT,
    };
    arena_init(&shredder->scratch, SIZE_MAX);
}

void shredder_close(Shredder *shredder)
{
    free(shredder->seen);
    arena_free(&shredder->scratch);
    *shredder = (Shredder){0};
}

// ---- tokens ----

static inline char peek(const Walk *w)
{
    return w->text[*w->at];
}

static inline bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

// The token at hand reaches to the next one, less white space.
static inline Str token(const Walk *w)
{
    const char *start = w->text + w->at[0];
    const char *end = w->text + w->at[1];
    while (end > start && is_space(end[-1])) {
        end--;
    }
    return (Str){start, (size_t)(end - start)};
}

static bool broken(Walk *w, const char *what)
{
    if (w->err->kind == ERR_NONE) {
        (void)err_set(w->err, ERR_SYNTAX, (Span){0}, "%s", what);
    }
    return false;
}

static bool too_deep(Walk *w)
{
    return err_set(w->err, ERR_LIMIT, (Span){0}, "nested deeper than %u levels (--max-depth)",
                   w->shredder->depth_max);
}

// What may stand behind a scalar: white space, a closing or separating character. Never the end: a
// resource is an object. A NUL inside a number would look like the end.
static inline bool ends_scalar(char c)
{
    return c == ',' || c == '}' || c == ']' || is_space(c);
}

static const char *digits(const char *at)
{
    while (*at >= '0' && *at <= '9') {
        at++;
    }
    return at;
}

static bool is_number(const char *at)
{
    at += *at == '-' ? 1 : 0;
    const char *end = digits(at);
    if (end == at || (*at == '0' && end > at + 1)) {
        return false;
    }
    if (*end == '.') {
        at = end + 1;
        end = digits(at);
        if (end == at) {
            return false;
        }
    }
    if (*end == 'e' || *end == 'E') {
        at = end + 1;
        at += *at == '+' || *at == '-' ? 1 : 0;
        end = digits(at);
        if (end == at) {
            return false;
        }
    }
    return ends_scalar(*end);
}

static bool is_scalar(const char *at)
{
    switch (*at) {
    case 't':
        return memcmp(at, "true", 4) == 0 && ends_scalar(at[4]);
    case 'f':
        return memcmp(at, "false", 5) == 0 && ends_scalar(at[5]);
    case 'n':
        return memcmp(at, "null", 4) == 0 && ends_scalar(at[4]);
    default:
        return is_number(at);
    }
}

static uint32_t find_escape(const Walk *w, uint32_t from)
{
    const char *slash = memchr(w->text + from, '\\', w->len - from);
    return slash != NULL ? (uint32_t)(slash - w->text) : w->len;
}

// Checks the escapes up to `end`; strings are met in order, so each backslash is looked at once.
static bool pass_escapes(Walk *w, uint32_t end)
{
    Str text = {w->text, end};
    while (w->escape < end) {
        size_t at = w->escape;
        char bytes[4];
        size_t len = 0;
        if (lex_escape(text, &at, bytes, &len) != LEX_OK) {
            return broken(w, "bad escape in a string");
        }
        w->escape = find_escape(w, (uint32_t)at);
    }
    return true;
}

// Checks the string or scalar at hand and steps behind it.
static inline bool pass_scalar(Walk *w)
{
    const char *start = w->text + *w->at;
    w->at++;
    if (*start == '"') {
        return w->escape >= *w->at || pass_escapes(w, *w->at);
    }
    return is_scalar(start) || broken(w, "this is no JSON value");
}

static inline bool pass_key(Walk *w)
{
    if (peek(w) != '"') {
        return broken(w, "a key in quotes should stand here");
    }
    TRY(pass_scalar(w));
    if (peek(w) != ':') {
        return broken(w, "':' should stand here");
    }
    w->at++;
    return true;
}

// The containers open around a value that is passed over. One bit a level: is it an object?
typedef struct Nest {
    uint64_t objects[DEPTH_LIMIT / 64 + 1];
    uint32_t depth;
    uint32_t depth_max;
} Nest;

static inline bool in_object(const Nest *nest)
{
    return (nest->objects[nest->depth / 64] >> (nest->depth & 63) & 1) != 0;
}

// At '{' or '[': opens it, up to its first value. *ret_empty: it was closed at once.
static inline bool open_container(Walk *w, Nest *nest, bool object, bool *ret_empty)
{
    if (nest->depth == nest->depth_max) {
        return too_deep(w);
    }
    w->at++;
    *ret_empty = peek(w) == (object ? '}' : ']');
    if (*ret_empty) {
        w->at++;
        return true;
    }
    nest->depth++;
    uint64_t bit = (uint64_t)1 << (nest->depth & 63);
    uint64_t *word = &nest->objects[nest->depth / 64];
    uint64_t others = nest->depth > 1 && bit != 1 ? *word & ~bit : 0; // a word begins empty
    *word = others | (object ? bit : 0);
    return !object || pass_key(w);
}

// Behind a value: closes what ends here, up to the next value or out of the outermost container.
static inline bool close_containers(Walk *w, Nest *nest)
{
    while (nest->depth != 0) {
        bool object = in_object(nest);
        char next = peek(w);
        if (next == ',') {
            w->at++;
            return !object || pass_key(w);
        }
        if (next != (object ? '}' : ']')) {
            return broken(w,
                          object ? "',' or '}' should stand here" : "',' or ']' should stand here");
        }
        w->at++;
        nest->depth--;
    }
    return true;
}

// Passes over a value that nothing reads.
static bool skip_value(Walk *w)
{
    Nest nest;
    nest.depth = 0;
    nest.depth_max = w->shredder->depth_max - w->depth;
    do {
        char c = peek(w);
        bool closed = true;
        if (c == '{' || c == '[') {
            TRY(open_container(w, &nest, c == '{', &closed));
        } else {
            TRY(pass_scalar(w));
        }
        if (closed) {
            TRY(close_containers(w, &nest));
        }
    } while (nest.depth != 0);
    return true;
}

// ---- the walk ----

static bool walk_value(Walk *w, uint32_t n, uint64_t parent);

static void forget(Walk *w, uint32_t n)
{
    const Node *node = &w->nodes[n];
    for (uint32_t s = node->slot; s != NONE; s = w->table->plan->slots[s].same) {
        table_unset(w->table, s);
    }
    if (node->meta != 0) {
        w->meta[node->meta - 1] = (Str){0};
    }
    if (node->space != NONE) {
        table_drop_elements(w->table, node->space);
    }
    for (uint32_t c = node->child; c != NONE; c = w->nodes[c].next) {
        forget(w, c);
    }
}

// Decides which of several ways to a slot counts: the last of duplicate keys, and the direct name
// before the one under "properties". False: this one does not count.
static bool claim(Walk *w, uint32_t n, uint64_t instance, uint64_t parent)
{
    const Node *node = &w->nodes[n];
    uint64_t *seen = w->shredder->seen;
    if (node->weak) {
        if (seen[node->twin] == parent) {
            return false;
        }
        if (seen[n] == parent) {
            forget(w, n);
        }
        seen[n] = parent;
        return true;
    }
    if (seen[n] == instance) {
        forget(w, n);
    }
    if (node->twin != NONE && seen[node->twin] == instance) {
        forget(w, node->twin);
    }
    seen[n] = instance;
    return true;
}

static Str unescape(Walk *w, Str key)
{
    char *plain = NEW_ARRAY(&w->shredder->scratch, char, key.len + 1);
    size_t len = 0;
    for (size_t at = 0; at < key.len;) {
        if (key.ptr[at] != '\\') {
            plain[len++] = key.ptr[at++];
            continue;
        }
        size_t bytes = 0;
        ASSERT(lex_escape(key, &at, plain + len, &bytes) == LEX_OK);
        len += bytes;
    }
    return (Str){plain, len};
}

// Steps back to walk the same value once more, for another way of the trie.
static void step_back(Walk *w, const uint32_t *at)
{
    w->at = at;
    w->escape = find_escape(w, *at);
}

static inline bool key_is(const Node *node, Str key)
{
    return node->name.len == key.len &&
           (swar_eq(node->spelling, key.ptr, key.len) || str_eq_nocase(node->name, key));
}

// Most of a document's members: nothing asks for them.
static inline bool pass_member(Walk *w, const uint32_t *at)
{
    const char *start = w->text + at[0];
    w->at = at + 1;
    if (*start == '"') {
        return w->escape >= at[1] || pass_escapes(w, at[1]);
    }
    if (*start == '{' || *start == '[') {
        w->at = at;
        return skip_value(w);
    }
    return is_scalar(start) || broken(w, "this is no JSON value");
}

// The value behind a key, along every way of the trie that has this name.
static bool walk_member(Walk *w, uint32_t first, Str key, uint64_t instance, uint64_t parent)
{
    const uint32_t *start = w->at;
    bool walked = false;
    for (uint32_t n = first; n != NONE; n = w->nodes[n].alike) {
        if (key_is(&w->nodes[n], key) && claim(w, n, instance, parent)) {
            if (walked) {
                step_back(w, start);
            }
            TRY(walk_value(w, n, instance));
            walked = true;
        }
    }
    return walked || pass_member(w, start);
}

// A key at `at` whose colon and value follow: its text without quotes, escapes undone.
static inline bool take_key(Walk *w, const uint32_t *at, Str *ret_key)
{
    const char *start = w->text + at[0];
    const char *end = w->text + at[1];
    if (*start != '"') {
        w->at = at;
        return broken(w, "a key in quotes should stand here");
    }
    if (*end != ':') {
        w->at = at + 1;
        return broken(w, "':' should stand here");
    }
    while (is_space(end[-1])) {
        end--;
    }
    *ret_key = (Str){start + 1, (size_t)(end - start) - 2};
    if (w->escape < at[1]) {
        TRY(pass_escapes(w, at[1]));
        *ret_key = unescape(w, *ret_key);
    }
    return true;
}

static bool walk_object(Walk *w, const Node *node, uint64_t parent)
{
    const uint64_t instance = ++w->shredder->instance;
    const uint64_t marks = node->child_marks;
    w->at++;
    if (peek(w) == '}') {
        w->at++;
        return true;
    }
    for (;;) {
        Str key = {0};
        const uint32_t *at = w->at;
        TRY(take_key(w, at, &key));
        uint32_t mark = node_mark(key.ptr, key.len);
        if ((marks >> mark & 1) != 0) {
            w->at = at + 2;
            uint32_t first = w->heads[node->heads + node_rank(node, mark)];
            TRY(walk_member(w, first, key, instance, parent));
        } else {
            TRY(pass_member(w, at + 2));
        }
        char next = peek(w);
        if (next != ',' && next != '}') {
            return broken(w, "',' or '}' should stand here");
        }
        w->at++;
        if (next == '}') {
            return true;
        }
    }
}

static bool walk_element(Walk *w, const Node *node, uint32_t index)
{
    const uint32_t *start = w->at;
    bool walked = false;
    if (node->space != NONE) {
        (void)table_add_element(w->table, node->space);
        TRY(walk_value(w, node->element, 0));
        walked = true;
    }
    for (uint32_t n = node->child; n != NONE; n = w->nodes[n].next) {
        if (w->nodes[n].index == index) {
            if (walked) {
                step_back(w, start);
            }
            TRY(walk_value(w, n, 0));
            walked = true;
        }
    }
    return walked || skip_value(w);
}

static bool walk_array(Walk *w, const Node *node)
{
    w->at++;
    if (peek(w) == ']') {
        w->at++;
        return true;
    }
    for (uint32_t index = 0;; index++) {
        TRY(walk_element(w, node, index));
        char next = peek(w);
        if (next != ',' && next != ']') {
            return broken(w, "',' or ']' should stand here");
        }
        w->at++;
        if (next == ']') {
            return true;
        }
    }
}

static bool walk_container(Walk *w, const Node *node, char first, uint64_t parent)
{
    bool into = node->child != NONE || (first == '[' && node->space != NONE);
    if (!into) {
        return skip_value(w);
    }
    if (w->depth == w->shredder->depth_max) {
        return too_deep(w);
    }
    w->depth++;
    TRY(first == '{' ? walk_object(w, node, parent) : walk_array(w, node));
    w->depth--;
    return true;
}

static bool walk_value(Walk *w, uint32_t n, uint64_t parent)
{
    const Node *node = &w->nodes[n];
    const char *start = w->text + *w->at;
    Str text;
    if (*start == '{' || *start == '[') {
        TRY(walk_container(w, node, *start, parent));
        text = (Str){start, (size_t)(w->text + w->at[-1] + 1 - start)};
    } else {
        text = token(w);
        TRY(pass_scalar(w));
    }
    for (uint32_t s = node->slot; s != NONE; s = w->slots[s].same) {
        table_set(w->table, s, text);
    }
    if (node->meta != 0) {
        w->meta[node->meta - 1] = text;
    }
    return true;
}

static Walk walk_start(const JsonIndex *index)
{
    return (Walk){
        .text = index->text.ptr,
        .at = index->at,
        .end = index->at + index->count,
        .len = (uint32_t)index->text.len,
    };
}

// Does the string that begins here say "type", in any case? The text goes on for longer than that.
static inline bool is_type_key(const char *at)
{
    uint32_t word;
    memcpy(&word, at + 1, sizeof word);
    const unsigned char type[] = {'t', 'y', 'p', 'e'};
    uint32_t want;
    memcpy(&want, type, sizeof want);
    return (word | 0x20202020U) == want && at[5] == '"';
}

Str shred_find_type(const JsonIndex *index)
{
    Walk w = walk_start(index);
    if (peek(&w) != '{') {
        return (Str){0};
    }
    w.at++;
    for (uint32_t depth = 1; w.at + 2 < w.end && depth > 0; w.at++) {
        char c = peek(&w);
        if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth--;
        } else if (c == '"' && depth == 1 && w.text[w.at[1]] == ':') {
            if (is_type_key(w.text + w.at[0])) {
                w.at += 2;
                return token(&w);
            }
            w.at++;
        }
    }
    return (Str){0};
}

bool shred_row(Shredder *shredder, Table *table, const JsonIndex *index, Str ret_meta[META_COUNT],
               Err *err)
{
    const TypePlan *plan = table->plan;
    if (shredder->seen_cap < plan->node_count) {
        shredder->seen_cap = plan->node_count;
        free(shredder->seen);
        shredder->seen = calloc(plan->node_count, sizeof(uint64_t));
        ASSERT(shredder->seen != NULL);
    }
    for (uint32_t m = 0; m < META_COUNT; m++) {
        ret_meta[m] = (Str){0};
    }
    Walk w = walk_start(index);
    w.escape = find_escape(&w, 0);
    w.nodes = plan->nodes;
    w.slots = plan->slots;
    w.heads = plan->heads;
    w.table = table;
    w.shredder = shredder;
    w.meta = ret_meta;
    w.err = err;
    (void)table_add_element(table, SPACE_ROOT);
    if (peek(&w) != '{') {
        return broken(&w, "a resource is a JSON object");
    }
    TRY(walk_value(&w, NODE_ROOT, 0));
    return w.at == w.end || broken(&w, "something stands behind the resource's end");
}
