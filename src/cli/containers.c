// SPDX-License-Identifier: Apache-2.0
#include "cli/containers.h"

bool containers_are_asked(const RuleSet *rules)
{
    for (uint32_t r = 0; r < rules->rule_count; r++) {
        if (rules->rules[r].preset == STATE_COUNT &&
            definition_reads_containers(rules->rules[r].definition)) {
            return true;
        }
    }
    return false;
}

static void offer_lines(const Cli *cli, Str lines, Containers *containers)
{
    while (lines.len != 0) {
        StrCut cut = str_cut(lines, '\n');
        containers_offer(containers, cut.head, &cli->limits);
        lines = cut.tail;
    }
}

static bool offer_stream(const Cli *cli, StreamInput *stream, Containers *containers, Err *err)
{
    BlockReader *reader = NULL;
    Buf bytes = {0};
    Block block = {0};
    bool more = true;
    TRY(inputs_open_stream(cli, stream, 0, &reader, err));
    bool good = block_reader_next(reader, &bytes, &block, &more, err);
    while (good && more) {
        offer_lines(cli, block.text, containers);
        good = block_reader_next(reader, &bytes, &block, &more, err);
    }
    block_reader_close(reader);
    buf_free(&bytes);
    return good;
}

bool containers_collect(Cli *cli, Inputs *inputs, Str lines, Containers *containers, Err *err)
{
    offer_lines(cli, lines, containers);
    for (uint32_t i = 0; i < inputs->stream_count; i++) {
        bool is_read_once = inputs->streams[i].reader != NULL;
        if (!is_read_once) {
            TRY(offer_stream(cli, &inputs->streams[i], containers, err));
        }
    }
    return true;
}
