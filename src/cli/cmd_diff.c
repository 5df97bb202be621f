// SPDX-License-Identifier: Apache-2.0
// datum baseline diff: what is different between two editions, of one baseline or of two.
#include "baseline/diff.h"
#include "cli/baselines.h"
#include "report/page.h"
#include "json/write.h"

typedef struct Side {
    OpenEdition open;
    DiffSide diff;
} Side;

static bool open_side(Cli *cli, Str text, Side *side)
{
    bool ok = baselines_open(cli, text, &side->open);
    JsonLimits limits = home_limits(cli, &side->open.home);
    ok =
        ok &&
        baseline_load(&cli->arena, &side->open.files, &limits, &cli->diags, &side->diff.baseline) &&
        baselines_content(cli, &side->open);
    side->diff.content = side->open.content;
    return cli_tell_diags(cli, NULL) && ok;
}

static void json_side(Cli *cli, JsonOut *out, Str key, const Side *side)
{
    json_out_key(out, key);
    json_out_object_begin(out);
    json_out_key(out, STR("name"));
    json_out_str(out, edition_id(&cli->arena, &side->open.edition));
    json_out_key(out, STR("version"));
    json_out_str(out, side->diff.baseline->version);
    edition_members(out, &side->open.edition);
    json_out_object_end(out);
}

static void print_json(Cli *cli, Buf *text, const Side *a, const Side *b, const DiffList *list)
{
    JsonOut out = {.buf = text};
    json_out_object_begin(&out);
    json_side(cli, &out, STR("before"), a);
    json_side(cli, &out, STR("after"), b);
    json_out_key(&out, STR("differences"));
    json_out_array_begin(&out);
    for (uint32_t i = 0; i < list->count; i++) {
        difference_json(&out, &list->at[i]);
    }
    json_out_array_end(&out);
    json_out_object_end(&out);
    buf_byte(text, '\n');
}

static void print_side(Cli *cli, const Page *page, const char *sign, const Side *side)
{
    page_cstr(page, INK_BOLD, sign);
    page_text(page, INK_BOLD, edition_id(&cli->arena, &side->open.edition));
    page_cstr(page, INK_PLAIN, " ");
    page_text(page, INK_PLAIN, side->diff.baseline->version);
    page_cstr(page, INK_DIM, ", ");
    page_text(page, INK_DIM, edition_words(&cli->arena, &side->open.edition, cli->now));
    buf_byte(page->out, '\n');
}

static void print_words(Cli *cli, Buf *text, const Side *a, const Side *b, const DiffList *list)
{
    static const Ink inks[] = {
        [DIFF_ADDED] = INK_GOOD, [DIFF_REMOVED] = INK_BAD, [DIFF_CHANGED] = INK_PLAIN};
    static const char signs[] = {[DIFF_ADDED] = '+', [DIFF_REMOVED] = '-', [DIFF_CHANGED] = '~'};
    Page page = {.out = text, .style = &cli->style};
    print_side(cli, &page, "- ", a);
    print_side(cli, &page, "+ ", b);
    for (uint32_t i = 0; i < list->count; i++) {
        Buf line = {0};
        buf_printf(&line, "%c ", signs[list->at[i].change]);
        difference_words(&line, &list->at[i]);
        page_wrap(&page, inks[list->at[i].change], buf_str(&line), 4);
        buf_free(&line);
    }
    if (list->count == 0) {
        buf_push(text, STR("no difference\n"));
    }
}

void cmd_baseline_diff(Cli *cli)
{
    Side sides[2] = {0};
    for (uint32_t i = 0; i < 2; i++) {
        if (!open_side(cli, cli->options.arguments.at[i], &sides[i])) {
            return;
        }
    }
    DiffList list = baseline_diff(&cli->arena, &sides[0].diff, &sides[1].diff);
    Buf text = {0};
    if (cli_wants_json(cli)) {
        print_json(cli, &text, &sides[0], &sides[1], &list);
    } else {
        print_words(cli, &text, &sides[0], &sides[1], &list);
    }
    cli_print(cli, buf_str(&text));
    buf_free(&text);
}
