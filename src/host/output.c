// SPDX-License-Identifier: Apache-2.0
#include "host/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/oserr.h"
#include "host/system.h"

enum { BUFFER_BYTES = 64 << 10, NAME_TRIES = 64 };

struct Output {
    int fd;
    Str path;
    OutputCalls calls;
    Buf buffer;
    mode_t mode;      // of a new file, before the umask
    bool direct;      // no temporary file
    bool waits;       // a pipe or a terminal: a write may take for ever
    bool temporary;   // the temporary file exists
    bool closed_pipe; // EPIPE was seen
    char target[OS_PATH_MAX];
    char work[OS_PATH_MAX + 48]; // the temporary file
};

static const OutputCalls real_calls = {.write = write, .fsync = fsync, .rename = rename};

// A new file beside the target, readable as the umask says. Unlike mkstemp, whose 0600 would stay.
static bool create_temporary(Output *output, Err *err)
{
    for (unsigned i = 0; i < NAME_TRIES; i++) {
        int n = snprintf(output->work, sizeof output->work, "%s.tmp-%ld-%u", output->target,
                         (long)getpid(), i);
        if (n < 0 || (size_t)n >= sizeof output->work) {
            errno = ENAMETOOLONG;
            break;
        }
        output->fd = open(output->work, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, output->mode);
        if (output->fd >= 0) {
            output->temporary = true;
            return true;
        }
        if (errno != EEXIST) {
            break;
        }
    }
    return os_err(err, ERR_WRITE, "cannot write", output->path);
}

static bool open_target(Output *output, Err *err)
{
    struct stat st;
    if (str_eq(output->path, STR("-"))) {
        output->fd = STDOUT_FILENO;
        output->direct = true;
        output->waits = fstat(output->fd, &st) != 0 || !S_ISREG(st.st_mode);
        return true;
    }
    if (!os_path(output->path, output->target)) {
        return os_err(err, ERR_WRITE, "cannot write", output->path);
    }
    if (stat(output->target, &st) != 0) {
        return create_temporary(output, err);
    }
    if (S_ISREG(st.st_mode)) {
        if (access(output->target, W_OK) != 0) { // a rename would not ask
            return os_err(err, ERR_WRITE, "cannot write", output->path);
        }
        output->mode &= st.st_mode; // what nobody else could read stays so
        return create_temporary(output, err);
    }
    output->direct = true;
    output->waits = true;
    output->fd = open(output->target, O_WRONLY | O_CLOEXEC);
    return output->fd >= 0 || os_err(err, ERR_WRITE, "cannot write", output->path);
}

static bool open_with(Str path, const OutputCalls *calls, mode_t mode, Output **ret_output,
                      Err *err)
{
    Output *output = calloc(1, sizeof *output);
    ASSERT(output != NULL);
    output->fd = -1;
    output->path = path;
    output->mode = mode;
    output->calls = calls != NULL ? *calls : real_calls;
    if (!open_target(output, err)) {
        free(output);
        return false;
    }
    *ret_output = output;
    return true;
}

bool output_open(Str path, const OutputCalls *calls, Output **ret_output, Err *err)
{
    return open_with(path, calls, 0666, ret_output, err);
}

bool output_open_private(Str path, const OutputCalls *calls, Output **ret_output, Err *err)
{
    return open_with(path, calls, 0600, ret_output, err);
}

static bool write_all(Output *output, Str bytes, Err *err)
{
    while (bytes.len != 0 && !output->closed_pipe) {
        size_t most = bytes.len;
        if (output->waits) {
            TRY(system_wait_writable(output->fd, err));
            most = most < PIPE_BUF ? most : PIPE_BUF;
        }
        ssize_t n = output->calls.write(output->fd, bytes.ptr, most);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0 && errno == EPIPE) {
            output->closed_pipe = true;
            return true;
        }
        if (n < 0) {
            return os_err(err, ERR_WRITE, "cannot write", output->path);
        }
        if (n == 0) {
            errno = ENOSPC; // a write that takes nothing and says nothing
            return os_err(err, ERR_WRITE, "cannot write", output->path);
        }
        bytes.ptr += n;
        bytes.len -= (size_t)n;
    }
    return true;
}

static bool flush(Output *output, Err *err)
{
    TRY(write_all(output, buf_str(&output->buffer), err));
    buf_clear(&output->buffer);
    return true;
}

bool output_write(Output *output, Str bytes, Err *err)
{
    if (output->buffer.len + bytes.len > BUFFER_BYTES) {
        TRY(flush(output, err));
    }
    if (bytes.len >= BUFFER_BYTES) {
        return write_all(output, bytes, err);
    }
    buf_push(&output->buffer, bytes);
    return true;
}

// The new name is only safe on disk once its folder is synced; a file system that cannot do that is
// no reason to fail.
static void sync_folder(const Output *output)
{
    char folder[OS_PATH_MAX];
    size_t len = 0;
    for (size_t i = 0; output->target[i] != '\0'; i++) {
        folder[i] = output->target[i];
        if (folder[i] == '/') {
            len = i + 1;
        }
    }
    if (len == 0) {
        folder[len++] = '.';
    }
    folder[len] = '\0';
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        (void)close(fd);
    }
}

bool output_commit(Output *output, Err *err)
{
    TRY(flush(output, err));
    if (output->direct) {
        return true;
    }
    if (output->calls.fsync(output->fd) != 0) {
        return os_err(err, ERR_WRITE, "cannot sync", output->path);
    }
    int fd = output->fd;
    output->fd = -1;
    if (close(fd) != 0) {
        return os_err(err, ERR_WRITE, "cannot close", output->path);
    }
    if (output->calls.rename(output->work, output->target) != 0) {
        return os_err(err, ERR_WRITE, "cannot put in place", output->path);
    }
    output->temporary = false;
    sync_folder(output);
    return true;
}

void output_close(Output *output)
{
    if (output == NULL) {
        return;
    }
    if (output->fd > STDERR_FILENO) {
        (void)close(output->fd);
    }
    if (output->temporary) {
        (void)unlink(output->work);
    }
    buf_free(&output->buffer);
    free(output);
}

bool output_is_closed_pipe(const Output *output)
{
    return output->closed_pipe;
}
