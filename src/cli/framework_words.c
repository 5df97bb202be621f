// SPDX-License-Identifier: Apache-2.0
#include "cli/framework_words.h"

#include "base/text.h"

Str frameworks_licence(const LibraryFramework *framework)
{
    static const Str words[] = {STR_INIT("copyright"), STR_INIT("licen"), STR_INIT("public domain"),
                                STR_INIT("©")};
    Str rest = framework->remarks;
    while (rest.len != 0) {
        size_t end = 0;
        while (end < rest.len && rest.ptr[end] != '\n' &&
               !(rest.ptr[end] == '.' &&
                 (end + 1 == rest.len || rest.ptr[end + 1] == ' ' || rest.ptr[end + 1] == '\n'))) {
            end++;
        }
        Str sentence = {rest.ptr, end < rest.len && rest.ptr[end] == '.' ? end + 1 : end};
        for (size_t i = 0; i < COUNTOF(words); i++) {
            if (text_find_nocase(sentence, words[i]) >= 0) {
                return sentence;
            }
        }
        rest = str_from(rest, end + 1);
        while (rest.len != 0 && (rest.ptr[0] == ' ' || rest.ptr[0] == '\n')) {
            rest = str_from(rest, 1);
        }
    }
    return (Str){0};
}

void frameworks_push_name(Buf *out, const LibraryControl *control)
{
    buf_push(out, control->label);
    if (control->title.len != 0 && !str_eq_nocase(control->title, control->label)) {
        buf_byte(out, ' ');
        buf_push(out, control->title);
    }
}

const char *frameworks_certainty_name(LibraryCertainty certainty)
{
    static const char *const names[] = {
        [LIBRARY_STATED] = "stated",
        [LIBRARY_FOLLOWS] = "follows",
        [LIBRARY_SUGGESTED] = "suggested",
    };
    ASSERT((size_t)certainty < COUNTOF(names));
    return names[certainty];
}

Str frameworks_relation_words(Arena *arena, OscalRelation relation, LibraryCertainty certainty,
                              Str through_framework, Str through_control)
{
    const char *name = oscal_relation_name(relation);
    Buf text = {0};
    if (certainty == LIBRARY_STATED) {
        buf_push(&text, str_from_cstr(name));
    } else {
        bool follows = certainty == LIBRARY_FOLLOWS;
        buf_printf(&text, "%s (%s %.*s %.*s)", follows ? name : "may relate",
                   follows ? "follows over" : "over", STR_ARG(through_framework),
                   STR_ARG(through_control));
    }
    Str copy = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

void frameworks_member(JsonOut *out, const char *key, Str value)
{
    if (value.len != 0) {
        json_out_key(out, str_from_cstr(key));
        json_out_str(out, value);
    }
}

void frameworks_source(JsonOut *out, const LibraryMapping *mapping)
{
    json_out_object_begin(out);
    frameworks_member(out, "collection", mapping->collection);
    frameworks_member(out, "from", mapping->source);
    frameworks_member(out, "to", mapping->target);
    frameworks_member(out, "method", mapping->method);
    frameworks_member(out, "rationale", mapping->rationale);
    frameworks_member(out, "status", mapping->status);
    frameworks_member(out, "origin", mapping->origin);
    frameworks_member(out, "file", mapping->file);
    json_out_object_end(out);
}

void frameworks_relation(JsonOut *out, const LibraryRelation *relation)
{
    if (relation->certainty != LIBRARY_SUGGESTED) {
        frameworks_member(out, "relationship",
                          str_from_cstr(oscal_relation_name(relation->relation)));
    }
    frameworks_member(out, "certainty",
                      str_from_cstr(frameworks_certainty_name(relation->certainty)));
    if (relation->certainty != LIBRARY_STATED) {
        json_out_key(out, STR("through"));
        json_out_object_begin(out);
        frameworks_member(out, "framework", relation->through_framework);
        frameworks_member(out, "control", relation->through_control);
        json_out_object_end(out);
    }
}

void frameworks_coverage(JsonOut *out, const ControlCoverage *coverage, const Baseline *baseline)
{
    json_out_object_begin(out);
    frameworks_member(out, "baseline", baseline->name);
    frameworks_member(out, "way", str_from_cstr(coverage_way_name(coverage->way)));
    json_out_key(out, STR("controls"));
    json_out_array_begin(out);
    for (uint32_t i = 0; i < coverage->link_count; i++) {
        const CoverageLink *link = &coverage->links[i];
        LibraryRelation relation = {
            .relation = link->relation,
            .certainty = link->certainty,
            .through_framework = link->through_framework,
            .through_control = link->through_control,
        };
        json_out_object_begin(out);
        frameworks_member(out, "id", link->control->id);
        frameworks_member(out, "title", link->control->title);
        frameworks_member(out, "way", str_from_cstr(coverage_way_name(link->way)));
        frameworks_relation(out, &relation);
        json_out_object_end(out);
    }
    json_out_array_end(out);
    json_out_object_end(out);
}
