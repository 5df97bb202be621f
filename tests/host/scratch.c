// SPDX-License-Identifier: Apache-2.0
#include "host/scratch.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATHS_MAX = 64, PATH_BYTES = 512 };

static char folder[PATH_BYTES / 2];
static char paths[PATHS_MAX][PATH_BYTES];
static int path_count;

static void remove_entries(const char *path)
{
    DIR *dir = opendir(path);
    for (struct dirent *entry = dir != NULL ? readdir(dir) : NULL; entry != NULL;
         entry = readdir(dir)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        char below[2 * PATH_BYTES];
        (void)snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        if (unlink(below) != 0) {
            remove_entries(below);
            (void)rmdir(below);
        }
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
}

static void remove_folder(void)
{
    remove_entries(folder);
    (void)rmdir(folder);
}

const char *scratch_folder(void)
{
    if (folder[0] == '\0') {
        const char *base = getenv("TMPDIR");
        (void)snprintf(folder, sizeof folder, "%s/datum-test-XXXXXX",
                       base != NULL && *base != '\0' ? base : "/tmp");
        ASSERT(mkdtemp(folder) != NULL);
        ASSERT(atexit(remove_folder) == 0);
    }
    return folder;
}

Str scratch_path(const char *name)
{
    char wanted[PATH_BYTES];
    int n = snprintf(wanted, sizeof wanted, "%s/%s", scratch_folder(), name);
    ASSERT(n > 0 && n < PATH_BYTES);
    int i = 0;
    while (i < path_count && strcmp(paths[i], wanted) != 0) {
        i++;
    }
    if (i == path_count) {
        ASSERT(path_count < PATHS_MAX);
        memcpy(paths[path_count++], wanted, sizeof wanted);
    }
    return (Str){paths[i], (size_t)n};
}

Str scratch_file(const char *name, Str bytes)
{
    Str path = scratch_path(name);
    FILE *file = fopen(path.ptr, "wb");
    ASSERT(file != NULL);
    ASSERT(fwrite(bytes.ptr != NULL ? bytes.ptr : "", 1, bytes.len, file) == bytes.len);
    ASSERT(fclose(file) == 0);
    return path;
}

char *scratch_read(Str path, size_t *ret_len)
{
    FILE *file = fopen(path.ptr, "rb");
    if (file == NULL) {
        return NULL;
    }
    size_t cap = (size_t)16 << 20;
    char *bytes = malloc(cap + 1);
    ASSERT(bytes != NULL);
    *ret_len = fread(bytes, 1, cap, file);
    bytes[*ret_len] = '\0';
    ASSERT(fclose(file) == 0);
    return bytes;
}

int scratch_count(void)
{
    int n = 0;
    DIR *dir = opendir(scratch_folder());
    ASSERT(dir != NULL);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        n += entry->d_name[0] != '.' ? 1 : 0;
    }
    (void)closedir(dir);
    return n;
}
