// SPDX-License-Identifier: Apache-2.0
// The words of a command line, for every command: they are understood the same way each time, or
// something is said; arguments are words as they were given, and behind "--" every word is one.
// The first byte chooses the command, the second what the environment holds; then a word a line.
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CONTROL = 2, WORDS_MAX = 40 };

static const char *env_value; // of the variables chosen below
static uint32_t env_mask;

static const char *environment(const char *name)
{
    return (strlen(name) & 7) == (env_mask & 7) ? env_value : NULL;
}

typedef struct Words {
    char *text;
    const char *at[WORDS_MAX + 1];
    uint32_t count;
} Words;

static Words split(Str text)
{
    Words words = {.text = malloc(text.len + 1)};
    ASSERT(words.text != NULL);
    if (text.len != 0) {
        memcpy(words.text, text.ptr, text.len);
    }
    words.text[text.len] = '\0';
    for (char *at = words.text; words.count < WORDS_MAX && at != NULL; words.count++) {
        words.at[words.count] = at;
        at = strchr(at, '\n');
        if (at != NULL) {
            *at++ = '\0';
        }
    }
    return words;
}

// Every argument is one of the words, in their order.
static void check_arguments(const Options *options, const Words *words)
{
    uint32_t w = 0;
    for (uint32_t i = 0; i < options->arguments.count; i++) {
        while (w < words->count && words->at[w] != options->arguments.at[i].ptr) {
            w++;
        }
        ASSERT(w < words->count && options->arguments.at[i].len == strlen(words->at[w]));
        w++;
    }
}

// An empty word is a variable that is not set, and standard input can be read once.
static bool are_arguments(const Words *words)
{
    uint32_t dashes = 0;
    for (uint32_t i = 0; i < words->count; i++) {
        dashes += strcmp(words->at[i], "-") == 0 ? 1U : 0U;
        if (words->at[i][0] == '\0') {
            return false;
        }
    }
    return dashes < 2;
}

// Behind "--" every word is an argument, whatever it looks like.
static void check_behind_dashes(Arena *arena, CommandBit command, const Words *given)
{
    const char *words[WORDS_MAX + 1] = {"--"};
    for (uint32_t i = 0; i < given->count; i++) {
        words[i + 1] = given->at[i];
    }
    Options options = {0};
    Str message = {0};
    bool ok = options_parse(arena, command, words, given->count + 1, NULL, &options, &message);
    ASSERT(ok == are_arguments(given));
    if (!ok) {
        return;
    }
    ASSERT(options.arguments.count == given->count && !options.help && options.jobs == 0);
    for (uint32_t i = 0; i < given->count; i++) {
        ASSERT(options.arguments.at[i].ptr == given->at[i]);
    }
}

static bool same_list(const StrList *a, const StrList *b)
{
    bool same = a->count == b->count;
    for (uint32_t i = 0; same && i < a->count; i++) {
        same = str_eq(a->at[i], b->at[i]);
    }
    return same;
}

static void parse(Arena *arena, CommandBit command, const Words *words)
{
    Options options = {0};
    Options twice = {0};
    Str message = {0};
    Str second = {0};
    bool ok =
        options_parse(arena, command, words->at, words->count, environment, &options, &message);
    ASSERT(ok ==
           options_parse(arena, command, words->at, words->count, environment, &twice, &second));
    ASSERT(ok ? message.len == 0 : message.len != 0 && str_eq(message, second));
    if (ok) {
        check_arguments(&options, words);
        ASSERT(same_list(&options.exports, &twice.exports) && options.jobs == twice.jobs);
        ASSERT(same_list(&options.policies, &twice.policies) && options.help == twice.help);
    } else {
        ASSERT(options.arguments.count == 0); // nothing half-understood is handed out
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < CONTROL) {
        return 0;
    }
    Arena arena;
    arena_init(&arena, (size_t)1 << 26);
    Words words = split((Str){(const char *)data + CONTROL, size - CONTROL});
    env_mask = data[1];
    env_value = (data[1] & 8) != 0 ? words.at[words.count - 1] : NULL;
    CommandBit command = (CommandBit)1 << (data[0] % 64);
    parse(&arena, command, &words);
    check_behind_dashes(&arena, command, &words);
    Buf help = {0};
    options_help(&help, command);
    ASSERT(help.len == 0 || help.ptr[help.len - 1] == '\n');
    buf_free(&help);
    free(words.text);
    arena_free(&arena);
    return 0;
}
