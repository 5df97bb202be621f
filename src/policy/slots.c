// SPDX-License-Identifier: Apache-2.0
// Builds the trie, the spaces and the slots of a TypePlan from the paths its rules read.
#include <string.h>

#include "base/buf.h"
#include "policy/plan.h"

typedef struct BuildSpace {
    uint32_t parent;
    uint32_t depth;
} BuildSpace;

struct SlotBuilder {
    Arena *arena;
    Node *nodes;
    uint32_t node_count;
    uint32_t node_cap;
    BuildSpace *spaces;
    uint32_t space_count;
    uint32_t space_cap;
    Slot *slots;
    uint32_t slot_count;
    uint32_t slot_cap;
    Map space_by_path;
    Map slot_by_path;
};

static uint32_t node_new(SlotBuilder *b, Str name, uint32_t index)
{
    ARENA_ROOM(b->arena, b->nodes, b->node_count, b->node_cap);
    b->nodes[b->node_count] = (Node){
        .name = name,
        .next = NONE,
        .child = NONE,
        .slot = NONE,
        .space = NONE,
        .element = NONE,
        .index = index,
        .twin = NONE,
    };
    return b->node_count++;
}

// The child of a name (or of an array index), made when new. A weak child is a node of its own,
// because its parent may have a direct child of the same name.
static uint32_t node_child(SlotBuilder *b, uint32_t parent, Str spelling, uint32_t index,
                           uint32_t twin)
{
    Str name = str_lower(b->arena, spelling);
    uint32_t last = NONE;
    for (uint32_t n = b->nodes[parent].child; n != NONE; n = b->nodes[n].next) {
        const Node *node = &b->nodes[n];
        if (node->index == index && str_eq(node->name, name) && node->weak == (twin != NONE) &&
            (twin == NONE || node->twin == twin)) {
            return n;
        }
        last = n;
    }
    uint32_t made = node_new(b, name, index);
    b->nodes[made].spelling = spelling.ptr;
    b->nodes[made].weak = twin != NONE;
    if (twin != NONE) {
        ASSERT(b->nodes[twin].twin == NONE);
        b->nodes[made].twin = twin;
        b->nodes[twin].twin = made;
    }
    if (last == NONE) {
        b->nodes[parent].child = made;
    } else {
        b->nodes[last].next = made;
    }
    if (index == NONE) {
        b->nodes[parent].child_marks |= (uint64_t)1 << node_mark(name.ptr, name.len);
    }
    return made;
}

SlotBuilder *slot_builder_new(Arena *arena)
{
    static const Str meta_names[META_COUNT] = {
        [META_ID] = STR_INIT("id"),
        [META_NAME] = STR_INIT("name"),
        [META_TYPE] = STR_INIT("type"),
        [META_LOCATION] = STR_INIT("location"),
    };
    SlotBuilder *b = NEW(arena, SlotBuilder);
    b->arena = arena;
    map_init(&b->space_by_path, arena, MAP_NOCASE);
    map_init(&b->slot_by_path, arena, MAP_NOCASE);
    (void)node_new(b, (Str){0}, NONE);
    ARENA_ROOM(arena, b->spaces, b->space_count, b->space_cap);
    b->spaces[b->space_count++] = (BuildSpace){.parent = NONE};
    for (uint32_t m = 0; m < META_COUNT; m++) {
        uint32_t node = node_child(b, NODE_ROOT, meta_names[m], NONE, NONE);
        b->nodes[node].meta = (uint8_t)(m + 1);
    }
    return b;
}

static void path_print(Buf *out, const AliasPath *path, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const PathStep *step = &path->steps[i];
        if (step->is_array) {
            buf_push(out, STR("[*]"));
        } else if (step->is_index) {
            buf_printf(out, "[%u]", step->index);
        } else {
            buf_u64(out, step->name.len);
            buf_byte(out, ':');
            buf_push(out, step->name);
            buf_byte(out, '.');
        }
    }
}

// The space of the array that the first `count` steps of a path lead to, made when new.
static uint32_t space_below(SlotBuilder *b, uint32_t parent, const AliasPath *path, uint32_t count)
{
    Buf key = {0};
    path_print(&key, path, count);
    uint32_t space = map_find(&b->space_by_path, buf_str(&key));
    if (space == MAP_NONE) {
        ARENA_ROOM(b->arena, b->spaces, b->space_count, b->space_cap);
        space = b->space_count++;
        b->spaces[space] = (BuildSpace){parent, b->spaces[parent].depth + 1};
        (void)map_put(&b->space_by_path, buf_str(&key), space);
    }
    buf_free(&key);
    return space;
}

// The space of the last [*] among the first `count` steps of a path; SPACE_ROOT when there is none.
static uint32_t space_of(SlotBuilder *b, const AliasPath *path, uint32_t count)
{
    uint32_t space = SPACE_ROOT;
    for (uint32_t i = 0; i < count; i++) {
        if (path->steps[i].is_array) {
            space = space_below(b, space, path, i + 1);
        }
    }
    return space;
}

static void insert(SlotBuilder *b, uint32_t node, const AliasPath *path, uint32_t from,
                   uint32_t slot);

// Follows an array step: the elements below `node` form a space.
static void insert_array(SlotBuilder *b, uint32_t node, const AliasPath *path, uint32_t from,
                         uint32_t slot)
{
    uint32_t space = space_of(b, path, from + 1);
    if (b->nodes[node].element == NONE) {
        uint32_t element = node_new(b, (Str){0}, NONE);
        b->nodes[node].element = element;
        b->nodes[node].space = space;
    }
    ASSERT(b->nodes[node].space == space);
    insert(b, b->nodes[node].element, path, from + 1, slot);
}

static void insert(SlotBuilder *b, uint32_t node, const AliasPath *path, uint32_t from,
                   uint32_t slot)
{
    if (from == path->count) {
        uint32_t *at = &b->nodes[node].slot;
        while (*at != NONE && *at != slot) {
            at = &b->slots[*at].same;
        }
        *at = slot;
        return;
    }
    const PathStep *step = &path->steps[from];
    if (step->is_array) {
        insert_array(b, node, path, from, slot);
        return;
    }
    if (step->is_index) {
        insert(b, node_child(b, node, (Str){0}, step->index, NONE), path, from + 1, slot);
        return;
    }
    Str name = step->name;
    uint32_t direct = node_child(b, node, name, NONE, NONE);
    insert(b, direct, path, from + 1, slot);
    bool at_object_start = from == 0 || path->steps[from - 1].is_array;
    if (path->flatten && at_object_start && !str_eq_nocase(name, STR("properties"))) {
        uint32_t wrapper = node_child(b, node, STR("properties"), NONE, NONE);
        uint32_t weak = b->nodes[direct].twin;
        if (weak == NONE) {
            weak = node_child(b, wrapper, name, NONE, direct);
        }
        insert(b, weak, path, from + 1, slot);
    }
}

uint32_t slot_builder_path(SlotBuilder *b, const AliasPath *path)
{
    if (path->count == 0) {
        return NONE;
    }
    Buf key = {0};
    path_print(&key, path, path->count);
    buf_push(&key, path->flatten ? STR("~") : STR("="));
    uint32_t slot = map_find(&b->slot_by_path, buf_str(&key));
    if (slot == MAP_NONE) {
        ARENA_ROOM(b->arena, b->slots, b->slot_count, b->slot_cap);
        slot = b->slot_count++;
        b->slots[slot] = (Slot){
            .path = str_lower(b->arena, buf_str(&key)),
            .space = space_of(b, path, path->count),
            .ends_in_array = path->steps[path->count - 1].is_array,
            .same = NONE,
        };
        (void)map_put(&b->slot_by_path, buf_str(&key), slot);
        insert(b, NODE_ROOT, path, 0, slot);
    }
    buf_free(&key);
    return slot;
}

uint32_t slot_builder_space(SlotBuilder *b, const AliasPath *path)
{
    for (uint32_t i = path->count; i > 0; i--) {
        if (path->steps[i - 1].is_array) {
            // Walking there is what makes its elements count, so the path gets a slot too.
            AliasPath array = *path;
            array.count = i;
            (void)slot_builder_path(b, &array);
            return space_of(b, path, i);
        }
    }
    return NONE;
}

uint32_t slot_builder_space_parent(const SlotBuilder *b, uint32_t space)
{
    ASSERT(space < b->space_count);
    return b->spaces[space].parent;
}

uint32_t slot_builder_slot_space(const SlotBuilder *b, uint32_t slot)
{
    ASSERT(slot < b->slot_count);
    return b->slots[slot].space;
}

Str slot_builder_slot_path(const SlotBuilder *b, uint32_t slot)
{
    ASSERT(slot < b->slot_count);
    return b->slots[slot].path;
}

bool slot_builder_slot_is_element(const SlotBuilder *b, uint32_t slot)
{
    ASSERT(slot < b->slot_count);
    return b->slots[slot].ends_in_array;
}

// The numbers i < count for which of(b, i) == want, as an array.
static const uint32_t *members(SlotBuilder *b, uint32_t count, uint32_t want,
                               uint32_t (*of)(const SlotBuilder *, uint32_t), uint32_t *ret_count)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        n += of(b, i) == want ? 1 : 0;
    }
    uint32_t *list = NEW_ARRAY(b->arena, uint32_t, n + 1);
    n = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (of(b, i) == want) {
            list[n++] = i;
        }
    }
    *ret_count = n;
    return list;
}

// Chains each node's children by their marks: the chain of a mark stands at its rank among the
// node's marks, so that finding it is counting bits.
static const uint32_t *chain_children(SlotBuilder *b)
{
    uint32_t *heads = NEW_ARRAY(b->arena, uint32_t, (size_t)b->node_count + 1);
    uint32_t used = 0;
    for (uint32_t n = 0; n < b->node_count; n++) {
        Node *node = &b->nodes[n];
        uint32_t count = count_bits(node->child_marks);
        node->heads = used;
        for (uint32_t i = 0; i < count; i++) {
            heads[used + i] = NONE;
        }
        for (uint32_t c = node->child; c != NONE; c = b->nodes[c].next) {
            Node *child = &b->nodes[c];
            if (child->index != NONE) {
                continue;
            }
            uint32_t *at =
                &heads[used + node_rank(node, node_mark(child->name.ptr, child->name.len))];
            while (*at != NONE) {
                at = &b->nodes[*at].alike;
            }
            *at = c;
            child->alike = NONE;
        }
        used += count;
    }
    return heads;
}

void slot_builder_finish(SlotBuilder *b, TypePlan *plan)
{
    plan->heads = chain_children(b);
    Space *spaces = NEW_ARRAY(b->arena, Space, b->space_count);
    for (uint32_t s = 0; s < b->space_count; s++) {
        spaces[s] = (Space){.parent = b->spaces[s].parent, .depth = b->spaces[s].depth};
        spaces[s].slots =
            members(b, b->slot_count, s, slot_builder_slot_space, &spaces[s].slot_count);
        spaces[s].children =
            members(b, b->space_count, s, slot_builder_space_parent, &spaces[s].child_count);
    }
    plan->nodes = b->nodes;
    plan->node_count = b->node_count;
    plan->spaces = spaces;
    plan->space_count = b->space_count;
    plan->slots = b->slots;
    plan->slot_count = b->slot_count;
}
