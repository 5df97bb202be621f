// SPDX-License-Identifier: Apache-2.0
// datum framework show ID [CONTROL]: one control with its text, where it stands in profiles, what
// it relates to, and which controls of a baseline answer it.
#include "cli/framework_view.h"
#include "cli/framework_words.h"

typedef struct Showing {
    Cli *cli;
    Library library;
    const LibraryFramework *framework;
    const LibraryControl *control;
    uint32_t index; // of the control
    const Baseline *baseline;
    ControlCoverage coverage;
} Showing;

// ---- what there is to say ----

static bool measure(Showing *showing)
{
    Cli *cli = showing->cli;
    Lineage lineage = {0};
    if (!frameworks_add_baseline(cli, &showing->library, frameworks_baseline_name(cli),
                                 &showing->baseline, &lineage)) {
        return false;
    }
    CoverageReport report = {0};
    coverage_measure(&cli->arena, &showing->library, showing->baseline, lineage, showing->framework,
                     NULL, &report);
    showing->coverage = (ControlCoverage){.control = showing->control, .way = COVERAGE_NONE};
    for (uint32_t i = 0; i < report.control_count; i++) {
        if (report.controls[i].control == showing->control) {
            showing->coverage = report.controls[i];
        }
    }
    return true;
}

// The relations of the control to one other framework: stated, or else concluded.
static LibraryRelations relations_to(Showing *showing, Str other)
{
    LibraryRelations relations = {0};
    library_relate(&showing->cli->arena, &showing->library, showing->framework->id, other,
                   showing->control->id, &relations);
    return relations;
}

static bool is_other(const Showing *showing, const LibraryFramework *framework)
{
    return framework != showing->framework &&
           !str_eq_nocase(framework->id, showing->baseline->name);
}

// ---- in words ----

static void print_part(const Page *page, const Showing *showing, const char *title, Str part)
{
    Str text =
        library_control_text(&showing->cli->arena, showing->framework, showing->control, part);
    if (text.len == 0) {
        return;
    }
    page_heading(page, title);
    for (StrCut cut = {.tail = text, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, '\n');
        uint32_t indent = 0;
        while (indent < cut.head.len && indent < 20 && cut.head.ptr[indent] == ' ') {
            indent++;
        }
        buf_printf(page->out, "%*s", (int)indent + 2, "");
        page_wrap(page, INK_PLAIN, str_from(cut.head, indent), indent + 2);
    }
}

// "intersects-with T1078 Valid Accounts; T1190 …": those of one kind in one paragraph, with titles
// while they are few.
static void print_kind(const Page *page, const LibraryFramework *other,
                       const LibraryRelations *relations, OscalRelation kind)
{
    enum { TITLES_MAX = 12 };
    Buf line = {0};
    for (uint32_t i = 0; i < relations->count; i++) {
        if (relations->at[i].relation != kind) {
            continue;
        }
        const LibraryControl *control = library_find_control(other, relations->at[i].b);
        buf_printf(&line, "%s ", line.len == 0 ? oscal_relation_name(kind) : ";");
        if (control == NULL) {
            buf_push(&line, relations->at[i].b);
        } else if (relations->count > TITLES_MAX) {
            buf_push(&line, control->label);
        } else {
            frameworks_push_name(&line, control);
        }
    }
    if (line.len != 0) {
        buf_push(page->out, STR("    "));
        page_wrap(page, INK_PLAIN, buf_str(&line), 6);
    }
    buf_free(&line);
}

// Where no mapping connects the two frameworks: by label, what follows and what is only suggested.
static void print_concluded(const Page *page, const LibraryFramework *other,
                            const LibraryRelations *relations, LibraryCertainty certainty)
{
    Buf line = {0};
    for (uint32_t i = 0; i < relations->count; i++) {
        if (relations->at[i].certainty != certainty) {
            continue;
        }
        bool first = line.len == 0;
        const char *lead = certainty == LIBRARY_FOLLOWS ? "follows over a third framework:"
                                                        : "may relate, over a third framework:";
        const LibraryControl *control = library_find_control(other, relations->at[i].b);
        Str label = control != NULL ? control->label : relations->at[i].b;
        buf_printf(&line, "%s %.*s", first ? lead : ";", STR_ARG(label));
    }
    if (line.len != 0) {
        buf_push(page->out, STR("    "));
        page_wrap(page, INK_DIM, buf_str(&line), 6);
    }
    buf_free(&line);
}

static void print_mappings(const Page *page, Showing *showing)
{
    bool any = false;
    for (uint32_t i = 0; i < showing->library.framework_count; i++) {
        const LibraryFramework *other = showing->library.frameworks[i];
        LibraryRelations relations = {0};
        if (is_other(showing, other)) {
            relations = relations_to(showing, other->id);
        }
        if (relations.count == 0) {
            continue;
        }
        if (!any) {
            page_heading(page, "Related controls");
            any = true;
        }
        buf_push(page->out, STR("  "));
        page_text(page, INK_BOLD, other->id);
        buf_byte(page->out, '\n');
        for (OscalRelation kind = OSCAL_EQUIVALENT_TO;
             relations.direct && kind < OSCAL_NO_RELATIONSHIP; kind++) {
            print_kind(page, other, &relations, kind);
        }
        for (LibraryCertainty certainty = LIBRARY_FOLLOWS;
             !relations.direct && certainty <= LIBRARY_SUGGESTED; certainty++) {
            print_concluded(page, other, &relations, certainty);
        }
    }
}

static void print_answers(const Page *page, const Showing *showing)
{
    buf_byte(page->out, '\n');
    page_cstr(page, INK_BOLD, "Answered by ");
    page_text(page, INK_BOLD, showing->baseline->name);
    buf_byte(page->out, '\n');
    if (showing->coverage.link_count == 0) {
        buf_push(page->out, STR("  no control of it\n"));
    }
    for (uint32_t i = 0; i < showing->coverage.link_count; i++) {
        const CoverageLink *link = &showing->coverage.links[i];
        Str words =
            link->itself
                ? STR("the same control")
                : frameworks_relation_words(&showing->cli->arena, link->relation, link->certainty,
                                            link->through_framework, link->through_control);
        Buf line = {0};
        buf_printf(&line, "%.*s %.*s: by %s, %.*s", STR_ARG(link->control->id),
                   STR_ARG(link->control->title), coverage_way_name(link->way), STR_ARG(words));
        buf_push(page->out, STR("  "));
        page_wrap(page, INK_PLAIN, buf_str(&line), 4);
        buf_free(&line);
    }
}

static void print_head(const Page *page, const Showing *showing)
{
    const LibraryFramework *framework = showing->framework;
    const LibraryControl *control = showing->control;
    Buf line = {0};
    frameworks_push_name(&line, control);
    page_text(page, INK_BOLD, buf_str(&line));
    buf_byte(page->out, '\n');
    buf_clear(&line);
    buf_printf(&line, "%.*s, %.*s%s%.*s", STR_ARG(framework->id), STR_ARG(control->id),
               control->own_id.len != 0 ? ", in your document " : "", STR_ARG(control->own_id));
    if (control->group != MAP_NONE) {
        buf_printf(&line, "; %.*s", STR_ARG(framework->groups[control->group].title));
    }
    if (control->parent != MAP_NONE) {
        buf_printf(&line, "; enhances %.*s", STR_ARG(framework->controls[control->parent].label));
    }
    buf_printf(&line, "; text: %s%s",
               framework->origin == LIBRARY_BOTH && !control->outdated
                   ? library_origin_name(LIBRARY_BOTH)
                   : library_origin_name(framework->origin == LIBRARY_BOTH ? LIBRARY_SHIPPED
                                                                           : framework->origin),
               control->withdrawn ? "; withdrawn" : "");
    page_wrap(page, INK_DIM, buf_str(&line), 0);
    buf_clear(&line);
    for (uint32_t i = 0; i < showing->library.profile_count; i++) {
        const LibraryProfile *profile = &showing->library.profiles[i];
        if (str_eq_nocase(profile->framework, framework->id) &&
            library_selects(profile, showing->index)) {
            buf_printf(&line, "%s%.*s", line.len == 0 ? "in profiles: " : ", ",
                       STR_ARG(profile->id));
        }
    }
    if (line.len != 0) {
        page_wrap(page, INK_DIM, buf_str(&line), 0);
    }
    buf_free(&line);
}

// ---- as JSON ----

static void json_mappings(JsonOut *out, Showing *showing)
{
    json_out_key(out, STR("mappings"));
    json_out_array_begin(out);
    for (uint32_t i = 0; i < showing->library.framework_count; i++) {
        const LibraryFramework *other = showing->library.frameworks[i];
        LibraryRelations relations = {0};
        if (is_other(showing, other)) {
            relations = relations_to(showing, other->id);
        }
        for (uint32_t k = 0; k < relations.count; k++) {
            const LibraryRelation *relation = &relations.at[k];
            const LibraryControl *control = library_find_control(other, relation->b);
            json_out_object_begin(out);
            frameworks_member(out, "framework", other->id);
            frameworks_member(out, "id", relation->b);
            frameworks_member(out, "label", control != NULL ? control->label : (Str){0});
            frameworks_member(out, "title", control != NULL ? control->title : (Str){0});
            frameworks_relation(out, relation);
            json_out_key(out, STR("source"));
            frameworks_source(out, relation->first);
            json_out_object_end(out);
        }
    }
    json_out_array_end(out);
}

static void json_profiles(JsonOut *out, const Showing *showing)
{
    json_out_key(out, STR("profiles"));
    json_out_array_begin(out);
    for (uint32_t i = 0; i < showing->library.profile_count; i++) {
        const LibraryProfile *profile = &showing->library.profiles[i];
        if (str_eq_nocase(profile->framework, showing->framework->id) &&
            library_selects(profile, showing->index)) {
            json_out_str(out, profile->id);
        }
    }
    json_out_array_end(out);
}

static void print_json(Buf *text, Showing *showing)
{
    const LibraryControl *control = showing->control;
    Arena *arena = &showing->cli->arena;
    JsonOut out = {.buf = text};
    json_out_object_begin(&out);
    frameworks_member(&out, "framework", showing->framework->id);
    frameworks_member(&out, "id", control->id);
    frameworks_member(&out, "ownId", control->own_id);
    frameworks_member(&out, "label", control->label);
    frameworks_member(&out, "title", control->title);
    if (control->group != MAP_NONE) {
        frameworks_member(&out, "group", showing->framework->groups[control->group].title);
    }
    json_out_key(&out, STR("withdrawn"));
    json_out_bool(&out, control->withdrawn);
    static const char *const parts[] = {"statement", "guidance"};
    for (size_t i = 0; i < COUNTOF(parts); i++) {
        frameworks_member(
            &out, parts[i],
            library_control_text(arena, showing->framework, control, str_from_cstr(parts[i])));
    }
    json_profiles(&out, showing);
    json_mappings(&out, showing);
    json_out_key(&out, STR("answeredBy"));
    frameworks_coverage(&out, &showing->coverage, showing->baseline);
    json_out_object_end(&out);
    buf_byte(text, '\n');
}

static void show_control(Showing *showing)
{
    Cli *cli = showing->cli;
    if (!measure(showing)) {
        return;
    }
    Buf text = {0};
    Page page = {.out = &text, .style = &cli->style};
    if (cli_wants_json(cli)) {
        print_json(&text, showing);
    } else {
        print_head(&page, showing);
        print_part(&page, showing, "Statement", STR("statement"));
        print_part(&page, showing, "Guidance", STR("guidance"));
        print_mappings(&page, showing);
        print_answers(&page, showing);
    }
    cli_print(cli, buf_str(&text));
    buf_free(&text);
}

void cmd_framework_show(Cli *cli)
{
    const StrList *arguments = &cli->options.arguments;
    Showing showing = {.cli = cli};
    frameworks_open_known(cli, &showing.library);
    const LibraryProfile *profile = library_find_profile(&showing.library, arguments->at[0]);
    showing.framework = frameworks_find(cli, &showing.library,
                                        profile != NULL ? profile->framework : arguments->at[0]);
    if (showing.framework == NULL) {
        return;
    }
    if (arguments->count == 1) {
        framework_print_whole(cli, &showing.library, showing.framework, profile);
        return;
    }
    showing.control = frameworks_find_control(cli, showing.framework, arguments->at[1]);
    if (showing.control != NULL) {
        showing.index = (uint32_t)(showing.control - showing.framework->controls);
        show_control(&showing);
    }
}
