// SPDX-License-Identifier: Apache-2.0
#include "oscal/document.h"

#include "oscal/xml.h"
#include "oscal/yaml.h"
#include "json/read.h"
#include "json/write.h"
#include "json/yaml_write.h"

const char *oscal_form_name(OscalForm form)
{
    static const char *const names[] = {
        [OSCAL_JSON] = "JSON", [OSCAL_YAML] = "YAML", [OSCAL_XML] = "XML"};
    return names[form];
}

static bool ends_nocase(Str text, Str end)
{
    return text.len >= end.len && str_eq_nocase(str_from(text, text.len - end.len), end);
}

typedef struct FormRow {
    Str end;
    OscalForm form;
} FormRow;

static bool find_form(const FormRow *rows, size_t count, Str text, OscalForm *ret_form)
{
    for (size_t i = 0; i < count; i++) {
        if (ends_nocase(text, rows[i].end)) {
            *ret_form = rows[i].form;
            return true;
        }
    }
    return false;
}

bool oscal_form_of_name(Str name, OscalForm *ret_form)
{
    static const FormRow rows[] = {{STR_INIT(".json"), OSCAL_JSON},
                                   {STR_INIT(".yaml"), OSCAL_YAML},
                                   {STR_INIT(".yml"), OSCAL_YAML},
                                   {STR_INIT(".xml"), OSCAL_XML}};
    Str path = str_cut(str_cut(name, '#').head, '?').head;
    return find_form(rows, COUNTOF(rows), path, ret_form) ||
           find_form(rows, COUNTOF(rows), name, ret_form); // a folder's name may have them too
}

bool oscal_form_of_media_type(Str media_type, OscalForm *ret_form)
{
    static const FormRow rows[] = {
        {STR_INIT("+json"), OSCAL_JSON},   {STR_INIT("/json"), OSCAL_JSON},
        {STR_INIT("+yaml"), OSCAL_YAML},   {STR_INIT("/yaml"), OSCAL_YAML},
        {STR_INIT("/x-yaml"), OSCAL_YAML}, {STR_INIT("vnd.yaml"), OSCAL_YAML},
        {STR_INIT("+xml"), OSCAL_XML},     {STR_INIT("/xml"), OSCAL_XML},
    };
    Str type = str_cut(media_type, ';').head;
    while (type.len != 0 && type.ptr[type.len - 1] == ' ') {
        type.len--;
    }
    return find_form(rows, COUNTOF(rows), type, ret_form);
}

// ---- by content ----

enum { HEAD_BYTES = 40 }; // more than "plan-of-action-and-milestones:"

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// The first characters that are no white space; of UTF-16 every second byte.
static Str head_of(Str bytes, char ret_head[HEAD_BYTES])
{
    size_t len = 0;
    size_t at = str_starts(bytes, STR("\xef\xbb\xbf")) ? 3
                : str_starts(bytes, STR("\xff\xfe"))   ? 2
                                                       : 0;
    for (; at < bytes.len && len < HEAD_BYTES; at++) {
        char c = bytes.ptr[at];
        if (c != '\0' && (len != 0 || !is_space(c))) {
            ret_head[len++] = c;
        }
    }
    return (Str){ret_head, len};
}

// "---", "%YAML" or "key:".
static bool begins_yaml(Str head)
{
    size_t i = 0;
    while (i < head.len &&
           (head.ptr[i] == '-' || ((head.ptr[i] | 0x20) >= 'a' && (head.ptr[i] | 0x20) <= 'z'))) {
        i++;
    }
    return str_starts(head, STR("---")) || str_starts(head, STR("%YAML")) ||
           (i > 0 && i < head.len && head.ptr[i] == ':');
}

OscalForm oscal_form_of(Str bytes, Str name)
{
    char space[HEAD_BYTES];
    Str head = head_of(bytes, space);
    OscalForm named = OSCAL_JSON;
    bool says = oscal_form_of_name(name, &named);
    if (str_starts(head, STR("<"))) {
        return OSCAL_XML;
    }
    if (str_starts(head, STR("{")) || str_starts(head, STR("["))) {
        return says && named == OSCAL_YAML ? OSCAL_YAML : OSCAL_JSON;
    }
    bool comment = !says && str_starts(head, STR("#"));
    return comment || (named != OSCAL_XML && begins_yaml(head)) ? OSCAL_YAML : named;
}

bool oscal_document_read(Arena *arena, Str bytes, Str name, const JsonLimits *limits,
                         DiagList *diags, const Json **ret_json)
{
    Str text = bytes;
    Err err = {0};
    switch (oscal_form_of(bytes, name)) {
    case OSCAL_JSON:
        return json_read(arena, bytes, limits, diags, ret_json);
    case OSCAL_XML:
        return xml_read(arena, bytes, limits, diags, ret_json);
    case OSCAL_YAML:
        if (bytes.len <= limits->bytes_max && !json_to_utf8(arena, bytes, &text, &err)) {
            return diag_error(diags, (Span){0}, "bad-encoding", "%s", err.text);
        }
        return yaml_read(arena, text, limits, diags, ret_json);
    }
    UNREACHABLE("OscalForm out of range");
}

void oscal_document_write(Buf *out, const Json *json, OscalForm form)
{
    ASSERT(form != OSCAL_XML);
    if (form == OSCAL_YAML) {
        yaml_write(out, json);
    } else {
        json_write_pretty(out, json);
    }
}
