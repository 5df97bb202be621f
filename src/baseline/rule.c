// SPDX-License-Identifier: Apache-2.0
// Rules as they are written: definitions, with what their metadata says beyond Azure's own keys.
#include "baseline/names.h"
#include "baseline/package.h"

// "rules/tenant-isolation-on.json" → "tenant-isolation-on"
static Str file_stem(Str path)
{
    size_t from = path.len;
    while (from > 0 && path.ptr[from - 1] != '/') {
        from--;
    }
    size_t to = path.len;
    while (to > from && path.ptr[to - 1] != '.') {
        to--;
    }
    return to > from ? (Str){path.ptr + from, to - 1 - from}
                     : (Str){path.ptr + from, path.len - from};
}

// "metadata.grade is \"x\"" or "metadata.grade is missing"; then what is known.
static void complain_word(Loader *loader, Span at, const char *code, const char *name, Str value,
                          const char *known)
{
    const char *quote = value.len != 0 ? "\"" : "";
    diag_error(loader->diags, at, code, "metadata.%s is %s%.*s%s; known: %s", name, quote,
               STR_ARG(value.len != 0 ? value : STR("missing")), quote, known);
}

static void load_metadata(Loader *loader, BaselineRule *rule)
{
    const Definition *definition = rule->definition;
    const Json *metadata = definition->metadata;
    Span at = metadata != NULL ? metadata->at : definition->at;
    Str severity = json_find_str(metadata, STR("severity"));
    rule->severity = severity_find(severity);
    if (rule->severity == SEVERITY_COUNT) {
        complain_word(loader, at, "rule-severity", "severity", severity,
                      "low, medium, high, critical");
        rule->severity = SEVERITY_LOW;
    }
    Str grade = json_find_str(metadata, STR("grade"));
    uint32_t found = name_find(grade_names, COUNTOF(grade_names), grade);
    if (found == MAP_NONE) {
        complain_word(loader, at, "rule-grade", "grade", grade,
                      "recorded, read, derived, unverified, attested");
        found = GRADE_UNVERIFIED;
    }
    rule->grade = (Grade)found;
    const Json *needs = json_find(metadata, STR("requires"));
    rule->kinds = package_strings(loader, needs, STR("kinds"), &rule->kind_count);
    rule->paths = package_strings(loader, needs, STR("paths"), &rule->path_count);
    bool says_none = json_is(json_find(needs, STR("kinds")), JSON_ARRAY); // [] is an answer
    if (!rule->manual && rule->kind_count == 0 && !says_none) {
        diag_error(loader->diags, at, "rule-requires",
                   "metadata.requires.kinds must name what has to be read for this rule ([] = "
                   "nothing but the resource itself)");
    }
    if (rule->grade == GRADE_UNVERIFIED && rule->path_count == 0) {
        diag_error(loader->diags, at, "rule-requires",
                   "an unverified path must stand in metadata.requires.paths, or its absence "
                   "would look like an answer");
    }
    rule->remediation = json_find(metadata, STR("remediation"));
    if (!json_is(rule->remediation, JSON_OBJECT)) {
        diag_error(loader->diags, at, "rule-remediation",
                   "metadata.remediation must say how to mend it: {method, url, body} or {steps}");
    }
}

// One rule file. One of the same name at an outer level stands in its place.
static void load_rule(Loader *loader, Str path, uint32_t level)
{
    Baseline *baseline = loader->baseline;
    Str stem = file_stem(path);
    uint32_t known = map_find(&baseline->rule_index, stem);
    if (known != MAP_NONE && loader->rule_levels[known] < level) {
        return;
    }
    const Json *json;
    const Definition *definition;
    if (!package_read(loader, path, &json) ||
        !definition_parse(loader->arena, json, loader->diags, &definition)) {
        return;
    }
    if (!str_eq(stem, definition->name)) {
        diag_error(loader->diags, definition->at, "rule-name",
                   "the rule is named \"%.*s\" but its file \"%.*s\"; they must be the same",
                   STR_ARG(definition->name), STR_ARG(stem));
    }
    if (known != MAP_NONE) {
        diag_error(loader->diags, definition->at, "rule-name", "there is already a rule \"%.*s\"",
                   STR_ARG(definition->name));
        return;
    }
    (void)map_put(&baseline->rule_index, stem, baseline->rule_count);
    loader->rule_levels[baseline->rule_count] = level;
    BaselineRule *rule = &loader->rules[baseline->rule_count++];
    rule->definition = definition;
    rule->manual = definition_is_manual(definition);
    load_metadata(loader, rule);
}

void package_load_rules(Loader *loader)
{
    const Str *paths[LEVELS_MAX] = {NULL};
    uint32_t counts[LEVELS_MAX] = {0};
    uint32_t total = 0;
    for (uint32_t l = 0; l < loader->level_count; l++) {
        Str folder = package_join(loader, loader->levels[l], STR("rules"));
        if (!package_list(loader, folder, &paths[l], &counts[l])) {
            return;
        }
        total += counts[l];
    }
    loader->rules = NEW_ARRAY(loader->arena, BaselineRule, total);
    loader->rule_levels = NEW_ARRAY(loader->arena, uint32_t, total);
    for (uint32_t l = 0; l < loader->level_count; l++) {
        for (uint32_t i = 0; i < counts[l]; i++) {
            load_rule(loader, paths[l][i], l);
        }
    }
}
