// SPDX-License-Identifier: Apache-2.0
// datum framework list: the frameworks that ship and those that were added.
#include "cli/framework_view.h"

void cmd_framework_list(Cli *cli)
{
    Library library;
    frameworks_open_known(cli, &library);
    Buf text = {0};
    JsonOut out = {.buf = &text};
    Page page = {.out = &text, .style = &cli->style};
    if (cli_wants_json(cli)) {
        json_out_array_begin(&out);
    }
    for (uint32_t i = 0; i < library.framework_count; i++) {
        if (cli_wants_json(cli)) {
            json_out_object_begin(&out);
            framework_json(&out, &library, library.frameworks[i]);
            json_out_object_end(&out);
        } else {
            framework_print(&page, &library, library.frameworks[i]);
        }
    }
    if (cli_wants_json(cli)) {
        json_out_array_end(&out);
        buf_byte(&text, '\n');
    }
    cli_print(cli, buf_str(&text));
    buf_free(&text);
}
