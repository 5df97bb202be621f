// SPDX-License-Identifier: Apache-2.0
#include "policy/suggest.h"

#include <string.h>

enum { WORD_MAX = 64 }; // longer words are not misspelt keywords

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    unsigned ab = a < b ? a : b;
    return ab < c ? ab : c;
}

// Fills row i of the edit matrix from the two rows above it.
static void fill_row(Str a, Str b, size_t i, const unsigned *above2, const unsigned *above,
                     unsigned *row)
{
    row[0] = (unsigned)i;
    for (size_t j = 1; j <= b.len; j++) {
        bool same = lower(a.ptr[i - 1]) == lower(b.ptr[j - 1]);
        row[j] = least(above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1));
        bool swapped = i > 1 && j > 1 && lower(a.ptr[i - 1]) == lower(b.ptr[j - 2]) &&
                       lower(a.ptr[i - 2]) == lower(b.ptr[j - 1]);
        if (swapped && above2[j - 2] + 1 < row[j]) {
            row[j] = above2[j - 2] + 1;
        }
    }
}

unsigned suggest_distance(Str a, Str b, unsigned max)
{
    size_t gap = a.len > b.len ? a.len - b.len : b.len - a.len;
    if (a.len > WORD_MAX || b.len > WORD_MAX || gap > max) {
        return max + 1;
    }
    unsigned rows[3][WORD_MAX + 1] = {{0}};
    for (size_t j = 0; j <= b.len; j++) {
        rows[0][j] = (unsigned)j;
    }
    for (size_t i = 1; i <= a.len; i++) {
        fill_row(a, b, i, rows[(i + 1) % 3], rows[(i - 1) % 3], rows[i % 3]);
    }
    unsigned distance = rows[a.len % 3][b.len];
    return distance <= max ? distance : max + 1;
}

Str suggest_nearest(Str word, const Str *names, size_t count)
{
    unsigned max = word.len < 4 ? 1 : (unsigned)(word.len < WORD_MAX ? word.len / 3 : 0);
    Str best = {NULL, 0};
    for (size_t i = 0; i < count; i++) {
        unsigned distance = suggest_distance(word, names[i], max);
        if (distance <= max && (best.ptr == NULL || distance < max)) {
            best = names[i];
            max = distance;
        }
    }
    return best;
}

Str suggest_ask(Arena *arena, Str near)
{
    static const char before[] = "; did you mean \"";
    static const char after[] = "\"?";
    if (near.len == 0) {
        return (Str){NULL, 0};
    }
    size_t head = sizeof before - 1;
    size_t tail = sizeof after - 1;
    char *text = NEW_ARRAY(arena, char, head + near.len + tail);
    memcpy(text, before, head);
    memcpy(text + head, near.ptr, near.len);
    memcpy(text + head + near.len, after, tail);
    return (Str){text, head + near.len + tail};
}
