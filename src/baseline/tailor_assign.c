// SPDX-License-Identifier: Apache-2.0
// Changes to assignments: values and effects, for everything or for a variant.
#include "base/buf.h"
#include "baseline/strictness.h"
#include "baseline/tailor_parts.h"
#include "policy/suggest.h"
#include "json/write.h"

static Json text(Str value)
{
    return json_string(value);
}

// ---- assignments as documents ----

// What an assignment says, in "properties" or itself.
static Json take_body(const Json *item)
{
    const Json *properties = json_find(item, STR("properties"));
    return json_is(properties, JSON_OBJECT) ? *properties : *item;
}

static Json put_body(Arena *arena, const Json *item, Json body)
{
    if (!json_is(json_find(item, STR("properties")), JSON_OBJECT)) {
        return body;
    }
    Json copy = *item;
    edit_put(arena, &copy, STR("properties"), body, NULL);
    return copy;
}

static Str last_segment(Str id)
{
    size_t at = id.len;
    while (at > 0 && id.ptr[at - 1] != '/') {
        at--;
    }
    return str_from(id, at);
}

// The package's own, and those of what it was made from, mean the one joined initiative.
static bool is_of_initiative(const Tailor *tailor, const Json *item)
{
    Json body = take_body(item);
    return str_eq_nocase(last_segment(json_find_str(&body, STR("policyDefinitionId"))),
                         tailor->in->baseline->initiative->name);
}

static const Json *selectors_of(const Json *group, uint32_t *ret_count)
{
    const Json *list = json_find(group, STR("selectors"));
    *ret_count = json_is(list, JSON_ARRAY) ? list->count : 0;
    return *ret_count != 0 ? list->items : NULL;
}

static bool asks_fact(const Json *selector)
{
    SelectorKind kind = selector_kind_find(json_find_str(selector, STR("kind")));
    return kind != SELECTOR_KIND_COUNT && ((unsigned)SELECTORS_OF_FACTS & 1U << kind) != 0;
}

// For everything: it chooses no fact, though it may leave some out.
static bool is_general(const Tailor *tailor, const Json *item)
{
    if (!is_of_initiative(tailor, item)) {
        return false;
    }
    Json body = take_body(item);
    Json groups = edit_take(&body, STR("resourceSelectors"), JSON_ARRAY);
    for (uint32_t g = 0; g < groups.count; g++) {
        uint32_t count = 0;
        const Json *selectors = selectors_of(&groups.items[g], &count);
        for (uint32_t s = 0; s < count; s++) {
            if (asks_fact(&selectors[s]) && json_find(&selectors[s], STR("in")) != NULL) {
                return false;
            }
        }
    }
    return true;
}

static bool selects(const Json *selector, const TailorVariant *variant)
{
    const Json *in = json_find(selector, STR("in"));
    return selector_kind_find(json_find_str(selector, STR("kind"))) == variant->kind &&
           json_is(in, JSON_ARRAY) && in->count == 1 && in->items[0].type == JSON_STRING &&
           str_eq_nocase(in->items[0].string, variant->word);
}

// Exactly this variant of an assignment with that scope?
static bool is_variant(const Tailor *tailor, const Json *item, Str scope)
{
    if (!is_of_initiative(tailor, item)) {
        return false;
    }
    Json body = take_body(item);
    Json groups = edit_take(&body, STR("resourceSelectors"), JSON_ARRAY);
    uint32_t count = 0;
    const Json *selectors = groups.count == 1 ? selectors_of(&groups.items[0], &count) : NULL;
    if (count != tailor->in->variant_count || !str_eq(json_find_str(&body, STR("scope")), scope)) {
        return false;
    }
    for (uint32_t v = 0; v < count; v++) {
        bool found = false;
        for (uint32_t s = 0; s < count && !found; s++) {
            found = selects(&selectors[s], &tailor->in->variant[v]);
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

// ---- making a variant ----

static Json selector(Arena *arena, const TailorVariant *variant, Str list)
{
    Json one = {.type = JSON_OBJECT};
    Json values = {.type = JSON_ARRAY};
    edit_push(arena, &values, text(variant->word));
    edit_put(arena, &one, STR("kind"), text(selector_kind_name(variant->kind)), NULL);
    edit_put(arena, &one, list, values, NULL);
    return one;
}

// The group without what one condition of the variant takes.
static Json exclude_one(Arena *arena, Json group, const TailorVariant *variant)
{
    Json selectors = edit_take(&group, STR("selectors"), JSON_ARRAY);
    for (uint32_t s = 0; s < selectors.count; s++) {
        Json one = selectors.items[s];
        Json words = edit_take(&one, STR("notIn"), JSON_ARRAY);
        bool is_it = words.count != 0 &&
                     selector_kind_find(json_find_str(&one, STR("kind"))) == variant->kind;
        if (!is_it) {
            continue;
        }
        if (edit_find_text(&words, variant->word) == UINT32_MAX) {
            edit_push(arena, &words, text(variant->word));
            edit_put(arena, &one, STR("notIn"), words, NULL);
            edit_replace(arena, &selectors, s, one);
            edit_put(arena, &group, STR("selectors"), selectors, NULL);
        }
        return group;
    }
    edit_push(arena, &selectors, selector(arena, variant, STR("notIn")));
    edit_put(arena, &group, STR("selectors"), selectors, NULL);
    return group;
}

static void append(Tailor *tailor, Json *object, Str key, const char *between, Str tail)
{
    Str old = json_find_str(object, key);
    if (old.len != 0) {
        Buf longer = {0};
        buf_printf(&longer, "%.*s%s%.*s", STR_ARG(old), between, STR_ARG(tail));
        edit_put(tailor->arena, object, key, text(str_copy(tailor->arena, buf_str(&longer))), NULL);
        buf_free(&longer);
    }
}

// Not (a and b) is (not a) or (not b): each group becomes one for each condition.
static Json exclude(Tailor *tailor, const Json *item)
{
    Arena *arena = tailor->arena;
    Json body = take_body(item);
    Json groups = edit_take(&body, STR("resourceSelectors"), JSON_ARRAY);
    if (groups.count == 0) {
        Json group = {.type = JSON_OBJECT};
        edit_put(arena, &group, STR("name"), text(STR("not-a-variant")), NULL);
        edit_put(arena, &group, STR("selectors"), (Json){.type = JSON_ARRAY}, NULL);
        edit_push(arena, &groups, group);
    }
    Json without = {.type = JSON_ARRAY};
    for (uint32_t g = 0; g < groups.count; g++) {
        for (uint32_t v = 0; v < tailor->in->variant_count; v++) {
            Json group = groups.items[g];
            if (v != 0) { // names are unique
                append(tailor, &group, STR("name"), "-", tailor->in->variant[v].word);
            }
            edit_push(arena, &without, exclude_one(arena, group, &tailor->in->variant[v]));
        }
    }
    edit_put(arena, &body, STR("resourceSelectors"), without, NULL);
    return put_body(arena, item, body);
}

static Str suffix(const Tailor *tailor, const char *between, bool with_kind)
{
    Buf name = {0};
    for (uint32_t i = 0; i < tailor->in->variant_count; i++) {
        const TailorVariant *variant = &tailor->in->variant[i];
        if (with_kind) {
            buf_printf(&name, "%s%.*s %.*s", i == 0 ? "" : between,
                       STR_ARG(selector_kind_name(variant->kind)), STR_ARG(variant->word));
        } else {
            buf_printf(&name, "%s%.*s", between, STR_ARG(variant->word));
        }
    }
    Str copy = str_copy(tailor->arena, buf_str(&name));
    buf_free(&name);
    return copy;
}

static Json make_variant(Tailor *tailor, const Json *general)
{
    Arena *arena = tailor->arena;
    Json body = take_body(general);
    Json group = {.type = JSON_OBJECT};
    Json selectors = {.type = JSON_ARRAY};
    for (uint32_t v = 0; v < tailor->in->variant_count; v++) {
        edit_push(arena, &selectors, selector(arena, &tailor->in->variant[v], STR("in")));
    }
    edit_put(arena, &group, STR("name"), text(str_from(suffix(tailor, "-", false), 1)), NULL);
    edit_put(arena, &group, STR("selectors"), selectors, NULL);
    Json groups = {.type = JSON_ARRAY};
    edit_push(arena, &groups, group);
    append(tailor, &body, STR("displayName"), ": ", suffix(tailor, ", ", true));
    edit_put(arena, &body, STR("resourceSelectors"), groups, NULL);
    Json made = put_body(arena, general, body);
    append(tailor, &made, STR("id"), "", suffix(tailor, "-", false));
    append(tailor, &made, STR("name"), "", suffix(tailor, "-", false));
    return made;
}

// The assignments an edit is for: the variant of each general one, made where it is missing; or,
// without a variant, all of the initiative. Marks them.
static bool *choose(Tailor *tailor)
{
    Json *list = &tailor->assignments;
    uint32_t before = list->count;
    for (uint32_t i = 0; i < before && tailor->in->variant_count != 0; i++) {
        if (!is_general(tailor, &list->items[i])) {
            continue;
        }
        Json body = take_body(&list->items[i]);
        Str scope = json_find_str(&body, STR("scope"));
        bool is_there = false;
        for (uint32_t k = 0; k < list->count && !is_there; k++) {
            is_there = is_variant(tailor, &list->items[k], scope);
        }
        if (!is_there) {
            Json made = make_variant(tailor, &list->items[i]);
            edit_replace(tailor->arena, list, i, exclude(tailor, &list->items[i]));
            edit_push(tailor->arena, list, made);
            tailor_say(tailor, "variant %.*s", STR_ARG(suffix(tailor, ", ", true)));
        }
    }
    bool *chosen = NEW_ARRAY(tailor->arena, bool, list->count + 1U);
    for (uint32_t i = 0; i < list->count; i++) {
        Json body = take_body(&list->items[i]);
        chosen[i] = tailor->in->variant_count != 0
                        ? is_variant(tailor, &list->items[i], json_find_str(&body, STR("scope")))
                        : is_of_initiative(tailor, &list->items[i]);
    }
    tailor->assignments_changed = true;
    return chosen;
}

// ---- values ----

const Json *tailor_general_value(const Tailor *tailor, Str parameter)
{
    const Baseline *baseline = tailor->in->baseline;
    for (uint32_t i = 0; i < baseline->assignment_count; i++) {
        const Assignment *assignment = baseline->assignments[i];
        bool is_it =
            str_eq_nocase(last_segment(assignment->definition_id), baseline->initiative->name);
        for (uint32_t g = 0; g < assignment->resource_selector_count && is_it; g++) {
            const SelectorGroup *group = &assignment->resource_selectors[g];
            for (uint32_t s = 0; s < group->count; s++) {
                bool fact = ((unsigned)SELECTORS_OF_FACTS & 1U << group->selectors[s].kind) != 0;
                is_it = is_it && (!fact || group->selectors[s].negated);
            }
        }
        if (!is_it) {
            continue;
        }
        const Json *value =
            json_find(json_find_nocase(assignment->parameters, parameter), STR("value"));
        if (value != NULL) {
            return value;
        }
    }
    for (uint32_t i = 0; i < baseline->initiative->parameter_count; i++) {
        if (str_eq_nocase(baseline->initiative->parameters[i].name, parameter)) {
            return baseline->initiative->parameters[i].default_value;
        }
    }
    return NULL;
}

// A variant that differs already goes on differing when everything changes.
static bool keeps_own(const Tailor *tailor, const Json *item, Str parameter)
{
    if (tailor->in->variant_count != 0 || is_general(tailor, item)) {
        return false;
    }
    Json body = take_body(item);
    const Json *own =
        json_find(json_find_nocase(json_find(&body, STR("parameters")), parameter), STR("value"));
    const Json *general = tailor_general_value(tailor, parameter);
    return own != NULL && (general == NULL || !json_equal(own, general));
}

void tailor_assign_value(Tailor *tailor, const Parameter *parameter, Json value)
{
    Arena *arena = tailor->arena;
    const bool *chosen = choose(tailor);
    Json *list = &tailor->assignments;
    for (uint32_t i = 0; i < list->count; i++) {
        if (!chosen[i] || keeps_own(tailor, &list->items[i], parameter->name)) {
            continue;
        }
        Json body = take_body(&list->items[i]);
        Json parameters = edit_take(&body, STR("parameters"), JSON_OBJECT);
        Json inner = {.type = JSON_OBJECT};
        edit_put(arena, &inner, STR("value"), value, NULL);
        edit_put(arena, &parameters, parameter->name, inner, NULL);
        edit_put(arena, &body, STR("parameters"), parameters, NULL);
        edit_replace(arena, list, i, put_body(arena, &list->items[i], body));
    }
    const Json *old = tailor_general_value(tailor, parameter->name);
    tailor_say(tailor, "%.*s: %.*s → %.*s%s%.*s", STR_ARG(parameter->name),
               STR_ARG(old != NULL ? json_text(arena, old) : STR("not set")),
               STR_ARG(json_text(arena, &value)), tailor->in->variant_count != 0 ? " for " : "",
               STR_ARG(suffix(tailor, ", ", true)));
}

// ---- effects ----

// The one selector of an override that names rules; NULL = it has another shape.
static const Json *named_rules(const Json *override)
{
    uint32_t count = 0;
    const Json *selectors = selectors_of(override, &count);
    bool is_it =
        count == 1 &&
        selector_kind_find(json_find_str(selectors, STR("kind"))) == SELECTOR_REFERENCE_ID &&
        json_is(json_find(selectors, STR("in")), JSON_ARRAY);
    return is_it ? json_find(selectors, STR("in")) : NULL;
}

static Json with_rules(Arena *arena, Json override, Json rules)
{
    Json one = {.type = JSON_OBJECT};
    Json selectors = {.type = JSON_ARRAY};
    edit_put(arena, &one, STR("kind"), text(selector_kind_name(SELECTOR_REFERENCE_ID)), NULL);
    edit_put(arena, &one, STR("in"), rules, NULL);
    edit_push(arena, &selectors, one);
    edit_put(arena, &override, STR("selectors"), selectors, NULL);
    return override;
}

static bool is_effect(const Json *override)
{
    return str_eq_nocase(json_find_str(override, STR("kind")), STR("policyEffect"));
}

// Overrides with this effect for the rule, and no other for it.
static Json override_effect(Arena *arena, Json overrides, Str reference, Str effect)
{
    bool placed = false;
    for (uint32_t i = overrides.count; i-- > 0;) {
        const Json *rules =
            is_effect(&overrides.items[i]) ? named_rules(&overrides.items[i]) : NULL;
        if (rules == NULL) {
            continue;
        }
        Json list = *rules;
        uint32_t at = edit_find_text(&list, reference);
        bool same = str_eq_nocase(json_find_str(&overrides.items[i], STR("value")), effect);
        if (at != UINT32_MAX && !same) {
            edit_remove(arena, &list, at);
        } else if (at == UINT32_MAX && same && !placed) {
            edit_push(arena, &list, text(reference));
        }
        placed = placed || same;
        if (list.count == 0) {
            edit_remove(arena, &overrides, i);
        } else {
            edit_replace(arena, &overrides, i, with_rules(arena, overrides.items[i], list));
        }
    }
    if (!placed) {
        Json override = {.type = JSON_OBJECT};
        Json list = {.type = JSON_ARRAY};
        edit_push(arena, &list, text(reference));
        edit_put(arena, &override, STR("kind"), text(STR("policyEffect")), NULL);
        edit_put(arena, &override, STR("value"), text(effect), NULL);
        edit_push(arena, &overrides, with_rules(arena, override, list));
    }
    return overrides;
}

static const InitiativeMember *find_member(Tailor *tailor, Str name)
{
    const Initiative *initiative = tailor->in->baseline->initiative;
    Str *names = NEW_ARRAY(tailor->arena, Str, initiative->member_count);
    for (uint32_t i = 0; i < initiative->member_count; i++) {
        const InitiativeMember *member = &initiative->members[i];
        names[i] = last_segment(member->definition_id);
        if (str_eq_nocase(member->reference_id, name) || str_eq_nocase(names[i], name)) {
            return member;
        }
    }
    Str near = suggest_ask(tailor->arena, suggest_nearest(name, names, initiative->member_count));
    diag_error(tailor->diags, (Span){0}, "unknown-rule", "%.*s has no rule \"%.*s\"%.*s",
               STR_ARG(tailor->in->baseline->name), STR_ARG(name), STR_ARG(near));
    return NULL;
}

// Does any assignment of the rule do more than the new effect?
static bool relaxes(const Tailor *tailor, Str reference, Effect effect)
{
    for (uint32_t i = 0; i < tailor->in->rule_count; i++) {
        const AssignedRule *rule = &tailor->in->rules[i];
        if (str_eq_nocase(rule->reference_id, reference) &&
            strictness_effect_relaxes(rule->effect, effect)) {
            return true;
        }
    }
    return false;
}

void tailor_assign_effect(Tailor *tailor, const TailorEdit *edit)
{
    const InitiativeMember *member = find_member(tailor, edit->subject);
    Effect effect = effect_find(edit->value);
    if (effect == EFFECT_COUNT) {
        diag_error(tailor->diags, (Span){0}, "tailor-value",
                   "\"%.*s\" is no effect; for instance audit, deny, disabled",
                   STR_ARG(edit->value));
    }
    if (member == NULL || effect == EFFECT_COUNT) {
        return;
    }
    Str reference =
        member->reference_id.len != 0 ? member->reference_id : last_segment(member->definition_id);
    if (relaxes(tailor, reference, effect)) {
        tailor_want_rationale(tailor, reference, "the new effect does less");
    }
    const bool *chosen = choose(tailor);
    Json *list = &tailor->assignments;
    for (uint32_t i = 0; i < list->count; i++) {
        if (chosen[i]) {
            Json body = take_body(&list->items[i]);
            Json overrides =
                override_effect(tailor->arena, edit_take(&body, STR("overrides"), JSON_ARRAY),
                                reference, edit->value);
            edit_put(tailor->arena, &body, STR("overrides"), overrides, NULL);
            edit_replace(tailor->arena, list, i, put_body(tailor->arena, &list->items[i], body));
        }
    }
    tailor_note(tailor, STR("set"), reference);
    tailor_say(tailor, "rule %.*s: effect %.*s%s%.*s", STR_ARG(reference), STR_ARG(edit->value),
               tailor->in->variant_count != 0 ? " for " : "", STR_ARG(suffix(tailor, ", ", true)));
}
