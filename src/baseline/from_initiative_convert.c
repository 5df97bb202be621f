// SPDX-License-Identifier: Apache-2.0
// An initiative, taken apart, becomes a catalog and, with definitions at hand, a package.
#include "baseline/from_initiative_draft.h"

bool initiative_convert(Arena *arena, const InitiativeInput *input, DiagList *diags,
                        InitiativeResult *ret_result)
{
    Draft draft = {.arena = arena, .input = input, .diags = diags};
    TRY(draft_read(&draft));
    InitiativeGap *gaps = NEW_ARRAY(arena, InitiativeGap, draft.member_count + 1U);
    uint32_t gap_count = 0;
    uint32_t rule_count = 0;
    for (uint32_t i = 0; i < draft.member_count; i++) {
        const DraftMember *member = &draft.members[i];
        if (member->rule == NULL) {
            gaps[gap_count++] = (InitiativeGap){.definition = member->definition,
                                                .reference = member->member->reference_id,
                                                .reason = member->reason};
        }
    }
    for (uint32_t i = 0; i < draft.rule_count; i++) {
        rule_count += draft.rules[i].used ? 1U : 0U;
    }
    InitiativeResult result = {
        .id = draft.id,
        .title = draft.title,
        .version = draft.version,
        .catalog = draft_catalog(&draft),
        .control_count = draft.control_count,
        .section_count = draft.section_count,
        .member_count = draft.member_count,
        .rule_count = rule_count,
        .gaps = gaps,
        .gap_count = gap_count,
    };
    if (rule_count != 0) {
        result.files = draft_package(&draft, result.catalog, &result.file_count);
    }
    *ret_result = result;
    return true;
}
