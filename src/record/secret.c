// SPDX-License-Identifier: Apache-2.0
#include "record/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "host/oserr.h"
#include "host/system.h"

Secret secret_open(size_t len)
{
    ASSERT(sodium_init() >= 0);
    Secret secret = {sodium_malloc(len != 0 ? len : 1), len};
    ASSERT(secret.ptr != NULL);
    return secret;
}

void secret_close(Secret *secret)
{
    sodium_free(secret->ptr); // wipes; NULL is fine
    *secret = (Secret){0};
}

// One line, a byte at a time: what follows it in a pipe belongs to somebody else.
static bool read_line(int fd, Str name, Secret *line, Err *err)
{
    line->len = 0;
    for (;;) {
        uint8_t byte = 0;
        ssize_t n = read(fd, &byte, 1);
        if (n < 0 && errno == EINTR && !system_interrupted()) {
            continue;
        }
        if (n < 0) {
            return os_err(err, ERR_NO_INPUT, "cannot read the passphrase from", name);
        }
        if (n == 0 || byte == '\n') {
            break;
        }
        if (line->len == PASSPHRASE_BYTES_MAX) {
            return err_set(err, ERR_LIMIT, (Span){0}, "the passphrase is longer than %d bytes",
                           PASSPHRASE_BYTES_MAX);
        }
        line->ptr[line->len++] = byte;
    }
    if (line->len != 0 && line->ptr[line->len - 1] == '\r') {
        line->len--;
    }
    return true;
}

static bool read_file(Str path, Secret *line, Err *err)
{
    if (str_eq(path, STR("-"))) {
        return read_line(STDIN_FILENO, STR("standard input"), line, err);
    }
    char name[OS_PATH_MAX];
    if (!os_path(path, name)) {
        return os_err(err, ERR_NO_INPUT, "cannot open", path);
    }
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return os_err(err, ERR_NO_INPUT, "cannot open", path);
    }
    bool ok = read_line(fd, path, line, err);
    (void)close(fd);
    return ok;
}

static void say(int fd, const char *text)
{
    while (*text != '\0') {
        ssize_t n = write(fd, text, strlen(text));
        if (n <= 0) {
            return; // a prompt nobody sees is no reason to stop
        }
        text += n;
    }
}

static bool ask(int fd, const char *before, const char *prompt, Secret *line, Err *err)
{
    say(fd, before);
    say(fd, prompt);
    say(fd, ": ");
    bool ok = read_line(fd, STR("the terminal"), line, err);
    say(fd, "\n");
    return ok;
}

static bool ask_twice(int fd, const char *prompt, Secret *line, Err *err)
{
    Secret again = secret_open(PASSPHRASE_BYTES_MAX);
    bool ok = ask(fd, "", prompt, line, err) && ask(fd, "Again: ", prompt, &again, err);
    if (ok && (line->len != again.len || sodium_memcmp(line->ptr, again.ptr, line->len) != 0)) {
        ok = err_set(err, ERR_SCHEMA, (Span){0}, "the two passphrases differ; nothing was done");
    }
    secret_close(&again);
    return ok;
}

// The echo comes back whatever happens in between; an interrupt only sets a flag (host/system).
static bool ask_terminal(const char *prompt, bool twice, Secret *line, Err *err)
{
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    struct termios before;
    if (fd < 0 || tcgetattr(fd, &before) != 0) {
        if (fd >= 0) {
            (void)close(fd);
        }
        return err_set(err, ERR_NO_INPUT, (Span){0},
                       "there is no terminal to ask for the passphrase; give --passphrase-file or "
                       "--passphrase-fd");
    }
    struct termios silent = before;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
    bool ok = tcsetattr(fd, TCSAFLUSH, &silent) == 0;
    if (!ok) {
        (void)os_err(err, ERR_NO_INPUT, "cannot turn off the echo of", STR("/dev/tty"));
    } else {
        ok = twice ? ask_twice(fd, prompt, line, err) : ask(fd, "", prompt, line, err);
        (void)tcsetattr(fd, TCSAFLUSH, &before);
    }
    (void)close(fd);
    return ok;
}

bool passphrase_read(const PassphraseSource *source, const char *prompt, Secret *ret_passphrase,
                     Err *err)
{
    Secret line = secret_open(PASSPHRASE_BYTES_MAX);
    bool ok = false;
    if (source->file.len != 0) {
        ok = read_file(source->file, &line, err);
    } else if (source->fd >= 0) {
        ok = read_line(source->fd, STR("the descriptor of --passphrase-fd"), &line, err);
    } else {
        ok = ask_terminal(prompt, source->is_new, &line, err);
    }
    if (ok && line.len == 0) {
        ok = err_set(err, ERR_SCHEMA, (Span){0}, "the passphrase is empty");
    } else if (ok && source->is_new && line.len < PASSPHRASE_BYTES_MIN) {
        ok = err_set(err, ERR_SCHEMA, (Span){0},
                     "the passphrase has %zu bytes; a new one needs at least %d", line.len,
                     PASSPHRASE_BYTES_MIN);
    }
    if (!ok) {
        secret_close(&line);
        return false;
    }
    *ret_passphrase = line;
    return true;
}
