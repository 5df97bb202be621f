// SPDX-License-Identifier: Apache-2.0
#include "policy/containers.h"

#include "base/text.h"
#include "json/read.h"

void containers_init(Containers *containers, Arena *arena)
{
    *containers = (Containers){.arena = arena};
    map_init(&containers->by_id, arena, MAP_NOCASE);
}

static bool is_container(Str type)
{
    static const Str types[] = {
        STR_INIT("Microsoft.Resources/subscriptions"),
        STR_INIT("Microsoft.Resources/resourceGroups"),
        STR_INIT("Microsoft.Resources/subscriptions/resourceGroups"),
    };
    for (size_t i = 0; i < COUNTOF(types); i++) {
        if (str_eq_nocase(type, types[i])) {
            return true;
        }
    }
    return false;
}

void containers_offer(Containers *containers, Str line, const JsonLimits *limits)
{
    if (text_find_nocase(line, STR("Microsoft.Resources/")) < 0) {
        return; // nearly every line; no need to read it
    }
    ArenaMark mark = arena_mark(containers->arena);
    const Json *resource = NULL;
    Err ignored = {0};
    if (!json_read_data(containers->arena, line, limits, &resource, &ignored)) {
        arena_rewind(containers->arena, mark);
        return;
    }
    const Json *type = json_find_nocase(resource, STR("type"));
    const Json *id = json_find_nocase(resource, STR("id"));
    if (!json_is(type, JSON_STRING) || !json_is(id, JSON_STRING) || !is_container(type->string)) {
        arena_rewind(containers->arena, mark);
        return;
    }
    resource = json_copy(containers->arena, resource); // the line's bytes go
    uint32_t at = map_intern(&containers->by_id, id->string);
    ARENA_ROOM(containers->arena, containers->items, at, containers->cap); // at most one past
    containers->items[at] = resource;
}

const Json *containers_find(const Containers *containers, Str id)
{
    uint32_t at = map_find(&containers->by_id, id);
    return at == MAP_NONE ? NULL : containers->items[at];
}

// ---- what rules ask for ----

static bool asks(const Expr *expr)
{
    bool is_step =
        expr->kind == EXPR_MEMBER && expr->args[0].kind == EXPR_CALL &&
        (expr->args[0].func == FUNC_RESOURCE_GROUP || expr->args[0].func == FUNC_SUBSCRIPTION);
    static const Str told[] = {STR_INIT("id"), STR_INIT("name"), STR_INIT("subscriptionId"),
                               STR_INIT("managedBy")};
    for (size_t i = 0; i < COUNTOF(told) && is_step; i++) {
        is_step = !str_eq_nocase(expr->name, told[i]);
    }
    return is_step;
}

bool definition_reads_containers(const Definition *definition)
{
    return definition_any_expr(definition, EXPR_READS_SCOPE, asks);
}
