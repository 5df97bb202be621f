// SPDX-License-Identifier: Apache-2.0
#include "cli/ptr_list.h"

void ptr_push(PtrList *list, const void *item)
{
    ARENA_ROOM(list->arena, list->at, list->count, list->cap);
    list->at[list->count++] = item;
}
