// SPDX-License-Identifier: Apache-2.0
// Rules over the fields of gen_value: mostly of fitting kinds, so that conditions hold or not,
// and often enough of others, so that there are errors too.
#include "policy/gen_rule.h"

#include <string.h>

enum { SCOPES_MAX = 4, RULE_DEPTH = 3, EXPR_DEPTH = 3 };

// What an expression should be.
typedef enum Kind { KIND_TEXT, KIND_NUMBER, KIND_BOOL, KIND_ARRAY, KIND_OBJECT, KIND_COUNT } Kind;

typedef struct GenScope {
    const char *name;  // of a value count; NULL = a field count
    const char *alias; // of a field count
} GenScope;

typedef struct RuleGen {
    GenRand *rand;
    Buf *out;
    const char *type; // whose fields the left side names
    GenScope scopes[SCOPES_MAX];
    uint32_t scope_count;
} RuleGen;

static uint32_t pick(RuleGen *gen, uint32_t bound)
{
    return gen_pick(gen->rand, bound);
}

static bool chance(RuleGen *gen, uint32_t percent)
{
    return pick(gen, 100) < percent;
}

static void put(RuleGen *gen, const char *text)
{
    buf_push(gen->out, (Str){text, strlen(text)});
}

#define PICK(gen, list) ((list)[pick((gen), (uint32_t)COUNTOF(list))])

// ---- fields ----

// Paths below the type; the second group reads the elements of the first array, and so on.
static const char *const plain_paths[] = {"num",      "text", "flag",  "sub.name",
                                          "sku.name", "list", "items", "missing"};
static const char *const star_paths[] = {"list[*]",
                                         "items[*]",
                                         "items[*].a",
                                         "items[*].b.c",
                                         "items[*].list[*]",
                                         "items[*].inner[*].v",
                                         "items[*].inner[*].deep[*]",
                                         "none[*].x"};
static const char *const counted_paths[] = {
    "list[*]", "items[*]", "items[*].list[*]", "items[*].inner[*]", "items[*].inner[*].deep[*]",
    "none[*]"};
static const char *const builtins[] = {"name",          "type",    "kind",
                                       "location",      "id",      "tags",
                                       "tags['Env']",   "tags.k",  "tags[cost.center]",
                                       "identity.type", "fullName"};

static bool starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static const char *counted_alias(const RuleGen *gen, uint32_t depth)
{
    for (uint32_t i = gen->scope_count; i > 0; i--) {
        if (gen->scopes[i - 1].alias != NULL && depth-- == 0) {
            return gen->scopes[i - 1].alias;
        }
    }
    return NULL;
}

// A path that a count around this place binds, when there is one.
static const char *bound_path(RuleGen *gen, const char *const *paths, uint32_t count)
{
    const char *alias = counted_alias(gen, pick(gen, 2));
    for (uint32_t tries = 0; alias != NULL && tries < 8; tries++) {
        const char *path = paths[pick(gen, count)];
        if (starts(path, alias)) {
            return path;
        }
    }
    return paths[pick(gen, count)];
}

static void put_alias(RuleGen *gen, const char *path)
{
    put(gen, gen->type);
    put(gen, "/");
    put(gen, path);
}

static void put_field_name(RuleGen *gen)
{
    uint32_t dice = pick(gen, 20);
    if (dice < 7) {
        put_alias(gen, PICK(gen, plain_paths));
    } else if (dice < 13) {
        put_alias(gen, bound_path(gen, star_paths, COUNTOF(star_paths)));
    } else if (dice < 19) {
        put(gen, PICK(gen, builtins));
    } else {
        put(gen, chance(gen, 50) ? "Demo.Provider/elsewhere/x" : "Demo.Provider/elsewhere/x[*].y");
    }
}

// ---- expressions: the text between the brackets ----

static void put_expr(RuleGen *gen, Kind kind, uint32_t depth);

static void put_call(RuleGen *gen, const char *name, const Kind *kinds, uint32_t count,
                     uint32_t depth)
{
    put(gen, name);
    put(gen, "(");
    for (uint32_t i = 0; i < count; i++) {
        put(gen, i != 0 ? ", " : "");
        put_expr(gen, kinds[i], depth);
    }
    put(gen, ")");
}

typedef struct Call {
    const char *name;
    Kind result;
    Kind args[3];
    uint32_t count;
} Call;

static const Call calls[] = {
    {"concat", KIND_TEXT, {KIND_TEXT, KIND_TEXT}, 2},
    {"toLower", KIND_TEXT, {KIND_TEXT}, 1},
    {"toUpper", KIND_TEXT, {KIND_TEXT}, 1},
    {"replace", KIND_TEXT, {KIND_TEXT, KIND_TEXT, KIND_TEXT}, 3},
    {"string", KIND_TEXT, {KIND_NUMBER}, 1},
    {"padLeft", KIND_TEXT, {KIND_TEXT, KIND_NUMBER}, 2},
    {"substring", KIND_TEXT, {KIND_TEXT, KIND_NUMBER}, 2},
    {"trim", KIND_TEXT, {KIND_TEXT}, 1},
    {"first", KIND_TEXT, {KIND_ARRAY}, 1},
    {"last", KIND_TEXT, {KIND_ARRAY}, 1},
    {"coalesce", KIND_TEXT, {KIND_TEXT, KIND_TEXT}, 2},
    {"if", KIND_TEXT, {KIND_BOOL, KIND_TEXT, KIND_TEXT}, 3},
    {"addDays", KIND_TEXT, {KIND_TEXT, KIND_NUMBER}, 2},
    {"length", KIND_NUMBER, {KIND_ARRAY}, 1},
    {"length", KIND_NUMBER, {KIND_TEXT}, 1},
    {"add", KIND_NUMBER, {KIND_NUMBER, KIND_NUMBER}, 2},
    {"sub", KIND_NUMBER, {KIND_NUMBER, KIND_NUMBER}, 2},
    {"div", KIND_NUMBER, {KIND_NUMBER, KIND_NUMBER}, 2},
    {"int", KIND_NUMBER, {KIND_TEXT}, 1},
    {"max", KIND_NUMBER, {KIND_NUMBER, KIND_NUMBER}, 2},
    {"if", KIND_NUMBER, {KIND_BOOL, KIND_NUMBER, KIND_NUMBER}, 3},
    {"indexOf", KIND_NUMBER, {KIND_TEXT, KIND_TEXT}, 2},
    {"equals", KIND_BOOL, {KIND_TEXT, KIND_TEXT}, 2},
    {"equals", KIND_BOOL, {KIND_NUMBER, KIND_NUMBER}, 2},
    {"contains", KIND_BOOL, {KIND_ARRAY, KIND_TEXT}, 2},
    {"contains", KIND_BOOL, {KIND_TEXT, KIND_TEXT}, 2},
    {"contains", KIND_BOOL, {KIND_OBJECT, KIND_TEXT}, 2},
    {"empty", KIND_BOOL, {KIND_ARRAY}, 1},
    {"empty", KIND_BOOL, {KIND_TEXT}, 1},
    {"startsWith", KIND_BOOL, {KIND_TEXT, KIND_TEXT}, 2},
    {"greater", KIND_BOOL, {KIND_NUMBER, KIND_NUMBER}, 2},
    {"lessOrEquals", KIND_BOOL, {KIND_TEXT, KIND_TEXT}, 2},
    {"and", KIND_BOOL, {KIND_BOOL, KIND_BOOL}, 2},
    {"or", KIND_BOOL, {KIND_BOOL, KIND_BOOL}, 2},
    {"not", KIND_BOOL, {KIND_BOOL}, 1},
    {"ipRangeContains", KIND_BOOL, {KIND_TEXT, KIND_TEXT}, 2},
    {"split", KIND_ARRAY, {KIND_TEXT, KIND_TEXT}, 2},
    {"createArray", KIND_ARRAY, {KIND_TEXT, KIND_TEXT}, 2},
    {"union", KIND_ARRAY, {KIND_ARRAY, KIND_ARRAY}, 2},
    {"intersection", KIND_ARRAY, {KIND_ARRAY, KIND_ARRAY}, 2},
    {"take", KIND_ARRAY, {KIND_ARRAY, KIND_NUMBER}, 2},
    {"skip", KIND_ARRAY, {KIND_ARRAY, KIND_NUMBER}, 2},
    {"createObject", KIND_OBJECT, {KIND_TEXT, KIND_TEXT}, 2},
};

static const char *const constants[KIND_COUNT][6] = {
    [KIND_TEXT] = {"'abc'", "'ABC'", "''", "'5'", "'2024-01-01T00:00:00Z'", "utcNow()"},
    [KIND_NUMBER] = {"0", "1", "2", "5", "-3", "10"},
    [KIND_BOOL] = {"true()", "false()", "true()", "false()", "equals(1, 1)", "empty('')"},
    [KIND_ARRAY] = {"createArray()", "createArray('abc', 'b')", "createArray(1, 2)", "range(0, 3)",
                    "parameters('list')", "split('a,b', ',')"},
    [KIND_OBJECT] = {"createObject('k', 'abc')", "resourceGroup()", "subscription()",
                     "parameters('map')", "requestContext()", "policy()"},
};

static const char *const outside[KIND_COUNT][3] = {
    [KIND_TEXT] = {"parameters('text')", "resourceGroup().name", "parameters('map').k"},
    [KIND_NUMBER] = {"parameters('num')", "parameters('num')", "length(resourceGroup().name)"},
    [KIND_BOOL] = {"parameters('flag')", "parameters('flag')", "contains(subscription(), 'id')"},
    [KIND_ARRAY] = {"parameters('list')", "parameters('list')", "skip(parameters('list'), 1)"},
    [KIND_OBJECT] = {"parameters('map')", "resourceGroup()", "parameters('map')"},
};

static void put_field_call(RuleGen *gen, Kind kind)
{
    static const char *const by_kind[KIND_COUNT][4] = {
        [KIND_TEXT] = {"name", "location", "kind", "fullName"},
        [KIND_NUMBER] = {"Demo.Provider/things/num", "Demo.Provider/things/num",
                         "Demo.Provider/things/sub.name", "Demo.Provider/things/missing"},
        [KIND_BOOL] = {"Demo.Provider/things/flag", "Demo.Provider/things/flag",
                       "Demo.Provider/things/flag", "tags.k"},
        [KIND_ARRAY] = {"Demo.Provider/things/list[*]", "Demo.Provider/things/items[*].a",
                        "Demo.Provider/things/items[*].list[*]", "Demo.Provider/things/list"},
        [KIND_OBJECT] = {"tags", "tags", "identity", "Demo.Provider/things/sub"},
    };
    put(gen, "field('");
    if (kind == KIND_TEXT && chance(gen, 30)) {
        put(gen, chance(gen, 50) ? "Demo.Provider/things/text" : "tags.Env");
    } else {
        put(gen, PICK(gen, by_kind[kind]));
    }
    put(gen, "')");
}

static void put_current(RuleGen *gen, Kind kind)
{
    const GenScope *scope =
        gen->scope_count != 0 ? &gen->scopes[pick(gen, gen->scope_count)] : NULL;
    if (scope == NULL) {
        put_field_call(gen, kind);
    } else if (chance(gen, 25)) {
        put(gen, "current()");
    } else if (scope->name != NULL) {
        put(gen, "current('");
        put(gen, scope->name);
        put(gen, "')");
    } else {
        const char *path =
            chance(gen, 40) ? scope->alias : bound_path(gen, star_paths, COUNTOF(star_paths));
        put(gen, "current('");
        put_alias(gen, path);
        put(gen, "')");
    }
}

static void put_expr(RuleGen *gen, Kind kind, uint32_t depth)
{
    if (chance(gen, 5)) {
        kind = (Kind)pick(gen, KIND_COUNT);
    }
    uint32_t dice = pick(gen, 10);
    if (depth == 0 || dice < 2) {
        put(gen, PICK(gen, constants[kind]));
    } else if (dice < 4) {
        put(gen, PICK(gen, outside[kind]));
    } else if (dice < 6) {
        put_field_call(gen, kind);
    } else if (dice < 7) {
        put_current(gen, kind);
    } else {
        uint32_t at = pick(gen, (uint32_t)COUNTOF(calls));
        while (calls[at].result != kind) {
            at = (at + 1) % (uint32_t)COUNTOF(calls);
        }
        put_call(gen, calls[at].name, calls[at].args, calls[at].count, depth - 1);
    }
}

// ---- leaves ----

static void put_text_expr(RuleGen *gen, Kind kind)
{
    put(gen, "\"[");
    put_expr(gen, kind, EXPR_DEPTH);
    put(gen, "]\"");
}

static void put_array(RuleGen *gen)
{
    put(gen, "[");
    for (uint32_t i = 0, count = pick(gen, 4); i < count; i++) {
        put(gen, i != 0 ? "," : "");
        if (chance(gen, 10)) {
            put_text_expr(gen, KIND_TEXT);
        } else {
            gen_value(gen->rand, gen->out, 0);
        }
    }
    put(gen, "]");
}

typedef enum Right { RIGHT_ANY, RIGHT_ARRAY, RIGHT_TEXT, RIGHT_ORDER, RIGHT_BOOL } Right;

static const struct {
    const char *name;
    Right right;
} operators[] = {
    {"equals", RIGHT_ANY},
    {"notEquals", RIGHT_ANY},
    {"Equals", RIGHT_ANY},
    {"in", RIGHT_ARRAY},
    {"notIn", RIGHT_ARRAY},
    {"like", RIGHT_TEXT},
    {"notLike", RIGHT_TEXT},
    {"match", RIGHT_TEXT},
    {"notMatch", RIGHT_TEXT},
    {"matchInsensitively", RIGHT_TEXT},
    {"notMatchInsensitively", RIGHT_TEXT},
    {"contains", RIGHT_ANY},
    {"notContains", RIGHT_ANY},
    {"containsKey", RIGHT_TEXT},
    {"notContainsKey", RIGHT_TEXT},
    {"less", RIGHT_ORDER},
    {"lessOrEquals", RIGHT_ORDER},
    {"greater", RIGHT_ORDER},
    {"greaterOrEquals", RIGHT_ORDER},
    {"exists", RIGHT_BOOL},
    {"exists", RIGHT_BOOL},
};

static void put_right(RuleGen *gen, Right right)
{
    static const char *const texts[] = {"\"abc\"", "\"a*\"", "\"*\"",   "\"*c\"",  "\"a##\"",
                                        "\"???\"", "\"k\"",  "\"Env\"", "\"...\"", "\"\""};
    static const char *const orders[] = {"1", "5", "\"5\"",          "\"b\"",
                                         "2", "0", "\"2024-06-01\"", "2.5"};
    static const char *const flags[] = {"true", "false", "\"true\"", "\"False\""};
    if (right != RIGHT_BOOL && chance(gen, 20)) {
        static const Kind kinds[] = {KIND_TEXT, KIND_ARRAY, KIND_TEXT, KIND_NUMBER, KIND_BOOL};
        put_text_expr(gen, kinds[right]);
        return;
    }
    switch (right) {
    case RIGHT_ANY:
        gen_value(gen->rand, gen->out, chance(gen, 10) ? 1 : 0);
        return;
    case RIGHT_ARRAY:
        put_array(gen);
        return;
    case RIGHT_TEXT:
        put(gen, PICK(gen, texts));
        return;
    case RIGHT_ORDER:
        put(gen, PICK(gen, orders));
        return;
    case RIGHT_BOOL:
        put(gen, PICK(gen, flags));
        return;
    }
}

static void put_operator(RuleGen *gen)
{
    uint32_t at = pick(gen, (uint32_t)COUNTOF(operators));
    buf_printf(gen->out, ",\"%s\":", operators[at].name);
    put_right(gen, operators[at].right);
}

static void put_cond(RuleGen *gen, uint32_t depth);

static void put_where(RuleGen *gen, GenScope scope, uint32_t depth)
{
    gen->scopes[gen->scope_count++] = scope;
    put(gen, ",\"where\":");
    put_cond(gen, depth);
    gen->scope_count--;
}

static void put_count(RuleGen *gen, uint32_t depth)
{
    static const char *const names[SCOPES_MAX] = {"one", "two", "three", "four"};
    bool has_where = gen->scope_count < SCOPES_MAX && chance(gen, 75);
    put(gen, "{\"count\":{");
    if (chance(gen, 70)) {
        const char *path = bound_path(gen, counted_paths, COUNTOF(counted_paths));
        put(gen, "\"field\":\"");
        put_alias(gen, path);
        put(gen, "\"");
        if (has_where) {
            put_where(gen, (GenScope){.alias = path}, depth);
        }
    } else {
        put(gen, "\"value\":");
        if (chance(gen, 50)) {
            put_array(gen);
        } else {
            put_text_expr(gen, KIND_ARRAY);
        }
        const char *name = names[gen->scope_count % SCOPES_MAX];
        buf_printf(gen->out, ",\"name\":\"%s\"", name);
        if (has_where) {
            put_where(gen, (GenScope){.name = name}, depth);
        }
    }
    static const char *const tests[] = {"equals",    "greater",         "less",
                                        "notEquals", "greaterOrEquals", "lessOrEquals"};
    buf_printf(gen->out, "},\"%s\":", PICK(gen, tests));
    if (chance(gen, 15)) {
        put_text_expr(gen, KIND_NUMBER);
    } else {
        buf_printf(gen->out, "%u", pick(gen, 4));
    }
    put(gen, "}");
}

static void put_leaf(RuleGen *gen, uint32_t depth)
{
    uint32_t dice = pick(gen, 20);
    if (dice < 4 && depth > 0) {
        put_count(gen, depth - 1);
    } else if (dice < 14) {
        put(gen, "{\"field\":\"");
        put_field_name(gen);
        put(gen, "\"");
        put_operator(gen);
        put(gen, "}");
    } else if (dice < 15) {
        static const char *const names[] = {
            "concat('tags[', parameters('text'), ']')",
            "concat('tags[', field('kind'), ']')",
            "if(equals(field('kind'), 'abc'), 'Demo.Provider/things/num', 'location')",
            "if(empty(field('kind')), 'Demo.Provider/things/items[*].a', 'fullName')",
            "concat('Demo.Provider/things/', if(empty(field('tags')), 'num', 'text'))",
        };
        buf_printf(gen->out, "{\"field\":\"[%s]\"", PICK(gen, names));
        put_operator(gen);
        put(gen, "}");
    } else {
        put(gen, "{\"value\":");
        put_text_expr(gen, (Kind)pick(gen, KIND_COUNT));
        put_operator(gen);
        put(gen, "}");
    }
}

static void put_cond(RuleGen *gen, uint32_t depth)
{
    uint32_t dice = depth == 0 ? 9 : pick(gen, 10);
    if (dice >= 4) {
        put_leaf(gen, depth);
        return;
    }
    if (dice == 3) {
        put(gen, "{\"not\":");
        put_cond(gen, depth - 1);
        put(gen, "}");
        return;
    }
    put(gen, dice == 0 ? "{\"anyOf\":[" : "{\"allOf\":[");
    for (uint32_t i = 0, count = pick(gen, 4); i < count; i++) {
        put(gen, i != 0 ? "," : "");
        put_cond(gen, depth - 1);
    }
    put(gen, "]}");
}

// ---- rules ----

static void put_details(RuleGen *gen)
{
    static const char *const types[] = {"Demo.Provider/things/kids", "Demo.Provider/siblings",
                                        "Microsoft.Insights/diagnosticSettings"};
    static const char *const names[] = {"abc", "default", "?", "[field('name')]", "abc/default"};
    const char *type = PICK(gen, types);
    buf_printf(gen->out, ",\"details\":{\"type\":\"%s\"", type);
    if (chance(gen, 40)) {
        buf_printf(gen->out, ",\"name\":\"%s\"", PICK(gen, names));
    }
    if (chance(gen, 30)) {
        buf_printf(gen->out, ",\"existenceScope\":\"%s\"",
                   chance(gen, 60) ? "Subscription" : "resourceGroup");
    }
    if (chance(gen, 10)) {
        put(gen, ",\"resourceGroupName\":\"R2\"");
    }
    if (chance(gen, 80)) {
        gen->type = type;
        put(gen, ",\"existenceCondition\":");
        put_cond(gen, RULE_DEPTH - 1);
    }
    put(gen, "}");
}

static void put_rule(RuleGen *gen)
{
    static const char *const effects[] = {"audit",
                                          "deny",
                                          "audit",
                                          "Audit",
                                          "disabled",
                                          "auditIfNotExists",
                                          "auditIfNotExists",
                                          "deployIfNotExists",
                                          "denyAction",
                                          "manual"};
    const char *effect = PICK(gen, effects);
    put(gen, "{\"if\":");
    if (chance(gen, 70)) {
        put(gen, "{\"allOf\":[{\"field\":\"type\",\"equals\":\"Demo.Provider/things\"},");
        put_cond(gen, RULE_DEPTH);
        put(gen, "]}");
    } else {
        put_cond(gen, RULE_DEPTH);
    }
    buf_printf(gen->out, ",\"then\":{\"effect\":\"%s\"", effect);
    if (strstr(effect, "IfNotExists") != NULL) {
        put_details(gen);
    } else if (strcmp(effect, "manual") == 0) {
        put(gen, ",\"details\":{\"defaultState\":\"Non-compliant\"}");
    } else if (strcmp(effect, "denyAction") == 0) {
        put(gen, ",\"details\":{\"actionNames\":[\"delete\"]}");
    }
    put(gen, "}}");
}

static void put_definition(RuleGen *gen)
{
    buf_printf(gen->out, "{\"mode\":\"%s\",", chance(gen, 80) ? "All" : "Indexed");
    put(gen, "\"parameters\":{\"text\":{\"type\":\"String\",\"defaultValue\":\"abc\"},"
             "\"num\":{\"type\":\"Integer\",\"defaultValue\":5},"
             "\"flag\":{\"type\":\"Boolean\",\"defaultValue\":true},"
             "\"list\":{\"type\":\"Array\",\"defaultValue\":[\"abc\",\"b\",5]},"
             "\"map\":{\"type\":\"Object\",\"defaultValue\":{\"k\":\"abc\"}}},"
             "\"policyRule\":");
    put_rule(gen);
    put(gen, "}");
}

static void put_parameters(RuleGen *gen)
{
    static const char *const texts[] = {"abc", "Env", "k", "cost.center", ""};
    buf_printf(gen->out, "{\"text\":\"%s\"", PICK(gen, texts));
    if (chance(gen, 50)) {
        buf_printf(gen->out, ",\"num\":%u", pick(gen, 12));
    }
    put(gen, "}");
}

static Str taken(Arena *arena, Buf *buf)
{
    Str text = str_copy(arena, buf_str(buf));
    buf_clear(buf);
    return text;
}

void gen_definition(GenRand *rand, Buf *out)
{
    RuleGen gen = {.rand = rand, .out = out, .type = "Demo.Provider/things"};
    put_definition(&gen);
}

void gen_pair(Arena *arena, uint64_t seed, GenPair *ret_pair)
{
    GenRand rand = {.state = seed};
    Buf buf = {0};
    RuleGen gen = {.rand = &rand, .out = &buf, .type = "Demo.Provider/things"};
    GenPair pair = {0};
    gen_definition(&rand, &buf);
    pair.definition = taken(arena, &buf);
    put_parameters(&gen);
    pair.parameters = taken(arena, &buf);
    gen_resource(&rand, &buf, "abc");
    pair.resource = taken(arena, &buf);
    pair.related_count = gen_pick(&rand, GEN_RELATED_MAX + 1);
    for (uint32_t i = 0; i < pair.related_count; i++) {
        static const char *const names[] = {"abc", "default", "b"};
        gen_related(&rand, &buf, "abc", names[gen_pick(&rand, COUNTOF(names))]);
        pair.related[i] = taken(arena, &buf);
    }
    buf_free(&buf);
    *ret_pair = pair;
}
