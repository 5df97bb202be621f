// SPDX-License-Identifier: Apache-2.0
// Documents: found by reference, read once.
#include <string.h>

#include "oscal/document.h"
#include "oscal/href.h"
#include "oscal/resolver.h"

static const Json *find_body(const Json *json, bool *ret_is_profile)
{
    const Json *catalog = json_find(json, STR("catalog"));
    const Json *profile = json_find(json, STR("profile"));
    *ret_is_profile = profile != NULL;
    const Json *body = profile != NULL ? profile : catalog;
    return json_is(body, JSON_OBJECT) ? body : NULL;
}

static Document *find_document(const Resolver *resolver, Str href)
{
    Document *document = resolver->first;
    while (document != NULL && !str_eq(document->href, href)) {
        document = document->next;
    }
    return document;
}

static Document *add_document(Resolver *resolver, Str href, Span at)
{
    if (resolver->document_count >= resolver->options->limits.documents_max) {
        diag_error(resolver->diags, at, "limit", "more than %u documents are imported",
                   resolver->options->limits.documents_max);
        return NULL;
    }
    resolver->document_count++;
    Document *document = NEW(resolver->arena, Document);
    document->href = str_copy(resolver->arena, href);
    document->next = resolver->first;
    resolver->first = document;
    return document;
}

static bool parse_document(Resolver *resolver, Document *document, Str bytes)
{
    Str file = resolver->diags->file;
    resolver->diags->file = document->href;
    const Json *json = NULL;
    bool ok = oscal_document_read(resolver->arena, bytes, document->href,
                                  &resolver->options->limits.json, resolver->diags, &json);
    if (ok) {
        document->body = find_body(json, &document->is_profile);
        ok = document->body != NULL ||
             diag_error(resolver->diags, json->at, "not-this-model",
                        "expected an OSCAL catalog or profile: {\"catalog\": {…}} or "
                        "{\"profile\": {…}}, in JSON, YAML or XML");
    }
    document->state = ok ? DOCUMENT_NEW : DOCUMENT_BAD;
    resolver->diags->file = file;
    return ok;
}

// Reads a document that is not known yet. A file that is not there is no diagnostic: err says it,
// for a resource may name others. A limit is one, and ends the search.
static Document *open_quietly(Resolver *resolver, Str href, Span at, Err *err)
{
    Document *document = find_document(resolver, href);
    if (document != NULL) {
        return document;
    }
    Str bytes = {NULL, 0};
    *err = (Err){0}; // a link tried before may have left its reason
    if (!resolver->documents->read(resolver->documents->ctx, resolver->arena, href, &bytes, err)) {
        if (err->kind == ERR_LIMIT) {
            diag_error(resolver->diags, at, "limit", "\"%.*s\" cannot be read: %s", STR_ARG(href),
                       err->text);
        }
        return NULL;
    }
    document = add_document(resolver, href, at);
    if (document == NULL) {
        *err = (Err){.kind = ERR_LIMIT};
        return NULL;
    }
    (void)parse_document(resolver, document, bytes);
    return document;
}

Document *source_open_href(Resolver *resolver, Str href, Str importer, Span at)
{
    Err err = {0};
    Document *document = open_quietly(resolver, href, at, &err);
    if (document == NULL && err.kind != ERR_LIMIT) {
        diag_error(resolver->diags, at, "import-not-found", "\"%.*s\"%s%.*s cannot be read: %s",
                   STR_ARG(href), importer.len != 0 ? ", imported by " : "", STR_ARG(importer),
                   err.text);
    }
    return document;
}

static Str find_href(const Json *object)
{
    return href_trim(json_find_str(object, STR("href")));
}

// ---- resources ----

static const Json *find_resource(Resolver *resolver, const Document *profile, Str uuid)
{
    const Json *list = tree_list(&resolver->budget, json_find(profile->body, STR("back-matter")),
                                 STR("resources"));
    for (uint32_t i = 0; list != NULL && i < list->count; i++) {
        if (str_eq(json_find_str(&list->items[i], STR("uuid")), uuid)) {
            return &list->items[i];
        }
    }
    return NULL;
}

// How readily a link is taken: JSON before YAML before XML, each by media type before by name; last
// a link that tells nothing. RANK_NONE: some other kind of file.
enum { RANK_NONE, RANK_UNKNOWN, RANK_XML, RANK_MAX = 7 };

static int rank_of(Str media_type, Str name)
{
    OscalForm form = OSCAL_JSON;
    bool by_type = media_type.len != 0;
    bool says =
        by_type ? oscal_form_of_media_type(media_type, &form) : oscal_form_of_name(name, &form);
    if (!says) {
        return by_type ? RANK_NONE : RANK_UNKNOWN;
    }
    return RANK_XML + 2 * (OSCAL_XML - (int)form) + (by_type ? 1 : 0);
}

static Document *open_base64(Resolver *resolver, const Document *profile, const Json *resource,
                             const Json *base64)
{
    Str uuid = json_find_str(resource, STR("uuid"));
    Str base = href_document(profile->href);
    char *href = NEW_ARRAY(resolver->arena, char, base.len + uuid.len + 1);
    if (base.len != 0) {
        memcpy(href, base.ptr, base.len);
    }
    href[base.len] = '#';
    memcpy(href + base.len + 1, uuid.ptr, uuid.len);
    Str name = {href, base.len + uuid.len + 1};
    Document *document = find_document(resolver, name);
    if (document != NULL) {
        return document;
    }
    const Json *value = json_find(base64, STR("value"));
    Str bytes = {NULL, 0};
    if (!json_is(value, JSON_STRING) || !base64_decode(resolver->arena, value->string, &bytes)) {
        diag_error(resolver->diags, base64->at, "import-not-found",
                   "the value of this base64 is not base64 (RFC 4648)");
        return NULL;
    }
    document = add_document(resolver, name, base64->at);
    if (document != NULL) {
        (void)parse_document(resolver, document, bytes);
    }
    return document;
}

// Tries the links of one rank in their order.
static Document *open_rlinks(Resolver *resolver, const Document *profile, const Json *rlinks,
                             int rank, Err *err)
{
    for (uint32_t i = 0; rlinks != NULL && i < rlinks->count; i++) {
        const Json *rlink = &rlinks->items[i];
        Str href = find_href(rlink);
        if (href.len == 0 || href.ptr[0] == '#' ||
            rank_of(json_find_str(rlink, STR("media-type")), href) != rank) {
            continue;
        }
        Str target = href_resolve(resolver->arena, profile->href, href);
        Document *document = open_quietly(resolver, target, rlink->at, err);
        if (document != NULL || err->kind == ERR_LIMIT) {
            return document;
        }
    }
    return NULL;
}

static Document *open_resource(Resolver *resolver, const Document *profile, const Json *resource)
{
    const Json *rlinks = tree_list(&resolver->budget, resource, STR("rlinks"));
    const Json *base64 = json_find(resource, STR("base64"));
    int embedded = json_is(base64, JSON_OBJECT) ? rank_of(json_find_str(base64, STR("media-type")),
                                                          json_find_str(base64, STR("filename")))
                                                : RANK_NONE;
    Err err = {0};
    for (int rank = RANK_MAX; rank > RANK_NONE && err.kind != ERR_LIMIT; rank--) {
        Document *document = open_rlinks(resolver, profile, rlinks, rank, &err);
        if (document == NULL && embedded == rank) {
            document = open_base64(resolver, profile, resource, base64);
        }
        if (document != NULL) {
            return document;
        }
    }
    if (err.kind == ERR_NONE) {
        diag_error(resolver->diags, resource->at, "import-not-found",
                   "the resource has no rlink to a document in JSON, YAML or XML and no base64 of "
                   "one; give it one with \"media-type\": \"application/oscal+json\"");
    } else if (err.kind != ERR_LIMIT) {
        diag_error(resolver->diags, resource->at, "import-not-found",
                   "no link of the resource can be read; the last one: %s", err.text);
    }
    return NULL;
}

Document *source_open(Resolver *resolver, Document *profile, const Json *import)
{
    Str href = find_href(import);
    if (href.len == 0) {
        diag_error(resolver->diags, import->at, "missing-member",
                   "an import needs \"href\": a file, a URI, or \"#uuid\" of a resource");
        return NULL;
    }
    Span at = json_find(import, STR("href"))->at;
    Str fragment;
    if (href_fragment(href, &fragment) && href.ptr[0] == '#') {
        if (fragment.len == 0) {
            diag_error(resolver->diags, at, "import-not-found",
                       "this names no resource; write the uuid of one behind the #");
            return NULL;
        }
        const Json *resource = find_resource(resolver, profile, fragment);
        if (resource == NULL) {
            diag_error(resolver->diags, at, "import-not-found",
                       "the back-matter of this profile has no resource %.*s", STR_ARG(fragment));
            return NULL;
        }
        return open_resource(resolver, profile, resource);
    }
    Str target = href_resolve(resolver->arena, profile->href, href);
    return source_open_href(resolver, target, (Str){NULL, 0}, at);
}
