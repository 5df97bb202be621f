// SPDX-License-Identifier: Apache-2.0
// datum baseline show, list: what ships and what a baseline asks for.
#include "cli/load.h"
#include "host/assets.h"
#include "report/page.h"
#include "json/write.h"

static Str name_of_asset(const Asset *asset)
{
    Str below = str_from(asset->path, STR("baselines/").len);
    StrCut cut = str_cut(below, '/');
    return str_eq(cut.tail, STR("manifest.json")) ? cut.head : (Str){0};
}

void cmd_baseline_list(Cli *cli)
{
    uint32_t count = 0;
    const Asset *assets = asset_find_prefix(STR("baselines/"), &count);
    Buf text = {0};
    JsonOut out = {.buf = &text};
    if (cli_wants_json(cli)) {
        json_out_array_begin(&out);
    }
    for (uint32_t i = 0; i < count; i++) {
        Str name = name_of_asset(&assets[i]);
        if (name.len != 0 && cli_wants_json(cli)) {
            json_out_str(&out, name);
        } else if (name.len != 0) {
            buf_push(&text, name);
            buf_byte(&text, '\n');
        }
    }
    if (cli_wants_json(cli)) {
        json_out_array_end(&out);
        buf_byte(&text, '\n');
    }
    cli_print(cli, buf_str(&text));
    buf_free(&text);
}

static void print_controls(const Page *page, const Baseline *baseline)
{
    for (uint32_t s = 0; s < baseline->section_count; s++) {
        buf_byte(page->out, '\n');
        page_text(page, INK_BOLD, baseline->sections[s].title);
        buf_byte(page->out, '\n');
        for (uint32_t c = 0; c < baseline->control_count; c++) {
            const BaselineControl *control = &baseline->controls[c];
            if (control->section != s) {
                continue;
            }
            page_cstr(page, INK_PLAIN, "  ");
            page_column(page, INK_PLAIN, control->id, 16);
            page_cstr(page, INK_PLAIN, " ");
            page_column(page, INK_PLAIN, str_from_cstr(severity_name(control->severity)), 9);
            page_column(page, INK_DIM, str_from_cstr(enforcement_name(control->enforcement)), 11);
            page_wrap(page, INK_PLAIN, control->title, 39);
        }
    }
}

static void member(JsonOut *out, Str key, Str value)
{
    if (value.len != 0) {
        json_out_key(out, key);
        json_out_str(out, value);
    }
}

static void json_control(JsonOut *out, const Baseline *baseline, const BaselineControl *control)
{
    json_out_object_begin(out);
    member(out, STR("id"), control->id);
    member(out, STR("title"), control->title);
    member(out, STR("section"), baseline->sections[control->section].id);
    member(out, STR("severity"), str_from_cstr(severity_name(control->severity)));
    member(out, STR("layer"), str_from_cstr(layer_name(control->layer)));
    member(out, STR("enforcement"), str_from_cstr(enforcement_name(control->enforcement)));
    member(out, STR("owner"), control->owner);
    member(out, STR("statement"), control->statement);
    json_out_key(out, STR("rules"));
    json_out_array_begin(out);
    for (uint32_t r = 0; r < control->rule_count; r++) {
        json_out_str(out, baseline->rules[control->rules[r]].definition->name);
    }
    json_out_array_end(out);
    json_out_object_end(out);
}

static void print_json(Buf *text, const Baseline *baseline)
{
    JsonOut out = {.buf = text};
    json_out_object_begin(&out);
    member(&out, STR("name"), baseline->name);
    member(&out, STR("title"), baseline->title);
    member(&out, STR("version"), baseline->version);
    member(&out, STR("owner"), baseline->owner);
    member(&out, STR("purpose"), baseline->purpose);
    json_out_key(&out, STR("controls"));
    json_out_array_begin(&out);
    for (uint32_t c = 0; c < baseline->control_count; c++) {
        json_control(&out, baseline, &baseline->controls[c]);
    }
    json_out_array_end(&out);
    json_out_object_end(&out);
    buf_byte(text, '\n');
}

void cmd_baseline_show(Cli *cli)
{
    Str name = cli->options.arguments.count != 0 ? cli->options.arguments.at[0]
               : cli->options.baseline.len != 0  ? cli->options.baseline
                                                 : STR("power-platform");
    const Baseline *baseline = NULL;
    bool ok = load_baseline(cli, name, &baseline);
    if (!cli_tell_diags(cli, NULL) || !ok) {
        return;
    }
    Buf text = {0};
    Page page = {.out = &text, .style = &cli->style};
    if (cli_wants_json(cli)) {
        print_json(&text, baseline);
    } else {
        page_text(&page, INK_BOLD, baseline->title);
        page_cstr(&page, INK_PLAIN, " ");
        page_text(&page, INK_PLAIN, baseline->version);
        buf_byte(&text, '\n');
        page_wrap(&page, INK_PLAIN, baseline->purpose, 0);
        print_controls(&page, baseline);
    }
    cli_print(cli, buf_str(&text));
    buf_free(&text);
}
