// SPDX-License-Identifier: Apache-2.0
#include "baseline/read_text.h"

#include <string.h>

#include "json/read.h"

const Json *read_text(Arena *arena, const char *text)
{
    size_t len = strlen(text);
    char *copy = NEW_ARRAY(arena, char, len + 1);
    for (size_t i = 0; i < len; i++) {
        copy[i] = text[i] == '\'' ? '"' : text[i];
    }
    DiagList diags;
    diag_init(&diags, arena, STR("text"));
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    const Json *json = NULL;
    ASSERT(json_read(arena, (Str){copy, len}, &limits, &diags, &json));
    return json;
}

bool has_diag(const DiagList *diags, const char *code, const char *part)
{
    for (const Diag *diag = diags->first; diag != NULL; diag = diag->next) {
        if (strcmp(diag->code, code) != 0) {
            continue;
        }
        if (part == NULL || str_find(diag->text, (Str){part, strlen(part)}) != NULL) {
            return true;
        }
    }
    return false;
}
