// SPDX-License-Identifier: Apache-2.0
// How many of the published definitions find every property they ask for, with the shipped table
// alone: each alias is compared with the published list of names and paths. Needs the corpora
// beside the checkout.
#include "base/buf.h"
#include "policy/alias.h"
#include "policy/definition.h"
#include "policy/shared.h"
#include "t.h"

enum { WANTED_PERCENT = 97, EVALUABLE = 2078 };

// What the published list says: alias → its rows.
typedef struct Truth {
    Map names;
    Str (*paths)[4]; // an alias has at most three different paths
} Truth;

typedef struct Check {
    Arena *arena;
    const AliasTable *table;
    const Truth *truth;
    bool resolved;
    uint32_t newer; // aliases that the list does not know
} Check;

// What a row without a path means: the path under "properties", but sku, zones and
// managedBy beside it.
static Str rule_b(Arena *arena, Str alias)
{
    size_t slash = 0;
    for (size_t i = 0; i < alias.len && alias.ptr[i] != '['; i++) {
        slash = alias.ptr[i] == '/' ? i : slash;
    }
    Str tail = str_from(alias, slash + 1);
    static const Str heads[] = {STR_INIT("sku"), STR_INIT("zones"), STR_INIT("managedBy")};
    for (size_t i = 0; i < COUNTOF(heads); i++) {
        bool ends = tail.len == heads[i].len ||
                    (tail.len > heads[i].len && strchr(".[", tail.ptr[heads[i].len]) != NULL);
        if (ends && str_starts_nocase(tail, heads[i])) {
            return tail;
        }
    }
    Buf buf = {0};
    buf_printf(&buf, "properties.%.*s", STR_ARG(tail));
    Str text = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return text;
}

static bool read_truth(Arena *arena, Truth *truth)
{
    const Json *const *rows = NULL;
    uint32_t count = 0;
    if (!shared_lines(arena, "corpus/azure-policy/aliases.ndjson", &rows, &count)) {
        return false;
    }
    map_init(&truth->names, arena, MAP_NOCASE);
    truth->paths = arena_push(arena, sizeof *truth->paths, count, alignof(Str));
    for (uint32_t i = 0; i < count; i++) {
        Str alias = json_find_str(rows[i], STR("a"));
        Str path = json_find_str(rows[i], STR("p"));
        path = path.len != 0 ? path : rule_b(arena, alias);
        Str *list = truth->paths[map_intern(&truth->names, alias)];
        uint32_t k = 0;
        while (list[k].len != 0 && !str_eq_nocase(list[k], path)) {
            k++;
        }
        ASSERT(k < 4);
        list[k] = path;
    }
    return true;
}

// The steps walk the published path: the same names, but flattening may skip "properties" at the
// root and after [*].
static bool walks(const AliasPath *path, Str text, Arena *arena)
{
    AliasPath want = {0};
    AliasQuery query = {.field = text, .raw_paths = true};
    if (alias_resolve(alias_table_new(arena), arena, &query, &want) != ALIAS_FOUND) {
        return false;
    }
    uint32_t i = 0;
    for (uint32_t k = 0; k < want.count; k++) {
        bool same = i < path->count && path->steps[i].is_array == want.steps[k].is_array &&
                    str_eq_nocase(path->steps[i].name, want.steps[k].name);
        bool may_skip = path->flatten && (k == 0 || want.steps[k - 1].is_array) &&
                        str_eq_nocase(want.steps[k].name, STR("properties"));
        if (same) {
            i++;
        } else if (!may_skip) {
            return false;
        }
    }
    return i == path->count;
}

static bool resolves(const Check *check, Str alias, Str type, Str path)
{
    AliasPath got = {0};
    AliasQuery query = {.field = alias, .resource_type = type};
    return alias_resolve(check->table, check->arena, &query, &got) == ALIAS_FOUND &&
           walks(&got, path, check->arena);
}

// The types that short names are about.
static const Str short_types[] = {
    STR_INIT("Microsoft.Compute/virtualMachines"),
    STR_INIT("Microsoft.Compute/virtualMachineScaleSets"),
    STR_INIT("Microsoft.Compute/disks"),
    STR_INIT("Microsoft.HybridCompute/machines"),
    STR_INIT("Microsoft.Sql/servers/auditingSettings"),
    STR_INIT("Microsoft.Sql/servers/securityAlertPolicies"),
    STR_INIT("Microsoft.Sql/servers/databases/transparentDataEncryption"),
};

static bool resolves_for_some_type(const Check *check, Str alias, Str path)
{
    if (resolves(check, alias, (Str){NULL, 0}, path)) {
        return true;
    }
    for (size_t i = 0; i < COUNTOF(short_types); i++) {
        if (resolves(check, alias, short_types[i], path)) {
            return true;
        }
    }
    return false;
}

static void check_alias(Check *check, Str alias)
{
    bool is_alias = str_find(alias, STR("/")) != NULL && !str_starts_nocase(alias, STR("tags"));
    if (!is_alias) {
        return;
    }
    uint32_t index = map_find(&check->truth->names, alias);
    if (index == MAP_NONE) {
        check->newer++;
        return;
    }
    const Str *paths = check->truth->paths[index];
    for (uint32_t i = 0; paths[i].len != 0; i++) {
        check->resolved = check->resolved && resolves_for_some_type(check, alias, paths[i]);
    }
}

static void check_expr(Check *check, const Expr *expr)
{
    if (expr == NULL || expr_is_literal(expr)) {
        return;
    }
    bool reads = expr->kind == EXPR_CALL && expr->arg_count == 1 &&
                 (expr->func == FUNC_FIELD || expr->func == FUNC_CURRENT) &&
                 expr_is_literal(&expr->args[0]);
    if (reads) {
        check_alias(check, expr->args[0].value->string);
    }
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        check_expr(check, &expr->args[i]);
    }
}

static void check_field(Check *check, const Expr *field)
{
    if (expr_is_literal(field)) {
        check_alias(check, field->value->string);
    } else {
        check_expr(check, field);
    }
}

static void check_cond(Check *check, const Cond *cond)
{
    for (uint32_t i = 0; i < cond->child_count; i++) {
        check_cond(check, &cond->children[i]);
    }
    if (cond->kind != COND_LEAF) {
        return;
    }
    if (cond->lhs == LHS_FIELD) {
        check_field(check, cond->left);
    }
    check_expr(check, cond->left);
    check_expr(check, cond->right);
    if (cond->count != NULL) {
        if (cond->count->of_field) {
            check_field(check, cond->count->source);
        }
        check_expr(check, cond->count->source);
        if (cond->count->where != NULL) {
            check_cond(check, cond->count->where);
        }
    }
}

static void check_definition(Check *check, const Definition *definition)
{
    check_cond(check, definition->condition);
    const Details *details = &definition->details;
    if (details->existence != NULL) {
        check_cond(check, details->existence);
    }
    check_expr(check, details->related_name);
    check_expr(check, details->resource_group);
    for (uint32_t i = 0; i < details->operation_count; i++) {
        check_field(check, details->operations[i].field);
        check_expr(check, details->operations[i].value);
        check_expr(check, details->operations[i].condition);
    }
}

// Marks the ids whose class the index says is evaluable on ARM resources.
static bool read_evaluable(Arena *arena, Map *ret_ids)
{
    const Json *const *rows = NULL;
    uint32_t count = 0;
    if (!shared_lines(arena, "corpus/azure-policy/definitions.index.ndjson", &rows, &count)) {
        return false;
    }
    map_init(ret_ids, arena, MAP_NOCASE);
    for (uint32_t i = 0; i < count; i++) {
        Str class = json_find_str(rows[i], STR("class"));
        if (str_eq(class, STR("direct")) || str_eq(class, STR("ine"))) {
            (void)map_put(ret_ids, json_find_str(rows[i], STR("id")), 0);
        }
    }
    return true;
}

typedef struct Tally {
    uint32_t total;
    uint32_t resolved;
    uint32_t newer; // resolved as far as the list knows; some alias is newer than the list
} Tally;

static void tally_file(Check *check, const char *file, const Map *ids, Map *done, Tally *tally)
{
    const Json *const *docs = NULL;
    uint32_t count = 0;
    if (!shared_lines(check->arena, file, &docs, &count)) {
        return;
    }
    DiagList diags;
    diag_init(&diags, check->arena, STR("corpus"));
    for (uint32_t i = 0; i < count; i++) {
        Str name = json_find_str(docs[i], STR("name"));
        const Definition *definition = NULL;
        if (map_find(ids, name) == MAP_NONE || map_find(done, name) != MAP_NONE ||
            !definition_parse(check->arena, docs[i], &diags, &definition)) {
            continue;
        }
        (void)map_put(done, name, 1);
        check->resolved = true;
        check->newer = 0;
        check_definition(check, definition);
        tally->total++;
        tally->resolved += check->resolved && check->newer == 0 ? 1 : 0;
        tally->newer += check->resolved && check->newer != 0 ? 1 : 0;
        if (!check->resolved) {
            printf("# not resolved: %.*s\n", STR_ARG(definition->display_name));
        }
    }
}

// Of everything published, not only of what the definitions use; short names are left out.
TEST(rule_covers_the_published_list)
{
    enum { WANTED_LIST_PERCENT = 70 };
    Arena arena;
    arena_init(&arena, (size_t)4 << 30);
    Truth truth = {0};
    if (read_truth(&arena, &truth)) {
        AliasTable *table = alias_table_new(&arena);
        alias_table_add_shipped(table);
        Check check = {.arena = &arena, .table = table, .truth = &truth};
        uint32_t good = 0;
        for (uint32_t i = 0; i < truth.names.count; i++) {
            ArenaMark mark = arena_mark(&arena);
            good +=
                resolves(&check, truth.names.entries[i].key, STR(""), truth.paths[i][0]) ? 1 : 0;
            arena_rewind(&arena, mark);
        }
        printf("# %u of %u published aliases resolve (%.1f %%)\n", good, truth.names.count,
               100.0 * good / truth.names.count);
        CHECK((uint64_t)good * 100 >= (uint64_t)truth.names.count * WANTED_LIST_PERCENT);
    }
    arena_free(&arena);
}

TEST(shipped_table_covers_the_published_definitions)
{
    Arena arena;
    arena_init(&arena, SHARED_ARENA_BYTES);
    Truth truth = {0};
    Map ids;
    Map done;
    map_init(&done, &arena, MAP_NOCASE);
    if (read_truth(&arena, &truth) && read_evaluable(&arena, &ids)) {
        AliasTable *table = alias_table_new(&arena);
        alias_table_add_shipped(table);
        Check check = {.arena = &arena, .table = table, .truth = &truth};
        Tally tally = {0};
        tally_file(&check, "corpus/azure-policy/definitions.ndjson", &ids, &done, &tally);
        // Then the few that only the government cloud has.
        tally_file(&check, "corpus/azure-policy/definitions-gov.ndjson", &ids, &done, &tally);
        printf("# %u of %u resolved as published (%.1f %%); %u more use aliases newer than the "
               "list\n",
               tally.resolved, tally.total, 100.0 * tally.resolved / tally.total, tally.newer);
        CHECK(tally.total == EVALUABLE);
        CHECK(tally.resolved * 100 >= tally.total * WANTED_PERCENT);
    }
    arena_free(&arena);
}
