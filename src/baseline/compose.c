// SPDX-License-Identifier: Apache-2.0
#include "baseline/compose.h"

#include "base/digest.h"
#include "baseline/names.h"
#include "json/write.h"

// The namespace in which the uuids of new documents are derived.
static const uint8_t uuid_space[16] = {0x6e, 0x1d, 0x2a, 0x9c, 0x58, 0x7b, 0x4f, 0x03,
                                       0x9a, 0x41, 0xd6, 0x0c, 0x83, 0x5e, 0x27, 0xb4};

static void text(JsonOut *out, Str key, Str value)
{
    if (value.len != 0) {
        json_out_key(out, key);
        json_out_str(out, value);
    }
}

static void strings(JsonOut *out, Str key, const Str *items, uint32_t count)
{
    json_out_key(out, key);
    json_out_array_begin(out);
    for (uint32_t i = 0; i < count; i++) {
        json_out_str(out, items[i]);
    }
    json_out_array_end(out);
}

void compose_manifest(Buf *out, const ComposeHead *head)
{
    JsonOut json = {.buf = out};
    json_out_object_begin(&json);
    text(&json, STR("name"), head->name);
    text(&json, STR("title"), head->title);
    text(&json, STR("version"), STR(COMPOSE_VERSION));
    text(&json, STR("owner"), head->owner);
    text(&json, STR("purpose"), head->purpose);
    text(&json, STR("scope"), head->scope);
    text(&json, STR("riskAppetite"), head->risk_appetite);
    text(&json, STR("nextReview"), head->next_review);
    json_out_key(&json, STR("approvals"));
    json_out_object_begin(&json);
    json_out_key(&json, STR("count"));
    json_out_u64(&json, head->approvals.count);
    strings(&json, STR("roles"), head->approvals.roles, head->approvals.role_count);
    json_out_object_end(&json);
    json_out_key(&json, STR("from"));
    json_out_object_begin(&json);
    text(&json, STR("name"), head->from.name);
    text(&json, STR("version"), head->from.version);
    text(&json, STR("sha256"), head->from.sha256);
    json_out_object_end(&json);
    if (head->driver.len != 0) {
        json_out_key(&json, STR("defaults"));
        json_out_object_begin(&json);
        text(&json, STR("severity"), STR("medium"));
        text(&json, STR("layer"), STR("application"));
        strings(&json, STR("drivers"), &head->driver, 1);
        json_out_object_end(&json);
    }
    json_out_object_end(&json);
}

static void metadata(JsonOut *out, const ComposeHead *head, const char *kind)
{
    Buf name = {0};
    buf_printf(&name, "%s %.*s %.*s %.*s", kind, STR_ARG(head->name), STR_ARG(head->from.name),
               STR_ARG(head->from.sha256));
    char uuid[37];
    digest_uuid5(uuid_space, buf_str(&name), uuid);
    buf_free(&name);
    text(out, STR("uuid"), str_from_cstr(uuid));
    json_out_key(out, STR("metadata"));
    json_out_object_begin(out);
    text(out, STR("title"), head->title);
    text(out, STR("last-modified"), head->now);
    text(out, STR("version"), STR(COMPOSE_VERSION));
    text(out, STR("oscal-version"), STR("1.2.2"));
    json_out_object_end(out);
}

void compose_profile(Buf *out, const ComposeHead *head, Str href, const Str *excluded,
                     uint32_t excluded_count)
{
    JsonOut json = {.buf = out};
    json_out_object_begin(&json);
    json_out_key(&json, STR("profile"));
    json_out_object_begin(&json);
    metadata(&json, head, "profile");
    json_out_key(&json, STR("imports"));
    json_out_array_begin(&json);
    json_out_object_begin(&json);
    text(&json, STR("href"), href);
    json_out_key(&json, STR("include-all"));
    json_out_object_begin(&json);
    json_out_object_end(&json);
    if (excluded_count != 0) {
        json_out_key(&json, STR("exclude-controls"));
        json_out_array_begin(&json);
        json_out_object_begin(&json);
        strings(&json, STR("with-ids"), excluded, excluded_count);
        json_out_object_end(&json);
        json_out_array_end(&json);
    }
    json_out_object_end(&json);
    json_out_array_end(&json);
    json_out_key(&json, STR("merge"));
    json_out_object_begin(&json);
    json_out_key(&json, STR("as-is"));
    json_out_bool(&json, true);
    json_out_object_end(&json);
    json_out_object_end(&json);
    json_out_object_end(&json);
}

static void identifier(JsonOut *out, const char *before, Str name)
{
    Buf id = {0};
    buf_printf(&id, "%s%.*s", before, STR_ARG(name));
    text(out, STR("id"), buf_str(&id));
    text(out, STR("name"), name);
    buf_free(&id);
}

void compose_assignments(Buf *out, const ComposeHead *head)
{
    JsonOut json = {.buf = out};
    Buf set = {0};
    buf_printf(&set, "/providers/Microsoft.Authorization/policySetDefinitions/%.*s",
               STR_ARG(head->name));
    json_out_array_begin(&json);
    json_out_object_begin(&json);
    identifier(&json, "/tenants/providers/Microsoft.Authorization/policyAssignments/", head->name);
    text(&json, STR("type"), STR("Microsoft.Authorization/policyAssignments"));
    json_out_key(&json, STR("properties"));
    json_out_object_begin(&json);
    text(&json, STR("displayName"), head->title);
    text(&json, STR("policyDefinitionId"), buf_str(&set));
    text(&json, STR("scope"), STR("/tenants"));
    text(&json, STR("enforcementMode"), STR("Default"));
    json_out_key(&json, STR("parameters"));
    json_out_object_begin(&json);
    json_out_object_end(&json);
    json_out_object_end(&json);
    json_out_object_end(&json);
    json_out_array_end(&json);
    buf_free(&set);
}

// ---- borrowed rules ----

typedef struct Borrowing {
    const ComposeBorrow *borrow;
    Arena *arena;
    Map controls;      // of the framework that get a rule, in the order of first mention
    Map parameters;    // of the initiative that a borrowed member asks for
    const Str **links; // by rule: ids of controls
    uint32_t *counts;
} Borrowing;

static void add_link(Borrowing *b, uint32_t rule, Str control)
{
    const Str *old = b->links[rule];
    uint32_t count = b->counts[rule];
    if (name_find(old, count, control) != MAP_NONE) {
        return;
    }
    Str *grown = NEW_ARRAY(b->arena, Str, count + 1U);
    for (uint32_t i = 0; i < count; i++) {
        grown[i] = old[i];
    }
    grown[count] = control;
    b->links[rule] = grown;
    b->counts[rule] = count + 1;
    (void)map_intern(&b->controls, control);
}

static void link_rules(Borrowing *b)
{
    const Baseline *source = b->borrow->source;
    b->links = NEW_ARRAY(b->arena, const Str *, source->rule_count);
    b->counts = NEW_ARRAY(b->arena, uint32_t, source->rule_count);
    for (uint32_t c = 0; c < source->control_count; c++) {
        const BaselineControl *control = &source->controls[c];
        for (uint32_t f = 0; f < control->ref_count; f++) {
            const FrameworkRef *ref = &control->refs[f];
            Str id = str_eq(source->frameworks[ref->framework].name, b->borrow->framework) &&
                             ref->relation != OSCAL_NO_RELATIONSHIP
                         ? b->borrow->control(b->borrow->ctx, ref->id)
                         : (Str){NULL, 0};
            for (uint32_t r = 0; id.len != 0 && r < control->rule_count; r++) {
                if (!source->rules[control->rules[r]].implied) {
                    add_link(b, control->rules[r], id);
                }
            }
        }
    }
}

// "[parameters('x')]" anywhere in a member's values.
static void note_parameters(Borrowing *b, const Json *json)
{
    if (json->type == JSON_OBJECT) {
        for (uint32_t i = 0; i < json->count; i++) {
            note_parameters(b, &json->members[i].value);
        }
    } else if (json->type == JSON_ARRAY) {
        for (uint32_t i = 0; i < json->count; i++) {
            note_parameters(b, &json->items[i]);
        }
    } else if (json->type == JSON_STRING) {
        const Initiative *initiative = b->borrow->source->initiative;
        for (uint32_t i = 0; i < initiative->parameter_count; i++) {
            Buf call = {0};
            buf_printf(&call, "parameters('%.*s')", STR_ARG(initiative->parameters[i].name));
            if (str_find(json->string, buf_str(&call)) != NULL) {
                (void)map_intern(&b->parameters, initiative->parameters[i].name);
            }
            buf_free(&call);
        }
    }
}

static Str last_segment(Str id)
{
    size_t at = id.len;
    while (at > 0 && id.ptr[at - 1] != '/') {
        at--;
    }
    return str_from(id, at);
}

// The rule a member of the written initiative binds; MAP_NONE = none that is borrowed.
static uint32_t borrowed_rule(const Borrowing *b, const Json *member)
{
    Str id = last_segment(json_find_str(member, STR("policyDefinitionId")));
    uint32_t rule = map_find(&b->borrow->source->rule_index, id);
    return rule != MAP_NONE && b->counts[rule] != 0 ? rule : MAP_NONE;
}

static void write_members(Borrowing *b, JsonOut *out, const Json *members)
{
    json_out_key(out, STR("policyDefinitions"));
    json_out_array_begin(out);
    for (uint32_t i = 0; i < members->count; i++) {
        const Json *member = &members->items[i];
        uint32_t rule = borrowed_rule(b, member);
        if (rule == MAP_NONE) {
            continue;
        }
        json_out_object_begin(out);
        for (uint32_t m = 0; m < member->count; m++) {
            const JsonMember *entry = &member->members[m];
            if (!str_eq(entry->key, STR("groupNames"))) {
                json_out_key(out, entry->key);
                json_out_json(out, &entry->value);
                note_parameters(b, &entry->value);
            }
        }
        strings(out, STR("groupNames"), b->links[rule], b->counts[rule]);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

// What the source's own assignment gives the parameter, or NULL.
static const Json *value_of(const Baseline *source, Str name)
{
    const Json *values = source->assignment_count != 0 ? source->assignments[0]->parameters : NULL;
    return json_find(json_find_nocase(values, name), STR("value"));
}

static void write_parameters(Borrowing *b, JsonOut *out, const Json *declared)
{
    json_out_key(out, STR("parameters"));
    json_out_object_begin(out);
    for (uint32_t i = 0; json_is(declared, JSON_OBJECT) && i < declared->count; i++) {
        const JsonMember *parameter = &declared->members[i];
        if (map_find(&b->parameters, parameter->key) == MAP_NONE) {
            continue;
        }
        const Json *value = value_of(b->borrow->source, parameter->key);
        json_out_key(out, parameter->key);
        json_out_object_begin(out);
        for (uint32_t m = 0; m < parameter->value.count; m++) {
            const JsonMember *entry = &parameter->value.members[m];
            if (value == NULL || !str_eq(entry->key, STR("defaultValue"))) {
                json_out_key(out, entry->key);
                json_out_json(out, &entry->value);
            }
        }
        if (value != NULL) {
            json_out_key(out, STR("defaultValue"));
            json_out_json(out, value);
        }
        json_out_object_end(out);
    }
    json_out_object_end(out);
}

static void write_groups(const Borrowing *b, JsonOut *out)
{
    json_out_key(out, STR("policyDefinitionGroups"));
    json_out_array_begin(out);
    for (uint32_t i = 0; i < b->controls.count; i++) {
        json_out_object_begin(out);
        text(out, STR("name"), b->controls.entries[i].key);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

void compose_initiative(Buf *out, Arena *arena, const ComposeHead *head,
                        const ComposeBorrow *borrow, const uint32_t **ret_rules,
                        uint32_t *ret_count)
{
    Borrowing b = {.borrow = borrow, .arena = arena};
    map_init(&b.controls, arena, MAP_EXACT);
    map_init(&b.parameters, arena, MAP_NOCASE);
    link_rules(&b);
    uint32_t *rules = NEW_ARRAY(arena, uint32_t, borrow->source->rule_count);
    *ret_count = 0;
    for (uint32_t i = 0; i < borrow->source->rule_count; i++) {
        if (b.counts[i] != 0) {
            rules[(*ret_count)++] = i;
        }
    }
    *ret_rules = rules;
    const Json *properties = json_find(borrow->initiative, STR("properties"));
    const Json *written = properties != NULL ? properties : borrow->initiative;
    const Json *members = json_find(written, STR("policyDefinitions"));
    if (*ret_count == 0 || !json_is(members, JSON_ARRAY)) {
        *ret_count = 0;
        return;
    }
    JsonOut json = {.buf = out};
    json_out_object_begin(&json);
    identifier(&json, "/providers/Microsoft.Authorization/policySetDefinitions/", head->name);
    text(&json, STR("type"), STR("Microsoft.Authorization/policySetDefinitions"));
    json_out_key(&json, STR("properties"));
    json_out_object_begin(&json);
    text(&json, STR("displayName"), head->title);
    text(&json, STR("policyType"), STR("Custom"));
    write_members(&b, &json, members);
    write_parameters(&b, &json, json_find(written, STR("parameters")));
    write_groups(&b, &json);
    json_out_object_end(&json);
    json_out_object_end(&json);
}
