// SPDX-License-Identifier: Apache-2.0
#include "inventory/source.h"

static const char *const status_names[] = {
    [SOURCE_READ] = "read",       [SOURCE_PARTIAL] = "partial", [SOURCE_EMPTY] = "empty",
    [SOURCE_SUSPECT] = "suspect", [SOURCE_REFUSED] = "refused", [SOURCE_THROTTLED] = "throttled",
    [SOURCE_ABSENT] = "absent",   [SOURCE_IGNORED] = "ignored", [SOURCE_UNKNOWN] = "not understood",
};

const char *source_status_name(SourceStatus status)
{
    ASSERT((size_t)status < COUNTOF(status_names));
    return status_names[status];
}

bool source_is_lacking(SourceStatus status)
{
    static const bool lacking[] = {
        [SOURCE_PARTIAL] = true,   [SOURCE_SUSPECT] = true, [SOURCE_REFUSED] = true,
        [SOURCE_THROTTLED] = true, [SOURCE_UNKNOWN] = true,
    };
    return (size_t)status < COUNTOF(lacking) && lacking[status];
}
