// SPDX-License-Identifier: Apache-2.0
// format('{0,-10} of {1:N2}', …): composite formatting in the invariant culture.
// Source: .NET "Composite formatting".
#include <string.h>

#include "base/text.h"
#include "policy/func_impl.h"
#include "policy/number_format.h"
#include "policy/scalar.h"
#include "json/write.h"

// --- items --------------------------------------------------------------------------------------

// {index[,width][:spec]}; a negative width puts the text to the left.
typedef struct Item {
    uint32_t index;
    int64_t width;
    Str spec;
} Item;

static Str trim_spaces(Str s)
{
    while (s.len > 0 && s.ptr[0] == ' ') {
        s = (Str){s.ptr + 1, s.len - 1};
    }
    while (s.len > 0 && s.ptr[s.len - 1] == ' ') {
        s.len--;
    }
    return s;
}

static bool parse_width(const Call *c, Str text, int64_t *ret_width)
{
    Str s = trim_spaces(text);
    int64_t width = 0;
    if (s.len == 0 || s.ptr[0] == '+' || !scalar_read_int(s, &width)) {
        return call_fail(c, "'%.*s' is not an alignment: give a width like {0,10} or {0,-10}",
                         STR_ARG(text));
    }
    if (width < -FUNC_TEXT_MAX || width > FUNC_TEXT_MAX) {
        return call_fail(c, "the alignment %lld is more than the limit of %d", (long long)width,
                         FUNC_TEXT_MAX);
    }
    *ret_width = width;
    return true;
}

static bool parse_item(const Call *c, Str text, Item *ret_item)
{
    Item item = {0};
    StrCut colon = str_cut(text, ':');
    StrCut comma = str_cut(colon.head, ',');
    Str number = trim_spaces(comma.head);
    int64_t index = 0;
    // White space may stand behind the index, not before it.
    bool is_plain = number.len != 0 && comma.head.ptr[0] >= '0' && comma.head.ptr[0] <= '9';
    if (!is_plain || !scalar_read_int(number, &index)) {
        return call_fail(c, "'{%.*s}' is not a placeholder like {0}", STR_ARG(text));
    }
    if (index >= (int64_t)c->count - 1) {
        return call_fail(c, "{%lld} has no argument, there are %u to place", (long long)index,
                         (unsigned)(c->count - 1));
    }
    TRY(!comma.found || parse_width(c, comma.tail, &item.width));
    item.index = (uint32_t)index + 1;
    item.spec = colon.tail;
    *ret_item = item;
    return true;
}

// Arrays and objects: their JSON, with ' for ", as the service writes them.
static void put_json(Buf *out, const Json *value)
{
    size_t start = out->len;
    json_write(out, value);
    for (size_t i = start; i < out->len; i++) {
        out->ptr[i] = out->ptr[i] == '"' ? '\'' : out->ptr[i];
    }
}

static bool put_value(const Call *c, Buf *out, const Item *item)
{
    const Json *value = c->args[item->index];
    if (value->type == JSON_NUMBER) {
        return number_format(out, value, item->spec) ||
               call_fail(c, "'%.*s' is not a format for the number %.*s", STR_ARG(item->spec),
                         STR_ARG(value->number.text));
    }
    char buf[SCALAR_TEXT_MAX];
    Str text = {0};
    if (scalar_text(value, buf, &text)) {
        buf_push(out, text);
    } else {
        put_json(out, value);
    }
    return true;
}

static bool put_item(const Call *c, Buf *out, const Item *item)
{
    Buf value = {0};
    bool done = put_value(c, &value, item);
    int64_t pad = (item->width < 0 ? -item->width : item->width) -
                  (done ? (int64_t)text_utf16_len(buf_str(&value)) : 0);
    for (int64_t i = 0; done && item->width > 0 && i < pad; i++) {
        done = call_put(c, out, STR(" "));
    }
    done = done && call_put(c, out, buf_str(&value));
    for (int64_t i = 0; done && item->width < 0 && i < pad; i++) {
        done = call_put(c, out, STR(" "));
    }
    buf_free(&value);
    return done;
}

// One piece of the template from *at on: a doubled brace, an item, or text up to the next brace.
static bool put_piece(const Call *c, Buf *out, Str template, size_t *at)
{
    char brace = template.ptr[*at];
    size_t left = template.len - *at;
    if (brace != '{' && brace != '}') {
        size_t end = *at;
        while (end < template.len && template.ptr[end] != '{' && template.ptr[end] != '}') {
            end++;
        }
        Str text = {template.ptr + *at, end - *at};
        *at = end;
        return call_put(c, out, text);
    }
    if (left > 1 && template.ptr[*at + 1] == brace) {
        Str text = {template.ptr + *at, 1};
        *at += 2;
        return call_put(c, out, text);
    }
    StrCut cut = str_cut((Str){template.ptr + *at + 1, left - 1}, '}');
    if (brace == '}' || !cut.found) {
        return call_fail(c, "the '%c' at character %zu has no partner; write '%c%c' for one", brace,
                         text_utf16_at(template, *at) + 1, brace, brace);
    }
    Item item = {0};
    *at += cut.head.len + 2;
    return parse_item(c, cut.head, &item) && put_item(c, out, &item);
}

bool fn_format(const Call *c, const Json **ret_value)
{
    Str template = {0};
    TRY(call_str(c, 0, &template));
    Buf out = {0};
    for (size_t at = 0; at < template.len;) {
        if (!put_piece(c, &out, template, &at)) {
            buf_free(&out);
            return false;
        }
    }
    return call_ret_buf(c, &out, ret_value);
}
