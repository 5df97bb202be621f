// SPDX-License-Identifier: Apache-2.0
// A package becomes a baseline: the rooms of the loader, in their order.
#include "baseline/package.h"

// Every room reports what it can see; what stands on something that could not be read is not
// looked at, so that one mistake is not reported as ten.
bool baseline_load(Arena *arena, const PackageFiles *files, const JsonLimits *limits,
                   DiagList *diags, const Baseline **ret_baseline)
{
    uint32_t errors_before = diags->errors;
    Str file_before = diags->file;
    Loader loader = {
        .arena = arena,
        .files = files,
        .limits = limits,
        .diags = diags,
        .baseline = NEW(arena, Baseline),
    };
    loader.baseline->label = files->label;
    map_init(&loader.baseline->control_index, arena, MAP_EXACT);
    map_init(&loader.baseline->rule_index, arena, MAP_NOCASE);
    map_init(&loader.value_index, arena, MAP_EXACT);
    package_load_manifest(&loader);
    bool has_controls = package_resolve(&loader);
    if (has_controls) {
        package_load_controls(&loader);
        package_load_mappings(&loader);
    }
    package_load_rules(&loader);
    if (has_controls && diags->errors == errors_before) {
        package_load_initiative(&loader);
    }
    if (has_controls && diags->errors == errors_before) {
        package_load_assignments(&loader);
    }
    diags->file = file_before;
    if (diags->errors != errors_before) {
        return false;
    }
    *ret_baseline = loader.baseline;
    return true;
}
