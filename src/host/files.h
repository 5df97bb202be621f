// SPDX-License-Identifier: Apache-2.0
// files — bytes from the file system: whole files, folders in a stable order, and big files as
// blocks of whole lines.
// Depends on: base, json.  Thread-safe as far as different readers go.
#pragma once

#include <sys/types.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

typedef enum PathKind { PATH_MISSING, PATH_FILE, PATH_FOLDER } PathKind;

// What a path names; a pipe or a device counts as a file. "-" (standard input) is a file.
PathKind path_kind(Str path);

// The same for those to whom PATH_MISSING must mean that nothing is there: false when a folder
// above does not let this user look. Errors: ERR_NO_INPUT.
MUST_USE bool path_look(Str path, PathKind *ret_kind, Err *err);

// The same text for every name of one regular file, so that it is read once and never written over.
// Empty: not a regular file (a pipe, a device, "-"), which can only be read once anyway.
Str path_identity(Arena *arena, Str path);

// May a file be opened for reading? 0, or why not (errno).
int path_forbids(Str path);

// The last part of a path, and its extension with the dot in it (empty when there is none).
Str path_base(Str path);
Str path_extension(Str path);
Str path_join(Arena *arena, Str folder, Str name);

// Reads a whole file ("-": standard input). Errors: ERR_NO_INPUT with the path and the reason,
// ERR_LIMIT naming --max-document-bytes.
MUST_USE bool file_read(Arena *arena, Str path, size_t bytes_max, Str *ret_bytes, Err *err);

typedef struct FileList {
    const Str *paths; // arena, NUL-terminated
    uint32_t count;
} FileList;

// What is in a folder and could not be read.
typedef struct FolderGap {
    Str path;         // arena
    const char *what; // "cannot list the folder", …
    int code;         // errno
} FolderGap;

typedef struct FolderScan {
    FileList files;
    const FolderGap *gaps; // sorted like files; the folder itself may be one
    uint32_t gap_count;
} FolderScan;

// Every regular file below a folder, folders inside included, sorted by the bytes of the path.
// Names that begin with a dot are left out, pipes and devices too; symbolic links to folders are
// not followed. What cannot be read is a gap.
void folder_scan(Arena *arena, Str folder, FolderScan *ret_scan);

// The same for those who need all of it: a gap is ERR_NO_INPUT.
MUST_USE bool folder_list(Arena *arena, Str folder, FileList *ret_files, Err *err);

// Makes a folder and those above it. One that is there already is fine. Errors: ERR_WRITE.
MUST_USE bool folder_make(Str folder, Err *err);

// Waits until no other process holds the folder's lock, then holds it until *ret_fd is closed or
// the program ends. It leaves nothing in the folder. Where a file system knows no locks there is
// none, and *ret_fd is -1. Errors: ERR_NO_INPUT; interrupted.
MUST_USE bool folder_lock(Str folder, int *ret_fd, Err *err);

// The read call, so that tests can make it short or make it fail.
typedef ssize_t (*ReadCall)(int fd, void *bytes, size_t count);

// A file as blocks that end at line ends. One thread at a time.
typedef struct BlockReader BlockReader;

typedef struct BlockOptions {
    size_t block_bytes; // wanted size of a block, 0 = 512 KiB; a longer line makes a longer block
    size_t line_bytes_max; // a longer line is skipped and reported; 0 = none is too long
    ReadCall read;         // NULL = read(2)
} BlockOptions;

typedef struct Block {
    Str text;            // whole lines; borrowed from the caller's buffer
    uint64_t first_line; // 1-based
    uint64_t line_count; // the last one need not end in a newline
    uint64_t index;      // 0, 1, 2, …
    bool too_long;       // no text: the line first_line is longer than the limit
} Block;

// path must outlive the reader. "-" is standard input.
MUST_USE bool block_reader_open(Str path, const BlockOptions *options, BlockReader **ret_reader,
                                Err *err);
void block_reader_close(BlockReader *reader);

// The first bytes (at most 64 KiB), as UTF-8, without consuming them.
MUST_USE bool block_reader_peek(BlockReader *reader, Str *ret_head, Err *err);

// Fills buffer with the next block; *ret_more false at the end. A UTF-8 byte order mark is dropped,
// UTF-16LE becomes UTF-8 (an unpaired surrogate becomes bytes that are not UTF-8, so that the line
// is reported as broken).
MUST_USE bool block_reader_next(BlockReader *reader, Buf *buffer, Block *ret_block, bool *ret_more,
                                Err *err);

// All that is left, as it would have come in blocks.
MUST_USE bool block_reader_rest(BlockReader *reader, Arena *arena, size_t bytes_max, Str *ret_bytes,
                                Err *err);
