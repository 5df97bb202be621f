// SPDX-License-Identifier: Apache-2.0
// The positional reader on any bytes: it ends, it says something when it refuses, its places are in
// order and inside the text, and what it accepts the reader for data accepts too.
#include <string.h>

#include "json/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_diags(const DiagList *diags)
{
    Span last = {0};
    for (const Diag *diag = diags->first; diag != NULL; diag = diag->next) {
        ASSERT(diag->at.line > last.line ||
               (diag->at.line == last.line && diag->at.col >= last.col));
        ASSERT(diag->text.len != 0 && strlen(diag->code) != 0);
        last = diag->at;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str bytes = {(const char *)data, size};
    JsonLimits limits = {.bytes_max = 1 << 20, .depth_max = 64, .values_max = 100000};
    Arena arena;
    arena_init(&arena, (size_t)1 << 30);
    DiagList diags;
    diag_init(&diags, &arena, STR("fuzz.json"));
    const Json *json = NULL;
    bool ok = json_read(&arena, bytes, &limits, &diags, &json);
    ASSERT(ok == (diags.errors == 0) && ok == (json != NULL));
    check_diags(&diags);

    Str utf8 = {0};
    Err err = {0};
    if (json_to_utf8(&arena, bytes, &utf8, &err)) {
        const Json *plain = NULL;
        bool plain_ok = json_read_data(&arena, utf8, &limits, &plain, &err);
        ASSERT(plain_ok || !ok);
        ASSERT(!ok || json_equal(json, plain));
        // The other way round, only a duplicate key may stand between them.
        for (const Diag *diag = diags.first; diag != NULL && plain_ok; diag = diag->next) {
            ASSERT(strcmp(diag->code, "duplicate-key") == 0);
        }
    }
    arena_free(&arena);
    return 0;
}
