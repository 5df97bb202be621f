// SPDX-License-Identifier: Apache-2.0
// datum inventory show: every input, what was read from it, what was ignored and why.
#include "cli/inputs.h"

// Streams are not read for this beyond their first bytes; here their lines are counted.
static bool count_stream(Cli *cli, Inputs *inputs, uint32_t index)
{
    BlockReader *reader = NULL;
    Buf buffer = {0};
    Err err = {0};
    bool more = true;
    bool ok = inputs_open_stream(cli, &inputs->streams[index], 0, &reader, &err);
    while (ok && more) {
        Block block = {0};
        ok = block_reader_next(reader, &buffer, &block, &more, &err);
        inputs->stream_rows[index].objects += (uint32_t)block.line_count;
    }
    block_reader_close(reader);
    buf_free(&buffer);
    return ok || cli_fail(cli, &err);
}

void cmd_inventory_show(Cli *cli)
{
    Inputs inputs = {0};
    bool ok = inputs_open(cli, &cli->options.arguments, &inputs);
    for (uint32_t i = 0; ok && i < inputs.stream_count; i++) {
        ok = count_stream(cli, &inputs, i);
    }
    if (ok) {
        (void)cli_tell_diags(cli, NULL);
        Buf text = {0};
        if (cli_wants_json(cli)) {
            report_sources_json(&text, inputs.rows, inputs.row_count,
                                inventory_tenant(inputs.inventory));
        } else {
            report_sources(&text, inputs.rows, inputs.row_count, &cli->style);
        }
        cli_print(cli, buf_str(&text));
        buf_free(&text);
        for (uint32_t i = 0; i < inputs.row_count; i++) {
            cli->outcome.incomplete =
                cli->outcome.incomplete || source_is_lacking(inputs.rows[i].status);
        }
    }
    inputs_close(&inputs);
}
