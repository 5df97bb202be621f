// SPDX-License-Identifier: Apache-2.0
#include "cli/framework_view.h"

#include "cli/framework_words.h"

enum { ID_COLUMNS = 22, LABEL_COLUMNS = 24 };

static uint32_t live_controls(const LibraryFramework *framework)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < framework->control_count; i++) {
        count += framework->controls[i].withdrawn ? 0U : 1U;
    }
    return count;
}

static void json_profiles(JsonOut *out, const Library *library, const LibraryFramework *framework)
{
    json_out_key(out, STR("profiles"));
    json_out_array_begin(out);
    for (uint32_t i = 0; i < library->profile_count; i++) {
        const LibraryProfile *profile = &library->profiles[i];
        if (str_eq_nocase(profile->framework, framework->id)) {
            json_out_object_begin(out);
            frameworks_member(out, "id", profile->id);
            frameworks_member(out, "title", profile->title);
            json_out_key(out, STR("controls"));
            json_out_u64(out, profile->count);
            frameworks_member(out, "origin", str_from_cstr(library_origin_name(profile->origin)));
            json_out_object_end(out);
        }
    }
    json_out_array_end(out);
}

// The frameworks that some mapping connects with this one, in either direction, each once.
static Map mapped_to(Arena *arena, const Library *library, const LibraryFramework *framework)
{
    Map others;
    map_init(&others, arena, MAP_NOCASE);
    for (uint32_t i = 0; i < library->mapping_count; i++) {
        const LibraryMapping *mapping = &library->mappings[i];
        if (str_eq_nocase(mapping->source, framework->id)) {
            (void)map_intern(&others, mapping->target);
        } else if (str_eq_nocase(mapping->target, framework->id)) {
            (void)map_intern(&others, mapping->source);
        }
    }
    return others;
}

static void json_mapped(JsonOut *out, const Library *library, const LibraryFramework *framework)
{
    Map others = mapped_to(library->arena, library, framework);
    json_out_key(out, STR("mappedTo"));
    json_out_array_begin(out);
    for (uint32_t i = 0; i < others.count; i++) {
        json_out_str(out, others.entries[i].key);
    }
    json_out_array_end(out);
}

void framework_json(JsonOut *out, const Library *library, const LibraryFramework *framework)
{
    frameworks_member(out, "id", framework->id);
    frameworks_member(out, "title", framework->title);
    frameworks_member(out, "version", framework->version);
    frameworks_member(out, "origin", str_from_cstr(library_origin_name(framework->origin)));
    json_out_key(out, STR("preview"));
    json_out_bool(out, framework->preview);
    uint32_t live = live_controls(framework);
    json_out_key(out, STR("controls"));
    json_out_u64(out, live);
    json_out_key(out, STR("withdrawn"));
    json_out_u64(out, framework->control_count - live);
    frameworks_member(out, "licence", frameworks_licence(framework));
    frameworks_member(out, "remarks", framework->remarks);
    json_profiles(out, library, framework);
    json_mapped(out, library, framework);
}

static void print_profiles(const Page *page, const Library *library,
                           const LibraryFramework *framework, uint32_t indent)
{
    Buf line = {0};
    for (uint32_t i = 0; i < library->profile_count; i++) {
        const LibraryProfile *profile = &library->profiles[i];
        if (str_eq_nocase(profile->framework, framework->id)) {
            buf_printf(&line, "%s%.*s (%u)", line.len == 0 ? "profiles: " : ", ",
                       STR_ARG(profile->id), profile->count);
        }
    }
    if (line.len != 0) {
        buf_printf(page->out, "%*s", (int)indent, "");
        page_wrap(page, INK_PLAIN, buf_str(&line), indent);
    }
    buf_free(&line);
}

static void print_mapped(const Page *page, const Library *library,
                         const LibraryFramework *framework, uint32_t indent)
{
    Map others = mapped_to(library->arena, library, framework);
    Buf line = {0};
    for (uint32_t i = 0; i < others.count; i++) {
        buf_printf(&line, "%s%.*s", i == 0 ? "mapped to " : ", ", STR_ARG(others.entries[i].key));
    }
    if (line.len != 0) {
        buf_printf(page->out, "%*s", (int)indent, "");
        page_wrap(page, INK_PLAIN, buf_str(&line), indent);
    }
    buf_free(&line);
}

void framework_print(const Page *page, const Library *library, const LibraryFramework *framework)
{
    page_column(page, INK_BOLD, framework->id, ID_COLUMNS);
    page_cstr(page, INK_PLAIN, " ");
    Buf line = {0};
    buf_printf(&line, "%.*s, version %.*s: %u controls, %s%s", STR_ARG(framework->title),
               STR_ARG(framework->version), live_controls(framework),
               library_origin_name(framework->origin), framework->preview ? ", preview" : "");
    page_wrap(page, INK_PLAIN, buf_str(&line), ID_COLUMNS + 1);
    buf_free(&line);
    print_profiles(page, library, framework, ID_COLUMNS + 1);
    print_mapped(page, library, framework, ID_COLUMNS + 1);
    Str licence = frameworks_licence(framework);
    if (licence.len != 0) {
        buf_printf(page->out, "%*s", ID_COLUMNS + 1, "");
        page_wrap(page, INK_DIM, licence, ID_COLUMNS + 1);
    }
}

// ---- whole ----

static const char *control_note(const LibraryControl *control)
{
    return control->withdrawn    ? " (withdrawn)"
           : control->only_yours ? " (only in your document)"
           : control->outdated   ? " (not in your document)"
                                 : "";
}

static void print_control_line(const Page *page, const LibraryControl *control, uint32_t depth)
{
    uint32_t indent = 2 + 2 * depth;
    buf_printf(page->out, "%*s", (int)indent, "");
    page_column(page, INK_PLAIN, control->label, LABEL_COLUMNS - indent);
    page_cstr(page, INK_PLAIN, " ");
    Buf line = {0};
    buf_printf(&line, "%.*s%s",
               STR_ARG(str_eq_nocase(control->title, control->label) ? STR("") : control->title),
               control_note(control));
    page_wrap(page, control->withdrawn ? INK_DIM : INK_PLAIN, buf_str(&line), LABEL_COLUMNS + 1);
    buf_free(&line);
}

static uint32_t depth_of(const LibraryFramework *framework, const LibraryControl *control)
{
    uint32_t depth = 0;
    for (uint32_t at = control->parent; at != MAP_NONE; at = framework->controls[at].parent) {
        depth++;
    }
    return depth < 4 ? depth : 4;
}

// profile: only what it selects; NULL = all.
static void print_group(const Page *page, const LibraryFramework *framework,
                        const LibraryProfile *profile, uint32_t group)
{
    bool open = false;
    for (uint32_t i = 0; i < framework->control_count; i++) {
        const LibraryControl *control = &framework->controls[i];
        if (control->group != group || (profile != NULL && !library_selects(profile, i))) {
            continue;
        }
        if (!open && group != MAP_NONE) {
            buf_byte(page->out, '\n');
            page_text(page, INK_BOLD, framework->groups[group].title);
            buf_byte(page->out, '\n');
        }
        open = true;
        print_control_line(page, control, depth_of(framework, control));
    }
}

static void json_controls(JsonOut *out, const LibraryFramework *framework,
                          const LibraryProfile *profile)
{
    json_out_key(out, STR("groups"));
    json_out_array_begin(out);
    for (uint32_t g = 0; g < framework->group_count; g++) {
        const LibraryGroup *group = &framework->groups[g];
        json_out_object_begin(out);
        frameworks_member(out, "id", group->id);
        frameworks_member(out, "title", group->title);
        if (group->parent != MAP_NONE) {
            frameworks_member(out, "in", framework->groups[group->parent].id);
        }
        json_out_object_end(out);
    }
    json_out_array_end(out);
    json_out_key(out, STR("list"));
    json_out_array_begin(out);
    for (uint32_t i = 0; i < framework->control_count; i++) {
        if (profile != NULL && !library_selects(profile, i)) {
            continue;
        }
        const LibraryControl *control = &framework->controls[i];
        json_out_object_begin(out);
        frameworks_member(out, "id", control->id);
        frameworks_member(out, "ownId", control->own_id);
        frameworks_member(out, "label", control->label);
        frameworks_member(out, "title", control->title);
        if (control->group != MAP_NONE) {
            frameworks_member(out, "group", framework->groups[control->group].id);
        }
        if (control->parent != MAP_NONE) {
            frameworks_member(out, "enhances", framework->controls[control->parent].id);
        }
        const struct {
            const char *key;
            bool value;
        } flags[] = {{"withdrawn", control->withdrawn},
                     {"onlyInYours", control->only_yours},
                     {"notInYours", control->outdated}};
        for (size_t k = 0; k < COUNTOF(flags); k++) {
            if (flags[k].value) {
                json_out_key(out, str_from_cstr(flags[k].key));
                json_out_bool(out, true);
            }
        }
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

// Paragraphs stay apart.
static void print_remarks(const Page *page, Str remarks)
{
    for (StrCut cut = {.tail = remarks, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, '\n');
        if (cut.head.len != 0) {
            page_wrap(page, INK_PLAIN, cut.head, 0);
        } else {
            buf_byte(page->out, '\n');
        }
    }
}

void framework_print_whole(Cli *cli, const Library *library, const LibraryFramework *framework,
                           const LibraryProfile *profile)
{
    Buf text = {0};
    Page page = {.out = &text, .style = &cli->style};
    if (cli_wants_json(cli)) {
        JsonOut out = {.buf = &text};
        json_out_object_begin(&out);
        frameworks_member(&out, "profile", profile != NULL ? profile->id : (Str){0});
        framework_json(&out, library, framework);
        json_controls(&out, framework, profile);
        json_out_object_end(&out);
        buf_byte(&text, '\n');
    } else {
        framework_print(&page, library, framework);
        buf_byte(&text, '\n');
        print_remarks(&page, framework->remarks);
        if (profile != NULL) {
            Buf line = {0};
            buf_printf(&line, "%.*s selects %u of them: %.*s", STR_ARG(profile->id), profile->count,
                       STR_ARG(profile->title));
            buf_byte(&text, '\n');
            page_wrap(&page, INK_BOLD, buf_str(&line), 0);
            buf_free(&line);
        }
        print_group(&page, framework, profile, MAP_NONE);
        for (uint32_t g = 0; g < framework->group_count; g++) {
            print_group(&page, framework, profile, g);
        }
    }
    cli_print(cli, buf_str(&text));
    buf_free(&text);
}
