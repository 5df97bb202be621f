// SPDX-License-Identifier: Apache-2.0
#include "cli/draft.h"

#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "host/files.h"
#include "host/leftover.h"
#include "host/oserr.h"
#include "host/output.h"
#include "host/system.h"

static Str folder_of(Str path)
{
    size_t at = path.len;
    while (at > 0 && path.ptr[at - 1] != '/') {
        at--;
    }
    return at > 1 ? (Str){path.ptr, at - 1} : at == 1 ? STR("/") : STR(".");
}

static void unlock(Draft *draft)
{
    if (draft->lock >= 0) {
        (void)close(draft->lock);
    }
    draft->lock = -1;
}

// The lock says that somebody works in the folder. Between making and locking it another run may
// have taken it for left over; then it is made again.
static bool make_work(Draft *draft, Err *err)
{
    do {
        unlock(draft);
        TRY(folder_make(draft->work, err));
        draft->open = true;
        if (!folder_lock(draft->work, &draft->lock, err) &&
            path_kind(draft->work) != PATH_MISSING) {
            draft_close(draft);
            return false;
        }
    } while (path_kind(draft->work) == PATH_MISSING);
    return true;
}

bool draft_open(Arena *arena, Str target, Draft *ret_draft, Err *err)
{
    if (path_kind(target) != PATH_MISSING) {
        return err_set(err, ERR_SCHEMA, (Span){0},
                       "%.*s is there already and is not overwritten; choose another name, or move "
                       "it away",
                       STR_ARG(target));
    }
    Str parent = folder_of(target);
    TRY(folder_make(parent, err));
    Buf name = {0};
    buf_printf(&name, ".%.*s.new-", STR_ARG(path_base(target)));
    leftover_remove(parent, buf_str(&name));
    buf_printf(&name, "%ld", (long)getpid());
    Draft draft = {.arena = arena,
                   .target = target,
                   .work = path_join(arena, parent, buf_str(&name)),
                   .lock = -1};
    buf_free(&name);
    TRY(make_work(&draft, err));
    *ret_draft = draft;
    return true;
}

bool draft_write(Draft *draft, Str path, Str bytes, Err *err)
{
    Str full = path_join(draft->arena, draft->work, path);
    if (system_interrupted()) {
        return err_set(err, ERR_IO, (Span){0}, "interrupted");
    }
    TRY(folder_make(folder_of(full), err));
    Output *output = NULL;
    TRY(output_open(full, NULL, &output, err));
    bool ok = output_write(output, bytes, err) && output_commit(output, err);
    output_close(output);
    return ok;
}

bool draft_commit(Draft *draft, Err *err)
{
    const char *from = NULL;
    const char *to = NULL;
    bool named = str_to_cstr(draft->arena, draft->work, &from) &&
                 str_to_cstr(draft->arena, draft->target, &to);
    ASSERT(named); // made from paths that were opened
    if (rename(from, to) != 0) {
        return os_err(err, ERR_WRITE, "cannot make", draft->target);
    }
    unlock(draft);
    draft->open = false;
    return true;
}

// The folders between a file and the draft's own, as far as they are empty.
static void remove_folders(Draft *draft, Str file)
{
    const char *name = NULL;
    for (Str at = folder_of(file); at.len >= draft->work.len; at = folder_of(at)) {
        if (str_to_cstr(draft->arena, at, &name)) {
            (void)rmdir(name);
        }
    }
}

void draft_close(Draft *draft)
{
    FileList files = {0};
    Err ignored = {0};
    const char *name = NULL;
    if (draft->open && folder_list(draft->arena, draft->work, &files, &ignored)) {
        for (uint32_t i = 0; i < files.count; i++) {
            if (str_to_cstr(draft->arena, files.paths[i], &name)) {
                (void)unlink(name);
            }
        }
        for (uint32_t i = 0; i < files.count; i++) {
            remove_folders(draft, files.paths[i]);
        }
        if (str_to_cstr(draft->arena, draft->work, &name)) {
            (void)rmdir(name);
        }
    }
    if (draft->open) {
        unlock(draft);
    }
    draft->open = false;
}

// ---- several files ----

typedef struct Staged {
    const DraftFile *file;
    Output *output;
    bool existed;
    Str old;
} Staged;

static bool stage(Arena *arena, const DraftFile *file, Staged *staged, Err *err)
{
    *staged = (Staged){.file = file, .existed = path_kind(file->path) == PATH_FILE};
    if (staged->existed) {
        TRY(file_read(arena, file->path, SIZE_MAX, &staged->old, err));
    }
    TRY(folder_make(folder_of(file->path), err));
    TRY(output_open(file->path, NULL, &staged->output, err));
    return output_write(staged->output, file->bytes, err);
}

static void put_back(Arena *arena, const Staged *staged)
{
    const char *name = NULL;
    Output *output = NULL;
    Err ignored = {0};
    if (!staged->existed) {
        if (str_to_cstr(arena, staged->file->path, &name)) {
            (void)unlink(name);
        }
    } else if (output_open(staged->file->path, NULL, &output, &ignored)) {
        if (output_write(output, staged->old, &ignored)) {
            (void)!output_commit(output, &ignored);
        }
        output_close(output);
    }
}

bool draft_replace(Arena *arena, const DraftFile *files, uint32_t count, Err *err)
{
    Staged *staged = NEW_ARRAY(arena, Staged, count);
    bool ok = true;
    for (uint32_t i = 0; i < count && ok; i++) {
        ok = stage(arena, &files[i], &staged[i], err);
    }
    uint32_t done = 0;
    while (ok && done < count) {
        ok = output_commit(staged[done].output, err);
        done += ok ? 1U : 0U;
    }
    for (uint32_t i = 0; i < done && !ok; i++) {
        put_back(arena, &staged[i]);
    }
    for (uint32_t i = 0; i < count; i++) {
        output_close(staged[i].output);
    }
    return ok;
}
