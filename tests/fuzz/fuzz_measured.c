// SPDX-License-Identifier: Apache-2.0
// Bytes as an earlier result: the reader ends, says something when it refuses, and what it accepts
// compares with itself as equal and with nothing as all new.
#include "assess/compare.h"

#include "json/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const Measured nothing;
    Arena arena;
    arena_init(&arena, (size_t)1 << 30);
    JsonLimits limits = {.bytes_max = (size_t)1 << 20, .depth_max = 64, .values_max = 100000};
    const Json *json = NULL;
    Measured measured;
    Err err = {0};
    if (json_read_data(&arena, (Str){(const char *)data, size}, &limits, &json, &err)) {
        bool ok = measured_read(&arena, json, &measured, &err);
        ASSERT(ok == (err.kind == ERR_NONE));
        if (ok) {
            Comparison same = compare_measured(&arena, &measured, &measured);
            Comparison first = compare_measured(&arena, &nothing, &measured);
            ASSERT(same.control_count == 0 && same.finding_count == 0);
            ASSERT(first.finding_count == measured.finding_count);
            ASSERT(first.control_count <= measured.control_count);
        }
    }
    arena_free(&arena);
    return 0;
}
