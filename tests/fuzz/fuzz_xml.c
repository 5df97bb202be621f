// SPDX-License-Identifier: Apache-2.0
// XML of any kind: reading ends, says something when it refuses, and what was read is a tree that
// JSON can hold and a check can look at.
#include "base/buf.h"
#include "oscal/check.h"
#include "oscal/xml.h"
#include "json/read.h"
#include "json/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    JsonLimits limits = {.bytes_max = 1 << 18, .depth_max = 64, .values_max = 20000};
    JsonLimits wide = {.bytes_max = 1 << 28, .depth_max = 256, .values_max = 1 << 20};
    Arena arena;
    arena_init(&arena, (size_t)1 << 30);
    DiagList diags;
    diag_init(&diags, &arena, STR("fuzz.xml"));
    const Json *json = NULL;
    bool ok = xml_read(&arena, (Str){(const char *)data, size}, &limits, &diags, &json);
    ASSERT(ok == (diags.errors == 0));
    if (ok) {
        Buf text = {0};
        json_write(&text, json);
        const Json *again = NULL;
        ASSERT(json_read(&arena, buf_str(&text), &wide, &diags, &again));
        ASSERT(json_equal(json, again));
        OscalCheck check = {0};
        ok = oscal_check(&arena, json, &diags, &check);
        ASSERT(ok == (diags.errors == 0));
        buf_free(&text);
    }
    arena_free(&arena);
    return 0;
}
