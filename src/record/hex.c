// SPDX-License-Identifier: Apache-2.0
#include "record/hex.h"

static const char digits[] = "0123456789abcdef";

void hex_print(Buf *out, const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_byte(out, digits[bytes[i] >> 4]);
        buf_byte(out, digits[bytes[i] & 15]);
    }
}

Str hex_text(Arena *arena, const uint8_t *bytes, size_t count)
{
    char *text = NEW_ARRAY(arena, char, 2 * count + 1);
    for (size_t i = 0; i < count; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    return (Str){text, 2 * count};
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_parse(Str text, uint8_t *ret_bytes, size_t count)
{
    if (text.len != 2 * count) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (digit_of(text.ptr[i]) < 0) {
            return false;
        }
    }
    for (size_t i = 0; i < count; i++) {
        ret_bytes[i] = (uint8_t)(digit_of(text.ptr[2 * i]) * 16 + digit_of(text.ptr[2 * i + 1]));
    }
    return true;
}
