// SPDX-License-Identifier: Apache-2.0
// Folders: listed to the bottom, made, locked.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/files.h"
#include "host/oserr.h"
#include "host/system.h"

typedef struct PathList {
    Arena *arena;
    Str *paths;
    uint32_t count;
    uint32_t cap;
} PathList;

typedef struct Scan {
    Arena *arena;
    PathList files;
    PathList folders; // to be listed: a work list
    FolderGap *gaps;
    uint32_t gap_count;
    uint32_t gap_cap;
} Scan;

static void list_push(PathList *list, Str path)
{
    ARENA_ROOM(list->arena, list->paths, list->count, list->cap);
    list->paths[list->count++] = path;
}

static void push_gap(Scan *scan, Str path, const char *what, int code)
{
    ARENA_ROOM(scan->arena, scan->gaps, scan->gap_count, scan->gap_cap);
    scan->gaps[scan->gap_count++] = (FolderGap){.path = path, .what = what, .code = code};
}

// Of paths, and of gaps, which begin with one.
static int compare_paths(const void *a, const void *b)
{
    const Str *x = a;
    const Str *y = b;
    size_t n = x->len < y->len ? x->len : y->len;
    int order = n == 0 ? 0 : memcmp(x->ptr, y->ptr, n);
    return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

// Regular files go to files, folders to the work list.
static void scan_entry(Scan *scan, Str folder, const char *entry)
{
    if (entry[0] == '.') {
        return;
    }
    Str path = path_join(scan->arena, folder, (Str){entry, strlen(entry)});
    struct stat st;
    if (lstat(path.ptr, &st) != 0) {
        if (errno != ENOENT) { // that: gone since it was listed
            push_gap(scan, path, "cannot look at", errno);
        }
        return;
    }
    if (S_ISDIR(st.st_mode)) {
        list_push(&scan->folders, path);
        return;
    }
    if (S_ISLNK(st.st_mode) && stat(path.ptr, &st) != 0) {
        if (errno != ENOENT) { // that: a link to nothing
            push_gap(scan, path, "cannot follow the link", errno);
        }
        return;
    }
    if (S_ISREG(st.st_mode)) { // a pipe would wait for ever
        list_push(&scan->files, path);
    }
}

static void scan_folder(Scan *scan, Str folder)
{
    char name[OS_PATH_MAX];
    DIR *dir = os_path(folder, name) ? opendir(name) : NULL;
    if (dir == NULL) {
        push_gap(scan, folder, "cannot list the folder", errno);
        return;
    }
    for (;;) {
        errno = 0;
        // readdir is safe here: nobody else uses this stream.
        const struct dirent *entry = readdir(dir); // NOLINT(concurrency-mt-unsafe)
        if (entry == NULL) {
            break;
        }
        scan_entry(scan, folder, entry->d_name);
    }
    if (errno != 0) {
        push_gap(scan, folder, "cannot list the folder", errno);
    }
    (void)closedir(dir);
}

void folder_scan(Arena *arena, Str folder, FolderScan *ret_scan)
{
    Scan scan = {.arena = arena, .files.arena = arena, .folders.arena = arena};
    list_push(&scan.folders, folder);
    for (uint32_t i = 0; i < scan.folders.count; i++) {
        scan_folder(&scan, scan.folders.paths[i]);
    }
    if (scan.files.count > 1) {
        qsort(scan.files.paths, scan.files.count, sizeof(Str), compare_paths);
    }
    if (scan.gap_count > 1) {
        qsort(scan.gaps, scan.gap_count, sizeof(FolderGap), compare_paths);
    }
    *ret_scan = (FolderScan){.files = {scan.files.paths, scan.files.count},
                             .gaps = scan.gaps,
                             .gap_count = scan.gap_count};
}

bool folder_list(Arena *arena, Str folder, FileList *ret_files, Err *err)
{
    FolderScan scan = {0};
    folder_scan(arena, folder, &scan);
    if (scan.gap_count != 0) {
        const FolderGap *gap = &scan.gaps[0];
        errno = gap->code;
        return os_err(err, ERR_NO_INPUT, gap->what, gap->path);
    }
    *ret_files = scan.files;
    return true;
}

bool folder_make(Str folder, Err *err)
{
    char name[OS_PATH_MAX];
    if (!os_path(folder, name)) {
        return os_err(err, ERR_WRITE, "cannot make folder", folder);
    }
    for (size_t i = 1; i <= folder.len; i++) {
        if (name[i] != '/' && name[i] != '\0') {
            continue;
        }
        char kept = name[i];
        name[i] = '\0';
        if (mkdir(name, 0777) != 0 && errno != EEXIST) {
            return os_err(err, ERR_WRITE, "cannot make folder", folder);
        }
        name[i] = kept;
    }
    return true;
}

// ---- the lock of a folder ----

bool folder_lock(Str folder, int *ret_fd, Err *err)
{
    char name[OS_PATH_MAX];
    *ret_fd = -1;
    int fd = os_path(folder, name) ? open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd < 0) {
        return os_err(err, ERR_NO_INPUT, "cannot open", folder);
    }
    while (flock(fd, LOCK_EX) != 0) {
        if (errno != EINTR) {
            (void)close(fd);
            return true; // no locks here
        }
        if (!system_go_on(err)) {
            (void)close(fd);
            return false;
        }
    }
    *ret_fd = fd;
    return true;
}
