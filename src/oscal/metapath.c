// SPDX-License-Identifier: Apache-2.0
#include "oscal/metapath.h"

#include <string.h>

#define OSCAL_NS "http://csrc.nist.gov/ns/oscal"

typedef struct Reader {
    Arena *arena;
    Str text;
    size_t at;
    bool ok;
} Reader;

static void push(Arena *arena, Nodes *nodes, const Json *json)
{
    if (nodes->count == nodes->cap) {
        uint32_t cap = nodes->cap != 0 ? 2 * nodes->cap : 8;
        const Json **at = NEW_ARRAY(arena, const Json *, cap);
        if (nodes->count != 0) {
            memcpy(at, nodes->at, nodes->count * sizeof(*at));
        }
        nodes->at = at;
        nodes->cap = cap;
    }
    nodes->at[nodes->count++] = json;
}

Str metapath_text(const Json *json)
{
    static const Str keys[] = {STR_INIT("value"), STR_INIT("number"), STR_INIT("identifier")};
    switch (json->type) {
    case JSON_STRING:
        return json->string;
    case JSON_NUMBER:
        return json->number.text;
    case JSON_BOOL:
        return json->boolean ? STR("true") : STR("false");
    case JSON_OBJECT:
        for (size_t i = 0; i < COUNTOF(keys); i++) {
            const Json *value = json_find(json, keys[i]);
            if (json_is(value, JSON_STRING)) {
                return value->string;
            }
        }
        break;
    case JSON_NULL:
    case JSON_ARRAY:
        break;
    }
    return (Str){NULL, 0};
}

// ---- words ----

static void skip_space(Reader *reader)
{
    while (reader->at < reader->text.len && reader->text.ptr[reader->at] == ' ') {
        reader->at++;
    }
}

static bool take(Reader *reader, Str word)
{
    skip_space(reader);
    if (!str_starts(str_from(reader->text, reader->at), word)) {
        return false;
    }
    reader->at += word.len;
    return true;
}

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

static Str take_name(Reader *reader)
{
    size_t start = reader->at;
    while (reader->at < reader->text.len && is_name_byte(reader->text.ptr[reader->at])) {
        reader->at++;
    }
    return (Str){reader->text.ptr + start, reader->at - start};
}

// A word that is not the beginning of a longer name.
static bool take_word(Reader *reader, Str word)
{
    size_t start = reader->at;
    if (take(reader, word) &&
        (reader->at == reader->text.len || !is_name_byte(reader->text.ptr[reader->at]))) {
        return true;
    }
    reader->at = start;
    return false;
}

static bool fail(Reader *reader)
{
    reader->ok = false;
    reader->at = reader->text.len;
    return false;
}

static Str take_quoted(Reader *reader)
{
    if (!take(reader, STR("'"))) {
        (void)fail(reader);
        return (Str){NULL, 0};
    }
    StrCut cut = str_cut(str_from(reader->text, reader->at), '\'');
    reader->at += cut.head.len + 1;
    if (!cut.found) {
        (void)fail(reader);
    }
    return cut.head;
}

enum { LITERALS_MAX = 16 };
typedef struct Literals {
    Str at[LITERALS_MAX];
    uint32_t count;
} Literals;

// 'a' or ('a', 'b').
static void take_literals(Reader *reader, Literals *literals)
{
    literals->count = 0;
    bool many = take(reader, STR("("));
    do {
        Str text = take_quoted(reader);
        if (literals->count == LITERALS_MAX) {
            (void)fail(reader);
        } else {
            literals->at[literals->count++] = text;
        }
    } while (many && reader->ok && take(reader, STR(",")));
    if (many && !take(reader, STR(")"))) {
        (void)fail(reader);
    }
}

static bool is_literal(const Literals *literals, Str text)
{
    for (uint32_t i = 0; i < literals->count; i++) {
        if (str_eq(literals->at[i], text)) {
            return true;
        }
    }
    return false;
}

// ---- steps ----

// JSON groups "prop" as "props", "party" as "parties", "address" as "addresses".
static bool names_member(Str name, Str key)
{
    if (key.len < name.len || (key.len > name.len + 2)) {
        return false;
    }
    Str tail = str_from(key, name.len);
    if (str_starts(key, name)) {
        return tail.len == 0 || str_eq(tail, STR("s")) || str_eq(tail, STR("es"));
    }
    return str_ends(name, STR("y")) && str_eq(str_from(key, name.len - 1), STR("ies")) &&
           str_starts(key, (Str){name.ptr, name.len - 1});
}

static void child_step(Arena *arena, const Nodes *in, Str name, Nodes *out)
{
    for (uint32_t n = 0; n < in->count; n++) {
        const Json *json = in->at[n];
        for (uint32_t i = 0; json->type == JSON_OBJECT && i < json->count; i++) {
            const Json *value = &json->members[i].value;
            if (!names_member(name, json->members[i].key)) {
                continue;
            }
            for (uint32_t k = 0; value->type == JSON_ARRAY && k < value->count; k++) {
                push(arena, out, &value->items[k]);
            }
            if (value->type != JSON_ARRAY) {
                push(arena, out, value);
            }
        }
    }
}

static void flag_step(Arena *arena, const Nodes *in, Str name, Nodes *out)
{
    for (uint32_t n = 0; n < in->count; n++) {
        const Json *value = json_find(in->at[n], name);
        if (in->at[n]->type == JSON_STRING && str_eq(name, STR("value"))) {
            value = in->at[n];
        }
        if (value != NULL) {
            push(arena, out, value);
        }
    }
}

// As deep as the document.
static void push_descendants(Arena *arena, const Json *json, Nodes *out)
{
    if (json->type == JSON_OBJECT) {
        push(arena, out, json);
    }
    for (uint32_t i = 0; json->type == JSON_OBJECT && i < json->count; i++) {
        push_descendants(arena, &json->members[i].value, out);
    }
    for (uint32_t i = 0; json->type == JSON_ARRAY && i < json->count; i++) {
        push_descendants(arena, &json->items[i], out);
    }
}

static bool read_or(Reader *reader, const Json *node);
static void read_union(Reader *reader, const Nodes *in, Nodes *out);

static void read_predicates(Reader *reader, Nodes *nodes)
{
    while (reader->ok && take(reader, STR("["))) {
        size_t start = reader->at;
        uint32_t kept = 0;
        bool seen = false;
        for (uint32_t i = 0; i < nodes->count && reader->ok; i++) {
            reader->at = start;
            bool holds = read_or(reader, nodes->at[i]);
            seen = true;
            if (holds) {
                nodes->at[kept++] = nodes->at[i];
            }
        }
        if (!seen) {
            reader->at = start;
            (void)read_or(reader, &json_null); // to step over it
        }
        nodes->count = kept;
        if (!take(reader, STR("]"))) {
            (void)fail(reader);
        }
    }
}

static void read_step(Reader *reader, const Nodes *in, Nodes *out)
{
    skip_space(reader);
    char c = reader->at < reader->text.len ? reader->text.ptr[reader->at] : '\0';
    if (c == '(') {
        reader->at++;
        read_union(reader, in, out);
        if (!take(reader, STR(")"))) {
            (void)fail(reader);
        }
    } else if (c == '.') {
        reader->at++;
        for (uint32_t i = 0; i < in->count; i++) {
            push(reader->arena, out, in->at[i]);
        }
    } else if (c == '@') {
        reader->at++;
        flag_step(reader->arena, in, take_name(reader), out);
    } else {
        Str name = take_name(reader);
        if (name.len == 0) {
            (void)fail(reader);
            return;
        }
        child_step(reader->arena, in, name, out);
    }
    read_predicates(reader, out);
}

static Nodes descend(Reader *reader, const Nodes *in)
{
    Nodes all = {0};
    for (uint32_t i = 0; i < in->count; i++) {
        push_descendants(reader->arena, in->at[i], &all);
    }
    return all;
}

static void read_sequence(Reader *reader, const Nodes *in, Nodes *out)
{
    Nodes current = *in;
    if (take(reader, STR("//"))) {
        current = descend(reader, &current);
    }
    for (;;) {
        Nodes next = {0};
        read_step(reader, &current, &next);
        current = next;
        if (!reader->ok) {
            return;
        }
        if (take(reader, STR("//"))) {
            current = descend(reader, &current);
        } else if (!take(reader, STR("/"))) {
            break;
        }
    }
    for (uint32_t i = 0; i < current.count; i++) {
        push(reader->arena, out, current.at[i]);
    }
}

static void read_union(Reader *reader, const Nodes *in, Nodes *out)
{
    do {
        read_sequence(reader, in, out);
    } while (reader->ok && take(reader, STR("|")));
}

// ---- expressions ----

static Nodes read_path(Reader *reader, const Json *node)
{
    Nodes start = {0};
    Nodes found = {0};
    push(reader->arena, &start, node);
    read_union(reader, &start, &found);
    return found;
}

// A node without a namespace is in OSCAL's own.
static bool has_namespace(const Json *node, const Literals *wanted)
{
    Str ns = json_find_str(node, STR("ns"));
    return is_literal(wanted, ns.len != 0 ? ns : STR(OSCAL_NS));
}

static bool read_function(Reader *reader, const Json *node, bool *ret_holds)
{
    Literals literals;
    if (take_word(reader, STR("not")) && take(reader, STR("("))) {
        *ret_holds = !read_or(reader, node);
    } else if (take_word(reader, STR("exists")) && take(reader, STR("("))) {
        *ret_holds = read_path(reader, node).count != 0;
    } else if (take_word(reader, STR("has-oscal-namespace")) && take(reader, STR("("))) {
        take_literals(reader, &literals);
        *ret_holds = has_namespace(node, &literals);
    } else if (take_word(reader, STR("starts-with")) && take(reader, STR("("))) {
        Nodes nodes = read_path(reader, node);
        if (!take(reader, STR(","))) {
            return fail(reader);
        }
        Str prefix = take_quoted(reader);
        *ret_holds = nodes.count != 0 && str_starts(metapath_text(nodes.at[0]), prefix);
    } else {
        return false;
    }
    if (!take(reader, STR(")"))) {
        (void)fail(reader);
    }
    return true;
}

static bool is_greater(const Nodes *a, const Nodes *b)
{
    return a->count != 0 && b->count != 0 && a->at[0]->type == JSON_NUMBER &&
           b->at[0]->type == JSON_NUMBER && a->at[0]->number.as_double > b->at[0]->number.as_double;
}

static bool read_comparison(Reader *reader, const Json *node)
{
    bool holds = false;
    if (read_function(reader, node, &holds)) {
        return holds;
    }
    if (!reader->ok) {
        return false;
    }
    Nodes nodes = read_path(reader, node);
    if (take(reader, STR(">"))) {
        Nodes other = read_path(reader, node);
        return is_greater(&nodes, &other);
    }
    if (!take(reader, STR("="))) {
        return nodes.count != 0;
    }
    Literals literals;
    take_literals(reader, &literals);
    for (uint32_t i = 0; i < nodes.count && !holds; i++) {
        holds = is_literal(&literals, metapath_text(nodes.at[i]));
    }
    return holds;
}

static bool read_and(Reader *reader, const Json *node)
{
    bool holds = read_comparison(reader, node);
    while (reader->ok && take_word(reader, STR("and"))) {
        bool other = read_comparison(reader, node); // read on, whatever came before
        holds = holds && other;
    }
    return holds;
}

static bool read_or(Reader *reader, const Json *node)
{
    bool holds = read_and(reader, node);
    while (reader->ok && take_word(reader, STR("or"))) {
        bool other = read_and(reader, node);
        holds = holds || other;
    }
    return holds;
}

bool metapath_select(Arena *arena, Str path, const Json *start, Nodes *ret_nodes)
{
    Reader reader = {.arena = arena, .text = path, .ok = true};
    Nodes found = read_path(&reader, start);
    skip_space(&reader);
    if (!reader.ok || reader.at != path.len) {
        return false;
    }
    *ret_nodes = found;
    return true;
}

bool metapath_test(Arena *arena, Str expression, const Json *start, bool *ret_holds)
{
    Reader reader = {.arena = arena, .text = expression, .ok = true};
    bool holds = read_or(&reader, start);
    skip_space(&reader);
    if (!reader.ok || reader.at != expression.len) {
        return false;
    }
    *ret_holds = holds;
    return true;
}
