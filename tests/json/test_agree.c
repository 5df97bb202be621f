// SPDX-License-Identifier: Apache-2.0
// The two readers agree: the same tree, or both refuse. On rows, on every short text over a small
// alphabet, on every prefix and one-byte change of a document, and on the corpus beside the
// checkout when it is there.
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "t.h"
#include "json/build.h"
#include "json/read.h"
#include "json/write.h"

// Bit by bit: the sign of zero counts.
static bool same_double(double a, double b)
{
    uint64_t x = 0;
    uint64_t y = 0;
    memcpy(&x, &a, sizeof x);
    memcpy(&y, &b, sizeof y);
    return x == y;
}

// Equal trees by the strictest measure: number texts, order and duplicates of keys too.
static bool same(const Json *a, const Json *b)
{
    if (a->type != b->type || a->count != b->count || a->is_int != b->is_int ||
        a->is_exact != b->is_exact) {
        return false;
    }
    switch (a->type) {
    case JSON_NULL:
        return true;
    case JSON_BOOL:
        return a->boolean == b->boolean;
    case JSON_NUMBER:
        return str_eq(a->number.text, b->number.text) && a->number.as_int == b->number.as_int &&
               same_double(a->number.as_double, b->number.as_double);
    case JSON_STRING:
        return str_eq(a->string, b->string);
    case JSON_ARRAY:
        for (uint32_t i = 0; i < a->count; i++) {
            if (!same(&a->items[i], &b->items[i])) {
                return false;
            }
        }
        return true;
    case JSON_OBJECT:
        for (uint32_t i = 0; i < a->count; i++) {
            if (!str_eq(a->members[i].key, b->members[i].key) ||
                !same(&a->members[i].value, &b->members[i].value)) {
                return false;
            }
        }
        return true;
    }
    return false;
}

typedef enum Verdict { REFUSED, READ, DISAGREE } Verdict;

static Verdict both(Arena *arena, JsonIndexer *indexer, Str text, const JsonLimits *limits)
{
    const Json *slow = NULL;
    const Json *fast = NULL;
    Err slow_err = {0};
    Err fast_err = {0};
    JsonIndex index;
    bool slow_ok = json_read_data(arena, text, limits, &slow, &slow_err);
    bool fast_ok = json_index(indexer, text, &index, &fast_err) &&
                   json_build(arena, &index, limits, &fast, &fast_err);
    if (slow_ok != fast_ok || (slow_ok && (!same(slow, fast) || !json_equal(slow, fast)))) {
        return DISAGREE;
    }
    if (!slow_ok && (slow_err.kind == ERR_NONE || fast_err.kind == ERR_NONE)) {
        return DISAGREE;
    }
    return slow_ok ? READ : REFUSED;
}

static const Str refused[] = {
    STR_INIT(""),
    STR_INIT(" \n\t\r"),
    STR_INIT("\xef\xbb\xbf{}"),
    STR_INIT("nul"),
    STR_INIT("nulll"),
    STR_INIT("True"),
    STR_INIT("true\x0c"),
    STR_INIT("tru\0"),
    STR_INIT("null\0"),
    STR_INIT("true\"\""),
    STR_INIT("1\"\""),
    STR_INIT("\"\"\"\""),
    STR_INIT("\"a\"b"),
    STR_INIT("\"a\"1"),
    STR_INIT("1 2"),
    STR_INIT("1,2"),
    STR_INIT("[1]]"),
    STR_INIT("[1"),
    STR_INIT("["),
    STR_INIT("{"),
    STR_INIT("]"),
    STR_INIT(","),
    STR_INIT(":"),
    STR_INIT("[1}"),
    STR_INIT("{]"),
    STR_INIT("[}"),
    STR_INIT("[{]}"),
    STR_INIT("[1,]"),
    STR_INIT("[,1]"),
    STR_INIT("[1,,2]"),
    STR_INIT("[1 2]"),
    STR_INIT("[1:2]"),
    STR_INIT("{\"a\"}"),
    STR_INIT("{\"a\":}"),
    STR_INIT("{\"a\":1,}"),
    STR_INIT("{\"a\" 1}"),
    STR_INIT("{\"a\"::1}"),
    STR_INIT("{\"a\":1 \"b\":2}"),
    STR_INIT("{\"a\":1:2}"),
    STR_INIT("{1:2}"),
    STR_INIT("{a:2}"),
    STR_INIT("{\"a\":[}"),
    STR_INIT("01"),
    STR_INIT("-01"),
    STR_INIT("-"),
    STR_INIT("+1"),
    STR_INIT(".5"),
    STR_INIT("1."),
    STR_INIT("1.e5"),
    STR_INIT("1e"),
    STR_INIT("1e+"),
    STR_INIT("0x10"),
    STR_INIT("1a"),
    STR_INIT("1[]"),
    STR_INIT("1-2"),
    STR_INIT("1\0"),
    STR_INIT("NaN"),
    STR_INIT("\"abc"),
    STR_INIT("\"abc\\\""),
    STR_INIT("\"a\nb\""),
    STR_INIT("\"a\tb\""),
    STR_INIT("\"a\0b\""),
    STR_INIT("\"\\x\""),
    STR_INIT("\"\\\n\""),
    STR_INIT("\"\\u12\""),
    STR_INIT("\"\\u123g\""),
    STR_INIT("\"\\U0041\""),
    STR_INIT("\"\\ud800\""),
    STR_INIT("\"\\udc00\""),
    STR_INIT("\"\\ud800\\u0041\""),
    STR_INIT("\"\\ud800\\ud800\""),
    STR_INIT("\"\\ud800x\""),
    STR_INIT("\"\xff\""),
    STR_INIT("\"\xc0\x80\""),
    STR_INIT("\"\xed\xa0\x80\""),
    STR_INIT("\"\xf4\x90\x80\x80\""),
    STR_INIT("\"\xe2\x82\""),
    STR_INIT("\xc3\xa9"),
    STR_INIT("[\xe2\x80\xa8]"),
    STR_INIT("[1\xc2\xa0]"),
    STR_INIT("\\\"a\""),
    STR_INIT("[1\\\", \"a\"]"),
    STR_INIT("\"a\"\\"),
    STR_INIT("// x\n1"),
    STR_INIT("[1\x0b]"),
    STR_INIT("[1\x0c 2]"),
    STR_INIT("[1\x1a 2]"),
    STR_INIT("'a'"),
};

TEST(both_readers_refuse)
{
    Arena arena;
    arena_init(&arena, 1 << 24);
    JsonIndexer *indexer = json_indexer_open();
    for (size_t i = 0; i < COUNTOF(refused); i++) {
        CHECK_ROW(refused[i].ptr,
                  both(&arena, indexer, refused[i], &JSON_LIMITS_DEFAULT) == REFUSED);
    }
    json_indexer_close(indexer);
    arena_free(&arena);
}

TEST(both_readers_read)
{
    static const struct {
        Str text, compact;
    } rows[] = {
        {STR_INIT(" null "), STR_INIT("null")},
        {STR_INIT("[ true , false ]"), STR_INIT("[true,false]")},
        {STR_INIT("\"\""), STR_INIT("\"\"")},
        {STR_INIT("{}"), STR_INIT("{}")},
        {STR_INIT("[ ]"), STR_INIT("[]")},
        {STR_INIT("[[],{},[{}]]"), STR_INIT("[[],{},[{}]]")},
        {STR_INIT("{\"a\" : {\"a\":1 }\r\n, \"a\":2}"), STR_INIT("{\"a\":{\"a\":1},\"a\":2}")},
        {STR_INIT("{\"\":\"\\u0000\"}"), STR_INIT("{\"\":\"\\u0000\"}")},
        {STR_INIT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), STR_INIT("\"\\\"\\\\/\\b\\f\\n\\r\\t\"")},
        {STR_INIT("\"\\u00e9\\u20AC\\ud83d\\ude00\\uD83D\\uDE00\""),
         STR_INIT("\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xf0\x9f\x98\x80\"")},
        {STR_INIT("\"\x7f\xc2\x80\xf4\x8f\xbf\xbf\""),
         STR_INIT("\"\x7f\xc2\x80\xf4\x8f\xbf\xbf\"")},
        {STR_INIT("\"\\\\\""), STR_INIT("\"\\\\\"")},
        {STR_INIT("[\"a\\\\\",\"b\"]"), STR_INIT("[\"a\\\\\",\"b\"]")},
        {STR_INIT("[-0,0,1e400,-1E-400,12345678901234567890123]"),
         STR_INIT("[-0,0,1e400,-1E-400,12345678901234567890123]")},
    };
    Arena arena;
    arena_init(&arena, 1 << 24);
    JsonIndexer *indexer = json_indexer_open();
    Buf buf = {0};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].text.ptr,
                  both(&arena, indexer, rows[i].text, &JSON_LIMITS_DEFAULT) == READ);
        const Json *json = NULL;
        Err err = {0};
        CHECK_ROW(rows[i].text.ptr,
                  json_parse(&arena, indexer, rows[i].text, &JSON_LIMITS_DEFAULT, &json, &err));
        buf_clear(&buf);
        json_write(&buf, json);
        CHECK_ROW(rows[i].text.ptr, str_eq(buf_str(&buf), rows[i].compact));
    }
    buf_free(&buf);
    json_indexer_close(indexer);
    arena_free(&arena);
}

// Every text of up to five of these bytes.
TEST(readers_agree_on_every_short_text)
{
    static const char alphabet[] = "{}[],:\"\\0-e \n";
    Arena arena;
    arena_init(&arena, 1 << 24);
    JsonIndexer *indexer = json_indexer_open();
    uint32_t verdicts[3] = {0};
    for (Gen g = {0}; gen_next(&g);) {
        char text[5];
        size_t len = gen_below(&g, 6);
        for (size_t i = 0; i < len; i++) {
            text[i] = alphabet[gen_below(&g, sizeof alphabet - 1)];
        }
        ArenaMark mark = arena_mark(&arena);
        Verdict verdict = both(&arena, indexer, (Str){text, len}, &JSON_LIMITS_DEFAULT);
        verdicts[verdict]++;
        CHECK(verdict != DISAGREE);
        arena_rewind(&arena, mark);
    }
    CHECK(verdicts[READ] > 500 && verdicts[REFUSED] > 300000);
    json_indexer_close(indexer);
    arena_free(&arena);
}

static const char document[] =
    "{\"name\":\"vm\\u00e9\\n01\",\"tags\":{\"a\":\"1\",\"b\":null},\"sizes\":[1,-2.5,3e10,"
    "true,false,[],{}],\"text\":\"a string of more than sixteen bytes, \xc3\xa9\xe2\x82\xac\"}";

TEST(readers_agree_on_prefixes_and_changes)
{
    Arena arena;
    arena_init(&arena, 1 << 24);
    JsonIndexer *indexer = json_indexer_open();
    char text[sizeof document];
    size_t len = sizeof document - 1;
    CHECK(both(&arena, indexer, (Str){document, len}, &JSON_LIMITS_DEFAULT) == READ);
    for (size_t i = 0; i < len; i++) {
        CHECK(both(&arena, indexer, (Str){document, i}, &JSON_LIMITS_DEFAULT) == REFUSED);
        for (unsigned c = 0; c < 256; c++) {
            ArenaMark mark = arena_mark(&arena);
            memcpy(text, document, len);
            text[i] = (char)c;
            CHECK(both(&arena, indexer, (Str){text, len}, &JSON_LIMITS_DEFAULT) != DISAGREE);
            arena_rewind(&arena, mark);
        }
    }
    json_indexer_close(indexer);
    arena_free(&arena);
}

TEST(limits_hold_at_the_bound_and_one_past)
{
    static const struct {
        const char *row;
        Str text;
        JsonLimits limits;
        Verdict want;
    } rows[] = {
        {"depth past", STR_INIT("[[[]]]"), {100, 2, 100}, REFUSED},
        {"values past", STR_INIT("[1,{\"a\":2}]"), {100, 9, 3}, REFUSED},
        {"bytes past", STR_INIT("[1,2]"), {4, 9, 9}, REFUSED},
        {"no depth at all", STR_INIT("[]"), {9, 0, 9}, REFUSED},
        {"depth", STR_INIT("[[[]]]"), {100, 3, 100}, READ},
        {"values", STR_INIT("[1,{\"a\":2}]"), {100, 9, 4}, READ},
        {"bytes", STR_INIT("[1,2]"), {5, 9, 9}, READ},
        {"a scalar needs no depth", STR_INIT("1"), {9, 0, 9}, READ},
    };
    Arena arena;
    arena_init(&arena, 1 << 24);
    JsonIndexer *indexer = json_indexer_open();
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].row,
                  both(&arena, indexer, rows[i].text, &rows[i].limits) == rows[i].want);
        const Json *json = NULL;
        Err err = {0};
        bool ok = json_parse(&arena, indexer, rows[i].text, &rows[i].limits, &json, &err);
        CHECK_ROW(rows[i].row, ok == (rows[i].want == READ));
        CHECK_ROW(rows[i].row, ok || err.kind == ERR_LIMIT);
    }
    json_indexer_close(indexer);
    arena_free(&arena);
}

TEST(depth_has_a_ceiling)
{
    enum { DEEP = JSON_DEPTH_CEILING + 1 };
    static char text[2 * DEEP];
    memset(text, '[', DEEP);
    memset(text + DEEP, ']', DEEP);
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    limits.depth_max = UINT32_MAX;
    Arena arena;
    arena_init(&arena, 1 << 24);
    JsonIndexer *indexer = json_indexer_open();
    CHECK(both(&arena, indexer, (Str){text, sizeof text}, &limits) == REFUSED);
    CHECK(both(&arena, indexer, (Str){text + 1, sizeof text - 2}, &limits) == READ);
    json_indexer_close(indexer);
    arena_free(&arena);
}

TEST(json_parse_places_the_error)
{
    Arena arena;
    arena_init(&arena, 1 << 20);
    JsonIndexer *indexer = json_indexer_open();
    const Json *json = NULL;
    Err err = {0};
    CHECK(!json_parse(&arena, indexer, STR("{\n \"a\": [1,\n 01]}"), &JSON_LIMITS_DEFAULT, &json,
                      &err));
    CHECK(err.kind == ERR_SYNTAX && err.at.line == 3 && err.at.col == 2 && json == NULL);
    CHECK(strcmp(err.text, "a number does not start with 0 unless it is 0") == 0);
    json_indexer_close(indexer);
    arena_free(&arena);
}

typedef struct Corpus {
    JsonIndexer *indexer;
    uint32_t documents, disagree;
} Corpus;

static void corpus_text(Corpus *corpus, Str text, const char *path)
{
    Arena arena;
    arena_init(&arena, SIZE_MAX);
    Err err = {0};
    Str utf8 = {0};
    if (json_to_utf8(&arena, text, &utf8, &err)) {
        Verdict verdict = both(&arena, corpus->indexer, utf8, &JSON_LIMITS_DEFAULT);
        corpus->documents += verdict == READ ? 1U : 0U;
        corpus->disagree += verdict == DISAGREE ? 1U : 0U;
        CHECK_ROW(path, verdict != DISAGREE);
    }
    arena_free(&arena);
}

static void corpus_file(Corpus *corpus, const char *path, bool by_line)
{
    FILE *in = fopen(path, "rb");
    if (in == NULL) {
        return;
    }
    Buf buf = {0};
    size_t got = 0;
    do {
        buf_reserve(&buf, 1 << 16);
        got = fread(buf.ptr + buf.len, 1, 1 << 16, in);
        buf.len += got;
    } while (got != 0);
    (void)fclose(in);
    StrCut line = {.tail = buf_str(&buf), .found = true};
    while (by_line && line.found) {
        line = str_cut(line.tail, '\n');
        corpus_text(corpus, line.head, path);
    }
    if (!by_line) {
        corpus_text(corpus, buf_str(&buf), path);
    }
    buf_free(&buf);
}

static void corpus_dir(Corpus *corpus, const char *dir)
{
    DIR *open = opendir(dir);
    if (open == NULL) {
        return;
    }
    struct dirent *entry = NULL;
    while ((entry = readdir(open)) != NULL) { // NOLINT(concurrency-mt-unsafe): one thread
        if (entry->d_name[0] == '.') {
            continue;
        }
        char path[4096];
        int len = snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
        Str name = {path, (size_t)len};
        struct stat info;
        if (len <= 0 || (size_t)len >= sizeof path || stat(path, &info) != 0) {
            continue;
        }
        if (S_ISDIR(info.st_mode)) {
            corpus_dir(corpus, path);
        } else if (str_ends(name, STR(".json")) || str_ends(name, STR(".ndjson"))) {
            corpus_file(corpus, path, str_ends(name, STR(".ndjson")));
        }
    }
    (void)closedir(open);
}

TEST(readers_agree_on_the_corpus)
{
    const char *shared = getenv("DATUM_SHARED"); // NOLINT(concurrency-mt-unsafe): one thread
    const char *root = getenv("DATUM_ROOT");     // NOLINT(concurrency-mt-unsafe)
    char dir[4096];
    (void)snprintf(dir, sizeof dir, "%s%s/corpus",
                   shared != NULL ? shared
                   : root != NULL ? root
                                  : ".",
                   shared != NULL ? "" : "/../shared");
    struct stat info;
    if (stat(dir, &info) != 0) {
        printf("# no corpus at %s\n", dir);
        return;
    }
    Corpus corpus = {.indexer = json_indexer_open()};
    corpus_dir(&corpus, dir);
    printf("# %u documents of the corpus\n", corpus.documents);
    CHECK(corpus.documents > 1000 && corpus.disagree == 0);
    json_indexer_close(corpus.indexer);
}
