// SPDX-License-Identifier: Apache-2.0
// An initiative is taken apart: its groups become controls in sections, its policies members, their
// definitions rules.
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "baseline/from_initiative_draft.h"
#include "baseline/group_name.h"
#include "json/write.h"

static const Str no_group_title = STR_INIT("Policies under no control of the initiative");

// ---- names ----

static Str last_segment(Str id)
{
    for (size_t i = id.len; i > 0; i--) {
        if (id.ptr[i - 1] == '/') {
            return str_from(id, i);
        }
    }
    return id;
}

// "[Preview]: Name" → "Name"
static Str plain_title(Str title)
{
    StrCut cut = str_starts(title, STR("[")) ? str_cut(title, ']') : (StrCut){.head = title};
    Str rest = cut.found ? cut.tail : title;
    while (rest.len != 0 && (rest.ptr[0] == ':' || rest.ptr[0] == ' ')) {
        rest = str_from(rest, 1);
    }
    return rest.len != 0 ? rest : title;
}

static bool has_digit(Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] >= '0' && text.ptr[i] <= '9') {
            return true;
        }
    }
    return false;
}

// Does the title know every number of the prefix? "Azure_Security_Benchmark_v3.0_" stands in front
// of the groups of two benchmarks, neither of which is 3.0.
static bool prefix_is_name(Str prefix, Str title)
{
    bool numbers = false;
    for (StrCut cut = {.tail = prefix, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, '_');
        if (has_digit(cut.head)) {
            numbers = true;
            if (text_find_nocase(title, cut.head) < 0) {
                return false;
            }
        }
    }
    return numbers;
}

static Str make_id(Arena *arena, Str prefix, Str title, Str name)
{
    Str from = prefix_is_name(prefix, title) ? prefix : title.len != 0 ? title : name;
    char *text = NEW_ARRAY(arena, char, from.len + 1);
    for (size_t i = 0; i < from.len; i++) {
        text[i] = from.ptr[i] == '_' ? '-' : from.ptr[i];
    }
    Str token = group_token(arena, (Str){text, from.len});
    return token.len != 0 ? token : STR("initiative");
}

static Str join3(Arena *arena, Str a, Str b, Str c)
{
    char *text = NEW_ARRAY(arena, char, a.len + b.len + c.len + 1);
    const Str parts[] = {a, b, c};
    size_t len = 0;
    for (size_t i = 0; i < COUNTOF(parts); i++) {
        if (parts[i].len != 0) {
            memcpy(text + len, parts[i].ptr, parts[i].len);
            len += parts[i].len;
        }
    }
    return (Str){text, len};
}

// A token nobody has yet. What begins with a digit gets the framework's id in front.
static Str claim(Draft *draft, Map *ids, Str text, Str between)
{
    Str token = group_token(draft->arena, text);
    bool is_token = token.len != 0 && (token.ptr[0] < '0' || token.ptr[0] > '9');
    if (!is_token) {
        token = join3(draft->arena, draft->id, token.len != 0 ? between : STR("-group"), token);
    }
    if (token.ptr[0] >= '0' && token.ptr[0] <= '9') {
        token = join3(draft->arena, STR("_"), token, STR(""));
    }
    Str wanted = token;
    for (unsigned n = 2; map_find(ids, wanted) != MAP_NONE; n++) {
        Buf number = {0};
        buf_printf(&number, "-%u", n);
        wanted = join3(draft->arena, token, str_copy(draft->arena, buf_str(&number)), STR(""));
        buf_free(&number);
    }
    (void)map_put(ids, wanted, 1);
    return wanted;
}

// ---- controls and sections ----

typedef struct Groups {
    Str *names; // of the declared ones, then of those only members name
    const InitiativeGroup **declared;
    uint32_t count;
    Map index;   // name → index
    bool orphan; // some policy is in none
} Groups;

static Groups gather_groups(Draft *draft)
{
    const Initiative *initiative = draft->initiative;
    Groups groups = {0};
    map_init(&groups.index, draft->arena, MAP_NOCASE);
    for (uint32_t i = 0; i < initiative->group_count; i++) {
        (void)map_intern(&groups.index, initiative->groups[i].name);
    }
    for (uint32_t i = 0; i < initiative->member_count; i++) {
        const InitiativeMember *member = &initiative->members[i];
        groups.orphan = groups.orphan || member->group_count == 0;
        for (uint32_t k = 0; k < member->group_count; k++) {
            (void)map_intern(&groups.index, member->groups[k]);
        }
    }
    groups.count = groups.index.count;
    groups.names = NEW_ARRAY(draft->arena, Str, groups.count + 1U);
    groups.declared = NEW_ARRAY(draft->arena, const InitiativeGroup *, groups.count + 1U);
    for (uint32_t i = 0; i < groups.count; i++) {
        groups.names[i] = groups.index.entries[i].key;
    }
    for (uint32_t i = 0; i < initiative->group_count; i++) {
        uint32_t at = map_find(&groups.index, initiative->groups[i].name);
        groups.declared[at] = &initiative->groups[i];
    }
    return groups;
}

// A control before it has its place.
typedef struct Loose {
    DraftControl control;
    Str section; // the title it goes by; empty = none
    uint32_t group;
} Loose;

static int by_section(const void *left, const void *right)
{
    const Loose *a = left;
    const Loose *b = right;
    bool one_without = (a->section.len == 0) != (b->section.len == 0);
    int order = one_without ? (a->section.len == 0 ? 1 : -1) : group_order(a->section, b->section);
    order = order != 0 ? order : group_order(a->control.label, b->control.label);
    return order != 0 ? order : a->group < b->group ? -1 : a->group > b->group ? 1 : 0;
}

static Loose read_control(const Groups *groups, const GroupName *name, uint32_t i)
{
    const InitiativeGroup *group = groups->declared[i];
    Str shown = group != NULL ? group->display_name : (Str){0};
    Str category = group != NULL ? group->category : (Str){0};
    return (Loose){
        .control = {.label = name->label,
                    .title = shown.len != 0         ? shown
                             : name->title.len != 0 ? name->title
                                                    : name->label,
                    .prose = group != NULL ? group->description : (Str){0},
                    .source = groups->names[i]},
        .section = category.len != 0 ? category : name->family,
        .group = i,
    };
}

// Numbers the controls in the order of the catalog; ret_place: group → control.
static void place_controls(Draft *draft, Loose *loose, uint32_t count, uint32_t *place)
{
    Map ids;
    map_init(&ids, draft->arena, MAP_EXACT);
    qsort(loose, count, sizeof *loose, by_section);
    draft->controls = NEW_ARRAY(draft->arena, DraftControl, count + 1U);
    draft->sections = NEW_ARRAY(draft->arena, DraftSection, count + 1U);
    for (uint32_t i = 0; i < count; i++) {
        bool fresh = i == 0 || !str_eq(loose[i].section, loose[i - 1].section);
        if (fresh) {
            bool named = loose[i].section.len != 0;
            Str other = draft->section_count == 0 ? draft->title : STR("Further controls");
            draft->sections[draft->section_count++] = (DraftSection){
                .title = named ? loose[i].section : other,
                .id = claim(draft, &ids, named ? loose[i].section : STR("controls"),
                            STR("-section-")),
            };
        }
        loose[i].control.section = draft->section_count - 1;
        loose[i].control.id = claim(draft, &ids, loose[i].control.label, STR("-"));
        place[loose[i].group] = i;
        draft->controls[i] = loose[i].control;
    }
    draft->control_count = count;
}

static uint32_t *read_controls(Draft *draft, const Groups *groups)
{
    Str prefix = {0};
    const GroupName *names = group_names_read(draft->arena, groups->names, groups->count, &prefix);
    draft->id = draft->input->id.len != 0 ? draft->input->id
                                          : make_id(draft->arena, prefix, plain_title(draft->title),
                                                    draft->initiative->name);
    uint32_t count = groups->count + (groups->orphan ? 1U : 0U);
    Loose *loose = NEW_ARRAY(draft->arena, Loose, count + 1U);
    for (uint32_t i = 0; i < groups->count; i++) {
        loose[i] = read_control(groups, &names[i], i);
    }
    if (groups->orphan) {
        loose[groups->count] = (Loose){
            .control = {.label = STR("ungrouped"), .title = no_group_title},
            .group = groups->count,
        };
    }
    uint32_t *place = NEW_ARRAY(draft->arena, uint32_t, count + 1U);
    place_controls(draft, loose, count, place);
    return place;
}

// ---- rules ----

static int by_name(const void *left, const void *right)
{
    const DraftRule *a = left;
    const DraftRule *b = right;
    return text_cmp_nocase(a->definition->name, b->definition->name);
}

static bool is_file_name(Str name)
{
    enum { NAME_MAX_BYTES = 200 };
    bool good = name.len != 0 && name.len <= NAME_MAX_BYTES && name.ptr[0] != '.';
    for (size_t i = 0; good && i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];
        good = c > 0x20 && c != 0x7f && c != '/' && c != '\\' && c != ':';
    }
    return good;
}

// Only definitions that some member names are parsed: a folder may hold thousands of others.
static bool read_rules(Draft *draft)
{
    const InitiativeInput *input = draft->input;
    Map wanted;
    map_init(&wanted, draft->arena, MAP_NOCASE);
    for (uint32_t i = 0; i < draft->initiative->member_count; i++) {
        (void)map_put(&wanted, last_segment(draft->initiative->members[i].definition_id), 0);
    }
    draft->rules = NEW_ARRAY(draft->arena, DraftRule, input->definition_count + 1U);
    uint32_t errors = draft->diags->errors;
    Map seen;
    map_init(&seen, draft->arena, MAP_NOCASE);
    for (uint32_t i = 0; i < input->definition_count; i++) {
        const Json *json = input->definitions[i];
        Str name = json_find_str(json, STR("name"));
        name = name.len != 0 ? name : last_segment(json_find_str(json, STR("id")));
        if (map_find(&wanted, name) == MAP_NONE || map_find(&seen, name) != MAP_NONE) {
            continue;
        }
        (void)map_put(&seen, name, 0);
        if (!is_file_name(name)) {
            diag_error(draft->diags, json->at, "bad-name",
                       "the definition \"%.*s\" cannot be kept in a file of that name",
                       STR_ARG(name));
            continue;
        }
        DraftRule *rule = &draft->rules[draft->rule_count];
        if (definition_parse(draft->arena, json, draft->diags, &rule->definition)) {
            rule->json = json;
            rule->manual = definition_is_manual(rule->definition);
            draft->rule_count++;
        }
    }
    qsort(draft->rules, draft->rule_count, sizeof *draft->rules, by_name);
    return draft->diags->errors == errors;
}

static DraftRule *find_rule(const Draft *draft, Str name)
{
    uint32_t low = 0;
    uint32_t high = draft->rule_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = text_cmp_nocase(draft->rules[middle].definition->name, name);
        if (order == 0) {
            return &draft->rules[middle];
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return NULL;
}

// ---- members ----

const Json *draft_value(const Draft *draft, Str parameter)
{
    return json_find_nocase(draft->input->parameters, parameter);
}

static const bool *find_unfed(const Draft *draft)
{
    const Initiative *initiative = draft->initiative;
    bool *unfed = NEW_ARRAY(draft->arena, bool, initiative->parameter_count + 1U);
    for (uint32_t i = 0; i < initiative->parameter_count; i++) {
        const Parameter *parameter = &initiative->parameters[i];
        unfed[i] = parameter->default_value == NULL && draft_value(draft, parameter->name) == NULL;
    }
    return unfed;
}

// The parameter without value that a member hands on, or empty.
static Str unfed_parameter(const Draft *draft, const Json *member)
{
    Str text = json_text(draft->arena, json_find_nocase(member, STR("parameters")));
    for (uint32_t i = 0; i < draft->initiative->parameter_count; i++) {
        Str name = draft->initiative->parameters[i].name;
        if (draft->unfed[i] && text_find_nocase(text, join3(draft->arena, STR("parameters('"), name,
                                                            STR("')"))) >= 0) {
            return name;
        }
    }
    return (Str){0};
}

static void count_policy(Draft *draft, const DraftMember *member)
{
    static const struct {
        Str category;
        Layer layer;
    } layers[] = {
        {STR_INIT("Network"), LAYER_NETWORK},
        {STR_INIT("API Management"), LAYER_APPLICATION},
        {STR_INIT("App Configuration"), LAYER_APPLICATION},
        {STR_INIT("App Platform"), LAYER_APPLICATION},
        {STR_INIT("App Service"), LAYER_APPLICATION},
        {STR_INIT("Bot Service"), LAYER_APPLICATION},
        {STR_INIT("Cognitive Services"), LAYER_APPLICATION},
        {STR_INIT("Container Apps"), LAYER_APPLICATION},
        {STR_INIT("Event Hub"), LAYER_APPLICATION},
        {STR_INIT("Kubernetes"), LAYER_APPLICATION},
        {STR_INIT("Logic Apps"), LAYER_APPLICATION},
        {STR_INIT("Machine Learning"), LAYER_APPLICATION},
        {STR_INIT("Search"), LAYER_APPLICATION},
        {STR_INIT("Service Bus"), LAYER_APPLICATION},
        {STR_INIT("Azure Data Explorer"), LAYER_DATA},
        {STR_INIT("Backup"), LAYER_DATA},
        {STR_INIT("Cache"), LAYER_DATA},
        {STR_INIT("Cosmos DB"), LAYER_DATA},
        {STR_INIT("Data Box"), LAYER_DATA},
        {STR_INIT("Data Factory"), LAYER_DATA},
        {STR_INIT("Data Lake"), LAYER_DATA},
        {STR_INIT("Key Vault"), LAYER_DATA},
        {STR_INIT("PostgreSQL"), LAYER_DATA},
        {STR_INIT("SQL"), LAYER_DATA},
        {STR_INIT("Storage"), LAYER_DATA},
        {STR_INIT("Synapse"), LAYER_DATA},
        {STR_INIT("Guest Configuration"), LAYER_ENDPOINT},
    };
    Layer layer = LAYER_INFRASTRUCTURE;
    Str category = member->rule != NULL ? member->rule->definition->category : (Str){0};
    for (size_t i = 0; i < COUNTOF(layers); i++) {
        layer = str_eq_nocase(layers[i].category, category) ? layers[i].layer : layer;
    }
    for (uint32_t i = 0; i < member->control_count; i++) {
        DraftControl *control = &draft->controls[member->controls[i]];
        control->policy_count++;
        if (member->rule != NULL) {
            control->rule_count++;
            control->votes[layer]++;
            control->manual_count += member->rule->manual ? 1U : 0U;
            control->static_count += definition_is_static(member->rule->definition) ? 1U : 0U;
        }
    }
}

static void read_member(Draft *draft, const Groups *groups, const uint32_t *place,
                        DraftMember *member)
{
    const InitiativeMember *source = member->member;
    uint32_t *controls = NEW_ARRAY(draft->arena, uint32_t, source->group_count + 1U);
    for (uint32_t i = 0; i < source->group_count; i++) {
        controls[i] = place[map_find(&groups->index, source->groups[i])];
    }
    if (source->group_count == 0) {
        controls[0] = place[groups->count];
    }
    member->controls = controls;
    member->control_count = source->group_count != 0 ? source->group_count : 1;
    member->definition = last_segment(source->definition_id);
    DraftRule *rule = find_rule(draft, member->definition);
    Str unfed = unfed_parameter(draft, member->json);
    if (rule == NULL) {
        member->reason = STR("its definition was not given");
    } else if (unfed.len != 0) {
        member->reason =
            join3(draft->arena, STR("parameter \""), unfed, STR("\" has no default and no value"));
    } else {
        member->rule = rule;
        rule->used = true;
    }
    count_policy(draft, member);
}

static bool read_members(Draft *draft, const Groups *groups, const uint32_t *place)
{
    const Initiative *initiative = draft->initiative;
    const Json *list = json_find_nocase(draft->properties, STR("policyDefinitions"));
    if (initiative->member_count == 0 || !json_is(list, JSON_ARRAY) ||
        list->count != initiative->member_count) {
        return diag_error(draft->diags, draft->input->initiative->at, "no-policy",
                          "the initiative refers to no policy; there is nothing to check with");
    }
    draft->unfed = find_unfed(draft);
    draft->members = NEW_ARRAY(draft->arena, DraftMember, initiative->member_count);
    draft->member_count = initiative->member_count;
    for (uint32_t i = 0; i < initiative->member_count; i++) {
        draft->members[i] =
            (DraftMember){.member = &initiative->members[i], .json = &list->items[i]};
        read_member(draft, groups, place, &draft->members[i]);
    }
    return true;
}

bool draft_read(Draft *draft)
{
    const Json *root = draft->input->initiative;
    TRY(initiative_parse(draft->arena, root, draft->diags, &draft->initiative));
    const Initiative *initiative = draft->initiative;
    const Json *properties = json_find_nocase(root, STR("properties"));
    draft->properties = json_is(properties, JSON_OBJECT) ? properties : root;
    draft->title = initiative->display_name.len != 0 ? initiative->display_name : initiative->name;
    Str version = initiative->version;
    version = version.len != 0 ? version : json_find_str(initiative->metadata, STR("version"));
    draft->version = version.len != 0 ? version : STR("1.0.0");
    TRY(read_rules(draft));
    Groups groups = gather_groups(draft);
    const uint32_t *place = read_controls(draft, &groups);
    return read_members(draft, &groups, place);
}
