// SPDX-License-Identifier: Apache-2.0
// Answers that are not data. An error never becomes drift, and never a pass.
#include "inventory/refusal.h"
#include "inventory/tree.h"

static const struct {
    const char *word; // in the code, any case
    SourceStatus status;
} code_words[] = {
    {"TooManyRequests", SOURCE_THROTTLED}, {"429", SOURCE_THROTTLED},
    {"Throttl", SOURCE_THROTTLED},         {"RateLimit", SOURCE_THROTTLED},
    {"QuotaExceeded", SOURCE_THROTTLED},   {"0x80072322", SOURCE_THROTTLED},
    {"0x80072321", SOURCE_THROTTLED},      {"0x80072326", SOURCE_THROTTLED},
    {"NotFound", SOURCE_ABSENT},           {"404", SOURCE_ABSENT},
    {"LinkedEnvironment", SOURCE_ABSENT},
};

// What a code means beyond its status.
static const struct {
    const char *code;
    const char *hint;
} code_hints[] = {
    {"LinkedEnvironmentForbiddenOperation",
     "; the environment has Dataverse, whose users and roles tell instead"},
};

static SourceStatus status_of(uint32_t status, Str code)
{
    if (status == 429) {
        return SOURCE_THROTTLED;
    }
    if (status == 404) {
        return SOURCE_ABSENT;
    }
    for (size_t i = 0; i < COUNTOF(code_words); i++) {
        if (word_has(code, text_of(code_words[i].word))) {
            return code_words[i].status;
        }
    }
    return SOURCE_REFUSED;
}

static Str hint_of(Str code)
{
    for (size_t i = 0; i < COUNTOF(code_hints); i++) {
        if (str_eq_nocase(code, text_of(code_hints[i].code))) {
            return text_of(code_hints[i].hint);
        }
    }
    return (Str){0};
}

// A message may be long and hold line breaks; a reason is one short line.
static Str one_line(Arena *arena, Str message)
{
    enum { MESSAGE_MAX = 160 };
    size_t len = message.len < MESSAGE_MAX ? message.len : MESSAGE_MAX;
    while (len != 0 && len < message.len && ((unsigned char)message.ptr[len] & 0xc0U) == 0x80) {
        len--;
    }
    char *out = NEW_ARRAY(arena, char, len + 1);
    for (size_t i = 0; i < len; i++) {
        out[i] = (unsigned char)message.ptr[i] < 0x20 ? ' ' : message.ptr[i];
    }
    return (Str){out, len};
}

static Str reason_of(Arena *arena, uint32_t status, Str code, Str message)
{
    Buf buf = {0};
    if (status != 0) {
        buf_printf(&buf, "HTTP %u", status);
    }
    if (code.len != 0) {
        buf_printf(&buf, "%s%.*s", buf.len != 0 ? " " : "", STR_ARG(one_line(arena, code)));
    }
    if (message.len != 0) {
        buf_printf(&buf, "%s%.*s", buf.len != 0 ? ": " : "", STR_ARG(one_line(arena, message)));
    }
    buf_push(&buf, hint_of(code));
    if (buf.len == 0) {
        buf_push(&buf, STR("the service answered with an error"));
    }
    Str reason = str_copy(arena, buf_str(&buf));
    buf_free(&buf);
    return reason;
}

// Where the services put an error: {"error":{code,message}}, {"error":"text"}, {code,message,…},
// {"odata.error":{code,message:{value}}}, {"Message":"…"}.
static const Json *error_of(const Json *body)
{
    const Json *error = tree_first(body, "error|odata.error");
    if (error != NULL) {
        return error;
    }
    bool has_code = tree_find(body, "code") != NULL && tree_find(body, "message") != NULL;
    if (has_code && body->count <= 6 && tree_find(body, "guidanceUrl") == NULL) {
        return body;
    }
    return body->count <= 2 && tree_find(body, "Message") != NULL ? body : NULL;
}

static bool error_is_plain(const Json *body)
{
    return tree_find(body, "value") == NULL && tree_find(body, "id") == NULL;
}

bool refusal_of_json(Arena *arena, const Json *body, uint32_t status, Refusal *ret_refusal)
{
    if (!json_is(body, JSON_OBJECT)) {
        return status >= 400 && refusal_of_text(arena, (Str){0}, status, ret_refusal);
    }
    const Json *error = error_of(body);
    bool is_error = error != NULL && error_is_plain(body);
    if (!is_error && status < 400) {
        return false;
    }
    Str code = tree_text(error, "code");
    Str message = tree_text(error, "message|message/value");
    if (json_is(error, JSON_STRING)) {
        code = error->string;
        message = tree_text(body, "error_description");
    }
    *ret_refusal = (Refusal){
        .status = status_of(status, code),
        .reason = reason_of(arena, status, code, message),
        .is_coded = code.len != 0,
    };
    return true;
}

bool refusal_of_text(Arena *arena, Str text, uint32_t status, Refusal *ret_refusal)
{
    size_t at = 0;
    while (at < text.len && (unsigned char)text.ptr[at] <= ' ') {
        at++;
    }
    Str rest = {text.len != 0 ? text.ptr + at : NULL, text.len - at};
    if (rest.len != 0 && rest.ptr[0] == '<') {
        bool is_html = word_starts(rest, STR("<!doctype html")) || word_starts(rest, STR("<html"));
        Str what = is_html ? STR("an HTML page (sign-in or no permission), not data")
                           : STR("markup, not JSON");
        *ret_refusal = (Refusal){.status = status_of(status, STR("")),
                                 .reason = reason_of(arena, status, what, STR(""))};
        return is_html || status >= 400;
    }
    if (status < 400) {
        return false;
    }
    Str empty = rest.len != 0 ? STR("") : STR("empty body");
    *ret_refusal = (Refusal){.status = status_of(status, STR("")),
                             .reason = reason_of(arena, status, empty, STR(""))};
    return true;
}
