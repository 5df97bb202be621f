// SPDX-License-Identifier: Apache-2.0
// Recorded bodies of the admin APIs, when they lie beside the checkout: each is recognised by its
// shape alone (the file's name is kept from the inventory) as the kind its index names.
#include <string.h>

#include "inventory/world.h"
#include "t.h"
#include "json/read.h"

// Index kinds that hold several of ours, or ours under another name. "-" accepts a refusal or an
// ignored body, whose reason the row gives.
static const struct {
    const char *index_kind;
    const char *accepted;
} accepted_kinds[] = {
    {"environment", "environment environments dataverse-systemusers dataverse-environmentvariables "
                    "dataverse-currencies environment-groups"},
    {"environments", "environments environment"},
    {"environment-enterprisepolicies", "environment"},
    {"dlp-policies", "dlp-policies dlp-policy"},
    {"dlp-policy", "dlp-policy dlp-policies"},
    {"canvas-apps", "canvas-apps canvas-app-permissions"},
    {"billing-policies", "billing-policies billing-policy-environments"},
    {"advisor-recommendations", "advisor-recommendations advisor-resources"},
    {"arg-resources", "arm-resources"},
    {"inventory", "inventory"},
    {"dataverse-organization", "dataverse-organization dataverse-settinglist"},
    {"dataverse-solutions", "dataverse-solutions dataverse-publishers deployment-settings"},
    {"dataverse-systemusers", "dataverse-systemusers dataverse-roles"},
    {"dataverse-tables", "dataverse-tables dataverse-rows"},
    {"defender-alerts", "defender-alerts graph-alerts"},
    {"power-pages", "power-pages power-pages-scan"},
    {"power-pages-websites", "power-pages power-pages-webroles"},
    {"pp-rbac", "pp-rbac pp-rbac-definitions"},
    {"rule-based-policies", "rule-based-policies rule-based-policy-assignments"},
    {"environment-role-assignments", "environment-role-assignments write-requests"},
    {"lifecycle-operation", "lifecycle-operation environment"},
    {"sentinel-incidents", "sentinel-incidents write-requests"},
    {"tenant-settings", "tenant-settings tenant"},
    {"graph-administrativeunits", "graph-administrativeunits graph-users graph-groups"},
    {"graph-applications", "graph-applications graph-approles"},
    {"graph-appmanagementpolicies", "teams-app-policies"},
    {"graph-groups", "graph-groups graph-groupmembers graph-directorysettings "
                     "graph-settingtemplates graph-conversations"},
    {"graph-pim", "graph-roleassignments graph-roleeligibility graph-rolerequests"},
    {"graph-roleschedules", "graph-roleassignments graph-roleeligibility"},
    {"graph-policies", "graph-authorizationpolicy"},
    {"graph-users", "graph-users graph-signins graph-groupmembers graph-userlicenses "
                    "graph-userregistrationdetails"},
    {"purview-retention", "purview-retention purview-retentionevents"},
    {"purview-sensitivitylabels", "purview-sensitivitylabels purview-labelsettings"},
    {"o365-activity", "o365-activity purview-auditlog"},
    {"other", "write-outcomes"},
    {"errors", "-"},
};

static bool has_word(const char *words, Str word)
{
    for (Str rest = text_of(words); rest.len != 0;) {
        StrCut cut = str_cut(rest, ' ');
        if (str_eq(cut.head, word)) {
            return true;
        }
        rest = cut.tail;
    }
    return false;
}

static const char *accepted_of(Arena *arena, Str kind)
{
    for (size_t i = 0; i < COUNTOF(accepted_kinds); i++) {
        if (str_eq(kind, text_of(accepted_kinds[i].index_kind))) {
            return accepted_kinds[i].accepted;
        }
    }
    return text_print(arena, "%.*s", STR_ARG(kind)).ptr;
}

static bool row_is_right(const SourceRow *row, const char *accepted, Str body)
{
    bool is_error = row->status == SOURCE_REFUSED || row->status == SOURCE_THROTTLED ||
                    row->status == SOURCE_ABSENT;
    if (is_error) { // an error body says of no kind: right where the body is one
        return str_find(body, STR("\"message\"")) != NULL && row->reason.len != 0;
    }
    bool is_empty_list = row->kind.len == 0 && body.len < 20 && row->reason.len != 0;
    return has_word(accepted, row->kind) || is_empty_list;
}

typedef struct Tally {
    uint32_t files, right, accounted;
} Tally;

static void check_body(World *index, const Json *line, Tally *tally)
{
    Str file = json_find_str(line, STR("file"));
    Str kind = json_find_str(line, STR("kind"));
    Str name = text_print(&index->arena, "corpus/power-platform/%.*s", STR_ARG(file));
    const char *path = world_shared(&index->arena, name.ptr);
    World world;
    Str bytes;
    world_open(&world);
    if (path != NULL && world_read_file(&world.arena, path, &bytes)) {
        world_add_bytes(&world, "body.json", bytes.ptr, bytes.len);
        world_finish(&world);
        const SourceRow *row = world_row(&world, "body.json", NULL);
        bool right = row != NULL && row_is_right(row, accepted_of(&world.arena, kind), bytes);
        bool has_reason = row != NULL && (row->status == SOURCE_READ || row->reason.len != 0);
        tally->files++;
        tally->accounted += has_reason ? 1 : 0;
        tally->right += right ? 1 : 0;
        if (!right) {
            printf("# %.*s: %.*s %s (%.*s)\n", STR_ARG(file), STR_ARG(row->kind),
                   source_status_name(row->status), STR_ARG(row->reason));
        }
    }
    world_close(&world);
}

TEST(recorded_bodies_are_recognised_by_shape)
{
    World index;
    Str lines;
    world_open(&index);
    const char *path = world_shared(&index.arena, "corpus/power-platform/index.ndjson");
    if (path == NULL || !world_read_file(&index.arena, path, &lines)) {
        printf("# no shared folder: skipped\n");
        world_close(&index);
        return;
    }
    Tally tally = {0};
    while (lines.len != 0) {
        StrCut cut = str_cut(lines, '\n');
        const Json *line = NULL;
        Err err = {0};
        JsonLimits limits = JSON_LIMITS_DEFAULT;
        if (cut.head.len != 0) {
            CHECK(json_read_data(&index.arena, cut.head, &limits, &line, &err));
            check_body(&index, line, &tally);
        }
        lines = cut.tail;
    }
    printf("# %u of %u bodies right, %u accounted for\n", tally.right, tally.files,
           tally.accounted);
    CHECK(tally.files >= 430);
    CHECK(tally.accounted == tally.files);
    CHECK(tally.right * 100 >= tally.files * 95);
    world_close(&index);
}
