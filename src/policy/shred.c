// SPDX-License-Identifier: Apache-2.0
// The index says where tokens start, so a token ends where the next one starts, less white space.
// What no rule reads is passed over, but never unchecked: a broken line is found wherever it breaks.
#include "policy/shred.h"

#include <stdlib.h>
#include <string.h>

#include "json/lex.h"

enum { DEPTH_LIMIT = 1024 };

typedef struct Walk {
    const char *text;
    const uint32_t *at; // token starts
    uint32_t i;         // the token at hand
    uint32_t count;
    uint32_t end; // length of text
    bool escapes; // there is a backslash somewhere
    uint32_t depth;
    const Node *nodes;
    Table *table;
    Shredder *shredder;
    Str *meta;
    Err *err;
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
    return w->i < w->count ? w->text[w->at[w->i]] : '\0';
}

static inline bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static inline Str token(const Walk *w)
{
    uint32_t start = w->at[w->i];
    uint32_t end = w->i + 1 < w->count ? w->at[w->i + 1] : w->end;
    while (end > start && is_space(w->text[end - 1])) {
        end--;
    }
    return (Str){w->text + start, end - start};
}

static bool broken(Walk *w, const char *what)
{
    return err_set(w->err, ERR_SYNTAX, (Span){0}, "%s", what);
}

static size_t digits(Str s, size_t at)
{
    while (at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9') {
        at++;
    }
    return at;
}

static bool is_number(Str s)
{
    size_t at = s.ptr[0] == '-' ? 1 : 0;
    size_t end = digits(s, at);
    if (end == at || (s.ptr[at] == '0' && end > at + 1)) {
        return false;
    }
    if (end < s.len && s.ptr[end] == '.') {
        at = end + 1;
        end = digits(s, at);
        if (end == at) {
            return false;
        }
    }
    if (end < s.len && (s.ptr[end] == 'e' || s.ptr[end] == 'E')) {
        at = end + 1;
        at += at < s.len && (s.ptr[at] == '+' || s.ptr[at] == '-') ? 1 : 0;
        end = digits(s, at);
        if (end == at) {
            return false;
        }
    }
    return end == s.len;
}

static bool escapes_are_good(Str s)
{
    for (size_t at = 0; at < s.len;) {
        const char *slash = memchr(s.ptr + at, '\\', s.len - at);
        if (slash == NULL) {
            return true;
        }
        at = (size_t)(slash - s.ptr);
        char bytes[4];
        size_t len = 0;
        if (lex_escape(s, &at, bytes, &len) != LEX_OK) {
            return false;
        }
    }
    return true;
}

// Checks the string or scalar at hand and steps behind it.
static inline bool pass_scalar(Walk *w, Str *ret_text)
{
    if (w->i >= w->count) {
        return broken(w, "the text ends where a value should stand");
    }
    Str text = token(w);
    char first = text.ptr[0];
    *ret_text = text;
    w->i++;
    if (first == '"') {
        return !w->escapes || escapes_are_good(text) || broken(w, "bad escape in a string");
    }
    bool good = (first == 't' && str_eq(text, STR("true"))) ||
                (first == 'f' && str_eq(text, STR("false"))) ||
                (first == 'n' && str_eq(text, STR("null"))) ||
                ((first == '-' || (first >= '0' && first <= '9')) && is_number(text));
    return good || broken(w, "this is no JSON value");
}

// Passes over a value that nothing reads.
static bool skip_value(Walk *w)
{
    uint64_t is_object[DEPTH_LIMIT / 64 + 1];
    uint32_t depth = 0;
    Str unused;
    for (;;) {
        char c = peek(w);
        if (c == '{' || c == '[') {
            bool object = c == '{';
            if (w->depth + depth >= w->shredder->depth_max) {
                return err_set(w->err, ERR_LIMIT, (Span){0},
                               "nested deeper than %u levels (--max-depth)",
                               w->shredder->depth_max);
            }
            w->i++;
            if (peek(w) == (object ? '}' : ']')) {
                w->i++;
            } else {
                depth++;
                uint64_t bit = (uint64_t)1 << (depth & 63);
                uint64_t *word = &is_object[depth / 64];
                *word = (depth & 63) == 0 && depth != 0 ? 0 : depth == 1 ? 0 : *word;
                *word = object ? *word | bit : *word & ~bit;
                if (!object) {
                    continue;
                }
                goto key;
            }
        } else if (!pass_scalar(w, &unused)) {
            return false;
        }
        // Behind a value: close what ends here, or go on with the next one.
        for (;;) {
            if (depth == 0) {
                return true;
            }
            bool object = (is_object[depth / 64] >> (depth & 63) & 1) != 0;
            char next = peek(w);
            w->i++;
            if (next == ',') {
                if (object) {
                    goto key;
                }
                break;
            }
            if (next != (object ? '}' : ']')) {
                return broken(w, object ? "',' or '}' should stand here"
                                        : "',' or ']' should stand here");
            }
            depth--;
        }
        continue;
    key:
        if (peek(w) != '"' || !pass_scalar(w, &unused)) {
            return w->err->kind != ERR_NONE ? false
                                            : broken(w, "a key in quotes should stand here");
        }
        if (peek(w) != ':') {
            return broken(w, "':' should stand here");
        }
        w->i++;
    }
}

// ---- the walk ----

static bool walk_value(Walk *w, uint32_t node, uint64_t parent);

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

static inline bool key_is(const Node *node, Str key)
{
    return node->name.len == key.len && node->index == NONE && str_eq_nocase(node->name, key);
}

// The value behind a key, along every way of the trie that has this name.
static bool walk_member(Walk *w, const Node *node, Str key, uint64_t instance, uint64_t parent)
{
    uint32_t start = w->i;
    bool walked = false;
    if ((node->child_lens >> (key.len & 63) & 1) != 0) {
        for (uint32_t n = node->child; n != NONE; n = w->nodes[n].next) {
            if (key_is(&w->nodes[n], key) && claim(w, n, instance, parent)) {
                w->i = start;
                TRY(walk_value(w, n, instance));
                walked = true;
            }
        }
    }
    return walked || skip_value(w);
}

static bool walk_object(Walk *w, const Node *node, uint64_t parent)
{
    uint64_t instance = ++w->shredder->instance;
    w->i++;
    if (peek(w) == '}') {
        w->i++;
        return true;
    }
    for (;;) {
        Str key;
        if (peek(w) != '"') {
            return broken(w, "a key in quotes should stand here");
        }
        TRY(pass_scalar(w, &key));
        key = (Str){key.ptr + 1, key.len - 2};
        if (w->escapes && key.len != 0 && memchr(key.ptr, '\\', key.len) != NULL) {
            key = unescape(w, key);
        }
        if (peek(w) != ':') {
            return broken(w, "':' should stand here");
        }
        w->i++;
        TRY(walk_member(w, node, key, instance, parent));
        char next = peek(w);
        w->i++;
        if (next == '}') {
            return true;
        }
        if (next != ',') {
            return broken(w, "',' or '}' should stand here");
        }
    }
}

static bool walk_element(Walk *w, const Node *node, uint32_t index)
{
    uint32_t start = w->i;
    bool walked = false;
    if (node->space != NONE) {
        (void)table_add_element(w->table, node->space);
        TRY(walk_value(w, node->element, 0));
        walked = true;
    }
    for (uint32_t n = node->child; n != NONE; n = w->nodes[n].next) {
        if (w->nodes[n].index == index) {
            w->i = start;
            TRY(walk_value(w, n, 0));
            walked = true;
        }
    }
    return walked || skip_value(w);
}

static bool walk_array(Walk *w, const Node *node)
{
    w->i++;
    if (peek(w) == ']') {
        w->i++;
        return true;
    }
    for (uint32_t index = 0;; index++) {
        TRY(walk_element(w, node, index));
        char next = peek(w);
        w->i++;
        if (next == ']') {
            return true;
        }
        if (next != ',') {
            return broken(w, "',' or ']' should stand here");
        }
    }
}

static bool walk_container(Walk *w, const Node *node, char first, uint64_t parent, Str *ret_text)
{
    uint32_t start = w->at[w->i];
    bool into = first == '{' ? node->child != NONE : node->space != NONE || node->child != NONE;
    if (!into) {
        TRY(skip_value(w));
    } else {
        if (++w->depth > w->shredder->depth_max) {
            return err_set(w->err, ERR_LIMIT, (Span){0},
                           "nested deeper than %u levels (--max-depth)", w->shredder->depth_max);
        }
        TRY(first == '{' ? walk_object(w, node, parent) : walk_array(w, node));
        w->depth--;
    }
    *ret_text = (Str){w->text + start, w->at[w->i - 1] + 1 - start};
    return true;
}

static bool walk_value(Walk *w, uint32_t n, uint64_t parent)
{
    const Node *node = &w->nodes[n];
    char first = peek(w);
    Str text;
    if (first == '{' || first == '[') {
        TRY(walk_container(w, node, first, parent, &text));
    } else {
        TRY(pass_scalar(w, &text));
    }
    for (uint32_t s = node->slot; s != NONE; s = w->table->plan->slots[s].same) {
        table_set(w->table, s, text);
    }
    if (node->meta != 0) {
        w->meta[node->meta - 1] = text;
    }
    return true;
}

Str shred_find_type(const JsonIndex *index)
{
    Str unused = {0};
    Walk w = {
        .text = index->text.ptr,
        .at = index->at,
        .count = index->count,
        .end = (uint32_t)index->text.len,
    };
    if (peek(&w) != '{') {
        return unused;
    }
    w.i = 1;
    for (uint32_t depth = 1; w.i + 2 < w.count && depth > 0; w.i++) {
        char c = peek(&w);
        if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth--;
        } else if (c == '"' && depth == 1 && w.text[w.at[w.i + 1]] == ':') {
            if (str_eq_nocase(token(&w), STR("\"type\""))) {
                w.i += 2;
                return token(&w);
            }
            w.i++;
        }
    }
    return unused;
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
    Walk w = {
        .text = index->text.ptr,
        .at = index->at,
        .count = index->count,
        .end = (uint32_t)index->text.len,
        .escapes = memchr(index->text.ptr, '\\', index->text.len) != NULL,
        .nodes = plan->nodes,
        .table = table,
        .shredder = shredder,
        .meta = ret_meta,
        .err = err,
    };
    (void)table_add_element(table, SPACE_ROOT);
    if (peek(&w) != '{') {
        return broken(&w, "a resource is a JSON object");
    }
    TRY(walk_value(&w, NODE_ROOT, 0));
    return w.i == w.count || broken(&w, "something stands behind the resource's end");
}
