// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/buf.h"

#include "baseline/names.h"
#include "baseline/package.h"

static const OscalProp *find_prop(const OscalControl *control, Str name)
{
    return oscal_prop_find(control->props, control->prop_count, DATUMLINE_NS, name);
}

// One word of a fixed list; a missing or unknown one is reported with the list.
static uint32_t read_word(Loader *loader, const OscalControl *control, Str name, const Str *words,
                          size_t count)
{
    const OscalProp *prop = find_prop(control, name);
    uint32_t found = prop != NULL ? name_find(words, count, prop->value) : MAP_NONE;
    if (found != MAP_NONE) {
        return found;
    }
    Buf known = {0};
    for (size_t i = 0; i < count; i++) {
        buf_push(&known, i == 0 ? STR("") : STR(", "));
        buf_push(&known, words[i]);
    }
    diag_error(loader->diags, prop != NULL ? prop->at : control->at, "control-prop",
               "control \"%.*s\" needs a prop \"%.*s\", one of: %.*s", STR_ARG(control->id),
               STR_ARG(name), STR_ARG(buf_str(&known)));
    buf_free(&known);
    return 0;
}

static unsigned read_drivers(Loader *loader, const OscalControl *control)
{
    unsigned drivers = 0;
    for (uint32_t i = 0; i < control->prop_count; i++) {
        const OscalProp *prop = &control->props[i];
        if (!str_eq(prop->name, STR("driver")) || !str_eq(prop->ns, DATUMLINE_NS)) {
            continue;
        }
        uint32_t found = name_find(driver_names, COUNTOF(driver_names), prop->value);
        if (found == MAP_NONE) {
            diag_error(loader->diags, prop->at, "control-prop",
                       "\"%.*s\" is no driver; known: regulation, standard, region, platform, "
                       "business",
                       STR_ARG(prop->value));
            continue;
        }
        drivers |= 1U << found;
    }
    if (drivers == 0) {
        diag_error(loader->diags, control->at, "control-prop",
                   "control \"%.*s\" needs at least one prop \"driver\"", STR_ARG(control->id));
    }
    return drivers;
}

static Severity read_severity(Loader *loader, const OscalControl *control)
{
    const OscalProp *prop = find_prop(control, STR("severity"));
    Severity severity = prop != NULL ? severity_find(prop->value) : SEVERITY_COUNT;
    if (severity == SEVERITY_COUNT) {
        diag_error(loader->diags, prop != NULL ? prop->at : control->at, "control-prop",
                   "control \"%.*s\" needs a prop \"severity\", one of: low, medium, high, "
                   "critical",
                   STR_ARG(control->id));
        return SEVERITY_LOW;
    }
    return severity;
}

static void push_value(Loader *loader, Buf *out, Str param_id, const OscalControl *control)
{
    for (uint32_t i = 0; i < loader->selection->value_count; i++) {
        const OscalValue *value = &loader->selection->values[i];
        if (!str_eq(value->param->id, param_id)) {
            continue;
        }
        if (value->value_count == 0) {
            buf_printf(out, "[%.*s]", STR_ARG(value->param->label));
        }
        for (uint32_t j = 0; j < value->value_count; j++) {
            buf_push(out, j == 0 ? STR("") : STR(", "));
            buf_push(out, value->values[j]);
        }
        return;
    }
    diag_error(loader->diags, control->at, "unknown-parameter",
               "control \"%.*s\" inserts parameter \"%.*s\", which no selected control has",
               STR_ARG(control->id), STR_ARG(param_id));
}

// Replaces "{{ insert: param, ID }}" by the value the profile gives.
static Str insert_values(Loader *loader, Str prose, const OscalControl *control)
{
    static const char marker[] = "{{ insert: param, ";
    const size_t marker_len = sizeof(marker) - 1;
    Buf out = {0};
    size_t from = 0;
    for (size_t at = 0; at + marker_len < prose.len; at++) {
        if (memcmp(prose.ptr + at, marker, marker_len) != 0) {
            continue;
        }
        size_t id = at + marker_len;
        size_t end = id;
        while (end + 3 <= prose.len && memcmp(prose.ptr + end, " }}", 3) != 0) {
            end++;
        }
        if (end + 3 > prose.len) {
            break;
        }
        buf_push(&out, (Str){prose.ptr + from, at - from});
        push_value(loader, &out, (Str){prose.ptr + id, end - id}, control);
        from = end + 3;
        at = from - 1;
    }
    if (from == 0) {
        buf_free(&out);
        return prose;
    }
    buf_push(&out, (Str){prose.ptr + from, prose.len - from});
    Str text = str_copy(loader->arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static Str read_part(Loader *loader, const OscalControl *control, Str name)
{
    const OscalPart *part = oscal_part_find(control->parts, control->part_count, name);
    Str text = part != NULL ? oscal_part_text(loader->arena, part) : STR("");
    if (text.len == 0) {
        diag_error(loader->diags, part != NULL ? part->at : control->at, "control-part",
                   "control \"%.*s\" needs a part \"%.*s\" with prose", STR_ARG(control->id),
                   STR_ARG(name));
        return text;
    }
    return insert_values(loader, text, control);
}

// A section is the outermost group a control stands in.
static uint32_t find_section(Loader *loader, const OscalControl *control, Section *sections,
                             Map *index)
{
    const OscalGroup *group = control->group;
    while (group != NULL && group->parent != NULL) {
        group = group->parent;
    }
    if (group == NULL || group->id.len == 0) {
        diag_error(loader->diags, control->at, "control-section",
                   "control \"%.*s\" stands in no group with an id; groups are the sections",
                   STR_ARG(control->id));
        return 0;
    }
    uint32_t found = map_intern(index, group->id);
    sections[found] = (Section){.id = group->id, .title = group->title};
    return found;
}

void package_load_controls(Loader *loader)
{
    Baseline *baseline = loader->baseline;
    uint32_t count = loader->selection->control_count;
    loader->diags->file = baseline->catalog->file;
    loader->controls = NEW_ARRAY(loader->arena, BaselineControl, count);
    Section *sections = NEW_ARRAY(loader->arena, Section, count);
    Map section_index;
    map_init(&section_index, loader->arena, MAP_EXACT);
    for (uint32_t i = 0; i < count; i++) {
        const OscalControl *source = loader->selection->controls[i];
        const OscalProp *owner = find_prop(source, STR("owner"));
        loader->controls[i] = (BaselineControl){
            .id = source->id,
            .title = source->title,
            .section = find_section(loader, source, sections, &section_index),
            .severity = read_severity(loader, source),
            .layer =
                (Layer)read_word(loader, source, STR("layer"), layer_names, COUNTOF(layer_names)),
            .drivers = read_drivers(loader, source),
            .enforcement = (Enforcement)read_word(loader, source, STR("enforcement"),
                                                  enforcement_names, COUNTOF(enforcement_names)),
            .owner = owner != NULL ? owner->value : baseline->owner,
            .statement = read_part(loader, source, STR("statement")),
            .guidance = read_part(loader, source, STR("guidance")),
            .reason = read_part(loader, source, STR("reason")),
            .check = read_part(loader, source, STR("check")),
            .source = source,
        };
        map_put(&baseline->control_index, source->id, i);
    }
    baseline->controls = loader->controls;
    baseline->control_count = count;
    baseline->sections = sections;
    baseline->section_count = section_index.count;
}

typedef struct RefList {
    FrameworkRef *refs; // gathered for all controls, in order of reading
    uint32_t *control;  // of each
    uint32_t count;
    uint32_t cap;
} RefList;

static void push_ref(Loader *loader, RefList *list, uint32_t control, FrameworkRef ref)
{
    if (list->count == list->cap) {
        uint32_t cap = list->cap == 0 ? 256 : list->cap * 2;
        FrameworkRef *refs = NEW_ARRAY(loader->arena, FrameworkRef, cap);
        uint32_t *controls = NEW_ARRAY(loader->arena, uint32_t, cap);
        if (list->count != 0) {
            memcpy(refs, list->refs, list->count * sizeof(*refs));
            memcpy(controls, list->control, list->count * sizeof(*controls));
        }
        *list = (RefList){refs, controls, list->count, cap};
    }
    list->refs[list->count] = ref;
    list->control[list->count++] = control;
}

static void gather_pairs(Loader *loader, const OscalMapping *mapping, uint32_t framework,
                         RefList *list)
{
    for (uint32_t i = 0; i < mapping->pair_count; i++) {
        const OscalPair *pair = &mapping->pairs[i];
        uint32_t control = map_find(&loader->baseline->control_index, pair->source);
        if (control != MAP_NONE) {
            push_ref(loader, list, control,
                     (FrameworkRef){framework, pair->target, pair->relation});
        } else if (oscal_catalog_find(loader->baseline->catalog, pair->source) == NULL) {
            diag_error(loader->diags, pair->at, "unknown-control",
                       "the catalog has no control \"%.*s\"", STR_ARG(pair->source));
        }
    }
}

static void share_refs(Loader *loader, const RefList *list)
{
    for (uint32_t c = 0; c < loader->baseline->control_count; c++) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < list->count; i++) {
            count += list->control[i] == c;
        }
        FrameworkRef *refs = NEW_ARRAY(loader->arena, FrameworkRef, count);
        uint32_t filled = 0;
        for (uint32_t i = 0; i < list->count; i++) {
            if (list->control[i] == c) {
                refs[filled++] = list->refs[i];
            }
        }
        loader->controls[c].refs = refs;
        loader->controls[c].ref_count = count;
    }
}

void package_load_mappings(Loader *loader)
{
    const Str *paths;
    uint32_t count;
    if (!package_list(loader, STR("mappings"), &paths, &count)) {
        return;
    }
    RefList list = {0};
    Map index;
    map_init(&index, loader->arena, MAP_EXACT);
    Framework *frameworks = NULL;
    uint32_t framework_cap = 0;
    for (uint32_t i = 0; i < count; i++) {
        const Json *json;
        const OscalMappingCollection *collection;
        if (!package_read(loader, paths[i], &json) ||
            !oscal_mapping_read(loader->arena, json, loader->diags, &collection)) {
            continue;
        }
        Framework *grown =
            NEW_ARRAY(loader->arena, Framework, framework_cap + collection->mapping_count);
        if (frameworks != NULL) {
            memcpy(grown, frameworks, index.count * sizeof(*grown));
        }
        frameworks = grown;
        framework_cap += collection->mapping_count;
        for (uint32_t j = 0; j < collection->mapping_count; j++) {
            const OscalMapping *mapping = &collection->mappings[j];
            uint32_t framework = map_intern(&index, mapping->target_name);
            frameworks[framework] =
                (Framework){mapping->target_name, mapping->target_title, collection->file};
            gather_pairs(loader, mapping, framework, &list);
        }
    }
    loader->baseline->frameworks = frameworks;
    loader->baseline->framework_count = index.count;
    share_refs(loader, &list);
}
