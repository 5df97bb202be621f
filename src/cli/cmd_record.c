// SPDX-License-Identifier: Apache-2.0
// datum record show, checkpoint, verify, mend: what was done here, and whether that is all of it.
#include "cli/signer.h"
#include "host/files.h"
#include "record/doc.h"
#include "record/hex.h"
#include "record/verify.h"
#include "report/page.h"
#include "json/write.h"

#define NUMBER(n) (unsigned long long)(n)

static bool fail_empty(Cli *cli, const Workspace *workspace)
{
    Err err = {0};
    (void)err_set(&err, ERR_NO_INPUT, (Span){0},
                  "there is no record in %.*s; datum key new begins one",
                  STR_ARG(workspace->folder));
    return cli_fail(cli, &err);
}

// ---- show ----

static void show_row(Cli *cli, Buf *text, const People *people, const Entry *entry)
{
    Page page = {.out = text, .style = &cli->style};
    const Principal *who = people_find(people, entry->who);
    Buf number = {0};
    buf_printf(&number, "%6llu", NUMBER(entry->sequence));
    page_column(&page, INK_DIM, buf_str(&number), 8);
    buf_free(&number);
    page_column(&page, INK_PLAIN, doc_time_text(&cli->arena, entry->time), 22);
    page_column(&page, INK_BOLD, who != NULL ? who->name : entry->who, 20);
    page_column(&page, INK_PLAIN, entry->what, 22);
    page_text(&page, INK_PLAIN, entry->subject);
    buf_byte(text, '\n');
}

static void member(const Page *page, const char *name, Str value)
{
    page_column(page, INK_DIM, str_from_cstr(name), 12);
    page_text(page, INK_PLAIN, value);
    buf_byte(page->out, '\n');
}

static void show_whole(Cli *cli, Buf *text, const People *people, const Entry *entry)
{
    Page page = {.out = text, .style = &cli->style};
    Buf detail = {0};
    show_row(cli, text, people, entry);
    json_write(&detail, entry->detail);
    member(&page, "  who", entry->who);
    member(&page, "  detail", buf_str(&detail));
    buf_free(&detail);
    if (entry->has_before) {
        member(&page, "  before", hex_text(&cli->arena, entry->before.at, HASH_BYTES));
    }
    if (entry->has_after) {
        member(&page, "  after", hex_text(&cli->arena, entry->after.at, HASH_BYTES));
    }
    member(&page, "  previous", hex_text(&cli->arena, entry->previous.at, HASH_BYTES));
}

// The entry with the hashes that lead from it to the root: what one needs to show that it is in the
// record without showing the record.
static void json_whole(Cli *cli, JsonOut *out, const Replay *replay, const Entry *entry)
{
    MerklePath path =
        merkle_inclusion(&cli->arena, replay->leaves, replay->size, entry->sequence - 1);
    Hash root = merkle_head(&replay->edge);
    json_out_object_begin(out);
    json_out_key(out, STR("entry"));
    json_out_json(out, entry->json);
    json_out_key(out, STR("proof"));
    json_out_object_begin(out);
    doc_put_count(out, STR("size"), replay->size);
    doc_put_hex(out, STR("root"), root.at, HASH_BYTES);
    json_out_key(out, STR("path"));
    json_out_array_begin(out);
    for (uint32_t i = 0; i < path.count; i++) {
        json_out_str(out, hex_text(&cli->arena, path.at[i].at, HASH_BYTES));
    }
    json_out_array_end(out);
    json_out_object_end(out);
    json_out_object_end(out);
}

static bool read_sequence(Cli *cli, uint64_t size, uint64_t *ret_sequence)
{
    if (cli->options.arguments.count == 0) {
        return true;
    }
    Str text = cli->options.arguments.at[0];
    uint64_t sequence = 0;
    bool good = text.len != 0 && text.len < 18;
    for (size_t i = 0; good && i < text.len; i++) {
        good = text.ptr[i] >= '0' && text.ptr[i] <= '9';
        sequence = sequence * 10 + (uint64_t)(text.ptr[i] - '0');
    }
    if (!good || sequence == 0 || sequence > size) {
        cli_usage(cli, "there is no entry \"%.40s\"; the record has 1 to %llu", text.ptr,
                  NUMBER(size));
        return false;
    }
    *ret_sequence = sequence;
    return true;
}

static void show_entries(Cli *cli, Str bytes, const Replay *replay, uint64_t wanted)
{
    Buf text = {0};
    JsonOut out = {.buf = &text};
    bool json = cli_wants_json(cli);
    if (json && wanted == 0) {
        json_out_array_begin(&out);
    }
    Str line = {0};
    for (uint64_t n = 1; n <= replay->size && replay_line(&bytes, &line); n++) {
        ArenaMark mark = arena_mark(&cli->arena);
        Entry entry;
        Err err = {0};
        bool shown = (wanted == 0 || wanted == n) && entry_read(&cli->arena, line, &entry, &err);
        if (shown && json && wanted == 0) {
            json_out_raw(&out, line);
        } else if (shown && json) {
            json_whole(cli, &out, replay, &entry);
        } else if (shown && wanted == 0) {
            show_row(cli, &text, &replay->people, &entry);
        } else if (shown) {
            show_whole(cli, &text, &replay->people, &entry);
        }
        arena_rewind(&cli->arena, mark);
    }
    if (json && wanted == 0) {
        json_out_array_end(&out);
    }
    if (json) {
        buf_byte(&text, '\n');
    }
    cli_print(cli, buf_str(&text));
    buf_free(&text);
}

void cmd_record_show(Cli *cli)
{
    Workspace workspace = signer_workspace(cli);
    Str bytes = {0};
    Replay replay;
    uint64_t wanted = 0;
    if (!signer_replay(cli, &workspace, REPLAY_ALL, &bytes, &replay)) {
        return;
    }
    if (bytes.len == 0) {
        (void)fail_empty(cli, &workspace);
        return;
    }
    if (read_sequence(cli, replay.size, &wanted)) {
        show_entries(cli, bytes, &replay, wanted);
    }
}

// ---- checkpoint ----

void cmd_record_checkpoint(Cli *cli)
{
    Workspace workspace = signer_workspace(cli);
    Str bytes = {0};
    Replay replay;
    SigningKey *key = NULL;
    Str file = {0};
    Err err = {0};
    if (!signer_replay(cli, &workspace, REPLAY_ALL, &bytes, &replay) ||
        replay.fault.kind != FAULT_NONE) {
        return;
    }
    if (replay.size == 0) {
        (void)fail_empty(cli, &workspace);
        return;
    }
    if (!signer_open(cli, &workspace, &replay.people, &key)) {
        return;
    }
    bool to_file =
        cli->options.arguments.count != 0 && !str_eq(cli->options.arguments.at[0], STR("-"));
    bool ok = checkpoint_write(&cli->arena, key, replay.leaves, replay.size, cli->now, &file, &err);
    key_close(key);
    if (ok && to_file) {
        ok = workspace_write(cli->options.arguments.at[0], file, false, &err);
    } else if (ok) {
        cli_print(cli, file);
        cli_print(cli, STR("\n"));
    }
    if (!ok) {
        (void)cli_fail(cli, &err);
        return;
    }
    cli_say("checkpoint of %llu %s; keep it where those who write the record cannot",
            NUMBER(replay.size), replay.size == 1 ? "entry" : "entries");
}

// ---- verify ----

static bool read_checkpoints(Cli *cli, const Checkpoint **ret_checkpoints)
{
    StrList paths = cli->options.checkpoints;
    Checkpoint *checkpoints = NEW_ARRAY(&cli->arena, Checkpoint, paths.count + 1U);
    for (uint32_t i = 0; i < paths.count; i++) {
        Err err = {0};
        Str bytes = {0};
        if (!file_read(&cli->arena, paths.at[i], DOC_LIMITS.bytes_max, &bytes, &err)) {
            return cli_fail(cli, &err);
        }
        if (!checkpoint_read(&cli->arena, bytes, &checkpoints[i], &err)) {
            (void)err_while(&err, "reading %.*s", STR_ARG(paths.at[i]));
            return cli_fail(cli, &err);
        }
    }
    *ret_checkpoints = checkpoints;
    return true;
}

static void verdict_json(Buf *text, const Verdict *verdict)
{
    JsonOut out = {.buf = text};
    Hash root = merkle_head(&verdict->replay.edge);
    const Fault *fault = &verdict->fault;
    json_out_object_begin(&out);
    json_out_key(&out, STR("holds"));
    json_out_bool(&out, fault->kind == FAULT_NONE);
    doc_put_count(&out, STR("size"), verdict->replay.size);
    doc_put_hex(&out, STR("root"), root.at, HASH_BYTES);
    json_out_key(&out, STR("compared"));
    json_out_bool(&out, verdict->compared);
    doc_put_count(&out, STR("covered"), verdict->covered);
    doc_put_text(&out, STR("notCompared"), verdict->not_compared);
    if (fault->kind != FAULT_NONE) {
        json_out_key(&out, STR("fault"));
        json_out_object_begin(&out);
        doc_put_text(&out, STR("kind"), str_from_cstr(fault_name(fault->kind)));
        doc_put_count(&out, STR("first"), fault->first);
        doc_put_count(&out, STR("last"), fault->last);
        doc_put_text(&out, STR("text"), fault->text);
        json_out_object_end(&out);
    }
    json_out_object_end(&out);
    buf_byte(text, '\n');
}

static void verdict_text(Buf *text, const Verdict *verdict)
{
    uint64_t size = verdict->replay.size;
    Hash root = merkle_head(&verdict->replay.edge);
    if (verdict->fault.kind != FAULT_NONE) {
        buf_printf(text, "the record does not hold: ");
        page_visible(text, verdict->fault.text);
        buf_byte(text, '\n');
        return;
    }
    buf_printf(text, "%llu %s, each signed by somebody trusted at that time\nroot ", NUMBER(size),
               size == 1 ? "entry" : "entries");
    hex_print(text, root.at, HASH_BYTES);
    buf_byte(text, '\n');
    if (verdict->compared) {
        buf_printf(text, "the first %llu as they were at the checkpoint, %llu added since\n",
                   NUMBER(verdict->covered), NUMBER(size - verdict->covered));
    } else {
        buf_printf(text, "not compared: %.*s\n", STR_ARG(verdict->not_compared));
    }
}

// A record that does not hold fails the gate; one with nothing to compare with was not wholly
// looked at.
void cmd_record_verify(Cli *cli)
{
    Workspace workspace = signer_workspace(cli);
    Str bytes = {0};
    bool exists = false;
    Err err = {0};
    const Checkpoint *checkpoints = NULL;
    uint32_t count = cli->options.checkpoints.count;
    if (!read_checkpoints(cli, &checkpoints)) {
        return;
    }
    if (!log_read(&cli->arena, &workspace, &bytes, &exists, &err)) {
        (void)cli_fail(cli, &err);
        return;
    }
    if (bytes.len == 0 && count == 0) {
        (void)fail_empty(cli, &workspace);
        return;
    }
    Verdict verdict;
    Buf text = {0};
    record_verify(&cli->arena, bytes, checkpoints, count, &verdict);
    if (cli_wants_json(cli)) {
        verdict_json(&text, &verdict);
    } else {
        verdict_text(&text, &verdict);
    }
    cli_print(cli, buf_str(&text));
    buf_free(&text);
    cli->outcome.gate_failed = verdict.fault.kind != FAULT_NONE;
    cli->outcome.incomplete = !verdict.compared;
}

// ---- mend ----

void cmd_record_mend(Cli *cli)
{
    Workspace workspace = signer_workspace(cli);
    MendKind kind = MEND_NOTHING;
    Str aside = {0};
    Err err = {0};
    if (path_kind(workspace.record) == PATH_MISSING) {
        (void)fail_empty(cli, &workspace);
        return;
    }
    if (!log_mend(&cli->arena, &workspace, &kind, &aside, &err)) {
        (void)cli_fail(cli, &err);
        return;
    }
    switch (kind) {
    case MEND_NOTHING:
        cli_say("the last entry is whole; nothing was done");
        break;
    case MEND_ENDED:
        cli_say("the last entry was whole but for its newline, which was added");
        break;
    case MEND_CUT:
        cli_say("what stood after the last whole entry was moved to %.*s", STR_ARG(aside));
        break;
    }
}
