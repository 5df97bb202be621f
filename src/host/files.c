// SPDX-License-Identifier: Apache-2.0
#include "host/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/utf8.h"
#include "host/oserr.h"
#include "host/system.h"

PathKind path_kind(Str path)
{
    if (str_eq(path, STR("-"))) {
        return PATH_FILE;
    }
    char name[OS_PATH_MAX];
    struct stat st;
    if (!os_path(path, name) || stat(name, &st) != 0) {
        return PATH_MISSING;
    }
    return S_ISDIR(st.st_mode) ? PATH_FOLDER : PATH_FILE;
}

bool path_look(Str path, PathKind *ret_kind, Err *err)
{
    char name[OS_PATH_MAX];
    struct stat st;
    *ret_kind = path_kind(path);
    if (*ret_kind == PATH_MISSING && os_path(path, name) && stat(name, &st) != 0 &&
        errno != ENOENT && errno != ENOTDIR) {
        return os_err(err, ERR_NO_INPUT, "cannot open", path);
    }
    return true;
}

Str path_identity(Arena *arena, Str path)
{
    char name[OS_PATH_MAX];
    struct stat st;
    if (str_eq(path, STR("-")) || !os_path(path, name) || stat(name, &st) != 0 ||
        !S_ISREG(st.st_mode)) {
        return (Str){0};
    }
    char *bytes = NEW_ARRAY(arena, char, sizeof st.st_dev + sizeof st.st_ino);
    memcpy(bytes, &st.st_dev, sizeof st.st_dev);
    memcpy(bytes + sizeof st.st_dev, &st.st_ino, sizeof st.st_ino);
    return (Str){bytes, sizeof st.st_dev + sizeof st.st_ino};
}

int path_forbids(Str path)
{
    char name[OS_PATH_MAX];
    bool may = os_path(path, name) && faccessat(AT_FDCWD, name, R_OK, AT_EACCESS) == 0;
    return may ? 0 : errno;
}

Str path_base(Str path)
{
    for (size_t i = path.len; i > 0; i--) {
        if (path.ptr[i - 1] == '/') {
            return (Str){path.ptr + i, path.len - i};
        }
    }
    return path;
}

Str path_extension(Str path)
{
    Str base = path_base(path);
    for (size_t i = base.len; i > 1; i--) {
        if (base.ptr[i - 1] == '.') {
            return (Str){base.ptr + i - 1, base.len - i + 1};
        }
    }
    return (Str){0};
}

Str path_join(Arena *arena, Str folder, Str name)
{
    while (folder.len > 1 && folder.ptr[folder.len - 1] == '/') {
        folder.len--;
    }
    bool slash = folder.len == 0 || folder.ptr[folder.len - 1] != '/';
    size_t len = folder.len + (slash ? 1U : 0U) + name.len;
    char *out = NEW_ARRAY(arena, char, len + 1);
    if (folder.len != 0) {
        memcpy(out, folder.ptr, folder.len);
    }
    if (slash) {
        out[folder.len] = '/';
    }
    if (name.len != 0) {
        memcpy(out + len - name.len, name.ptr, name.len);
    }
    return (Str){out, len};
}

// ---- whole files ----

static bool read_all(int fd, Buf *buf, Str path, size_t bytes_max, Err *err)
{
    for (;;) {
        TRY(system_wait_readable(fd, err));
        buf_reserve(buf, (size_t)1 << 16);
        ssize_t n = read(fd, buf->ptr + buf->len, buf->cap - buf->len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return os_err(err, ERR_NO_INPUT, "cannot read", path);
        }
        if (n == 0) {
            return true;
        }
        buf->len += (size_t)n;
        if (bytes_max != 0 && buf->len > bytes_max) {
            return os_err_limit(err, path, bytes_max);
        }
    }
}

static bool open_input(Str path, int *ret_fd, Err *err)
{
    if (str_eq(path, STR("-"))) {
        *ret_fd = STDIN_FILENO;
        return true;
    }
    char name[OS_PATH_MAX];
    int fd = -1;
    do { // a pipe nobody writes to waits here
        TRY(system_go_on(err));
        fd = os_path(path, name) ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    } while (fd < 0 && errno == EINTR);
    if (fd < 0) {
        return os_err(err, ERR_NO_INPUT, "cannot open", path);
    }
    *ret_fd = fd;
    return true;
}

static void close_input(int fd)
{
    if (fd > STDIN_FILENO) {
        (void)close(fd);
    }
}

bool file_read(Arena *arena, Str path, size_t bytes_max, Str *ret_bytes, Err *err)
{
    int fd = -1;
    TRY(open_input(path, &fd, err));
    Buf buf = {0};
    struct stat st;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
        if (bytes_max != 0 && (uint64_t)st.st_size > bytes_max) {
            close_input(fd);
            return os_err_limit(err, path, bytes_max);
        }
        buf_reserve(&buf, (size_t)st.st_size + 1);
    }
    bool ok = read_all(fd, &buf, path, bytes_max, err);
    close_input(fd);
    if (ok) {
        char *bytes = NEW_ARRAY(arena, char, buf.len + 1);
        if (buf.len != 0) {
            memcpy(bytes, buf.ptr, buf.len);
        }
        *ret_bytes = (Str){bytes, buf.len};
    }
    buf_free(&buf);
    return ok;
}

// ---- blocks ----

enum { BLOCK_BYTES_DEFAULT = 512 << 10, HEAD_BYTES = 64 << 10 };

struct BlockReader {
    int fd;
    Str path;
    size_t block_bytes;
    size_t line_bytes_max;
    ReadCall read;
    Buf carry; // the beginning of a line that the last block did not finish
    Buf raw;   // UTF-16LE bytes not yet turned into UTF-8
    uint64_t next_line;
    uint64_t next_index;
    bool started;
    bool utf16;
    bool at_end;
    bool skipping; // inside a line that is too long
};

bool block_reader_open(Str path, const BlockOptions *options, BlockReader **ret_reader, Err *err)
{
    int fd = -1;
    TRY(open_input(path, &fd, err));
    struct stat st;
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        close_input(fd);
        errno = EISDIR;
        return os_err(err, ERR_NO_INPUT, "cannot read", path);
    }
    BlockReader *reader = calloc(1, sizeof *reader);
    ASSERT(reader != NULL);
    *reader = (BlockReader){
        .fd = fd,
        .path = path,
        .block_bytes = options->block_bytes != 0 ? options->block_bytes : BLOCK_BYTES_DEFAULT,
        .line_bytes_max = options->line_bytes_max,
        .read = options->read != NULL ? options->read : read,
        .next_line = 1,
    };
    *ret_reader = reader;
    return true;
}

void block_reader_close(BlockReader *reader)
{
    if (reader != NULL) {
        close_input(reader->fd);
        buf_free(&reader->carry);
        buf_free(&reader->raw);
        free(reader);
    }
}

// Reads once, appending at most count bytes.
static bool read_some(BlockReader *reader, Buf *buf, size_t count, Err *err)
{
    buf_reserve(buf, count);
    ssize_t n = 0;
    do {
        TRY(system_wait_readable(reader->fd, err));
        n = reader->read(reader->fd, buf->ptr + buf->len, count);
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        return os_err(err, ERR_NO_INPUT, "cannot read", reader->path);
    }
    buf->len += (size_t)n;
    reader->at_end = n == 0;
    return true;
}

static void push_code_point(Buf *out, uint32_t c)
{
    buf_reserve(out, 4);
    out->len += utf8_put(out->ptr + out->len, c);
}

static uint32_t unit_at(const Buf *raw, size_t i)
{
    return (uint32_t)(unsigned char)raw->ptr[i] | (uint32_t)(unsigned char)raw->ptr[i + 1] << 8;
}

// Turns the complete characters of raw into UTF-8 and keeps the rest (half a unit or half a pair).
static void drain_utf16(BlockReader *reader, Buf *out)
{
    Buf *raw = &reader->raw;
    size_t i = 0;
    while (i + 1 < raw->len) {
        uint32_t unit = unit_at(raw, i);
        bool high = unit >= 0xD800 && unit < 0xDC00;
        if (high && i + 3 >= raw->len && !reader->at_end) {
            break;
        }
        uint32_t low = high && i + 3 < raw->len ? unit_at(raw, i + 2) : 0;
        if (low >= 0xDC00 && low < 0xE000) {
            push_code_point(out, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
            i += 4;
        } else {
            push_code_point(out, unit); // an unpaired half becomes bytes that are not UTF-8
            i += 2;
        }
    }
    if (reader->at_end && i < raw->len) {
        buf_byte(out, (char)0xFF); // half a unit at the end: not UTF-8 either
        i = raw->len;
    }
    memmove(raw->ptr, raw->ptr + i, raw->len - i);
    raw->len -= i;
}

static bool fill(BlockReader *reader, Buf *buf, size_t count, Err *err)
{
    if (!reader->utf16) {
        return read_some(reader, buf, count, err);
    }
    TRY(read_some(reader, &reader->raw, count, err));
    drain_utf16(reader, buf);
    return true;
}

// Looks at the first bytes once: which encoding, and is there a mark to drop?
static bool start(BlockReader *reader, Err *err)
{
    if (reader->started) {
        return true;
    }
    Buf *carry = &reader->carry;
    while (carry->len < HEAD_BYTES && !reader->at_end) {
        TRY(read_some(reader, carry, HEAD_BYTES - carry->len, err));
    }
    reader->started = true;
    size_t drop = 0;
    if (carry->len >= 3 && memcmp(carry->ptr, "\xEF\xBB\xBF", 3) == 0) {
        drop = 3;
    } else if (carry->len >= 2 && memcmp(carry->ptr, "\xFF\xFE", 2) == 0) {
        drop = 2;
        reader->utf16 = true;
    } else if (carry->len >= 4 && carry->ptr[0] != 0 && carry->ptr[1] == 0 && carry->ptr[3] == 0) {
        reader->utf16 = true;
    }
    if (drop != 0) {
        memmove(carry->ptr, carry->ptr + drop, carry->len - drop);
        carry->len -= drop;
    }
    if (reader->utf16) {
        Buf empty = reader->raw;
        reader->raw = *carry;
        *carry = empty;
        drain_utf16(reader, carry);
    }
    return true;
}

bool block_reader_peek(BlockReader *reader, Str *ret_head, Err *err)
{
    TRY(start(reader, err));
    *ret_head = buf_str(&reader->carry);
    return true;
}

// Every byte of the input passes here, so sixteen at a time where the processor can.
static uint64_t count_newlines(Str text)
{
    uint64_t n = 0;
    size_t i = 0;
#ifdef __SSE2__
    const __m128i newline = _mm_set1_epi8('\n');
    while (i + 16 <= text.len) {
        // Each lane counts down from 0 by at most 255 before it is summed.
        __m128i lanes = _mm_setzero_si128();
        size_t rounds = (text.len - i) / 16 < 255 ? (text.len - i) / 16 : 255;
        for (; rounds != 0; rounds--, i += 16) {
            __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(text.ptr + i));
            lanes = _mm_sub_epi8(lanes, _mm_cmpeq_epi8(bytes, newline));
        }
        __m128i sums = _mm_sad_epu8(lanes, _mm_setzero_si128());
        n += (uint64_t)_mm_cvtsi128_si64(sums) +
             (uint64_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums));
    }
#endif
    for (; i < text.len; i++) {
        n += text.ptr[i] == '\n' ? 1U : 0U;
    }
    return n;
}

// Bytes up to and including the last newline in ptr[from, len), or 0.
static size_t last_line_end(const Buf *buf, size_t from)
{
    for (size_t i = buf->len; i > from; i--) {
        if (buf->ptr[i - 1] == '\n') {
            return i;
        }
    }
    return 0;
}

// Drops bytes until the end of the line that is too long; the rest stays in buffer.
static bool skip_line(BlockReader *reader, Buf *buffer, Err *err)
{
    for (;;) {
        const char *end = buffer->len != 0 ? memchr(buffer->ptr, '\n', buffer->len) : NULL;
        if (end != NULL) {
            size_t drop = (size_t)(end - buffer->ptr) + 1;
            memmove(buffer->ptr, buffer->ptr + drop, buffer->len - drop);
            buffer->len -= drop;
            return true;
        }
        buf_clear(buffer);
        if (reader->at_end) {
            return true;
        }
        TRY(fill(reader, buffer, reader->block_bytes, err));
    }
}

static void swap_carry(BlockReader *reader, Buf *buffer)
{
    Buf old = reader->carry;
    reader->carry = *buffer;
    *buffer = old;
    buf_clear(buffer);
}

// Reads on until buffer ends in a whole line, is at the end, or holds a line that is too long.
static bool gather_block(BlockReader *reader, Buf *buffer, size_t *ret_end, Err *err)
{
    size_t seen = 0;
    for (;;) {
        bool full = buffer->len >= reader->block_bytes;
        size_t end = full || reader->at_end ? last_line_end(buffer, seen) : 0;
        if (reader->at_end) {
            end = buffer->len;
        }
        if (end != 0 || reader->at_end) {
            *ret_end = end;
            return true;
        }
        if (full) {
            seen = buffer->len; // no newline so far: the line is longer than a block
            if (reader->line_bytes_max != 0 && buffer->len > reader->line_bytes_max) {
                *ret_end = 0;
                return true;
            }
        }
        size_t want = full ? reader->block_bytes : reader->block_bytes - buffer->len;
        TRY(fill(reader, buffer, want, err));
    }
}

bool block_reader_next(BlockReader *reader, Buf *buffer, Block *ret_block, bool *ret_more, Err *err)
{
    TRY(start(reader, err));
    buf_clear(buffer);
    buf_push(buffer, buf_str(&reader->carry));
    buf_clear(&reader->carry);
    size_t end = 0;
    TRY(gather_block(reader, buffer, &end, err));
    if (end == 0 && reader->at_end) {
        *ret_more = false;
        return true;
    }
    *ret_more = true;
    *ret_block = (Block){.first_line = reader->next_line, .index = reader->next_index++};
    if (end == 0) {
        ret_block->too_long = true;
        TRY(skip_line(reader, buffer, err));
        swap_carry(reader, buffer);
        reader->next_line++;
        return true;
    }
    buf_push(&reader->carry, (Str){buffer->ptr + end, buffer->len - end});
    buffer->len = end;
    ret_block->text = buf_str(buffer);
    uint64_t newlines = count_newlines(ret_block->text);
    reader->next_line += newlines;
    ret_block->line_count = newlines + (buffer->ptr[end - 1] == '\n' ? 0U : 1U);
    return true;
}

bool block_reader_rest(BlockReader *reader, Arena *arena, size_t bytes_max, Str *ret_bytes,
                       Err *err)
{
    TRY(start(reader, err));
    while (!reader->at_end) {
        TRY(fill(reader, &reader->carry, reader->block_bytes, err));
        if (bytes_max != 0 && reader->carry.len > bytes_max) {
            return os_err_limit(err, reader->path, bytes_max);
        }
    }
    char *bytes = NEW_ARRAY(arena, char, reader->carry.len + 1);
    if (reader->carry.len != 0) {
        memcpy(bytes, reader->carry.ptr, reader->carry.len);
    }
    *ret_bytes = (Str){bytes, reader->carry.len};
    buf_clear(&reader->carry);
    return true;
}
