// SPDX-License-Identifier: Apache-2.0
// datum baseline propose, review, approve, retire: what people say and sign about a change.
#include <stdarg.h>
#include <stdio.h>

#include "baseline/diff.h"
#include "cli/change.h"
#include "cli/releases.h"
#include "cli/versions.h"
#include "host/assets.h"
#include "host/files.h"
#include "json/read.h"
#include "json/write.h"

#define NUMBER(n) (unsigned long long)(n)

static bool fail(Cli *cli, ErrKind kind, const char *fmt, ...) PRINTF_LIKE(3, 4);
static bool fail(Cli *cli, ErrKind kind, const char *fmt, ...)
{
    char text[sizeof((Err){0}.text)];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    Err err = {0};
    (void)err_set(&err, kind, (Span){0}, "%s", text);
    return cli_fail(cli, &err);
}

// A baseline whose formal change is at hand: one that lies in a folder.
static bool find_home(Cli *cli, bool wants_release, Home *ret_home, Str *ret_edition)
{
    Str text = cli->options.arguments.at[0];
    TRY(home_find(cli, text, ret_home, ret_edition));
    if (ret_home->ships) {
        return fail(cli, ERR_NO_INPUT,
                    "%.*s ships with the program and is not changed; make one of your own: datum "
                    "baseline new NAME --from %.*s",
                    STR_ARG(ret_home->name), STR_ARG(ret_home->name));
    }
    bool numbered = ret_edition->len != 0 && !str_eq(*ret_edition, STR("draft"));
    if (wants_release != numbered) {
        cli_usage(cli, wants_release ? "which release? NAME@N" : "give the NAME without @");
        return false;
    }
    return true;
}

// ---- propose ----

typedef struct Proposal {
    Home home;
    OpenEdition draft;
    const Baseline *baseline;
    uint64_t from; // the newest release; 0 = none
    OpenEdition before;
    Paper paper;
} Proposal;

static const Json *tree_of(Cli *cli, const Buf *text)
{
    const Json *json = NULL;
    Err err = {0};
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    bool ok =
        json_read_data(&cli->arena, str_copy(&cli->arena, buf_str(text)), &limits, &json, &err);
    ASSERT(ok); // it was written here
    return json;
}

// --reference KIND:ID
static bool read_reference(Cli *cli, Paper *paper)
{
    static const Str kinds[] = {STR_INIT("incident"), STR_INIT("roadmap"), STR_INIT("regulation"),
                                STR_INIT("review"), STR_INIT("other")};
    Str given = cli->options.reference;
    if (given.len == 0) {
        return true;
    }
    StrCut cut = str_cut(given, ':');
    bool known = false;
    for (size_t i = 0; i < COUNTOF(kinds); i++) {
        known = known || str_eq(cut.head, kinds[i]);
    }
    if (!known || cut.tail.len == 0) {
        cli_usage(cli,
                  "--reference is \"%.*s\", but must be KIND:ID, like incident:IR-2027-004; kinds: "
                  "incident, roadmap, regulation, review, other",
                  STR_ARG(given));
        return false;
    }
    Buf text = {0};
    JsonOut out = {.buf = &text};
    json_out_object_begin(&out);
    json_out_key(&out, STR("kind"));
    json_out_str(&out, cut.head);
    json_out_key(&out, STR("id"));
    json_out_str(&out, cut.tail);
    json_out_object_end(&out);
    paper->reference = tree_of(cli, &text);
    buf_free(&text);
    return true;
}

static bool read_words(Cli *cli, Paper *paper)
{
    paper->reason = cli->options.reason;
    if (paper->reason.len == 0) {
        cli_usage(cli, "why this change? --reason TEXT");
        return false;
    }
    Str effective = cli->options.effective;
    if (effective.len == 0) {
        cli_usage(cli, "from when? --effective DATE, like 2027-05-01");
        return false;
    }
    if (!ticks_parse(effective, &paper->effective)) {
        cli_usage(cli, "--effective is \"%.*s\", but must be a date like 2027-05-01",
                  STR_ARG(effective));
        return false;
    }
    return read_reference(cli, paper);
}

static bool read_folder(Cli *cli, Proposal *p)
{
    TRY(baselines_open_at(cli, &p->home, STR("draft"), &p->draft));
    bool ok =
        baseline_load(&cli->arena, &p->draft.files, &cli->limits, &cli->diags, &p->baseline) &&
        baselines_content(cli, &p->draft);
    TRY(cli_tell_diags(cli, NULL) && ok);
    Quorum asked; // what it asks must mean something before people are asked
    TRY(change_quorum(cli, &p->home, &p->paper, json_find(p->draft.tree, STR("manifest.json")),
                      &asked));
    Str own = path_join(&cli->arena, STR("baselines"), p->home.identity);
    if (asset_find(path_join(&cli->arena, own, STR("manifest.json"))) != NULL) {
        return fail(cli, ERR_SCHEMA,
                    "%.*s/manifest.json: \"%.*s\" is the name of a baseline that ships; give yours "
                    "a name of its own",
                    STR_ARG(p->home.folder), STR_ARG(p->home.identity));
    }
    return true;
}

// What the change starts from: the newest release.
static bool read_before(Cli *cli, Proposal *p)
{
    TRY(releases_newest(cli, &p->home, &p->from));
    if (p->from == 0) {
        return true;
    }
    Buf number = {0};
    buf_u64(&number, p->from);
    bool ok = baselines_open_at(cli, &p->home, str_copy(&cli->arena, buf_str(&number)), &p->before);
    buf_free(&number);
    TRY(ok);
    if (hash_eq(&p->before.digest, &p->draft.digest)) {
        return fail(cli, ERR_SCHEMA, "nothing to propose: %.*s is as release %llu has it",
                    STR_ARG(p->home.folder), NUMBER(p->from));
    }
    return true;
}

// A version names one release, for good: that of a retired one is not given again.
static bool check_version(Cli *cli, const Proposal *p)
{
    Versions taken = versions_find(cli, &p->home, p->baseline->version);
    if (taken.holder == 0) {
        return true;
    }
    return fail(cli, ERR_SCHEMA,
                "%.*s/manifest.json: \"version\" is %.*s, which release %llu has already; raise "
                "it: datum baseline tailor %.*s --version %.*s",
                STR_ARG(p->home.folder), STR_ARG(p->baseline->version), NUMBER(taken.holder),
                STR_ARG(p->home.name), STR_ARG(taken.next));
}

static void put_from(Cli *cli, Proposal *p)
{
    Buf text = {0};
    JsonOut out = {.buf = &text};
    json_out_object_begin(&out);
    json_out_key(&out, STR("release"));
    json_out_u64(&out, p->from);
    json_out_key(&out, STR("digest"));
    json_out_str(&out, p->before.edition.digest);
    json_out_object_end(&out);
    p->paper.from = tree_of(cli, &text);
    buf_free(&text);
}

static DiffList differences(Cli *cli, Proposal *p)
{
    const Baseline *before = NULL;
    if (p->from == 0) {
        return (DiffList){0};
    }
    put_from(cli, p);
    if (!baseline_load(&cli->arena, &p->before.files, &cli->limits, &cli->diags, &before)) {
        // What an older program released may not load any more; the files still tell.
        cli_say("%.*s cannot be compared: a newer program reads it otherwise",
                STR_ARG(edition_id(&cli->arena, &p->before.edition)));
        return (DiffList){0};
    }
    DiffSide a = {.baseline = before, .content = p->before.content};
    DiffSide b = {.baseline = p->baseline, .content = p->draft.content};
    return baseline_diff(&cli->arena, &a, &b);
}

static void put_difference(Cli *cli, Proposal *p)
{
    DiffList list = differences(cli, p);
    Buf words = {0};
    Buf trees = {0};
    JsonOut word_out = {.buf = &words};
    JsonOut tree_out = {.buf = &trees};
    json_out_array_begin(&word_out);
    json_out_array_begin(&tree_out);
    for (uint32_t i = 0; i < list.count; i++) {
        Buf line = {0};
        difference_words(&line, &list.at[i]);
        json_out_str(&word_out, buf_str(&line));
        difference_json(&tree_out, &list.at[i]);
        buf_free(&line);
    }
    if (p->from == 0) {
        Buf line = {0};
        buf_printf(&line, "the first release: %u controls, %u rules", p->baseline->control_count,
                   p->baseline->rule_count);
        json_out_str(&word_out, buf_str(&line));
        buf_free(&line);
    }
    json_out_array_end(&word_out);
    json_out_array_end(&tree_out);
    p->paper.words = tree_of(cli, &words);
    p->paper.difference = tree_of(cli, &trees);
    buf_free(&words);
    buf_free(&trees);
}

static void tell_proposal(Cli *cli, const Proposal *p)
{
    Buf text = {0};
    if (cli_wants_json(cli)) {
        json_write(&text, p->paper.json);
        buf_byte(&text, '\n');
    } else {
        buf_printf(&text, "change %llu of %.*s, version %.*s, from ", NUMBER(p->paper.number),
                   STR_ARG(p->home.name), STR_ARG(p->paper.version));
        ticks_print(&text, p->paper.effective);
        buf_byte(&text, '\n');
        for (uint32_t i = 0; i < p->paper.words->count; i++) {
            buf_printf(&text, "  %.*s\n", STR_ARG(p->paper.words->items[i].string));
        }
    }
    cli_print(cli, buf_str(&text));
    buf_free(&text);
}

static bool write_proposal(Cli *cli, Proposal *p)
{
    SigningKey *key = NULL;
    Str id = {0};
    Paper *paper = &p->paper;
    paper->digest = p->draft.digest;
    paper->version = p->baseline->version;
    paper->files = p->draft.digests;
    EntryField fields[] = {
        {.name = STR("digest"), .kind = FIELD_HASH, .hash = paper->digest},
        {.name = STR("effective"), .kind = FIELD_TIME, .time = paper->effective},
        {.name = STR("reason"), .kind = FIELD_TEXT, .text = paper->reason},
        {.name = STR("reference"), .kind = FIELD_TEXT, .text = cli->options.reference},
        {.name = STR("version"), .kind = FIELD_TEXT, .text = paper->version},
    };
    ChangePaper what = {
        .kind = PAPER_PROPOSAL,
        .number = change_last(&p->home) + 1,
        .before = p->from != 0 ? &p->before.release.hash : NULL,
        .fields = fields,
        .field_count = COUNTOF(fields),
    };
    TRY(change_signer(cli, &p->home, &key, &id));
    bool ok = change_write(cli, &p->home, key, &what, paper);
    key_close(key);
    return ok;
}

void cmd_baseline_propose(Cli *cli)
{
    Proposal p = {.from = 0};
    Str edition = {0};
    if (!read_words(cli, &p.paper) || !find_home(cli, false, &p.home, &edition) ||
        !read_folder(cli, &p) || !read_before(cli, &p) || !check_version(cli, &p)) {
        return;
    }
    put_difference(cli, &p);
    if (write_proposal(cli, &p)) {
        tell_proposal(cli, &p);
    }
}

// ---- review ----

static const Paper *find_paper(const Paper *papers, uint32_t count, Str who)
{
    for (uint32_t i = 0; i < count; i++) {
        if (str_eq(papers[i].who, who)) {
            return &papers[i];
        }
    }
    return NULL;
}

void cmd_baseline_review(Cli *cli)
{
    Home home;
    Str edition = {0};
    Change change;
    SigningKey *key = NULL;
    Str id = {0};
    const Options *options = &cli->options;
    if (options->comment.len == 0 && options->verdict.len == 0) {
        cli_usage(cli, "what do you say? --verdict support|object|comment, --comment TEXT");
        return;
    }
    if (!find_home(cli, false, &home, &edition) || !change_choose(cli, &home, &change) ||
        !change_signer(cli, &home, &key, &id)) {
        return;
    }
    Paper paper = {.of = change.proposal.hash,
                   .verdict = options->verdict.len != 0 ? options->verdict : STR("comment"),
                   .comment = options->comment};
    const Paper *earlier = find_paper(change.reviews, change.review_count, id);
    EntryField fields[] = {
        {.name = STR("comment"), .kind = FIELD_TEXT, .text = paper.comment},
        {.name = STR("verdict"), .kind = FIELD_TEXT, .text = paper.verdict},
    };
    ChangePaper what = {
        .kind = PAPER_REVIEW,
        .number = change.number,
        .subject_key = id,
        .before = earlier != NULL ? &earlier->hash : NULL,
        .fields = fields,
        .field_count = COUNTOF(fields),
    };
    if (change_write(cli, &home, key, &what, &paper)) {
        cli_say("change %llu of %.*s reviewed: %.*s", NUMBER(change.number), STR_ARG(home.name),
                STR_ARG(paper.verdict));
    }
    key_close(key);
}

// ---- approve ----

static bool may_approve(Cli *cli, const Home *home, const Change *change, Str id)
{
    const Paper *own = find_paper(change->approvals, change->approval_count, id);
    if (str_eq(change->proposal.who, id)) {
        return fail(cli, ERR_PERMISSION,
                    "change %llu of %.*s was proposed by %.*s, and nobody approves their own "
                    "proposal; another principal does: --key",
                    NUMBER(change->number), STR_ARG(home->name), STR_ARG(home_who(home, id)));
    }
    if (own != NULL) {
        Buf text = {0};
        ticks_print(&text, own->time);
        (void)fail(cli, ERR_PERMISSION,
                   "change %llu of %.*s was approved by %.*s on %.*s already, and a key approves "
                   "once; another principal does: --key",
                   NUMBER(change->number), STR_ARG(home->name), STR_ARG(home_who(home, id)),
                   STR_ARG(buf_str(&text)));
        buf_free(&text);
        return false;
    }
    return true;
}

// What is still missing, now that this approval is there.
static void tell_approved(Cli *cli, const Home *home, const Change *change, Str id, Quorum quorum)
{
    Roles *roles = NEW_ARRAY(&cli->arena, Roles, change->approval_count + 1U);
    for (uint32_t i = 0; i <= change->approval_count; i++) {
        Str who = i < change->approval_count ? change->approvals[i].who : id;
        const Principal *one = people_find(&home->people, who);
        roles[i] = one != NULL ? one->roles : 0;
    }
    Str why = {0};
    bool enough = quorum_holds(&cli->arena, quorum, roles, change->approval_count + 1, &why);
    cli_say("change %llu of %.*s approved; %.*s", NUMBER(change->number), STR_ARG(home->name),
            STR_ARG(enough ? STR("it may be released: datum baseline release") : why));
}

void cmd_baseline_approve(Cli *cli)
{
    Home home;
    Str edition = {0};
    Change change;
    OpenEdition draft;
    Quorum quorum;
    SigningKey *key = NULL;
    Str id = {0};
    if (!find_home(cli, false, &home, &edition) || !change_choose(cli, &home, &change) ||
        !change_holds(cli, &home, &change, &draft) ||
        !change_quorum(cli, &home, &change.proposal,
                       content_find(draft.content, STR("manifest.json"))->json, &quorum) ||
        !change_signer(cli, &home, &key, &id)) {
        return;
    }
    Paper paper = {.of = change.proposal.hash,
                   .digest = change.proposal.digest,
                   .comment = cli->options.comment};
    EntryField fields[] = {
        {.name = STR("comment"), .kind = FIELD_TEXT, .text = paper.comment},
        {.name = STR("digest"), .kind = FIELD_HASH, .hash = paper.digest},
    };
    ChangePaper what = {
        .kind = PAPER_APPROVAL,
        .number = change.number,
        .subject_key = id,
        .before = &change.proposal.hash,
        .fields = fields,
        .field_count = COUNTOF(fields),
    };
    if (may_approve(cli, &home, &change, id) && change_write(cli, &home, key, &what, &paper)) {
        tell_approved(cli, &home, &change, id, quorum);
    }
    key_close(key);
}

// ---- retire ----

static bool may_retire(Cli *cli, const Home *home, const OpenEdition *open, Str id)
{
    const Roles able =
        roles_of(ROLE_OWNER) | roles_of(ROLE_BUSINESS_APPROVER) | roles_of(ROLE_TECHNICAL_APPROVER);
    const Principal *one = people_find(&home->people, id);
    if (one == NULL || (one->roles & able) == 0) {
        return fail(cli, ERR_PERMISSION,
                    "%.*s may not retire a release: that takes the role %.*s (datum key trust "
                    "--role)",
                    STR_ARG(home_who(home, id)), STR_ARG(roles_text(&cli->arena, able)));
    }
    if (open->edition.retired != 0) {
        Buf text = {0};
        ticks_print(&text, open->edition.retired);
        (void)fail(cli, ERR_SCHEMA, "release %llu of %.*s was retired on %.*s already",
                   NUMBER(open->edition.number), STR_ARG(home->name), STR_ARG(buf_str(&text)));
        buf_free(&text);
        return false;
    }
    return true;
}

void cmd_baseline_retire(Cli *cli)
{
    Home home;
    Str edition = {0};
    OpenEdition open;
    SigningKey *key = NULL;
    Str id = {0};
    if (cli->options.reason.len == 0) {
        cli_usage(cli, "why is it retired? --reason TEXT");
        return;
    }
    if (!find_home(cli, true, &home, &edition) || !baselines_open_at(cli, &home, edition, &open) ||
        !change_signer(cli, &home, &key, &id)) {
        return;
    }
    Paper paper = {.of = open.release.hash, .reason = cli->options.reason};
    EntryField fields[] = {
        {.name = STR("reason"), .kind = FIELD_TEXT, .text = paper.reason},
    };
    ChangePaper what = {
        .kind = PAPER_RETIREMENT,
        .number = open.edition.number,
        .before = &open.release.hash,
        .fields = fields,
        .field_count = COUNTOF(fields),
    };
    if (may_retire(cli, &home, &open, id) && change_write(cli, &home, key, &what, &paper)) {
        cli_say("release %llu of %.*s is retired", NUMBER(open.edition.number), STR_ARG(home.name));
    }
    key_close(key);
}
