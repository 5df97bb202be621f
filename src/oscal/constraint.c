// SPDX-License-Identifier: Apache-2.0
// The constraints of the metaschema. Allowed values of one place add up over all rules that speak
// of it; an index is one for the document; everything else is a matter of its context alone.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "oscal/check.h"
#include "oscal/datatype.h"
#include "oscal/metapath.h"
#include "oscal/model.h"

typedef enum RuleKind { ALLOWED, UNIQUE, MATCHES, INDEX, HAS_KEY, CARDINALITY, EXPECT } RuleKind;
typedef enum RuleLevel { WARNING, ERROR } RuleLevel;

typedef struct Rule {
    RuleKind kind;
    Str id;
    RuleLevel level;
    Str module;
    Str contexts;
    Str target;
    Str a;
    Str b;
    Str reason;
} Rule;

static const Rule rules[] = {
#define RULE(kind, id, level, module, contexts, target, a, b, reason)                              \
    {kind,                                                                                         \
     STR_INIT(id),                                                                                 \
     level,                                                                                        \
     STR_INIT(module),                                                                             \
     STR_INIT(contexts),                                                                           \
     STR_INIT(target),                                                                             \
     STR_INIT(a),                                                                                  \
     STR_INIT(b),                                                                                  \
     STR_INIT(reason)},
#include "oscal/constraints.def"
#undef RULE
};

uint32_t oscal_rule_count(void)
{
    return (uint32_t)COUNTOF(rules);
}

OscalRule oscal_rule_at(uint32_t index)
{
    static const Str kinds[] = {
        [ALLOWED] = STR_INIT("allowed-values"), [UNIQUE] = STR_INIT("is-unique"),
        [MATCHES] = STR_INIT("matches"),        [INDEX] = STR_INIT("index"),
        [HAS_KEY] = STR_INIT("index-has-key"),  [CARDINALITY] = STR_INIT("has-cardinality"),
        [EXPECT] = STR_INIT("expect"),
    };
    ASSERT(index < COUNTOF(rules));
    const Rule *rule = &rules[index];
    return (OscalRule){.kind = kinds[rule->kind],
                       .id = rule->id,
                       .module = rule->module,
                       .contexts = rule->contexts,
                       .target = rule->target,
                       .reason = rule->reason};
}

// ---- one run ----

// One rule spoke of one value.
typedef struct Said {
    const Json *json;
    const Rule *rule;
    const Visit *visit; // where the rule began
    bool accepts;
} Said;

// A rule that begins at a type: path is what follows it in the context ("" = the type itself).
typedef struct Start {
    const Rule *rule;
    Str path;
    uint32_t next; // of the same type, 1-based
} Start;

typedef struct Run {
    const Model *model;
    DiagList *diags;
    Arena scratch; // paths and keys of one rule at one place
    Start *starts;
    uint32_t start_count;
    uint32_t *heads; // by type, 1-based into starts
    Map keys;        // of every index: its name, NUL, the key
    Said *said;
    uint32_t said_count;
    uint32_t said_cap;
    uint32_t evaluated;
} Run;

PRINTF_LIKE(4, 5)
static void report(Run *run, const Rule *rule, Span at, const char *fmt, ...)
{
    static const char *const codes[] = {
        [ALLOWED] = "not-allowed", [UNIQUE] = "not-unique",   [MATCHES] = "bad-match",
        [INDEX] = "not-unique",    [HAS_KEY] = "no-such-key", [CARDINALITY] = "cardinality",
        [EXPECT] = "expectation",
    };
    char text[400];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (rule->level == WARNING) {
        diag_warn(run->diags, at, codes[rule->kind], "%s (%.*s)", text, STR_ARG(rule->id));
    } else {
        diag_error(run->diags, at, codes[rule->kind], "%s (%.*s)", text, STR_ARG(rule->id));
    }
}

// The place of node, which is json or below it; as deep as the document. NULL = it is not there.
static const Place *find_place(Arena *arena, const Json *json, const Json *node, const Place *place)
{
    if (json == node) {
        return place;
    }
    bool is_object = json->type == JSON_OBJECT;
    for (uint32_t i = 0; (is_object || json->type == JSON_ARRAY) && i < json->count; i++) {
        ArenaMark mark = arena_mark(arena);
        Place *inner = NEW(arena, Place);
        *inner = (Place){
            .parent = place, .key = is_object ? json->members[i].key : (Str){NULL, 0}, .index = i};
        const Json *child = is_object ? &json->members[i].value : &json->items[i];
        const Place *found = find_place(arena, child, node, inner);
        if (found != NULL) {
            return found;
        }
        arena_rewind(arena, mark);
    }
    return NULL;
}

// Only looked for when there is something to report.
static Str pointer_of(Run *run, const Visit *visit, const Json *node)
{
    if (diag_is_full(run->diags)) {
        return (Str){NULL, 0}; // only counted
    }
    const Place *place = find_place(&run->scratch, visit->json, node, visit->place);
    return place_pointer(&run->scratch, place != NULL ? place : visit->place);
}

// ---- keys ----

// The key of a node, its parts separated by NUL; a leading '#' of a reference falls away. False:
// it has none of the parts.
static bool key_of(Run *run, const Rule *rule, const Json *node, Str *ret_key)
{
    Buf key = {0};
    bool any = false;
    for (Str rest = rule->a; rest.len != 0;) {
        StrCut cut = str_cut(rest, ' ');
        Nodes nodes = {0};
        ASSERT(metapath_select(&run->scratch, cut.head, node, &nodes));
        Str text = nodes.count != 0 ? metapath_text(nodes.at[0]) : (Str){NULL, 0};
        any = any || nodes.count != 0;
        buf_push(&key, str_starts(text, STR("#")) ? str_from(text, 1) : text);
        buf_byte(&key, '\0');
        rest = cut.tail;
    }
    *ret_key = str_copy(&run->scratch, buf_str(&key));
    buf_free(&key);
    return any;
}

static Str with_name(Run *run, Str name, Str key)
{
    char *text = NEW_ARRAY(&run->scratch, char, name.len + key.len + 1);
    memcpy(text, name.ptr, name.len);
    if (key.len != 0) {
        memcpy(text + name.len + 1, key.ptr, key.len);
    }
    return (Str){text, name.len + key.len + 1};
}

static void run_unique(Run *run, const Rule *rule, const Visit *visit, const Nodes *nodes)
{
    Map seen;
    map_init(&seen, &run->scratch, MAP_EXACT);
    for (uint32_t i = 0; i < nodes->count; i++) {
        Str key;
        if (!key_of(run, rule, nodes->at[i], &key)) {
            continue;
        }
        Map *map = rule->kind == INDEX ? &run->keys : &seen;
        Str entry = rule->kind == INDEX ? with_name(run, rule->b, key) : key;
        uint32_t count = map->count;
        (void)map_intern(map, entry);
        if (map->count == count) {
            Str shown = str_cut(key, '\0').head;
            report(run, rule, nodes->at[i]->at, "%.*s: \"%.*s\" stands there twice",
                   STR_ARG(pointer_of(run, visit, nodes->at[i])), STR_ARG(shown));
        }
    }
}

static void run_has_key(Run *run, const Rule *rule, const Visit *visit, const Nodes *nodes)
{
    for (uint32_t i = 0; i < nodes->count; i++) {
        const Json *node = nodes->at[i];
        // "party-uuid" stands for each of several
        Nodes parts = {0};
        bool many = rule->a.ptr[0] != '@' && rule->a.ptr[0] != '.';
        if (many) {
            ASSERT(metapath_select(&run->scratch, rule->a, node, &parts));
        }
        uint32_t count = many ? parts.count : 1;
        for (uint32_t n = 0; n < count; n++) {
            Str key = {NULL, 0};
            if (many) {
                Buf text = {0};
                buf_push(&text, metapath_text(parts.at[n]));
                buf_byte(&text, '\0');
                key = str_copy(&run->scratch, buf_str(&text));
                buf_free(&text);
            } else if (!key_of(run, rule, node, &key)) {
                continue;
            }
            if (map_find(&run->keys, with_name(run, rule->b, key)) == MAP_NONE) {
                Str shown = str_cut(key, '\0').head;
                report(run, rule, node->at, "%.*s: there is no \"%.*s\" to refer to",
                       STR_ARG(pointer_of(run, visit, node)), STR_ARG(shown));
            }
        }
    }
}

// ---- values ----

static bool is_listed(Str values, Str text)
{
    for (Str rest = values; rest.len != 0;) {
        StrCut cut = str_cut(rest, '|');
        if (str_eq(cut.head, text)) {
            return true;
        }
        rest = cut.tail;
    }
    return false;
}

static void run_allowed(Run *run, const Rule *rule, const Visit *visit, const Nodes *nodes)
{
    for (uint32_t i = 0; i < nodes->count; i++) {
        if (run->said_count == run->said_cap) {
            uint32_t cap = run->said_cap != 0 ? 2 * run->said_cap : 1024;
            Said *said = NEW_ARRAY(run->model->arena, Said, cap);
            if (run->said_count != 0) {
                memcpy(said, run->said, run->said_count * sizeof(Said));
            }
            run->said = said;
            run->said_cap = cap;
        }
        bool accepts = rule->b.len != 0 || is_listed(rule->a, metapath_text(nodes->at[i]));
        run->said[run->said_count++] =
            (Said){.json = nodes->at[i], .rule = rule, .visit = visit, .accepts = accepts};
    }
}

static void run_matches(Run *run, const Rule *rule, const Visit *visit, const Nodes *nodes)
{
    Str datatype = str_eq(rule->a, STR("integer")) ? STR("~integer") : rule->a;
    for (uint32_t i = 0; i < nodes->count; i++) {
        const char *why = "";
        Json text = json_string(metapath_text(nodes->at[i]));
        if (!datatype_holds(datatype, &text, &why)) {
            report(run, rule, nodes->at[i]->at, "%.*s: \"%.*s\" must be %s",
                   STR_ARG(pointer_of(run, visit, nodes->at[i])), STR_ARG(text.string), why);
        }
    }
}

static void run_expect(Run *run, const Rule *rule, const Visit *visit, const Nodes *nodes)
{
    for (uint32_t i = 0; i < nodes->count; i++) {
        bool holds = false;
        ASSERT(metapath_test(&run->scratch, rule->a, nodes->at[i], &holds));
        if (!holds) {
            report(run, rule, nodes->at[i]->at, "%.*s: needs %.*s",
                   STR_ARG(pointer_of(run, visit, nodes->at[i])), STR_ARG(rule->b));
        }
    }
}

static uint32_t number_of(Str text, uint32_t otherwise)
{
    return text.len == 1 ? (uint32_t)(text.ptr[0] - '0') : otherwise;
}

static void run_cardinality(Run *run, const Rule *rule, const Visit *visit, const Json *context,
                            const Nodes *nodes)
{
    uint32_t least = number_of(rule->a, 0);
    uint32_t most = number_of(rule->b, UINT32_MAX);
    if (nodes->count < least || nodes->count > most) {
        report(run, rule, context->at, "%.*s: has %u of %.*s, but must have %s %u",
               STR_ARG(pointer_of(run, visit, context)), nodes->count, STR_ARG(rule->target),
               nodes->count < least ? "at least" : "at most", nodes->count < least ? least : most);
    }
}

static void run_rule(Run *run, const Start *start, const Visit *visit)
{
    const Rule *rule = start->rule;
    Nodes contexts = {0};
    ASSERT(metapath_select(&run->scratch, start->path, visit->json, &contexts));
    for (uint32_t i = 0; i < contexts.count; i++) {
        Nodes nodes = {0};
        ASSERT(metapath_select(&run->scratch, rule->target, contexts.at[i], &nodes));
        run->evaluated++;
        switch (rule->kind) {
        case ALLOWED:
            run_allowed(run, rule, visit, &nodes);
            break;
        case UNIQUE:
        case INDEX:
            run_unique(run, rule, visit, &nodes);
            break;
        case MATCHES:
            run_matches(run, rule, visit, &nodes);
            break;
        case HAS_KEY:
            run_has_key(run, rule, visit, &nodes);
            break;
        case CARDINALITY:
            run_cardinality(run, rule, visit, contexts.at[i], &nodes);
            break;
        case EXPECT:
            run_expect(run, rule, visit, &nodes);
            break;
        }
    }
}

// ---- the order of things ----

static int said_cmp(const void *a, const void *b)
{
    const Said *x = a;
    const Said *y = b;
    uintptr_t left = (uintptr_t)x->json;
    uintptr_t right = (uintptr_t)y->json;
    if (left != right) {
        return left < right ? -1 : 1;
    }
    return (x->rule > y->rule) - (x->rule < y->rule);
}

static int place_cmp(const void *a, const void *b)
{
    const Said *const *x = a;
    const Said *const *y = b;
    Span left = (*x)->json->at;
    Span right = (*y)->json->at;
    if (left.line != right.line) {
        return left.line < right.line ? -1 : 1;
    }
    return (left.col > right.col) - (left.col < right.col);
}

// first: the first of the rules that speak of a value none of them accepts. What may stand there is
// what any of them lists.
static void report_wrong(Run *run, const Said *first)
{
    const Said *end = run->said + run->said_count;
    Buf text = {0};
    Buf names = {0};
    buf_printf(&text, "%.*s: \"%.*s\" is not among ",
               STR_ARG(pointer_of(run, first->visit, first->json)),
               STR_ARG(metapath_text(first->json)));
    for (const Said *said = first; said != end && said->json == first->json; said++) {
        if (said == first || said->rule != said[-1].rule) { // one may begin at several places
            buf_printf(&text, "%s%.*s", said != first ? "|" : "", STR_ARG(said->rule->a));
            buf_printf(&names, "%s%.*s", said != first ? ", " : "", STR_ARG(said->rule->id));
        }
    }
    buf_printf(&text, " (%.*s)", STR_ARG(buf_str(&names)));
    buf_free(&names);
    if (first->rule->level == WARNING) {
        diag_warn(run->diags, first->json->at, "not-allowed", "%.*s", STR_ARG(buf_str(&text)));
    } else {
        diag_error(run->diags, first->json->at, "not-allowed", "%.*s", STR_ARG(buf_str(&text)));
    }
    buf_free(&text);
}

// A value is wrong when no rule that speaks of it accepts it. Told in the order of the document.
static void report_said(Run *run)
{
    if (run->said_count > 1) {
        qsort(run->said, run->said_count, sizeof(Said), said_cmp);
    }
    const Said **wrong = NEW_ARRAY(run->model->arena, const Said *, (size_t)run->said_count + 1);
    uint32_t count = 0;
    for (uint32_t i = 0; i < run->said_count;) {
        bool accepted = false;
        const Said *first = &run->said[i];
        for (; i < run->said_count && run->said[i].json == first->json; i++) {
            accepted = accepted || run->said[i].accepts;
        }
        if (!accepted) {
            wrong[count++] = first;
        }
    }
    if (count > 1) {
        qsort(wrong, count, sizeof(*wrong), place_cmp);
    }
    for (uint32_t i = 0; i < count; i++) {
        report_wrong(run, wrong[i]);
    }
}

static void add_start(Run *run, const Rule *rule, Str context)
{
    StrCut cut = str_cut(context, '/');
    const Type *type = model_find(run->model, rule->module, cut.head);
    if (type == NULL) {
        return; // oscal_tables_hold says so
    }
    uint32_t index = (uint32_t)(type - run->model->types);
    run->starts[run->start_count++] =
        (Start){.rule = rule, .path = cut.found ? cut.tail : STR("."), .next = run->heads[index]};
    run->heads[index] = run->start_count;
}

static void prepare(Run *run)
{
    run->starts = NEW_ARRAY(run->model->arena, Start, 4 * COUNTOF(rules));
    run->heads = NEW_ARRAY(run->model->arena, uint32_t, run->model->type_count);
    for (size_t i = COUNTOF(rules); i > 0; i--) {
        const Rule *rule = &rules[i - 1];
        for (Str rest = rule->contexts; rest.len != 0 && rule->reason.len == 0;) {
            StrCut cut = str_cut(rest, ',');
            add_start(run, rule, cut.head);
            rest = cut.tail;
        }
    }
}

uint32_t constraint_run(const Model *model, DiagList *diags, const Visits *visits)
{
    Run run = {.model = model, .diags = diags};
    arena_init(&run.scratch, SIZE_MAX);
    map_init(&run.keys, model->arena, MAP_EXACT);
    prepare(&run);
    // First what fills an index, then the rest. A full list of diagnostics does not end it: a value
    // may be allowed by a rule still to come.
    for (uint32_t pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < visits->count; i++) {
            const Visit *visit = &visits->at[i];
            uint32_t at = run.heads[visit->type - model->types];
            for (; at != 0; at = run.starts[at - 1].next) {
                const Start *start = &run.starts[at - 1];
                if ((start->rule->kind == INDEX) == (pass == 0)) {
                    ArenaMark mark = arena_mark(&run.scratch);
                    run_rule(&run, start, visit);
                    arena_rewind(&run.scratch, mark);
                }
            }
        }
    }
    report_said(&run);
    arena_free(&run.scratch);
    return run.evaluated;
}

bool oscal_tables_hold(Arena *arena, Str *ret_row)
{
    Model model;
    TRY(model_init(&model, arena, ret_row));
    for (size_t i = 0; i < COUNTOF(rules); i++) {
        const Rule *rule = &rules[i];
        Nodes nodes = {0};
        bool holds = false;
        *ret_row = rule->id;
        if (rule->reason.len != 0) {
            continue;
        }
        for (Str rest = rule->contexts; rest.len != 0;) {
            StrCut cut = str_cut(rest, ',');
            StrCut head = str_cut(cut.head, '/');
            if (model_find(&model, rule->module, head.head) == NULL ||
                (head.found && !metapath_select(arena, head.tail, &json_null, &nodes))) {
                return false;
            }
            rest = cut.tail;
        }
        Str datatype = str_eq(rule->a, STR("integer")) ? STR("~integer") : rule->a;
        if (!metapath_select(arena, rule->target, &json_null, &nodes) ||
            (rule->kind == EXPECT && !metapath_test(arena, rule->a, &json_null, &holds)) ||
            (rule->kind == MATCHES && !datatype_is_known(datatype))) {
            return false;
        }
    }
    return true;
}
