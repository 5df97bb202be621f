// SPDX-License-Identifier: Apache-2.0
#include "record/workspace.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/files.h"
#include "host/oserr.h"
#include "host/output.h"
#include "record/doc.h"

Workspace workspace_at(Arena *arena, Str folder)
{
    return (Workspace){
        .folder = folder,
        .keys = path_join(arena, folder, STR("keys")),
        .people = path_join(arena, folder, STR("people")),
        .record = path_join(arena, folder, STR("record.ndjson")),
        .lock = path_join(arena, folder, STR("record.lock")),
    };
}

static bool make_folder(Str path, Err *err)
{
    char name[OS_PATH_MAX];
    if (!os_path(path, name) || (mkdir(name, 0700) != 0 && errno != EEXIST)) {
        return os_err(err, ERR_WRITE, "cannot make the folder", path);
    }
    return true;
}

bool workspace_make(const Workspace *workspace, Err *err)
{
    return make_folder(workspace->folder, err) && make_folder(workspace->keys, err) &&
           make_folder(workspace->people, err);
}

bool workspace_write(Str path, Str bytes, bool is_private, Err *err)
{
    Output *output = NULL;
    TRY(is_private ? output_open_private(path, NULL, &output, err)
                   : output_open(path, NULL, &output, err));
    bool ok = output_write(output, bytes, err) && output_write(output, STR("\n"), err) &&
              output_commit(output, err);
    output_close(output);
    return ok;
}

void workspace_remove(Str path)
{
    char name[OS_PATH_MAX];
    if (os_path(path, name)) {
        (void)unlink(name);
    }
}

static Str path_of(Arena *arena, Str folder, Str id)
{
    Buf name = {0};
    buf_printf(&name, "%.*s.json", STR_ARG(id));
    Str path = path_join(arena, folder, buf_str(&name));
    buf_free(&name);
    return path;
}

Str workspace_key_path(Arena *arena, const Workspace *workspace, Str id)
{
    return path_of(arena, workspace->keys, id);
}

Str workspace_principal_path(Arena *arena, const Workspace *workspace, Str id)
{
    return path_of(arena, workspace->people, id);
}

bool workspace_key_ids(Arena *arena, const Workspace *workspace, const Str **ret_ids,
                       uint32_t *ret_count, Err *err)
{
    FileList files = {0};
    if (path_kind(workspace->keys) == PATH_FOLDER) {
        TRY(folder_list(arena, workspace->keys, &files, err));
    }
    Str *ids = NEW_ARRAY(arena, Str, files.count + 1U);
    uint32_t count = 0;
    for (uint32_t i = 0; i < files.count; i++) {
        Str name = path_base(files.paths[i]);
        if (name.len == KEY_ID_LEN + STR(".json").len && str_ends(name, STR(".json"))) {
            ids[count++] = (Str){name.ptr, KEY_ID_LEN};
        }
    }
    *ret_ids = ids;
    *ret_count = count;
    return true;
}

bool workspace_read_key(Arena *arena, const Workspace *workspace, Str id, KeyFile *ret_file,
                        Err *err)
{
    Str bytes = {0};
    Str path = workspace_key_path(arena, workspace, id);
    TRY(file_read(arena, path, DOC_LIMITS.bytes_max, &bytes, err));
    if (!key_file_read(arena, bytes, ret_file, err)) {
        return err_while(err, "reading %.*s", STR_ARG(path));
    }
    if (!str_eq(ret_file->id, id)) {
        return err_set(err, ERR_SCHEMA, (Span){0}, "%.*s holds the key %.*s", STR_ARG(path),
                       STR_ARG(ret_file->id));
    }
    return true;
}

bool workspace_read_principal(Arena *arena, Str path, Principal *ret_principal, Err *err)
{
    Str bytes = {0};
    TRY(file_read(arena, path, DOC_LIMITS.bytes_max, &bytes, err));
    return principal_read(arena, bytes, ret_principal, err) ||
           err_while(err, "reading %.*s", STR_ARG(path));
}
