// SPDX-License-Identifier: Apache-2.0
// Differences told: a sentence for people, members for programs.
#include "baseline/diff.h"

static const char *const kind_names[DIFF_KIND_COUNT] = {
    [DIFF_MANIFEST] = "manifest",     [DIFF_CONTROL] = "control",
    [DIFF_PARAMETER] = "parameter",   [DIFF_RULE] = "rule",
    [DIFF_ASSIGNMENT] = "assignment", [DIFF_MAPPING] = "mapping",
    [DIFF_TAILORING] = "tailoring",   [DIFF_FILE] = "file",
};

const char *diff_kind_name(DiffKind kind)
{
    ASSERT(kind < DIFF_KIND_COUNT);
    return kind_names[kind];
}

static void push_short(Buf *out, Str text)
{
    buf_push(out, text.len != 0 ? text : STR("none"));
}

void difference_words(Buf *out, const Difference *difference)
{
    enum { SHORT_MAX = 80 };
    static const char *const changes[] = {"added", "removed", "changed"};
    const Difference *x = difference;
    if (x->kind == DIFF_TAILORING) {
        buf_printf(out, "%s: %.*s %.*s%s%.*s",
                   x->change == DIFF_ADDED ? "tailored" : "no longer tailored", STR_ARG(x->member),
                   STR_ARG(x->subject), x->after.len != 0 ? ": " : "", STR_ARG(x->after));
        return;
    }
    buf_push(out, str_from_cstr(kind_names[x->kind]));
    if (x->subject.len != 0) {
        buf_printf(out, " %.*s", STR_ARG(x->subject));
    }
    buf_push(out, STR(": "));
    if (x->kind == DIFF_MAPPING) {
        buf_printf(out, "%.*s %s", STR_ARG(x->member), changes[x->change]);
        return;
    }
    if (x->member.len == 0) {
        buf_push(out, str_from_cstr(changes[x->change]));
        if (x->title.len != 0) {
            buf_printf(out, " (%.*s)", STR_ARG(x->title));
        }
        return;
    }
    buf_push(out, x->member);
    buf_byte(out, ' ');
    if (x->before.len > SHORT_MAX || x->after.len > SHORT_MAX) {
        buf_push(out, STR("changed"));
        return;
    }
    push_short(out, x->after);
    buf_push(out, STR(", was "));
    push_short(out, x->before);
}

void difference_json(JsonOut *out, const Difference *difference)
{
    static const char *const changes[] = {"added", "removed", "changed"};
    const struct {
        Str key;
        Str value;
    } rows[] = {
        {STR("kind"), str_from_cstr(kind_names[difference->kind])},
        {STR("change"), str_from_cstr(changes[difference->change])},
        {STR("subject"), difference->subject},
        {STR("title"), difference->title},
        {STR("member"), difference->member},
        {STR("before"), difference->before},
        {STR("after"), difference->after},
    };
    json_out_object_begin(out);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        if (rows[i].value.len != 0) {
            json_out_key(out, rows[i].key);
            json_out_str(out, rows[i].value);
        }
    }
    json_out_object_end(out);
}
