// SPDX-License-Identifier: Apache-2.0
// Files of two editions, paired by their paths. What one made from the other holds under base/ is
// the file itself, so it is paired with that.
#include "baseline/diff_parts.h"

static Str below_base(Str path)
{
    while (str_starts(path, STR("base/"))) {
        path = str_from(path, STR("base/").len);
    }
    return path;
}

// Files whose change is told by what they say; others are told as files.
static bool is_told(Str path)
{
    static const Str names[] = {
        STR_INIT("manifest.json"),   STR_INIT("catalog.json"),     STR_INIT("profile.json"),
        STR_INIT("initiative.json"), STR_INIT("assignments.json"),
    };
    static const Str folders[] = {STR_INIT("rules/"), STR_INIT("mappings/"), STR_INIT("controls/")};
    Str below = below_base(path);
    for (size_t i = 0; i < COUNTOF(names); i++) {
        if (str_eq(below, names[i])) {
            return true;
        }
    }
    for (size_t i = 0; i < COUNTOF(folders); i++) {
        if (str_starts(below, folders[i])) {
            return true;
        }
    }
    return false;
}

static void push_file(Differ *d, DiffChange change, Str path, bool all)
{
    if (all || !is_told(path)) {
        diff_push(d, (Difference){.kind = DIFF_FILE, .change = change, .subject = path});
    }
}

// What a file is on the other side: the one of that path; else one that is the same file further up
// or down; else one that nothing on this side (own) stands for. NULL = it is not there.
static const PackageFile *counterpart(const PackageContent *other, const PackageContent *own,
                                      const PackageFile *file)
{
    const PackageFile *exact = content_find(other, file->path);
    const PackageFile *found = NULL;
    for (uint32_t i = 0; i < other->count && exact == NULL; i++) {
        const PackageFile *one = &other->files[i];
        if (!str_eq(below_base(one->path), below_base(file->path))) {
            continue;
        }
        if (json_equal(one->json, file->json)) {
            return one;
        }
        if (found == NULL && content_find(own, one->path) == NULL) {
            found = one;
        }
    }
    return exact != NULL ? exact : found;
}

void diff_files(Differ *d, bool all)
{
    const PackageContent *before = d->before->content;
    const PackageContent *after = d->after->content;
    for (uint32_t i = 0; i < before->count; i++) {
        if (counterpart(after, before, &before->files[i]) == NULL) {
            push_file(d, DIFF_REMOVED, before->files[i].path, all);
        }
    }
    for (uint32_t i = 0; i < after->count; i++) {
        const PackageFile *b = &after->files[i];
        const PackageFile *a = counterpart(before, after, b);
        if (a == NULL) {
            push_file(d, DIFF_ADDED, b->path, all);
        } else if (!json_equal(a->json, b->json)) {
            push_file(d, DIFF_CHANGED, b->path, all);
        }
    }
}
