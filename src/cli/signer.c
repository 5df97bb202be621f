// SPDX-License-Identifier: Apache-2.0
#include "cli/signer.h"

#include "host/files.h"

Workspace signer_workspace(Cli *cli)
{
    Str folder = cli->options.workspace.len != 0 ? cli->options.workspace : STR(".datum");
    return workspace_at(&cli->arena, folder);
}

bool signer_replay(Cli *cli, const Workspace *workspace, ReplayDepth depth, Str *ret_bytes,
                   Replay *ret_replay)
{
    Err err = {0};
    bool exists = false;
    if (!log_read(&cli->arena, workspace, ret_bytes, &exists, &err)) {
        return cli_fail(cli, &err);
    }
    replay_run(&cli->arena, *ret_bytes, depth, ret_replay);
    if (ret_replay->fault.kind != FAULT_NONE) {
        cli_say("%.*s: %.*s", STR_ARG(workspace->record), STR_ARG(ret_replay->fault.text));
        cli->outcome.bad_documents = true;
    }
    return true;
}

bool signer_passphrase(Cli *cli, const char *prompt, bool is_new, Secret *ret_passphrase)
{
    Err err = {0};
    uint64_t fd = cli->options.passphrase_fd;
    PassphraseSource source = {
        .file = cli->options.passphrase_file,
        .fd = fd == 0 || fd > INT_MAX ? -1 : (int)fd,
        .is_new = is_new,
    };
    return passphrase_read(&source, prompt, ret_passphrase, &err) || cli_fail(cli, &err);
}

bool signer_documents(Cli *cli, const Workspace *workspace, const Principal **ret_principals,
                      uint32_t *ret_count)
{
    Err err = {0};
    FileList files = {0};
    if (path_kind(workspace->people) == PATH_FOLDER &&
        !folder_list(&cli->arena, workspace->people, &files, &err)) {
        return cli_fail(cli, &err);
    }
    Principal *principals = NEW_ARRAY(&cli->arena, Principal, files.count + 1U);
    for (uint32_t i = 0; i < files.count; i++) {
        if (!workspace_read_principal(&cli->arena, files.paths[i], &principals[i], &err)) {
            return cli_fail(cli, &err);
        }
    }
    *ret_principals = principals;
    *ret_count = files.count;
    return true;
}

// ---- which key ----

// Does --key mean this one? By name when the record or a document here gives the id that name.
static bool key_fits(const People *people, const Principal *documents, uint32_t count, Str id,
                     Str text)
{
    enum { PREFIX_MIN = 4 };
    const Principal *known = people_find(people, id);
    if (text.len >= PREFIX_MIN && str_starts(id, text)) {
        return true;
    }
    bool named = known != NULL && str_eq(known->name, text);
    for (uint32_t i = 0; i < count; i++) {
        named = named || (str_eq(documents[i].id, id) && str_eq(documents[i].name, text));
    }
    return named;
}

// A key that may not sign now is no choice, unless there is no other: then the reason why it may
// not is what the user needs to hear.
static uint32_t fit_keys(const Cli *cli, const People *people, Str *ids, uint32_t count)
{
    uint32_t able = 0;
    for (uint32_t i = 0; i < count; i++) {
        Err err = {0};
        if (people_may_sign(people_find(people, ids[i]), ids[i], cli->now, &err)) {
            Str other = ids[able]; // those that may come first
            ids[able++] = ids[i];
            ids[i] = other;
        }
    }
    return able != 0 ? able : count;
}

// Several keys may have one name: an old one and its successor, say.
static void fail_several(Cli *cli, const People *people, const Workspace *workspace, const Str *ids,
                         uint32_t count)
{
    enum { SHOWN_MAX = 4 };
    Buf text = {0};
    for (uint32_t i = 0; i < count && i < SHOWN_MAX; i++) {
        const Principal *known = people_find(people, ids[i]);
        buf_printf(&text, "%s%.*s", i == 0 ? "" : ", ", STR_ARG(ids[i]));
        if (known != NULL) {
            buf_printf(&text, " (%.*s)", STR_ARG(known->name));
        }
    }
    buf_push(&text, count > SHOWN_MAX ? STR(", ...") : STR(""));
    cli_usage(cli, "%.*s has %u keys that could sign; say which with --key ID: %.*s",
              STR_ARG(workspace->keys), count, STR_ARG(buf_str(&text)));
    buf_free(&text);
}

static bool choose_key(Cli *cli, const Workspace *workspace, const People *people, Str *ret_id)
{
    Err err = {0};
    const Str *ids = NULL;
    uint32_t id_count = 0;
    const Principal *documents = NULL;
    uint32_t document_count = 0;
    if (!workspace_key_ids(&cli->arena, workspace, &ids, &id_count, &err)) {
        return cli_fail(cli, &err);
    }
    TRY(signer_documents(cli, workspace, &documents, &document_count));
    Str text = cli->options.key;
    Str *meant = NEW_ARRAY(&cli->arena, Str, id_count + 1U);
    uint32_t meant_count = 0;
    for (uint32_t i = 0; i < id_count; i++) {
        if (text.len == 0 || key_fits(people, documents, document_count, ids[i], text)) {
            meant[meant_count++] = ids[i];
        }
    }
    uint32_t fitting = fit_keys(cli, people, meant, meant_count);
    if (fitting == 1) {
        *ret_id = meant[0];
        return true;
    }
    if (fitting > 1) {
        fail_several(cli, people, workspace, meant, fitting);
        return false;
    }
    if (text.len != 0) {
        (void)err_set(&err, ERR_NO_INPUT, (Span){0},
                      "%.*s has no private key \"%.40s\"; datum key show lists those there are",
                      STR_ARG(workspace->keys), text.ptr);
    } else {
        (void)err_set(&err, ERR_NO_INPUT, (Span){0},
                      "%.*s has no private key to sign with; make one: datum key new NAME",
                      STR_ARG(workspace->keys));
    }
    return cli_fail(cli, &err);
}

static bool unlock(Cli *cli, const Workspace *workspace, Str id, Str name, SigningKey **ret_key)
{
    Err err = {0};
    KeyFile file;
    if (!workspace_read_key(&cli->arena, workspace, id, &file, &err)) {
        return cli_fail(cli, &err);
    }
    Buf prompt = {0};
    Secret passphrase = {0};
    buf_printf(&prompt, "Passphrase of key %.8s (%.*s)", id.ptr, STR_ARG(name));
    buf_byte(&prompt, '\0');
    bool ok = signer_passphrase(cli, prompt.ptr, false, &passphrase);
    buf_free(&prompt);
    TRY(ok);
    ok = key_unlock(&file, (Str){(const char *)passphrase.ptr, passphrase.len}, ret_key, &err);
    secret_close(&passphrase);
    if (!ok) {
        Str path = workspace_key_path(&cli->arena, workspace, id);
        (void)err_while(&err, "opening %.*s", STR_ARG(path));
        return cli_fail(cli, &err);
    }
    return true;
}

// Trust first: nobody is asked for the passphrase of a key that may not sign.
bool signer_open(Cli *cli, const Workspace *workspace, const People *people, SigningKey **ret_key)
{
    Err err = {0};
    Str id = {0};
    TRY(choose_key(cli, workspace, people, &id));
    const Principal *principal = people_find(people, id);
    if (!people_may_sign(principal, id, cli->now, &err)) {
        return cli_fail(cli, &err);
    }
    return unlock(cli, workspace, id, principal->name, ret_key);
}

bool signer_record(Cli *cli, const Workspace *workspace, const SigningKey *key, EntryNew *entry)
{
    Err err = {0};
    uint64_t sequence = 0;
    entry->time = cli->now;
    if (!log_append(&cli->arena, workspace, NULL, key, entry, &sequence, &err)) {
        return cli_fail(cli, &err);
    }
    cli_say("recorded as entry %llu of %.*s", (unsigned long long)sequence,
            STR_ARG(workspace->record));
    return true;
}
