// SPDX-License-Identifier: Apache-2.0
// The language's fine points, row by row, through the reference evaluator and through the engine.
// Each row names the section of the reference it comes from and who says so: [D] the documentation,
// [L] the linter, [B] a shipped built-in, [R] regorus.
// JSON is written with ` for its quotes.
#include "t.h"

#include <string.h>

#include "policy/pair.h"
#include "json/read.h"

static const Json *json_of(Arena *arena, const char *text)
{
    size_t len = strlen(text);
    char *copy = NEW_ARRAY(arena, char, len + 1);
    for (size_t i = 0; i < len; i++) {
        copy[i] = text[i] == '`' ? '"' : text[i];
    }
    const Json *json = NULL;
    Err err = {0};
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    bool ok = json_read_data(arena, (Str){copy, len}, &limits, &json, &err);
    CHECK_ROW(text, ok);
    return ok ? json : &json_null;
}

typedef struct Case {
    Arena arena;
    AliasTable *aliases;
    PlanOptions options;
    const Definition *definition;
    AssignedRule rule;
    RefInput in;
} Case;

// An alias that lies elsewhere than its name says, one that cannot be written, one that can.
static const char alias_rows[] =
    "[{`namespace`:`T.P`,`resourceTypes`:[{`resourceType`:`t`,`aliases`:["
    "{`name`:`T.P/t/renamed`,`defaultPath`:`properties.deep.value`},"
    "{`name`:`T.P/t/rules[*]`,`defaultPath`:`properties.rules[*]`},"
    "{`name`:`T.P/t/rules[*].port`,`defaultPath`:`properties.rules[*].properties.port`}]}]}]";

static bool case_open(Case *c, const char *row, const char *definition, const char *parameters,
                      const char *resource)
{
    *c = (Case){.options = {.raw_paths = false}};
    arena_init(&c->arena, (size_t)1 << 28);
    c->aliases = alias_table_new(&c->arena);
    alias_table_add_shipped(c->aliases);
    DiagList diags;
    diag_init(&diags, &c->arena, (Str){NULL, 0});
    uint32_t count = 0;
    CHECK(alias_table_import(c->aliases, json_of(&c->arena, alias_rows), &diags, &count));
    Err err = {0};
    bool ok =
        definition_parse(&c->arena, json_of(&c->arena, definition), &diags, &c->definition) &&
        pair_rule(&c->arena, c->definition, json_of(&c->arena, parameters), NULL, &c->rule, &err);
    for (const Diag *diag = diags.first; diag != NULL; diag = diag->next) {
        printf("# %s: %s: %.*s\n", row, diag->code, STR_ARG(diag->text));
    }
    c->in = (RefInput){
        .rule = &c->rule,
        .aliases = c->aliases,
        .options = &c->options,
        .resource = json_of(&c->arena, resource),
    };
    return ok;
}

static void check_engine(Case *c, const char *row, const RefOutcome *ref)
{
    PairSeen seen;
    Err err = {0};
    Str text = {NULL, 0};
    bool ok = pair_engine(&c->arena, &c->in, &seen, &err);
    CHECK_ROW(row, ok);
    bool agrees = ok && pair_agrees(&c->arena, ref, &seen, &text);
    if (!agrees) {
        printf("# %s: %.*s%s\n", row, STR_ARG(text), err.text);
    }
    CHECK_ROW(row, agrees);
}

// ---- conditions ----

typedef struct CondRow {
    const char *name; // with section and source
    const char *condition;
    const char *properties; // of a resource of type T.P/t
    Tri want;
} CondRow;

static const CondRow cond_rows[] = {
    // errors first
    {"§2 [D] a function error makes the leaf an error", "{`value`:`[int('x')]`,`equals`:1}", "{}",
     TRI_ERROR},
    {"§2 [D] error or true is true",
     "{`anyOf`:[{`value`:`[int('x')]`,`equals`:1},{`value`:1,`equals`:1}]}", "{}", TRI_TRUE},
    {"§2 [D] error and false is false, in either order",
     "{`allOf`:[{`value`:1,`equals`:2},{`value`:`[int('x')]`,`equals`:1}]}", "{}", TRI_FALSE},
    {"§2 [D] error and false, error first",
     "{`allOf`:[{`value`:`[int('x')]`,`equals`:1},{`value`:1,`equals`:2}]}", "{}", TRI_FALSE},
    {"§2 [D] error and true is an error",
     "{`allOf`:[{`value`:`[int('x')]`,`equals`:1},{`value`:1,`equals`:1}]}", "{}", TRI_ERROR},
    {"§2 [D] not error is an error", "{`not`:{`value`:`[int('x')]`,`equals`:1}}", "{}", TRI_ERROR},
    {"§7 [D] ordering of different kinds is an error", "{`field`:`T.P/t/a`,`less`:5}", "{`a`:[1]}",
     TRI_ERROR},
    {"§5 [D] a false element decides before an error", "{`field`:`T.P/t/l[*]`,`less`:5}",
     "{`l`:[[1],9]}", TRI_FALSE},
    {"§5 [D] without a false element an error stays", "{`field`:`T.P/t/l[*]`,`less`:5}",
     "{`l`:[[1],2]}", TRI_ERROR},
    {"§6 [D] an error in one element makes the count an error",
     "{`count`:{`field`:`T.P/t/l[*]`,`where`:{`value`:`[int(current())]`,`equals`:1}},`equals`:1}",
     "{`l`:[`1`,`x`]}", TRI_ERROR},
    {"§6 [D] a count over something that is no array is an error",
     "{`count`:{`value`:`[toLower('x')]`},`equals`:0}", "{}", TRI_ERROR},
    // §1
    {"§1 [R] allOf of nothing", "{`allOf`:[]}", "{}", TRI_TRUE},
    {"§1 [R] anyOf of nothing", "{`anyOf`:[]}", "{}", TRI_FALSE},
    {"§1 [B] keywords ignore case", "{`ANYOF`:[{`Field`:`TYPE`,`Equals`:`t.p/T`}]}", "{}",
     TRI_TRUE},
    // §2
    {"§2 [D] field() of a missing scalar is ''",
     "{`value`:`[length(field('T.P/t/a'))]`,`equals`:0}", "{}", TRI_TRUE},
    {"§2 [D] field() of a [*] path is what is there",
     "{`value`:`[length(field('T.P/t/l[*].x'))]`,`equals`:1}", "{`l`:[{`x`:1},{}]}", TRI_TRUE},
    {"§2 [D] field() of a missing array is empty",
     "{`value`:`[length(field('T.P/t/l[*]'))]`,`equals`:0}", "{}", TRI_TRUE},
    {"§2 [D] if() takes one branch only",
     "{`value`:`[if(equals(1, 1), 'a', substring('b', 9))]`,`equals`:`a`}", "{}", TRI_TRUE},
    {"§2 [D] an expression may name the field", "{`field`:`[concat('T.P/t/', 'a')]`,`equals`:1}",
     "{`a`:1}", TRI_TRUE},
    {"§2 [[ is a literal [", "{`value`:`[[x]`,`equals`:`[[x]`}", "{}", TRI_TRUE},
    // §3
    {"§3 [D] an alias lies where its table says", "{`field`:`T.P/t/renamed`,`equals`:1}",
     "{`deep`:{`value`:1}}", TRI_TRUE},
    {"§3 aliases ignore case", "{`field`:`t.p/T/RENAMED`,`equals`:1}", "{`Deep`:{`VALUE`:1}}",
     TRI_TRUE},
    {"§3 [D] an alias of another type has no value", "{`field`:`T.P/other/a`,`exists`:false}",
     "{`a`:1}", TRI_TRUE},
    {"§3 a child resource inside its parent", "{`field`:`T.P/t/l[*].x`,`equals`:1}",
     "{`l`:[{`properties`:{`x`:1}},{`x`:1}]}", TRI_TRUE},
    {"§3 [D] a location compares without spaces", "{`field`:`location`,`equals`:`East US 2`}", "{}",
     TRI_TRUE},
    {"§3 [D] a location in a list", "{`field`:`location`,`in`:[`West US`,`EAST US 2`]}", "{}",
     TRI_TRUE},
    {"§3 tags by dot", "{`field`:`tags.k`,`equals`:`v`}", "{}", TRI_TRUE},
    {"§3 tags by bracket", "{`field`:`tags['K']`,`equals`:`v`}", "{}", TRI_TRUE},
    {"§3 tags with a dot in the name", "{`field`:`tags[a.b]`,`equals`:`w`}", "{}", TRI_TRUE},
    // §4
    {"§4 [R] exists false on missing", "{`field`:`T.P/t/a`,`exists`:false}", "{}", TRI_TRUE},
    {"§4 [R] exists false on null", "{`field`:`T.P/t/a`,`exists`:`False`}", "{`a`:null}", TRI_TRUE},
    {"§4 '' exists", "{`field`:`T.P/t/a`,`exists`:true}", "{`a`:``}", TRI_TRUE},
    {"§4 [] exists", "{`field`:`T.P/t/a`,`exists`:true}", "{`a`:[]}", TRI_TRUE},
    {"§4 [L] missing equals ''", "{`field`:`T.P/t/a`,`equals`:``}", "{}", TRI_TRUE},
    {"§4 [L] missing notEquals x", "{`field`:`T.P/t/a`,`notEquals`:`x`}", "{}", TRI_TRUE},
    {"§4 [B] missing is not like *", "{`field`:`T.P/t/a`,`like`:`*`}", "{}", TRI_FALSE},
    {"§4 [R] missing is less than nothing", "{`field`:`T.P/t/a`,`less`:5}", "{}", TRI_FALSE},
    // §5
    {"§5 [D] every element", "{`field`:`T.P/t/l[*]`,`equals`:1}", "{`l`:[1,1]}", TRI_TRUE},
    {"§5 [D] not every element", "{`field`:`T.P/t/l[*]`,`equals`:1}", "{`l`:[1,2]}", TRI_FALSE},
    {"§5 [D] an empty array", "{`field`:`T.P/t/l[*]`,`equals`:1}", "{`l`:[]}", TRI_TRUE},
    {"§5 [D] a missing array", "{`field`:`T.P/t/l[*].x`,`equals`:1}", "{}", TRI_TRUE},
    {"§5 [D] a null array", "{`field`:`T.P/t/l[*].x`,`equals`:1}", "{`l`:null}", TRI_TRUE},
    {"§5 [D] exists on an empty array", "{`field`:`T.P/t/l[*].x`,`exists`:true}", "{`l`:[]}",
     TRI_TRUE},
    {"§5 [R] an element without the leaf is null", "{`field`:`T.P/t/l[*].x`,`exists`:true}",
     "{`l`:[{`x`:1},{}]}", TRI_FALSE},
    {"§5 [D] any element, the idiom", "{`not`:{`field`:`T.P/t/l[*]`,`notEquals`:1}}", "{`l`:[2,1]}",
     TRI_TRUE},
    {"§5 [D] any element of none", "{`not`:{`field`:`T.P/t/l[*]`,`notEquals`:1}}", "{`l`:[]}",
     TRI_FALSE},
    {"§5 nested arrays flatten", "{`field`:`T.P/t/l[*].m[*]`,`less`:5}",
     "{`l`:[{`m`:[1,2]},{`m`:[3]}]}", TRI_TRUE},
    {"§5 a missing inner array adds nothing", "{`field`:`T.P/t/l[*].m[*]`,`equals`:1}",
     "{`l`:[{`m`:[1]},{}]}", TRI_TRUE},
    {"§5 the array as one value", "{`field`:`T.P/t/l`,`contains`:1}", "{`l`:[1,2]}", TRI_TRUE},
    // §6
    {"§6 [D] count without where", "{`count`:{`field`:`T.P/t/l[*]`},`equals`:2}", "{`l`:[1,{}]}",
     TRI_TRUE},
    {"§6 [D] count of a missing array", "{`count`:{`field`:`T.P/t/l[*]`},`equals`:0}", "{}",
     TRI_TRUE},
    {"§6 [D] where binds the counted element",
     "{`count`:{`field`:`T.P/t/l[*]`,`where`:{`field`:`T.P/t/l[*].x`,`equals`:1}},`equals`:1}",
     "{`l`:[{`x`:1},{`x`:2},{}]}", TRI_TRUE},
    {"§6 [D] where sees the rest of the resource",
     "{`count`:{`field`:`T.P/t/l[*]`,`where`:{`field`:`T.P/t/a`,`equals`:1}},`equals`:2}",
     "{`a`:1,`l`:[1,2]}", TRI_TRUE},
    {"§6 [D] a deeper [*] is still every element",
     "{`count`:{`field`:`T.P/t/l[*]`,`where`:{`field`:`T.P/t/l[*].m[*]`,`equals`:1}},`equals`:2}",
     "{`l`:[{`m`:[1,1]},{`m`:[1,2]},{}]}", TRI_TRUE},
    {"§6 [D] nested counts go inside the element",
     "{`count`:{`field`:`T.P/t/l[*]`,`where`:{`count`:{`field`:`T.P/t/l[*].m[*]`},`equals`:2}},"
     "`equals`:1}",
     "{`l`:[{`m`:[1,1]},{`m`:[1]},{}]}", TRI_TRUE},
    {"§6 [D] an inner where sees the outer element",
     "{`count`:{`field`:`T.P/t/l[*]`,`where`:{`count`:{`field`:`T.P/t/l[*].m[*]`,"
     "`where`:{`field`:`T.P/t/l[*].x`,`equals`:1}},`equals`:2}},`equals`:1}",
     "{`l`:[{`x`:1,`m`:[1,1]},{`x`:2,`m`:[1,1]}]}", TRI_TRUE},
    {"§6 [D] elements of nested arrays add up", "{`count`:{`field`:`T.P/t/l[*].m[*]`},`equals`:3}",
     "{`l`:[{`m`:[1,1]},{`m`:[1]},{}]}", TRI_TRUE},
    {"§6 [D] field() of the counted array has one element",
     "{`count`:{`field`:`T.P/t/l[*]`,`where`:{`value`:`[length(field('T.P/t/l[*]'))]`,`equals`:1}},"
     "`equals`:2}",
     "{`l`:[1,2]}", TRI_TRUE},
    {"§6 [D] current() of the counted array",
     "{`count`:{`field`:`T.P/t/l[*]`,`where`:{`value`:`[current('T.P/t/l[*].x')]`,`equals`:1}},"
     "`equals`:1}",
     "{`l`:[{`x`:1},{`x`:2}]}", TRI_TRUE},
    {"§6 [B] current() with a deeper [*] is an array",
     "{`count`:{`field`:`T.P/t/l[*]`,`where`:{`value`:`[length(current('T.P/t/l[*].m[*]'))]`,"
     "`equals`:2}},`equals`:1}",
     "{`l`:[{`m`:[1,2]},{}]}", TRI_TRUE},
    {"§6 [D] value count",
     "{`count`:{`value`:[1,2,3],`name`:`n`,`where`:{`value`:`[current('N')]`,`greater`:1}},"
     "`equals`:2}",
     "{}", TRI_TRUE},
    {"§6 [D] a value count around a field count",
     "{`count`:{`value`:[1,2],`name`:`n`,`where`:{`count`:{`field`:`T.P/t/l[*]`,`where`:"
     "{`field`:`T.P/t/l[*]`,`equals`:`[current('n')]`}},`equals`:1}},`equals`:2}",
     "{`l`:[2,1]}", TRI_TRUE},
    {"§6 a table path inside a count",
     "{`count`:{`field`:`T.P/t/rules[*]`,`where`:{`field`:`T.P/t/rules[*].port`,`equals`:22}},"
     "`equals`:1}",
     "{`rules`:[{`properties`:{`port`:22}},{`properties`:{`port`:80}}]}", TRI_TRUE},
};

static void check_condition(const CondRow *row)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 24);
    Buf definition = {0};
    Buf resource = {0};
    buf_printf(&definition, "{`mode`:`All`,`policyRule`:{`if`:%s,`then`:{`effect`:`audit`}}}%c",
               row->condition, '\0');
    buf_printf(&resource,
               "{`id`:`/subscriptions/S/resourceGroups/R/providers/T.P/t/n`,`type`:`T.P/t`,"
               "`name`:`n`,`location`:`eastus2`,`tags`:{`k`:`v`,`A.B`:`w`},`properties`:%s}%c",
               row->properties, '\0');
    Case c;
    bool ok = case_open(&c, row->name, definition.ptr, "{}", resource.ptr);
    CHECK_ROW(row->name, ok);
    if (ok) {
        RefOutcome ref = ref_eval(&c.arena, &c.in);
        CHECK_ROW(row->name, ref.if_result == row->want);
        check_engine(&c, row->name, &ref);
    }
    arena_free(&c.arena);
    buf_free(&definition);
    buf_free(&resource);
    arena_free(&arena);
}

TEST(conditions)
{
    for (size_t i = 0; i < COUNTOF(cond_rows); i++) {
        check_condition(&cond_rows[i]);
    }
}

// ---- applicability and states ----

typedef struct StateRow {
    const char *name;
    const char *mode;
    const char *rule; // {if, then}
    const char *resource;
    State want;
} StateRow;

#define WEB                                                                                        \
    "{`id`:`/subscriptions/S/resourceGroups/R/providers/T.P/t/n`,`type`:`T.P/"                     \
    "t`,`name`:`n`,`kind`:`web`}"
#define SUBSCRIPTION                                                                               \
    "{`id`:`/subscriptions/S`,`type`:`Microsoft.Resources/subscriptions`,`name`:`S`}"
#define GROUP                                                                                      \
    "{`id`:`/subscriptions/S/resourceGroups/R`,"                                                   \
    "`type`:`Microsoft.Resources/subscriptions/resourceGroups`,`name`:`R`}"
#define AUDIT "`then`:{`effect`:`audit`}}"

static const StateRow state_rows[] = {
    {"§8 true is non-compliant", "All", "{`if`:{`field`:`name`,`equals`:`n`}," AUDIT, WEB,
     STATE_NON_COMPLIANT},
    {"§8 false is compliant", "All",
     "{`if`:{`allOf`:[{`field`:`type`,`equals`:`T.P/t`},{`field`:`id`,`equals`:`x`}]}," AUDIT, WEB,
     STATE_COMPLIANT},
    {"§8 an error is an error", "All", "{`if`:{`value`:`[int('x')]`,`equals`:1}," AUDIT, WEB,
     STATE_ERROR},
    {"§7 exists compares with true or false", "All",
     "{`if`:{`field`:`name`,`exists`:`[concat('may', 'be')]`}," AUDIT, WEB, STATE_ERROR},
    {"§7 exists compares with no array", "All",
     "{`if`:{`field`:`id`,`exists`:[`[field('type')]`]}," AUDIT, WEB, STATE_ERROR},
    {"§8 disabled has no state", "All",
     "{`if`:{`field`:`name`,`equals`:`n`},`then`:{`effect`:`disabled`}}", WEB,
     STATE_NOT_APPLICABLE},
    {"§8 denyAction protects", "All",
     "{`if`:{`field`:`type`,`equals`:`T.P/t`},`then`:{`effect`:`denyAction`,"
     "`details`:{`actionNames`:[`delete`]}}}",
     WEB, STATE_PROTECTED},
    {"§8 manual has its default", "All",
     "{`if`:{`field`:`type`,`equals`:`T.P/t`},`then`:{`effect`:`manual`,"
     "`details`:{`defaultState`:`Compliant`}}}",
     WEB, STATE_COMPLIANT},
    {"§8 manual without a default is unknown", "All",
     "{`if`:{`field`:`type`,`equals`:`T.P/t`},`then`:{`effect`:`manual`}}", WEB, STATE_UNKNOWN},
    {"§10 [D] another type", "All",
     "{`if`:{`allOf`:[{`field`:`type`,`equals`:`T.P/u`},{`field`:`id`,`equals`:`x`}]}," AUDIT, WEB,
     STATE_NOT_APPLICABLE},
    {"§10 [D] only kind applies to all", "All", "{`if`:{`field`:`kind`,`equals`:`api`}," AUDIT, WEB,
     STATE_COMPLIANT},
    {"§10 [D] only name applies to all", "All", "{`if`:{`field`:`name`,`equals`:`x`}," AUDIT, WEB,
     STATE_COMPLIANT},
    {"§10 [D] type and kind: type decides", "All",
     "{`if`:{`allOf`:[{`field`:`type`,`equals`:`T.P/t`},{`field`:`kind`,`equals`:`api`}]}," AUDIT,
     WEB, STATE_COMPLIANT},
    {"§10 [D] type and name: type decides", "All",
     "{`if`:{`allOf`:[{`field`:`type`,`equals`:`T.P/t`},{`field`:`name`,`equals`:`x`}]}," AUDIT,
     WEB, STATE_COMPLIANT},
    {"§10 [D] type, kind and others: both decide", "All",
     "{`if`:{`allOf`:[{`field`:`type`,`equals`:`T.P/t`},{`field`:`kind`,`equals`:`api`},"
     "{`field`:`id`,`exists`:true}]}," AUDIT,
     WEB, STATE_NOT_APPLICABLE},
    {"§10 [D] other leaves are true", "All",
     "{`if`:{`allOf`:[{`field`:`type`,`equals`:`T.P/"
     "t`},{`not`:{`field`:`id`,`exists`:true}}]}," AUDIT,
     WEB, STATE_COMPLIANT},
    {"§10 [D] a negated type", "All",
     "{`if`:{`allOf`:[{`not`:{`field`:`type`,`equals`:`T.P/"
     "t`}},{`field`:`id`,`exists`:true}]}," AUDIT,
     WEB, STATE_NOT_APPLICABLE},
    {"§10 [D] Indexed leaves groups out", "Indexed", "{`if`:{`field`:`name`,`equals`:`R`}," AUDIT,
     GROUP, STATE_NOT_APPLICABLE},
    {"§10 [D] All takes groups in", "All", "{`if`:{`field`:`name`,`equals`:`R`}," AUDIT, GROUP,
     STATE_NON_COMPLIANT},
    {"§10 [D] a location condition leaves subscriptions out", "All",
     "{`if`:{`anyOf`:[{`field`:`location`,`exists`:false},{`field`:`name`,`equals`:`x`}]}," AUDIT,
     SUBSCRIPTION, STATE_NOT_APPLICABLE},
    {"§10 [D] field('location') in a value leaves subscriptions out", "All",
     "{`if`:{`value`:`[toLower(field('Location'))]`,`notEquals`:`x`}," AUDIT, SUBSCRIPTION,
     STATE_NOT_APPLICABLE},
    {"§10 [D] a location condition in a count leaves subscriptions out", "All",
     "{`if`:{`count`:{`value`:[1],`where`:{`field`:`location`,`exists`:false}},`equals`:1}," AUDIT,
     SUBSCRIPTION, STATE_NOT_APPLICABLE},
    {"§10 [D] a deployment that gets the location leaves subscriptions out", "All",
     "{`if`:{`field`:`name`,`equals`:`S`},`then`:{`effect`:`deployIfNotExists`,`details`:{"
     "`type`:`T.P/t`,`existenceScope`:`subscription`,`deployment`:{`properties`:{`parameters`:{"
     "`l`:{`value`:`[field('location')]`}}}}}}}",
     SUBSCRIPTION, STATE_NOT_APPLICABLE},
    {"§10 a deployment that has its own location does not", "All",
     "{`if`:{`field`:`name`,`equals`:`S`},`then`:{`effect`:`deployIfNotExists`,`details`:{"
     "`type`:`T.P/t`,`existenceScope`:`subscription`,`deployment`:{`location`:`x`,`properties`:{"
     "`parameters`:{`l`:{`value`:`[field('name')]`}}}}}}}",
     SUBSCRIPTION, STATE_NON_COMPLIANT},
    {"§8 [D] a modify of identity.type applies to machines alone", "All",
     "{`if`:{`field`:`name`,`equals`:`n`},`then`:{`effect`:`modify`,`details`:{"
     "`roleDefinitionIds`:[`r`],`operations`:[{`operation`:`addOrReplace`,`field`:`identity.type`,"
     "`value`:`SystemAssigned`}]}}}",
     WEB, STATE_NOT_APPLICABLE},
    {"§8 a modify of identity.type of a machine", "All",
     "{`if`:{`field`:`name`,`equals`:`n`},`then`:{`effect`:`modify`,`details`:{"
     "`roleDefinitionIds`:[`r`],`operations`:[{`operation`:`addOrReplace`,`field`:`identity.type`,"
     "`value`:`SystemAssigned`}]}}}",
     "{`id`:`/subscriptions/S/resourceGroups/R/providers/Microsoft.Compute/virtualMachines/n`,"
     "`type`:`Microsoft.Compute/virtualMachines`,`name`:`n`}",
     STATE_NON_COMPLIANT},
    {"§10 [D] deployments are never evaluated", "All", "{`if`:{`field`:`name`,`equals`:`n`}," AUDIT,
     "{`id`:`/subscriptions/S/providers/Microsoft.Resources/deployments/n`,"
     "`type`:`Microsoft.Resources/deployments`,`name`:`n`}",
     STATE_NOT_APPLICABLE},
    {"§10 [D] a name that is no alias applies to nothing", "All",
     "{`if`:{`field`:`T.P/short`,`exists`:false}," AUDIT, WEB, STATE_NOT_APPLICABLE},
    {"§10 [D] a name that is no alias, inside a count", "All",
     "{`if`:{`count`:{`field`:`T.P/short[*]`},`equals`:0}," AUDIT, WEB, STATE_NOT_APPLICABLE},
    {"§10 [D] an *IfNotExists rule applies where its if holds", "All",
     "{`if`:{`field`:`name`,`equals`:`x`},`then`:{`effect`:`auditIfNotExists`,"
     "`details`:{`type`:`T.P/t/c`}}}",
     WEB, STATE_NOT_APPLICABLE},
};

static const char *definition_text(Buf *buf, const char *mode, const char *rule)
{
    buf_printf(buf, "{`mode`:`%s`,`policyRule`:%s}%c", mode, rule, '\0');
    return buf->ptr;
}

TEST(states)
{
    for (size_t i = 0; i < COUNTOF(state_rows); i++) {
        const StateRow *row = &state_rows[i];
        Buf buf = {0};
        Case c;
        bool ok = case_open(&c, row->name, definition_text(&buf, row->mode, row->rule), "{}",
                            row->resource);
        CHECK_ROW(row->name, ok);
        if (ok) {
            RefOutcome ref = ref_eval(&c.arena, &c.in);
            CHECK_ROW(row->name, ref.state == row->want);
            check_engine(&c, row->name, &ref);
        }
        arena_free(&c.arena);
        buf_free(&buf);
    }
}

// ---- related resources ----

typedef struct RelatedRow {
    const char *name;
    const char *details;
    const char *related; // array
    State want;
} RelatedRow;

#define CHILD                                                                                      \
    "`id`:`/subscriptions/S/resourceGroups/R/providers/T.P/t/n/c/k`,`type`:`T.P/t/c`,`name`:`k`"
#define ON "{`field`:`T.P/t/c/on`,`equals`:true}"

static const RelatedRow related_rows[] = {
    {"§9.4 nothing there", "{`type`:`T.P/t/c`}", "[]", STATE_NON_COMPLIANT},
    {"§9.4 without a condition any candidate suffices", "{`type`:`T.P/t/c`}", "[{" CHILD "}]",
     STATE_COMPLIANT},
    {"§9.4 any of many", "{`type`:`T.P/t/c`,`existenceCondition`:" ON "}",
     "[{" CHILD ",`properties`:{`on`:false}},{" CHILD ",`properties`:{`on`:true}}]",
     STATE_COMPLIANT},
    {"§9.4 none of many", "{`type`:`T.P/t/c`,`existenceCondition`:" ON "}",
     "[{" CHILD ",`properties`:{`on`:false}},{" CHILD "}]", STATE_NON_COMPLIANT},
    {"§9.2 a child of another resource", "{`type`:`T.P/t/c`}",
     "[{`id`:`/subscriptions/S/resourceGroups/R/providers/T.P/t/nn/c/k`,`type`:`T.P/t/c`,"
     "`name`:`k`}]",
     STATE_NON_COMPLIANT},
    {"§9.2 another type", "{`type`:`T.P/t/c`}",
     "[{`id`:`/subscriptions/S/resourceGroups/R/providers/T.P/t/n/d/k`,`type`:`T.P/t/d`,"
     "`name`:`k`}]",
     STATE_NON_COMPLIANT},
    {"§9.2 the same group", "{`type`:`T.P/s`}",
     "[{`id`:`/subscriptions/s/resourcegroups/r/providers/T.P/s/k`,`type`:`t.p/S`,`name`:`k`}]",
     STATE_COMPLIANT},
    {"§9.2 another group", "{`type`:`T.P/s`}",
     "[{`id`:`/subscriptions/S/resourceGroups/Q/providers/T.P/s/k`,`type`:`T.P/s`,`name`:`k`}]",
     STATE_NON_COMPLIANT},
    {"§9.2 another group that is named", "{`type`:`T.P/s`,`resourceGroupName`:`q`}",
     "[{`id`:`/subscriptions/S/resourceGroups/Q/providers/T.P/s/k`,`type`:`T.P/s`,`name`:`k`}]",
     STATE_COMPLIANT},
    {"§9.2 another group by a name that is empty", "{`type`:`T.P/s`,`resourceGroupName`:``}",
     "[{`id`:`/subscriptions/S/resourceGroups/R/providers/T.P/s/k`,`type`:`T.P/s`,`name`:`k`}]",
     STATE_COMPLIANT},
    {"§9.2 the whole subscription, whatever group is named",
     "{`type`:`T.P/s`,`existenceScope`:`Subscription`,`resourceGroupName`:`Z`}",
     "[{`id`:`/subscriptions/S/resourceGroups/Q/providers/T.P/s/k`,`type`:`T.P/s`,`name`:`k`}]",
     STATE_COMPLIANT},
    {"§9.2 the whole subscription", "{`type`:`T.P/s`,`existenceScope`:`Subscription`}",
     "[{`id`:`/subscriptions/S/resourceGroups/Q/providers/T.P/s/k`,`type`:`T.P/s`,`name`:`k`}]",
     STATE_COMPLIANT},
    {"§9.2 another subscription", "{`type`:`T.P/s`,`existenceScope`:`Subscription`}",
     "[{`id`:`/subscriptions/X/resourceGroups/R/providers/T.P/s/k`,`type`:`T.P/s`,`name`:`k`}]",
     STATE_NON_COMPLIANT},
    {"§9.2 an extension of the resource", "{`type`:`Microsoft.Insights/diagnosticSettings`}",
     "[{`id`:`/subscriptions/S/resourceGroups/R/providers/T.P/t/n/providers/Microsoft.Insights/"
     "diagnosticSettings/k`,`type`:`Microsoft.Insights/diagnosticSettings`,`name`:`k`}]",
     STATE_COMPLIANT},
    {"§9.2 an extension of another resource", "{`type`:`Microsoft.Insights/diagnosticSettings`}",
     "[{`id`:`/subscriptions/S/resourceGroups/R/providers/T.P/t/m/providers/Microsoft.Insights/"
     "diagnosticSettings/k`,`type`:`Microsoft.Insights/diagnosticSettings`,`name`:`k`}]",
     STATE_NON_COMPLIANT},
    {"§9.3 the name", "{`type`:`T.P/t/c`,`name`:`K`}", "[{" CHILD "}]", STATE_COMPLIANT},
    {"§9.3 another name", "{`type`:`T.P/t/c`,`name`:`j`}", "[{" CHILD "}]", STATE_NON_COMPLIANT},
    {"§9.3 the name by an expression", "{`type`:`T.P/t/c`,`name`:`[concat(field('name'), '/k')]`}",
     "[{" CHILD "}]", STATE_COMPLIANT},
    {"§9.3 any last segment", "{`type`:`T.P/t/c`,`name`:`n/?`}", "[{" CHILD "}]", STATE_COMPLIANT},
    {"§9.3 any last segment of another", "{`type`:`T.P/t/c`,`name`:`m/?`}", "[{" CHILD "}]",
     STATE_NON_COMPLIANT},
    {"§2 field() in an existence condition is the evaluated resource",
     "{`type`:`T.P/t/c`,`existenceCondition`:{`value`:`[field('name')]`,`equals`:`n`}}",
     "[{" CHILD "}]", STATE_COMPLIANT},
    {"§2 resourceGroup() in an existence condition is the evaluated resource's",
     "{`type`:`T.P/s`,`existenceScope`:`subscription`,"
     "`existenceCondition`:{`value`:`[resourceGroup().name]`,`equals`:`R`}}",
     "[{`id`:`/subscriptions/S/resourceGroups/Q/providers/T.P/s/k`,`type`:`T.P/s`,`name`:`k`}]",
     STATE_COMPLIANT},
    {"§9.3 a name that begins like another", "{`type`:`T.P/t/c`,`name`:`[concat('k', '2')]`}",
     "[{`id`:`/subscriptions/S/resourceGroups/R/providers/T.P/t/n/c/k23`,`type`:`T.P/t/c`,"
     "`name`:`k23`}]",
     STATE_NON_COMPLIANT},
    {"§9.4 an error and no candidate that suffices",
     "{`type`:`T.P/t/c`,`existenceCondition`:{`field`:`T.P/t/c/on`,`less`:1}}",
     "[{" CHILD ",`properties`:{`on`:[]}},{" CHILD ",`properties`:{`on`:2}}]", STATE_ERROR},
    {"§9.4 an error and a candidate that suffices",
     "{`type`:`T.P/t/c`,`existenceCondition`:{`field`:`T.P/t/c/on`,`less`:1}}",
     "[{" CHILD ",`properties`:{`on`:[]}},{" CHILD ",`properties`:{`on`:0}}]", STATE_COMPLIANT},
};

static void add_related(Case *c, const char *text)
{
    const Json *array = json_of(&c->arena, text);
    const Json **items = NEW_ARRAY(&c->arena, const Json *, array->count + 1);
    for (uint32_t i = 0; i < array->count; i++) {
        items[i] = &array->items[i];
    }
    c->in.related = items;
    c->in.related_count = array->count;
}

TEST(related_resources)
{
    for (size_t i = 0; i < COUNTOF(related_rows); i++) {
        const RelatedRow *row = &related_rows[i];
        Buf rule = {0};
        Buf buf = {0};
        buf_printf(&rule,
                   "{`if`:{`field`:`type`,`equals`:`T.P/t`},"
                   "`then`:{`effect`:`auditIfNotExists`,`details`:%s}}%c",
                   row->details, '\0');
        Case c;
        bool ok = case_open(&c, row->name, definition_text(&buf, "All", rule.ptr), "{}", WEB);
        CHECK_ROW(row->name, ok);
        if (ok) {
            add_related(&c, row->related);
            RefOutcome ref = ref_eval(&c.arena, &c.in);
            CHECK_ROW(row->name, ref.state == row->want);
            check_engine(&c, row->name, &ref);
        }
        arena_free(&c.arena);
        buf_free(&rule);
        buf_free(&buf);
    }
}

// ---- modify and append ----

typedef struct WriteRow {
    const char *name;
    const char *effect;
    const char *details;
    const char *before; // members of the resource beside id, type, name
    const char *after;
} WriteRow;

#define MODIFY(op, field, value)                                                                   \
    "{`roleDefinitionIds`:[`r`],`operations`:[{`operation`:`" op "`,`field`:`" field               \
    "`,`value`:" value "}]}"
#define APPEND(field, value) "[{`field`:`" field "`,`value`:" value "}]"

static const WriteRow write_rows[] = {
    {"§8 add where it is missing", "modify", MODIFY("add", "tags['k']", "`v`"), "`tags`:{}",
     "`tags`:{`k`:`v`}"},
    {"§8 add leaves what is there", "modify", MODIFY("add", "tags['k']", "`v`"), "`tags`:{`K`:`w`}",
     "`tags`:{`K`:`w`}"},
    {"§8 addOrReplace replaces", "modify", MODIFY("addOrReplace", "tags['k']", "`v`"),
     "`tags`:{`K`:`w`}", "`tags`:{`K`:`v`}"},
    {"§8 addOrReplace makes the way", "modify", MODIFY("addOrReplace", "T.P/t/a.b", "1"), "`x`:1",
     "`x`:1,`properties`:{`a`:{`b`:1}}"},
    {"§8 [D] addOrReplace in every element", "modify", MODIFY("addOrReplace", "T.P/t/l[*].x", "1"),
     "`properties`:{`l`:[{},{`x`:2}]}", "`properties`:{`l`:[{`x`:1},{`x`:1}]}"},
    {"§8 [D] add of an element", "modify", MODIFY("add", "T.P/t/l[*]", "1"),
     "`properties`:{`l`:[2]}", "`properties`:{`l`:[2,1]}"},
    {"§8 [D] addOrReplace of the elements", "modify", MODIFY("addOrReplace", "T.P/t/l[*]", "1"),
     "`properties`:{`l`:[2,3]}", "`properties`:{`l`:[1]}"},
    {"§8 remove a tag", "modify",
     "{`roleDefinitionIds`:[`r`],`operations`:[{`operation`:`remove`,`field`:`tags['k']`}]}",
     "`tags`:{`k`:`v`,`l`:1}", "`tags`:{`l`:1}"},
    {"§8 an operation whose condition is false", "modify",
     "{`roleDefinitionIds`:[`r`],`operations`:[{`operation`:`add`,`field`:`tags['k']`,`value`:1,"
     "`condition`:`[equals(1, 2)]`}]}",
     "`tags`:{}", "`tags`:{}"},
    {"§8 [D] append of a whole array that is missing", "append", APPEND("T.P/t/l", "[1]"),
     "`properties`:{}", "`properties`:{`l`:[1]}"},
    {"§8 [D] append of an element", "append", APPEND("T.P/t/l[*]", "1"), "`properties`:{`l`:[2]}",
     "`properties`:{`l`:[2,1]}"},
    {"§8 an operation whose condition is a word", "modify",
     "{`roleDefinitionIds`:[`r`],`operations`:[{`operation`:`Add`,`field`:`tags['k']`,`value`:1,"
     "`condition`:`True`}]}",
     "`tags`:{}", "`tags`:{`k`:1}"},
    {"§8 append without its brackets", "append", "{`field`:`tags['k']`,`value`:1}", "`tags`:{}",
     "`tags`:{`k`:1}"},
    {"§8 append of an expression", "append", APPEND("tags['k']", "`[concat('a', 'b')]`"),
     "`tags`:{}", "`tags`:{`k`:`ab`}"},
};

static void check_write(const WriteRow *row)
{
    Buf rule = {0};
    Buf text = {0};
    Buf before = {0};
    Buf after = {0};
    const char *head = "`id`:`/subscriptions/S/resourceGroups/R/providers/T.P/t/n`,"
                       "`type`:`T.P/t`,`name`:`n`";
    buf_printf(&rule,
               "{`if`:{`field`:`type`,`equals`:`T.P/t`},`then`:{`effect`:`%s`,`details`:%s}}%c",
               row->effect, row->details, '\0');
    buf_printf(&before, "{%s,%s}%c", head, row->before, '\0');
    buf_printf(&after, "{%s,%s}%c", head, row->after, '\0');
    Case c;
    bool ok = case_open(&c, row->name, definition_text(&text, "All", rule.ptr), "{}", before.ptr);
    CHECK_ROW(row->name, ok);
    if (ok) {
        const Json *want = json_of(&c.arena, after.ptr);
        const Json *details = NULL;
        const Json *document = NULL;
        Err err = {0};
        CHECK_ROW(row->name, ref_effect_details(&c.arena, &c.in, &details, &document, &err) &&
                                 json_equal(document, want));
        const Json *fast = NULL;
        CHECK_ROW(row->name, pair_engine_details(&c.arena, &c.in, &fast, &document, &err) &&
                                 json_equal(document, want) && json_equal(fast, details));
    }
    arena_free(&c.arena);
    buf_free(&rule);
    buf_free(&text);
    buf_free(&before);
    buf_free(&after);
}

TEST(writes)
{
    for (size_t i = 0; i < COUNTOF(write_rows); i++) {
        check_write(&write_rows[i]);
    }
}
