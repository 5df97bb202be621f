// SPDX-License-Identifier: Apache-2.0
// Controls left out and added, rules added.
#include "base/buf.h"
#include "baseline/tailor_parts.h"

static Json text(Str value)
{
    return json_string(value);
}

// ---- leaving out ----

// Which import of the profile brings the control: the catalog it was written in, or else the first.
static uint32_t import_of(const Tailor *tailor, const BaselineControl *control, const Json *imports)
{
    for (uint32_t i = 0; i < imports->count; i++) {
        Str href = json_find_str(&imports->items[i], STR("href"));
        Str label = tailor->in->baseline->label;
        bool is_own = control->file.len > label.len &&
                      str_eq(str_from(control->file, label.len != 0 ? label.len + 1 : 0), href);
        if (is_own) {
            return i;
        }
    }
    return 0;
}

// Settings and alterations of what is no longer there would be errors.
static void drop_modifications(Tailor *tailor, const BaselineControl *control)
{
    const Baseline *baseline = tailor->in->baseline;
    Arena *arena = tailor->arena;
    Json modify = edit_take(&tailor->profile, STR("modify"), JSON_OBJECT);
    Json sets = edit_take(&modify, STR("set-parameters"), JSON_ARRAY);
    Json alters = edit_take(&modify, STR("alters"), JSON_ARRAY);
    uint32_t index = (uint32_t)(control - baseline->controls);
    for (uint32_t i = 0; i < baseline->value_count; i++) {
        uint32_t at = baseline->values[i].control == index
                          ? edit_find_by(&sets, STR("param-id"), baseline->values[i].id)
                          : UINT32_MAX;
        if (at != UINT32_MAX) {
            edit_remove(arena, &sets, at);
        }
    }
    uint32_t alter = edit_find_by(&alters, STR("control-id"), control->id);
    if (alter != UINT32_MAX) {
        edit_remove(arena, &alters, alter);
    }
    const struct {
        Str key;
        const Json *list;
    } lists[] = {{STR("set-parameters"), &sets}, {STR("alters"), &alters}};
    for (size_t i = 0; i < COUNTOF(lists); i++) {
        if (lists[i].list->count != 0) {
            edit_put(arena, &modify, lists[i].key, *lists[i].list, NULL);
        } else {
            edit_drop(arena, &modify, lists[i].key);
        }
    }
    if (modify.count != 0) {
        edit_put(arena, &tailor->profile, STR("modify"), modify, &tailor_profile_order);
    } else {
        edit_drop(arena, &tailor->profile, STR("modify"));
    }
}

void tailor_remove_control(Tailor *tailor, const TailorEdit *edit)
{
    static const Str keys[] = {STR_INIT("href"), STR_INIT("include-all"),
                               STR_INIT("include-controls"), STR_INIT("exclude-controls")};
    static const EditOrder order = {keys, COUNTOF(keys)};
    const BaselineControl *control = tailor_find_control(tailor, edit->subject);
    tailor_want_rationale(tailor, edit->subject, "a control is left out");
    if (control == NULL) {
        return;
    }
    Arena *arena = tailor->arena;
    Json imports = edit_take(&tailor->profile, STR("imports"), JSON_ARRAY);
    uint32_t at = import_of(tailor, control, &imports);
    Json import = imports.items[at];
    Json excludes = edit_take(&import, STR("exclude-controls"), JSON_ARRAY);
    Json select = excludes.count != 0 ? excludes.items[0] : (Json){.type = JSON_OBJECT};
    Json ids = edit_take(&select, STR("with-ids"), JSON_ARRAY);
    edit_push(arena, &ids, text(control->id));
    edit_put(arena, &select, STR("with-ids"), ids, NULL);
    if (excludes.count != 0) {
        edit_replace(arena, &excludes, 0, select);
    } else {
        edit_push(arena, &excludes, select);
    }
    edit_put(arena, &import, STR("exclude-controls"), excludes, &order);
    edit_replace(arena, &imports, at, import);
    edit_put(arena, &tailor->profile, STR("imports"), imports, &tailor_profile_order);
    drop_modifications(tailor, control);
    tailor_note(tailor, STR("remove"), control->id);
    tailor_say(tailor, "left out %.*s, %.*s", STR_ARG(control->id), STR_ARG(control->title));
}

// ---- adding ----

void tailor_add_controls(Tailor *tailor, const TailorEdit *edit)
{
    Arena *arena = tailor->arena;
    const OscalCatalog *catalog = edit->catalog;
    tailor->diags->file = edit->value;
    for (uint32_t i = 0; i < catalog->control_count; i++) {
        if (baseline_find_control(tailor->in->baseline, catalog->controls[i]->id) != NULL) {
            diag_error(tailor->diags, catalog->controls[i]->at, "duplicate-control",
                       "%.*s has a control \"%.*s\" already; give yours another id",
                       STR_ARG(tailor->in->baseline->name), STR_ARG(catalog->controls[i]->id));
        }
    }
    if (catalog->control_count == 0) {
        diag_error(tailor->diags, (Span){0}, "no-control", "the catalog has no control to add");
    }
    Json import = {.type = JSON_OBJECT};
    edit_put(arena, &import, STR("href"), text(edit->subject), NULL);
    edit_put(arena, &import, STR("include-all"), (Json){.type = JSON_OBJECT}, NULL);
    Json imports = edit_take(&tailor->profile, STR("imports"), JSON_ARRAY);
    edit_push(arena, &imports, import);
    edit_put(arena, &tailor->profile, STR("imports"), imports, &tailor_profile_order);
    for (uint32_t i = 0; i < catalog->control_count; i++) {
        tailor_note(tailor, STR("add"), catalog->controls[i]->id);
        tailor_say(tailor, "added %.*s, %.*s", STR_ARG(catalog->controls[i]->id),
                   STR_ARG(catalog->controls[i]->title));
    }
}

// The package's own initiative, made when there is none. It may lie in "properties".
static Json take_initiative(Tailor *tailor, bool *ret_inner)
{
    if (tailor->initiative.count == 0) {
        const Baseline *baseline = tailor->in->baseline;
        edit_put(tailor->arena, &tailor->initiative, STR("name"), text(baseline->name), NULL);
        edit_put(tailor->arena, &tailor->initiative, STR("properties"), (Json){.type = JSON_OBJECT},
                 NULL);
    }
    *ret_inner = json_find(&tailor->initiative, STR("properties")) != NULL;
    return *ret_inner ? edit_take(&tailor->initiative, STR("properties"), JSON_OBJECT)
                      : tailor->initiative;
}

// Of the baseline, or added along with the rule.
static bool is_known(const Tailor *tailor, Str id)
{
    bool known = baseline_find_control(tailor->in->baseline, id) != NULL;
    for (uint32_t i = 0; i < tailor->in->edit_count && !known; i++) {
        const OscalCatalog *catalog = tailor->in->edits[i].catalog;
        known = catalog != NULL && oscal_catalog_find(catalog, id) != NULL;
    }
    return known;
}

void tailor_add_rule(Tailor *tailor, const TailorEdit *edit)
{
    Arena *arena = tailor->arena;
    const Definition *definition = edit->definition;
    tailor->diags->file = edit->value;
    const Json *controls = json_find(definition->metadata, STR("controls"));
    if (!json_is(controls, JSON_ARRAY) || controls->count == 0) {
        diag_error(tailor->diags, definition->at, "rule-no-control",
                   "metadata.controls must name the controls that rule \"%.*s\" answers: "
                   "{\"controls\": [\"own-1\"]}",
                   STR_ARG(definition->name));
        return;
    }
    if (baseline_find_rule(tailor->in->baseline, definition->name) != NULL) {
        tailor_want_rationale(tailor, definition->name, "it takes the place of a rule");
    }
    bool inner = false;
    Json set = take_initiative(tailor, &inner);
    Json members = edit_take(&set, STR("policyDefinitions"), JSON_ARRAY);
    Json groups = edit_take(&set, STR("policyDefinitionGroups"), JSON_ARRAY);
    Json names = {.type = JSON_ARRAY};
    for (uint32_t i = 0; i < controls->count; i++) {
        Str id = controls->items[i].type == JSON_STRING ? controls->items[i].string : STR("");
        if (!is_known(tailor, id)) {
            diag_error(tailor->diags, controls->items[i].at, "unknown-control",
                       "rule \"%.*s\" answers \"%.*s\", which %.*s does not have; add the control "
                       "with it (--add CATALOG)",
                       STR_ARG(definition->name), STR_ARG(id), STR_ARG(tailor->in->baseline->name));
        }
        edit_push(arena, &names, text(id));
        if (edit_find_by(&groups, STR("name"), id) == UINT32_MAX) {
            Json group = {.type = JSON_OBJECT};
            edit_put(arena, &group, STR("name"), text(id), NULL);
            edit_push(arena, &groups, group);
        }
    }
    Buf path = {0};
    buf_printf(&path, "/providers/Microsoft.Authorization/policyDefinitions/%.*s",
               STR_ARG(definition->name));
    Json member = {.type = JSON_OBJECT};
    edit_put(arena, &member, STR("policyDefinitionReferenceId"), text(definition->name), NULL);
    edit_put(arena, &member, STR("policyDefinitionId"), text(str_copy(arena, buf_str(&path))),
             NULL);
    edit_put(arena, &member, STR("groupNames"), names, NULL);
    buf_free(&path);
    edit_push(arena, &members, member);
    edit_put(arena, &set, STR("policyDefinitions"), members, NULL);
    edit_put(arena, &set, STR("policyDefinitionGroups"), groups, NULL);
    if (inner) {
        edit_put(arena, &tailor->initiative, STR("properties"), set, NULL);
    } else {
        tailor->initiative = set;
    }
    tailor->initiative_changed = true;
    tailor_note(tailor, STR("add"), definition->name);
    tailor_say(tailor, "added rule %.*s", STR_ARG(definition->name));
}
