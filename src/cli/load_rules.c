// SPDX-License-Identifier: Apache-2.0
// Everything the options name, read and bound together.
#include "baseline/review.h"
#include "cli/baselines.h"
#include "cli/load.h"

bool load_baseline(Cli *cli, Str name, const Baseline **ret_baseline)
{
    OpenEdition open;
    return baselines_load(cli, name, &open, ret_baseline);
}

// ---- everything together ----

static bool load_all(Cli *cli, Documents *documents, const StrList *paths, uint32_t wanted,
                     const char *option)
{
    documents->wanted = wanted;
    documents->option = option;
    for (uint32_t i = 0; i < paths->count; i++) {
        TRY(documents_load(cli, documents, paths->at[i]));
    }
    return true;
}

bool documents_deviations(Cli *cli, const Documents *documents, const Deviation **ret_deviations,
                          const Exemption *const **ret_exemptions, uint32_t *ret_count)
{
    uint32_t count = documents->exemptions.count;
    Deviation *deviations = NEW_ARRAY(&cli->arena, Deviation, count + 1);
    const Exemption **exemptions = NEW_ARRAY(&cli->arena, const Exemption *, count + 1);
    Str file_before = cli->diags.file;
    bool ok = true;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        const WrittenExemption *written = documents->exemptions.at[i];
        const Deviation *one = NULL;
        const Exemption *const *exemption = NULL;
        uint32_t found = 0;
        cli->diags.file = written->file;
        if (!deviation_read(&cli->arena, written->json, &cli->diags, &one, &exemption, &found)) {
            ok = false;
            continue;
        }
        ASSERT(found == 1);
        deviations[kept] = one[0];
        exemptions[kept++] = exemption[0];
    }
    cli->diags.file = file_before;
    *ret_deviations = deviations;
    *ret_exemptions = exemptions;
    *ret_count = kept;
    return ok;
}

static bool read_tiers(Cli *cli, RuleSet *rules)
{
    if (cli->options.tiers.len == 0) {
        return true;
    }
    const Json *json = NULL;
    TRY(load_json(cli, cli->options.tiers, &json));
    TierTable *table = NEW(&cli->arena, TierTable);
    rules->tiers = table;
    return tier_table_read(&cli->arena, json, &cli->diags, table);
}

static void add_baseline(const Baseline *baseline, Documents *documents, bool own_assignments)
{
    for (uint32_t i = 0; i < baseline->rule_count; i++) {
        ptr_push(&documents->definitions, baseline->definitions[i]);
    }
    if (baseline->initiative != NULL) {
        ptr_push(&documents->initiatives, baseline->initiative);
    }
    for (uint32_t i = 0; !own_assignments && i < baseline->assignment_count; i++) {
        ptr_push(&documents->assignments, baseline->assignments[i]);
    }
}

// With --initiative, definitions are there to be referred to: only members are rules.
static void keep_members(RuleSet *rules)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < rules->rule_count; i++) {
        if (rules->rules[i].initiative != NULL) {
            rules->rules[n++] = rules->rules[i];
        }
    }
    rules->rule_count = n;
}

// A baseline nobody has looked at by its date is a finding among the others.
static void add_review(Cli *cli, RuleSet *rules)
{
    if (rules->baseline == NULL || !review_is_overdue(rules->baseline, cli->now)) {
        return;
    }
    AssignedRule *grown = NEW_ARRAY(&cli->arena, AssignedRule, rules->rule_count + 1U);
    for (uint32_t i = 0; i < rules->rule_count; i++) {
        grown[i] = rules->rules[i];
    }
    rules->baseline = review_add(&cli->arena, rules->baseline, cli->now, &grown[rules->rule_count]);
    rules->rules = grown;
    rules->rule_count++;
}

// Beside a baseline, which has assignments, what nothing assigns is not measured. That must not
// happen to all of somebody's policies in silence.
static bool uses_given(Cli *cli, const Documents *documents, const RuleSet *rules)
{
    const Baseline *baseline = rules->baseline;
    if (baseline == NULL ||
        (documents->definitions.count == baseline->rule_count &&
         documents->initiatives.count == (baseline->initiative != NULL ? 1U : 0U))) {
        return true;
    }
    for (uint32_t i = 0; i < rules->rule_count; i++) {
        if (baseline_rule_of(baseline, &rules->rules[i]) == NULL) {
            return true;
        }
    }
    cli_usage(cli,
              "nothing assigns the policies given beside baseline %.*s, so they would not be "
              "measured: give --assignments too, measure them without --baseline, or add them "
              "to it (datum baseline tailor NAME --add FILE)",
              STR_ARG(baseline->name));
    return false;
}

static bool bind(Cli *cli, const Documents *documents, const GivenParameters *given, RuleSet *rules)
{
    TRY(documents_bind(cli, documents, given, &rules->rules, &rules->rule_count));
    if (cli->options.initiatives.count != 0 && documents->assignments.count == 0) {
        keep_members(rules);
    }
    if (rules->rule_count == 0) {
        Err err = {0};
        (void)err_set(&err, ERR_NO_INPUT, (Span){0},
                      "no rule: the files given hold nothing to measure with");
        return cli_fail(cli, &err);
    }
    TRY(uses_given(cli, documents, rules));
    add_review(cli, rules);
    return true;
}

static bool read_everything(Cli *cli, Documents *documents, RuleSet *rules)
{
    const Options *options = &cli->options;
    Str name = options->baseline;
    if (name.len == 0 && options->policies.count == 0 && options->initiatives.count == 0) {
        name = STR("power-platform");
    }
    if (name.len != 0) {
        OpenEdition *open = NEW(&cli->arena, OpenEdition);
        TRY(baselines_load(cli, name, open, &rules->baseline));
        rules->edition = &open->edition;
        add_baseline(rules->baseline, documents, options->assignments.count != 0);
    }
    TRY(load_all(cli, documents, &options->policies, 0, "--policy"));
    TRY(load_all(cli, documents, &options->initiatives, DOC_INITIATIVE, "--initiative"));
    TRY(load_all(cli, documents, &options->assignments, DOC_ASSIGNMENT, "--assignments"));
    TRY(load_all(cli, documents, &options->exemptions, DOC_EXEMPTION, "--exemptions"));
    TRY(load_all(cli, documents, &options->attestations, DOC_ATTESTATION, "--attestations"));
    GivenParameters given;
    TRY(load_given(cli, &given));
    TRY(read_tiers(cli, rules));
    TRY(load_aliases(cli, &rules->aliases));
    TRY(documents_deviations(cli, documents, &rules->deviations, &rules->exemptions,
                             &rules->exemption_count));
    TRY(cli->diags.errors == 0);
    return bind(cli, documents, &given, rules);
}

bool load_rules(Cli *cli, RuleSet *ret_rules)
{
    Documents documents;
    documents_init(&documents, &cli->arena);
    *ret_rules = (RuleSet){0};
    bool ok = read_everything(cli, &documents, ret_rules);
    ret_rules->attestations = (const Attestation *const *)documents.attestations.at;
    ret_rules->attestation_count = documents.attestations.count;
    ok = cli_tell_diags(cli, NULL) && ok;
    return ok && cli->outcome.err.kind == ERR_NONE;
}
