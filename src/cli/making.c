// SPDX-License-Identifier: Apache-2.0
#include "cli/making.h"

#include "json/read.h"
#include "json/write.h"

// ---- what the package says of itself ----

static Str first_of(Str a, Str b)
{
    return a.len != 0 ? a : b;
}

Str making_text(Cli *cli, const char *before, Str a, const char *between, Str b)
{
    Buf text = {0};
    buf_printf(&text, "%s%.*s%s%.*s", before, STR_ARG(a), between, STR_ARG(b));
    Str copy = str_copy(&cli->arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

static Str print_date(Cli *cli, Ticks time)
{
    Buf text = {0};
    ticks_print(&text, time);
    Str date = str_copy(&cli->arena, (Str){text.ptr, 10});
    buf_free(&text);
    return date;
}

static bool choose_review(Making *making, Str inherited)
{
    enum { REVIEW_DAYS = 365 };
    Cli *cli = making->cli;
    Str given = cli->options.next_review;
    Ticks time = 0;
    if (given.len != 0) {
        if (!ticks_parse(given, &time)) {
            cli_usage(cli, "--next-review is \"%.*s\", but must be a date like 2027-01-31",
                      STR_ARG(given));
            return false;
        }
        making->head.next_review = given;
        return true;
    }
    bool holds = inherited.len != 0 && ticks_parse(inherited, &time) && time > cli->now;
    if (!holds && !ticks_add_days(cli->now, REVIEW_DAYS, &time)) {
        time = cli->now;
    }
    making->head.next_review = holds ? inherited : print_date(cli, time);
    return true;
}

bool making_head(Making *making, const ComposeHead *source, Str review)
{
    const Options *options = &making->cli->options;
    Cli *cli = making->cli;
    ComposeHead *head = &making->head;
    head->title = first_of(options->title, source->title);
    head->owner = first_of(options->owner_text, source->owner);
    head->purpose = first_of(options->purpose, source->purpose);
    head->scope = first_of(options->scope, source->scope);
    head->risk_appetite = first_of(options->risk_appetite, source->risk_appetite);
    head->approvals = source->approvals;
    head->from = source->from;
    head->driver = source->driver;
    Buf now = {0};
    ticks_print(&now, cli->now);
    head->now = str_copy(&cli->arena, buf_str(&now));
    buf_free(&now);
    return choose_review(making, review);
}

// ---- writing ----

bool making_write_json(Making *making, Str path, const Buf *compact)
{
    Cli *cli = making->cli;
    const Json *json = NULL;
    DiagList quiet;
    diag_init(&quiet, &cli->arena, path);
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    bool ok = json_read(&cli->arena, buf_str(compact), &limits, &quiet, &json);
    ASSERT(ok); // written a moment ago
    Buf text = {0};
    json_write_pretty(&text, json);
    Err err = {0};
    ok = draft_write(&making->draft, path, buf_str(&text), &err);
    buf_free(&text);
    return ok || cli_fail(cli, &err);
}

bool making_write(Making *making, Str path, Str bytes)
{
    Err err = {0};
    return draft_write(&making->draft, path, bytes, &err) || cli_fail(making->cli, &err);
}

bool making_write_own(Making *making, Str href, const Str *excluded, uint32_t excluded_count)
{
    Buf manifest = {0};
    Buf profile = {0};
    compose_manifest(&manifest, &making->head);
    compose_profile(&profile, &making->head, href, excluded, excluded_count);
    bool ok = making_write_json(making, STR("manifest.json"), &manifest) &&
              making_write_json(making, STR("profile.json"), &profile);
    buf_free(&manifest);
    buf_free(&profile);
    return ok;
}
