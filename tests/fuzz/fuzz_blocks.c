// SPDX-License-Identifier: Apache-2.0
// A file in blocks, whatever it holds and however short the reads are: every line comes once, in
// order, with its number, as a splitter that sees all bytes at once would give it.
// The first five bytes say how it is read; the rest, perhaps many times over, is the file.
#include <errno.h>
#include <string.h>

#include "host/files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CONTROL = 5, FILE_BYTES_MAX = 100000, MANY_CALLS = 400 };

// What the read call gives. It has no context of its own.
static struct {
    Str bytes;
    size_t at;
    size_t chunk;    // bytes of a read, at most
    uint32_t calls;  // so far
    uint32_t broken; // this call fails; 0 = none does
} disk;

static ssize_t read_disk(int fd, void *bytes, size_t count)
{
    (void)fd;
    disk.calls++;
    if (disk.calls == disk.broken) {
        errno = EIO;
        return -1;
    }
    if (disk.calls % 7 == 3) {
        errno = EINTR;
        return -1;
    }
    size_t n = disk.bytes.len - disk.at;
    size_t most = disk.calls % 2 == 0 ? disk.chunk : disk.chunk / 2 + 1;
    n = n < count ? n : count;
    n = n < most ? n : most;
    if (n != 0) {
        memcpy(bytes, disk.bytes.ptr + disk.at, n);
    }
    disk.at += n;
    return (ssize_t)n;
}

// ---- the slow way ----

static void put(Buf *out, uint32_t c)
{
    if (c < 0x80) {
        buf_byte(out, (char)c);
        return;
    }
    uint32_t more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const uint32_t marks[] = {0, 0xC0, 0xE0, 0xF0};
    buf_byte(out, (char)(marks[more] | c >> (6 * more)));
    while (more-- > 0) {
        buf_byte(out, (char)(0x80 | (c >> (6 * more) & 0x3F)));
    }
}

static uint32_t byte_at(Str text, size_t i)
{
    return i < text.len ? (unsigned char)text.ptr[i] : 0;
}

static void from_utf16(Buf *out, Str text)
{
    size_t i = 0;
    while (i + 1 < text.len) {
        uint32_t unit = byte_at(text, i) | byte_at(text, i + 1) << 8;
        uint32_t next = byte_at(text, i + 2) | byte_at(text, i + 3) << 8;
        bool is_pair = unit >= 0xD800 && unit <= 0xDBFF && i + 3 < text.len && next >= 0xDC00 &&
                       next <= 0xDFFF;
        put(out, is_pair ? 0x10000 + ((unit & 0x3FF) << 10) + (next & 0x3FF) : unit);
        i += is_pair ? 4 : 2;
    }
    if (i < text.len) {
        buf_byte(out, (char)0xFF);
    }
}

static void as_utf8(Buf *out, Str text)
{
    if (str_starts(text, STR("\xEF\xBB\xBF"))) {
        buf_push(out, str_from(text, 3));
    } else if (str_starts(text, STR("\xFF\xFE"))) {
        from_utf16(out, str_from(text, 2));
    } else if (text.len >= 4 && byte_at(text, 0) != 0 && byte_at(text, 1) == 0 &&
               byte_at(text, 3) == 0) {
        from_utf16(out, text);
    } else {
        buf_push(out, text);
    }
}

// The line that begins at `at`, its newline included.
static Str line_at(Str text, size_t at)
{
    size_t end = at;
    while (end < text.len && text.ptr[end] != '\n') {
        end++;
    }
    end += end < text.len ? 1U : 0U;
    return (Str){text.ptr + at, end - at};
}

// ---- both ----

typedef struct Walk {
    Str want;
    size_t at;
    uint64_t line;
    uint64_t index;
    size_t line_bytes_max;
} Walk;

static void check_block(Walk *walk, const Block *block)
{
    ASSERT(block->index == walk->index++ && block->first_line == walk->line);
    if (block->too_long) {
        Str line = line_at(walk->want, walk->at);
        ASSERT(walk->line_bytes_max != 0 && line.len > walk->line_bytes_max);
        walk->at += line.len;
        walk->line++;
        return;
    }
    ASSERT(block->text.len != 0 && block->line_count != 0);
    uint64_t count = 0;
    for (size_t done = 0; done < block->text.len; count++) {
        Str line = line_at(walk->want, walk->at);
        ASSERT(str_eq(line, line_at(block->text, done)));
        done += line.len;
        walk->at += line.len;
    }
    ASSERT(count == block->line_count);
    walk->line += count;
}

static void rewind_disk(void)
{
    disk.at = 0;
    disk.calls = 0;
}

static void read_in_blocks(const BlockOptions *options, Str want)
{
    Err err = {0};
    BlockReader *reader = NULL;
    ASSERT(block_reader_open(STR("/dev/null"), options, &reader, &err));
    Buf buffer = {0};
    Walk walk = {.want = want, .line = 1, .line_bytes_max = options->line_bytes_max};
    bool ok = true;
    if (disk.chunk % 2 == 0) {
        Str head = {0};
        ok = block_reader_peek(reader, &head, &err);
        ASSERT(!ok || (str_starts(want, head) && (head.len != 0 || want.len == 0)));
    }
    bool more = ok;
    while (ok && more) {
        Block block = {0};
        ok = block_reader_next(reader, &buffer, &block, &more, &err);
        if (ok && more) {
            check_block(&walk, &block);
        }
    }
    ASSERT(ok ? walk.at == want.len && disk.at == disk.bytes.len
              : disk.broken != 0 && err.kind == ERR_NO_INPUT);
    buf_free(&buffer);
    block_reader_close(reader);
}

static void read_at_once(const BlockOptions *options, Str want)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 28);
    Err err = {0};
    BlockReader *reader = NULL;
    ASSERT(block_reader_open(STR("/dev/null"), options, &reader, &err));
    Str all = {0};
    if (block_reader_rest(reader, &arena, 0, &all, &err)) {
        ASSERT(str_eq(all, want));
    } else {
        ASSERT(disk.broken != 0 && err.kind == ERR_NO_INPUT);
    }
    block_reader_close(reader);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < CONTROL) {
        return 0;
    }
    Str piece = {(const char *)data + CONTROL, size - CONTROL};
    size_t times = data[4] < 160 ? 1 : (size_t)data[4] * data[4]; // mostly small, for speed
    Buf file = {0};
    for (size_t i = 0; i < times && (i == 0 || file.len + piece.len < FILE_BYTES_MAX); i++) {
        buf_push(&file, piece);
    }
    Buf want = {0};
    as_utf8(&want, buf_str(&file));
    disk.bytes = buf_str(&file);
    disk.chunk = 1 + (size_t)data[3] * data[3] + file.len / MANY_CALLS;
    disk.broken = data[2] % 8 == 7 ? 1U + data[1] : 0;
    BlockOptions options = {
        .block_bytes = 1 + (size_t)data[0] * data[1] + file.len / MANY_CALLS,
        .line_bytes_max = (size_t)(data[2] / 8) * 4,
        .read = read_disk,
    };
    rewind_disk();
    read_in_blocks(&options, buf_str(&want));
    rewind_disk();
    read_at_once(&options, buf_str(&want));
    buf_free(&want);
    buf_free(&file);
    return 0;
}
