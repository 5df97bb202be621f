// SPDX-License-Identifier: Apache-2.0
#include "baseline/release_version.h"

enum { PARTS = 3, DIGITS_MAX = 9 };

static bool parse_part(Str digits, uint64_t *ret_value)
{
    uint64_t value = 0;
    if (digits.len == 0 || digits.len > DIGITS_MAX || (digits.len > 1 && digits.ptr[0] == '0')) {
        return false;
    }
    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.ptr[i];
        if (c < '0' || c > '9') {
            return false;
        }
        value = value * 10 + (uint64_t)(c - '0');
    }
    *ret_value = value;
    return true;
}

static bool parse(Str text, uint64_t ret_parts[PARTS])
{
    StrCut cut = {.tail = text};
    for (int i = 0; i < PARTS; i++) {
        cut = str_cut(cut.tail, '.');
        if (cut.found != (i + 1 < PARTS) || !parse_part(cut.head, &ret_parts[i])) {
            return false;
        }
    }
    return true;
}

bool release_version_is(Str text)
{
    uint64_t parts[PARTS];
    return parse(text, parts);
}

void release_version_next(Buf *buf, Str version)
{
    uint64_t parts[PARTS];
    bool ok = parse(version, parts);
    ASSERT(ok);
    buf_u64(buf, parts[0]);
    buf_byte(buf, '.');
    buf_u64(buf, parts[1] + 1);
    buf_push(buf, STR(".0"));
}
