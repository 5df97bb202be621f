// SPDX-License-Identifier: Apache-2.0
// datum framework map A B [CONTROL]: which controls of two frameworks relate, and who says so. Each
// of the two may be a baseline.
#include "cli/framework_words.h"
#include "cli/frameworks.h"
#include "report/page.h"

typedef struct Mapped {
    Cli *cli;
    Library library;
    const LibraryFramework *a;
    const LibraryFramework *b;
    const LibraryControl *control; // NULL = all
    LibraryRelations relations;
    const LibraryMapping **sources; // that the relations stand on, in order of appearance
    uint32_t source_count;
} Mapped;

// A framework, or else a baseline under its name.
static const LibraryFramework *find_side(Mapped *mapped, Str text)
{
    Cli *cli = mapped->cli;
    const LibraryFramework *found = library_find(&mapped->library, text);
    if (found != NULL || !frameworks_is_baseline(cli, text)) {
        return found != NULL ? found : frameworks_find(cli, &mapped->library, text);
    }
    const Baseline *baseline = NULL;
    return frameworks_add_baseline(cli, &mapped->library, text, &baseline, NULL)
               ? library_find(&mapped->library, baseline->name)
               : NULL;
}

static uint32_t number_of(Mapped *mapped, const LibraryMapping *mapping)
{
    for (uint32_t i = 0; i < mapped->source_count; i++) {
        if (mapped->sources[i] == mapping) {
            return i + 1;
        }
    }
    mapped->sources[mapped->source_count++] = mapping;
    return mapped->source_count;
}

static void number_sources(Mapped *mapped)
{
    mapped->sources =
        NEW_ARRAY(&mapped->cli->arena, const LibraryMapping *, mapped->library.mapping_count + 1U);
    for (uint32_t i = 0; i < mapped->relations.count; i++) {
        const LibraryRelation *relation = &mapped->relations.at[i];
        (void)number_of(mapped, relation->first);
        if (relation->second != NULL) {
            (void)number_of(mapped, relation->second);
        }
    }
}

// Live controls of one side that no relation has. ret_ids may be NULL.
static uint32_t unmapped(const Mapped *mapped, const LibraryFramework *side, bool is_a,
                         JsonOut *ids)
{
    bool *seen = NEW_ARRAY(&mapped->cli->arena, bool, side->control_count + 1U);
    for (uint32_t i = 0; i < mapped->relations.count; i++) {
        const LibraryRelation *relation = &mapped->relations.at[i];
        const LibraryControl *control =
            library_find_control(side, is_a ? relation->a : relation->b);
        if (control != NULL) {
            seen[control - side->controls] = true;
        }
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < side->control_count; i++) {
        if (!seen[i] && !side->controls[i].withdrawn) {
            count++;
            if (ids != NULL) {
                json_out_str(ids, side->controls[i].id);
            }
        }
    }
    return count;
}

static uint32_t live(const LibraryFramework *framework)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < framework->control_count; i++) {
        count += framework->controls[i].withdrawn ? 0U : 1U;
    }
    return count;
}

// ---- in words ----

static void push_control(Buf *out, const LibraryFramework *framework, Str id)
{
    const LibraryControl *control = library_find_control(framework, id);
    if (control != NULL) {
        frameworks_push_name(out, control);
    } else {
        buf_printf(out, "%.*s (not in the catalog)", STR_ARG(id));
    }
}

static void print_relations(const Page *page, Mapped *mapped)
{
    Buf line = {0};
    for (uint32_t i = 0; i < mapped->relations.count; i++) {
        const LibraryRelation *relation = &mapped->relations.at[i];
        bool first = i == 0 || !str_eq(relation->a, mapped->relations.at[i - 1].a);
        if (first) {
            buf_clear(&line);
            push_control(&line, mapped->a, relation->a);
            page_text(page, INK_BOLD, buf_str(&line));
            buf_byte(page->out, '\n');
        }
        buf_clear(&line);
        Str words =
            frameworks_relation_words(&mapped->cli->arena, relation->relation, relation->certainty,
                                      relation->through_framework, relation->through_control);
        buf_printf(&line, "%.*s ", STR_ARG(words));
        push_control(&line, mapped->b, relation->b);
        buf_printf(&line, " [%u", number_of(mapped, relation->first));
        if (relation->second != NULL) {
            buf_printf(&line, ", %u", number_of(mapped, relation->second));
        }
        buf_byte(&line, ']');
        buf_push(page->out, STR("  "));
        page_wrap(page, INK_PLAIN, buf_str(&line), 4);
    }
    buf_free(&line);
}

static void print_sources(const Page *page, const Mapped *mapped)
{
    if (mapped->source_count != 0) {
        page_heading(page, "Sources");
    }
    for (uint32_t i = 0; i < mapped->source_count; i++) {
        const LibraryMapping *source = mapped->sources[i];
        Buf line = {0};
        buf_printf(&line, "[%u] %.*s", i + 1, STR_ARG(source->collection));
        const Str facts[] = {source->method, source->rationale, source->status};
        uint32_t said = 0;
        for (size_t k = 0; k < COUNTOF(facts); k++) {
            if (facts[k].len != 0) {
                buf_printf(&line, "%s%.*s", said++ == 0 ? " (" : ", ", STR_ARG(facts[k]));
            }
        }
        buf_printf(&line, "%s%s%.*s", said != 0 ? ")" : "", source->origin.len != 0 ? ": " : "",
                   STR_ARG(source->origin));
        page_wrap(page, INK_DIM, buf_str(&line), 4);
        buf_free(&line);
    }
}

static void print_sums(const Page *page, const Mapped *mapped)
{
    Buf line = {0};
    const LibraryRelations *relations = &mapped->relations;
    if (relations->count == 0 && mapped->control != NULL) {
        buf_printf(&line, "%.*s of %.*s relates to nothing in %.*s, as far as mappings tell",
                   STR_ARG(mapped->control->id), STR_ARG(mapped->a->id), STR_ARG(mapped->b->id));
    } else if (relations->count == 0) {
        buf_printf(&line,
                   "no mapping connects %.*s and %.*s, neither directly nor over one other "
                   "framework",
                   STR_ARG(mapped->a->id), STR_ARG(mapped->b->id));
    } else {
        buf_printf(&line, "%u %s%s", relations->count, relations->count == 1 ? "pair" : "pairs",
                   relations->direct ? ""
                                     : ", all concluded over a third framework: no mapping "
                                       "connects the two directly");
    }
    if (mapped->control == NULL && relations->count != 0) {
        buf_printf(&line, "; without a counterpart: %u of %u controls of %.*s, %u of %u of %.*s",
                   unmapped(mapped, mapped->a, true, NULL), live(mapped->a), STR_ARG(mapped->a->id),
                   unmapped(mapped, mapped->b, false, NULL), live(mapped->b),
                   STR_ARG(mapped->b->id));
    }
    buf_byte(page->out, '\n');
    page_wrap(page, INK_PLAIN, buf_str(&line), 0);
    buf_free(&line);
    if (relations->cut) {
        page_wrap(page, INK_OPEN,
                  STR("There is more: not every conclusion was drawn. Name a control."), 0);
    }
}

// ---- as JSON ----

static void json_side(JsonOut *out, const char *key, const LibraryFramework *framework, Str id)
{
    const LibraryControl *control = library_find_control(framework, id);
    json_out_key(out, str_from_cstr(key));
    json_out_object_begin(out);
    frameworks_member(out, "id", id);
    frameworks_member(out, "label", control != NULL ? control->label : (Str){0});
    frameworks_member(out, "title", control != NULL ? control->title : (Str){0});
    json_out_object_end(out);
}

static void print_json(Buf *text, Mapped *mapped)
{
    JsonOut out = {.buf = text};
    json_out_object_begin(&out);
    frameworks_member(&out, "a", mapped->a->id);
    frameworks_member(&out, "b", mapped->b->id);
    json_out_key(&out, STR("direct"));
    json_out_bool(&out, mapped->relations.direct);
    json_out_key(&out, STR("complete"));
    json_out_bool(&out, !mapped->relations.cut);
    json_out_key(&out, STR("pairs"));
    json_out_array_begin(&out);
    for (uint32_t i = 0; i < mapped->relations.count; i++) {
        const LibraryRelation *relation = &mapped->relations.at[i];
        json_out_object_begin(&out);
        json_side(&out, "a", mapped->a, relation->a);
        json_side(&out, "b", mapped->b, relation->b);
        frameworks_relation(&out, relation);
        json_out_key(&out, STR("sources"));
        json_out_array_begin(&out);
        json_out_u64(&out, number_of(mapped, relation->first) - 1U);
        if (relation->second != NULL) {
            json_out_u64(&out, number_of(mapped, relation->second) - 1U);
        }
        json_out_array_end(&out);
        json_out_object_end(&out);
    }
    json_out_array_end(&out);
    json_out_key(&out, STR("sources"));
    json_out_array_begin(&out);
    for (uint32_t i = 0; i < mapped->source_count; i++) {
        frameworks_source(&out, mapped->sources[i]);
    }
    json_out_array_end(&out);
    for (int i = 0; i < 2 && mapped->control == NULL; i++) {
        json_out_key(&out, i == 0 ? STR("unmappedA") : STR("unmappedB"));
        json_out_array_begin(&out);
        (void)unmapped(mapped, i == 0 ? mapped->a : mapped->b, i == 0, &out);
        json_out_array_end(&out);
    }
    json_out_object_end(&out);
    buf_byte(text, '\n');
}

static void print_mapped(Mapped *mapped)
{
    Cli *cli = mapped->cli;
    Buf text = {0};
    Page page = {.out = &text, .style = &cli->style};
    number_sources(mapped);
    if (cli_wants_json(cli)) {
        print_json(&text, mapped);
    } else {
        print_relations(&page, mapped);
        print_sources(&page, mapped);
        print_sums(&page, mapped);
    }
    cli_print(cli, buf_str(&text));
    buf_free(&text);
}

void cmd_framework_map(Cli *cli)
{
    const StrList *arguments = &cli->options.arguments;
    Mapped mapped = {.cli = cli};
    frameworks_open_known(cli, &mapped.library);
    mapped.a = find_side(&mapped, arguments->at[0]);
    mapped.b = mapped.a != NULL ? find_side(&mapped, arguments->at[1]) : NULL;
    if (mapped.b == NULL) {
        return;
    }
    if (mapped.a == mapped.b) {
        cli_usage(cli, "%.*s is on both sides; name two frameworks", STR_ARG(mapped.a->id));
        return;
    }
    Str control = {0};
    if (arguments->count == 3) {
        mapped.control = frameworks_find_control(cli, mapped.a, arguments->at[2]);
        if (mapped.control == NULL) {
            return;
        }
        control = mapped.control->id;
    }
    library_relate(&cli->arena, &mapped.library, mapped.a->id, mapped.b->id, control,
                   &mapped.relations);
    print_mapped(&mapped);
}
