// SPDX-License-Identifier: Apache-2.0
// Resolution on any documents: it ends within its limits, says something when it refuses, and what
// it gives is a catalog that survives being written, read and resolved again as it is.
// The input is a profile; behind NUL bytes come the documents d1.json, d2.json, …
#include <stdio.h>

#include "oscal/resolve.h"
#include "json/read.h"
#include "json/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEPS_MAX = 20000, OBJECTS_MAX = 2000 };

typedef struct Input {
    Str text;     // all documents
    Str resolved; // out.json
    uint32_t asked;
} Input;

// Document n of the input; false when there are fewer.
static bool nth(Str text, uint32_t n, Str *ret_document)
{
    StrCut cut = str_cut(text, '\0');
    for (; n > 0 && cut.found; n--) {
        cut = str_cut(cut.tail, '\0');
    }
    *ret_document = cut.head;
    return n == 0;
}

static bool give(void *ctx, Arena *arena, Str href, Str *ret_bytes, Err *err)
{
    Input *input = ctx;
    (void)arena;
    input->asked++;
    if (str_eq(href, STR("p.json"))) {
        return nth(input->text, 0, ret_bytes);
    }
    if (str_eq(href, STR("again.json"))) {
        *ret_bytes = STR("{\"profile\":{\"imports\":[{\"href\":\"out.json\",\"include-all\":{}}],"
                         "\"merge\":{\"as-is\":true}}}");
        return true;
    }
    if (str_eq(href, STR("out.json"))) {
        *ret_bytes = input->resolved;
        return true;
    }
    bool is_ours = href.len == 7 && str_starts(href, STR("d")) && str_ends(href, STR(".json")) &&
                   href.ptr[1] > '0' && href.ptr[1] <= '9' &&
                   nth(input->text, (uint32_t)(href.ptr[1] - '0'), ret_bytes);
    return is_ours || err_set(err, ERR_NO_INPUT, (Span){0, 0}, "no such document");
}

static bool resolve(Arena *arena, Input *input, Str href, OscalReading reading, DiagList *diags,
                    OscalResolved *ret_resolved)
{
    OscalDocuments documents = {.read = give, .ctx = input};
    OscalResolveOptions options = {
        .reading = reading,
        .limits = {.json = {.bytes_max = 1 << 20, .depth_max = 40, .values_max = 20000},
                   .depth_max = 5,
                   .documents_max = 10,
                   .objects_max = OBJECTS_MAX,
                   .steps_max = STEPS_MAX},
        .now = STR("2026-01-01T00:00:00Z"),
        .tool = STR("fuzz"),
    };
    uint32_t before = diags->errors;
    bool ok = oscal_resolve(arena, href, &documents, &options, diags, ret_resolved);
    ASSERT(ok == (diags->errors == before));
    ASSERT(input->asked <= 100000);
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;
    arena_init(&arena, (size_t)2 << 30);
    DiagList diags;
    diag_init(&diags, &arena, STR("p.json"));
    Input input = {.text = {(const char *)data, size}};
    OscalReading reading = {.nested_flat = size % 2 != 0, .params_to_catalog = size % 3 == 0};
    OscalResolved resolved = {0};
    if (resolve(&arena, &input, STR("p.json"), reading, &diags, &resolved)) {
        Buf text = {0};
        json_write(&text, resolved.json);
        input.resolved = buf_str(&text);
        OscalResolved again = {0};
        DiagList quiet;
        diag_init(&quiet, &arena, STR("again.json"));
        if (resolve(&arena, &input, STR("again.json"), reading, &quiet, &again)) {
            ASSERT(json_find(again.json, STR("catalog")) != NULL);
            for (uint32_t i = 0; i < again.trace_count; i++) {
                ASSERT(!again.trace[i].by_profile);
            }
        }
        buf_free(&text);
    }
    arena_free(&arena);
    return 0;
}
