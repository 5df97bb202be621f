// SPDX-License-Identifier: Apache-2.0
// datum baseline publish: a baseline as a document to read and as OSCAL, into a folder.
#include "base/buf.h"
#include "cli/baselines.h"
#include "cli/frameworks.h"
#include "cli/version.h"
#include "host/files.h"
#include "report/publish.h"
#include "json/read.h"

enum { FILES_MAX = 256 };

// What will be written: all of it is made before any of it is.
typedef struct Leaf {
    Str path; // below the folder
    Buf text;
    Output *output;
} Leaf;

typedef struct Publishing {
    Cli *cli;
    OpenEdition open;
    Publication publication;
    Library library;
    Str folder;
    Leaf leaves[FILES_MAX];
    uint32_t count;
    bool mappings; // there is one
} Publishing;

// ---- what is published ----

// What the record says they were trusted with when they approved.
static Str roles_then(Cli *cli, const OpenEdition *open, Str who, const Hash *document)
{
    for (uint32_t i = 0; i < open->home.acts.count; i++) {
        const Act *act = &open->home.acts.at[i];
        if (act->kind == ACT_APPROVE && str_eq(act->who, who) && act->has_after &&
            memcmp(&act->after, document, sizeof *document) == 0) {
            return roles_text(&cli->arena, act->roles);
        }
    }
    return (Str){0};
}

// "after the review (incident:IR-4)"
static Str reason_of(Cli *cli, const Json *proposal)
{
    const Json *reference = json_find(proposal, STR("reference"));
    Buf text = {0};
    buf_push(&text, json_find_str(proposal, STR("reason")));
    if (reference != NULL) {
        buf_printf(&text, " (%.*s:%.*s)", STR_ARG(json_find_str(reference, STR("kind"))),
                   STR_ARG(json_find_str(reference, STR("id"))));
    }
    Str reason = str_copy(&cli->arena, buf_str(&text));
    buf_free(&text);
    return reason;
}

static void add_approvals(Publishing *publishing)
{
    Cli *cli = publishing->cli;
    const OpenEdition *open = &publishing->open;
    const Json *papers = open->release.approvals;
    if (open->edition.kind != EDITION_RELEASE || !json_is(papers, JSON_ARRAY)) {
        return;
    }
    PublishApproval *list = NEW_ARRAY(&cli->arena, PublishApproval, papers->count + 1U);
    uint32_t count = 0;
    for (uint32_t i = 0; i < papers->count && i < open->edition.approvals; i++) {
        Paper paper = {0};
        Err err = {0};
        PublishApproval *one = &list[count++];
        one->name = open->edition.approvers[i];
        if (paper_of_json(&cli->arena, &papers->items[i], PAPER_APPROVAL, &paper, &err)) {
            one->comment = paper.comment;
            one->time = paper.time;
            one->roles = roles_then(cli, open, paper.who, &paper.hash);
        }
    }
    publishing->publication.approvals = list;
    publishing->publication.approval_count = count;
    publishing->publication.reason = reason_of(cli, open->release.proposal);
}

static bool open_baseline(Publishing *publishing)
{
    Cli *cli = publishing->cli;
    Publication *publication = &publishing->publication;
    TRY(baselines_load(cli, cli->options.arguments.at[0], &publishing->open,
                       &publication->baseline));
    publication->edition = &publishing->open.edition;
    publication->now = cli->now;
    publication->tool = STR("datum " DATUM_VERSION);
    add_approvals(publishing);
    publication->library = &publishing->library;
    return frameworks_open(cli, &publishing->library);
}

// ---- files ----

static Buf *add_leaf(Publishing *publishing, Str path)
{
    ASSERT(publishing->count < FILES_MAX);
    Leaf *leaf = &publishing->leaves[publishing->count++];
    leaf->path = path_join(&publishing->cli->arena, publishing->folder, path);
    return &leaf->text;
}

// "mappings/x.json", also below base/: "x.json"; empty = it is none.
static Str mapping_name(Str path)
{
    while (str_starts(path, STR("base/"))) {
        path = str_from(path, STR("base/").len);
    }
    bool is_mapping = str_starts(path, STR("mappings/")) && str_ends(path, STR(".json"));
    return is_mapping ? path_base(path) : (Str){0};
}

static bool add_mapping(Publishing *publishing, Str path, Map *names)
{
    Cli *cli = publishing->cli;
    const PackageFiles *files = &publishing->open.files;
    Str name = mapping_name(path);
    JsonLimits limits = home_limits(cli, &publishing->open.home);
    Str bytes = {0};
    Err err = {0};
    const Json *json = NULL;
    if (map_put(names, name, publishing->count) != publishing->count) {
        return true; // the package's own goes before that of what it was made from
    }
    if (publishing->count == FILES_MAX) {
        (void)err_set(&err, ERR_LIMIT, (Span){0}, "more than %u files", (unsigned)FILES_MAX);
        return cli_fail(cli, &err);
    }
    if (!files->read(files->ctx, path, &bytes, &err) ||
        !json_read_data(&cli->arena, bytes, &limits, &json, &err)) {
        return cli_fail(cli, &err);
    }
    Buf *text = add_leaf(publishing, path_join(&cli->arena, STR("oscal/mappings"), name));
    if (!publish_mapping(&cli->arena, text, &publishing->publication, json)) {
        buf_free(text);
        publishing->count--;
    } else {
        publishing->mappings = true;
    }
    return true;
}

static bool add_mappings(Publishing *publishing)
{
    static const Str folders[] = {STR_INIT("mappings"), STR_INIT("base/mappings"),
                                  STR_INIT("base/base/mappings")};
    const PackageFiles *files = &publishing->open.files;
    Map names;
    map_init(&names, &publishing->cli->arena, MAP_EXACT);
    for (size_t f = 0; f < COUNTOF(folders); f++) {
        const Str *paths = NULL;
        uint32_t count = 0;
        Err err = {0};
        if (!files->list(files->ctx, folders[f], &paths, &count, &err)) {
            return cli_fail(publishing->cli, &err);
        }
        for (uint32_t i = 0; i < count; i++) {
            TRY(add_mapping(publishing, paths[i], &names));
        }
    }
    return true;
}

static void publish_drawing(Arena *arena, Buf *out, const Publication *publication)
{
    publish_svg(arena, out, publication, PUBLISH_SVG_FILE);
}

static bool make_leaves(Publishing *publishing)
{
    static const struct {
        Str path;
        void (*write)(Arena *arena, Buf *out, const Publication *publication);
    } rows[] = {
        {STR_INIT("index.html"), publish_html},
        {STR_INIT("baseline.md"), publish_markdown},
        {STR_INIT("layers.svg"), publish_drawing},
        {STR_INIT("oscal/catalog.json"), publish_catalog},
        {STR_INIT("oscal/profile.json"), publish_profile},
        {STR_INIT("oscal/component-definition.json"), publish_components},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        rows[i].write(&publishing->cli->arena, add_leaf(publishing, rows[i].path),
                      &publishing->publication);
    }
    return add_mappings(publishing);
}

// All beside their places first; then each is put where it belongs.
static bool write_leaves(Publishing *publishing, Err *err)
{
    static const Str folders[] = {STR_INIT(""), STR_INIT("oscal"), STR_INIT("oscal/mappings")};
    Arena *arena = &publishing->cli->arena;
    size_t wanted = publishing->mappings ? COUNTOF(folders) : COUNTOF(folders) - 1;
    for (size_t i = 0; i < wanted; i++) {
        TRY(folder_make(folders[i].len != 0 ? path_join(arena, publishing->folder, folders[i])
                                            : publishing->folder,
                        err));
    }
    for (uint32_t i = 0; i < publishing->count; i++) {
        Leaf *leaf = &publishing->leaves[i];
        TRY(output_open(leaf->path, NULL, &leaf->output, err));
        TRY(output_write(leaf->output, buf_str(&leaf->text), err));
    }
    for (uint32_t i = 0; i < publishing->count; i++) {
        TRY(output_commit(publishing->leaves[i].output, err));
    }
    return true;
}

static void close_leaves(Publishing *publishing)
{
    for (uint32_t i = 0; i < publishing->count; i++) {
        output_close(publishing->leaves[i].output);
        buf_free(&publishing->leaves[i].text);
    }
}

// Is folder the baseline's own, or one below it? However both are written: their manifests are
// asked, from the nearest folder that is there upwards.
static bool is_inside(Cli *cli, Str folder, const Home *home)
{
    enum { CLIMB_MAX = 64 };
    Arena *arena = &cli->arena;
    Str own = path_identity(arena, path_join(arena, home->folder, STR("manifest.json")));
    while (folder.len != 0 && path_kind(folder) != PATH_FOLDER) {
        while (folder.len != 0 && folder.ptr[folder.len - 1] != '/') {
            folder.len--;
        }
        folder.len -= folder.len > 1 ? 1U : 0U;
    }
    folder = folder.len != 0 ? folder : STR(".");
    for (int i = 0; i < CLIMB_MAX && own.len != 0; i++) {
        if (str_eq(path_identity(arena, path_join(arena, folder, STR("manifest.json"))), own)) {
            return true;
        }
        folder = path_join(arena, folder, STR(".."));
    }
    return false;
}

// A published folder inside the baseline would become part of its content.
static bool spares_baseline(Publishing *publishing)
{
    const Home *home = &publishing->open.home;
    bool inside = !home->ships && is_inside(publishing->cli, publishing->folder, home);
    if (inside) {
        cli_usage(publishing->cli,
                  "--out %.*s lies in the baseline itself and would become part of it; name a "
                  "folder elsewhere",
                  STR_ARG(publishing->folder));
    }
    return !inside;
}

// ---- the command ----

// Mappings in the folder that this edition does not have: of an earlier one, or somebody's own. Who
// wrote them is not known, so they are named and stay.
static FileList find_left(Publishing *publishing)
{
    Arena *arena = &publishing->cli->arena;
    Str folder = path_join(arena, publishing->folder, STR("oscal/mappings"));
    FolderScan scan = {0};
    Map written;
    if (path_kind(folder) != PATH_FOLDER) {
        return (FileList){0};
    }
    folder_scan(arena, folder, &scan);
    map_init(&written, arena, MAP_EXACT);
    for (uint32_t i = 0; i < publishing->count; i++) {
        (void)map_put(&written, publishing->leaves[i].path, i);
    }
    Str *left = NEW_ARRAY(arena, Str, scan.files.count + 1U);
    uint32_t count = 0;
    for (uint32_t i = 0; i < scan.files.count; i++) {
        if (map_find(&written, scan.files.paths[i]) == MAP_NONE) {
            left[count++] = scan.files.paths[i];
        }
    }
    return (FileList){.paths = left, .count = count};
}

static void list_json(Publishing *publishing, const FileList *left, Buf *text)
{
    JsonOut out = {.buf = text};
    json_out_object_begin(&out);
    json_out_key(&out, STR("baseline"));
    json_out_str(&out, edition_id(&publishing->cli->arena, &publishing->open.edition));
    edition_members(&out, &publishing->open.edition);
    json_out_key(&out, STR("files"));
    json_out_array_begin(&out);
    for (uint32_t i = 0; i < publishing->count; i++) {
        json_out_str(&out, publishing->leaves[i].path);
    }
    json_out_array_end(&out);
    if (left->count != 0) {
        json_out_key(&out, STR("left"));
        json_out_array_begin(&out);
        for (uint32_t i = 0; i < left->count; i++) {
            json_out_str(&out, left->paths[i]);
        }
        json_out_array_end(&out);
    }
    json_out_object_end(&out);
    buf_byte(text, '\n');
}

static void tell(Publishing *publishing)
{
    Cli *cli = publishing->cli;
    Buf text = {0};
    FileList left = find_left(publishing);
    if (cli_wants_json(cli)) {
        list_json(publishing, &left, &text);
    }
    for (uint32_t i = 0; !cli_wants_json(cli) && i < publishing->count; i++) {
        buf_push(&text, publishing->leaves[i].path);
        buf_byte(&text, '\n');
    }
    cli_print(cli, buf_str(&text));
    buf_free(&text);
    for (uint32_t i = 0; i < left.count; i++) {
        cli_say("%.*s is no mapping of this edition and was left there; delete it if an earlier "
                "edition brought it",
                STR_ARG(left.paths[i]));
    }
    cli_say("%.*s: %.*s", STR_ARG(edition_id(&cli->arena, &publishing->open.edition)),
            STR_ARG(edition_words(&cli->arena, &publishing->open.edition, cli->now)));
}

void cmd_baseline_publish(Cli *cli)
{
    Str folder = cli->options.out;
    if (folder.len == 0 || str_eq(folder, STR("-"))) {
        cli_usage(cli, "publish needs a folder to write to: -o DIR");
        return;
    }
    while (folder.len > 1 && folder.ptr[folder.len - 1] == '/') {
        folder.len--;
    }
    Publishing *publishing = NEW(&cli->arena, Publishing);
    publishing->cli = cli;
    publishing->folder = str_copy(&cli->arena, folder);
    bool ok = open_baseline(publishing);
    Err err = {0};
    if (!cli_tell_diags(cli, NULL) || !ok || !spares_baseline(publishing)) {
        return;
    }
    ok = make_leaves(publishing);
    if (ok && write_leaves(publishing, &err)) {
        tell(publishing);
    } else if (ok) {
        (void)cli_fail(cli, &err);
    }
    close_leaves(publishing);
}
