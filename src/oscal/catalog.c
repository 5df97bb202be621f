// SPDX-License-Identifier: Apache-2.0
#include "oscal/catalog.h"

#include "base/buf.h"
#include "oscal/field.h"

// What is gathered while walking down; the recursion is bounded by the depth limit of the reader
// that made the tree.
typedef struct Walk {
    OscalReader reader;
    OscalList groups;
    OscalList controls;
    OscalList params;
    Map ids; // of groups, controls and parts together: they share one space
    Map control_index;
    Map param_index;
} Walk;

static void claim_id(Walk *walk, Str id, const Json *json)
{
    if (id.len == 0) {
        return;
    }
    uint32_t before = walk->ids.count;
    map_intern(&walk->ids, id);
    if (walk->ids.count == before) {
        diag_error(walk->reader.diags, oscal_at(json_find(json, STR("id"))), "duplicate-id",
                   "\"%.*s\" is used twice; ids of groups, controls and parts are one space",
                   STR_ARG(id));
    }
}

static Str optional_id(Walk *walk, const Json *json, Str what)
{
    if (json_find(json, STR("id")) == NULL) {
        return (Str){NULL, 0};
    }
    return oscal_token(&walk->reader, json, what, STR("id"));
}

static const OscalPart *read_parts(Walk *walk, const Json *json, uint32_t *ret_count)
{
    *ret_count = 0;
    const Json *array = oscal_array(&walk->reader, json, STR("parts"));
    if (array == NULL) {
        return NULL;
    }
    OscalPart *parts = NEW_ARRAY(walk->reader.arena, OscalPart, array->count);
    for (uint32_t i = 0; i < array->count; i++) {
        const Json *item = &array->items[i];
        oscal_check_object(&walk->reader, item, STR("a part"),
                           " id name ns class title props prose parts links ");
        OscalPart *part = &parts[i];
        part->at = item->at;
        part->id = optional_id(walk, item, STR("a part"));
        claim_id(walk, part->id, item);
        part->name = oscal_token(&walk->reader, item, STR("a part"), STR("name"));
        part->title = oscal_text(&walk->reader, item, STR("title"));
        part->prose = oscal_text(&walk->reader, item, STR("prose"));
        part->props = oscal_props(&walk->reader, item, &part->prop_count);
        part->parts = read_parts(walk, item, &part->part_count);
    }
    *ret_count = array->count;
    return parts;
}

static const OscalParam *read_params(Walk *walk, const Json *json, uint32_t *ret_count)
{
    *ret_count = 0;
    const Json *array = oscal_array(&walk->reader, json, STR("params"));
    if (array == NULL) {
        return NULL;
    }
    OscalParam *params = NEW_ARRAY(walk->reader.arena, OscalParam, array->count);
    for (uint32_t i = 0; i < array->count; i++) {
        const Json *item = &array->items[i];
        oscal_check_object(&walk->reader, item, STR("a parameter"),
                           " id class depends-on props links label usage constraints guidelines "
                           "values select remarks ");
        OscalParam *param = &params[i];
        param->at = item->at;
        param->id = oscal_token(&walk->reader, item, STR("a parameter"), STR("id"));
        param->label = oscal_text(&walk->reader, item, STR("label"));
        param->values = oscal_strings(&walk->reader, item, STR("values"), &param->value_count);
        param->props = oscal_props(&walk->reader, item, &param->prop_count);
        if (map_find(&walk->param_index, param->id) != MAP_NONE) {
            diag_error(walk->reader.diags, item->at, "duplicate-id",
                       "there is already a parameter \"%.*s\"", STR_ARG(param->id));
            continue;
        }
        map_put(&walk->param_index, param->id, walk->params.count);
        oscal_push(walk->reader.arena, &walk->params, param);
    }
    *ret_count = array->count;
    return params;
}

static bool is_withdrawn(const OscalControl *control)
{
    const OscalProp *status =
        oscal_prop_find(control->props, control->prop_count, STR(""), STR("status"));
    return status != NULL && str_eq_nocase(status->value, STR("withdrawn"));
}

static void read_controls(Walk *walk, const Json *json, const OscalGroup *group,
                          const OscalControl *parent)
{
    const Json *array = oscal_array(&walk->reader, json, STR("controls"));
    for (uint32_t i = 0; array != NULL && i < array->count; i++) {
        const Json *item = &array->items[i];
        oscal_check_object(&walk->reader, item, STR("a control"),
                           " id class title params props links parts controls ");
        OscalControl *control = NEW(walk->reader.arena, OscalControl);
        control->at = item->at;
        control->group = group;
        control->parent = parent;
        control->id = oscal_token(&walk->reader, item, STR("a control"), STR("id"));
        claim_id(walk, control->id, item);
        control->title = oscal_required(&walk->reader, item, STR("a control"), STR("title"));
        control->class_name = oscal_text(&walk->reader, item, STR("class"));
        control->props = oscal_props(&walk->reader, item, &control->prop_count);
        control->params = read_params(walk, item, &control->param_count);
        control->parts = read_parts(walk, item, &control->part_count);
        if (oscal_part_find(control->parts, control->part_count, STR("statement")) == NULL &&
            !is_withdrawn(control)) {
            diag_warn(walk->reader.diags, item->at, "no-statement",
                      "control \"%.*s\" has no part \"statement\"", STR_ARG(control->id));
        }
        map_put(&walk->control_index, control->id, walk->controls.count);
        oscal_push(walk->reader.arena, &walk->controls, control);
        read_controls(walk, item, group, control);
    }
}

static void read_groups(Walk *walk, const Json *json, const OscalGroup *parent)
{
    const Json *array = oscal_array(&walk->reader, json, STR("groups"));
    for (uint32_t i = 0; array != NULL && i < array->count; i++) {
        const Json *item = &array->items[i];
        oscal_check_object(&walk->reader, item, STR("a group"),
                           " id class title params props links parts groups controls ");
        OscalGroup *group = NEW(walk->reader.arena, OscalGroup);
        group->at = item->at;
        group->parent = parent;
        group->id = optional_id(walk, item, STR("a group"));
        claim_id(walk, group->id, item);
        group->title = oscal_required(&walk->reader, item, STR("a group"), STR("title"));
        group->class_name = oscal_text(&walk->reader, item, STR("class"));
        group->props = oscal_props(&walk->reader, item, &group->prop_count);
        uint32_t ignored;
        read_params(walk, item, &ignored);
        read_parts(walk, item, &ignored);
        oscal_push(walk->reader.arena, &walk->groups, group);
        read_groups(walk, item, group);
        read_controls(walk, item, group, NULL);
    }
}

bool oscal_catalog_read(Arena *arena, const Json *json, DiagList *diags,
                        const OscalCatalog **ret_catalog)
{
    uint32_t errors_before = diags->errors;
    Walk walk = {.reader = {.arena = arena, .diags = diags}};
    const Json *document = oscal_document(&walk.reader, json, STR("catalog"));
    if (document == NULL) {
        return false;
    }
    map_init(&walk.ids, arena, MAP_EXACT);
    map_init(&walk.control_index, arena, MAP_EXACT);
    map_init(&walk.param_index, arena, MAP_EXACT);
    oscal_check_object(&walk.reader, document, STR("a catalog"),
                       " uuid metadata params controls groups back-matter ");
    OscalCatalog *catalog = NEW(arena, OscalCatalog);
    oscal_metadata(&walk.reader, document, &catalog->metadata);
    uint32_t ignored;
    read_params(&walk, document, &ignored);
    read_groups(&walk, document, NULL);
    read_controls(&walk, document, NULL, NULL);

    catalog->groups = (const OscalGroup *const *)walk.groups.items;
    catalog->group_count = walk.groups.count;
    catalog->controls = (const OscalControl *const *)walk.controls.items;
    catalog->control_count = walk.controls.count;
    catalog->params = (const OscalParam *const *)walk.params.items;
    catalog->param_count = walk.params.count;
    catalog->control_index = walk.control_index;
    catalog->param_index = walk.param_index;
    catalog->file = diags->file;
    if (diags->errors != errors_before) {
        return false;
    }
    *ret_catalog = catalog;
    return true;
}

const OscalControl *oscal_catalog_find(const OscalCatalog *catalog, Str control_id)
{
    uint32_t index = map_find(&catalog->control_index, control_id);
    return index == MAP_NONE ? NULL : catalog->controls[index];
}

const OscalParam *oscal_catalog_find_param(const OscalCatalog *catalog, Str param_id)
{
    uint32_t index = map_find(&catalog->param_index, param_id);
    return index == MAP_NONE ? NULL : catalog->params[index];
}

const OscalProp *oscal_prop_find(const OscalProp *props, uint32_t count, Str ns, Str name)
{
    for (uint32_t i = 0; i < count; i++) {
        if (str_eq(props[i].name, name) && str_eq(props[i].ns, ns)) {
            return &props[i];
        }
    }
    return NULL;
}

const OscalPart *oscal_part_find(const OscalPart *parts, uint32_t count, Str name)
{
    for (uint32_t i = 0; i < count; i++) {
        if (str_eq(parts[i].name, name)) {
            return &parts[i];
        }
    }
    return NULL;
}

static void push_prose(Buf *buf, const OscalPart *part)
{
    if (part->prose.len != 0) {
        if (buf->len != 0) {
            buf_push(buf, STR("\n\n"));
        }
        buf_push(buf, part->prose);
    }
    for (uint32_t i = 0; i < part->part_count; i++) {
        push_prose(buf, &part->parts[i]);
    }
}

Str oscal_part_text(Arena *arena, const OscalPart *part)
{
    Buf buf = {0};
    push_prose(&buf, part);
    Str text = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return text;
}
