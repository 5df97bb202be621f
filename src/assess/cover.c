// SPDX-License-Identifier: Apache-2.0
// Whether the inventory can answer for a rule in a scope: asked once for each pair and worker.
#include "assess/run.h"

Str scope_of_id(Str id)
{
    static const Str parts[] = {STR_INIT("tenants"), STR_INIT("environments")};
    size_t end = 0;
    for (size_t i = 0; i < COUNTOF(parts); i++) {
        Str rest = {id.ptr + end, id.len - end};
        size_t want = parts[i].len + 2; // "/tenants/"
        if (rest.len <= want || rest.ptr[0] != '/' || rest.ptr[want - 1] != '/' ||
            !str_eq_nocase((Str){rest.ptr + 1, parts[i].len}, parts[i])) {
            break;
        }
        size_t name = want;
        while (name < rest.len && rest.ptr[name] != '/') {
            name++;
        }
        end += name;
    }
    return (Str){id.ptr, end};
}

static CoverCell *scope_cells(AssessWorker *w, Str scope)
{
    uint32_t index = map_intern(&w->scopes, scope);
    if (index >= w->cell_cap) {
        uint32_t cap = w->cell_cap == 0 ? 16 : w->cell_cap * 2;
        CoverCell **grown = NEW_ARRAY(&w->arena, CoverCell *, cap);
        for (uint32_t i = 0; i < w->cell_cap; i++) {
            grown[i] = w->cells[i];
        }
        w->cells = grown;
        w->cell_cap = cap;
    }
    if (w->cells[index] == NULL) {
        w->cells[index] = NEW_ARRAY(&w->arena, CoverCell, w->assess->input.model->rule_count + 1U);
    }
    return w->cells[index];
}

CoverCell *cover_cell(AssessWorker *w, Str scope, uint32_t rule_index)
{
    CoverCell *cell = &scope_cells(w, scope)[rule_index];
    if (!cell->known) {
        const AssessRule *rule = &w->assess->input.model->rules[rule_index];
        Coverage coverage = inventory_covers(w->assess->input.inventory, rule->kinds,
                                             rule->kind_count, scope, &w->arena);
        *cell = (CoverCell){.known = true,
                            .measurable = coverage.measurable,
                            .complete = coverage.complete,
                            .reason = coverage.reason};
    }
    return cell;
}

// ---- what no resource told ----
