// SPDX-License-Identifier: Apache-2.0
// What the profile sets: values of parameters, properties of controls.
#include "base/buf.h"
#include "baseline/names.h"
#include "baseline/strictness.h"
#include "baseline/tailor_parts.h"

static const Str set_keys[] = {
    STR_INIT("param-id"),   STR_INIT("class"),  STR_INIT("depends-on"), STR_INIT("props"),
    STR_INIT("links"),      STR_INIT("label"),  STR_INIT("usage"),      STR_INIT("constraints"),
    STR_INIT("guidelines"), STR_INIT("values"), STR_INIT("select")};
static const EditOrder set_order = {set_keys, COUNTOF(set_keys)};

static Json text(Str value)
{
    return json_string(value);
}

// ---- values ----

static void print_values(Buf *out, const Str *values, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        buf_printf(out, "%s%.*s", i == 0 ? "" : ", ", STR_ARG(values[i]));
    }
    if (count == 0) {
        buf_push(out, STR("not set"));
    }
}

static void set_in_profile(Tailor *tailor, const TailorEdit *edit, const BaselineValue *value,
                           Json values)
{
    Arena *arena = tailor->arena;
    Json modify = edit_take(&tailor->profile, STR("modify"), JSON_OBJECT);
    Json sets = edit_take(&modify, STR("set-parameters"), JSON_ARRAY);
    uint32_t at = edit_find_by(&sets, STR("param-id"), value->id);
    Json set = at != UINT32_MAX ? sets.items[at] : (Json){.type = JSON_OBJECT};
    edit_put(arena, &set, STR("param-id"), text(value->id), &set_order);
    edit_drop(arena, &set, STR("select"));
    edit_put(arena, &set, STR("values"), values, &set_order);
    if (at != UINT32_MAX) {
        edit_replace(arena, &sets, at, set);
    } else {
        edit_push(arena, &sets, set);
    }
    static const Str keys[] = {STR_INIT("set-parameters"), STR_INIT("alters")};
    static const EditOrder order = {keys, COUNTOF(keys)};
    edit_put(arena, &modify, STR("set-parameters"), sets, &order);
    edit_put(arena, &tailor->profile, STR("modify"), modify, &tailor_profile_order);
    tailor_note(tailor, STR("set"), value->id);
    Buf old = {0};
    print_values(&old, value->values, value->value_count);
    tailor_say(tailor, "%.*s: %.*s → %.*s", STR_ARG(value->id), STR_ARG(buf_str(&old)),
               STR_ARG(edit->value));
    buf_free(&old);
}

void tailor_set_value(Tailor *tailor, const TailorEdit *edit)
{
    TailorParameter found;
    if (!tailor_find_parameter(tailor, edit->subject, &found)) {
        return;
    }
    Json typed = {.type = JSON_NULL};
    if (found.parameter != NULL && !tailor_typed(tailor, found.parameter, edit->value, &typed)) {
        return;
    }
    bool relaxes = found.parameter != NULL &&
                   strictness_relaxes(found.parameter->name,
                                      tailor_general_value(tailor, found.parameter->name), &typed);
    if (relaxes) {
        tailor_want_rationale(tailor, edit->subject, "the new value asks for less");
    }
    if (tailor->in->variant_count != 0 && found.parameter == NULL) {
        diag_error(tailor->diags, (Span){0}, "tailor-variant",
                   "\"%.*s\" feeds no rule: a variant changes what is measured",
                   STR_ARG(edit->subject));
    } else if (tailor->in->variant_count != 0 || found.value == NULL) {
        ASSERT(found.parameter != NULL); // what has no value is one of the initiative's
        tailor_assign_value(tailor, found.parameter, typed);
        tailor_note(tailor, STR("set"),
                    found.value != NULL ? found.value->id : found.parameter->name);
    } else {
        bool is_list = found.parameter != NULL && found.parameter->type == PARAMETER_ARRAY;
        Json values = {.type = JSON_ARRAY};
        if (is_list) {
            values = typed;
        } else {
            edit_push(tailor->arena, &values, text(edit->value));
        }
        if (values.count == 0) {
            diag_error(tailor->diags, (Span){0}, "tailor-value",
                       "\"%.*s\" needs at least one value", STR_ARG(edit->subject));
            return;
        }
        set_in_profile(tailor, edit, found.value, values);
    }
}

// ---- properties of a control ----

static bool is_prop(const Json *prop, Str name)
{
    return str_eq(json_find_str(prop, STR("name")), name) &&
           str_eq(json_find_str(prop, STR("ns")), DATUMLINE_NS);
}

// Takes the properties of that name out of the alteration's additions. True when there were some.
static bool drop_added(Tailor *tailor, Json *adds, Str name)
{
    bool any = false;
    for (uint32_t i = adds->count; i-- > 0;) {
        Json add = adds->items[i];
        Json props = edit_take(&add, STR("props"), JSON_ARRAY);
        uint32_t before = props.count;
        for (uint32_t p = props.count; p-- > 0;) {
            if (is_prop(&props.items[p], name)) {
                edit_remove(tailor->arena, &props, p);
            }
        }
        if (props.count == before || json_find(&add, STR("by-id")) != NULL) {
            continue;
        }
        any = true;
        if (props.count != 0) {
            edit_put(tailor->arena, &add, STR("props"), props, NULL);
            edit_replace(tailor->arena, adds, i, add);
            continue;
        }
        edit_drop(tailor->arena, &add, STR("props"));
        bool is_bare = add.count == (json_find(&add, STR("position")) != NULL ? 1U : 0U);
        if (is_bare) {
            edit_remove(tailor->arena, adds, i);
        } else {
            edit_replace(tailor->arena, adds, i, add);
        }
    }
    return any;
}

// An addition of properties that stands first, as this program writes it: those of people stay
// theirs.
static bool is_ours(const Json *add)
{
    return json_find(add, STR("by-id")) == NULL &&
           str_eq(json_find_str(add, STR("position")), STR("starting")) &&
           json_is(json_find(add, STR("props")), JSON_ARRAY);
}

static void push_added(Tailor *tailor, Json *adds, Str name, const Json *values)
{
    Arena *arena = tailor->arena;
    uint32_t at = 0;
    while (at < adds->count && !is_ours(&adds->items[at])) {
        at++;
    }
    Json add = at < adds->count ? adds->items[at] : (Json){.type = JSON_OBJECT};
    if (at == adds->count) {
        edit_put(arena, &add, STR("position"), text(STR("starting")), NULL);
    }
    Json props = edit_take(&add, STR("props"), JSON_ARRAY);
    for (uint32_t i = 0; i < values->count; i++) {
        Json prop = {.type = JSON_OBJECT};
        edit_put(arena, &prop, STR("name"), text(name), NULL);
        edit_put(arena, &prop, STR("ns"), text(DATUMLINE_NS), NULL);
        edit_put(arena, &prop, STR("value"), values->items[i], NULL);
        edit_push(arena, &props, prop);
    }
    edit_put(arena, &add, STR("props"), props, NULL);
    if (at == adds->count) {
        edit_push(arena, adds, add);
    } else {
        edit_replace(arena, adds, at, add);
    }
}

static void ensure_removed(Tailor *tailor, Json *alter, Str name)
{
    static const Str keys[] = {STR_INIT("control-id"), STR_INIT("removes"), STR_INIT("adds")};
    static const EditOrder order = {keys, COUNTOF(keys)};
    Json removes = edit_take(alter, STR("removes"), JSON_ARRAY);
    uint32_t at = edit_find_by(&removes, STR("by-name"), name);
    if (at != UINT32_MAX && str_eq(json_find_str(&removes.items[at], STR("by-ns")), DATUMLINE_NS)) {
        return;
    }
    Json remove = {.type = JSON_OBJECT};
    edit_put(tailor->arena, &remove, STR("by-name"), text(name), NULL);
    edit_put(tailor->arena, &remove, STR("by-ns"), text(DATUMLINE_NS), NULL);
    edit_push(tailor->arena, &removes, remove);
    edit_put(tailor->arena, alter, STR("removes"), removes, &order);
}

static bool has_prop(const BaselineControl *control, Str name)
{
    return oscal_prop_find(control->source->props, control->source->prop_count, DATUMLINE_NS,
                           name) != NULL;
}

static bool has_children(const Tailor *tailor, const BaselineControl *control)
{
    const OscalCatalog *catalog = tailor->in->baseline->catalog;
    for (uint32_t i = 0; i < catalog->control_count; i++) {
        if (catalog->controls[i]->parent == control->source) {
            return true;
        }
    }
    return false;
}

// The control's alteration says these values of the property, and none of before.
static void alter_prop(Tailor *tailor, const BaselineControl *control, Str name, Json values)
{
    Arena *arena = tailor->arena;
    Json modify = edit_take(&tailor->profile, STR("modify"), JSON_OBJECT);
    Json alters = edit_take(&modify, STR("alters"), JSON_ARRAY);
    uint32_t at = edit_find_by(&alters, STR("control-id"), control->id);
    Json alter = at != UINT32_MAX ? alters.items[at] : (Json){.type = JSON_OBJECT};
    edit_put(arena, &alter, STR("control-id"), text(control->id), NULL);
    Json adds = edit_take(&alter, STR("adds"), JSON_ARRAY);
    bool was_added = drop_added(tailor, &adds, name);
    // A removal reaches enhancements too; where there are some, standing first is enough, as the
    // first of several counts.
    bool single = !str_eq(name, STR("driver"));
    if (!was_added && has_prop(control, name) && !(single && has_children(tailor, control))) {
        ensure_removed(tailor, &alter, name);
    }
    push_added(tailor, &adds, name, &values);
    edit_put(arena, &alter, STR("adds"), adds, NULL);
    if (at != UINT32_MAX) {
        edit_replace(arena, &alters, at, alter);
    } else {
        edit_push(arena, &alters, alter);
    }
    edit_put(arena, &modify, STR("alters"), alters, NULL);
    edit_put(arena, &tailor->profile, STR("modify"), modify, &tailor_profile_order);
    tailor_note(tailor, name, control->id);
}

void tailor_set_severity(Tailor *tailor, const TailorEdit *edit)
{
    const BaselineControl *control = tailor_find_control(tailor, edit->subject);
    Severity severity = severity_find(edit->value);
    if (severity == SEVERITY_COUNT) {
        diag_error(tailor->diags, (Span){0}, "tailor-value",
                   "\"%.*s\" is no severity; known: low, medium, high, critical",
                   STR_ARG(edit->value));
    }
    if (control == NULL || severity == SEVERITY_COUNT) {
        return;
    }
    if (severity < control->severity) {
        tailor_want_rationale(tailor, control->id, "a lower severity counts less");
    }
    Json values = {.type = JSON_ARRAY};
    edit_push(tailor->arena, &values, text(edit->value));
    alter_prop(tailor, control, STR("severity"), values);
    tailor_say(tailor, "%.*s: severity %s → %.*s", STR_ARG(control->id),
               severity_name(control->severity), STR_ARG(edit->value));
}

void tailor_set_owner(Tailor *tailor, const TailorEdit *edit)
{
    const BaselineControl *control = tailor_find_control(tailor, edit->subject);
    if (control != NULL) {
        Json values = {.type = JSON_ARRAY};
        edit_push(tailor->arena, &values, text(edit->value));
        alter_prop(tailor, control, STR("owner"), values);
        tailor_say(tailor, "%.*s: owner %.*s → %.*s", STR_ARG(control->id), STR_ARG(control->owner),
                   STR_ARG(edit->value));
    }
}

void tailor_set_drivers(Tailor *tailor, const TailorEdit *edit)
{
    const BaselineControl *control = tailor_find_control(tailor, edit->subject);
    Json values = tailor_split(tailor->arena, edit->value);
    bool known = values.count != 0;
    for (uint32_t i = 0; i < values.count; i++) {
        if (name_find(driver_names, DRIVER_KINDS, values.items[i].string) == MAP_NONE) {
            known = diag_error(tailor->diags, (Span){0}, "tailor-value",
                               "\"%.*s\" is no driver; known: regulation, standard, region, "
                               "platform, business",
                               STR_ARG(values.items[i].string));
        }
    }
    if (control != NULL && known) {
        alter_prop(tailor, control, STR("driver"), values);
        tailor_say(tailor, "%.*s: driven by %.*s", STR_ARG(control->id), STR_ARG(edit->value));
    }
}
