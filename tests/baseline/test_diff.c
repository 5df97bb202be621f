// SPDX-License-Identifier: Apache-2.0
// What two editions differ in: one change to a small package, and the sentence that tells it.
#include "baseline/diff.h"

#include <stdio.h>

#include "baseline/memory_files.h"
#include "t.h"
#include "json/read.h"

typedef struct Edited {
    const char *path;
    const char *from;
    const char *to;
} Edited;

static const char *const paths[] = {"assignments.json", "catalog.json",    "initiative.json",
                                    "manifest.json",    "mappings/f.json", "profile.json",
                                    "rules/size.json"};

// The package with one text replaced, loaded, and its files as trees.
static DiffSide load(Arena *arena, const Edited *edited, Str label)
{
    MemoryFiles *memory = NEW(arena, MemoryFiles);
    *memory =
        (MemoryFiles){.arena = arena, .path = edited->path, .from = edited->from, .to = edited->to};
    PackageFiles files = memory_files(memory);
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    DiagList diags;
    DiffSide side = {.baseline = NULL};
    PackageFile *list = NEW_ARRAY(arena, PackageFile, COUNTOF(paths));
    PackageContent *content = NEW(arena, PackageContent);
    files.label = label;
    diag_init(&diags, arena, (Str){0});
    bool ok = baseline_load(arena, &files, &limits, &diags, &side.baseline);
    for (const Diag *diag = diags.first; diag != NULL; diag = diag->next) {
        (void)printf("# %.*s: %s: %.*s\n", STR_ARG(diag->file), diag->code, STR_ARG(diag->text));
    }
    ASSERT(ok);
    for (size_t i = 0; i < COUNTOF(paths); i++) {
        Str bytes = {0};
        Err err = {0};
        list[i].path = str_from_cstr(paths[i]);
        ASSERT(files.read(files.ctx, list[i].path, &bytes, &err));
        ASSERT(json_read_data(arena, bytes, &limits, &list[i].json, &err));
    }
    *content = (PackageContent){.files = list, .count = COUNTOF(paths)};
    side.content = content;
    return side;
}

static void tell(Buf *out, const DiffList *list)
{
    buf_clear(out);
    for (uint32_t i = 0; i < list->count; i++) {
        difference_words(out, &list->at[i]);
        buf_byte(out, '\n');
    }
}

static const struct {
    Edited edited;
    const char *there; // sentences, in order
    const char *back;
} rows[] = {
    {{NULL, NULL, NULL}, "", ""},
    {{"manifest.json", "'title':'Small'", "'title':'Tiny'"},
     "manifest: title Tiny, was Small\n",
     "manifest: title Small, was Tiny\n"},
    {{"manifest.json", "'nextReview':'2026-12-31',", ""},
     "manifest: next review none, was 2026-12-31\n",
     "manifest: next review 2026-12-31, was none\n"},
    {{"profile.json", "'values':['42']", "'values':['60']"},
     "control n-1: statement At most 60 things., was At most 42 things.\n"
     "parameter n-1_prm: value 60, was 42\n",
     "control n-1: statement At most 42 things., was At most 60 things.\n"
     "parameter n-1_prm: value 42, was 60\n"},
    {{"catalog.json", "'value':'high'", "'value':'critical'"},
     "control n-1: severity critical, was high\n",
     "control n-1: severity high, was critical\n"},
    {{"catalog.json", "'value':'region'", "'value':'regulation'"},
     "control n-1: drivers regulation, platform, was region, platform\n",
     "control n-1: drivers region, platform, was regulation, platform\n"},
    {{"rules/size.json", "'severity':'high'", "'severity':'low'"},
     "rule size: severity low, was high\n",
     "rule size: severity high, was low\n"},
    {{"rules/size.json", "'greater'", "'greaterOrEquals'"},
     "rule size: condition changed\n",
     "rule size: condition changed\n"},
    {{"assignments.json", "'scope':'/tenants'", "'scope':'/tenants/t'"},
     "assignment small: scope /tenants/t, was /tenants\n",
     "assignment small: scope /tenants, was /tenants/t\n"},
    {{"assignments.json", "'grim'", "'mild'"},
     "assignment small: values {\"mood\":{\"value\":\"mild\"}}, was "
     "{\"mood\":{\"value\":\"grim\"}}\n",
     "assignment small: values {\"mood\":{\"value\":\"grim\"}}, was "
     "{\"mood\":{\"value\":\"mild\"}}\n"},
    {{"mappings/f.json", "'id-ref':'x-2'", "'id-ref':'x-3'"},
     "mapping n-1: frame x-2 removed\nmapping n-1: frame x-3 added\n",
     "mapping n-1: frame x-3 removed\nmapping n-1: frame x-2 added\n"},
    {{"catalog.json", "'title':'T','version':'1'", "'title':'T','version':'2'"},
     "file catalog.json: changed\n",
     "file catalog.json: changed\n"},
};

TEST(a_change_is_told_by_what_it_means)
{
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 28);
        Buf text = {0};
        DiffSide plain = load(&arena, &(Edited){NULL, NULL, NULL}, STR("a"));
        DiffSide other = load(&arena, &rows[i].edited, STR("elsewhere/b"));
        DiffList list = baseline_diff(&arena, &plain, &other);
        tell(&text, &list);
        CHECK_ROW(rows[i].there, str_eq(buf_str(&text), str_from_cstr(rows[i].there)));
        if (!str_eq(buf_str(&text), str_from_cstr(rows[i].there))) {
            (void)printf("# got: %.*s", STR_ARG(buf_str(&text)));
        }
        list = baseline_diff(&arena, &other, &plain);
        tell(&text, &list);
        CHECK_ROW(rows[i].back, str_eq(buf_str(&text), str_from_cstr(rows[i].back)));
        buf_free(&text);
        arena_free(&arena);
    }
}

// Files by path and text: what one side has below base/ is the other's own file.
TEST(files_are_paired_with_what_they_were_taken_from)
{
    static const struct {
        const char *row;
        const char *before[3][2], *after[3][2];
        const char *there;
    } rows_of_files[] = {
        {"the same below base/", {{"README.md", "a"}}, {{"base/README.md", "a"}}, ""},
        {"two levels down", {{"base/README.md", "a"}}, {{"base/base/README.md", "a"}}, ""},
        {"taken and edited",
         {{"README.md", "a"}},
         {{"base/README.md", "b"}},
         "file base/README.md: changed\n"},
        {"one of its own over it",
         {{"README.md", "a"}},
         {{"README.md", "b"}, {"base/README.md", "a"}},
         "file README.md: changed\n"},
        {"one of its own is new",
         {{"base/README.md", "a"}},
         {{"README.md", "b"}, {"base/README.md", "a"}},
         "file README.md: added\n"},
        {"gone and come",
         {{"a.md", "a"}},
         {{"base/b.md", "a"}},
         "file a.md: removed\nfile base/b.md: added\n"},
    };
    for (size_t i = 0; i < COUNTOF(rows_of_files); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 28);
        DiffSide sides[2];
        for (int s = 0; s < 2; s++) {
            sides[s] = load(&arena, &(Edited){NULL, NULL, NULL}, STR("a"));
            PackageFile *list = NEW_ARRAY(&arena, PackageFile, 3);
            PackageContent *content = NEW(&arena, PackageContent);
            *content = (PackageContent){.files = list};
            for (size_t f = 0; f < 3; f++) {
                const char *const *file =
                    s == 0 ? rows_of_files[i].before[f] : rows_of_files[i].after[f];
                Json *json = NEW(&arena, Json);
                if (file[0] != NULL) {
                    *json = (Json){.type = JSON_STRING, .string = str_from_cstr(file[1])};
                    list[content->count++] =
                        (PackageFile){.path = str_from_cstr(file[0]), .json = json};
                }
            }
            sides[s].content = content;
        }
        Buf text = {0};
        DiffList list = baseline_diff(&arena, &sides[0], &sides[1]);
        tell(&text, &list);
        CHECK_ROW(rows_of_files[i].row,
                  str_eq(buf_str(&text), str_from_cstr(rows_of_files[i].there)));
        buf_free(&text);
        arena_free(&arena);
    }
}

TEST(programs_get_members)
{
    Difference difference = {.kind = DIFF_CONTROL,
                             .change = DIFF_CHANGED,
                             .subject = STR("n-1"),
                             .member = STR("owner"),
                             .after = STR("q\"")};
    Buf text = {0};
    JsonOut out = {.buf = &text};
    difference_json(&out, &difference);
    CHECK(str_eq(buf_str(&text), STR("{\"kind\":\"control\",\"change\":\"changed\",\"subject\":"
                                     "\"n-1\",\"member\":\"owner\",\"after\":\"q\\\"\"}")));
    buf_free(&text);
}

TEST(only_own_paths_are_content)
{
    static const struct {
        const char *object;
        bool good;
    } cases[] = {
        {"{\"a.json\":{},\"rules/b.json\":[],\"README.md\":\"t\"}", true},
        {"{}", true},
        {"[]", false},
        {"{\"../a.json\":{}}", false},
        {"{\"/a.json\":{}}", false},
        {"{\"a//b.json\":{}}", false},
        {"{\".hidden.json\":{}}", false},
        {"{\"releases/1.json\":{}}", false},
        {"{\"changes/1.json\":{}}", false},
        {"{\"README.md\":{}}", false},
        {"{\"a.json\":{},\"a.json\":1}", false},
    };
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        Arena arena;
        arena_init(&arena, (size_t)1 << 24);
        JsonLimits limits = JSON_LIMITS_DEFAULT;
        const Json *json = NULL;
        Err err = {0};
        PackageContent content;
        CHECK(json_read_data(&arena, str_from_cstr(cases[i].object), &limits, &json, &err));
        CHECK_ROW(cases[i].object, content_read(&arena, json, &content) == cases[i].good);
        arena_free(&arena);
    }
}

static Str words_of(Arena *arena, Edition edition, const char *now)
{
    Ticks time = 0;
    CHECK(ticks_parse(str_from_cstr(now), &time));
    return edition_words(arena, &edition, time);
}

TEST(an_edition_says_what_it_is)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 20);
    Edition release = {.kind = EDITION_RELEASE, .name = STR("o"), .number = 2, .vouched = true};
    CHECK(ticks_parse(STR("2026-05-01"), &release.effective));
    CHECK(str_eq(edition_id(&arena, &release), STR("o@2")));
    CHECK(str_eq(words_of(&arena, release, "2026-04-30"),
                 STR("release 2, not in force before 2026-05-01T00:00:00Z, nobody else approved "
                     "it")));
    CHECK(str_eq(edition_line(&arena, &release), STR("o@2 release nobody else approved")));
    release.approvals = 1;
    CHECK(str_eq(edition_line(&arena, &release), STR("o@2 release")));
    CHECK(str_eq(words_of(&arena, release, "2026-05-01"),
                 STR("release 2, in force since 2026-05-01T00:00:00Z")));
    CHECK(ticks_parse(STR("2026-06-01"), &release.retired));
    release.vouched = false;
    CHECK(str_eq(words_of(&arena, release, "2026-06-01"),
                 STR("release 2, retired on 2026-06-01T00:00:00Z, its signers not checked: no "
                     "record here knows it")));
    Edition draft = {.kind = EDITION_DRAFT, .name = STR("o"), .digest = STR("0123456789abcdef")};
    CHECK(str_eq(edition_line(&arena, &draft), STR("o@draft unreleased sha256:0123456789ab")));
    CHECK(str_eq(words_of(&arena, draft, "2026-06-01"),
                 STR("unreleased draft: nobody has approved it")));
    arena_free(&arena);
}

TEST(a_tailoring_is_told_with_its_reason_if_it_has_one)
{
    static const struct {
        Difference difference;
        const char *words;
    } tailored[] = {
        {{.kind = DIFF_TAILORING,
          .change = DIFF_ADDED,
          .subject = STR_INIT("a-1"),
          .member = STR_INIT("severity")},
         "tailored: severity a-1"},
        {{.kind = DIFF_TAILORING,
          .change = DIFF_REMOVED,
          .subject = STR_INIT("a-1"),
          .member = STR_INIT("remove"),
          .after = STR_INIT("too dear")},
         "no longer tailored: remove a-1: too dear"},
    };
    for (size_t i = 0; i < COUNTOF(tailored); i++) {
        Buf text = {0};
        difference_words(&text, &tailored[i].difference);
        CHECK_ROW(tailored[i].words, str_eq(buf_str(&text), str_from_cstr(tailored[i].words)));
        buf_free(&text);
    }
}
