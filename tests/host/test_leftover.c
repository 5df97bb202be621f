// SPDX-License-Identifier: Apache-2.0
// Work folders of killed runs are removed; those that somebody may still work in are not.
#include "host/leftover.h"

#include <unistd.h>

#include "base/buf.h"
#include "host/files.h"
#include "host/scratch.h"
#include "t.h"

// PREFIX ID in the scratch folder, with a file in it, a hidden one, and one further down.
static Str make(const char *prefix, long id)
{
    static const char *const files[] = {"manifest.json", ".manifest.json.tmp", "base/rules/a.json"};
    Buf name = {0};
    Err err = {0};
    buf_printf(&name, "place/%s%ld", prefix, id);
    size_t len = name.len;
    for (size_t i = 0; i < COUNTOF(files); i++) {
        name.len = len;
        buf_printf(&name, "/%s", files[i]);
        buf_byte(&name, '\0');
        Str file = scratch_path(name.ptr);
        Str base = path_base(file);
        ASSERT(folder_make((Str){file.ptr, file.len - base.len - 1}, &err));
        (void)scratch_file(name.ptr, STR("{}"));
    }
    name.len = len;
    buf_byte(&name, '\0');
    Str path = scratch_path(name.ptr);
    buf_free(&name);
    return path;
}

TEST(only_what_nobody_works_in_is_removed)
{
    Err err = {0};
    int lock = -1;
    Str left = make(".ours.new-", 42);
    Str other_name = make(".theirs.new-", 42);
    Str no_number = make(".ours.new-x", 42);
    Str no_digits = make(".ours.new-4x", 42);
    leftover_remove(scratch_path("nowhere"), STR(".ours.new-"));
    CHECK(folder_lock(left, &lock, &err) && lock >= 0);
    leftover_remove(scratch_path("place"), STR(".ours.new-"));
    CHECK(path_kind(left) == PATH_FOLDER); // somebody holds its lock
    CHECK(close(lock) == 0);
    leftover_remove(scratch_path("place"), STR(".ours.new-"));
    CHECK(path_kind(left) == PATH_MISSING);
    CHECK(path_kind(other_name) == PATH_FOLDER);
    CHECK(path_kind(no_number) == PATH_FOLDER);
    CHECK(path_kind(no_digits) == PATH_FOLDER);
}
