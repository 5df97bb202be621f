// SPDX-License-Identifier: Apache-2.0
#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>

enum { DIAG_LIMIT_DEFAULT = 100 };

void diag_init(DiagList *list, Arena *arena, Str file)
{
    *list = (DiagList){.arena = arena, .file = file};
}

bool diag_is_full(const DiagList *list)
{
    return list->count >= (list->limit != 0 ? list->limit : DIAG_LIMIT_DEFAULT);
}

PRINTF_LIKE(2, 0)
static Str text_print(Arena *arena, const char *fmt, va_list args)
{
    va_list again;
    va_copy(again, args);
    int want = vsnprintf(NULL, 0, fmt, args);
    ASSERT(want >= 0);
    size_t size = (size_t)want + 1;
    char *text = NEW_ARRAY(arena, char, size);
    (void)vsnprintf(text, size, fmt, again);
    va_end(again);
    return (Str){text, (size_t)want};
}

PRINTF_LIKE(5, 0)
static void diag_push(DiagList *list, DiagLevel level, Span at, const char *code, const char *fmt,
                      va_list args)
{
    bool is_full = diag_is_full(list);
    list->errors += level == DIAG_ERROR ? 1U : 0U;
    list->count++;
    if (is_full) {
        return;
    }
    Diag *diag = NEW(list->arena, Diag);
    *diag = (Diag){.level = level, .code = code, .file = list->file, .at = at};
    diag->text = text_print(list->arena, fmt, args);
    if (list->tail == NULL) {
        list->tail = &list->first;
    }
    *list->tail = diag;
    list->tail = &diag->next;
}

bool diag_error(DiagList *list, Span at, const char *code, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    diag_push(list, DIAG_ERROR, at, code, fmt, args);
    va_end(args);
    return false;
}

void diag_warn(DiagList *list, Span at, const char *code, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    diag_push(list, DIAG_WARNING, at, code, fmt, args);
    va_end(args);
}
