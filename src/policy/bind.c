// SPDX-License-Identifier: Apache-2.0
// From assignments to a flat list of rules, each with its parameters, effect and place.
#include "policy/bind.h"

#include <string.h>

#include "policy/expr_eval.h"
#include "policy/rule_parse.h"

// Documents by name, those of one name chained: one id in several versions, or several ids that end
// alike.
typedef struct Directory {
    Map names;
    uint32_t *heads; // by interned name: index + 1, 0 = none
    uint32_t *nexts; // by index: next index + 1
} Directory;

typedef struct Binder {
    BindContext context;
    const BindInput *input;
    Directory definitions;
    Directory initiatives;
    AssignedRule *rules;
    uint32_t count;
    uint32_t cap;
} Binder;

// One rule before overrides: what is assigned, by what, with which values.
typedef struct Target {
    const Assignment *assignment;
    const Initiative *initiative;
    const InitiativeMember *member;
    const Definition *definition;
    Values values;
    Str absent; // the id of a definition that is not there
} Target;

// ---- looking documents up ----

static Directory directory_new(Arena *arena, uint32_t count)
{
    Directory directory = {
        .heads = NEW_ARRAY(arena, uint32_t, count + 1),
        .nexts = NEW_ARRAY(arena, uint32_t, count + 1),
    };
    map_init(&directory.names, arena, MAP_NOCASE);
    return directory;
}

// Called from the last document to the first, so that chains are in their order.
static void directory_add(Directory *directory, Str name, uint32_t index)
{
    if (name.len == 0) {
        return;
    }
    uint32_t slot = map_intern(&directory->names, name);
    directory->nexts[index] = directory->heads[slot];
    directory->heads[slot] = index + 1;
}

static uint32_t directory_first(const Directory *directory, Str id)
{
    uint32_t slot = map_find(&directory->names, id_last_segment(id));
    return slot != MAP_NONE ? directory->heads[slot] : 0;
}

// A reference is a full id or a bare name; a document may have an id or a name alone.
static bool is_meant(Str reference, Str id)
{
    return id.len == 0 || !str_cut(reference, '/').found || str_eq_nocase(reference, id);
}

// Of two documents the one whose version the pattern means; of two such the newer.
static bool is_better(Str pattern, Str version, Str best)
{
    bool matches = version_matches(pattern, version);
    bool best_matches = version_matches(pattern, best);
    return matches != best_matches ? matches : version_cmp(version, best) > 0;
}

static const Definition *find_definition(const Binder *binder, Str id, Str pattern)
{
    const Definition *best = NULL;
    for (uint32_t i = directory_first(&binder->definitions, id); i != 0;
         i = binder->definitions.nexts[i - 1]) {
        const Definition *definition = binder->input->definitions[i - 1];
        if (is_meant(id, definition->id) &&
            (best == NULL || is_better(pattern, definition->version, best->version))) {
            best = definition;
        }
    }
    return best;
}

static const Initiative *find_initiative(const Binder *binder, Str id, Str pattern)
{
    const Initiative *best = NULL;
    for (uint32_t i = directory_first(&binder->initiatives, id); i != 0;
         i = binder->initiatives.nexts[i - 1]) {
        const Initiative *initiative = binder->input->initiatives[i - 1];
        if (is_meant(id, initiative->id) &&
            (best == NULL || is_better(pattern, initiative->version, best->version))) {
            best = initiative;
        }
    }
    return best;
}

// ---- one rule ----

static AssignedRule *rule_push(Binder *binder)
{
    if (binder->count == binder->cap) {
        uint32_t cap = binder->cap == 0 ? 256 : binder->cap * 2;
        AssignedRule *grown = NEW_ARRAY(binder->context.arena, AssignedRule, cap);
        if (binder->count != 0) {
            memcpy(grown, binder->rules, binder->count * sizeof(AssignedRule));
        }
        binder->rules = grown;
        binder->cap = cap;
    }
    AssignedRule *rule = &binder->rules[binder->count++];
    *rule = (AssignedRule){.preset = STATE_COUNT};
    return rule;
}

static Str format(Arena *arena, const char *before, Str name, const char *after)
{
    size_t head = strlen(before);
    size_t tail = strlen(after);
    char *text = NEW_ARRAY(arena, char, head + name.len + tail);
    memcpy(text, before, head);
    if (name.len != 0) {
        memcpy(text + head, name.ptr, name.len);
    }
    memcpy(text + head + name.len, after, tail);
    return (Str){text, head + name.len + tail};
}

static void set_preset(AssignedRule *rule, State state, Str reason)
{
    rule->preset = state;
    rule->preset_reason = reason;
}

static const Json *policy_object(Arena *arena, const Target *target)
{
    enum { MEMBERS = 4 };
    static const Str keys[MEMBERS] = {STR_INIT("assignmentId"), STR_INIT("definitionId"),
                                      STR_INIT("setDefinitionId"),
                                      STR_INIT("definitionReferenceId")};
    const Str none = {NULL, 0};
    const Str texts[MEMBERS] = {
        target->assignment != NULL ? target->assignment->id : none,
        target->definition->id,
        target->initiative != NULL ? target->initiative->id : none,
        target->member != NULL ? target->member->reference_id : none,
    };
    JsonMember *members = NEW_ARRAY(arena, JsonMember, MEMBERS);
    for (uint32_t i = 0; i < MEMBERS; i++) {
        members[i] = (JsonMember){.key = keys[i], .value = json_string(texts[i])};
    }
    Json *object = NEW(arena, Json);
    *object = (Json){.type = JSON_OBJECT, .count = MEMBERS, .members = members};
    return object;
}

// The message for the member itself goes before the one for the whole assignment.
static Str message_for(const Assignment *assignment, Str reference_id)
{
    Str general = {NULL, 0};
    for (uint32_t i = 0; assignment != NULL && i < assignment->message_count; i++) {
        const NonComplianceMessage *message = &assignment->messages[i];
        if (message->reference_id.len == 0) {
            general = message->message;
        } else if (str_eq_nocase(message->reference_id, reference_id)) {
            return message->message;
        }
    }
    return general;
}

// metadata.requires.paths: field names, or objects with a "path".
static void read_required(Arena *arena, AssignedRule *rule)
{
    const Json *requires = json_find_nocase(rule->definition->metadata, STR("requires"));
    const Json *paths = json_find_nocase(requires, STR("paths"));
    if (!json_is(paths, JSON_ARRAY) || paths->count == 0) {
        return;
    }
    Str *list = NEW_ARRAY(arena, Str, paths->count);
    for (uint32_t i = 0; i < paths->count; i++) {
        const Json *item = &paths->items[i];
        const Json *path = item->type == JSON_OBJECT ? json_find_nocase(item, STR("path")) : item;
        if (json_is(path, JSON_STRING)) {
            list[rule->required_path_count++] = path->string;
        }
    }
    rule->required_paths = list;
}

// The effect as written or as its parameter says; EFFECT_COUNT when there is none that is known.
static Effect resolve_effect(Binder *binder, const Target *target, Str *ret_text)
{
    const Expr *expr = target->definition->effect;
    const Json *value = NULL;
    if (expr_is_literal(expr)) {
        value = expr->value;
    } else {
        ExprEnv env = {.parameters = target->values.object, .now = binder->context.now};
        Err err = {.kind = ERR_NONE};
        if (!expr_eval(binder->context.arena, expr, &env, &value, &err)) {
            value = NULL;
        }
    }
    *ret_text = json_is(value, JSON_STRING) ? value->string : (Str){NULL, 0};
    return effect_find(*ret_text);
}

// An override must be one of the values that the definition's effect parameter allows, and its rule
// must say for which resources it looks if it is to look for any.
static void check_override(Binder *binder, const Target *target, const Override *override)
{
    Effect effect = effect_find(override->value->string);
    bool looks = effect == EFFECT_AUDIT_IF_NOT_EXISTS || effect == EFFECT_DEPLOY_IF_NOT_EXISTS;
    if (looks && target->absent.len == 0 && target->definition->details.related_type == NULL) {
        (void)diag_error(binder->context.diags, override->value->at, "effect-not-allowed",
                         "%.*s has no details with the type of a related resource, which %s needs",
                         STR_ARG(target->definition->name), effect_name(effect));
        return;
    }
    const Expr *expr = target->definition->effect;
    bool named = expr->kind == EXPR_CALL && expr->func == FUNC_PARAMETERS && expr->arg_count == 1 &&
                 json_is(expr->args[0].value, JSON_STRING);
    const Parameter *parameter =
        named ? definition_find_parameter(target->definition, expr->args[0].value->string) : NULL;
    const Json *allowed = parameter != NULL ? parameter->allowed_values : NULL;
    for (uint32_t i = 0; allowed != NULL && i < allowed->count; i++) {
        if (json_is(&allowed->items[i], JSON_STRING) &&
            str_eq_nocase(allowed->items[i].string, override->value->string)) {
            return;
        }
    }
    if (allowed != NULL && allowed->count != 0) {
        Buf words = {0};
        for (uint32_t i = 0; i < allowed->count; i++) {
            if (json_is(&allowed->items[i], JSON_STRING)) {
                buf_printf(&words, "%s%.*s", words.len == 0 ? "" : ", ",
                           STR_ARG(allowed->items[i].string));
            }
        }
        (void)diag_error(binder->context.diags, override->value->at, "effect-not-allowed",
                         "%.*s does not allow the effect \"%.*s\"; it allows: %.*s",
                         STR_ARG(target->definition->name), STR_ARG(override->value->string),
                         STR_ARG(buf_str(&words)));
        buf_free(&words);
    }
}

static bool is_evaluable(Effect effect)
{
    return effect != EFFECT_MUTATE && effect != EFFECT_ENFORCE_REGO_POLICY &&
           effect != EFFECT_ENFORCE_OPA_CONSTRAINT && effect != EFFECT_ENFORCE_SETTING &&
           effect != EFFECT_ADD_TO_NETWORK_GROUP && effect != EFFECT_AUDIT_ACTION;
}

// What is decided before any resource is seen. The first that holds stands.
static void decide_preset(Binder *binder, const Target *target, Str effect_text, AssignedRule *rule)
{
    Arena *arena = binder->context.arena;
    const Definition *definition = target->definition;
    const Values *values = &target->values;
    if (target->absent.len != 0) {
        set_preset(rule, STATE_NOT_MEASURED,
                   format(arena, "definition ", target->absent, " is not among the definitions"));
    } else if (definition_is_static(definition)) {
        set_preset(rule, STATE_PROVIDER_ATTESTED, STR("attested by Microsoft as the provider"));
    } else if (rule->effect == EFFECT_DISABLED) {
        set_preset(rule, STATE_NOT_APPLICABLE, STR("effect is disabled"));
    } else if (definition->mode_kind == MODE_CONSTRAINT) {
        set_preset(rule, STATE_NOT_MEASURED,
                   format(arena, "mode ", definition->mode,
                          " carries constraint templates: not evaluable here"));
    } else if (values->missing.len != 0) {
        set_preset(rule, STATE_NOT_MEASURED,
                   format(arena, "parameter ", values->missing, " has no value"));
    } else if (values->failure.len != 0) {
        set_preset(rule, STATE_NOT_MEASURED, values->failure);
    } else if (rule->effect == EFFECT_COUNT) {
        set_preset(rule, STATE_NOT_MEASURED,
                   format(arena, "effect \"", effect_text, "\" is not known"));
    } else if (!is_evaluable(rule->effect)) {
        set_preset(rule, STATE_NOT_MEASURED,
                   format(arena, "effect ", effect_text, " is not evaluable here"));
    }
}

static void push_region(Binder *binder, const Target *target, const Region *region)
{
    Arena *arena = binder->context.arena;
    AssignedRule *rule = rule_push(binder);
    rule->definition = target->definition;
    rule->assignment = target->assignment;
    rule->initiative = target->initiative;
    if (target->member != NULL) {
        rule->reference_id = target->member->reference_id;
        rule->groups = target->member->groups;
        rule->group_count = target->member->group_count;
    }
    rule->parameters = target->values.object;
    rule->policy = policy_object(arena, target);
    rule->message = message_for(target->assignment, rule->reference_id);
    Str effect_text = {NULL, 0};
    rule->effect = resolve_effect(binder, target, &effect_text);
    if (region->override != NULL) {
        check_override(binder, target, region->override);
        effect_text = region->override->value->string;
        rule->effect = effect_find(effect_text);
    }
    if (region->count != 0) {
        SelectorGroup *group = NEW(arena, SelectorGroup);
        *group = (SelectorGroup){.selectors = region->selectors, .count = region->count};
        rule->location_filter = group;
    }
    read_required(arena, rule);
    decide_preset(binder, target, effect_text, rule);
}

static void push_rule(Binder *binder, const Target *target, const Region *base)
{
    Str reference_id = target->member != NULL ? target->member->reference_id : (Str){NULL, 0};
    const Region *regions = NULL;
    uint32_t count = 0;
    region_split(binder->context.arena, target->assignment, false, reference_id, base, &regions,
                 &count);
    for (uint32_t i = 0; i < count; i++) {
        push_region(binder, target, &regions[i]);
    }
}

// ---- definitions and initiatives ----

static const Expr *literal_expr(Arena *arena, Str text)
{
    Json *value = NEW(arena, Json);
    *value = json_string(text);
    Expr *expr = NEW(arena, Expr);
    expr->kind = EXPR_LITERAL;
    expr->value = value;
    return expr;
}

// Stands in for a definition that is referred to and not there: it covers nothing by itself.
static const Definition *stand_in(Arena *arena, Str id)
{
    Cond *never = NEW(arena, Cond);
    never->kind = COND_ANY_OF;
    never->op = OP_COUNT;
    Definition *definition = NEW(arena, Definition);
    definition->id = id;
    definition->name = id_last_segment(id);
    definition->display_name = definition->name;
    definition->condition = never;
    definition->effect = literal_expr(arena, STR("audit"));
    return definition;
}

static Declared declared_by(const Definition *definition)
{
    return (Declared){
        .parameters = definition->parameters,
        .count = definition->parameter_count,
        .owner = definition->name.len != 0 ? definition->name : definition->file,
    };
}

static Declared declared_by_set(const Initiative *initiative)
{
    return (Declared){
        .parameters = initiative->parameters,
        .count = initiative->parameter_count,
        .owner = initiative->name.len != 0 ? initiative->name : initiative->file,
    };
}

static void bind_member(Binder *binder, const Target *set, const InitiativeMember *member,
                        const Region *region)
{
    Target target = *set;
    target.member = member;
    target.definition = find_definition(binder, member->definition_id, member->definition_version);
    if (target.definition == NULL) {
        target.definition = stand_in(binder->context.arena, member->definition_id);
        target.absent = member->definition_id;
    }
    Declared declared = declared_by(target.definition);
    declared.is_unknown = target.absent.len != 0;
    DiagList *diags = binder->context.diags;
    Str file_before = diags->file;
    diags->file = set->initiative->file;
    bind_values_member(&binder->context, &declared, member, &set->values, &target.values);
    diags->file = file_before;
    push_rule(binder, &target, region);
}

static void bind_initiative(Binder *binder, const Assignment *assignment,
                            const Initiative *initiative, const Region *region)
{
    Target set = {.assignment = assignment, .initiative = initiative};
    Declared declared = declared_by_set(initiative);
    if (assignment != NULL) {
        bind_values_assigned(&binder->context, &declared, assignment->parameters, &set.values);
    } else {
        bind_values_plain(&binder->context, &declared, binder->input->parameters, &set.values);
    }
    for (uint32_t i = 0; i < initiative->member_count; i++) {
        bind_member(binder, &set, &initiative->members[i], region);
    }
}

static void bind_definition(Binder *binder, const Assignment *assignment,
                            const Definition *definition, const Region *region)
{
    Target target = {.assignment = assignment, .definition = definition};
    Declared declared = declared_by(definition);
    if (assignment != NULL) {
        bind_values_assigned(&binder->context, &declared, assignment->parameters, &target.values);
    } else {
        bind_values_plain(&binder->context, &declared, binder->input->parameters, &target.values);
    }
    push_rule(binder, &target, region);
}

static void bind_absent(Binder *binder, const Assignment *assignment, const Region *region)
{
    Target target = {
        .assignment = assignment,
        .definition = stand_in(binder->context.arena, assignment->definition_id),
        .absent = assignment->definition_id,
    };
    static const Json no_values = {.type = JSON_OBJECT};
    target.values.object = &no_values;
    push_rule(binder, &target, region);
}

static void bind_assignment(Binder *binder, const Assignment *assignment)
{
    const Region everywhere = {0};
    const Region *regions = NULL;
    uint32_t count = 0;
    Str file_before = binder->context.diags->file;
    binder->context.diags->file = assignment->file;
    region_split(binder->context.arena, assignment, true, (Str){NULL, 0}, &everywhere, &regions,
                 &count);
    for (uint32_t i = 0; i < count; i++) {
        Str pattern = regions[i].override != NULL ? regions[i].override->value->string
                                                  : assignment->definition_version;
        const Initiative *initiative = find_initiative(binder, assignment->definition_id, pattern);
        const Definition *definition = find_definition(binder, assignment->definition_id, pattern);
        if (initiative != NULL) {
            bind_initiative(binder, assignment, initiative, &regions[i]);
        } else if (definition != NULL) {
            bind_definition(binder, assignment, definition, &regions[i]);
        } else {
            bind_absent(binder, assignment, &regions[i]);
        }
    }
    binder->context.diags->file = file_before;
}

// A name among the plain parameters that nothing declares is most likely misspelt.
static void warn_undeclared(Binder *binder)
{
    const BindInput *input = binder->input;
    for (uint32_t p = 0; json_is(input->parameters, JSON_OBJECT) && p < input->parameters->count;
         p++) {
        const JsonMember *member = &input->parameters->members[p];
        bool declared = false;
        bool open = false; // a bare rule declares nothing and may use it
        for (uint32_t i = 0; i < input->definition_count && !declared; i++) {
            declared = definition_find_parameter(input->definitions[i], member->key) != NULL;
            open = open || input->definitions[i]->parameter_count == 0;
        }
        for (uint32_t i = 0; i < input->initiative_count && !declared; i++) {
            declared = parameter_find(input->initiatives[i]->parameters,
                                      input->initiatives[i]->parameter_count, member->key) != NULL;
        }
        if (!declared && !open) {
            diag_warn(binder->context.diags, member->at, "unknown-parameter",
                      "no definition declares parameter \"%.*s\"", STR_ARG(member->key));
        }
    }
}

static void bind_everything(Binder *binder)
{
    const Region everywhere = {0};
    for (uint32_t i = 0; i < binder->input->definition_count; i++) {
        bind_definition(binder, NULL, binder->input->definitions[i], &everywhere);
    }
    for (uint32_t i = 0; i < binder->input->initiative_count; i++) {
        bind_initiative(binder, NULL, binder->input->initiatives[i], &everywhere);
    }
    warn_undeclared(binder);
}

static void fill_directories(Binder *binder)
{
    const BindInput *input = binder->input;
    Arena *arena = binder->context.arena;
    binder->definitions = directory_new(arena, input->definition_count);
    for (uint32_t i = input->definition_count; i-- > 0;) {
        directory_add(&binder->definitions, input->definitions[i]->name, i);
    }
    binder->initiatives = directory_new(arena, input->initiative_count);
    for (uint32_t i = input->initiative_count; i-- > 0;) {
        directory_add(&binder->initiatives, input->initiatives[i]->name, i);
    }
}

bool assignment_bind(Arena *arena, const BindInput *input, DiagList *diags,
                     AssignedRule **ret_rules, uint32_t *ret_count)
{
    Binder binder = {
        .context = {.arena = arena, .diags = diags, .now = input->now},
        .input = input,
    };
    uint32_t before = diags->errors;
    fill_directories(&binder);
    for (uint32_t i = 0; i < input->assignment_count; i++) {
        bind_assignment(&binder, input->assignments[i]);
    }
    if (input->assignment_count == 0) {
        bind_everything(&binder);
    }
    *ret_rules = binder.rules;
    *ret_count = binder.count;
    return diags->errors == before;
}
