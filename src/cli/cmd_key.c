// SPDX-License-Identifier: Apache-2.0
// datum key new, show, trust, revoke: who signs here, and whom the workspace trusts.
#include "cli/signer.h"
#include "host/files.h"
#include "report/page.h"
#include "json/write.h"

static bool read_roles(Cli *cli, Roles *ret_roles)
{
    for (uint32_t i = 0; i < cli->options.roles.count; i++) {
        Err err = {0};
        if (!roles_add(ret_roles, cli->options.roles.at[i], &err)) {
            cli_usage(cli, "--role: %s", err.text);
            return false;
        }
    }
    return true;
}

// ---- new ----

typedef struct NewKey {
    Workspace workspace;
    SigningKey *key;
    Principal principal;
    Str document;
    bool founds; // the record is empty: this is the owner who begins it
} NewKey;

static bool describe(Cli *cli, NewKey *made)
{
    Err err = {0};
    made->principal.name = cli->options.arguments.at[0];
    made->principal.created = cli->now;
    TRY(read_roles(cli, &made->principal.roles));
    if (made->founds) {
        made->principal.roles |= roles_of(ROLE_OWNER);
    }
    Str expires = cli->options.expires;
    if (expires.len != 0 &&
        (!ticks_parse(expires, &made->principal.expires) || made->principal.expires <= cli->now)) {
        cli_usage(cli, "--expires is \"%.*s\", but must be a time to come, like 2027-12-31",
                  STR_ARG(expires));
        return false;
    }
    made->key = key_generate();
    return principal_write(&cli->arena, made->key, &made->principal, &made->document, &err) ||
           cli_fail(cli, &err);
}

static bool store_key(Cli *cli, const NewKey *made)
{
    Err err = {0};
    Secret passphrase = {0};
    Str file = {0};
    Str id = made->principal.id;
    TRY(signer_passphrase(cli, "Passphrase of the new key", true, &passphrase));
    KeyCost cost = KEY_COST_DEFAULT;
    bool ok = key_lock(&cli->arena, made->key, (Str){(const char *)passphrase.ptr, passphrase.len},
                       &cost, &file, &err);
    secret_close(&passphrase);
    ok = ok && workspace_make(&made->workspace, &err) &&
         workspace_write(workspace_key_path(&cli->arena, &made->workspace, id), file, true, &err) &&
         workspace_write(workspace_principal_path(&cli->arena, &made->workspace, id),
                         made->document, false, &err);
    return ok || cli_fail(cli, &err);
}

static bool found_record(Cli *cli, NewKey *made)
{
    People nobody;
    EntryField fields[TRUST_FIELDS];
    people_init(&nobody, &cli->arena);
    EntryNew entry = people_trust_entry(&cli->arena, &nobody, &made->principal, fields);
    if (signer_record(cli, &made->workspace, made->key, &entry)) {
        return true;
    }
    // A key that nobody trusts and nobody asked for would only be in the way.
    Str id = made->principal.id;
    workspace_remove(workspace_key_path(&cli->arena, &made->workspace, id));
    workspace_remove(workspace_principal_path(&cli->arena, &made->workspace, id));
    return false;
}

// A successor of an old key, or a slip.
static void warn_namesake(Cli *cli, const NewKey *made)
{
    const Principal *documents = NULL;
    uint32_t count = 0;
    bool found = false;
    if (signer_documents(cli, &made->workspace, &documents, &count)) {
        for (uint32_t i = 0; i < count; i++) {
            found = found || (str_eq(documents[i].name, made->principal.name) &&
                              !str_eq(documents[i].id, made->principal.id));
        }
    }
    if (found) {
        cli_say("another key here has this name; say which with --key ID");
    }
}

static void print_new(Cli *cli, NewKey *made)
{
    Buf text = {0};
    if (cli_wants_json(cli)) {
        JsonOut out = {.buf = &text};
        if (made->founds) {
            made->principal.trusted = cli->now;
            made->principal.trusted_by = made->principal.id;
        }
        principal_out(&out, &made->principal);
    } else {
        buf_push(&text, made->principal.id);
    }
    buf_byte(&text, '\n');
    cli_print(cli, buf_str(&text));
    buf_free(&text);
    warn_namesake(cli, made);
    if (made->founds) {
        cli_say("the first key here: its holder owns the workspace and says whom it trusts");
    } else {
        Str path = workspace_principal_path(&cli->arena, &made->workspace, made->principal.id);
        cli_say("not trusted yet; an owner does that: datum key trust %.*s", STR_ARG(path));
    }
}

void cmd_key_new(Cli *cli)
{
    NewKey made = {.workspace = signer_workspace(cli)};
    Str bytes = {0};
    Replay replay;
    if (!signer_replay(cli, &made.workspace, REPLAY_TRUST, &bytes, &replay) ||
        replay.fault.kind != FAULT_NONE) {
        return;
    }
    made.founds = replay.size == 0;
    if (describe(cli, &made) && store_key(cli, &made) &&
        (!made.founds || found_record(cli, &made))) {
        print_new(cli, &made);
    }
    key_close(made.key);
}

// ---- show ----

static Str state_text(Cli *cli, const Principal *principal)
{
    Buf text = {0};
    if (principal->revoked != 0) {
        buf_push(&text, STR("revoked "));
        ticks_print(&text, principal->revoked);
    } else if (principal->trusted == 0) {
        buf_push(&text, STR("not trusted"));
    } else if (principal->expires != 0) {
        buf_push(&text, cli->now >= principal->expires ? STR("expired ") : STR("trusted until "));
        ticks_print(&text, principal->expires);
    } else {
        buf_push(&text, STR("trusted"));
    }
    Str copy = str_copy(&cli->arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

typedef struct Shown {
    Cli *cli;
    Buf text;
    JsonOut out;
    uint32_t count;
} Shown;

static void show_one(Shown *shown, const Principal *principal)
{
    Cli *cli = shown->cli;
    shown->count++;
    if (cli_wants_json(cli)) {
        principal_out(&shown->out, principal);
        return;
    }
    Page page = {.out = &shown->text, .style = &cli->style};
    page_column(&page, INK_PLAIN, principal->id, KEY_ID_LEN + 2);
    page_column(&page, INK_BOLD, principal->name, 24);
    page_column(&page, INK_PLAIN, state_text(cli, principal), 36);
    page_text(&page, INK_DIM, roles_text(&cli->arena, principal->roles));
    buf_byte(&shown->text, '\n');
}

static bool is_wanted(const Principal *principal, Str text)
{
    enum { PREFIX_MIN = 4 };
    return text.len == 0 || str_eq(principal->name, text) ||
           (text.len >= PREFIX_MIN && str_starts(principal->id, text));
}

// Those the record trusts, then those whose documents only lie here.
static bool show_workspace(Shown *shown, const Workspace *workspace, Str text)
{
    Str bytes = {0};
    Replay replay;
    const Principal *documents = NULL;
    uint32_t count = 0;
    TRY(signer_replay(shown->cli, workspace, REPLAY_TRUST, &bytes, &replay));
    TRY(signer_documents(shown->cli, workspace, &documents, &count));
    for (uint32_t i = 0; i < replay.people.count; i++) {
        if (is_wanted(&replay.people.at[i], text)) {
            show_one(shown, &replay.people.at[i]);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        if (is_wanted(&documents[i], text) &&
            people_find(&replay.people, documents[i].id) == NULL) {
            show_one(shown, &documents[i]);
        }
    }
    return true;
}

static bool show_file(Shown *shown, Str path)
{
    Err err = {0};
    Principal principal;
    if (!workspace_read_principal(&shown->cli->arena, path, &principal, &err)) {
        return cli_fail(shown->cli, &err);
    }
    show_one(shown, &principal);
    return true;
}

void cmd_key_show(Cli *cli)
{
    Workspace workspace = signer_workspace(cli);
    Str text = cli->options.arguments.count != 0 ? cli->options.arguments.at[0] : (Str){0};
    Shown shown = {.cli = cli};
    shown.out.buf = &shown.text;
    if (cli_wants_json(cli)) {
        json_out_array_begin(&shown.out);
    }
    bool is_file = text.len != 0 && path_kind(text) == PATH_FILE;
    bool ok = is_file ? show_file(&shown, text) : show_workspace(&shown, &workspace, text);
    if (cli_wants_json(cli)) {
        json_out_array_end(&shown.out);
        buf_byte(&shown.text, '\n');
    }
    if (ok && shown.count == 0 && text.len != 0) {
        Err err = {0};
        (void)err_set(&err, ERR_NO_INPUT, (Span){0},
                      "%.*s knows no principal \"%.64s\", and there is no file of that name",
                      STR_ARG(workspace.folder), text.ptr);
        (void)cli_fail(cli, &err);
    } else if (ok) {
        cli_print(cli, buf_str(&shown.text));
        if (shown.count == 0) {
            cli_say("nobody yet in %.*s; begin with datum key new NAME", STR_ARG(workspace.folder));
        }
    }
    buf_free(&shown.text);
}

// ---- trust, revoke ----

// The document that a file name, an id or a name means.
static bool find_document(Cli *cli, const Workspace *workspace, Str text, Principal *ret_principal)
{
    Err err = {0};
    if (path_kind(text) == PATH_FILE) {
        return workspace_read_principal(&cli->arena, text, ret_principal, &err) ||
               cli_fail(cli, &err);
    }
    const Principal *documents = NULL;
    uint32_t count = 0;
    uint32_t fitting = 0;
    TRY(signer_documents(cli, workspace, &documents, &count));
    for (uint32_t i = 0; i < count; i++) {
        if (is_wanted(&documents[i], text)) {
            *ret_principal = documents[i];
            fitting++;
        }
    }
    if (fitting == 1) {
        return true;
    }
    (void)err_set(&err, ERR_NO_INPUT, (Span){0},
                  fitting == 0 ? "there is no principal's document \"%.64s\": give its file"
                               : "\"%.64s\" fits several principals: give the id or the file",
                  text.ptr);
    return cli_fail(cli, &err);
}

// Opens what every change of the trust list needs.
static bool open_change(Cli *cli, const Workspace *workspace, Replay *ret_replay,
                        SigningKey **ret_key)
{
    Str bytes = {0};
    TRY(signer_replay(cli, workspace, REPLAY_TRUST, &bytes, ret_replay));
    return ret_replay->fault.kind == FAULT_NONE &&
           signer_open(cli, workspace, &ret_replay->people, ret_key);
}

void cmd_key_trust(Cli *cli)
{
    Workspace workspace = signer_workspace(cli);
    Principal principal = {.id = {0}};
    Replay replay;
    SigningKey *key = NULL;
    Roles roles = 0;
    if (!read_roles(cli, &roles) ||
        !find_document(cli, &workspace, cli->options.arguments.at[0], &principal) ||
        !open_change(cli, &workspace, &replay, &key)) {
        return;
    }
    principal.roles = roles != 0 ? roles : principal.roles;
    EntryField fields[TRUST_FIELDS];
    EntryNew entry = people_trust_entry(&cli->arena, &replay.people, &principal, fields);
    if (signer_record(cli, &workspace, key, &entry)) {
        Str text = roles_text(&cli->arena, principal.roles);
        cli_say("trusted: %.*s (%.*s), roles: %.*s", STR_ARG(principal.name), STR_ARG(principal.id),
                STR_ARG(text.len != 0 ? text : STR("none")));
    }
    key_close(key);
}

void cmd_key_revoke(Cli *cli)
{
    Workspace workspace = signer_workspace(cli);
    Replay replay;
    SigningKey *key = NULL;
    const Principal *principal = NULL;
    Err err = {0};
    if (cli->options.reason.len == 0) {
        cli_usage(cli, "why is it revoked? --reason TEXT");
        return;
    }
    Str bytes = {0};
    if (!signer_replay(cli, &workspace, REPLAY_TRUST, &bytes, &replay) ||
        replay.fault.kind != FAULT_NONE) {
        return;
    }
    if (!people_look_up(&replay.people, cli->options.arguments.at[0], &principal, &err)) {
        (void)cli_fail(cli, &err);
        return;
    }
    if (!signer_open(cli, &workspace, &replay.people, &key)) {
        return;
    }
    EntryField fields[REVOKE_FIELDS];
    EntryNew entry = people_revoke_entry(principal, cli->options.reason, fields);
    if (signer_record(cli, &workspace, key, &entry)) {
        cli_say("revoked: %.*s (%.*s); what it signed before stays as it is",
                STR_ARG(principal->name), STR_ARG(principal->id));
    }
    key_close(key);
}
