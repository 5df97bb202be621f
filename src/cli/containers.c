// SPDX-License-Identifier: Apache-2.0
#include "cli/containers.h"

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
        places_init(&surroundings->places, &cli->arena, rules->tiers);
        surroundings->facts = places_facts(&surroundings->places);
        options->facts = &surroundings->facts;
    }
}

const ResourceFacts *surroundings_facts(const Surroundings *surroundings)
{
    return surroundings->asks_places ? &surroundings->facts : NULL;
}

static void offer_lines(const Cli *cli, Str lines, Surroundings *surroundings)
{
    while (lines.len != 0) {
        StrCut cut = str_cut(lines, '\n');
        if (surroundings->asks_containers) {
            containers_offer(&surroundings->containers, cut.head, &cli->limits);
        }
        if (surroundings->asks_places) {
            places_offer(&surroundings->places, cut.head, &cli->limits);
        }
        lines = cut.tail;
    }
}

static bool offer_stream(const Cli *cli, StreamInput *stream, Surroundings *surroundings, Err *err)
{
    BlockReader *reader = NULL;
    Buf bytes = {0};
    Block block = {0};
    bool more = true;
    TRY(inputs_open_stream(cli, stream, 0, &reader, err));
    bool good = block_reader_next(reader, &bytes, &block, &more, err);
    while (good && more) {
        offer_lines(cli, block.text, surroundings);
        good = block_reader_next(reader, &bytes, &block, &more, err);
    }
    block_reader_close(reader);
    buf_free(&bytes);
    return good;
}

bool surroundings_collect(Cli *cli, Inputs *inputs, Str lines, Surroundings *surroundings, Err *err)
{
    if (!surroundings->asks_containers && !surroundings->asks_places) {
        return true;
    }
    offer_lines(cli, lines, surroundings);
    for (uint32_t i = 0; i < inputs->stream_count; i++) {
        bool is_read_once = inputs->streams[i].reader != NULL;
        if (!is_read_once) {
            TRY(offer_stream(cli, &inputs->streams[i], surroundings, err));
        } else if (surroundings->asks_places) {
            cli_say(
                "%.*s can be read only once: environments and connectors it holds are not known "
                "when variants are chosen; give a file instead",
                STR_ARG(inputs->streams[i].path));
        }
    }
    return true;
}
