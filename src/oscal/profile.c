// SPDX-License-Identifier: Apache-2.0
#include "oscal/profile.h"

#include "oscal/field.h"

// Selecting by pattern and restructuring are parts of the model this reader does not resolve. It
// says so: a profile that is half understood would select the wrong controls.
static void refuse(OscalReader *reader, const Json *json, Str key, const char *instead)
{
    const Json *value = json_find(json, key);
    if (value != NULL) {
        diag_error(reader->diags, value->at, "not-resolved", "\"%.*s\" is not resolved here; %s",
                   STR_ARG(key), instead);
    }
}

static const OscalSelect *read_selects(OscalReader *reader, const Json *json, Str key,
                                       uint32_t *ret_count)
{
    *ret_count = 0;
    const Json *array = oscal_array(reader, json, key);
    if (array == NULL) {
        return NULL;
    }
    OscalSelect *selects = NEW_ARRAY(reader->arena, OscalSelect, array->count);
    for (uint32_t i = 0; i < array->count; i++) {
        const Json *item = &array->items[i];
        oscal_check_object(reader, item, STR("a selection"),
                           " with-child-controls with-ids matching ");
        refuse(reader, item, STR("matching"), "name the controls under \"with-ids\"");
        selects[i].at = item->at;
        selects[i].ids = oscal_strings(reader, item, STR("with-ids"), &selects[i].id_count);
        Str children = oscal_text(reader, item, STR("with-child-controls"));
        selects[i].with_children = str_eq(children, STR("yes"));
        if (children.len != 0 && !selects[i].with_children && !str_eq(children, STR("no"))) {
            diag_error(reader->diags, item->at, "bad-value",
                       "\"with-child-controls\" is \"yes\" or \"no\", not \"%.*s\"",
                       STR_ARG(children));
        }
    }
    *ret_count = array->count;
    return selects;
}

static void read_imports(OscalReader *reader, const Json *document, OscalProfile *profile)
{
    const Json *array = oscal_array(reader, document, STR("imports"));
    if (array == NULL) {
        diag_error(reader->diags, document->at, "missing-member", "a profile needs \"imports\"");
        return;
    }
    OscalImport *imports = NEW_ARRAY(reader->arena, OscalImport, array->count);
    for (uint32_t i = 0; i < array->count; i++) {
        const Json *item = &array->items[i];
        OscalImport *import = &imports[i];
        oscal_check_object(reader, item, STR("an import"),
                           " href include-all include-controls exclude-controls ");
        import->at = item->at;
        import->href = oscal_required(reader, item, STR("an import"), STR("href"));
        import->includes =
            read_selects(reader, item, STR("include-controls"), &import->include_count);
        import->excludes =
            read_selects(reader, item, STR("exclude-controls"), &import->exclude_count);
        bool says_all = json_find(item, STR("include-all")) != NULL;
        if (says_all && import->include_count != 0) {
            diag_error(reader->diags, item->at, "include-twice",
                       "an import has \"include-all\" or \"include-controls\", not both");
        }
        import->include_all = says_all || import->include_count == 0;
    }
    profile->imports = imports;
    profile->import_count = array->count;
}

static void read_set_parameters(OscalReader *reader, const Json *modify, OscalProfile *profile)
{
    const Json *array = oscal_array(reader, modify, STR("set-parameters"));
    if (array == NULL) {
        return;
    }
    OscalSetParameter *sets = NEW_ARRAY(reader->arena, OscalSetParameter, array->count);
    for (uint32_t i = 0; i < array->count; i++) {
        const Json *item = &array->items[i];
        OscalSetParameter *set = &sets[i];
        oscal_check_object(reader, item, STR("a set-parameter"),
                           " param-id class depends-on props links label usage constraints "
                           "guidelines values select ");
        refuse(reader, item, STR("select"), "give the \"values\"");
        set->at = item->at;
        set->param_id = oscal_token(reader, item, STR("a set-parameter"), STR("param-id"));
        set->label = oscal_text(reader, item, STR("label"));
        set->values = oscal_strings(reader, item, STR("values"), &set->value_count);
        set->props = oscal_props(reader, item, &set->prop_count);
    }
    profile->set_parameters = sets;
    profile->set_parameter_count = array->count;
}

bool oscal_profile_read(Arena *arena, const Json *json, DiagList *diags,
                        const OscalProfile **ret_profile)
{
    uint32_t errors_before = diags->errors;
    OscalReader reader = {.arena = arena, .diags = diags};
    const Json *document = oscal_document(&reader, json, STR("profile"));
    if (document == NULL) {
        return false;
    }
    OscalProfile *profile = NEW(arena, OscalProfile);
    oscal_check_object(&reader, document, STR("a profile"),
                       " uuid metadata imports merge modify back-matter ");
    oscal_metadata(&reader, document, &profile->metadata);
    read_imports(&reader, document, profile);
    const Json *merge = json_find(document, STR("merge"));
    refuse(&reader, merge, STR("combine"), "name each control in one import only");
    refuse(&reader, merge, STR("custom"), "leave \"merge\" out");
    const Json *modify = json_find(document, STR("modify"));
    if (modify != NULL) {
        oscal_check_object(&reader, modify, STR("modify"), " set-parameters alters ");
        refuse(&reader, modify, STR("alters"), "change the catalog, or a copy of the control");
        read_set_parameters(&reader, modify, profile);
    }
    profile->file = diags->file;
    if (diags->errors != errors_before) {
        return false;
    }
    *ret_profile = profile;
    return true;
}

// Marks the controls a selection names; with children, everything nested below them too.
static void mark(const OscalCatalog *catalog, const OscalSelect *select, DiagList *diags,
                 bool *marks, bool value)
{
    for (uint32_t i = 0; i < select->id_count; i++) {
        uint32_t index = map_find(&catalog->control_index, select->ids[i]);
        if (index == MAP_NONE) {
            diag_error(diags, select->at, "unknown-control", "the catalog has no control \"%.*s\"",
                       STR_ARG(select->ids[i]));
            continue;
        }
        marks[index] = value;
        // Nested controls stand behind their parent, so one look ahead finds all of them.
        for (uint32_t j = index + 1; select->with_children && j < catalog->control_count; j++) {
            const OscalControl *up = catalog->controls[j]->parent;
            while (up != NULL && up != catalog->controls[index]) {
                up = up->parent;
            }
            if (up == NULL) {
                break;
            }
            marks[j] = value;
        }
    }
}

static void select_import(Arena *arena, const OscalImport *import, const OscalCatalog *catalog,
                          DiagList *diags, Map *seen, OscalList *controls)
{
    bool *marks = NEW_ARRAY(arena, bool, catalog->control_count);
    for (uint32_t i = 0; i < catalog->control_count; i++) {
        marks[i] = import->include_all;
    }
    for (uint32_t i = 0; i < import->include_count; i++) {
        mark(catalog, &import->includes[i], diags, marks, true);
    }
    for (uint32_t i = 0; i < import->exclude_count; i++) {
        mark(catalog, &import->excludes[i], diags, marks, false);
    }
    for (uint32_t i = 0; i < catalog->control_count; i++) {
        const OscalControl *control = catalog->controls[i];
        if (!marks[i]) {
            continue;
        }
        uint32_t before = seen->count;
        map_intern(seen, control->id);
        if (seen->count == before) {
            diag_error(diags, import->at, "selected-twice",
                       "control \"%.*s\" is already selected by an earlier import",
                       STR_ARG(control->id));
            continue;
        }
        oscal_push(arena, controls, control);
    }
}

static void resolve_values(Arena *arena, const OscalProfile *profile, DiagList *diags,
                           const OscalList *controls, OscalSelection *selection)
{
    uint32_t total = 0;
    for (uint32_t i = 0; i < controls->count; i++) {
        total += ((const OscalControl *)controls->items[i])->param_count;
    }
    OscalValue *values = NEW_ARRAY(arena, OscalValue, total);
    Map index;
    map_init(&index, arena, MAP_EXACT);
    uint32_t count = 0;
    for (uint32_t i = 0; i < controls->count; i++) {
        const OscalControl *control = controls->items[i];
        for (uint32_t j = 0; j < control->param_count; j++) {
            const OscalParam *param = &control->params[j];
            map_put(&index, param->id, count);
            values[count++] = (OscalValue){
                .param = param, .values = param->values, .value_count = param->value_count};
        }
    }
    for (uint32_t i = 0; i < profile->set_parameter_count; i++) {
        const OscalSetParameter *set = &profile->set_parameters[i];
        uint32_t at = map_find(&index, set->param_id);
        if (at == MAP_NONE) {
            diag_error(diags, set->at, "unknown-parameter",
                       "no selected control has a parameter \"%.*s\"", STR_ARG(set->param_id));
            continue;
        }
        if (values[at].set != NULL) {
            diag_error(diags, set->at, "set-twice", "parameter \"%.*s\" is set twice",
                       STR_ARG(set->param_id));
            continue;
        }
        values[at].set = set;
        if (set->value_count != 0) {
            values[at].values = set->values;
            values[at].value_count = set->value_count;
        }
    }
    selection->values = values;
    selection->value_count = count;
}

bool oscal_profile_resolve(Arena *arena, const OscalProfile *profile, const OscalCatalogs *catalogs,
                           DiagList *diags, const OscalSelection **ret_selection)
{
    uint32_t errors_before = diags->errors;
    OscalList controls = {0};
    Map seen;
    map_init(&seen, arena, MAP_EXACT);
    for (uint32_t i = 0; i < profile->import_count; i++) {
        const OscalImport *import = &profile->imports[i];
        const OscalCatalog *catalog = catalogs->find(catalogs->ctx, import->href);
        if (catalog == NULL) {
            diag_error(diags, import->at, "no-catalog", "there is no catalog \"%.*s\"",
                       STR_ARG(import->href));
            continue;
        }
        select_import(arena, import, catalog, diags, &seen, &controls);
    }
    OscalSelection *selection = NEW(arena, OscalSelection);
    selection->controls = (const OscalControl *const *)controls.items;
    selection->control_count = controls.count;
    resolve_values(arena, profile, diags, &controls, selection);
    if (diags->errors != errors_before) {
        return false;
    }
    *ret_selection = selection;
    return true;
}
