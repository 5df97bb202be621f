// SPDX-License-Identifier: Apache-2.0
// datum baseline tailor: changes to a baseline of one's own, all of them or none.
#include "baseline/applies.h"
#include "baseline/release_version.h"
#include "baseline/tailor.h"
#include "cli/baselines.h"
#include "cli/draft.h"
#include "cli/load.h"
#include "cli/versions.h"
#include "host/files.h"
#include "oscal/check.h"
#include "policy/bind.h"
#include "json/read.h"

// A file of the package as it will be.
typedef struct NewFile {
    Str path;  // within the package
    Str bytes; // as they will stand there
    Str given; // the user's file it comes from; empty = made here
} NewFile;

typedef struct Session {
    Cli *cli;
    OpenEdition open;
    const Baseline *before;
    AssignedRule *rules;
    uint32_t rule_count;
    TailorEdit *edits;
    uint32_t edit_count;
    TailorVariant *variant;
    uint32_t variant_count;
    NewFile *files;
    uint32_t file_count;
} Session;

// ---- the package with the new files in it ----

static const NewFile *find_new(const Session *session, Str path)
{
    for (uint32_t i = 0; i < session->file_count; i++) {
        if (str_eq(session->files[i].path, path)) {
            return &session->files[i];
        }
    }
    return NULL;
}

static bool overlay_read(void *ctx, Str path, Str *ret_bytes, Err *err)
{
    const Session *session = ctx;
    const PackageFiles *inner = &session->open.files;
    const NewFile *file = find_new(session, path);
    if (file == NULL) {
        return inner->read(inner->ctx, path, ret_bytes, err);
    }
    *ret_bytes = file->bytes;
    return true;
}

static bool is_in(Str path, Str folder)
{
    return path.len > folder.len + 1 && str_starts(path, folder) && path.ptr[folder.len] == '/' &&
           !str_cut(str_from(path, folder.len + 1), '/').found;
}

static bool overlay_list(void *ctx, Str directory, const Str **ret_paths, uint32_t *ret_count,
                         Err *err)
{
    const Session *session = ctx;
    const PackageFiles *inner = &session->open.files;
    const Str *paths = NULL;
    uint32_t count = 0;
    TRY(inner->list(inner->ctx, directory, &paths, &count, err));
    Str *all = NEW_ARRAY(&session->cli->arena, Str, count + session->file_count + 1U);
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        all[n++] = paths[i];
    }
    for (uint32_t i = 0; i < session->file_count; i++) {
        bool is_there = false;
        for (uint32_t k = 0; k < count && !is_there; k++) {
            is_there = str_eq(paths[k], session->files[i].path);
        }
        if (!is_there && is_in(session->files[i].path, directory)) {
            all[n++] = session->files[i].path;
        }
    }
    *ret_paths = all;
    *ret_count = n;
    return true;
}

// ---- reading what there is ----

static bool bind_rules(Session *session, const Baseline *baseline, AssignedRule **ret_rules,
                       uint32_t *ret_count)
{
    Cli *cli = session->cli;
    return baseline_bind_rules(&cli->arena, baseline, cli->now, &cli->diags, ret_rules, ret_count);
}

static bool open_session(Session *session, Str name)
{
    Cli *cli = session->cli;
    Home home;
    Str edition = {0};
    TRY(home_find(cli, name, &home, &edition));
    if (home.ships) {
        cli_usage(cli,
                  "%.*s ships with the program and stays as it is; make one of your own: datum "
                  "baseline new NAME --from %.*s",
                  STR_ARG(home.name), STR_ARG(home.name));
        return false;
    }
    if (edition.len != 0 && !str_eq(edition, STR("draft"))) {
        cli_usage(cli,
                  "%.*s@%.*s is a release and stays as it is; tailor %.*s, then propose the change",
                  STR_ARG(home.name), STR_ARG(edition), STR_ARG(home.name));
        return false;
    }
    Err err = {0};
    int held = -1; // until the program ends: two tailors at once would undo each other
    if (path_kind(home.folder) == PATH_FOLDER && !folder_lock(home.folder, &held, &err)) {
        (void)cli_fail(cli, &err);
        return false;
    }
    TRY(baselines_open_at(cli, &home, STR("draft"), &session->open));
    return baseline_load(&cli->arena, &session->open.files, &cli->limits, &cli->diags,
                         &session->before) &&
           bind_rules(session, session->before, &session->rules, &session->rule_count);
}

// A file of the package as a tree; *ret_json NULL when there is none and it need not be there.
static bool read_part(Session *session, Str path, bool must, const Json **ret_json)
{
    Cli *cli = session->cli;
    const PackageFiles *files = &session->open.files;
    Str bytes = {0};
    Err err = {0};
    *ret_json = NULL;
    if (!files->read(files->ctx, path, &bytes, &err)) {
        return (!must && err.kind == ERR_NO_INPUT) || cli_fail(cli, &err);
    }
    cli->diags.file = path_join(&cli->arena, files->label, path);
    return json_read(&cli->arena, bytes, &cli->limits, &cli->diags, ret_json);
}

// The assignments in force: the package's own, else those of what it was made from.
static bool read_assignments(Session *session, const Json **ret_json)
{
    Str path = STR("assignments.json");
    *ret_json = NULL;
    for (int level = 0; level < 8 && *ret_json == NULL; level++) {
        TRY(read_part(session, path, false, ret_json));
        path = path_join(&session->cli->arena, STR("base"), path);
    }
    ASSERT(*ret_json != NULL); // it was loaded
    return true;
}

// ---- what is asked for ----

static void push_edit(Session *session, TailorEdit edit)
{
    session->edits[session->edit_count++] = edit;
}

static bool push_pairs(Session *session, const StrList *list, TailorKind kind, const char *option,
                       const char *form)
{
    for (uint32_t i = 0; i < list->count; i++) {
        StrCut cut = str_cut(list->at[i], '=');
        if (!cut.found || cut.head.len == 0 || cut.tail.len == 0) {
            cli_usage(session->cli, "--%s is \"%.*s\", but must be %s", option,
                      STR_ARG(list->at[i]), form);
            return false;
        }
        push_edit(session, (TailorEdit){.kind = kind, .subject = cut.head, .value = cut.tail});
    }
    return true;
}

static void push_file(Session *session, Str path, Str bytes, Str given)
{
    session->files[session->file_count++] = (NewFile){path, bytes, given};
}

// A catalog or a rule of the user's, and where it will lie.
static bool push_added(Session *session, Str given)
{
    Cli *cli = session->cli;
    Arena *arena = &cli->arena;
    Str bytes = {0};
    Err err = {0};
    const Json *json = NULL;
    TailorEdit edit = {.value = given};
    if (!file_read(arena, given, cli->limits.bytes_max, &bytes, &err)) {
        return cli_fail(cli, &err);
    }
    cli->diags.file = given;
    TRY(json_read(arena, bytes, &cli->limits, &cli->diags, &json));
    const Json *properties = json_find_nocase(json, STR("properties"));
    bool is_rule = json_find_nocase(json, STR("policyRule")) != NULL ||
                   json_find_nocase(properties, STR("policyRule")) != NULL;
    Buf path = {0};
    if (json_find(json, STR("catalog")) != NULL) {
        OscalCheck check = {0};
        edit.kind = TAILOR_ADD_CONTROLS;
        TRY(oscal_check(arena, json, &cli->diags, &check) &&
            oscal_catalog_read(arena, json, &cli->diags, &edit.catalog));
        Str base = path_base(given);
        buf_printf(&path, "controls/%.*s%s", STR_ARG(base),
                   str_ends(base, STR(".json")) ? "" : ".json");
    } else if (is_rule) {
        edit.kind = TAILOR_ADD_RULE;
        TRY(definition_parse(arena, json, &cli->diags, &edit.definition));
        buf_printf(&path, "rules/%.*s.json", STR_ARG(edit.definition->name));
    } else {
        return diag_error(&cli->diags, json->at, "unknown-document",
                          "neither an OSCAL catalog {\"catalog\": {…}} with controls to add, nor a "
                          "policy definition (policyRule)");
    }
    edit.subject = str_copy(arena, buf_str(&path));
    buf_free(&path);
    Str there = path_join(arena, session->open.home.folder, edit.subject);
    if (path_kind(there) != PATH_MISSING) {
        return diag_error(&cli->diags, (Span){0}, "tailor-value",
                          "%.*s is there already; edit it, or give yours another name",
                          STR_ARG(there));
    }
    push_file(session, edit.subject, bytes, given);
    push_edit(session, edit);
    return true;
}

static bool read_variant(Session *session)
{
    const StrList *list = &session->cli->options.variants;
    session->variant = NEW_ARRAY(&session->cli->arena, TailorVariant, list->count + 1U);
    for (uint32_t i = 0; i < list->count; i++) {
        StrCut cut = str_cut(list->at[i], '=');
        SelectorKind kind = selector_kind_find(cut.head);
        bool known =
            kind != SELECTOR_KIND_COUNT && ((unsigned)SELECTORS_OF_FACTS & 1U << kind) != 0;
        Str word = known ? selector_word_find(kind, cut.tail) : (Str){0};
        if (word.len == 0) {
            Buf words = {0};
            if (known) {
                selector_words(kind, &words);
            }
            cli_usage(session->cli, "--variant is \"%.*s\"; known: %s%.*s", STR_ARG(list->at[i]),
                      known ? "" : "environmentType=, connectorTier=, appType=, criticalityTier=",
                      STR_ARG(buf_str(&words)));
            buf_free(&words);
            return false;
        }
        for (uint32_t k = 0; k < session->variant_count; k++) {
            if (session->variant[k].kind == kind) {
                cli_usage(session->cli,
                          "--variant names %.*s twice; conditions hold together, so make two "
                          "variants with two commands",
                          STR_ARG(cut.head));
                return false;
            }
        }
        session->variant[session->variant_count++] = (TailorVariant){kind, word};
    }
    return true;
}

// The version of a release is its own, and versions go up.
static bool push_version(Session *session)
{
    Cli *cli = session->cli;
    Str text = cli->options.version;
    if (text.len == 0) {
        return true;
    }
    if (release_version_is(text)) { // otherwise the edit tells
        Versions taken = versions_find(cli, &session->open.home, text);
        if (taken.highest != 0 && version_cmp(text, taken.highest_version) <= 0) {
            return diag_error(&cli->diags, (Span){0}, "tailor-value",
                              "--version is \"%.*s\", but release %llu is %.*s already; the next "
                              "is higher, like %.*s",
                              STR_ARG(text), (unsigned long long)taken.highest,
                              STR_ARG(taken.highest_version), STR_ARG(taken.next));
        }
    }
    push_edit(session, (TailorEdit){.kind = TAILOR_VERSION, .subject = text, .value = text});
    return true;
}

static bool read_edits(Session *session)
{
    Cli *cli = session->cli;
    const Options *options = &cli->options;
    uint32_t room = options->removes.count + options->adds.count + options->sets.count +
                    options->severities.count + options->owners.count + options->drivers.count +
                    options->effects.count + (options->version.len != 0 ? 1U : 0U);
    if (room == 0) {
        cli_usage(cli, "nothing to change: --remove, --add, --set, --severity, --owner, --driver, "
                       "--effect or --version");
        return false;
    }
    session->edits = NEW_ARRAY(&cli->arena, TailorEdit, room);
    session->files = NEW_ARRAY(&cli->arena, NewFile, options->adds.count + 4U);
    TRY(read_variant(session));
    for (uint32_t i = 0; i < options->removes.count; i++) {
        push_edit(session, (TailorEdit){.kind = TAILOR_REMOVE, .subject = options->removes.at[i]});
    }
    for (uint32_t i = 0; i < options->adds.count; i++) {
        TRY(push_added(session, options->adds.at[i]));
    }
    return push_pairs(session, &options->sets, TAILOR_SET, "set", "PARAMETER=VALUE") &&
           push_pairs(session, &options->severities, TAILOR_SEVERITY, "severity",
                      "CONTROL=low, medium, high or critical") &&
           push_pairs(session, &options->owners, TAILOR_OWNER, "owner", "CONTROL=ROLE") &&
           push_pairs(session, &options->drivers, TAILOR_DRIVER, "driver", "CONTROL=DRIVER") &&
           push_pairs(session, &options->effects, TAILOR_EFFECT, "effect", "RULE=EFFECT") &&
           push_version(session);
}

// ---- applying ----

static void push_document(Session *session, Str path, const Json *json)
{
    if (json != NULL) {
        Buf text = {0};
        json_write_pretty(&text, json);
        push_file(session, path, str_copy(&session->cli->arena, buf_str(&text)), (Str){0});
        buf_free(&text);
    }
}

static bool apply(Session *session, TailorResult *ret_result)
{
    Cli *cli = session->cli;
    Buf now = {0};
    ticks_print(&now, cli->now);
    TailorInput input = {
        .baseline = session->before,
        .rules = session->rules,
        .rule_count = session->rule_count,
        .edits = session->edits,
        .edit_count = session->edit_count,
        .variant = session->variant,
        .variant_count = session->variant_count,
        .rationale = cli->options.rationale,
        .now = str_copy(&cli->arena, buf_str(&now)),
    };
    buf_free(&now);
    TRY(read_part(session, STR("profile.json"), true, &input.profile));
    TRY(read_part(session, STR("initiative.json"), false, &input.initiative));
    TRY(read_part(session, STR("manifest.json"), true, &input.manifest));
    TRY(read_assignments(session, &input.assignments));
    cli->diags.file = (Str){0};
    TRY(tailor_apply(&cli->arena, &input, &cli->diags, ret_result));
    push_document(session, STR("initiative.json"), ret_result->initiative);
    push_document(session, STR("assignments.json"), ret_result->assignments);
    push_document(session, STR("manifest.json"), ret_result->manifest);
    push_document(session, STR("profile.json"), ret_result->profile); // last: it makes it true
    return true;
}

// What is wrong with a file the user gave stands in that file.
static void name_given(Session *session)
{
    for (Diag *diag = session->cli->diags.first; diag != NULL; diag = diag->next) {
        for (uint32_t i = 0; i < session->file_count; i++) {
            const NewFile *file = &session->files[i];
            Str label = path_join(&session->cli->arena, session->open.files.label, file->path);
            if (file->given.len != 0 && str_eq(diag->file, label)) {
                diag->file = file->given;
            }
        }
    }
}

static bool was_edited(const Session *session, const BaselineControl *control)
{
    for (uint32_t i = 0; i < session->edit_count; i++) {
        if (baseline_look_up(session->before, session->edits[i].subject) == control) {
            return true;
        }
    }
    return false;
}

// An alteration may reach further than it was meant to: into the enhancements of a control.
static bool check_others(Session *session, const Baseline *after)
{
    bool ok = true;
    for (uint32_t i = 0; i < session->before->control_count; i++) {
        const BaselineControl *old = &session->before->controls[i];
        const BaselineControl *new_one = baseline_find_control(after, old->id);
        bool same = new_one == NULL ||
                    (old->severity == new_one->severity && old->drivers == new_one->drivers &&
                     str_eq(old->owner, new_one->owner));
        if (!same && !was_edited(session, old)) {
            ok = diag_error(&session->cli->diags, (Span){0}, "tailor-value",
                            "this would change \"%.*s\" too, which stands within the control; name "
                            "it as well",
                            STR_ARG(old->id));
        }
    }
    return ok;
}

// A variant by the kind of app or connector changes nothing for a rule about something else.
static void warn_idle(const Session *session, const Baseline *after)
{
    for (uint32_t i = 0; i < session->edit_count; i++) {
        const TailorEdit *edit = &session->edits[i];
        const BaselineRule *rule =
            edit->kind == TAILOR_EFFECT ? baseline_find_rule(after, edit->subject) : NULL;
        for (uint32_t v = 0; rule != NULL && v < session->variant_count; v++) {
            const TailorVariant *variant = &session->variant[v];
            AppliesTypes types = applies_types(&session->cli->arena, rule->definition);
            if (!applies_may_be(&types, variant->kind, variant->word)) {
                cli_say("warning: nothing that %.*s is about has the %.*s %.*s; its effect there "
                        "changes nothing",
                        STR_ARG(edit->subject), STR_ARG(selector_kind_name(variant->kind)),
                        STR_ARG(variant->word));
            }
        }
    }
}

static bool validate(Session *session)
{
    Cli *cli = session->cli;
    PackageFiles overlay = {.read = overlay_read,
                            .list = overlay_list,
                            .ctx = session,
                            .label = session->open.files.label};
    const Baseline *after = NULL;
    AssignedRule *rules = NULL;
    uint32_t count = 0;
    bool ok = baseline_load(&cli->arena, &overlay, &cli->limits, &cli->diags, &after) &&
              bind_rules(session, after, &rules, &count) && check_others(session, after);
    name_given(session);
    if (ok) {
        warn_idle(session, after);
    }
    return ok;
}

static bool write_files(Session *session)
{
    Cli *cli = session->cli;
    DraftFile *files = NEW_ARRAY(&cli->arena, DraftFile, session->file_count);
    for (uint32_t i = 0; i < session->file_count; i++) {
        files[i] =
            (DraftFile){path_join(&cli->arena, session->open.home.folder, session->files[i].path),
                        session->files[i].bytes};
    }
    Err err = {0};
    return draft_replace(&cli->arena, files, session->file_count, &err) || cli_fail(cli, &err);
}

void cmd_baseline_tailor(Cli *cli)
{
    Session session = {.cli = cli};
    TailorResult result = {0};
    bool ok = open_session(&session, cli->options.arguments.at[0]) && read_edits(&session) &&
              apply(&session, &result) && validate(&session);
    ok = cli_tell_diags(cli, NULL) && ok;
    if (!ok || !write_files(&session)) {
        if (!cli->outcome.usage) {
            cli_say("nothing was changed");
        }
        return;
    }
    Buf text = {0};
    for (uint32_t i = 0; i < result.word_count; i++) {
        buf_printf(&text, "%.*s\n", STR_ARG(result.words[i]));
    }
    cli_print(cli, buf_str(&text));
    buf_free(&text);
}
