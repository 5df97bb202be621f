// SPDX-License-Identifier: Apache-2.0
#include "baseline/dir_files.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *join(Arena *arena, const char *a, const char *b, size_t b_len)
{
    size_t len = strlen(a);
    char *path = NEW_ARRAY(arena, char, len + b_len + 2);
    memcpy(path, a, len);
    path[len] = '/';
    memcpy(path + len + 1, b, b_len);
    return path;
}

static bool dir_read(void *ctx, Str path, Str *ret_bytes, Err *err)
{
    DirFiles *dir = ctx;
    const char *name = join(dir->arena, dir->root, path.ptr, path.len);
    FILE *file = fopen(name, "rb");
    if (file == NULL) {
        return err_set(err, ERR_NO_INPUT, (Span){0, 0}, "cannot open %s", name);
    }
    size_t cap = 4U << 20;
    char *bytes = NEW_ARRAY(dir->arena, char, cap);
    size_t len = fread(bytes, 1, cap, file);
    ASSERT(len < cap && fclose(file) == 0);
    *ret_bytes = (Str){bytes, len};
    return true;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

// Sorted names of the entries; folders only, or files only.
static uint32_t entries(Arena *arena, const char *path, bool folders, const char ***ret_names)
{
    enum { NAMES_MAX = 1024 };
    const char **names = NEW_ARRAY(arena, const char *, NAMES_MAX);
    uint32_t count = 0;
    DIR *open = opendir(path);
    for (struct dirent *entry; open != NULL && (entry = readdir(open)) != NULL;) {
        bool is_folder = strchr(entry->d_name, '.') == NULL;
        if (entry->d_name[0] == '.' || is_folder != folders) {
            continue;
        }
        ASSERT(count < NAMES_MAX);
        size_t len = strlen(entry->d_name);
        char *copy = NEW_ARRAY(arena, char, len + 1);
        memcpy(copy, entry->d_name, len);
        names[count++] = copy;
    }
    if (open != NULL) {
        closedir(open);
    }
    qsort(names, count, sizeof(*names), compare_names);
    *ret_names = names;
    return count;
}

static bool dir_list(void *ctx, Str directory, const Str **ret_paths, uint32_t *ret_count, Err *err)
{
    (void)err;
    DirFiles *dir = ctx;
    const char **names;
    char *path = join(dir->arena, dir->root, directory.ptr, directory.len);
    uint32_t count = entries(dir->arena, path, false, &names);
    Str *paths = NEW_ARRAY(dir->arena, Str, count);
    size_t skip = strlen(dir->root) + 1;
    for (uint32_t i = 0; i < count; i++) {
        char *full = join(dir->arena, path, names[i], strlen(names[i]));
        paths[i] = (Str){full + skip, strlen(full) - skip};
    }
    *ret_paths = paths;
    *ret_count = count;
    return true;
}

PackageFiles dir_files(DirFiles *dir)
{
    return (PackageFiles){
        .read = dir_read, .list = dir_list, .ctx = dir, .label = {dir->root, strlen(dir->root)}};
}

uint32_t dir_list_dirs(Arena *arena, const char *path, const char *const **ret_names)
{
    const char **names;
    uint32_t count = entries(arena, path, true, &names);
    *ret_names = names;
    return count;
}
