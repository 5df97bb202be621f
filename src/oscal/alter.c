// SPDX-License-Identifier: Apache-2.0
// Alterations of controls: what is removed, then what is added, and where it goes.
// Source: profile resolution, "Alter". All alterations of one control act together, on the control
// as it was: what is added is not removed again, and may stand where something is removed.
// Additions keep the order of the profile at each place they go to.
#include <string.h>

#include "oscal/resolver.h"

#define OSCAL_NS "http://csrc.nist.gov/ns/oscal"
enum { PATH_MAX_PARTS = JSON_DEPTH_CEILING };

typedef struct Alter {
    Resolver *resolver;
    const Document *profile;
    Node *control;  // the one under alteration
    Map *added;     // entries that additions brought, by where their members are
    uint32_t *path; // room for the way to a part
} Alter;

// The lists a control, part or parameter holds, and what one entry is called.
static const struct {
    Str key;
    Str item;
} lists[] = {
    {STR_INIT("props"), STR_INIT("prop")},
    {STR_INIT("links"), STR_INIT("link")},
    {STR_INIT("parts"), STR_INIT("part")},
};

void resolver_event(Resolver *resolver, Event event)
{
    if (resolver->event_count == resolver->event_cap) {
        uint32_t cap = resolver->event_cap != 0 ? 2 * resolver->event_cap : 64;
        Event *events = NEW_ARRAY(resolver->arena, Event, cap);
        if (resolver->event_count != 0) {
            memcpy(events, resolver->events, resolver->event_count * sizeof(Event));
        }
        resolver->events = events;
        resolver->event_cap = cap;
    }
    resolver->events[resolver->event_count++] = event;
}

static void note(const Alter *alter, OscalTraceKind kind, Str item, const Json *object, Span at)
{
    Str id = json_find_str(object, STR("id"));
    resolver_event(alter->resolver, (Event){
                                        .kind = kind,
                                        .control = alter->control->id,
                                        .item = item,
                                        .id = id.len != 0 ? id : json_find_str(object, STR("name")),
                                        .document = alter->profile->href,
                                        .at = at,
                                    });
}

// ---- remove ----

typedef struct Remove {
    const Alter *alter;
    const Json *json;
    Str by_id;
    Str by_name;
    Str by_class;
    Str by_ns;
    Str by_item;
    bool ok;
} Remove;

// A criterion that is there and met, or not there.
static bool meets(Str wanted, Str value)
{
    return wanted.len == 0 || str_eq(wanted, value);
}

static bool remove_matches(const Remove *remove, const Json *object, Str item)
{
    Str ns = json_find_str(object, STR("ns"));
    if (ns.len == 0) { // what says nothing is in OSCAL's own
        ns = STR(OSCAL_NS);
    }
    return meets(remove->by_item, item) && meets(remove->by_id, json_find_str(object, STR("id"))) &&
           meets(remove->by_name, json_find_str(object, STR("name"))) &&
           meets(remove->by_class, json_find_str(object, STR("class"))) && meets(remove->by_ns, ns);
}

static void strip_object(Remove *remove, Json *object);

// An entry is known by its members, which a shallow copy shares.
static Str identity_of(const JsonMember *const *members)
{
    return (Str){(const char *)members, sizeof(*members)};
}

static bool is_added(const Alter *alter, const Json *entry)
{
    const JsonMember *members = entry->members;
    return entry->type == JSON_OBJECT && entry->count != 0 &&
           map_find(alter->added, identity_of(&members)) != MAP_NONE;
}

static void remember_added(const Alter *alter, const Json *add)
{
    static const Str keys[] = {STR_INIT("params"), STR_INIT("props"), STR_INIT("links"),
                               STR_INIT("parts")};
    for (size_t k = 0; k < COUNTOF(keys); k++) {
        const Json *list = json_find(add, keys[k]);
        for (uint32_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++) {
            const JsonMember *members = list->items[i].members;
            (void)map_intern(alter->added, identity_of(&members));
        }
    }
}

static void strip_list(Remove *remove, Json *object, Str key, Str item)
{
    const Json *list = json_find(object, key);
    if (!json_is(list, JSON_ARRAY) || list->count == 0) {
        return;
    }
    remove->ok = remove->ok && budget_take_steps(&remove->alter->resolver->budget, list->count);
    if (!remove->ok) {
        return;
    }
    Arena *arena = remove->alter->resolver->arena;
    ArenaMark mark = arena_mark(arena);
    uint32_t events = remove->alter->resolver->event_count;
    Json kept = {.type = JSON_ARRAY, .at = list->at};
    Json *items = NEW_ARRAY(arena, Json, list->count);
    bool changed = false;
    for (uint32_t i = 0; i < list->count; i++) {
        if (!is_added(remove->alter, &list->items[i]) &&
            remove_matches(remove, &list->items[i], item)) {
            note(remove->alter, OSCAL_TRACE_REMOVE, item, &list->items[i], remove->json->at);
            changed = true;
            continue;
        }
        Json copy = list->items[i];
        if (!is_added(remove->alter, &copy)) {
            strip_object(remove, &copy);
        }
        changed |= copy.members != list->items[i].members;
        items[kept.count++] = copy;
    }
    kept.items = items;
    if (!changed) {
        ASSERT(remove->alter->resolver->event_count == events);
        arena_rewind(arena, mark);
    } else if (kept.count == 0) {
        json_drop(arena, object, key);
    } else {
        json_set(arena, object, key, kept);
    }
}

// As deep as the parts are nested.
static void strip_object(Remove *remove, Json *object)
{
    if (object->type != JSON_OBJECT) {
        return;
    }
    for (size_t i = 0; i < COUNTOF(lists); i++) {
        strip_list(remove, object, lists[i].key, lists[i].item);
    }
}

static void strip_params(Remove *remove, Node *node)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < node->param_count; i++) {
        Param param = node->params[i];
        if (is_added(remove->alter, &param.json)) {
            node->params[kept++] = param;
            continue;
        }
        if (remove_matches(remove, &param.json, STR("param"))) {
            note(remove->alter, OSCAL_TRACE_REMOVE, STR("param"), &param.json, remove->json->at);
            continue;
        }
        strip_object(remove, &param.json);
        node->params[kept++] = param;
    }
    node->param_count = kept;
}

// The content of a control, and of the controls in it. One of those that matches goes as a whole.
static void strip_node(Remove *remove, Node *node)
{
    Budget *budget = &remove->alter->resolver->budget;
    remove->ok = remove->ok && budget_take_steps(budget, UINT64_C(1) + node->param_count);
    if (!remove->ok) {
        return;
    }
    strip_params(remove, node);
    strip_object(remove, &node->json);
    Node *child = node->first;
    node->first = NULL;
    node->last = NULL;
    while (child != NULL) {
        Node *next = child->next;
        if (remove_matches(remove, &child->json, STR("control"))) {
            note(remove->alter, OSCAL_TRACE_REMOVE, STR("control"), &child->json, remove->json->at);
        } else {
            strip_node(remove, child);
            tree_append(node, child);
        }
        child = next;
    }
}

static bool apply_remove(const Alter *alter, const Json *json)
{
    Remove remove = {
        .alter = alter,
        .json = json,
        .by_id = json_find_str(json, STR("by-id")),
        .by_name = json_find_str(json, STR("by-name")),
        .by_class = json_find_str(json, STR("by-class")),
        .by_ns = json_find_str(json, STR("by-ns")),
        .by_item = json_find_str(json, STR("by-item-name")),
        .ok = true,
    };
    if (remove.by_id.len + remove.by_name.len + remove.by_class.len + remove.by_ns.len +
            remove.by_item.len ==
        0) {
        diag_warn(alter->resolver->diags, json->at, "unknown-id",
                  "this removal says nothing of what to remove (by-id, by-name, by-class, by-ns, "
                  "by-item-name); it removes nothing");
        return true;
    }
    strip_node(&remove, alter->control);
    return remove.ok;
}

// ---- where an addition goes ----

typedef enum Position { AT_START, AT_END, BEFORE, AFTER } Position;

static Position position_of(const Json *add)
{
    static const struct {
        Str name;
        Position position;
    } positions[] = {
        {STR_INIT("starting"), AT_START},
        {STR_INIT("ending"), AT_END},
        {STR_INIT("before"), BEFORE},
        {STR_INIT("after"), AFTER},
    };
    Str name = json_find_str(add, STR("position"));
    for (size_t i = 0; i < COUNTOF(positions); i++) {
        if (str_eq(positions[i].name, name)) {
            return positions[i].position;
        }
    }
    return AT_END;
}

// Of an addition beside something: what stands next to it, and what joins the other lists there.
typedef enum Share { SHARE_ALL, SHARE_BESIDE, SHARE_LISTS } Share;

typedef struct Target {
    Node *node;
    uint32_t param; // index, or UINT32_MAX
    uint32_t depth; // how many parts lead there; 0 and no param: the node itself
    uint32_t *path; // index of each part in its list
    Share share;
} Target;

static bool find_part(Alter *alter, const Json *object, Str id, uint32_t level, Target *target)
{
    const Json *parts = json_find(object, STR("parts"));
    if (!json_is(parts, JSON_ARRAY) || level >= PATH_MAX_PARTS ||
        !budget_take_steps(&alter->resolver->budget, parts->count)) {
        return false;
    }
    for (uint32_t i = 0; i < parts->count; i++) {
        target->path[level] = i;
        if (str_eq(json_find_str(&parts->items[i], STR("id")), id)) {
            target->depth = level + 1;
            return true;
        }
        if (find_part(alter, &parts->items[i], id, level + 1, target)) {
            return true;
        }
    }
    return false;
}

static bool find_target(Alter *alter, Str id, Target *target)
{
    for (Node *node = alter->control; node != NULL; node = tree_next(alter->control, node)) {
        target->node = node;
        target->depth = 0;
        target->param = UINT32_MAX;
        if (!budget_take_steps(&alter->resolver->budget, UINT64_C(1) + node->param_count)) {
            return false;
        }
        if (node != alter->control && str_eq(node->id, id)) {
            return true;
        }
        for (uint32_t i = 0; i < node->param_count; i++) {
            if (str_eq(node->params[i].id, id)) {
                target->param = i;
                return true;
            }
        }
        if (find_part(alter, &node->json, id, 0, target)) {
            return true;
        }
    }
    return false;
}

// ---- add ----

static void note_list(const Alter *alter, const Json *list, Str item, Span at)
{
    for (uint32_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++) {
        note(alter, OSCAL_TRACE_ADD, item, &list->items[i], at);
    }
}

// Adds the entries of add to the same lists of object. part_at: parts go before that index, and
// they are the share that stands beside.
static void add_lists(const Alter *alter, const Json *add, Json *object, bool front,
                      const uint32_t *part_at, Share share)
{
    for (size_t i = 0; i < COUNTOF(lists); i++) {
        const Json *items = json_find(add, lists[i].key);
        bool beside = part_at != NULL && str_eq(lists[i].item, STR("part"));
        if (share == (beside ? SHARE_LISTS : SHARE_BESIDE)) {
            continue;
        }
        uint32_t at = beside ? *part_at : front ? 0 : UINT32_MAX;
        const Json *old = json_find(object, lists[i].key);
        uint64_t moved = json_is(old, JSON_ARRAY) && items != NULL ? old->count : 0;
        if (!budget_take_steps(&alter->resolver->budget, moved)) {
            return;
        }
        json_splice(alter->resolver->arena, object, lists[i].key, at, items);
        note_list(alter, items, lists[i].item, add->at);
    }
}

static void add_title(const Alter *alter, const Json *add, Json *object)
{
    const Json *title = json_find(add, STR("title"));
    if (title != NULL) {
        json_set(alter->resolver->arena, object, STR("title"), *title);
        note(alter, OSCAL_TRACE_ADD, STR("title"), object, add->at);
    }
}

static void add_params(const Alter *alter, const Json *add, Node *node, uint32_t at)
{
    const Json *items = tree_list(&alter->resolver->budget, add, STR("params"));
    if (items == NULL || items->count == 0) {
        return;
    }
    if (!budget_take_steps(&alter->resolver->budget, UINT64_C(1) + node->param_count)) {
        return;
    }
    at = at < node->param_count ? at : node->param_count;
    Param *all = NEW_ARRAY(alter->resolver->arena, Param, (size_t)node->param_count + items->count);
    SetBy *by = NEW(alter->resolver->arena, SetBy);
    *by = (SetBy){.document = alter->profile->href, .at = add->at};
    if (at != 0) {
        memcpy(all, node->params, at * sizeof(Param));
    }
    for (uint32_t i = 0; i < items->count; i++) {
        all[at + i] = (Param){.id = json_find_str(&items->items[i], STR("id")),
                              .json = items->items[i],
                              .set = by,
                              .document = alter->profile->href,
                              .keep = true};
    }
    if (node->param_count != at) {
        memcpy(all + at + items->count, node->params + at,
               (node->param_count - at) * sizeof(Param));
    }
    node->params = all;
    node->param_count += items->count;
    node->param_cap = node->param_count;
    note_list(alter, items, STR("param"), add->at);
}

static void add_to_node(const Alter *alter, const Json *add, Node *node, bool front)
{
    add_title(alter, add, &node->json);
    add_params(alter, add, node, front ? 0 : UINT32_MAX);
    add_lists(alter, add, &node->json, front, NULL, SHARE_ALL);
}

// The object with the addition at the end of the path; parts on the way are copied.
static Json add_along(const Alter *alter, const Json *add, Json object, const Target *target,
                      uint32_t level)
{
    Position position = position_of(add);
    bool outside = position == BEFORE || position == AFTER;
    if (level == target->depth) {
        add_title(alter, add, &object);
        add_lists(alter, add, &object, position == AT_START, NULL, SHARE_ALL);
        return object;
    }
    if (outside && level + 1 == target->depth) {
        uint32_t at = target->path[level] + (position == AFTER ? 1 : 0);
        add_lists(alter, add, &object, position == BEFORE, &at, target->share);
        return object;
    }
    Arena *arena = alter->resolver->arena;
    Json list = *json_find(&object, STR("parts"));
    if (!budget_take_steps(&alter->resolver->budget, list.count)) {
        return object;
    }
    Json *items = NEW_ARRAY(arena, Json, list.count);
    memcpy(items, list.items, list.count * sizeof(Json));
    uint32_t at = target->path[level];
    items[at] = add_along(alter, add, items[at], target, level + 1);
    list.items = items;
    json_set(arena, &object, STR("parts"), list);
    return object;
}

static void add_at_param(const Alter *alter, const Json *add, const Target *target)
{
    Position position = position_of(add);
    Node *node = target->node;
    if (position == BEFORE || position == AFTER) {
        add_lists(alter, add, &node->json, position == BEFORE, NULL, target->share);
        if (target->share != SHARE_LISTS) {
            add_params(alter, add, node, target->param + (position == AFTER ? 1 : 0));
        }
        return;
    }
    uint32_t no_part = 0;
    if (json_find(add, STR("parts")) != NULL) {
        diag_warn(alter->resolver->diags, add->at, "unknown-id",
                  "parameter \"%.*s\" holds no parts; none are added",
                  STR_ARG(node->params[target->param].id));
    }
    add_lists(alter, add, &node->params[target->param].json, position == AT_START, &no_part,
              SHARE_LISTS);
}

// Does the addition go to the control as a whole? The specification wants no by-id then; published
// baselines (FedRAMP) name the control itself, and their published resolutions take it so.
static bool is_implicit(const Alter *alter, const Json *add)
{
    Str id = json_find_str(add, STR("by-id"));
    return id.len == 0 || str_eq(id, alter->control->id);
}

// False: there is nothing of that id (yet).
static bool apply_add(Alter *alter, const Json *add, Share share)
{
    Str id = json_find_str(add, STR("by-id"));
    Position position = position_of(add);
    bool front = position == AT_START || position == BEFORE;
    if (is_implicit(alter, add)) {
        add_to_node(alter, add, alter->control, front);
        return true;
    }
    Target target = {.path = alter->path, .share = share};
    if (!find_target(alter, id, &target)) {
        return false;
    }
    if (target.param != UINT32_MAX) {
        add_at_param(alter, add, &target);
        return true;
    }
    bool outside = position == BEFORE || position == AFTER;
    if (target.depth == 0) {
        if (share != SHARE_BESIDE) { // nothing that is added stands beside a control
            add_to_node(alter, add, outside ? target.node->parent : target.node, front);
        }
    } else {
        if (share != SHARE_BESIDE) {
            add_params(alter, add, target.node, outside && front ? 0 : UINT32_MAX);
        }
        target.node->json = add_along(alter, add, target.node->json, &target, 0);
    }
    return true;
}

// Which share of an addition belongs to a round. What goes to the front of something, or right
// behind it, goes in backwards in round 0, so that the first addition of the profile ends up first.
static bool in_round(const Alter *alter, const Json *add, uint32_t round, Share *ret_share)
{
    bool whole = is_implicit(alter, add);
    *ret_share = SHARE_ALL;
    switch (position_of(add)) {
    case AT_START:
        return round == 0;
    case AT_END:
        return round == 1;
    case BEFORE:
        *ret_share = whole ? SHARE_ALL : round == 0 ? SHARE_LISTS : SHARE_BESIDE;
        return round == 0 || (round == 1 && !whole);
    case AFTER:
        *ret_share = whole ? SHARE_ALL : round == 0 ? SHARE_BESIDE : SHARE_LISTS;
        return whole ? round == 2 : round < 2;
    }
    UNREACHABLE("Position out of range");
}

// ---- all alterations of a control ----

// The alterations of one control id, in the profile's order.
typedef struct Changes {
    const Json **removes;
    uint32_t remove_count;
    uint32_t remove_cap;
    const Json **adds;
    uint32_t add_count;
    uint32_t add_cap;
    Span at;
    bool met;
} Changes;

// Are the lists of every addition lists? Of which entries, nobody asks here.
static bool check_adds(Resolver *resolver, const Json *alter)
{
    uint32_t errors = resolver->diags->errors;
    const Json *adds = tree_list(&resolver->budget, alter, STR("adds"));
    for (uint32_t i = 0; adds != NULL && i < adds->count; i++) {
        (void)tree_list(&resolver->budget, &adds->items[i], STR("params"));
        for (size_t k = 0; k < COUNTOF(lists); k++) {
            (void)tree_list(&resolver->budget, &adds->items[i], lists[k].key);
        }
    }
    return resolver->diags->errors == errors;
}

static void collect(Resolver *resolver, const Json *alter, Str key, const Json ***list,
                    uint32_t *count, uint32_t *cap)
{
    const Json *more = tree_list(&resolver->budget, alter, key);
    if (more == NULL) {
        return;
    }
    if (*cap - *count < more->count) {
        *cap = *count + (*count > more->count ? *count : more->count);
        const Json **all = NEW_ARRAY(resolver->arena, const Json *, *cap);
        if (*count != 0) {
            memcpy(all, *list, *count * sizeof(*all));
        }
        *list = all;
    }
    for (uint32_t i = 0; i < more->count; i++) {
        (*list)[(*count)++] = &more->items[i];
    }
}

// The additions of one round; late: those whose target is not there (yet).
static bool apply_round(Alter *alter, const Changes *changes, uint32_t round, bool *late)
{
    for (uint32_t n = 0; n < changes->add_count; n++) {
        uint32_t i = round == 0 ? changes->add_count - 1 - n : n;
        Share share;
        if (!late[i] && in_round(alter, changes->adds[i], round, &share)) {
            TRY(budget_take_steps(&alter->resolver->budget, 1));
            late[i] = !apply_add(alter, changes->adds[i], share);
        }
    }
    return true;
}

static bool apply_adds(Alter *alter, const Changes *changes)
{
    Resolver *resolver = alter->resolver;
    bool *late = NEW_ARRAY(resolver->arena, bool, (size_t)changes->add_count + 1);
    for (uint32_t round = 0; round < 3; round++) {
        TRY(apply_round(alter, changes, round, late));
    }
    for (uint32_t i = 0; i < changes->add_count; i++) { // to something another one added
        const Json *add = changes->adds[i];
        if (late[i] && !apply_add(alter, add, SHARE_ALL)) {
            diag_warn(resolver->diags, add->at, "unknown-id",
                      "control \"%.*s\" holds nothing with the id \"%.*s\"; nothing is added",
                      STR_ARG(alter->control->id), STR_ARG(json_find_str(add, STR("by-id"))));
        }
    }
    return !resolver->budget.spent;
}

static bool apply_changes(Alter *alter, const Changes *changes)
{
    for (uint32_t i = 0; i < changes->add_count; i++) {
        remember_added(alter, changes->adds[i]);
    }
    TRY(apply_adds(alter, changes));
    for (uint32_t i = 0; i < changes->remove_count; i++) {
        TRY(apply_remove(alter, changes->removes[i]));
    }
    return !alter->resolver->budget.spent;
}

bool alter_apply(Resolver *resolver, const Document *profile, const Json *alters, Catalog *catalog)
{
    Map ids;
    map_init(&ids, resolver->arena, MAP_EXACT);
    Changes *all = NEW_ARRAY(resolver->arena, Changes, (size_t)alters->count + 1);
    for (uint32_t i = 0; i < alters->count; i++) {
        const Json *alter = &alters->items[i];
        Str control = json_find_str(alter, STR("control-id"));
        if (control.len == 0) {
            return diag_error(resolver->diags, alter->at, "missing-member",
                              "this needs \"control-id\": the id of the control to alter");
        }
        TRY(check_adds(resolver, alter));
        Changes *changes = &all[map_intern(&ids, control)];
        changes->at = alter->at;
        collect(resolver, alter, STR("removes"), &changes->removes, &changes->remove_count,
                &changes->remove_cap);
        collect(resolver, alter, STR("adds"), &changes->adds, &changes->add_count,
                &changes->add_cap);
    }
    // which controls each id names, in the order of the profile
    uint32_t *heads = NEW_ARRAY(resolver->arena, uint32_t, (size_t)ids.count + 1);
    uint32_t *next = NEW_ARRAY(resolver->arena, uint32_t, catalog->node_count);
    for (uint32_t i = catalog->node_count - 1; i > 0; i--) {
        uint32_t id = catalog->nodes[i]->kind == NODE_CONTROL
                          ? map_find(&ids, catalog->nodes[i]->id)
                          : MAP_NONE;
        if (id != MAP_NONE) {
            next[i] = heads[id];
            heads[id] = i;
        }
    }
    uint32_t *path = NEW_ARRAY(resolver->arena, uint32_t, PATH_MAX_PARTS);
    for (uint32_t id = 0; id < ids.count; id++) {
        if (heads[id] == 0) {
            diag_warn(resolver->diags, all[id].at, "unknown-control",
                      "control \"%.*s\" is not selected; nothing is altered",
                      STR_ARG(ids.entries[id].key));
        }
        for (uint32_t i = heads[id]; i != 0; i = next[i]) {
            Map added;
            map_init(&added, resolver->arena, MAP_EXACT);
            Alter alter = {.resolver = resolver,
                           .profile = profile,
                           .control = catalog->nodes[i],
                           .added = &added,
                           .path = path};
            TRY(apply_changes(&alter, &all[id]));
        }
    }
    return true;
}
