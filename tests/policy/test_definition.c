// SPDX-License-Identifier: Apache-2.0
#include "policy/definition.h"

#include "base/buf.h"
#include "policy/shared.h"
#include "t.h"

typedef struct Row {
    const char *row;
    const char *json; // ' for ", ` for '
    const char *code; // wanted diagnostic; NULL = none
    const char *text; // what it must say
} Row;

typedef enum Level { AS_CONDITION, AS_RULE, AS_DEFINITION } Level;

static bool parse(Arena *arena, Level level, const Json *json, DiagList *diags)
{
    const Definition *definition = NULL;
    const Cond *cond = NULL;
    switch (level) {
    case AS_CONDITION:
        return cond_parse(arena, json, diags, &cond);
    case AS_RULE:
        return definition_parse_rule(arena, json, diags, &definition);
    case AS_DEFINITION:
        return definition_parse(arena, json, diags, &definition);
    }
    return false;
}

static void check_rows(Level level, const Row *rows, size_t count)
{
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    for (size_t i = 0; i < count; i++) {
        DiagList diags;
        diag_init(&diags, &arena, STR("rule.json"));
        bool ok = parse(&arena, level, json_text(&arena, rows[i].json), &diags);
        bool want_ok = rows[i].code == NULL;
        bool said = want_ok || diags_have(&diags, rows[i].code, rows[i].text);
        CHECK_ROW(rows[i].row, ok == want_ok);
        CHECK_ROW(rows[i].row, said);
        CHECK_ROW(rows[i].row, ok == (diags.errors == 0));
        if (ok != want_ok || !said) {
            diags_print(&diags);
        }
    }
    arena_free(&arena);
}

TEST(conditions)
{
    static const Row rows[] = {
        {"no object", "[]", "not-an-object", "a condition must be an object, not an array"},
        {"nothing", "{}", "missing-condition", "a condition needs one of field, value, count"},
        {"no left side", "{'equals': 1}", "missing-operand", "needs one of field"},
        {"no operator", "{'field': 'type'}", "missing-operator", "needs an operator"},
        {"two operators", "{'field': 'type', 'equals': 'a', 'like': 'b'}", "several-operators",
         "here are \"equals\" and \"like\""},
        {"two left sides", "{'field': 'type', 'value': 1, 'equals': 'a'}", "several-operands",
         "one of field, value and count, here are 2"},
        {"misspelt operator", "{'field': 'type', 'equal': 'a'}", "unknown-operator",
         "\"equal\" is not an operator; did you mean \"equals\"?"},
        {"unlike any operator", "{'field': 'type', 'resembles': 'a'}", "unknown-operator",
         "\"resembles\" is not an operator"},
        {"extra key", "{'field': 'type', 'equals': 'a', 'feild': 1}", "unknown-key",
         "\"feild\" is not a key of a condition; did you mean \"field\"?"},
        {"source", "{'source': 'action', 'equals': 'a'}", "unknown-key", "no longer part"},
        {"key twice by case", "{'field': 'type', 'Field': 'name', 'equals': 'a'}", "duplicate-key",
         "\"Field\" is here twice"},
        {"operator twice by case", "{'field': 'type', 'equals': 'a', 'EQUALS': 'b'}",
         "duplicate-key", "\"EQUALS\" is here twice"},
        {"not with company", "{'not': {'field': 'a', 'equals': 1}, 'field': 'b', 'equals': 2}",
         "extra-key", "allOf, anyOf and not stand alone"},
        {"allOf and anyOf", "{'allOf': [], 'anyOf': []}", "extra-key", "stand alone"},
        {"allOf no array", "{'allOf': {'field': 'a', 'equals': 1}}", "not-an-array",
         "\"allOf\" must be an array of conditions, not an object"},
        {"error inside", "{'anyOf': [{'not': {'allOf': [{'field': 'a'}]}}]}", "missing-operator",
         "needs an operator"},
        {"field no string", "{'field': 1, 'equals': 1}", "wrong-type",
         "\"field\" must be a string"},
        {"field empty", "{'field': '', 'equals': 1}", "empty-field", "may not be empty"},
        {"in without array", "{'field': 'a', 'in': 'b'}", "wrong-type",
         "\"in\" wants an array, not a string"},
        {"exists maybe", "{'field': 'a', 'exists': 'maybe'}", "wrong-type", "true or false"},
        {"expression broken", "{'value': '[concat(`a`]', 'equals': 1}", "expression-syntax", ""},
        {"function unknown", "{'value': '[konkat(`a`)]', 'equals': 1}", "unknown-function", ""},
        {"function not for rules", "{'value': '[resourceId(`a`)]', 'equals': 1}",
         "disallowed-function", ""},
        {"leaf", "{'field': 'type', 'equals': 'a'}", NULL, NULL},
        {"null is a value", "{'field': 'type', 'equals': null}", NULL, NULL},
        {"any case", "{'ANYOF': [{'Field': 'a', 'notequals': 1}, {'VALUE': 1, 'EXISTS': 'True'}]}",
         NULL, NULL},
        {"empty lists", "{'allOf': [{'allOf': []}, {'anyOf': []}]}", NULL, NULL},
        {"list as parameter", "{'field': 'a', 'in': '[parameters(`list`)]'}", NULL, NULL},
        {"a bracket that is none", "{'field': 'name', 'equals': '[[x]'}", NULL, NULL},
    };
    check_rows(AS_CONDITION, rows, COUNTOF(rows));
}

TEST(counts)
{
    static const Row rows[] = {
        {"no object", "{'count': 1, 'equals': 1}", "not-an-object", "count must be an object"},
        {"neither", "{'count': {}, 'equals': 1}", "count-source", "here is neither"},
        {"both", "{'count': {'field': 'a[*]', 'value': []}, 'equals': 1}", "count-source",
         "here are both"},
        {"no star", "{'count': {'field': 'a/b/c'}, 'equals': 1}", "count-field",
         "needs an array alias with [*]"},
        {"field by expression", "{'count': {'field': '[concat(`a`, `[*]`)]'}, 'equals': 1}",
         "count-field", "written out"},
        {"named field count", "{'count': {'field': 'a[*]', 'name': 'x'}, 'equals': 1}",
         "count-name", "only a value count has a name"},
        {"name no string", "{'count': {'value': [1], 'name': 42}, 'equals': 1}", "count-name",
         "must be a string"},
        {"counting a number", "{'count': {'value': 3}, 'equals': 1}", "wrong-type",
         "must be an array or an expression"},
        {"unknown key", "{'count': {'field': 'a[*]', 'were': {}}, 'equals': 1}", "unknown-key",
         "did you mean \"where\"?"},
        {"where broken", "{'count': {'field': 'a[*]', 'where': {'field': 'a[*].b'}}, 'equals': 1}",
         "missing-operator", ""},
        {"nested without name",
         "{'count': {'value': [1], 'name': 'o', 'where': {'count': {'value': [2]}, 'equals': 1}},"
         " 'equals': 1}",
         "count-name", "inside another count needs a name"},
        {"same name twice",
         "{'count': {'value': [1], 'name': 'o', 'where': {'count': {'value': [2], 'name': 'O'},"
         " 'equals': 1}}, 'equals': 1}",
         "count-name", "already named"},
        {"current outside", "{'value': '[current()]', 'equals': 1}", "unknown-current",
         "only in the where of a count"},
        {"current of nobody",
         "{'count': {'value': [1], 'name': 'x', 'where': {'value': '[current(`y`)]', 'equals': 1}},"
         " 'equals': 1}",
         "unknown-current", "\"y\""},
        {"current of a longer name",
         "{'count': {'field': 'a[*]', 'where': {'value': '[current(`a[*]x`)]', 'equals': 1}},"
         " 'equals': 1}",
         "unknown-current", ""},
        {"field count", "{'count': {'field': 'a[*]'}, 'equals': 1}", NULL, NULL},
        {"value count", "{'count': {'value': '[parameters(`p`)]'}, 'equals': 1}", NULL, NULL},
        {"current",
         "{'count': {'field': 'a[*]', 'where': {'count': {'value': [1], 'name': 'v', 'where':"
         " {'allOf': [{'value': '[current()]', 'equals': 1}, {'value': '[current(`V`)]', 'equals':"
         " 1}, {'value': '[current(`A[*].b`)]', 'equals': '[current(`a[*]`)]'}]}}, 'equals': 1}},"
         " 'equals': 1}",
         NULL, NULL},
    };
    check_rows(AS_CONDITION, rows, COUNTOF(rows));
}

#define ROLES "'roleDefinitionIds': ['r'], "
#define RULE(then) "{'if': {'field': 'type', 'equals': 'a'}, 'then': " then "}"

TEST(rules)
{
    static const Row rows[] = {
        {"no if", "{'then': {'effect': 'deny'}}", "missing-if", "needs an \"if\""},
        {"no then", "{'if': {'field': 'a', 'equals': 1}}", "missing-then", "needs a \"then\""},
        {"no effect", RULE("{}"), "missing-effect", "then needs an effect"},
        {"then key", RULE("{'effect': 'deny', 'detail': {}}"), "unknown-key",
         "did you mean \"details\"?"},
        {"misspelt effect", RULE("{'effect': 'audi'}"), "unknown-effect",
         "\"audi\" is not an effect; did you mean \"audit\"?"},
        {"effect no string", RULE("{'effect': 1}"), "wrong-type", "\"effect\" must be a string"},
        {"details number", RULE("{'effect': 'deny', 'details': 1}"), "not-an-object", "details"},
        {"details key",
         RULE("{'effect': 'auditIfNotExists', 'details': {'type': 'a/b',"
              " 'existenceConditon': {}}}"),
         "unknown-key", "did you mean \"existenceCondition\"?"},
        {"no related type", RULE("{'effect': 'AuditIfNotExists', 'details': {}}"), "missing-key",
         "auditIfNotExists needs details with the type"},
        {"existence broken",
         RULE("{'effect': 'auditIfNotExists', 'details': {'type': 'a/b',"
              " 'existencecondition': {'field': 'x'}}}"),
         "missing-operator", ""},
        {"existence scope",
         RULE("{'effect': 'auditIfNotExists', 'details': {'type': 'a/b',"
              " 'existenceScope': 'tenant'}}"),
         "bad-value", "existenceScope cannot be \"tenant\""},
        {"modify oddly",
         RULE("{'effect': 'modify', 'details': {" ROLES "'operations': [{'operation':"
              " 'replace', 'field': 'tags.a', 'value': 1}]}}"),
         "unknown-operation", "\"replace\" is not an operation"},
        {"add nothing",
         RULE("{'effect': 'modify', 'details': {" ROLES "'operations': [{'operation': 'add',"
              " 'field': 'tags.a'}]}}"),
         "missing-key", "an operation that adds needs a value"},
        {"add nowhere",
         RULE("{'effect': 'modify', 'details': {" ROLES "'operations': [{'operation': 'add',"
              " 'value': 1}]}}"),
         "missing-key", "an operation needs a field"},
        {"remove a property",
         RULE("{'effect': 'modify', 'details': {" ROLES "'operations': [{'operation':"
              " 'remove', 'field': 'a/b/c'}]}}"),
         "invalid-operation", "remove is for tags only"},
        {"misspelt key where an effect is a parameter",
         RULE("{'effect': '[parameters(`effect`)]', 'details': {'type': 'a/b', 'nam': 'x'}}"),
         "unknown-key", "did you mean \"name\"?"},
        {"misspelt key of manual", RULE("{'effect': 'manual', 'details': {'defaultStat': 'x'}}"),
         "unknown-key", "did you mean \"defaultState\"?"},
        {"conflict effect",
         RULE("{'effect': 'modify', 'details': {'conflictEffect': 'modify',"
              " 'operations': []}}"),
         "bad-value", "conflictEffect cannot be \"modify\""},
        {"default state", RULE("{'effect': 'manual', 'details': {'defaultState': 'Fine'}}"),
         "bad-value", "defaultState cannot be \"Fine\"; use Unknown"},
        {"append key", RULE("{'effect': 'append', 'details': [{'field': 'a', 'valu': 1}]}"),
         "unknown-key", "did you mean \"value\"?"},
        {"plain", RULE("{'effect': 'Audit'}"), NULL, NULL},
        {"by parameter", RULE("{'effect': '[parameters(`effect`)]', 'details': {'type': 'a/b'}}"),
         NULL, NULL},
        {"append many",
         RULE("{'effect': 'append', 'details': [{'field': 'a', 'value': null},"
              " {'field': 'b', 'value': '[toLower(`X`)]'}]}"),
         NULL, NULL},
        {"append one", RULE("{'effect': 'append', 'details': {'field': 'a', 'value': 1}}"), NULL,
         NULL},
        {"modify",
         RULE("{'effect': 'modify', 'details': {'roleDefinitionIds': [], 'conflictEffect':"
              " 'audit', 'operations': [{'operation': 'AddOrReplace', 'field': 'tags.a',"
              " 'value': 1, 'condition': '[true()]'}, {'operation': 'remove', 'field':"
              " 'tags[`x`]'}]}}"),
         NULL, NULL},
        {"other keys are ignored",
         "{'if': {'field': 'a', 'equals': 1}, 'then': {'effect': 'deny'},"
         " 'note': 1}",
         NULL, NULL},
    };
    check_rows(AS_RULE, rows, COUNTOF(rows));
}

// What says something and leaves the rule as it is.
TEST(rule_warnings)
{
    static const Row rows[] = {
        {"beside if and then", "{'if': {'allOf': []}, 'then': {'effect': 'deny'}, 'note': 1}",
         "unknown-key", "\"note\" is not a key of a policy rule and is ignored"},
        {"notes of audit", RULE("{'effect': 'audit', 'details': {'reason': 'x'}}"), "unknown-key",
         "\"reason\" is not a key of details and is ignored"},
        {"notes where an effect is a parameter",
         RULE("{'effect': '[parameters(`effect`)]', 'details': {'reason': 'x'}}"), "unknown-key",
         "is ignored"},
        {"modify without details", RULE("{'effect': 'modify'}"), "missing-details",
         "modify has no details that say what it writes"},
        {"append without details", RULE("{'effect': 'append'}"), "missing-details",
         "append has no details"},
        {"modify nothing", RULE("{'effect': 'modify', 'details': {}}"), "missing-details",
         "modify has no details that say"},
        {"modify by no operation",
         RULE("{'effect': 'modify', 'details': {" ROLES "'operations': []}}"), "missing-details",
         "modify has no details that say"},
        {"append an empty list", RULE("{'effect': 'append', 'details': []}"), "missing-details",
         "append has no details that say"},
        {"modify as nobody",
         RULE("{'effect': 'modify', 'details': {'operations': [{'operation': 'add', 'field':"
              " 'tags.a', 'value': 1}]}}"),
         "missing-roles", "modify needs roleDefinitionIds"},
        {"modify as a number",
         RULE("{'effect': 'modify', 'details': {'roleDefinitionIds': 1, 'operations':"
              " [{'operation': 'remove', 'field': 'tags.a'}]}}"),
         "missing-roles", "modify needs roleDefinitionIds"},
        {"deployIfNotExists with nothing to deploy",
         RULE("{'effect': 'DeployIfNotExists', 'details': {'type': 'a/b', 'RoleDefinitionIds':"
              " ['r']}}"),
         "missing-details", "deployIfNotExists needs deployment in its details"},
        {"deployIfNotExists as nobody",
         RULE("{'effect': 'deployIfNotExists', 'details': {'type': 'a/b', 'deployment': {}}}"),
         "missing-roles", "deployIfNotExists needs roleDefinitionIds"},
        {"denyAction of nothing", RULE("{'effect': 'denyAction'}"), "missing-details",
         "denyAction needs actionNames"},
        {"related type that is none",
         RULE("{'effect': 'auditIfNotExists', 'details': {'type': 'extensions'}}"), "bad-value",
         "\"extensions\" is no resource type"},
        {"a star for contains",
         "{'if': {'field': 'name', 'notContains': 'a*'}, 'then': {'effect': 'deny'}}", "wildcard",
         "to \"notContains\" a * is a *"},
        {"two stars", "{'if': {'field': 'name', 'like': 'a*b*'}, 'then': {'effect': 'deny'}}",
         "several-wildcards", "here are 2"},
        {"current of which",
         "{'if': {'count': {'value': [1], 'name': 'o', 'where': {'count': {'field': 'a/b/c[*]',"
         " 'where': {'value': '[current()]', 'equals': 1}}, 'equals': 1}}, 'equals': 1},"
         " 'then': {'effect': 'deny'}}",
         "unnamed-current", "current('a/b/c[*]')"},
        {"misspelt field", "{'if': {'field': 'tag.env', 'equals': 1}, 'then': {'effect': 'deny'}}",
         "unknown-field",
         "\"tag.env\" is neither a field nor an alias (Namespace/type/path):"
         " there is no such value; did you mean \"tags\"?"},
        {"bracket not closed",
         "{'if': {'not': {'field': 'tags[a', 'equals': 1}}, 'then': {'effect': 'deny'}}",
         "unknown-field", "\"tags[a\" is neither"},
        {"misspelt field in a count",
         "{'if': {'count': {'field': 'rules[*]'}, 'equals': 1}, 'then': {'effect': 'deny'}}",
         "unknown-field", "\"rules[*]\" is neither"},
        {"misspelt field in an expression",
         "{'if': {'value': '[length(field(`nam`))]', 'equals': 1}, 'then': {'effect': 'deny'}}",
         "unknown-field", "did you mean \"name\"?"},
        {"misspelt field of an operation",
         RULE("{'effect': 'append', 'details': [{'field': 'properties.x', 'value': 1}]}"),
         "unknown-field", "\"properties.x\" is neither"},
        {"remove a value",
         RULE("{'effect': 'modify', 'details': {" ROLES "'operations': [{'operation':"
              " 'remove', 'field': 'tags.a', 'value': 1}]}}"),
         "invalid-operation", "its value means nothing"},
    };
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        DiagList diags;
        diag_init(&diags, &arena, STR("rule.json"));
        CHECK_ROW(rows[i].row, parse(&arena, AS_RULE, json_text(&arena, rows[i].json), &diags));
        CHECK_ROW(rows[i].row, diags_have(&diags, rows[i].code, rows[i].text));
    }
    arena_free(&arena);
}

#define DEFINITION(more) "{'policyRule': " RULE("{'effect': '[parameters(`effect`)]'}") more "}"

TEST(definitions)
{
    static const Row rows[] = {
        {"no rule", "{'displayName': 'x', 'mode': 'All'}", "missing-rule", "\"policyRule\""},
        {"no object", "'x'", "not-an-object", "a definition must be an object"},
        {"key outside and inside",
         "{'displayName': 'a', 'properties': {'displayName': 'b', 'policyRule':"
         " " RULE("{'effect': 'deny'}") "}}",
         "duplicate-key", "\"displayName\" is here twice"},
        {"undeclared parameter", DEFINITION(", 'parameters': {'efect': {'type': 'String'}}"),
         "unknown-parameter", "\"effect\" is not declared; did you mean \"efect\"?"},
        {"parameter twice",
         DEFINITION(", 'parameters': {'effect': {'type': 'String'}, 'Effect':"
                    " {'type': 'String'}}"),
         "duplicate-key", "\"Effect\" is declared twice"},
        {"parameter without type", DEFINITION(", 'parameters': {'effect': {}}"), "parameter-type",
         "\"effect\" needs a type"},
        {"parameter of another type", DEFINITION(", 'parameters': {'effect': {'type': 'Strin'}}"),
         "parameter-type", "did you mean String"},
        {"default of another type",
         DEFINITION(", 'parameters': {'effect': {'type': 'String', 'defaultValue': 1}}"),
         "parameter-type", "the default of parameter \"effect\" (String) is a number"},
        {"default not allowed",
         DEFINITION(", 'parameters': {'effect': {'type': 'String',"
                    " 'defaultValue': 'audit', 'allowedValues': ['Audit']}}"),
         "parameter-not-allowed", "not one of the allowed values"},
        {"integer with a fraction",
         DEFINITION(", 'parameters': {'effect': {'type': 'String'}, 'n':"
                    " {'type': 'Integer', 'defaultValue': 1.5}}"),
         "parameter-type", "(Integer) is a number"},
        {"mode", DEFINITION(", 'parameters': {'effect': {'type': 'String'}}, 'mode': 'Some'"),
         "unknown-mode", "\"Some\" is not a mode"},
        {"bare",
         DEFINITION(", 'parameters': {'effect': {'type': 'string', 'defaultValue': 'Audit',"
                    " 'allowedValues': ['Audit']}}, 'mode': 'indexed'"),
         NULL, NULL},
        {"array of allowed values",
         DEFINITION(", 'parameters': {'effect': {'type': 'String'}, 'l':"
                    " {'type': 'Array', 'allowedValues': ['a', 'b'],"
                    " 'defaultValue': ['b', 'a']}}"),
         NULL, NULL},
    };
    check_rows(AS_DEFINITION, rows, COUNTOF(rows));
}

TEST(definition_is_read)
{
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    DiagList diags;
    diag_init(&diags, &arena, STR("d.json"));
    const Definition *d = NULL;
    bool ok = definition_parse(
        &arena,
        json_text(
            &arena,
            "{'id': '/providers/Microsoft.Authorization/policyDefinitions/abc', 'name': 'abc',"
            " 'type': 'Microsoft.Authorization/policyDefinitions', 'properties': {"
            "'displayName': 'D', 'policyType': 'static', 'Mode': 'Microsoft.KeyVault.Data',"
            "'metadata': {'category': 'C', 'version': '1.2.3', 'deprecated': true},"
            "'parameters': {'Days': {'type': 'integer', 'defaultValue': 3, 'metadata':"
            " {'displayName': 'N'}}},"
            "'policyRule': {'if': {'field': 'a/b/c', 'greater': '[parameters(`days`)]'},"
            "'then': {'effect': 'auditIfNotExists', 'details': {'type': 'a/b', 'name': 'n',"
            " 'existenceScope': 'subscription', 'ResourceGroupName': 'rg',"
            "'existenceCondition': {'field': 'name', 'equals': 1}}}}}}"),
        &diags, &d);
    CHECK(ok && diags.count == 0);
    if (ok) {
        CHECK(str_eq(d->name, STR("abc")) && str_eq(d->display_name, STR("D")));
        CHECK(d->mode_kind == MODE_FIELDS && definition_is_static(d) && d->deprecated);
        CHECK(str_eq(d->version, STR("1.2.3")) && str_eq(d->category, STR("C")));
        CHECK(definition_find_parameter(d, STR("DAYS")) == &d->parameters[0]);
        CHECK(definition_find_parameter(d, STR("day")) == NULL);
        CHECK(str_eq(d->parameters[0].display_name, STR("N")));
        CHECK(d->condition->op == OP_GREATER && d->details.existence != NULL);
        CHECK(d->details.resource_group != NULL && d->details.existence_scope != NULL);
    }
    arena_free(&arena);
}

// The mode alone, or what details carry, says whether a rule is ours to evaluate.
TEST(modes)
{
    static const struct {
        const char *mode;
        const char *details;
        ModeKind kind;
    } rows[] = {
        {"All", "{}", MODE_ALL},
        {"indexed", "{}", MODE_INDEXED},
        {"", "{}", MODE_INDEXED},
        {"Microsoft.Kubernetes.Data", "{'templateInfo': {}, 'values': {}}", MODE_CONSTRAINT},
        {"Microsoft.ContainerService.Data", "{}", MODE_CONSTRAINT},
        {"Microsoft.KeyVault.Data", "{}", MODE_FIELDS},
        {"Microsoft.MachineLearningServices.Data", "{'setting': {}}", MODE_CONSTRAINT},
        {"Microsoft.MachineLearningServices.v2.Data", "{}", MODE_FIELDS},
        {"Contoso.New.Data", "{}", MODE_FIELDS},
    };
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        char text[512];
        (void)snprintf(text, sizeof text,
                       "{'mode': '%s', 'policyRule': {'if': {'field': 'type', 'equals': 'a'},"
                       " 'then': {'effect': 'audit', 'details': %s}}}",
                       rows[i].mode, rows[i].details);
        DiagList diags;
        diag_init(&diags, &arena, STR("d.json"));
        const Definition *d = NULL;
        bool ok = definition_parse(&arena, json_text(&arena, text), &diags, &d);
        CHECK_ROW(rows[i].mode, ok && d->mode_kind == rows[i].kind);
    }
    arena_free(&arena);
}

// ---- limits: one at, one past ----

static char *repeat(Arena *arena, const char *before, const char *item, int count,
                    const char *after)
{
    Buf buf = {0};
    buf_printf(&buf, "%s", before);
    for (int i = 0; i < count; i++) {
        buf_printf(&buf, "%s%s", i != 0 ? "," : "", item);
    }
    buf_printf(&buf, "%s", after);
    char *text = NEW_ARRAY(arena, char, buf.len + 1);
    memcpy(text, buf.ptr, buf.len);
    buf_free(&buf);
    return text;
}

static char *nest(Arena *arena, int depth)
{
    Buf buf = {0};
    for (int i = 0; i + 1 < depth; i++) {
        buf_printf(&buf, "{'not':");
    }
    buf_printf(&buf, "{'field':'a','equals':1}");
    for (int i = 0; i + 1 < depth; i++) {
        buf_printf(&buf, "}");
    }
    char *text = NEW_ARRAY(arena, char, buf.len + 1);
    memcpy(text, buf.ptr, buf.len);
    buf_free(&buf);
    return text;
}

TEST(limits)
{
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    const char *leaf = "{'field':'a','equals':1}";
    const char *count = "{'count':{'field':'a[*]'},'equals':1}";
    const char *values = "{'count':{'value':'[parameters(`p`)]'},'equals':1}";
    const char *existence = "{'if':{'field':'a','equals':1},'then':{'effect':'auditIfNotExists',"
                            "'details':{'type':'a/b','existenceCondition':{'allOf':[";
    const Row conditions[] = {
        {"conditions", repeat(&arena, "{'allOf':[", leaf, 4097, "]}"), "limit-conditions", "4097"},
        {"field counts", repeat(&arena, "{'allOf':[", count, 6, "]}"), "limit-field-counts", "5"},
        {"value counts", repeat(&arena, "{'allOf':[", values, 11, "]}"), "limit-value-counts",
         "10"},
        {"iterations", repeat(&arena, "{'count':{'value':[", "1", 101, "]},'equals':1}"),
         "limit-value-iterations", "100"},
        {"depth", nest(&arena, 65), "limit-depth", "64"},
        {"functions",
         repeat(&arena, "{'allOf':[", "{'value':'[concat(`a`)]','equals':1}", 2049, "]}"), NULL,
         NULL}, // counted for a whole rule, not for a condition alone
        {"conditions at the limit", repeat(&arena, "{'allOf':[", leaf, 4096, "]}"), NULL, NULL},
        {"field counts at the limit", repeat(&arena, "{'allOf':[", count, 5, "]}"), NULL, NULL},
        {"value counts at the limit", repeat(&arena, "{'allOf':[", values, 10, "]}"), NULL, NULL},
        {"iterations at the limit",
         repeat(&arena, "{'count':{'value':[", "1", 100, "]},'equals':1}"), NULL, NULL},
        {"depth at the limit", nest(&arena, 64), NULL, NULL},
    };
    check_rows(AS_CONDITION, conditions, COUNTOF(conditions));
    const Row rules[] = {
        {"existence", repeat(&arena, existence, leaf, 129, "]}}}}"), "limit-conditions",
         "129 conditions, at most 128"},
        {"functions",
         repeat(&arena, "{'if':{'allOf':[", "{'value':'[concat(`a`)]','equals':1}", 2049,
                "]},'then':{'effect':'audit'}}"),
         "limit-functions", "2049"},
        {"existence at the limit", repeat(&arena, existence, leaf, 128, "]}}}}"), NULL, NULL},
        {"functions at the limit",
         repeat(&arena, "{'if':{'allOf':[", "{'value':'[concat(`a`)]','equals':1}", 2048,
                "]},'then':{'effect':'audit'}}"),
         NULL, NULL},
    };
    check_rows(AS_RULE, rules, COUNTOF(rules));
    arena_free(&arena);
}

// Several errors of one file come out together, each at its place.
TEST(errors_have_places)
{
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    DiagList diags;
    diag_init(&diags, &arena, STR("r.json"));
    const Definition *d = NULL;
    CHECK(!definition_parse_rule(
        &arena,
        json_text(&arena,
                  "{'if': {'allOf': [\n  {'field': 'type', 'equls': 1},\n  {'value': 1}\n]},\n"
                  "'then': {'effect': 'denny'}}"),
        &diags, &d));
    CHECK(diags.errors == 3);
    CHECK(diags.first != NULL && diags.first->at.line == 2 && diags.first->at.col == 21);
    diag_init(&diags, &arena, STR("r.json"));
    CHECK(!definition_parse_rule(
        &arena, json_text(&arena, "{'if': {'field': 'type',\n  'exists': '[[x]'}, 'then': {}}"),
        &diags, &d));
    CHECK(diags.first != NULL && diags.first->at.line == 2 && diags.first->at.col == 13);
    arena_free(&arena);
}

// ---- beside the checkout ----

TEST(published_definitions)
{
    static const char *const files[] = {"corpus/azure-policy/definitions.ndjson",
                                        "corpus/azure-policy/definitions-gov.ndjson"};
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    DiagList diags;
    diag_init(&diags, &arena, STR("corpus"));
    uint32_t parsed = 0;
    uint32_t constraints = 0;
    for (size_t f = 0; f < COUNTOF(files); f++) {
        const Json *const *docs = NULL;
        uint32_t count = 0;
        if (!shared_lines(&arena, files[f], &docs, &count)) {
            continue;
        }
        for (uint32_t i = 0; i < count; i++) {
            const Definition *d = NULL;
            bool ok = definition_parse(&arena, docs[i], &diags, &d);
            CHECK(ok);
            parsed += ok ? 1 : 0;
            constraints += ok && d->mode_kind == MODE_CONSTRAINT ? 1 : 0;
        }
    }
    printf("# %u published definitions parsed, %u of them with constraint templates\n", parsed,
           constraints);
    CHECK(diags.errors == 0);
    CHECK(parsed == 0 || (parsed >= 5009 && constraints >= 158));
    diags_print(&diags);
    arena_free(&arena);
}

static Level level_of(const Json *doc)
{
    Str level = json_find_str(doc, STR("parse_level"));
    return str_eq(level, STR("policy_rule"))  ? AS_RULE
           : str_eq(level, STR("constraint")) ? AS_CONDITION
                                              : AS_DEFINITION;
}

TEST(parser_cases)
{
    static const char *const names[] = {
        "count",        "expressions",       "fields",     "logical_combinators", "operators",
        "parse_errors", "policy_definition", "policy_rule"};
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    for (size_t f = 0; f < COUNTOF(names); f++) {
        char path[128];
        (void)snprintf(path, sizeof path, "conformance/policy/parser.%s.ndjson", names[f]);
        const Json *const *docs = NULL;
        uint32_t count = 0;
        if (!shared_lines(&arena, path, &docs, &count)) {
            continue;
        }
        for (uint32_t i = 0; i < count; i++) {
            const Json *policy = json_find(docs[i], STR("policy"));
            Level level = level_of(docs[i]);
            const Json *condition = json_find(policy, STR("if"));
            policy = level == AS_CONDITION && condition != NULL ? condition : policy;
            const Json *want = json_find(docs[i], STR("want_parse_error"));
            DiagList diags;
            diag_init(&diags, &arena, STR("case"));
            const char *note = "";
            CHECK(str_to_cstr(&arena, json_find_str(docs[i], STR("note")), &note));
            bool ok = policy != NULL && parse(&arena, level, policy, &diags);
            CHECK_ROW(note, ok == !(json_is(want, JSON_BOOL) && want->boolean));
        }
    }
    arena_free(&arena);
}
