// SPDX-License-Identifier: Apache-2.0
// initiative.json of every level, as one: which rule answers which selected control.
#include <string.h>

#include "baseline/names.h"
#include "baseline/package.h"

// What is joined, outermost level first.
typedef struct Joining {
    Loader *loader;
    const Initiative *levels[LEVELS_MAX];
    uint32_t count; // of levels that have an initiative
    Initiative *initiative;
    InitiativeMember *members;
    InitiativeGroup *groups;
    Parameter *parameters;
    Map references;
    Map group_names;
    Map parameter_names;
    bool *is_member; // by rule
    bool *has_rule;  // by control
} Joining;

static Str last_segment(Str id)
{
    for (size_t i = id.len; i > 0; i--) {
        if (id.ptr[i - 1] == '/') {
            return (Str){id.ptr + i, id.len - i};
        }
    }
    return id;
}

static void read_levels(Joining *joining)
{
    Loader *loader = joining->loader;
    for (uint32_t l = 0; l < loader->level_count; l++) {
        Str path = package_join(loader, loader->levels[l], STR("initiative.json"));
        bool must = joining->count == 0 && l + 1 == loader->level_count &&
                    loader->baseline->rule_count != 0;
        const Json *json;
        if ((must || package_has(loader, path)) && package_read(loader, path, &json) &&
            initiative_parse(loader->arena, json, loader->diags,
                             &joining->levels[joining->count])) {
            joining->count++;
        }
    }
}

static Str policy_set_id(Loader *loader, Str name)
{
    return package_join(loader, STR("/providers/Microsoft.Authorization/policySetDefinitions/"),
                        name);
}

// Room for everything, and the name of the innermost: assignments of what a baseline was made from
// go on meaning it.
static void start(Joining *joining)
{
    Loader *loader = joining->loader;
    Baseline *baseline = loader->baseline;
    uint32_t members = baseline->control_count;
    uint32_t groups = members; // implied rules have one each
    uint32_t parameters = 0;
    for (uint32_t i = 0; i < joining->count; i++) {
        members += joining->levels[i]->member_count;
        groups += joining->levels[i]->group_count;
        parameters += joining->levels[i]->parameter_count;
    }
    Initiative *initiative = NEW(loader->arena, Initiative);
    if (joining->count != 0) {
        *initiative = *joining->levels[joining->count - 1];
    } else {
        *initiative = (Initiative){
            .id = policy_set_id(loader, baseline->name),
            .name = baseline->name,
            .display_name = baseline->title,
            .version = baseline->version,
            .file = package_label(loader, STR("initiative.json")),
        };
    }
    joining->initiative = initiative;
    joining->members = NEW_ARRAY(loader->arena, InitiativeMember, members);
    joining->groups = NEW_ARRAY(loader->arena, InitiativeGroup, groups);
    joining->parameters = NEW_ARRAY(loader->arena, Parameter, parameters);
    initiative->members = joining->members;
    initiative->groups = joining->groups;
    initiative->parameters = joining->parameters;
    initiative->member_count = 0;
    initiative->group_count = 0;
    initiative->parameter_count = 0;
    joining->is_member = NEW_ARRAY(loader->arena, bool, baseline->rule_count);
    joining->has_rule = NEW_ARRAY(loader->arena, bool, baseline->control_count);
    map_init(&joining->references, loader->arena, MAP_NOCASE);
    map_init(&joining->group_names, loader->arena, MAP_EXACT);
    map_init(&joining->parameter_names, loader->arena, MAP_NOCASE);
}

static bool is_new(Map *names, Str name)
{
    uint32_t before = names->count;
    (void)map_intern(names, name);
    return names->count != before;
}

static void join_groups(Joining *joining, const Initiative *from)
{
    Loader *loader = joining->loader;
    for (uint32_t i = 0; i < from->group_count; i++) {
        const InitiativeGroup *group = &from->groups[i];
        bool selected = map_find(&loader->baseline->control_index, group->name) != MAP_NONE;
        if (!selected && !package_knows_control(loader, group->name)) {
            diag_error(loader->diags, (Span){0, 0}, "unknown-control",
                       "policyDefinitionGroups names \"%.*s\", which no catalog of the baseline "
                       "has",
                       STR_ARG(group->name));
        } else if (selected && is_new(&joining->group_names, group->name)) {
            joining->groups[joining->initiative->group_count++] = *group;
        }
    }
}

static void join_parameters(Joining *joining, const Initiative *from)
{
    for (uint32_t i = 0; i < from->parameter_count; i++) {
        if (is_new(&joining->parameter_names, from->parameters[i].name)) {
            joining->parameters[joining->initiative->parameter_count++] = from->parameters[i];
        }
    }
}

// The member's groups that are selected; none = the rule takes no part.
static void keep_groups(Joining *joining, InitiativeMember *member)
{
    Loader *loader = joining->loader;
    Str *kept = NEW_ARRAY(loader->arena, Str, member->group_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < member->group_count; i++) {
        uint32_t control = map_find(&loader->baseline->control_index, member->groups[i]);
        if (control != MAP_NONE) {
            kept[count++] = member->groups[i];
            joining->has_rule[control] = true;
        }
    }
    member->groups = kept;
    member->group_count = count;
}

static void join_members(Joining *joining, const Initiative *from)
{
    Loader *loader = joining->loader;
    for (uint32_t i = 0; i < from->member_count; i++) {
        InitiativeMember member = from->members[i];
        Str name = last_segment(member.definition_id);
        uint32_t rule = map_find(&loader->baseline->rule_index, name);
        if (rule == MAP_NONE) {
            diag_error(loader->diags, member.at, "unknown-rule", "there is no rule \"%.*s\"",
                       STR_ARG(name));
            continue;
        }
        joining->is_member[rule] = true;
        if (member.group_count == 0) {
            diag_error(loader->diags, member.at, "rule-no-control",
                       "rule \"%.*s\" answers no control; give it groupNames", STR_ARG(name));
            continue;
        }
        Str reference = member.reference_id.len != 0 ? member.reference_id : name;
        if (!is_new(&joining->references, reference)) {
            continue; // an outer level speaks of it
        }
        keep_groups(joining, &member);
        if (member.group_count != 0) {
            joining->members[joining->initiative->member_count++] = member;
        }
    }
}

static void join_levels(Joining *joining)
{
    Loader *loader = joining->loader;
    for (uint32_t i = 0; i < joining->count; i++) {
        loader->diags->file = joining->levels[i]->file;
        join_groups(joining, joining->levels[i]);
        join_parameters(joining, joining->levels[i]);
        join_members(joining, joining->levels[i]);
    }
    for (uint32_t i = 0; i < loader->baseline->rule_count; i++) {
        if (!joining->is_member[i]) {
            diag_error(loader->diags, (Span){0, 0}, "rule-not-member",
                       "the initiative has no reference to rule \"%.*s\"",
                       STR_ARG(loader->rules[i].definition->name));
        }
    }
}

static void join_implied(Joining *joining)
{
    Loader *loader = joining->loader;
    uint32_t count = 0;
    const InitiativeMember *members = package_imply_rules(loader, joining->has_rule, &count);
    for (uint32_t i = 0; i < count; i++) {
        Str control = members[i].groups[0];
        joining->members[joining->initiative->member_count++] = members[i];
        if (is_new(&joining->group_names, control)) {
            uint32_t index = map_find(&loader->baseline->control_index, control);
            joining->groups[joining->initiative->group_count++] =
                (InitiativeGroup){.name = control, .display_name = loader->controls[index].title};
        }
    }
}

static const uint32_t *gather(Arena *arena, const bool *links, uint32_t count, size_t stride,
                              uint32_t *ret_count)
{
    uint32_t *found = NEW_ARRAY(arena, uint32_t, count);
    uint32_t filled = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (links[i * stride]) {
            found[filled++] = i;
        }
    }
    *ret_count = filled;
    return found;
}

// links[rule * controls + control]: does the rule answer the control?
static bool *link(const Joining *joining)
{
    const Loader *loader = joining->loader;
    const Baseline *baseline = loader->baseline;
    bool *links =
        NEW_ARRAY(loader->arena, bool, (size_t)baseline->rule_count * baseline->control_count);
    for (uint32_t i = 0; i < joining->initiative->member_count; i++) {
        const InitiativeMember *member = &joining->members[i];
        uint32_t rule = map_find(&baseline->rule_index, last_segment(member->definition_id));
        for (uint32_t g = 0; g < member->group_count; g++) {
            uint32_t control = map_find(&baseline->control_index, member->groups[g]);
            links[(size_t)rule * baseline->control_count + control] = true;
        }
    }
    return links;
}

// Rules that answer no selected control leave.
static void keep_answering(Joining *joining)
{
    Loader *loader = joining->loader;
    Baseline *baseline = loader->baseline;
    bool *answers = NEW_ARRAY(loader->arena, bool, baseline->rule_count);
    for (uint32_t i = 0; i < joining->initiative->member_count; i++) {
        Str name = last_segment(joining->members[i].definition_id);
        answers[map_find(&baseline->rule_index, name)] = true;
    }
    const Definition **definitions =
        NEW_ARRAY(loader->arena, const Definition *, baseline->rule_count);
    map_init(&baseline->rule_index, loader->arena, MAP_NOCASE);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < baseline->rule_count; i++) {
        if (answers[i]) {
            loader->rules[kept] = loader->rules[i];
            definitions[kept] = loader->rules[i].definition;
            (void)map_put(&baseline->rule_index, definitions[kept]->name, kept);
            kept++;
        }
    }
    baseline->rules = loader->rules;
    baseline->definitions = definitions;
    baseline->rule_count = kept;
}

// Where nothing says how a control is held, its rules do.
static void settle_enforcement(const Loader *loader, BaselineControl *control)
{
    if (control->enforcement != ENFORCEMENT_COUNT) {
        return;
    }
    bool manual = true;
    for (uint32_t i = 0; i < control->rule_count; i++) {
        manual = manual && loader->rules[control->rules[i]].manual;
    }
    control->enforcement = manual ? ENFORCEMENT_ATTESTED : ENFORCEMENT_DETECTIVE;
}

static void share_links(Loader *loader, const bool *links)
{
    uint32_t rules = loader->baseline->rule_count;
    uint32_t controls = loader->baseline->control_count;
    for (uint32_t i = 0; i < rules; i++) {
        loader->rules[i].controls = gather(loader->arena, links + (size_t)i * controls, controls, 1,
                                           &loader->rules[i].control_count);
    }
    for (uint32_t i = 0; i < controls; i++) {
        BaselineControl *control = &loader->controls[i];
        control->rules = gather(loader->arena, links + i, rules, controls, &control->rule_count);
        settle_enforcement(loader, control);
        if (control->rule_count == 0) {
            Span at =
                package_place(loader, control->source, STR("control"), control->id, (Span){0, 0});
            diag_error(
                loader->diags, at, "control-no-rule",
                "control \"%.*s\" has no rule and is not attested: add a rule for it, or make "
                "its enforcement attested",
                STR_ARG(control->id));
        }
    }
}

void package_load_initiative(Loader *loader)
{
    uint32_t errors = loader->diags->errors;
    Joining joining = {.loader = loader};
    read_levels(&joining);
    if (loader->diags->errors != errors) {
        return;
    }
    start(&joining);
    join_levels(&joining);
    join_implied(&joining);
    if (loader->diags->errors != errors) {
        return;
    }
    keep_answering(&joining);
    loader->baseline->initiative = joining.initiative;
    share_links(loader, link(&joining));
}
