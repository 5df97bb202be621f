// SPDX-License-Identifier: Apache-2.0
// Members, properties, identifiers and metadata: what the documents have in common.
#include "baseline/from_initiative_text.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/digest.h"
#include "baseline/names.h"
#include "json/read.h"

#define OSCAL_VERSION "1.2.2"

void draft_member(JsonOut *out, const char *key, Str value)
{
    json_out_key(out, str_from_cstr(key));
    json_out_str(out, value);
}

void draft_member_text(JsonOut *out, const char *key, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char text[1200];
    int len = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    size_t shown = len < 0 ? 0 : (size_t)len < sizeof text ? (size_t)len : sizeof text - 1;
    draft_member(out, key, (Str){text, shown});
}

void draft_prop(JsonOut *out, const char *name, bool own, Str value)
{
    json_out_object_begin(out);
    draft_member(out, "name", str_from_cstr(name));
    if (own) {
        draft_member(out, "ns", DATUMLINE_NS);
    }
    draft_member(out, "value", value);
    json_out_object_end(out);
}

void draft_uuid(const Draft *draft, JsonOut *out, const char *what)
{
    static const uint8_t name_space[16] = {0x2b, 0x90, 0x61, 0x1c, 0x7f, 0x34, 0x4d, 0x0a,
                                           0x8e, 0x52, 0xc4, 0x19, 0x03, 0xaf, 0x6d, 0x77};
    Buf name = {0};
    buf_printf(&name, "%s\n%.*s\n%.*s", what, STR_ARG(draft->id), STR_ARG(draft->version));
    char text[37];
    digest_uuid5(name_space, buf_str(&name), text);
    buf_free(&name);
    draft_member(out, "uuid", (Str){text, 36});
}

Str draft_one_line(Arena *arena, Str text)
{
    char *line = NEW_ARRAY(arena, char, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        bool blank = (unsigned char)text.ptr[i] <= ' ';
        if (!blank || (len != 0 && line[len - 1] != ' ')) {
            line[len++] = blank ? ' ' : text.ptr[i];
        }
    }
    while (len != 0 && line[len - 1] == ' ') {
        len--;
    }
    return (Str){line, len};
}

void draft_metadata(const Draft *draft, JsonOut *out, Str title, bool with_remarks)
{
    Buf now = {0};
    ticks_print(&now, draft->input->now);
    json_out_key(out, STR("metadata"));
    json_out_object_begin(out);
    draft_member(out, "title", draft_one_line(draft->arena, title));
    draft_member(out, "last-modified", buf_str(&now));
    draft_member(out, "version", draft->version);
    draft_member(out, "oscal-version", STR(OSCAL_VERSION));
    json_out_key(out, STR("props"));
    json_out_array_begin(out);
    draft_prop(out, "framework", true, draft->id);
    if (draft->initiative->name.len != 0) {
        draft_prop(out, "azure-initiative", true, draft->initiative->name);
    }
    json_out_array_end(out);
    if (with_remarks) {
        draft_member_text(
            out, "remarks",
            "Made from the Azure Policy initiative \"%.*s\". Identifiers are those of its "
            "groups; what the controls ask for in full stands with the publisher of the "
            "framework and is not part of this document.",
            STR_ARG(draft_one_line(draft->arena, draft->title)));
    }
    json_out_object_end(out);
    buf_free(&now);
}

Str draft_indented(Draft *draft, Buf *compact, const Json **ret_json)
{
    JsonLimits limits = JSON_LIMITS_DEFAULT;
    const Json *json = NULL;
    Err err = {0};
    Str text = str_copy(draft->arena, buf_str(compact));
    buf_free(compact);
    bool ok = json_read_data(draft->arena, text, &limits, &json, &err);
    ASSERT(ok);
    Buf pretty = {0};
    json_write_pretty(&pretty, json);
    Str bytes = str_copy(draft->arena, buf_str(&pretty));
    buf_free(&pretty);
    if (ret_json != NULL) {
        *ret_json = json;
    }
    return bytes;
}
