// SPDX-License-Identifier: Apache-2.0
// What people wrote, with the values given for its parameters, as assigned rules.
#include "cli/load.h"
#include "policy/suggest.h"

// ---- parameters ----

// {"value": v} → v, as parameter files of deployments have it.
static const Json *plain_value(const Json *json)
{
    const Json *value =
        json->type == JSON_OBJECT && json->count == 1 ? json_find(json, STR("value")) : NULL;
    return value != NULL ? value : json;
}

static bool read_given(Cli *cli, Str path, GivenParameters *given)
{
    const Json *json = NULL;
    TRY(load_json(cli, path, &json));
    const Json *inner = json_find(json, STR("parameters"));
    const Json *object = json_is(inner, JSON_OBJECT) ? inner : json;
    ASSERT(object != NULL);
    if (object->type != JSON_OBJECT) {
        return diag_error(&cli->diags, object->at, "wrong-type",
                          "parameters must be an object: {\"name\": value}");
    }
    for (uint32_t m = 0; m < object->count; m++) {
        const JsonMember *member = &object->members[m];
        ARENA_ROOM(&cli->arena, given->at, given->count, given->cap);
        given->at[given->count++] = (GivenParameter){
            .member = {.key = member->key, .at = member->at, .value = *plain_value(&member->value)},
            .file = path};
    }
    return true;
}

bool load_given(Cli *cli, GivenParameters *ret_given)
{
    const StrList *files = &cli->options.parameters;
    *ret_given = (GivenParameters){.is_given = files->count != 0};
    for (uint32_t i = 0; i < files->count; i++) {
        TRY(read_given(cli, files->at[i], ret_given));
    }
    return true;
}

static const Json *join(Arena *arena, const GivenParameters *given)
{
    if (!given->is_given) {
        return NULL;
    }
    JsonMember *members = NEW_ARRAY(arena, JsonMember, given->count + 1U);
    for (uint32_t i = 0; i < given->count; i++) {
        members[i] = given->at[i].member;
    }
    Json *object = NEW(arena, Json);
    *object = (Json){.type = JSON_OBJECT, .count = given->count, .members = members};
    return object;
}

bool load_parameters(Cli *cli, const Json **ret_parameters)
{
    GivenParameters given;
    TRY(load_given(cli, &given));
    *ret_parameters = join(&cli->arena, &given);
    return true;
}

// ---- names that nothing declares ----

typedef struct Declared {
    Str *names; // arena
    uint32_t count;
    uint32_t cap;
    bool is_open; // a bare rule declares nothing and may read any
} Declared;

static bool reads_parameter(const Expr *expr)
{
    (void)expr; // only those that do are shown
    return true;
}

static bool is_open(const Definition *definition)
{
    bool is_bare =
        definition->parameter_count == 0 && definition->name.len == 0 && definition->id.len == 0;
    return is_bare && (definition_any_expr(definition, EXPR_READS_PARAMETER, reads_parameter) ||
                       (definition->effect != NULL && !expr_is_literal(definition->effect)));
}

static void declare(Arena *arena, Declared *declared, const Parameter *parameters, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        ARENA_ROOM(arena, declared->names, declared->count, declared->cap);
        declared->names[declared->count++] = parameters[i].name;
    }
}

static Declared list_declared(Arena *arena, const Documents *documents)
{
    Declared declared = {0};
    for (uint32_t i = 0; i < documents->initiatives.count; i++) {
        const Initiative *initiative = documents->initiatives.at[i];
        declare(arena, &declared, initiative->parameters, initiative->parameter_count);
    }
    for (uint32_t i = 0; i < documents->definitions.count; i++) {
        const Definition *definition = documents->definitions.at[i];
        declare(arena, &declared, definition->parameters, definition->parameter_count);
        declared.is_open = declared.is_open || is_open(definition);
    }
    return declared;
}

static bool is_declared(const Declared *declared, Str name)
{
    for (uint32_t i = 0; i < declared->count; i++) {
        if (str_eq_nocase(declared->names[i], name)) {
            return true;
        }
    }
    return false;
}

// A name that nothing declares is most likely misspelt; it is told and goes no further.
static GivenParameters keep_declared(Cli *cli, const Documents *documents,
                                     const GivenParameters *given)
{
    GivenParameters kept = {.is_given = given->is_given};
    Declared declared = list_declared(&cli->arena, documents);
    for (uint32_t i = 0; i < given->count; i++) {
        Str name = given->at[i].member.key;
        if (declared.is_open || is_declared(&declared, name)) {
            ARENA_ROOM(&cli->arena, kept.at, kept.count, kept.cap);
            kept.at[kept.count++] = given->at[i];
            continue;
        }
        Str near = suggest_nearest(name, declared.names, declared.count);
        cli->diags.file = given->at[i].file;
        diag_warn(&cli->diags, given->at[i].member.at, "unknown-parameter",
                  "no definition or initiative declares a parameter \"%.*s\"%.*s", STR_ARG(name),
                  STR_ARG(suggest_ask(&cli->arena, near)));
    }
    return kept;
}

// Values on the command line are for rules that nobody assigned.
static void warn_unused(Cli *cli, const Documents *documents)
{
    const StrList *files = &cli->options.parameters;
    for (uint32_t i = 0; documents->assignments.count != 0 && i < files->count; i++) {
        cli->diags.file = files->at[i];
        diag_warn(&cli->diags, (Span){0}, "unused-parameters",
                  "nothing of this is used, because assignments bring their own values: change "
                  "those of --assignments, or of the baseline (datum baseline tailor --set)");
    }
}

// ---- binding ----

bool documents_bind(Cli *cli, const Documents *documents, const GivenParameters *given,
                    AssignedRule **ret_rules, uint32_t *ret_count)
{
    GivenParameters kept = keep_declared(cli, documents, given);
    warn_unused(cli, documents);
    BindInput input = {
        .definitions = (const Definition *const *)documents->definitions.at,
        .definition_count = documents->definitions.count,
        .initiatives = (const Initiative *const *)documents->initiatives.at,
        .initiative_count = documents->initiatives.count,
        .assignments = (const Assignment *const *)documents->assignments.at,
        .assignment_count = documents->assignments.count,
        .parameters = join(&cli->arena, &kept),
        .now = cli->now,
    };
    const StrList *files = &cli->options.parameters;
    cli->diags.file = files->count == 1 ? files->at[0] : (Str){0};
    return assignment_bind(&cli->arena, &input, &cli->diags, ret_rules, ret_count);
}
