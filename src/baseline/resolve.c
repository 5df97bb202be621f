// SPDX-License-Identifier: Apache-2.0
// profile.json becomes the catalog it stands for, with who set and altered what.
#include <string.h>

#include "base/buf.h"
#include "baseline/names.h"
#include "baseline/package.h"
#include "oscal/check.h"
#include "oscal/field.h"
#include "oscal/href.h"
#include "json/read.h"

// The documents the resolver asks for, all of the package's own folder.
typedef struct Reading {
    Loader *loader;
    OscalList hrefs; // const Str *
} Reading;

typedef struct StrNode {
    Str text;
} StrNode;

static bool read_document(void *ctx, Arena *arena, Str href, Str *ret_bytes, Err *err)
{
    Reading *reading = ctx;
    const PackageFiles *files = reading->loader->files;
    bool outside = href_scheme(href).len != 0 || str_starts(href, STR("/")) ||
                   str_starts(href, STR("../")) || str_eq(href, STR(".."));
    if (outside) {
        return err_set(
            err, ERR_NO_INPUT, (Span){0, 0},
            "it lies outside the baseline's folder, which must be whole without it; copy "
            "the document into the folder and import it from there");
    }
    TRY(files->read(files->ctx, href, ret_bytes, err));
    StrNode *node = NEW(arena, StrNode);
    node->text = href;
    oscal_push(arena, &reading->hrefs, node);
    return true;
}

// Diagnostics added since `from` name documents as the package knows them: the reader wants the
// path. What the resolver goes on without (a control or parameter that is not there) is an error
// here: a baseline that means something else than it says must not be measured.
static const struct {
    const char *code;
    bool grave; // a warning of the resolver
    const char *way_out;
} adopted[] = {
    {"unknown-control", true, "write an id that is there, or take this one out"},
    {"unknown-param", true, "write one of a selected control, or take this one out"},
    {"unknown-id", true, "write one that is there, or take this one out"},
    {"duplicate-control", true, "leave it out of one of the imports"},
    {"import-not-found", false, "mend the href, or put the document back (git, or a copy)"},
    {"circular-import", false, "import a catalog, or a profile that does not import this one"},
};

static void adopt(Loader *loader, Diag *diag)
{
    diag->file = package_label(loader, diag->file.len != 0 ? diag->file : STR("profile.json"));
    for (size_t i = 0; i < COUNTOF(adopted); i++) {
        if (strcmp(diag->code, adopted[i].code) != 0) {
            continue;
        }
        Buf text = {0};
        buf_printf(&text, "%.*s: %s", STR_ARG(diag->text), adopted[i].way_out);
        diag->text = str_copy(loader->arena, buf_str(&text));
        buf_free(&text);
        if (adopted[i].grave && diag->level == DIAG_WARNING) {
            diag->level = DIAG_ERROR;
            loader->diags->errors++;
        }
    }
}

static void adopt_diags(Loader *loader, Diag *from)
{
    for (Diag *diag = from; diag != NULL; diag = diag->next) {
        adopt(loader, diag);
    }
}

static Diag **diags_end(DiagList *diags)
{
    return diags->tail != NULL ? diags->tail : &diags->first;
}

// Members that the resolver does not look at must not be misspelt either.
static void check_documents(Loader *loader, const Reading *reading)
{
    loader->sources = NEW_ARRAY(loader->arena, const OscalCatalog *, reading->hrefs.count);
    for (uint32_t i = 0; i < reading->hrefs.count; i++) {
        const StrNode *node = reading->hrefs.items[i];
        const Json *json = NULL;
        if (!package_read(loader, node->text, &json)) {
            continue;
        }
        OscalCheck check = {0};
        if (json_find(json, STR("profile")) != NULL) {
            (void)!oscal_check(loader->arena, json, loader->diags, &check);
        } else if (oscal_catalog_read(loader->arena, json, loader->diags,
                                      &loader->sources[loader->source_count])) {
            loader->source_count++;
        }
    }
}

// ---- tailorings ----

static void push_tailorings(Loader *loader, const Json *json, OscalList *list)
{
    const Json *metadata = json_find(json_find(json, STR("profile")), STR("metadata"));
    const Json *props = json_find(metadata, STR("props"));
    for (uint32_t i = 0; json_is(props, JSON_ARRAY) && i < props->count; i++) {
        const Json *prop = &props->items[i];
        if (!str_eq(json_find_str(prop, STR("name")), STR("tailoring")) ||
            !str_eq(json_find_str(prop, STR("ns")), DATUMLINE_NS)) {
            continue;
        }
        Tailoring *tailoring = NEW(loader->arena, Tailoring);
        *tailoring = (Tailoring){
            .kind = json_find_str(prop, STR("class")),
            .subject = json_find_str(prop, STR("value")),
            .variant = json_find_str(prop, STR("group")),
            .rationale = json_find_str(prop, STR("remarks")),
            .file = loader->diags->file,
            .at = prop->at,
        };
        static const Str kinds[] = {STR_INIT("remove"),   STR_INIT("add"),   STR_INIT("set"),
                                    STR_INIT("severity"), STR_INIT("owner"), STR_INIT("driver")};
        if (name_find(kinds, COUNTOF(kinds), tailoring->kind) == MAP_NONE) {
            diag_error(loader->diags, prop->at, "tailoring",
                       "the class of a tailoring is remove, add, set, severity, owner or driver, "
                       "not \"%.*s\"",
                       STR_ARG(tailoring->kind));
        }
        if (tailoring->rationale.len == 0 && str_eq(tailoring->kind, STR("remove"))) {
            diag_error(loader->diags, prop->at, "tailoring",
                       "\"%.*s\" is removed without a rationale; say why in \"remarks\"",
                       STR_ARG(tailoring->subject));
        }
        oscal_push(loader->arena, list, tailoring);
    }
}

// Entries of a list member, or none.
static const Json *items_of(const Json *json, Str key, uint32_t *ret_count)
{
    const Json *list = json_find(json, key);
    *ret_count = json_is(list, JSON_ARRAY) ? list->count : 0;
    return *ret_count != 0 ? list->items : NULL;
}

static void check_removal(Loader *loader, const Json *id, const OscalList *tailorings)
{
    for (uint32_t t = 0; t < tailorings->count; t++) {
        const Tailoring *tailoring = tailorings->items[t];
        if (str_eq(tailoring->kind, STR("remove")) && str_eq(tailoring->subject, id->string)) {
            return;
        }
    }
    diag_warn(loader->diags, id->at, "tailoring",
              "\"%.*s\" is excluded without a rationale: give metadata.props a tailoring of class "
              "remove that says why",
              STR_ARG(id->string));
}

// A control that the profile of a tailored package takes out must say why.
static void check_removals(Loader *loader, const Json *json, const OscalList *tailorings)
{
    uint32_t imports = 0;
    const Json *import = items_of(json_find(json, STR("profile")), STR("imports"), &imports);
    for (uint32_t i = 0; i < imports; i++) {
        uint32_t selects = 0;
        const Json *select = items_of(&import[i], STR("exclude-controls"), &selects);
        for (uint32_t s = 0; s < selects; s++) {
            uint32_t ids = 0;
            const Json *id = items_of(&select[s], STR("with-ids"), &ids);
            for (uint32_t n = 0; n < ids; n++) {
                if (id[n].type == JSON_STRING) {
                    check_removal(loader, &id[n], tailorings);
                }
            }
        }
    }
}

static void read_tailorings(Loader *loader)
{
    OscalList list = {0};
    for (uint32_t l = 0; l < loader->level_count; l++) {
        const Json *json = NULL;
        if (!package_read(loader, package_join(loader, loader->levels[l], STR("profile.json")),
                          &json)) {
            continue;
        }
        push_tailorings(loader, json, &list);
        if (l == 0 && loader->level_count > 1) {
            check_removals(loader, json, &list);
        }
    }
    Tailoring *tailorings = NEW_ARRAY(loader->arena, Tailoring, list.count);
    for (uint32_t i = 0; i < list.count; i++) {
        tailorings[i] = *(const Tailoring *)list.items[i];
    }
    loader->baseline->tailorings = tailorings;
    loader->baseline->tailoring_count = list.count;
}

// ---- values ----

// "a, b" of the trace is how values are shown; the values themselves stand in the parameter.
static void read_value(Loader *loader, const OscalParam *param, BaselineValue *value)
{
    Str *feeds = NEW_ARRAY(loader->arena, Str, param->prop_count);
    *value = (BaselineValue){
        .id = param->id,
        .label = param->label,
        .control = UINT32_MAX,
        .values = param->values,
        .value_count = param->value_count,
        .feeds = feeds,
        .at = param->at,
    };
    for (uint32_t p = 0; p < param->prop_count; p++) {
        const OscalProp *prop = &param->props[p];
        bool is_feed = str_eq(prop->name, STR("azure-parameter")) && str_eq(prop->ns, DATUMLINE_NS);
        if (is_feed && name_find(feeds, value->feed_count, prop->value) == MAP_NONE) {
            feeds[value->feed_count++] = prop->value;
        }
    }
}

static void read_values(Loader *loader, const OscalCatalog *catalog, const OscalResolved *resolved)
{
    loader->values = NEW_ARRAY(loader->arena, BaselineValue, catalog->param_count);
    for (uint32_t i = 0; i < catalog->param_count; i++) {
        read_value(loader, catalog->params[i], &loader->values[i]);
        (void)map_put(&loader->value_index, catalog->params[i]->id, i);
    }
    for (uint32_t i = 0; i < resolved->trace_count; i++) {
        const OscalTrace *row = &resolved->trace[i];
        uint32_t at =
            row->kind == OSCAL_TRACE_VALUE ? map_find(&loader->value_index, row->id) : MAP_NONE;
        if (at != MAP_NONE) {
            BaselineValue *value = &loader->values[at];
            value->choices = row->choices;
            value->file = package_label(loader, row->document);
            value->at = row->by_profile ? row->at : value->at;
            value->by_profile = row->by_profile;
        }
    }
    loader->baseline->values = loader->values;
    loader->baseline->value_count = catalog->param_count;
}

// ---- all of it ----

// What the resolved document calls itself follows from the profile, so that it is the same whenever
// it is resolved.
static Str last_modified(Loader *loader)
{
    const Json *json = NULL;
    DiagList *diags = loader->diags;
    DiagList quiet;
    diag_init(&quiet, loader->arena, (Str){NULL, 0});
    loader->diags = &quiet;
    bool ok = package_read(loader, STR("profile.json"), &json);
    loader->diags = diags;
    const Json *metadata = ok ? json_find(json_find(json, STR("profile")), STR("metadata")) : NULL;
    Str text = json_find_str(metadata, STR("last-modified"));
    return text.len != 0 ? text : STR("1970-01-01T00:00:00Z");
}

// What alterations and merging made must still be a catalog. What the sources were warned of is not
// said again.
static bool read_catalog(Loader *loader, const OscalResolved *resolved)
{
    DiagList own;
    diag_init(&own, loader->arena, package_label(loader, STR("profile.json")));
    if (oscal_catalog_read(loader->arena, resolved->json, &own, &loader->baseline->catalog)) {
        return true;
    }
    for (const Diag *diag = own.first; diag != NULL; diag = diag->next) {
        if (diag->level == DIAG_ERROR) {
            loader->diags->file = diag->file;
            diag_error(loader->diags, diag->at, diag->code, "after resolution: %.*s",
                       STR_ARG(diag->text));
        }
    }
    return false;
}

bool package_resolve(Loader *loader)
{
    Reading reading = {.loader = loader};
    OscalDocuments documents = {.read = read_document, .ctx = &reading};
    OscalResolveOptions options = {
        .limits = OSCAL_RESOLVE_LIMITS_DEFAULT,
        .now = last_modified(loader),
        .tool = STR("datum"),
    };
    options.limits.json = *loader->limits;
    OscalResolved resolved = {0};
    uint32_t errors = loader->diags->errors;
    Diag **mark = diags_end(loader->diags);
    loader->diags->file = (Str){NULL, 0};
    bool ok = oscal_resolve(loader->arena, STR("profile.json"), &documents, &options, loader->diags,
                            &resolved);
    adopt_diags(loader, *mark);
    if (!ok || loader->diags->errors != errors) {
        return false;
    }
    check_documents(loader, &reading);
    if (loader->diags->errors != errors || !read_catalog(loader, &resolved)) {
        return false;
    }
    Baseline *baseline = loader->baseline;
    baseline->resolved = resolved.json;
    baseline->trace = resolved.trace;
    baseline->trace_count = resolved.trace_count;
    read_values(loader, baseline->catalog, &resolved);
    read_tailorings(loader);
    return loader->diags->errors == errors;
}
