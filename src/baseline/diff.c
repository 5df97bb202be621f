// SPDX-License-Identifier: Apache-2.0
// Two editions side by side: manifest, controls, values, rules, assignments, mappings, tailorings.
#include "baseline/diff.h"

#include "baseline/diff_parts.h"
#include "baseline/names.h"

static Str finish(Differ *d, Buf *text)
{
    Str copy = str_copy(d->arena, buf_str(text));
    buf_free(text);
    return copy;
}

static Str join(Differ *d, const Str *texts, uint32_t count)
{
    Buf text = {0};
    for (uint32_t i = 0; i < count; i++) {
        buf_push(&text, i == 0 ? STR("") : STR(", "));
        buf_push(&text, texts[i]);
    }
    return finish(d, &text);
}

// ---- manifest ----

static Str approvals_text(Differ *d, const BaselineApprovals *approvals)
{
    Buf text = {0};
    if (approvals->given) {
        buf_printf(&text, "%u", approvals->count);
        for (uint32_t i = 0; i < approvals->role_count; i++) {
            buf_printf(&text, "%s%.*s", i == 0 ? " with " : ", ", STR_ARG(approvals->roles[i]));
        }
    }
    return finish(d, &text);
}

static Str from_text(Differ *d, const BaselineFrom *from)
{
    Buf text = {0};
    buf_printf(&text, "%.*s%s%.*s", STR_ARG(from->name), from->version.len != 0 ? " " : "",
               STR_ARG(from->version));
    return finish(d, &text);
}

static void diff_manifest(Differ *d)
{
    static const struct {
        const char *name;
        size_t offset;
    } rows[] = {
        {"name", offsetof(Baseline, name)},
        {"title", offsetof(Baseline, title)},
        {"version", offsetof(Baseline, version)},
        {"owner", offsetof(Baseline, owner)},
        {"purpose", offsetof(Baseline, purpose)},
        {"scope", offsetof(Baseline, scope)},
        {"risk appetite", offsetof(Baseline, risk_appetite)},
        {"next review", offsetof(Baseline, next_review)},
    };
    const Baseline *a = d->before->baseline;
    const Baseline *b = d->after->baseline;
    Difference of = {.kind = DIFF_MANIFEST};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        const Str *before = (const void *)((const char *)a + rows[i].offset);
        const Str *after = (const void *)((const char *)b + rows[i].offset);
        diff_member(d, of, rows[i].name, *before, *after);
    }
    diff_member(d, of, "approvals", approvals_text(d, &a->approvals),
                approvals_text(d, &b->approvals));
    diff_member(d, of, "made from", from_text(d, &a->from), from_text(d, &b->from));
}

// ---- controls ----

static Str drivers_text(Differ *d, unsigned drivers)
{
    Str names[DRIVER_KINDS];
    uint32_t count = 0;
    for (uint32_t i = 0; i < DRIVER_KINDS; i++) {
        if ((drivers >> i & 1) != 0) {
            names[count++] = driver_names[i];
        }
    }
    return join(d, names, count);
}

static Str rules_text(Differ *d, const Baseline *baseline, const BaselineControl *control)
{
    Str *names = NEW_ARRAY(d->arena, Str, control->rule_count + 1U);
    for (uint32_t i = 0; i < control->rule_count; i++) {
        names[i] = baseline->rules[control->rules[i]].definition->name;
    }
    return join(d, names, control->rule_count);
}

static void diff_control(Differ *d, const BaselineControl *a, const BaselineControl *b)
{
    const Baseline *before = d->before->baseline;
    const Baseline *after = d->after->baseline;
    Difference of = {.kind = DIFF_CONTROL, .subject = b->id, .title = b->title};
    diff_member(d, of, "title", a->title, b->title);
    diff_member(d, of, "section", before->sections[a->section].title,
                after->sections[b->section].title);
    diff_member(d, of, "severity", str_from_cstr(severity_name(a->severity)),
                str_from_cstr(severity_name(b->severity)));
    diff_member(d, of, "owner", a->owner, b->owner);
    diff_member(d, of, "drivers", drivers_text(d, a->drivers), drivers_text(d, b->drivers));
    diff_member(d, of, "layer", str_from_cstr(layer_name(a->layer)),
                str_from_cstr(layer_name(b->layer)));
    diff_member(d, of, "enforcement", str_from_cstr(enforcement_name(a->enforcement)),
                str_from_cstr(enforcement_name(b->enforcement)));
    diff_member(d, of, "statement", a->statement, b->statement);
    diff_member(d, of, "guidance", a->guidance, b->guidance);
    diff_member(d, of, "reason", a->reason, b->reason);
    diff_member(d, of, "check", a->check, b->check);
    diff_member(d, of, "rules", rules_text(d, before, a), rules_text(d, after, b));
}

static void diff_controls(Differ *d)
{
    const Baseline *before = d->before->baseline;
    const Baseline *after = d->after->baseline;
    for (uint32_t i = 0; i < before->control_count; i++) {
        const BaselineControl *a = &before->controls[i];
        if (baseline_find_control(after, a->id) == NULL) {
            diff_push(d, (Difference){.kind = DIFF_CONTROL,
                                      .change = DIFF_REMOVED,
                                      .subject = a->id,
                                      .title = a->title});
        }
    }
    for (uint32_t i = 0; i < after->control_count; i++) {
        const BaselineControl *b = &after->controls[i];
        const BaselineControl *a = baseline_find_control(before, b->id);
        if (a != NULL) {
            diff_control(d, a, b);
        } else {
            diff_push(d, (Difference){.kind = DIFF_CONTROL,
                                      .change = DIFF_ADDED,
                                      .subject = b->id,
                                      .title = b->title});
        }
    }
}

// ---- values of parameters ----

// The value of a control that is still selected on the other side: what came or went with its
// control is told there.
static const BaselineValue *find_value(const Baseline *baseline, Str id)
{
    for (uint32_t i = 0; i < baseline->value_count; i++) {
        if (str_eq(baseline->values[i].id, id)) {
            return &baseline->values[i];
        }
    }
    return NULL;
}

static void diff_values(Differ *d)
{
    const Baseline *before = d->before->baseline;
    const Baseline *after = d->after->baseline;
    for (uint32_t i = 0; i < after->value_count; i++) {
        const BaselineValue *b = &after->values[i];
        const BaselineValue *a = find_value(before, b->id);
        if (a != NULL) {
            Difference of = {.kind = DIFF_PARAMETER, .subject = b->id, .title = b->label};
            diff_member(d, of, "value", join(d, a->values, a->value_count),
                        join(d, b->values, b->value_count));
        }
    }
}

// ---- rules ----

// The tree a label's file was read from; NULL = made by the loader.
static const Json *tree_of(const DiffSide *side, Str file)
{
    Str label = side->baseline->label;
    bool below = str_starts(file, label) && file.len > label.len && file.ptr[label.len] == '/';
    const PackageFile *found =
        content_find(side->content, below ? str_from(file, label.len + 1) : file);
    return found != NULL ? found->json : NULL;
}

static const Json *rule_part(const Json *tree, Str pointer)
{
    const Json *inner = json_find(tree, STR("properties"));
    return tree != NULL ? json_pointer(inner != NULL ? inner : tree, pointer) : NULL;
}

static void diff_rule(Differ *d, const BaselineRule *a, const BaselineRule *b)
{
    static const struct {
        Str pointer;
        const char *name;
    } rows[] = {
        {STR_INIT("/displayName"), "title"},
        {STR_INIT("/description"), "description"},
        {STR_INIT("/mode"), "mode"},
        {STR_INIT("/policyRule/if"), "condition"},
        {STR_INIT("/policyRule/then"), "effect"},
        {STR_INIT("/parameters"), "parameters"},
        {STR_INIT("/metadata/severity"), "severity"},
        {STR_INIT("/metadata/grade"), "grade"},
        {STR_INIT("/metadata/requires"), "needs"},
        {STR_INIT("/metadata/remediation"), "remediation"},
    };
    const Json *before = tree_of(d->before, a->definition->file);
    const Json *after = tree_of(d->after, b->definition->file);
    Difference of = {
        .kind = DIFF_RULE, .subject = b->definition->name, .title = b->definition->display_name};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        diff_tree(d, of, rows[i].name, rule_part(before, rows[i].pointer),
                  rule_part(after, rows[i].pointer));
    }
}

static void push_rule(Differ *d, DiffChange change, const BaselineRule *rule)
{
    if (!rule->implied) { // comes and goes with its control
        diff_push(d, (Difference){.kind = DIFF_RULE,
                                  .change = change,
                                  .subject = rule->definition->name,
                                  .title = rule->definition->display_name});
    }
}

static void diff_rules(Differ *d)
{
    const Baseline *before = d->before->baseline;
    const Baseline *after = d->after->baseline;
    for (uint32_t i = 0; i < before->rule_count; i++) {
        if (baseline_find_rule(after, before->rules[i].definition->name) == NULL) {
            push_rule(d, DIFF_REMOVED, &before->rules[i]);
        }
    }
    for (uint32_t i = 0; i < after->rule_count; i++) {
        const BaselineRule *a = baseline_find_rule(before, after->rules[i].definition->name);
        if (a == NULL) {
            push_rule(d, DIFF_ADDED, &after->rules[i]);
        } else {
            diff_rule(d, a, &after->rules[i]);
        }
    }
}

// ---- assignments ----

static Str assignment_key(const Assignment *assignment)
{
    return assignment->id.len != 0 ? assignment->id : assignment->name;
}

static const Assignment *find_assignment(const Baseline *baseline, Str key)
{
    for (uint32_t i = 0; i < baseline->assignment_count; i++) {
        if (str_eq_nocase(assignment_key(baseline->assignments[i]), key)) {
            return baseline->assignments[i];
        }
    }
    return NULL;
}

// Its properties as they stand in the file: one document, an array or {"value": […]}.
static const Json *assignment_properties(const DiffSide *side, const Assignment *assignment)
{
    const Json *tree = tree_of(side, assignment->file);
    const Json *value = json_find(tree, STR("value"));
    const Json *list = value != NULL ? value : tree;
    for (uint32_t i = 0; json_is(list, JSON_ARRAY) && i < list->count; i++) {
        const Json *item = &list->items[i];
        if (str_eq_nocase(json_find_str(item, STR("id")), assignment->id) &&
            str_eq_nocase(json_find_str(item, STR("name")), assignment->name)) {
            return json_find(item, STR("properties"));
        }
    }
    return json_find(tree, STR("properties"));
}

static void diff_assignment(Differ *d, const Assignment *a, const Assignment *b)
{
    static const struct {
        Str key;
        const char *name;
    } rows[] = {
        {STR_INIT("displayName"), "title"},
        {STR_INIT("policyDefinitionId"), "what it assigns"},
        {STR_INIT("scope"), "scope"},
        {STR_INIT("notScopes"), "excluded scopes"},
        {STR_INIT("resourceSelectors"), "selectors"},
        {STR_INIT("parameters"), "values"},
        {STR_INIT("overrides"), "overrides"},
        {STR_INIT("enforcementMode"), "enforcement"},
        {STR_INIT("nonComplianceMessages"), "messages"},
    };
    const Json *before = assignment_properties(d->before, a);
    const Json *after = assignment_properties(d->after, b);
    Difference of = {.kind = DIFF_ASSIGNMENT, .subject = b->name, .title = b->display_name};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        diff_tree(d, of, rows[i].name, json_find(before, rows[i].key),
                  json_find(after, rows[i].key));
    }
}

static void diff_assignments(Differ *d)
{
    const Baseline *before = d->before->baseline;
    const Baseline *after = d->after->baseline;
    for (uint32_t i = 0; i < before->assignment_count; i++) {
        const Assignment *a = before->assignments[i];
        if (find_assignment(after, assignment_key(a)) == NULL) {
            diff_push(d, (Difference){.kind = DIFF_ASSIGNMENT,
                                      .change = DIFF_REMOVED,
                                      .subject = a->name,
                                      .title = a->display_name});
        }
    }
    for (uint32_t i = 0; i < after->assignment_count; i++) {
        const Assignment *b = after->assignments[i];
        const Assignment *a = find_assignment(before, assignment_key(b));
        if (a != NULL) {
            diff_assignment(d, a, b);
        } else {
            diff_push(d, (Difference){.kind = DIFF_ASSIGNMENT,
                                      .change = DIFF_ADDED,
                                      .subject = b->name,
                                      .title = b->display_name});
        }
    }
}

// ---- mappings, tailorings ----

static bool has_ref(const Baseline *in, const BaselineControl *control, Str framework,
                    const FrameworkRef *ref)
{
    for (uint32_t i = 0; i < control->ref_count; i++) {
        const FrameworkRef *one = &control->refs[i];
        if (str_eq(one->id, ref->id) && one->relation == ref->relation &&
            str_eq(in->frameworks[one->framework].name, framework)) {
            return true;
        }
    }
    return false;
}

// References of a control that the same control does not have on the other side.
static void push_refs(Differ *d, DiffChange change, const Baseline *from, const Baseline *other)
{
    for (uint32_t c = 0; c < from->control_count; c++) {
        const BaselineControl *control = &from->controls[c];
        const BaselineControl *same = baseline_find_control(other, control->id);
        for (uint32_t i = 0; same != NULL && i < control->ref_count; i++) {
            const FrameworkRef *ref = &control->refs[i];
            Str framework = from->frameworks[ref->framework].name;
            if (!has_ref(other, same, framework, ref)) {
                Buf text = {0};
                buf_printf(&text, "%.*s %.*s", STR_ARG(framework), STR_ARG(ref->id));
                diff_push(d, (Difference){.kind = DIFF_MAPPING,
                                          .change = change,
                                          .subject = control->id,
                                          .member = finish(d, &text)});
            }
        }
    }
}

static bool has_tailoring(const Baseline *in, const Tailoring *tailoring)
{
    for (uint32_t i = 0; i < in->tailoring_count; i++) {
        const Tailoring *one = &in->tailorings[i];
        if (str_eq(one->kind, tailoring->kind) && str_eq(one->subject, tailoring->subject) &&
            str_eq(one->rationale, tailoring->rationale)) {
            return true;
        }
    }
    return false;
}

static void push_tailorings(Differ *d, DiffChange change, const Baseline *from,
                            const Baseline *other)
{
    for (uint32_t i = 0; i < from->tailoring_count; i++) {
        const Tailoring *one = &from->tailorings[i];
        if (!has_tailoring(other, one)) {
            diff_push(d, (Difference){.kind = DIFF_TAILORING,
                                      .change = change,
                                      .subject = one->subject,
                                      .member = one->kind,
                                      .after = one->rationale});
        }
    }
}

DiffList baseline_diff(Arena *arena, const DiffSide *before, const DiffSide *after)
{
    Differ d = {.arena = arena, .before = before, .after = after};
    diff_manifest(&d);
    diff_controls(&d);
    diff_values(&d);
    diff_rules(&d);
    diff_assignments(&d);
    push_refs(&d, DIFF_REMOVED, before->baseline, after->baseline);
    push_refs(&d, DIFF_ADDED, after->baseline, before->baseline);
    push_tailorings(&d, DIFF_REMOVED, before->baseline, after->baseline);
    push_tailorings(&d, DIFF_ADDED, after->baseline, before->baseline);
    bool silent = d.count == 0; // then whatever changed is told as files
    diff_files(&d, silent);
    return (DiffList){.at = d.at, .count = d.count};
}
