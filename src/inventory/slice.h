// SPDX-License-Identifier: Apache-2.0
// slice — where one JSON value ends, without building it: so that a large list is read entry by
// entry and a file of lines line by line.
// Depends on: base.  Thread-safe: pure.
#pragma once

#include "base/str.h"

// The offset behind the object or array that starts at text.ptr[at]; 0 when it does not end.
// Only brackets and strings are looked at; the reader of the slice finds what else is wrong.
size_t slice_end(Str text, size_t at);

// The offset of the first byte at or behind at that is no white space; text.len = none.
size_t slice_skip(Str text, size_t at);

// Walks the items of the array that starts at text.ptr[at].
typedef struct SliceList {
    Str text;
    size_t at;        // internal
    size_t item_at;   // offset of the item that slice_next found
    uint32_t line;    // of that item
    size_t line_seen; // internal
    bool is_first;    // internal
    bool is_broken;   // the array does not end, or its items are not separated by commas
} SliceList;

void slice_list(SliceList *list, Str text, size_t at);
bool slice_next(SliceList *list, Str *ret_item); // false: end, or is_broken
size_t slice_list_end(const SliceList *list);    // the offset behind the array, once walked
