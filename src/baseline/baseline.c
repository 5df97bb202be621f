// SPDX-License-Identifier: Apache-2.0
#include "baseline/baseline.h"

#include "baseline/names.h"
#include "policy/bind.h"

static const struct {
    Str name;
    uint32_t weight;
} severities[] = {
#define SEVERITY(id, name, weight) [SEVERITY_##id] = {STR_INIT(name), weight},
#include "baseline/severity.def"
#undef SEVERITY
};

const char *severity_name(Severity severity)
{
    ASSERT((size_t)severity < COUNTOF(severities));
    return severities[severity].name.ptr;
}

uint32_t severity_weight(Severity severity)
{
    ASSERT((size_t)severity < COUNTOF(severities));
    return severities[severity].weight;
}

Severity severity_find(Str name)
{
    for (size_t i = 0; i < COUNTOF(severities); i++) {
        if (str_eq(name, severities[i].name)) {
            return (Severity)i;
        }
    }
    return SEVERITY_COUNT;
}

const Str layer_names[LAYER_COUNT] = {
    [LAYER_NETWORK] = STR_INIT("network"),   [LAYER_INFRASTRUCTURE] = STR_INIT("infrastructure"),
    [LAYER_ENDPOINT] = STR_INIT("endpoint"), [LAYER_APPLICATION] = STR_INIT("application"),
    [LAYER_DATA] = STR_INIT("data"),         [LAYER_IDENTITY] = STR_INIT("identity"),
};

const Str driver_names[DRIVER_KINDS] = {
    STR_INIT("regulation"), STR_INIT("standard"), STR_INIT("region"),
    STR_INIT("platform"),   STR_INIT("business"),
};

const Str enforcement_names[ENFORCEMENT_COUNT] = {
    [ENFORCEMENT_PREVENTIVE] = STR_INIT("preventive"),
    [ENFORCEMENT_DETECTIVE] = STR_INIT("detective"),
    [ENFORCEMENT_ATTESTED] = STR_INIT("attested"),
};

const Str grade_names[GRADE_KINDS] = {
    [GRADE_RECORDED] = STR_INIT("recorded"), [GRADE_READ] = STR_INIT("read"),
    [GRADE_DERIVED] = STR_INIT("derived"),   [GRADE_UNVERIFIED] = STR_INIT("unverified"),
    [GRADE_NONE] = STR_INIT("attested"),
};

uint32_t name_find(const Str *names, size_t count, Str name)
{
    for (uint32_t i = 0; i < count; i++) {
        if (str_eq(names[i], name)) {
            return i;
        }
    }
    return MAP_NONE;
}

const char *layer_name(Layer layer)
{
    ASSERT((size_t)layer < COUNTOF(layer_names));
    return layer_names[layer].ptr;
}

const char *driver_name(Driver driver)
{
    for (size_t i = 0; i < COUNTOF(driver_names); i++) {
        if ((unsigned)driver == 1U << i) {
            return driver_names[i].ptr;
        }
    }
    UNREACHABLE("a driver is one bit");
}

const char *enforcement_name(Enforcement enforcement)
{
    ASSERT((size_t)enforcement < COUNTOF(enforcement_names));
    return enforcement_names[enforcement].ptr;
}

const char *grade_name(Grade grade)
{
    ASSERT((size_t)grade < COUNTOF(grade_names));
    return grade_names[grade].ptr;
}

const BaselineControl *baseline_find_control(const Baseline *baseline, Str id)
{
    uint32_t index = map_find(&baseline->control_index, id);
    return index == MAP_NONE ? NULL : &baseline->controls[index];
}

const BaselineRule *baseline_find_rule(const Baseline *baseline, Str name)
{
    uint32_t index = map_find(&baseline->rule_index, name);
    return index == MAP_NONE ? NULL : &baseline->rules[index];
}

const BaselineRule *baseline_rule_of(const Baseline *baseline, const AssignedRule *assigned)
{
    if (assigned->definition == NULL) {
        return NULL;
    }
    const BaselineRule *rule = baseline_find_rule(baseline, assigned->definition->name);
    return rule != NULL && rule->definition == assigned->definition ? rule : NULL;
}

const BaselineValue *baseline_find_value(const Baseline *baseline, Str id)
{
    for (uint32_t i = 0; i < baseline->value_count; i++) {
        if (str_eq(baseline->values[i].id, id)) {
            return &baseline->values[i];
        }
    }
    return NULL;
}

const BaselineControl *baseline_look_up(const Baseline *baseline, Str id_or_label)
{
    for (uint32_t i = 0; i < baseline->control_count; i++) {
        const BaselineControl *control = &baseline->controls[i];
        const OscalProp *label = oscal_prop_find(
            control->source->props, control->source->prop_count, STR(""), STR("label"));
        if (str_eq_nocase(control->id, id_or_label) ||
            (label != NULL && str_eq_nocase(label->value, id_or_label))) {
            return control;
        }
    }
    return NULL;
}

bool baseline_bind_rules(Arena *arena, const Baseline *baseline, Ticks now, DiagList *diags,
                         AssignedRule **ret_rules, uint32_t *ret_count)
{
    BindInput input = {
        .definitions = baseline->definitions,
        .definition_count = baseline->rule_count,
        .initiatives = &baseline->initiative,
        .initiative_count = 1,
        .assignments = baseline->assignments,
        .assignment_count = baseline->assignment_count,
        .now = now,
    };
    return assignment_bind(arena, &input, diags, ret_rules, ret_count);
}
