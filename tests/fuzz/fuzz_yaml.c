// SPDX-License-Identifier: Apache-2.0
// YAML of any kind: reading ends, says something when it refuses, and what was read is written so
// that it reads back.
#include "base/buf.h"
#include "oscal/check.h"
#include "oscal/yaml.h"
#include "json/write.h"
#include "json/yaml_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    JsonLimits limits = {.bytes_max = 1 << 16, .depth_max = 64, .values_max = 20000};
    JsonLimits wide = {.bytes_max = 1 << 28, .depth_max = 64, .values_max = 20000};
    Arena arena;
    arena_init(&arena, (size_t)1 << 30);
    DiagList diags;
    diag_init(&diags, &arena, STR("fuzz.yaml"));
    const Json *json = NULL;
    bool ok = yaml_read(&arena, (Str){(const char *)data, size}, &limits, &diags, &json);
    ASSERT(ok == (diags.errors == 0));
    if (ok) {
        Buf yaml = {0};
        yaml_write(&yaml, json);
        const Json *again = NULL;
        ASSERT(yaml_read(&arena, buf_str(&yaml), &wide, &diags, &again));
        ASSERT(str_eq(json_text(&arena, json), json_text(&arena, again)));
        OscalCheck check = {0};
        ok = oscal_check(&arena, json, &diags, &check);
        ASSERT(ok == (diags.errors == 0));
        buf_free(&yaml);
    }
    arena_free(&arena);
    return 0;
}
