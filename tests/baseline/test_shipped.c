// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>

#include "baseline/dir_files.h"
#include "baseline/fixture.h"
#include "t.h"
#include "json/read.h"

static const char root[] = "content/baselines/power-platform";

typedef struct Rig {
    Arena arena;
    DiagList diags;
    DirFiles dir;
    const Baseline *baseline;
} Rig;

static void rig_load(Rig *rig)
{
    *rig = (Rig){0};
    arena_init(&rig->arena, (size_t)4 << 30);
    diag_init(&rig->diags, &rig->arena, STR(""));
    rig->dir = (DirFiles){.arena = &rig->arena, .root = root};
    PackageFiles files = dir_files(&rig->dir);
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    bool loaded = baseline_load(&rig->arena, &files, &limits, &rig->diags, &rig->baseline);
    for (const Diag *diag = rig->diags.first; diag != NULL; diag = diag->next) {
        printf("# %.*s:%u:%u: %s: %.*s\n", STR_ARG(diag->file), diag->at.line, diag->at.col,
               diag->code, STR_ARG(diag->text));
    }
    ASSERT(loaded);
}

TEST(the_shipped_baseline_loads_without_a_word)
{
    Rig rig;
    rig_load(&rig);
    CHECK(rig.diags.count == 0);
    CHECK(rig.baseline->control_count >= 45);
    CHECK(rig.baseline->section_count == 8);
    uint32_t technical = 0;
    for (uint32_t i = 0; i < rig.baseline->control_count; i++) {
        const BaselineControl *control = &rig.baseline->controls[i];
        bool is_attested = control->enforcement == ENFORCEMENT_ATTESTED;
        technical += !is_attested;
        char row[64];
        snprintf(row, sizeof(row), "%.*s", STR_ARG(control->id));
        CHECK_ROW(row, control->rule_count >= 1);
        for (uint32_t j = 0; j < control->rule_count; j++) {
            CHECK_ROW(row, rig.baseline->rules[control->rules[j]].manual == is_attested);
        }
        CHECK_ROW(row, str_find(control->statement, STR("{{")) == NULL);
    }
    CHECK(technical >= 40);
    arena_free(&rig.arena);
}

TEST(all_nine_scuba_policies_are_answered)
{
    static const char *const wanted[] = {
        "MS.POWERPLATFORM.1.1v1", "MS.POWERPLATFORM.1.2v1", "MS.POWERPLATFORM.2.1v1",
        "MS.POWERPLATFORM.2.2v1", "MS.POWERPLATFORM.3.1v1", "MS.POWERPLATFORM.3.2v1",
        "MS.POWERPLATFORM.4.1v1", "MS.POWERPLATFORM.5.1v1", "MS.POWERPLATFORM.6.1v1",
    };
    Rig rig;
    rig_load(&rig);
    for (size_t w = 0; w < COUNTOF(wanted); w++) {
        bool found = false;
        for (uint32_t i = 0; i < rig.baseline->control_count; i++) {
            const BaselineControl *control = &rig.baseline->controls[i];
            for (uint32_t j = 0; j < control->ref_count; j++) {
                bool is_it = str_eq(control->refs[j].id, (Str){wanted[w], strlen(wanted[w])});
                found = found || (is_it && control->enforcement != ENFORCEMENT_ATTESTED);
            }
        }
        CHECK_ROW(wanted[w], found);
    }
    arena_free(&rig.arena);
}

TEST(everything_binds_without_a_word)
{
    Rig rig;
    rig_load(&rig);
    BindInput input = {
        .definitions = rig.baseline->definitions,
        .definition_count = rig.baseline->rule_count,
        .initiatives = &rig.baseline->initiative,
        .initiative_count = 1,
        .assignments = rig.baseline->assignments,
        .assignment_count = rig.baseline->assignment_count,
    };
    AssignedRule *rules;
    uint32_t count;
    CHECK(assignment_bind(&rig.arena, &input, &rig.diags, &rules, &count));
    CHECK(rig.diags.count == 0);
    CHECK(count == rig.baseline->rule_count);
    for (uint32_t i = 0; i < count; i++) {
        CHECK(rules[i].preset == STATE_COUNT);
        CHECK(baseline_rule_of(rig.baseline, &rules[i]) != NULL);
        CHECK(rules[i].group_count >= 1);
    }
    arena_free(&rig.arena);
}

TEST(every_rule_has_its_three_fixtures)
{
    static const struct {
        const char *name;
        State technical;
        State manual;
    } kinds[] = {
        {"compliant", STATE_COMPLIANT, STATE_COMPLIANT},
        {"non-compliant", STATE_NON_COMPLIANT, STATE_NON_COMPLIANT},
        {"unmeasurable", STATE_NOT_MEASURED, STATE_UNKNOWN},
    };
    Rig rig;
    rig_load(&rig);
    PackageFiles files = dir_files(&rig.dir);
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    for (uint32_t i = 0; i < rig.baseline->rule_count; i++) {
        const BaselineRule *rule = &rig.baseline->rules[i];
        for (size_t k = 0; k < COUNTOF(kinds); k++) {
            char path[256];
            int len = snprintf(path, sizeof(path), "fixtures/%.*s/%s.json",
                               STR_ARG(rule->definition->name), kinds[k].name);
            Str bytes;
            Err err;
            const Json *json;
            const Fixture *fixture;
            ArenaMark mark = arena_mark(&rig.arena);
            bool is_there = files.read(files.ctx, (Str){path, (size_t)len}, &bytes, &err);
            CHECK_ROW(path, is_there);
            if (is_there && json_read(&rig.arena, bytes, &limits, &rig.diags, &json) &&
                fixture_read(&rig.arena, json, &rig.diags, &fixture)) {
                CHECK_ROW(path, str_eq(fixture->policy, rule->definition->name));
                CHECK_ROW(path,
                          fixture->expect == (rule->manual ? kinds[k].manual : kinds[k].technical));
            } else {
                CHECK_ROW(path, false);
            }
            arena_rewind(&rig.arena, mark);
        }
    }
    arena_free(&rig.arena);
}
