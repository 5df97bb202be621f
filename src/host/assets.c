// SPDX-License-Identifier: Apache-2.0
#include "host/assets.h"

#include <string.h>

static int compare(Str a, Str b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len != 0 ? memcmp(a.ptr, b.ptr, len) : 0;
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

// The first asset whose path is not below the given one in byte order.
static uint32_t lower_bound(Str path)
{
    uint32_t low = 0;
    uint32_t high = asset_count;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (compare(asset_table[mid].path, path) < 0) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return low;
}

const Asset *asset_find(Str path)
{
    uint32_t at = lower_bound(path);
    return at < asset_count && compare(asset_table[at].path, path) == 0 ? &asset_table[at] : NULL;
}

const Asset *asset_find_prefix(Str prefix, uint32_t *ret_count)
{
    uint32_t first = lower_bound(prefix);
    uint32_t end = first;
    while (end < asset_count && asset_table[end].path.len >= prefix.len &&
           compare((Str){asset_table[end].path.ptr, prefix.len}, prefix) == 0) {
        end++;
    }
    *ret_count = end - first;
    return &asset_table[first];
}
