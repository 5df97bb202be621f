// SPDX-License-Identifier: Apache-2.0
// plan — what rules become once the resource type is known: which paths to read (slots in spaces),
// which conditions to decide (leaves), and per rule a tree of them plus the same tree as jumps.
// Private to the policy layer: engine.h is the face.
// Depends on: engine.  Thread-safe: a TypePlan is read-only once type_plan_build returned it.
#pragma once

#include "policy/engine.h"
#include "policy/expr_eval.h"
#include "policy/related.h"

#define NONE UINT32_MAX // no slot, no space, no node
enum {
    SPACE_ROOT = 0, // the space whose elements are the resources themselves
    NODE_ROOT = 0
};

// The numbers of a column's values.
enum {
    VALUE_MISSING = 0, // the path is not there; the zero that ids are cleared with
    VALUE_NULL = 1,    // it is there and null; rules treat both alike
    VALUE_THERE = 2    // the first that is one
};

// ---- what is read: a trie of paths, spaces of array elements, slots in them ----

// A space is one [*] of a path: its elements are the array's, over all rows. It nests in the space
// of the next [*] to its left, at last in SPACE_ROOT.
typedef struct Space {
    uint32_t parent; // NONE for SPACE_ROOT
    uint32_t depth;  // 0 for SPACE_ROOT
    const uint32_t *slots;
    uint32_t slot_count;
    const uint32_t *children;
    uint32_t child_count;
} Space;

// A slot is one path that some rule reads: a column with a value per element of its space.
typedef struct Slot {
    Str path; // names the path; equal for equal paths of two plans
    uint32_t space;
    bool ends_in_array; // the path ends in [*]: the value is an element itself
    uint32_t same;      // next slot fed by the same node (one flattens, one does not), or NONE
} Slot;

// One node of the trie that follows the document. Paths that flatten have a second, weak way
// through "properties", taken only where the direct name is absent.
typedef struct Node {
    Str name;             // lower case; empty for elements
    const char *spelling; // the name as the first rule wrote it
    uint32_t next;        // sibling, NONE ends the list
    uint32_t alike;       // next sibling with the same mark, NONE ends the list
    uint32_t heads; // where this node's chains start in TypePlan.heads, one per bit of child_marks
    uint32_t child; // first child, NONE = leaf
    uint64_t child_marks; // bit node_mark(name) of every child's name
    uint32_t slot;        // the value here is this slot's (and its `same` chain's)
    uint32_t space;       // when the value here is an array, its elements form this space
    uint32_t element;     // node of such an element
    uint32_t index;       // this node is element number index of its parent array; NONE otherwise
    uint32_t twin;        // weak ⇄ direct node of the same slot
    uint8_t meta;         // MetaField + 1, 0 = none
    bool weak;
} Node;

// A six-bit digest of a name that ignores case: most keys of a document are told apart from what is
// looked for by it alone.
static inline uint32_t node_mark(const char *name, size_t len)
{
    return len == 0 ? 0
                    : ((uint32_t)len + 11 * ((unsigned char)name[0] | 0x20U) +
                       5 * ((unsigned char)name[len - 1] | 0x20U)) &
                          63;
}

// How many bits are set. Not the compiler's own: without a target flag that is a library call.
static inline uint32_t count_bits(uint64_t bits)
{
    bits -= bits >> 1 & 0x5555555555555555U;
    bits = (bits & 0x3333333333333333U) + (bits >> 2 & 0x3333333333333333U);
    bits = (bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0fU;
    return (uint32_t)(bits * 0x0101010101010101U >> 56);
}

// How many of a node's marks are lower.
static inline uint32_t node_rank(const Node *node, uint32_t mark)
{
    return count_bits(node->child_marks & (((uint64_t)1 << mark) - 1));
}

typedef enum MetaField { META_ID, META_NAME, META_TYPE, META_LOCATION, META_COUNT } MetaField;

// ---- what is decided ----

typedef enum LeafKind {
    LEAF_SLOT,       // slot op constant: decided once per distinct value
    LEAF_EXPR,       // an expression on either side
    LEAF_COUNT,      // how many elements of a space
    LEAF_CASES,      // count over a constant array: one tree per item
    LEAF_VALUE_COUNT // count over an array known only at run time
} LeafKind;

typedef struct PlanNode PlanNode;

typedef struct Leaf {
    LeafKind kind;
    Operator op;
    bool place;                 // a location: both sides compare without case and spaces
    uint32_t slot;              // the field on the left side; NONE when it is an expression
    bool presence;              // LEAF_SLOT: all that counts is whether there is a value:
    Tri if_there;               // then this
    Tri if_missing;             // else this
    uint32_t anchor;            // slot or count_space: nearest space around it that a count binds
    uint32_t memo;              // LEAF_EXPR: the one slot it depends on, or NONE
    const uint32_t *memo_slots; // LEAF_EXPR: all the slots it depends on, when they are few
    uint32_t memo_count;
    bool columns_only;    // neither the resource's id nor its text is read
    bool memo_tuple;      // memo_slots is all there is
    bool memo_group;      // … and the resource's group
    bool memo_containers; // … and whether it has a group and a subscription
    bool memo_one;        // one number decides: the value of memo, or what eval_containers says
    uint32_t count_space; // LEAF_COUNT
    bool named;           // left is the name of a field that is known only now, or "fullName"
    const Expr *left;     // LEAF_EXPR with slot NONE; LEAF_VALUE_COUNT: the array
    const Expr *right;    // an expression, or NULL when right_value is set
    const Json *right_value;
    const PlanNode *where; // counts; NULL = every element. LEAF_CASES: its children are the cases
    const uint32_t *where_code; // first step of where, or of each case; NONE = evaluate the tree
    Str name;                   // LEAF_VALUE_COUNT: current(name)
    const Cond *cond;           // where it came from
    Str path;                   // the field or alias; of a value count "count"
    Str shown;                  // path as evidence names it: count(alias) for a count
    Str right_text;             // JSON of right_value
    Str asks; // LEAF_SLOT: what it asks of a value; equal bytes for equal questions, in any plan
} Leaf;

typedef enum PlanNodeKind { PLAN_CONST, PLAN_AND, PLAN_OR, PLAN_NOT, PLAN_LEAF } PlanNodeKind;

// The condition tree after specialisation; it mirrors the source so that explain can show it.
struct PlanNode {
    PlanNodeKind kind;
    Tri value;     // PLAN_CONST
    uint32_t leaf; // PLAN_LEAF
    uint32_t child_count;
    const PlanNode *children;
    const Cond *cond;
    const Json *seen; // PLAN_CONST made of a leaf: left and right, NULL = missing
    const Json *wanted;
    Str note; // why a constant is an error
};

// One step of the flat program: decide a leaf, go on or end.
typedef struct Step {
    uint32_t leaf;
    uint32_t on_true; // a later step, or one of the two ends
    uint32_t on_false;
} Step;
#define STEP_REJECT (UINT32_MAX - 2) // the ends
#define STEP_ACCEPT (UINT32_MAX - 1)
#define STEP_TREE UINT32_MAX // no code: a constant error is in it, so the tree is evaluated

// Where a *IfNotExists rule looks for related resources, from one primary type.
typedef struct Relation {
    JoinKind join;
    Str type;          // lower case
    const Expr *name;  // NULL = any
    const Expr *group; // resourceGroupName; NULL = the resource's own
    bool named;        // the name depends on the resource
    bool plain;        // the resource's own id says where to look, and nothing else is asked
} Relation;

// One rule specialised to a resource type.
typedef struct RulePlan {
    uint32_t rule;
    const PlanNode *tree;    // of the `if`
    const PlanNode *applies; // of applicability
    uint32_t code;           // first step; STEP_ACCEPT or STEP_REJECT when constant
    uint32_t code_end;       // one past its last step
    uint32_t applies_code;
    uint32_t applies_end;
    bool judged;   // a row whose `if` does not hold is Compliant where the rule applies
    bool deferred; // *IfNotExists: a row whose `if` holds waits for the join
    Relation relation;
    const uint32_t *required;       // slots whose absence means NotMeasured
    const uint32_t *required_names; // per required slot: index into the rule\'s required_paths
    uint32_t required_count;
    State when_true;   // the state of a row whose `if` holds
    const Str *writes; // modify with conflictEffect deny: the fields it writes
    uint32_t write_count;
} RulePlan;

// A rule that looks for resources of this type: its existenceCondition on it.
// A *IfNotExists rule as seen from the type it looks for.
typedef struct CandidatePlan {
    uint32_t rule;
    unsigned joins;       // 1 << JoinKind, for each kind that can lead here
    const PlanNode *tree; // existenceCondition; NULL = existence suffices
    uint32_t code;
    uint32_t code_end; // one past its last step
    bool open;         // reads field() of the primary: decided pair by pair at the end
    bool named;        // the name wanted depends on the primary: keyed by name as well
    Str name;          // the constant name wanted; empty = any
} CandidatePlan;

typedef struct TypePlan {
    Str type;         // lower case
    Str written;      // as the resources write it
    uint32_t related; // index among the types that *IfNotExists rules look for, NONE = none does
    Node *nodes;
    uint32_t node_count;
    const uint32_t *heads; // first child of each mark, node by node
    const Space *spaces;
    uint32_t space_count;
    const Slot *slots;
    uint32_t slot_count;
    const Leaf *leaves;
    uint32_t leaf_count;
    const Step *steps;
    uint32_t step_count;
    const RulePlan *rules;
    uint32_t rule_count;
    const CandidatePlan *candidates;
    uint32_t candidate_count;
    bool reads_whole; // some rule needs a resource of this type as it stands in the text
    Map field_slots;  // field name as rules write it (lower case) → slot
} TypePlan;

// A rule before specialisation.
typedef struct RuleInfo {
    const AssignedRule *assigned;
    bool if_not_exists;
    bool inert;           // preset, or an effect that is not evaluated
    Str related_written;  // details.type as the rule writes it
    Str related_type;     // lower case, folded; empty = not constant
    uint32_t related;     // its index among the types looked for
    uint32_t related_bit; // this rule's number among those that look for it
    bool reads_primary;   // its existenceCondition reads the primary: the join needs both
    bool reads_text;      // and more of it than its id, name, type and location
    const Str *types;     // the only types its `if` can hold on, lower case; NULL = any
    uint32_t type_count;
    bool has_other;    // `if` reads more than type with one of kind and name: then both decide too
    bool has_location; // `if` or the deployment asks for the location
    bool only_type;    // applicability looks at the type alone
    uint32_t cover;    // index of its assignment among those that limit where, NONE = everywhere
} RuleInfo;

struct Plan {
    Arena *arena;
    const AliasTable *aliases;
    PlanOptions options;
    RuleInfo *rules;
    uint32_t rule_count;
    const Assignment **covers; // distinct assignments that limit where
    uint32_t cover_count;
    struct RuleIndex *by_type;    // rules by the types their `if` can hold on
    struct RuleIndex *by_related; // *IfNotExists rules by details.type
    Map related_types;            // details.type, lower case → dense index
    struct PlanTypes *types;      // made lazily, behind a lock
};

// The specialised plan for a type; made on first sight. Thread-safe.
const TypePlan *plan_type(Plan *plan, Str type);

// ---- rule_index.c: which rules can concern a type ----
typedef struct RuleIndex RuleIndex;
RuleIndex *rule_index_new(Arena *arena);
// types NULL = any type.
void rule_index_add(RuleIndex *index, uint32_t rule, const Str *types, uint32_t type_count);
// The types that were named, lower case.
const Map *rule_index_types(const RuleIndex *index);
// How many rules were added for exactly this type.
uint32_t rule_index_count(const RuleIndex *index, Str type);
// Rule numbers in ascending order, in the arena.
const uint32_t *rule_index_find(const RuleIndex *index, Arena *arena, Str type,
                                uint32_t *ret_count);

// ---- specialise.c ----
// The environment in which a rule's constants fold.
ExprEnv plan_env(const Plan *plan, const AssignedRule *rule);
// A location in the form in which locations compare: without spaces (case is the operator's).
// A location, or an array of them, in the form that compares: without spaces. Others are as they
// are.
const Json *plan_place(Arena *arena, const Json *json);
const TypePlan *type_plan_build(Plan *plan, Str type);

// ---- slots.c: collects paths while a TypePlan is being built ----
typedef struct SlotBuilder SlotBuilder;
SlotBuilder *slot_builder_new(Arena *arena);
// The slot of a path, made when new. NONE when the path is empty.
uint32_t slot_builder_path(SlotBuilder *b, const AliasPath *path);
// The space of the last [*] of a path, NONE when it has none.
uint32_t slot_builder_space(SlotBuilder *b, const AliasPath *path);
uint32_t slot_builder_space_parent(const SlotBuilder *b, uint32_t space);
uint32_t slot_builder_slot_space(const SlotBuilder *b, uint32_t slot);
Str slot_builder_slot_path(const SlotBuilder *b, uint32_t slot);
bool slot_builder_slot_is_element(const SlotBuilder *b, uint32_t slot);
void slot_builder_finish(SlotBuilder *b, TypePlan *plan);

// ---- code.c ----
typedef struct CodeBuilder {
    Arena *arena;
    Step *steps;
    uint32_t count;
    uint32_t cap;
} CodeBuilder;
// Appends the jumps of a tree; returns its first step, STEP_ACCEPT or STEP_REJECT when constant,
// STEP_TREE when there is a constant error in it: then the tree itself is evaluated.
uint32_t code_emit(CodeBuilder *b, const PlanNode *tree);
// Every target is a later step or an end, every leaf exists.
MUST_USE bool code_verify(const Step *steps, uint32_t count, uint32_t leaf_count, Err *err);
