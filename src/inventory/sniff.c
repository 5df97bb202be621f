// SPDX-License-Identifier: Apache-2.0
// What kind of input a file is, by its first bytes.
#include "inventory/inventory.h"
#include "inventory/slice.h"
#include "inventory/word.h"

// The text of a member of the object that starts a line, found without building it: enough to tell
// resources from bodies. Only members of the first level are looked at.
static Str first_level_text(Str line, Str key)
{
    size_t depth = 0;
    for (size_t i = 0; i < line.len; i++) {
        char c = line.ptr[i];
        if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth--;
        } else if (c == '"') {
            size_t end = i + 1;
            while (end < line.len && line.ptr[end] != '"') {
                end += line.ptr[end] == '\\' ? 2 : 1;
            }
            Str text = {line.ptr + i + 1, (end < line.len ? end : line.len) - i - 1};
            size_t after = end < line.len ? slice_skip(line, end + 1) : line.len;
            bool is_key = after < line.len && line.ptr[after] == ':';
            size_t value = is_key ? slice_skip(line, after + 1) : line.len;
            if (is_key && depth == 1 && str_eq(text, key) && value < line.len &&
                line.ptr[value] == '"') {
                Str rest = {line.ptr + value + 1, line.len - value - 1};
                return str_cut(rest, '"').head;
            }
            i = end;
        }
    }
    return (Str){0};
}

// Bodies of the admin APIs have ids and types like resources, but only adapters know what they are.
static bool is_admin_type(Str type)
{
    static const char *const families[] = {"Microsoft.BusinessAppPlatform/", "Microsoft.PowerApps/",
                                           "Microsoft.ProcessSimple/"};
    for (size_t i = 0; i < COUNTOF(families); i++) {
        if (word_starts(type, text_of(families[i]))) {
            return true;
        }
    }
    return false;
}

static bool is_resource_line(Str line)
{
    Str id = first_level_text(line, STR("id"));
    Str type = first_level_text(line, STR("type"));
    bool is_typed = word_has(type, STR("/")) && !is_admin_type(type);
    bool is_ours = word_starts(id, STR("/tenants/")) && !word_has(id, STR("/providers/"));
    bool is_arm = word_starts(id, STR("/subscriptions/")) || word_starts(id, STR("/providers/"));
    // "Namespace.Provider/type" names a resource whatever its id looks like.
    bool is_provided = word_has(str_cut(type, '/').head, STR("."));
    return is_typed && (is_ours || is_arm || is_provided);
}

// The first line that is a whole object, for one broken line says nothing of the others; none: the
// first line.
static Str telling_line(Str text)
{
    for (Str rest = text; rest.len != 0;) {
        StrCut cut = str_cut(rest, '\n');
        size_t at = slice_skip(cut.head, 0);
        if (at < cut.head.len && cut.head.ptr[at] == '{' && slice_end(cut.head, at) != 0) {
            return str_from(cut.head, at);
        }
        rest = cut.tail;
    }
    return str_cut(text, '\n').head;
}

InputShape inventory_sniff(Str first_bytes, Str file_name)
{
    static const char mark[] = "\xef\xbb\xbf";
    Str text = first_bytes;
    bool has_mark = text.len >= 3 && memcmp(text.ptr, mark, 3) == 0;
    text = has_mark ? (Str){text.ptr + 3, text.len - 3} : text;
    bool is_wide = text.len >= 2 && ((unsigned char)text.ptr[0] == 0xff || text.ptr[1] == '\0');
    if (is_wide) {
        return INPUT_BODY; // UTF-16 is a PowerShell export, never a stream of resources
    }
    size_t at = slice_skip(text, 0);
    bool named_lines = word_ends(file_name, STR(".ndjson")) || word_ends(file_name, STR(".jsonl"));
    Str telling = telling_line(str_from(text, at));
    bool is_json = at < text.len && (text.ptr[at] == '{' || text.ptr[at] == '[' ||
                                     word_starts(str_from(text, at), STR("null")));
    if (!is_json && !(named_lines && telling.len != 0 && telling.ptr[0] == '{')) {
        return INPUT_NOT_JSON;
    }
    StrCut line = str_cut((Str){text.ptr + at, text.len - at}, '\n');
    size_t next = line.found ? slice_skip(line.tail, 0) : 0;
    bool ends = text.ptr[at] == '{' && slice_end(line.head, 0) != 0;
    bool has_second = line.found && next < line.tail.len && line.tail.ptr[next] == '{';
    if (!named_lines && (!ends || !has_second)) {
        return INPUT_BODY;
    }
    return is_resource_line(telling) ? INPUT_RESOURCE_LINES : INPUT_BODY_LINES;
}
