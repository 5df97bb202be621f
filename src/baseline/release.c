// SPDX-License-Identifier: Apache-2.0
#include "baseline/release.h"

#include <stdlib.h>
#include <string.h>

// ---- content ----

bool content_holds(Str path)
{
    return !str_starts(path, STR("changes/")) && !str_starts(path, STR("releases/"));
}

static int compare_text(Str a, Str b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len != 0 ? memcmp(a.ptr, b.ptr, len) : 0;
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static int compare_files(const void *a, const void *b)
{
    const PackageFile *x = a;
    const PackageFile *y = b;
    return compare_text(x->path, y->path);
}

const PackageFile *content_find(const PackageContent *content, Str path)
{
    PackageFile wanted = {.path = path};
    return content->count == 0
               ? NULL
               : bsearch(&wanted, content->files, content->count, sizeof wanted, compare_files);
}

// A path a package could have: no way out of it, nothing that names one file twice.
static bool is_own_path(Str path)
{
    StrCut cut = {.tail = path, .found = true};
    while (cut.found) {
        cut = str_cut(cut.tail, '/');
        if (cut.head.len == 0 || cut.head.ptr[0] == '.') {
            return false;
        }
    }
    return content_holds(path);
}

bool content_read(Arena *arena, const Json *object, PackageContent *ret_content)
{
    TRY(json_is(object, JSON_OBJECT));
    PackageFile *files = NEW_ARRAY(arena, PackageFile, object->count + 1U);
    for (uint32_t i = 0; i < object->count; i++) {
        Str path = object->members[i].key;
        TRY(is_own_path(path));
        files[i] = (PackageFile){.path = path, .json = &object->members[i].value};
        bool is_text = !str_ends(path, STR(".json"));
        TRY(!is_text || files[i].json->type == JSON_STRING);
    }
    qsort(files, object->count, sizeof *files, compare_files);
    for (uint32_t i = 1; i < object->count; i++) {
        TRY(!str_eq(files[i].path, files[i - 1].path));
    }
    *ret_content = (PackageContent){.files = files, .count = object->count};
    return true;
}

typedef struct ContentReader {
    Arena *arena;
    const PackageContent *content;
} ContentReader;

static bool read_file(void *ctx, Str path, Str *ret_bytes, Err *err)
{
    const ContentReader *reader = ctx;
    const PackageFile *file = content_find(reader->content, path);
    if (file == NULL) {
        return err_set(err, ERR_NO_INPUT, (Span){0}, "%.*s: there is no such file in the release",
                       STR_ARG(path));
    }
    if (!str_ends(path, STR(".json"))) {
        *ret_bytes = file->json->string;
        return true;
    }
    Buf text = {0};
    json_write_pretty(&text, file->json); // diagnostics have lines
    *ret_bytes = str_copy(reader->arena, buf_str(&text));
    buf_free(&text);
    return true;
}

static bool list_files(void *ctx, Str directory, const Str **ret_paths, uint32_t *ret_count,
                       Err *err)
{
    (void)err;
    const ContentReader *reader = ctx;
    const PackageContent *content = reader->content;
    Str *paths = NEW_ARRAY(reader->arena, Str, content->count + 1U);
    uint32_t count = 0;
    for (uint32_t i = 0; i < content->count; i++) {
        Str path = content->files[i].path;
        bool below = str_starts(path, directory) && path.len > directory.len &&
                     path.ptr[directory.len] == '/';
        Str name = below ? str_from(path, directory.len + 1) : (Str){0};
        if (below && str_ends(name, STR(".json")) && !str_cut(name, '/').found) {
            paths[count++] = path;
        }
    }
    *ret_paths = paths;
    *ret_count = count;
    return true;
}

PackageFiles content_files(Arena *arena, const PackageContent *content, Str label)
{
    ContentReader *reader = NEW(arena, ContentReader);
    *reader = (ContentReader){.arena = arena, .content = content};
    return (PackageFiles){.read = read_file, .list = list_files, .ctx = reader, .label = label};
}

// ---- editions ----

static Str keep(Arena *arena, Buf *text)
{
    Str copy = str_copy(arena, buf_str(text));
    buf_free(text);
    return copy;
}

Str edition_id(Arena *arena, const Edition *edition)
{
    Buf text = {0};
    buf_push(&text, edition->name);
    if (edition->kind == EDITION_RELEASE) {
        buf_printf(&text, "@%llu", (unsigned long long)edition->number);
    } else if (edition->kind == EDITION_DRAFT) {
        buf_push(&text, STR("@draft"));
    }
    return keep(arena, &text);
}

static void release_words(Buf *text, const Edition *edition, Ticks now)
{
    buf_printf(text, "release %llu, ", (unsigned long long)edition->number);
    if (edition->retired != 0 && edition->retired <= now) {
        buf_push(text, STR("retired on "));
        ticks_print(text, edition->retired);
    } else {
        buf_push(text,
                 edition->effective <= now ? STR("in force since ") : STR("not in force before "));
        ticks_print(text, edition->effective);
    }
    if (edition->approvals == 0) {
        buf_push(text, STR(", nobody else approved it"));
    }
    if (!edition->vouched) {
        buf_push(text, STR(", its signers not checked: no record here knows it"));
    }
}

Str edition_words(Arena *arena, const Edition *edition, Ticks now)
{
    static const char *const plain[] = {
        [EDITION_SHIPPED] = "ships with the program",
        [EDITION_UNRELEASED] = "unreleased: nobody has approved it",
        [EDITION_DRAFT] = "unreleased draft: nobody has approved it",
    };
    Buf text = {0};
    if (edition->kind == EDITION_RELEASE) {
        release_words(&text, edition, now);
    } else {
        buf_push(&text, str_from_cstr(plain[edition->kind]));
    }
    return keep(arena, &text);
}

static const char *const kind_names[] = {
    [EDITION_SHIPPED] = "shipped",
    [EDITION_UNRELEASED] = "unreleased",
    [EDITION_DRAFT] = "unreleased",
    [EDITION_RELEASE] = "release",
};

Str edition_line(Arena *arena, const Edition *edition)
{
    enum { DIGEST_SHOWN = 12 };
    Buf text = {0};
    bool alone = edition->kind == EDITION_RELEASE && edition->approvals == 0;
    buf_printf(&text, "%.*s %s%s", STR_ARG(edition_id(arena, edition)), kind_names[edition->kind],
               alone ? " nobody else approved" : "");
    if (edition->digest.len != 0) {
        buf_printf(&text, " sha256:%.*s", DIGEST_SHOWN, edition->digest.ptr);
    }
    return keep(arena, &text);
}

static void time_member(JsonOut *out, Str key, Ticks time)
{
    if (time != 0) {
        Buf text = {0};
        ticks_print(&text, time);
        json_out_key(out, key);
        json_out_str(out, buf_str(&text));
        buf_free(&text);
    }
}

void edition_members(JsonOut *out, const Edition *edition)
{
    json_out_key(out, STR("edition"));
    json_out_str(out, str_from_cstr(kind_names[edition->kind]));
    if (edition->kind == EDITION_RELEASE) {
        json_out_key(out, STR("release"));
        json_out_u64(out, edition->number);
        time_member(out, STR("effective"), edition->effective);
        time_member(out, STR("retired"), edition->retired);
        json_out_key(out, STR("vouched"));
        json_out_bool(out, edition->vouched);
        json_out_key(out, STR("approvedBy"));
        json_out_array_begin(out);
        for (uint32_t i = 0; i < edition->approvals; i++) {
            json_out_str(out, edition->approvers[i]);
        }
        json_out_array_end(out);
    }
    if (edition->digest.len != 0) {
        json_out_key(out, STR("digest"));
        json_out_str(out, edition->digest);
    }
}
