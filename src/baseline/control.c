// SPDX-License-Identifier: Apache-2.0
// The selected controls: their words, parts and properties, checked against what there may be.
#include <string.h>

#include "base/buf.h"

#include "baseline/group_name.h"
#include "baseline/names.h"
#include "baseline/package.h"

static const OscalProp *find_prop(const OscalControl *control, Str name)
{
    return oscal_prop_find(control->props, control->prop_count, DATUMLINE_NS, name);
}

// One word of a fixed list. One that is unknown is reported with the list; one that is missing too,
// unless the manifest has defaults.
static uint32_t read_word(Loader *loader, const OscalControl *control, Str name, const Str *words,
                          size_t count, uint32_t fallback)
{
    const OscalProp *prop = find_prop(control, name);
    uint32_t found = prop != NULL ? name_find(words, count, prop->value) : MAP_NONE;
    if (found != MAP_NONE || (prop == NULL && loader->defaults.given)) {
        return prop != NULL ? found : fallback;
    }
    Buf known = {0};
    for (size_t i = 0; i < count; i++) {
        buf_push(&known, i == 0 ? STR("") : STR(", "));
        buf_push(&known, words[i]);
    }
    Span at =
        package_place(loader, control, STR("prop"), name, prop != NULL ? prop->at : (Span){0, 0});
    diag_error(loader->diags, at, "control-prop",
               "control \"%.*s\" needs a prop \"%.*s\", one of: %.*s", STR_ARG(control->id),
               STR_ARG(name), STR_ARG(buf_str(&known)));
    buf_free(&known);
    return fallback;
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
            Span at = package_place(loader, control, STR("prop"), STR("driver"), prop->at);
            diag_error(loader->diags, at, "control-prop",
                       "\"%.*s\" is no driver; known: regulation, standard, region, platform, "
                       "business",
                       STR_ARG(prop->value));
            continue;
        }
        drivers |= 1U << found;
    }
    if (drivers == 0 && loader->defaults.given) {
        return loader->defaults.drivers;
    }
    if (drivers == 0) {
        Span at = package_place(loader, control, STR("control"), control->id, (Span){0, 0});
        diag_error(loader->diags, at, "control-prop",
                   "control \"%.*s\" needs at least one prop \"driver\"", STR_ARG(control->id));
    }
    return drivers;
}

static Severity read_severity(Loader *loader, const OscalControl *control)
{
    Str names[SEVERITY_COUNT];
    for (int i = 0; i < SEVERITY_COUNT; i++) {
        names[i] = str_from_cstr(severity_name((Severity)i));
    }
    return (Severity)read_word(loader, control, STR("severity"), names, SEVERITY_COUNT,
                               loader->defaults.severity);
}

static void push_value(Loader *loader, Buf *out, Str param_id, const OscalControl *control)
{
    uint32_t at = map_find(&loader->value_index, param_id);
    if (at == MAP_NONE) {
        Span place = package_place(loader, control, STR("control"), control->id, (Span){0, 0});
        diag_error(loader->diags, place, "unknown-parameter",
                   "control \"%.*s\" inserts parameter \"%.*s\", which no selected control has",
                   STR_ARG(control->id), STR_ARG(param_id));
        return;
    }
    const BaselineValue *value = &loader->values[at];
    if (value->value_count == 0) {
        Str open = value->label.len != 0 ? value->label : value->choices;
        buf_printf(out, "[%.*s]", STR_ARG(open.len != 0 ? open : param_id));
    }
    for (uint32_t i = 0; i < value->value_count; i++) {
        buf_push(out, i == 0 ? STR("") : STR(", "));
        buf_push(out, value->values[i]);
    }
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

static Str read_part(Loader *loader, const OscalControl *control, Str name, bool required)
{
    const OscalPart *part = oscal_part_find(control->parts, control->part_count, name);
    Str text = part != NULL ? oscal_part_text(loader->arena, part) : STR("");
    if (text.len == 0 && (required || part != NULL)) {
        Span at = package_place(loader, control, STR("part"), name,
                                part != NULL ? part->at : (Span){0, 0});
        diag_error(loader->diags, at, "control-part",
                   "control \"%.*s\" needs a part \"%.*s\" with prose", STR_ARG(control->id),
                   STR_ARG(name));
        return text;
    }
    return insert_values(loader, text, control);
}

// The outermost group of a control; NULL = it stands in none.
static const OscalGroup *outermost(const OscalControl *control)
{
    const OscalGroup *group = control->group;
    while (group != NULL && group->parent != NULL) {
        group = group->parent;
    }
    return group;
}

// What controls in no group stand under.
static const Section loose = {.id = STR_INIT("further"), .title = STR_INIT("Further controls")};

// The id of a group, or one made of its title: OSCAL lets a group have none.
static Section section_of(Loader *loader, const OscalGroup *group)
{
    if (group->id.len != 0) {
        return (Section){.id = group->id, .title = group->title};
    }
    Str token = group_token(loader->arena, group->title);
    Buf id = {0};
    if (token.len != 0) {
        buf_printf(&id, "section-%.*s", STR_ARG(token));
    } else { // a title without a letter or digit of ASCII
        buf_printf(&id, "section-line-%u", group->at.line);
    }
    Section section = {.id = str_copy(loader->arena, buf_str(&id)), .title = group->title};
    buf_free(&id);
    return section;
}

// A section is the outermost group a control stands in. Where a profile merges flat there is none;
// then it is that of the catalog the control comes from.
static uint32_t find_section(Loader *loader, const OscalControl *control, Section *sections,
                             Map *index)
{
    const OscalGroup *group = outermost(control);
    for (uint32_t i = 0; i < loader->source_count && group == NULL; i++) {
        const OscalControl *source = oscal_catalog_find(loader->sources[i], control->id);
        group = source != NULL ? outermost(source) : NULL;
    }
    Section section = group != NULL ? section_of(loader, group) : loose;
    uint32_t known = index->count;
    uint32_t found = map_intern(index, section.id);
    if (found == known) {
        sections[found] = section;
    }
    return found;
}

static void load_control(Loader *loader, const OscalControl *source, BaselineControl *control)
{
    const OscalProp *owner = find_prop(source, STR("owner"));
    bool whole = !loader->defaults.given; // every part must be there
    *control = (BaselineControl){
        .id = source->id,
        .title = source->title,
        .severity = read_severity(loader, source),
        .layer = (Layer)read_word(loader, source, STR("layer"), layer_names, LAYER_COUNT,
                                  loader->defaults.layer),
        .drivers = read_drivers(loader, source),
        .enforcement = (Enforcement)read_word(loader, source, STR("enforcement"), enforcement_names,
                                              ENFORCEMENT_COUNT,
                                              ENFORCEMENT_COUNT), // until its rules are known
        .owner = owner != NULL ? owner->value : loader->baseline->owner,
        .statement = read_part(loader, source, STR("statement"), whole),
        .guidance = read_part(loader, source, STR("guidance"), whole),
        .reason = read_part(loader, source, STR("reason"), whole),
        .check = read_part(loader, source, STR("check"), whole),
        .source = source,
        .file = package_file_of(loader, source->id),
    };
    if (control->statement.len == 0) {
        control->statement = control->title;
    }
}

void package_load_controls(Loader *loader)
{
    Baseline *baseline = loader->baseline;
    const OscalCatalog *catalog = baseline->catalog;
    uint32_t count = catalog->control_count;
    loader->controls = NEW_ARRAY(loader->arena, BaselineControl, count);
    Section *sections = NEW_ARRAY(loader->arena, Section, count);
    Map section_index;
    map_init(&section_index, loader->arena, MAP_EXACT);
    for (uint32_t i = 0; i < count; i++) {
        const OscalControl *source = catalog->controls[i];
        load_control(loader, source, &loader->controls[i]);
        loader->controls[i].section = find_section(loader, source, sections, &section_index);
        (void)map_put(&baseline->control_index, source->id, i);
        for (uint32_t p = 0; p < source->param_count; p++) {
            uint32_t value = map_find(&loader->value_index, source->params[p].id);
            ASSERT(value != MAP_NONE);
            loader->values[value].control = i;
        }
    }
    if (count == 0) {
        loader->diags->file = package_label(loader, STR("profile.json"));
        diag_error(loader->diags, (Span){0, 0}, "no-control", "the profile selects no control");
    }
    if (section_index.count == 1 && str_eq(sections[0].id, loose.id)) {
        sections[0].title = STR("Controls"); // nothing they would be further to
    }
    baseline->controls = loader->controls;
    baseline->control_count = count;
    baseline->sections = sections;
    baseline->section_count = section_index.count;
}
