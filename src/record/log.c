// SPDX-License-Identifier: Apache-2.0
#include "record/log.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "host/files.h"
#include "host/oserr.h"
#include "host/system.h"

static const LogCalls real_calls = {.write = write, .fsync = fsync, .truncate = ftruncate};

// ---- the lock ----

// The lock lies beside the record: one on the record itself would end when any reader closes it.
// Returns -1 when there can be none.
static int open_lock(const Workspace *workspace, bool exclusive)
{
    char name[OS_PATH_MAX];
    if (!os_path(workspace->lock, name)) {
        return -1;
    }
    int fd = open(name, O_RDWR | O_CLOEXEC | (exclusive ? O_CREAT : 0), 0600);
    struct flock lock = {.l_type = exclusive ? F_WRLCK : F_RDLCK, .l_whence = SEEK_SET};
    while (fd >= 0 && fcntl(fd, F_SETLKW, &lock) != 0) {
        if (errno != EINTR || system_interrupted()) {
            int code = errno;
            (void)close(fd);
            errno = code;
            return -1;
        }
    }
    return fd;
}

static void close_lock(int fd)
{
    if (fd >= 0) {
        (void)close(fd);
    }
}

// ---- reading ----

static bool read_bytes(Arena *arena, const Workspace *workspace, Str *ret_bytes, bool *ret_exists,
                       Err *err)
{
    PathKind kind = PATH_MISSING;
    *ret_bytes = (Str){0};
    *ret_exists = false;
    if (!path_look(workspace->record, &kind, err)) {
        return err_while(err, "looking for the record (--workspace names another place)");
    }
    *ret_exists = kind != PATH_MISSING;
    if (!*ret_exists) {
        return true;
    }
    Err read = {0};
    if (file_read(arena, workspace->record, RECORD_BYTES_MAX, ret_bytes, &read)) {
        return true;
    }
    if (read.kind == ERR_LIMIT) {
        return err_set(err, ERR_LIMIT, (Span){0},
                       "%.*s: a record may have %zu MiB; begin another workspace and keep a "
                       "checkpoint of this one",
                       STR_ARG(workspace->record), RECORD_BYTES_MAX >> 20);
    }
    *err = read;
    return false;
}

bool log_read(Arena *arena, const Workspace *workspace, Str *ret_bytes, bool *ret_exists, Err *err)
{
    int lock = open_lock(workspace, false); // a copy that cannot be locked is read as it is
    bool ok = read_bytes(arena, workspace, ret_bytes, ret_exists, err);
    close_lock(lock);
    return ok;
}

// ---- adding ----

typedef struct Append {
    const Workspace *workspace;
    const LogCalls *calls;
    int fd;
    bool is_new; // the file was made by this append
} Append;

static bool write_whole(const Append *append, Str bytes, Err *err)
{
    while (bytes.len != 0) {
        ssize_t n = append->calls->write(append->fd, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            errno = n == 0 ? ENOSPC : errno;
            return os_err(err, ERR_WRITE, "nothing was recorded: cannot write",
                          append->workspace->record);
        }
        bytes.ptr += n;
        bytes.len -= (size_t)n;
    }
    return true;
}

static void sync_folder(Str folder)
{
    char name[OS_PATH_MAX];
    int fd = os_path(folder, name) ? open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        (void)fsync(fd); // a file system that cannot is no reason to fail
        (void)close(fd);
    }
}

// An entry nobody was told of must not be found later: what was written of it goes away again.
static bool take_back(const Append *append, size_t size, Err *err)
{
    if (append->calls->truncate(append->fd, (off_t)size) != 0) {
        Err first = *err;
        *err = (Err){0};
        return err_set(err, first.kind, (Span){0},
                       "%.150s; what was written of it is still there: datum record mend",
                       first.text);
    }
    (void)append->calls->fsync(append->fd);
    return false;
}

static bool add_bytes(const Append *append, size_t size, Str bytes, Err *err)
{
    if (!write_whole(append, bytes, err)) {
        return take_back(append, size, err);
    }
    if (append->calls->fsync(append->fd) != 0) {
        (void)os_err(err, ERR_WRITE, "nothing was recorded: cannot sync",
                     append->workspace->record);
        return take_back(append, size, err);
    }
    if (append->is_new) {
        sync_folder(append->workspace->folder);
    }
    return true;
}

static bool open_record(Append *append, Err *err)
{
    char name[OS_PATH_MAX];
    append->is_new = path_kind(append->workspace->record) == PATH_MISSING;
    append->fd = os_path(append->workspace->record, name)
                     ? open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)
                     : -1;
    return append->fd >= 0 || os_err(err, ERR_WRITE, "cannot open", append->workspace->record);
}

// May the key sign this now, and may the entry stand after the others?
static bool check_new(Arena *arena, Replay *replay, const SigningKey *key, Str line, Ticks now,
                      Err *err)
{
    Entry entry;
    Principal founder = {.id = {0}};
    if (now < replay->last_time) {
        Str last = {0};
        Buf text = {0};
        ticks_print(&text, replay->last_time);
        last = str_copy(arena, buf_str(&text));
        buf_free(&text);
        return err_set(err, ERR_SCHEMA, (Span){0},
                       "the clock is behind the last entry of the record (%.*s); set it right",
                       STR_ARG(last));
    }
    TRY(entry_read(arena, line, &entry, err));
    return people_may_sign(people_signer(&replay->people, &entry, &founder),
                           key_id(arena, key_public(key)), now, err) &&
           people_apply(&replay->people, &entry, err);
}

static bool append_locked(Arena *arena, Append *append, const SigningKey *key,
                          const EntryNew *entry, uint64_t *ret_sequence, Err *err)
{
    Str bytes = {0};
    bool exists = false;
    Replay replay;
    TRY(read_bytes(arena, append->workspace, &bytes, &exists, err));
    replay_run(arena, bytes, REPLAY_TRUST, &replay);
    if (replay.fault.kind != FAULT_NONE) {
        return err_set(err, ERR_SCHEMA, (Span){0}, "nothing was recorded: %.*s",
                       (int)(replay.fault.text.len < 200 ? replay.fault.text.len : 200),
                       replay.fault.text.ptr);
    }
    Hash head = merkle_head(&replay.edge);
    Str line = {0};
    TRY(entry_write(arena, key, entry, replay.size + 1, &head, &line, err));
    TRY(check_new(arena, &replay, key, line, entry->time, err));
    if (bytes.len + line.len + 1 > RECORD_BYTES_MAX) {
        return err_set(err, ERR_LIMIT, (Span){0}, "the record is full: it may have %zu MiB",
                       RECORD_BYTES_MAX >> 20);
    }
    Buf text = {0};
    buf_push(&text, line);
    buf_byte(&text, '\n');
    bool ok = open_record(append, err) && add_bytes(append, bytes.len, buf_str(&text), err);
    buf_free(&text);
    *ret_sequence = replay.size + 1;
    return ok;
}

bool log_append(Arena *arena, const Workspace *workspace, const LogCalls *calls,
                const SigningKey *key, const EntryNew *entry, uint64_t *ret_sequence, Err *err)
{
    Append append = {
        .workspace = workspace, .calls = calls != NULL ? calls : &real_calls, .fd = -1};
    int lock = open_lock(workspace, true);
    if (lock < 0) {
        return os_err(err, ERR_WRITE, "cannot lock", workspace->lock);
    }
    uint64_t sequence = 0;
    bool ok = append_locked(arena, &append, key, entry, &sequence, err);
    if (append.fd >= 0) {
        (void)close(append.fd);
    }
    close_lock(lock);
    if (ok) {
        *ret_sequence = sequence;
    }
    return ok;
}

// ---- mending ----

static bool cut_tail(Arena *arena, const Append *append, Str bytes, Str tail, Str *ret_aside,
                     Err *err)
{
    Buf name = {0};
    buf_printf(&name, "record.cut-off-at-%zu", bytes.len - tail.len);
    Str aside = path_join(arena, append->workspace->folder, buf_str(&name));
    buf_free(&name);
    TRY(workspace_write(aside, tail, true, err));
    if (append->calls->truncate(append->fd, (off_t)(bytes.len - tail.len)) != 0 ||
        append->calls->fsync(append->fd) != 0) {
        return os_err(err, ERR_WRITE, "cannot shorten", append->workspace->record);
    }
    *ret_aside = aside;
    return true;
}

static bool mend_locked(Arena *arena, Append *append, MendKind *ret_kind, Str *ret_aside, Err *err)
{
    Str bytes = {0};
    bool exists = false;
    Replay replay;
    Entry entry;
    Err ignored = {0};
    TRY(read_bytes(arena, append->workspace, &bytes, &exists, err));
    replay_run(arena, bytes, REPLAY_ALL, &replay);
    *ret_kind = MEND_NOTHING;
    if (replay.tail.len == 0) {
        return true;
    }
    TRY(open_record(append, err));
    if (entry_read(arena, replay.tail, &entry, &ignored)) {
        *ret_kind = MEND_ENDED;
        return add_bytes(append, bytes.len, STR("\n"), err);
    }
    *ret_kind = MEND_CUT;
    return cut_tail(arena, append, bytes, replay.tail, ret_aside, err);
}

bool log_mend(Arena *arena, const Workspace *workspace, MendKind *ret_kind, Str *ret_aside,
              Err *err)
{
    Append append = {.workspace = workspace, .calls = &real_calls, .fd = -1};
    int lock = open_lock(workspace, true);
    if (lock < 0) {
        return os_err(err, ERR_WRITE, "cannot lock", workspace->lock);
    }
    bool ok = mend_locked(arena, &append, ret_kind, ret_aside, err);
    if (append.fd >= 0) {
        (void)close(append.fd);
    }
    close_lock(lock);
    return ok;
}
