// SPDX-License-Identifier: Apache-2.0
// The baseline as OSCAL documents.
#include "report/oscal_text.h"
#include "report/publish_parts.h"
#include "json/read.h"

// ---- the writer's bytes, indented ----

typedef struct Draft {
    Buf text;
    JsonOut out;
} Draft;

static void draft_open(Draft *draft)
{
    *draft = (Draft){.out.buf = &draft->text};
    json_out_object_begin(&draft->out);
}

static void draft_close(Draft *draft, Arena *arena, Buf *out)
{
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    const Json *json = NULL;
    Err err = {0};
    json_out_object_end(&draft->out);
    ASSERT(json_read_data(arena, buf_str(&draft->text), &limits, &json, &err)); // just written
    json_write_pretty(out, json);
    buf_free(&draft->text);
}

// ---- the catalog ----

// A copy of an object with one string member replaced, or added at the end.
static Json with_text(Arena *arena, const Json *object, Str key, Str value)
{
    JsonMember *members = NEW_ARRAY(arena, JsonMember, object->count + 1U);
    uint32_t count = 0;
    bool found = false;
    for (uint32_t i = 0; i < object->count; i++) {
        members[count++] = object->members[i];
        if (str_eq(object->members[i].key, key)) {
            members[count - 1].value = json_string(value);
            found = true;
        }
    }
    if (!found) {
        members[count++] = (JsonMember){.key = key, .value = json_string(value)};
    }
    return (Json){.type = JSON_OBJECT, .count = count, .members = members};
}

static Json with_member(Arena *arena, const Json *object, Str key, const Json *value)
{
    JsonMember *members = NEW_ARRAY(arena, JsonMember, object->count + 1U);
    for (uint32_t i = 0; i < object->count; i++) {
        members[i] = object->members[i];
        if (str_eq(members[i].key, key)) {
            members[i].value = *value;
        }
    }
    return (Json){.type = JSON_OBJECT, .count = object->count, .members = members};
}

static Str time_text(Arena *arena, Ticks time)
{
    Buf text = {0};
    ticks_print(&text, time);
    Str copy = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

void publish_catalog(Arena *arena, Buf *out, const Publication *p)
{
    const Baseline *baseline = p->baseline;
    const Json *catalog = json_find(baseline->resolved, STR("catalog"));
    const Json *metadata = json_find(catalog, STR("metadata"));
    ASSERT(json_is(metadata, JSON_OBJECT));
    Json head = with_text(arena, metadata, STR("title"), baseline->title);
    head = with_text(arena, &head, STR("version"), baseline->version);
    head = with_text(arena, &head, STR("last-modified"), time_text(arena, p->now));
    Json body = with_member(arena, catalog, STR("metadata"), &head);
    Json document = with_member(arena, baseline->resolved, STR("catalog"), &body);
    json_write_pretty(out, &document);
}

// ---- profile and components ----

static OscalUuid document_uuid(const Publication *p, Str kind)
{
    Buf name = {0};
    buf_printf(&name, "%.*s\n%.*s\n", STR_ARG(p->baseline->name), STR_ARG(p->edition->digest));
    ticks_print(&name, p->now);
    OscalUuid uuid = oscal_uuid_of(kind, buf_str(&name));
    buf_free(&name);
    return uuid;
}

static void out_head(JsonOut *out, const Publication *p, const char *what)
{
    Buf title = {0};
    buf_printf(&title, "%.*s: %s", STR_ARG(p->baseline->title), what);
    OscalHead head = {
        .title = buf_str(&title), .version = p->baseline->version, .tool = p->tool, .now = p->now};
    oscal_out_metadata_begin(out, &head);
    oscal_out_prop(out, STR("baseline"), p->baseline->name);
    oscal_out_prop(out, STR("digest"), p->edition->digest);
    oscal_out_metadata_end(out);
    buf_free(&title);
}

static void list_begin(JsonOut *out, const char *key)
{
    json_out_key(out, str_from_cstr(key));
    json_out_array_begin(out);
}

static void out_values(JsonOut *out, const BaselineValue *value)
{
    json_out_object_begin(out);
    oscal_out_text(out, STR("param-id"), value->id);
    list_begin(out, "values");
    for (uint32_t i = 0; i < value->value_count; i++) {
        json_out_str(out, value->values[i]);
    }
    json_out_array_end(out);
    json_out_object_end(out);
}

static bool is_value_of(const BaselineValue *value, uint32_t control)
{
    return value->value_count != 0 && value->control == control;
}

static void out_modify(JsonOut *out, const Baseline *baseline)
{
    bool any = false;
    for (uint32_t v = 0; v < baseline->value_count; v++) {
        if (!baseline->values[v].by_profile || baseline->values[v].value_count == 0) {
            continue;
        }
        if (!any) {
            json_out_key(out, STR("modify"));
            json_out_object_begin(out);
            list_begin(out, "set-parameters");
            any = true;
        }
        out_values(out, &baseline->values[v]);
    }
    if (any) {
        json_out_array_end(out);
        json_out_object_end(out);
    }
}

void publish_profile(Arena *arena, Buf *buf, const Publication *p)
{
    Draft draft;
    OscalUuid uuid = document_uuid(p, STR("published-profile"));
    draft_open(&draft);
    JsonOut *out = &draft.out;
    json_out_key(out, STR("profile"));
    json_out_object_begin(out);
    oscal_out_uuid(out, STR("uuid"), &uuid);
    out_head(out, p, "profile");
    list_begin(out, "imports");
    json_out_object_begin(out);
    oscal_out_text(out, STR("href"), STR("catalog.json"));
    json_out_key(out, STR("include-all"));
    json_out_object_begin(out);
    json_out_object_end(out);
    json_out_object_end(out);
    json_out_array_end(out);
    json_out_key(out, STR("merge"));
    json_out_object_begin(out);
    json_out_key(out, STR("as-is"));
    json_out_bool(out, true);
    json_out_object_end(out);
    out_modify(out, p->baseline);
    json_out_object_end(out);
    draft_close(&draft, arena, buf);
}

static void out_requirement(JsonOut *out, const Publication *p, const BaselineRule *rule,
                            uint32_t c)
{
    const BaselineControl *control = &p->baseline->controls[c];
    Buf name = {0};
    buf_printf(&name, "%.*s\n%.*s\n%.*s", STR_ARG(p->baseline->name),
               STR_ARG(rule->definition->name), STR_ARG(control->id));
    OscalUuid uuid = oscal_uuid_of(STR("requirement"), buf_str(&name));
    buf_free(&name);
    json_out_object_begin(out);
    oscal_out_uuid(out, STR("uuid"), &uuid);
    oscal_out_text(out, STR("control-id"), control->id);
    oscal_out_prose(out, STR("description"),
                    control->check.len != 0 ? control->check : control->title);
    list_begin(out, "props");
    oscal_out_prop(out, STR("rule"), rule->definition->name);
    oscal_out_prop(out, STR("enforcement"), str_from_cstr(enforcement_name(control->enforcement)));
    json_out_array_end(out);
    bool any = false;
    for (uint32_t v = 0; v < p->baseline->value_count; v++) {
        if (is_value_of(&p->baseline->values[v], c)) {
            if (!any) {
                list_begin(out, "set-parameters");
                any = true;
            }
            out_values(out, &p->baseline->values[v]);
        }
    }
    if (any) {
        json_out_array_end(out);
    }
    json_out_object_end(out);
}

static void out_rule_props(JsonOut *out, const BaselineRule *rule)
{
    list_begin(out, "props");
    oscal_out_prop(out, STR("rule"), rule->definition->name);
    oscal_out_prop(out, STR("severity"), str_from_cstr(severity_name(rule->severity)));
    oscal_out_prop(out, STR("grade"), str_from_cstr(grade_name(rule->grade)));
    for (uint32_t k = 0; k < rule->kind_count; k++) {
        oscal_out_prop(out, STR("reads"), rule->kinds[k]);
    }
    json_out_array_end(out);
}

// A rule is a component: a validation where it reads, a procedure where people attest.
static void out_component(JsonOut *out, const Publication *p, const BaselineRule *rule)
{
    const Definition *definition = rule->definition;
    Str title = definition->display_name.len != 0 ? definition->display_name : definition->name;
    Buf name = {0};
    buf_printf(&name, "%.*s\n%.*s", STR_ARG(p->baseline->name), STR_ARG(definition->name));
    OscalUuid uuid = oscal_uuid_of(STR("component"), buf_str(&name));
    OscalUuid implementation = oscal_uuid_of(STR("implementation"), buf_str(&name));
    buf_free(&name);
    json_out_object_begin(out);
    oscal_out_uuid(out, STR("uuid"), &uuid);
    oscal_out_text(out, STR("type"), rule->manual ? STR("process-procedure") : STR("validation"));
    oscal_out_line(out, STR("title"), title);
    oscal_out_prose(out, STR("description"),
                    definition->description.len != 0 ? definition->description : title);
    out_rule_props(out, rule);
    list_begin(out, "control-implementations");
    json_out_object_begin(out);
    oscal_out_uuid(out, STR("uuid"), &implementation);
    oscal_out_text(out, STR("source"), STR("catalog.json"));
    oscal_out_text(out, STR("description"),
                   rule->manual ? STR("What people attest to.")
                                : STR("What is evaluated on every resource it applies to."));
    list_begin(out, "implemented-requirements");
    for (uint32_t c = 0; c < rule->control_count; c++) {
        out_requirement(out, p, rule, rule->controls[c]);
    }
    json_out_array_end(out);
    json_out_object_end(out);
    json_out_array_end(out);
    json_out_object_end(out);
}

void publish_components(Arena *arena, Buf *buf, const Publication *p)
{
    Draft draft;
    OscalUuid uuid = document_uuid(p, STR("published-components"));
    draft_open(&draft);
    JsonOut *out = &draft.out;
    json_out_key(out, STR("component-definition"));
    json_out_object_begin(out);
    oscal_out_uuid(out, STR("uuid"), &uuid);
    out_head(out, p, "checks");
    list_begin(out, "components");
    for (uint32_t r = 0; r < p->baseline->rule_count; r++) {
        if (p->baseline->rules[r].control_count != 0) {
            out_component(out, p, &p->baseline->rules[r]);
        }
    }
    json_out_array_end(out);
    json_out_object_end(out);
    draft_close(&draft, arena, buf);
}

// ---- mappings ----

static bool is_of_baseline(const Publication *p, const Json *map)
{
    const Json *sources = json_find(map, STR("sources"));
    for (uint32_t i = 0; json_is(sources, JSON_ARRAY) && i < sources->count; i++) {
        Str id = json_find_str(&sources->items[i], STR("id-ref"));
        if (baseline_find_control(p->baseline, id) == NULL) {
            return false;
        }
    }
    return json_is(sources, JSON_ARRAY) && sources->count != 0;
}

// The entries of an array that pass, in a new array.
static Json kept_maps(Arena *arena, const Publication *p, const Json *maps)
{
    Json *items = NEW_ARRAY(arena, Json, maps->count + 1U);
    uint32_t count = 0;
    for (uint32_t i = 0; i < maps->count; i++) {
        if (is_of_baseline(p, &maps->items[i])) {
            items[count++] = maps->items[i];
        }
    }
    return (Json){.type = JSON_ARRAY, .count = count, .items = items};
}

bool publish_mapping(Arena *arena, Buf *out, const Publication *p, const Json *json)
{
    const Json *collection = json_find(json, STR("mapping-collection"));
    const Json *mappings = json_find(collection, STR("mappings"));
    TRY(json_is(mappings, JSON_ARRAY));
    Json *items = NEW_ARRAY(arena, Json, mappings->count + 1U);
    Json kept = {.type = JSON_ARRAY, .items = items};
    for (uint32_t i = 0; i < mappings->count; i++) {
        const Json *maps = json_find(&mappings->items[i], STR("maps"));
        if (!json_is(maps, JSON_ARRAY)) {
            continue;
        }
        Json left = kept_maps(arena, p, maps);
        if (left.count != 0) {
            items[kept.count++] = with_member(arena, &mappings->items[i], STR("maps"), &left);
        }
    }
    TRY(kept.count != 0);
    Json body = with_member(arena, collection, STR("mappings"), &kept);
    Json document = with_member(arena, json, STR("mapping-collection"), &body);
    json_write_pretty(out, &document);
    return true;
}
