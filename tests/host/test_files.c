// SPDX-License-Identifier: Apache-2.0
#include "host/files.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/scratch.h"
#include "t.h"

static Arena arena_new(void)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 28);
    return arena;
}

TEST(file_read_names_the_path_that_is_not_there)
{
    Arena arena = arena_new();
    Str bytes = {0};
    Err err = {0};
    CHECK(!file_read(&arena, scratch_path("absent.json"), 0, &bytes, &err));
    CHECK(err.kind == ERR_NO_INPUT);
    CHECK(strstr(err.text, "absent.json: No such file") != NULL);
    arena_free(&arena);
}

TEST(file_read_refuses_a_folder)
{
    Arena arena = arena_new();
    Str bytes = {0};
    Err err = {0};
    CHECK(!file_read(&arena, str_from_cstr(scratch_folder()), 0, &bytes, &err));
    CHECK(err.kind == ERR_NO_INPUT);
    arena_free(&arena);
}

TEST(file_read_at_its_limit_and_one_past)
{
    Arena arena = arena_new();
    Str path = scratch_file("limit", STR("12345678"));
    Str bytes = {0};
    Err err = {0};
    CHECK(file_read(&arena, path, 8, &bytes, &err));
    CHECK(str_eq(bytes, STR("12345678")));
    CHECK(!file_read(&arena, path, 7, &bytes, &err));
    CHECK(err.kind == ERR_LIMIT);
    CHECK(strstr(err.text, "--max-document-bytes") != NULL);
    arena_free(&arena);
}

TEST(a_long_path_keeps_its_end_in_the_message)
{
    Arena arena = arena_new();
    char name[400];
    memset(name, 'a', sizeof name);
    memcpy(name + sizeof name - 9, "/end.json", 9);
    Str bytes = {0};
    Err err = {0};
    CHECK(!file_read(&arena, (Str){name, sizeof name}, 0, &bytes, &err));
    CHECK(strstr(err.text, "/end.json: ") != NULL);
    arena_free(&arena);
}

TEST(folder_list_is_sorted_and_leaves_hidden_files_out)
{
    Arena arena = arena_new();
    Str folder = scratch_path("list");
    CHECK(mkdir(folder.ptr, 0777) == 0);
    Str inner = scratch_path("list/b");
    CHECK(mkdir(inner.ptr, 0777) == 0);
    (void)scratch_file("list/c.json", STR(""));
    (void)scratch_file("list/b/z.json", STR(""));
    (void)scratch_file("list/a.json", STR(""));
    (void)scratch_file("list/.hidden", STR(""));
    FileList files = {0};
    Err err = {0};
    CHECK(folder_list(&arena, folder, &files, &err));
    CHECK(files.count == 3);
    static const char *const want[] = {"a.json", "z.json", "c.json"};
    for (uint32_t i = 0; i < files.count && i < 3; i++) {
        CHECK_ROW(want[i], str_eq(path_base(files.paths[i]), str_from_cstr(want[i])));
    }
    arena_free(&arena);
}

// Deeper than a path may be long: nobody can list it, whatever his rights.
TEST(folder_scan_tells_what_it_cannot_list)
{
    Arena arena = arena_new();
    Str folder = scratch_path("deep");
    CHECK(mkdir(folder.ptr, 0777) == 0);
    (void)scratch_file("deep/a.json", STR(""));
    char part[201];
    memset(part, 'd', sizeof part - 1);
    part[sizeof part - 1] = '\0';
    char before[4096];
    CHECK(getcwd(before, sizeof before) != NULL && chdir(folder.ptr) == 0);
    for (int i = 0; i < 25; i++) {
        CHECK(mkdir(part, 0777) == 0 && chdir(part) == 0);
    }
    FolderScan scan = {0};
    folder_scan(&arena, folder, &scan);
    CHECK(scan.files.count == 1 && scan.gap_count == 1);
    CHECK(scan.gap_count == 1 && scan.gaps[0].code == ENAMETOOLONG && scan.gaps[0].path.len > 4000);
    FileList files = {0};
    Err err = {0};
    CHECK(!folder_list(&arena, folder, &files, &err) && err.kind == ERR_NO_INPUT);
    CHECK(strstr(err.text, "cannot ") == err.text && strstr(err.text, "too long") != NULL);
    folder_scan(&arena, scratch_path("nowhere"), &scan);
    CHECK(scan.files.count == 0 && scan.gap_count == 1 && scan.gaps[0].code == ENOENT);
    CHECK(strcmp(scan.gaps[0].what, "cannot list the folder") == 0);
    for (int i = 0; i < 25; i++) { // what removes the scratch folder cannot name them either
        CHECK(chdir("..") == 0 && rmdir(part) == 0);
    }
    CHECK(chdir(before) == 0);
    arena_free(&arena);
}

TEST(path_parts)
{
    static const struct {
        const char *path, *base, *extension;
    } rows[] = {
        {"", "", ""},
        {"a", "a", ""},
        {"a/b.json", "b.json", ".json"},
        {"a.b/c", "c", ""},
        {".hidden", ".hidden", ""},
        {"a/", "", ""},
        {"x.tar.gz", "x.tar.gz", ".gz"},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Str path = str_from_cstr(rows[i].path);
        CHECK_ROW(rows[i].path, str_eq(path_base(path), str_from_cstr(rows[i].base)));
        CHECK_ROW(rows[i].path, str_eq(path_extension(path), str_from_cstr(rows[i].extension)));
    }
}

// ---- blocks ----

static size_t read_most;      // most bytes one read gives; 0 = as asked
static unsigned fail_at;      // the read that fails, 1-based; 0 = none
static unsigned interrupt_at; // the read that is interrupted once
static unsigned reads;

static ssize_t odd_read(int fd, void *bytes, size_t count)
{
    reads++;
    if (reads == fail_at) {
        errno = EIO;
        return -1;
    }
    if (reads == interrupt_at) {
        errno = EINTR;
        return -1;
    }
    return read(fd, bytes, read_most != 0 && read_most < count ? read_most : count);
}

// Reads the file in blocks and joins them again; checks the line number of each block.
static bool join_blocks(Str path, const BlockOptions *options, Buf *out, unsigned *ret_long,
                        Err *err)
{
    BlockReader *reader = NULL;
    Buf buffer = {0};
    bool more = true;
    uint64_t line = 1;
    uint64_t index = 0;
    bool ok = block_reader_open(path, options, &reader, err);
    while (ok && more) {
        Block block = {0};
        ok = block_reader_next(reader, &buffer, &block, &more, err);
        if (!ok || !more) {
            break;
        }
        CHECK(block.first_line == line);
        CHECK(block.index == index++);
        if (block.too_long) {
            (*ret_long)++;
            line++;
            continue;
        }
        uint64_t newlines = 0;
        for (size_t i = 0; i < block.text.len; i++) {
            newlines += block.text.ptr[i] == '\n' ? 1U : 0U;
        }
        bool ends = block.text.len != 0 && block.text.ptr[block.text.len - 1] == '\n';
        CHECK(block.line_count == newlines + (ends ? 0U : 1U));
        line += newlines;
        buf_push(out, block.text);
    }
    block_reader_close(reader);
    buf_free(&buffer);
    return ok;
}

TEST(blocks_join_to_the_file_whatever_their_size_and_however_short_the_reads)
{
    // Every text over {a, newline} up to 4 bytes, every block size, every length of read.
    for (Gen g = {0}; gen_next(&g);) {
        char text[4];
        size_t len = gen_below(&g, 5);
        for (size_t i = 0; i < len; i++) {
            text[i] = "a\n"[gen_below(&g, 2)];
        }
        BlockOptions options = {.block_bytes = 1 + gen_below(&g, 4), .read = odd_read};
        read_most = 1 + gen_below(&g, 3);
        reads = 0;
        fail_at = 0;
        interrupt_at = 2;
        Str path = scratch_file("blocks", (Str){text, len});
        Buf joined = {0};
        unsigned too_long = 0;
        Err err = {0};
        CHECK(join_blocks(path, &options, &joined, &too_long, &err));
        CHECK(str_eq(buf_str(&joined), (Str){text, len}));
        buf_free(&joined);
        if (t_failures != 0) {
            break;
        }
    }
}

TEST(a_read_that_fails_at_any_step_is_an_error_with_the_path)
{
    Buf text = {0};
    for (int i = 0; i < 40000; i++) {
        buf_push(&text, STR("line\n"));
    }
    Str path = scratch_file("failing", buf_str(&text));
    read_most = 10000;
    interrupt_at = 0;
    for (fail_at = 1; fail_at < 20; fail_at++) {
        BlockOptions options = {.block_bytes = 4096, .read = odd_read};
        Buf joined = {0};
        unsigned too_long = 0;
        Err err = {0};
        reads = 0;
        CHECK(!join_blocks(path, &options, &joined, &too_long, &err));
        CHECK(err.kind == ERR_NO_INPUT);
        CHECK(strstr(err.text, "failing") != NULL);
        buf_free(&joined);
    }
    fail_at = 0;
    buf_free(&text);
}

TEST(a_line_past_the_limit_is_skipped_and_told)
{
    Buf text = {0};
    buf_push(&text, STR("first\n"));
    for (int i = 0; i < 200000; i++) { // longer than the first look at the file
        buf_byte(&text, 'x');
    }
    buf_push(&text, STR("\nlast\n"));
    Str path = scratch_file("long", buf_str(&text));
    BlockOptions options = {.block_bytes = 16, .line_bytes_max = 100};
    Buf joined = {0};
    unsigned too_long = 0;
    Err err = {0};
    CHECK(join_blocks(path, &options, &joined, &too_long, &err));
    CHECK(too_long == 1);
    CHECK(str_eq(buf_str(&joined), STR("first\nlast\n")));
    buf_free(&joined);
    buf_free(&text);
}

TEST(marks_and_utf16_become_plain_utf8)
{
    static const struct {
        const char *row;
        Str bytes, want;
    } rows[] = {
        {"half a unit at the end",
         STR_INIT("\xff\xfe"
                  "a\0b"),
         STR_INIT("a\xff")},
        {"an unpaired surrogate is not UTF-8",
         STR_INIT("\xff\xfe"
                  "\x00\xd8"
                  "a\0"),
         STR_INIT("\xed\xa0\x80"
                  "a")},
        {"empty", STR_INIT(""), STR_INIT("")},
        {"plain", STR_INIT("{}\n"), STR_INIT("{}\n")},
        {"UTF-8 mark", STR_INIT("\xef\xbb\xbf{}\n"), STR_INIT("{}\n")},
        {"UTF-16LE with mark", STR_INIT("\xff\xfe{\0}\0\n\0"), STR_INIT("{}\n")},
        {"UTF-16LE without mark", STR_INIT("{\0}\0\n\0"), STR_INIT("{}\n")},
        {"two and three bytes", STR_INIT("\xff\xfe\xe9\x00\xac\x20"),
         STR_INIT("\xc3\xa9\xe2\x82\xac")},
        {"a pair", STR_INIT("\xff\xfe\x3d\xd8\x00\xde"), STR_INIT("\xf0\x9f\x98\x80")},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        Str path = scratch_file("marks", rows[i].bytes);
        BlockOptions options = {.block_bytes = 8, .read = odd_read};
        read_most = 1;
        Buf joined = {0};
        unsigned too_long = 0;
        Err err = {0};
        CHECK_ROW(rows[i].row, join_blocks(path, &options, &joined, &too_long, &err));
        CHECK_ROW(rows[i].row, str_eq(buf_str(&joined), rows[i].want));
        buf_free(&joined);
    }
    read_most = 0;
}

TEST(peek_does_not_consume_and_rest_has_all)
{
    Arena arena = arena_new();
    Str path = scratch_file("peek", STR("one\ntwo\n"));
    BlockOptions options = {0};
    BlockReader *reader = NULL;
    Err err = {0};
    Str head = {0};
    Str rest = {0};
    CHECK(block_reader_open(path, &options, &reader, &err));
    CHECK(block_reader_peek(reader, &head, &err));
    CHECK(str_eq(head, STR("one\ntwo\n")));
    CHECK(block_reader_rest(reader, &arena, 0, &rest, &err));
    CHECK(str_eq(rest, STR("one\ntwo\n")));
    block_reader_close(reader);
    arena_free(&arena);
}

TEST(folder_make_makes_what_is_missing)
{
    Err err = {0};
    Str folder = scratch_path("made/a/b");
    CHECK(folder_make(folder, &err));
    CHECK(path_kind(folder) == PATH_FOLDER);
    CHECK(folder_make(folder, &err));
    Str file = scratch_file("plain", STR(""));
    (void)file;
    CHECK(!folder_make(scratch_path("plain/below"), &err));
    CHECK(err.kind == ERR_WRITE);
}

// Another process waits for the lock, and gets it when it is given up.
TEST(folder_lock_is_held_by_one)
{
    Err err = {0};
    int fd = -1;
    CHECK(!folder_lock(scratch_path("nowhere"), &fd, &err));
    CHECK(err.kind == ERR_NO_INPUT && strstr(err.text, "nowhere") != NULL && fd == -1);
    Str folder = scratch_path("locked");
    CHECK(folder_make(folder, &err) && folder_lock(folder, &fd, &err));
    int ends[2];
    ASSERT(fd >= 0 && pipe(ends) == 0);
    ASSERT(fflush(stdout) == 0); // or the child tells it again
    pid_t child = fork();
    ASSERT(child >= 0);
    if (child == 0) {
        int other = -1;
        (void)close(fd); // the parent's lock, inherited
        bool ok = folder_lock(folder, &other, &err) && other >= 0 && write(ends[1], "x", 1) == 1;
        _exit(ok ? 0 : 1);
    }
    struct pollfd wait_for = {.fd = ends[0], .events = POLLIN};
    CHECK(poll(&wait_for, 1, 200) == 0);
    CHECK(close(fd) == 0);
    CHECK(poll(&wait_for, 1, 10000) == 1);
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    CHECK(close(ends[0]) == 0 && close(ends[1]) == 0);
}
