// SPDX-License-Identifier: Apache-2.0
// shared — for tests: documents from text, and the corpora beside the checkout when they are there.
// DATUM_SHARED names their folder; otherwise ../shared beside the source root.
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "json/read.h"

enum { SHARED_ARENA_BYTES = 1 << 30 };

// A document from text; broken text stops the test program. In a text without double quotes
// ' stands for them, and ` for '.
static inline const Json *json_text(Arena *arena, const char *text)
{
    char *copy = NEW_ARRAY(arena, char, strlen(text) + 1);
    bool swap = strchr(text, '"') == NULL;
    for (size_t i = 0; text[i] != '\0'; i++) {
        copy[i] = swap && text[i] == '\'' ? '"' : swap && text[i] == '`' ? '\'' : text[i];
    }
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    DiagList diags;
    diag_init(&diags, arena, STR("test"));
    const Json *json = NULL;
    bool ok = json_read(arena, str_from_cstr(copy), &limits, &diags, &json);
    if (!ok) {
        printf("# broken test document: %s\n", text);
    }
    ASSERT(ok);
    return json;
}

// Opens a file of the shared folder; NULL when it is not there.
static inline FILE *shared_open(const char *path)
{
    const char *folder = getenv("DATUM_SHARED");
    const char *root = getenv("DATUM_ROOT");
    char full[1024];
    if (folder != NULL) {
        (void)snprintf(full, sizeof full, "%s/%s", folder, path);
    } else {
        (void)snprintf(full, sizeof full, "%s/../shared/%s", root != NULL ? root : ".", path);
    }
    return fopen(full, "rb");
}

// Reads a file of one document a line; false (and a note) when it is not there.
static inline bool shared_lines(Arena *arena, const char *path, const Json *const **ret_docs,
                                uint32_t *ret_count)
{
    FILE *in = shared_open(path);
    if (in == NULL) {
        printf("# not here: %s\n", path);
        return false;
    }
    Str text = {NULL, 0};
    ASSERT(fseek(in, 0, SEEK_END) == 0);
    long size = ftell(in);
    rewind(in);
    char *bytes = NEW_ARRAY(arena, char, (size_t)size + 1);
    text = (Str){bytes, fread(bytes, 1, (size_t)size, in)};
    (void)fclose(in);
    uint32_t cap = 1;
    for (size_t i = 0; i < text.len; i++) {
        cap += text.ptr[i] == '\n' ? 1 : 0;
    }
    const Json **docs = NEW_ARRAY(arena, const Json *, cap);
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    *ret_count = 0;
    while (text.len != 0) {
        StrCut cut = str_cut(text, '\n');
        Err err = {.kind = ERR_NONE};
        if (cut.head.len > 1) {
            bool ok = json_read_data(arena, cut.head, &limits, &docs[*ret_count], &err);
            ASSERT(ok);
            (*ret_count)++;
        }
        text = cut.tail;
    }
    *ret_docs = docs;
    return true;
}

// True when some diagnostic has this code and holds this text.
static inline bool diags_have(const DiagList *diags, const char *code, const char *text)
{
    for (const Diag *diag = diags->first; diag != NULL; diag = diag->next) {
        if (strcmp(diag->code, code) == 0 && str_find(diag->text, str_from_cstr(text)) != NULL) {
            return true;
        }
    }
    return false;
}

static inline void diags_print(const DiagList *diags)
{
    for (const Diag *diag = diags->first; diag != NULL; diag = diag->next) {
        printf("# %u:%u %s: %.*s\n", diag->at.line, diag->at.col, diag->code, STR_ARG(diag->text));
    }
}
