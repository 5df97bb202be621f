// SPDX-License-Identifier: Apache-2.0
#include "cli/surroundings.h"

#include "policy/selector.h"

static bool asks_containers(const RuleSet *rules)
{
    for (uint32_t r = 0; r < rules->rule_count; r++) {
        if (rules->rules[r].preset == STATE_COUNT &&
            definition_reads_containers(rules->rules[r].definition)) {
            return true;
        }
    }
    return false;
}

static bool asks_places(const RuleSet *rules)
{
    for (uint32_t r = 0; r < rules->rule_count; r++) {
        const Assignment *assignment = rules->rules[r].assignment;
        if (assignment != NULL && selectors_ask_facts(assignment->resource_selectors,
                                                      assignment->resource_selector_count)) {
            return true;
        }
    }
    for (uint32_t i = 0; i < rules->exemption_count; i++) {
        const Exemption *exemption = rules->exemptions[i];
        if (selectors_ask_facts(exemption->resource_selectors,
                                exemption->resource_selector_count)) {
            return true;
        }
    }
    return false;
}

// Without a table no resource is of any tier, and such a variant reaches nothing.
static void warn_tiers(const RuleSet *rules)
{
    for (uint32_t r = 0; r < rules->rule_count && rules->tiers == NULL; r++) {
        const Assignment *assignment = rules->rules[r].assignment;
        uint32_t groups = assignment != NULL ? assignment->resource_selector_count : 0;
        for (uint32_t g = 0; g < groups; g++) {
            const SelectorGroup *group = &assignment->resource_selectors[g];
            for (uint32_t s = 0; s < group->count; s++) {
                if (group->selectors[s].kind == SELECTOR_CRITICALITY_TIER) {
                    cli_say("%.*s chooses by criticalityTier, and without --tiers nothing has one",
                            STR_ARG(assignment->name));
                    return;
                }
            }
        }
    }
}

void surroundings_init(Cli *cli, const RuleSet *rules, Surroundings *surroundings,
                       PlanOptions *options)
{
    *surroundings = (Surroundings){.asks_containers = asks_containers(rules),
                                   .asks_places = asks_places(rules)};
    if (surroundings->asks_containers) {
        containers_init(&surroundings->containers, &cli->arena);
        options->containers = &surroundings->containers;
    }
    if (surroundings->asks_places) {
        warn_tiers(rules);
        places_init(&surroundings->places, &cli->arena, rules->tiers);
        surroundings->facts = places_facts(&surroundings->places);
        options->facts = &surroundings->facts;
    }
}

const ResourceFacts *surroundings_facts(const Surroundings *surroundings)
{
    return surroundings->asks_places ? &surroundings->facts : NULL;
}

// ---- what is around resources ----

typedef struct Offer {
    const Cli *cli;
    Surroundings *surroundings;
} Offer;

static void offer_line(void *ctx, Str line)
{
    const Offer *offer = ctx;
    if (offer->surroundings->asks_containers) {
        containers_offer(&offer->surroundings->containers, line, &offer->cli->limits);
    }
    if (offer->surroundings->asks_places) {
        places_offer(&offer->surroundings->places, line, &offer->cli->limits);
    }
}

bool surroundings_collect(Cli *cli, Inputs *inputs, Str lines, Surroundings *surroundings, Err *err)
{
    if (!surroundings->asks_containers && !surroundings->asks_places) {
        return true;
    }
    for (uint32_t i = 0; i < inputs->stream_count && surroundings->asks_places; i++) {
        if (inputs->streams[i].reader != NULL) {
            cli_say(
                "%.*s can be read only once: environments and connectors it holds are not known "
                "when variants are chosen; give a file instead",
                STR_ARG(inputs->streams[i].path));
        }
    }
    Offer offer = {cli, surroundings};
    return inputs_each_line(cli, inputs, lines, offer_line, &offer, err);
}
