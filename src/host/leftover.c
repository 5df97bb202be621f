// SPDX-License-Identifier: Apache-2.0
#include "host/leftover.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "host/oserr.h"

static bool is_left_over(const char *name, Str prefix)
{
    size_t digits = 0;
    if (strncmp(name, prefix.ptr, prefix.len) != 0) {
        return false;
    }
    for (const char *c = name + prefix.len; *c != '\0'; c++) {
        if (*c < '0' || *c > '9') {
            return false;
        }
        digits++;
    }
    return digits != 0;
}

// Removes name with all that is in it. Nothing a draft holds is nested deeper.
static void remove_tree(int parent, const char *name, int depth)
{
    enum { DEPTH_MAX = 24 };
    int fd = depth < DEPTH_MAX
                 ? openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                 : -1;
    DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
    if (folder == NULL) {
        if (fd >= 0) {
            (void)close(fd);
        }
        (void)unlinkat(parent, name, 0);
        return;
    }
    const struct dirent *entry = NULL;
    while ((entry = readdir(folder)) != NULL) { // NOLINT(concurrency-mt-unsafe): its own stream
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            remove_tree(fd, entry->d_name, depth + 1);
        }
    }
    (void)closedir(folder);
    (void)unlinkat(parent, name, AT_REMOVEDIR);
}

static void remove_unlocked(int parent, const char *name)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
        remove_tree(parent, name, 0);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
}

void leftover_remove(Str parent, Str prefix)
{
    char path[OS_PATH_MAX];
    DIR *folder = os_path(parent, path) ? opendir(path) : NULL;
    const struct dirent *entry = NULL;
    while (folder != NULL &&
           (entry = readdir(folder)) != NULL) { // NOLINT(concurrency-mt-unsafe): its own stream
        if (is_left_over(entry->d_name, prefix)) {
            remove_unlocked(dirfd(folder), entry->d_name);
        }
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
}
