// SPDX-License-Identifier: Apache-2.0
#include "oscal/xml_tree.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <string.h>

#include "base/buf.h"
#include "json/read.h"

// libxml2 tells a place only where a tag ends, so the tags are found once more: a start tag of the
// parser is the next start tag of the text.
typedef struct Tags {
    Str text;
    size_t at;
    size_t line_start;
    uint32_t line;
} Tags;

typedef struct Reader {
    Arena *arena;
    const JsonLimits *limits;
    DiagList *diags;
    xmlParserCtxtPtr parser;
    Tags tags;
    XmlNode *root;
    XmlNode **open; // the elements that are open
    uint32_t depth;
    uint32_t depth_max;
    uint32_t values;
    Buf text; // of the text at hand
    bool stopped;
} Reader;

bool xml_tree_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool xml_tree_is_blank(Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!xml_tree_is_space(text.ptr[i])) {
            return false;
        }
    }
    return true;
}

// ---- places ----

static void step(Tags *tags)
{
    if (tags->text.ptr[tags->at] == '\n') {
        tags->line++;
        tags->line_start = tags->at + 1;
    }
    tags->at++;
}

static void step_to(Tags *tags, size_t at)
{
    while (tags->at < at && tags->at < tags->text.len) {
        step(tags);
    }
}

static Span span_of(const Tags *tags)
{
    return (Span){tags->line, (uint32_t)(tags->at - tags->line_start + 1)};
}

static bool stands_here(const Tags *tags, const char *text)
{
    return str_starts(str_from(tags->text, tags->at), str_from_cstr(text));
}

static void step_behind(Tags *tags, const char *end)
{
    Str rest = str_from(tags->text, tags->at);
    const char *found = str_find(rest, str_from_cstr(end));
    step_to(tags, found != NULL ? (size_t)(found - tags->text.ptr) + strlen(end) : tags->text.len);
}

// On to the '<' of the next start tag. False: there is none.
static bool next_tag(Tags *tags)
{
    while (tags->at < tags->text.len) {
        if (tags->text.ptr[tags->at] != '<' || stands_here(tags, "</")) {
            step(tags);
        } else if (stands_here(tags, "<!--")) {
            step_to(tags, tags->at + 4);
            step_behind(tags, "-->");
        } else if (stands_here(tags, "<![CDATA[")) {
            step_behind(tags, "]]>");
        } else if (stands_here(tags, "<?")) {
            step_behind(tags, "?>");
        } else {
            return true;
        }
    }
    return false;
}

static Str take_name(Tags *tags)
{
    size_t from = tags->at;
    while (tags->at < tags->text.len && !xml_tree_is_space(tags->text.ptr[tags->at]) &&
           strchr("=>/", tags->text.ptr[tags->at]) == NULL) {
        step(tags);
    }
    return (Str){tags->text.ptr + from, tags->at - from};
}

static void take_quoted(Tags *tags)
{
    while (tags->at < tags->text.len && tags->text.ptr[tags->at] != '"' &&
           tags->text.ptr[tags->at] != '\'') {
        step(tags);
    }
    if (tags->at < tags->text.len) {
        char quote = tags->text.ptr[tags->at];
        step(tags);
        while (tags->at < tags->text.len && tags->text.ptr[tags->at] != quote) {
            step(tags);
        }
    }
    if (tags->at < tags->text.len) {
        step(tags);
    }
}

// Inside a tag: on to its next attribute, whose place and name are given. False at its end.
static bool next_attribute(Tags *tags, Span *ret_at, Str *ret_name)
{
    while (tags->at < tags->text.len && xml_tree_is_space(tags->text.ptr[tags->at])) {
        step(tags);
    }
    if (tags->at >= tags->text.len || tags->text.ptr[tags->at] == '>' ||
        tags->text.ptr[tags->at] == '/') {
        return false;
    }
    *ret_at = span_of(tags);
    *ret_name = take_name(tags);
    take_quoted(tags);
    return true;
}

// ---- faults ----

static void stop(Reader *reader)
{
    reader->stopped = true;
    xmlStopParser(reader->parser);
}

static void on_error(void *ctx, xmlErrorPtr error)
{
    Reader *reader = ctx;
    if (reader->stopped || error->level < XML_ERR_ERROR) {
        return;
    }
    Str text = str_from_cstr(error->message != NULL ? error->message : "not XML");
    while (text.len != 0 && xml_tree_is_space(text.ptr[text.len - 1])) {
        text.len--;
    }
    Span at = {(uint32_t)(error->line > 0 ? error->line : 0),
               (uint32_t)(error->int2 > 0 ? error->int2 : 0)};
    diag_error(reader->diags, at, "bad-xml", "%.*s", STR_ARG(text));
}

static bool count_value(Reader *reader, Span at)
{
    if (++reader->values > reader->limits->values_max && !reader->stopped) {
        diag_error(reader->diags, at, "too-many-values", JSON_LIMIT_VALUES_TEXT,
                   reader->limits->values_max);
        stop(reader);
    }
    return !reader->stopped;
}

// ---- events ----

static void append(XmlNode *parent, XmlNode *node)
{
    if (parent->last != NULL) {
        parent->last->next = node;
    } else {
        parent->first = node;
    }
    parent->last = node;
}

// What was read since the last tag becomes a text.
static void flush_text(Reader *reader)
{
    if (reader->text.len != 0 && reader->depth != 0) {
        XmlNode *parent = reader->open[reader->depth - 1];
        if (count_value(reader, parent->at)) {
            XmlNode *node = NEW(reader->arena, XmlNode);
            node->text = str_copy(reader->arena, buf_str(&reader->text));
            node->at = parent->at;
            append(parent, node);
        }
    }
    buf_clear(&reader->text);
}

static void on_characters(void *ctx, const xmlChar *bytes, int len)
{
    Reader *reader = ctx;
    if (!reader->stopped && len > 0) {
        buf_push(&reader->text, (Str){(const char *)bytes, (size_t)len});
    }
}

static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *public_id,
                       const xmlChar *system_id)
{
    (void)name;
    (void)public_id;
    (void)system_id;
    Reader *reader = ctx;
    Span at = {(uint32_t)reader->parser->input->line, 0};
    diag_error(reader->diags, at, "doctype",
               "a document type declaration is not taken: OSCAL needs none, and entities could "
               "name other files; take it out");
    stop(reader);
}

static bool is_left_out(const xmlChar *uri)
{
    return uri != NULL &&
           (strcmp((const char *)uri, "http://www.w3.org/2001/XMLSchema-instance") == 0 ||
            strcmp((const char *)uri, "http://www.w3.org/XML/1998/namespace") == 0);
}

// libxml2 gives for each attribute its name, prefix, URI, and the two ends of its value, in the
// order of the text, declarations of namespaces apart.
static void take_attributes(Reader *reader, XmlNode *node, int count, const xmlChar **attributes)
{
    node->attributes = NEW_ARRAY(reader->arena, XmlAttribute, (size_t)count);
    for (int i = 0; i < count; i++) {
        const xmlChar **row = &attributes[(size_t)i * 5];
        Span at = node->at;
        Str written = {NULL, 0};
        bool found = next_attribute(&reader->tags, &at, &written);
        while (found && (str_eq(written, STR("xmlns")) || str_starts(written, STR("xmlns:")))) {
            found = next_attribute(&reader->tags, &at, &written);
        }
        Str name = str_copy(reader->arena, str_from_cstr((const char *)row[0]));
        if (is_left_out(row[2])) {
            continue;
        }
        if (row[2] != NULL) {
            diag_error(reader->diags, at, "unknown-member",
                       "the attribute \"%.*s\" is of the namespace %s, which has no meaning in "
                       "OSCAL",
                       STR_ARG(name), (const char *)row[2]);
            continue;
        }
        if (!count_value(reader, at)) {
            return;
        }
        Str value = {(const char *)row[3], (size_t)(row[4] - row[3])};
        node->attributes[node->attribute_count++] =
            (XmlAttribute){.name = name, .value = str_copy(reader->arena, value), .at = at};
    }
}

static void open_element(Reader *reader, XmlNode *node)
{
    if (reader->depth != 0) {
        append(reader->open[reader->depth - 1], node);
    } else {
        reader->root = node;
    }
    reader->open[reader->depth++] = node;
}

static Span place_of_tag(Reader *reader)
{
    Span at = {0};
    if (next_tag(&reader->tags)) {
        at = span_of(&reader->tags);
        step(&reader->tags);
        (void)take_name(&reader->tags);
    }
    return at;
}

// NOLINTNEXTLINE(readability-function-size): libxml2 wants these parameters
static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int namespace_count, const xmlChar **namespaces, int attribute_count,
                     int default_count, const xmlChar **attributes)
{
    (void)prefix;
    (void)namespace_count;
    (void)namespaces;
    (void)default_count;
    Reader *reader = ctx;
    if (reader->stopped) {
        return;
    }
    flush_text(reader);
    Span at = place_of_tag(reader);
    if (reader->depth == reader->depth_max) {
        diag_error(reader->diags, at, "too-deep", JSON_LIMIT_DEPTH_TEXT, reader->depth_max);
        stop(reader);
        return;
    }
    if (!count_value(reader, at)) {
        return;
    }
    XmlNode *node = NEW(reader->arena, XmlNode);
    node->name = str_copy(reader->arena, str_from_cstr((const char *)name));
    node->at = at;
    if (uri == NULL || strcmp((const char *)uri, XML_OSCAL_NAMESPACE) != 0) {
        diag_error(reader->diags, at, "no-namespace",
                   "<%.*s> is of %s%s; OSCAL has the namespace " XML_OSCAL_NAMESPACE ": write "
                   "xmlns=\"" XML_OSCAL_NAMESPACE "\" at the outermost element",
                   STR_ARG(node->name), uri != NULL ? "the namespace " : "no namespace",
                   uri != NULL ? (const char *)uri : "");
        stop(reader); // it holds for the elements inside as well
        return;
    }
    take_attributes(reader, node, attribute_count, attributes);
    open_element(reader, node);
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    (void)name;
    (void)prefix;
    (void)uri;
    Reader *reader = ctx;
    if (!reader->stopped) {
        flush_text(reader);
        ASSERT(reader->depth != 0);
        reader->depth--;
    }
}

// ---- the document ----

static void parse(Reader *reader, Str text, bool is_converted)
{
    xmlInitParser();
    reader->parser = xmlCreateMemoryParserCtxt(text.ptr, (int)text.len);
    ASSERT(reader->parser != NULL);
    *reader->parser->sax = (xmlSAXHandler){
        .internalSubset = on_doctype,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_characters,
        .ignorableWhitespace = on_characters,
        .cdataBlock = on_characters,
        .serror = on_error,
        .initialized = XML_SAX2_MAGIC,
    };
    reader->parser->userData = reader;
    // NOENT: references inside attributes come resolved; there are no entities but the five
    int options = XML_PARSE_NONET | XML_PARSE_NOENT | (is_converted ? XML_PARSE_IGNORE_ENC : 0);
    (void)xmlCtxtUseOptions(reader->parser, options);
    (void)xmlParseDocument(reader->parser);
    if (reader->parser->myDoc != NULL) {
        xmlFreeDoc(reader->parser->myDoc);
        reader->parser->myDoc = NULL;
    }
    xmlFreeParserCtxt(reader->parser);
    reader->parser = NULL;
}

bool xml_tree_read(Arena *arena, Str bytes, const JsonLimits *limits, DiagList *diags,
                   const XmlNode **ret_root)
{
    uint32_t errors = diags->errors;
    Str text = {0};
    Err err = {0};
    if (bytes.len > limits->bytes_max || bytes.len > INT32_MAX) {
        return diag_error(diags, (Span){0}, "too-large", JSON_LIMIT_BYTES_TEXT,
                          bytes.len > limits->bytes_max ? limits->bytes_max : INT32_MAX);
    }
    if (!json_to_utf8(arena, bytes, &text, &err)) {
        return diag_error(diags, (Span){0}, "bad-encoding", "%s", err.text);
    }
    if (text.len == 0 || text.len > INT32_MAX) {
        return diag_error(diags, (Span){1, 1}, "bad-xml", "there is no document here");
    }
    Reader reader = {.arena = arena,
                     .limits = limits,
                     .diags = diags,
                     .tags = {.text = text, .line = 1},
                     .depth_max = json_depth_max(limits)};
    Arena scratch;
    arena_init(&scratch, SIZE_MAX);
    reader.open = NEW_ARRAY(&scratch, XmlNode *, reader.depth_max + 1U);
    parse(&reader, text, text.ptr != bytes.ptr);
    arena_free(&scratch);
    buf_free(&reader.text);
    if (diags->errors == errors && (reader.root == NULL || reader.depth != 0)) {
        diag_error(diags, (Span){1, 1}, "bad-xml", "there is no whole document here");
    }
    *ret_root = reader.root;
    return diags->errors == errors;
}

Str xml_tree_attribute(const XmlNode *node, Str name)
{
    for (uint32_t i = 0; i < node->attribute_count; i++) {
        if (str_eq(node->attributes[i].name, name)) {
            return node->attributes[i].value;
        }
    }
    return (Str){NULL, 0};
}
