// SPDX-License-Identifier: Apache-2.0
// One object read twice becomes one envelope: the newer over the older, a detail over a list's
// entry. Where neither order is known and values differ, both sources are named.
#include "inventory/merge.h"
#include "json/write.h"

enum { GRADE_WEAK, GRADE_LIST, GRADE_DETAIL };

static uint32_t grade_of(const Entry *entry)
{
    if ((entry->adapter->flags & ADAPTER_WEAK) != 0) {
        return GRADE_WEAK;
    }
    return entry->is_detail ? GRADE_DETAIL : GRADE_LIST;
}

static int compare(Ticks a, Ticks b)
{
    return a == 0 || b == 0 || a == b ? 0 : (a > b ? 1 : -1);
}

// 1: a is the newer version, -1: b is, 0: not known.
static int newer(const Version *a, const Version *b)
{
    int by_modified = compare(a->modified, b->modified);
    return by_modified != 0 ? by_modified : compare(a->collected, b->collected);
}

static Str short_value(Arena *arena, const Json *json)
{
    enum { VALUE_MAX = 60 };
    Buf buf = {0};
    json_write(&buf, json);
    size_t len = buf.len < VALUE_MAX ? buf.len : VALUE_MAX;
    Str text = text_print(arena, "%.*s%s", (int)len, buf.ptr, buf.len > VALUE_MAX ? "…" : "");
    buf_free(&buf);
    return text;
}

static void warn_contradiction(Inventory *inventory, const Envelope *used, const Envelope *other,
                               DiagList *diags)
{
    Str path;
    const Json *a = NULL;
    const Json *b = NULL;
    if (!tree_differs(inventory->arena, used->properties, other->properties,
                      "etag normalized tenantId", &path, &a, &b)) {
        return;
    }
    diag_warn(diags, (Span){0, 0}, "contradiction",
              "%.*s: properties%.*s is %.*s in %.*s and %.*s in %.*s; the first is used",
              STR_ARG(used->id), STR_ARG(path), STR_ARG(short_value(inventory->arena, a)),
              STR_ARG(used->file), STR_ARG(short_value(inventory->arena, b)), STR_ARG(other->file));
}

static void append(Inventory *inventory, const Envelope *envelope, Version version)
{
    uint32_t at = inventory->envelope_count;
    ARENA_ROOM(inventory->arena, inventory->versions, at, inventory->version_cap);
    ARENA_ROOM(inventory->arena, inventory->envelopes, at, inventory->envelope_cap);
    inventory->envelope_count++;
    inventory->envelopes[at] = *envelope;
    inventory->versions[at] = version;
    (void)map_put(&inventory->envelope_by_id, envelope->id, at);
}

void merge_envelope(Inventory *inventory, const Envelope *envelope, const Entry *entry,
                    DiagList *diags)
{
    Version version = {entry->modified, entry->collected, grade_of(entry)};
    uint32_t at = map_find(&inventory->envelope_by_id, envelope->id);
    if (at == MAP_NONE) {
        append(inventory, envelope, version);
        return;
    }
    Envelope *before = &inventory->envelopes[at];
    Version *before_version = &inventory->versions[at];
    int order = newer(&version, before_version);
    bool same_grade = version.grade == before_version->grade;
    bool weak_meets_strong =
        !same_grade && (version.grade == GRADE_WEAK || before_version->grade == GRADE_WEAK);
    bool wins = version.grade >= before_version->grade; // of two alike, the later input
    if (order != 0 && !weak_meets_strong) {
        wins = order > 0;
    }
    Envelope winner = wins ? *envelope : *before;
    const Envelope *loser = wins ? before : envelope;
    if (order == 0) {
        warn_contradiction(inventory, &winner, loser, diags);
    }
    if (!same_grade || order == 0) { // a newer version of the same reading replaces the older
        winner.properties = tree_overlay(inventory->arena, winner.properties, loser->properties);
        winner.top = tree_overlay(inventory->arena, winner.top, loser->top);
        winner.location = winner.location.len != 0 ? winner.location : loser->location;
        winner.tags = winner.tags != NULL ? winner.tags : loser->tags;
    }
    Version kept = wins ? version : *before_version;
    kept.grade = version.grade > before_version->grade ? version.grade : before_version->grade;
    *before = winner;
    *before_version = kept;
}

void merge_replace(Inventory *inventory, const Envelope *envelope)
{
    uint32_t at = map_find(&inventory->envelope_by_id, envelope->id);
    if (at == MAP_NONE) {
        append(inventory, envelope, (Version){0});
    } else {
        inventory->envelopes[at] = *envelope;
    }
}
