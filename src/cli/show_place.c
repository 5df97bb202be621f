// SPDX-License-Identifier: Apache-2.0
// What applies in an environment, and why: which assignment reaches it, who set each value.
#include "baseline/place.h"
#include "cli/show.h"
#include "cli/surroundings.h"
#include "inventory/adapter.h"
#include "policy/related.h"
#include "policy/selector.h"
#include "json/read.h"

// ---- finding the environment ----

typedef struct Search {
    Cli *cli;
    Str wanted;
    ShowPlace *place;
    Str other; // a second one of that name
} Search;

static bool is_wanted(const Search *search, Str id, const Json *resource)
{
    const Json *properties = json_find(resource, STR("properties"));
    const Str texts[] = {id, json_find_str(resource, STR("name")),
                         json_find_str(properties, STR("displayName"))};
    for (size_t i = 0; i < COUNTOF(texts); i++) {
        if (texts[i].len != 0 && str_eq_nocase(texts[i], search->wanted)) {
            return true;
        }
    }
    return id.len > search->wanted.len && id.ptr[id.len - search->wanted.len - 1] == '/' &&
           str_eq_nocase(str_from(id, id.len - search->wanted.len), search->wanted);
}

static void take_line(void *ctx, Str line)
{
    Search *search = ctx;
    Arena *arena = &search->cli->arena;
    ArenaMark mark = arena_mark(arena);
    const Json *resource = NULL;
    Err ignored = {0};
    bool ok = line.len != 0 &&
              json_read_data(arena, line, &search->cli->limits, &resource, &ignored) &&
              str_eq_nocase(json_find_str(resource, STR("type")),
                            STR("microsoft.powerplatform/environments"));
    Str id = ok ? json_find_str(resource, STR("id")) : (Str){0};
    bool wanted = ok && is_wanted(search, id, resource);
    Str copy = wanted ? str_copy(arena, id) : (Str){0};
    if (!wanted) {
        arena_rewind(arena, mark);
    } else if (!search->place->known) {
        search->place->known = true;
        search->place->place.id = copy;
    } else if (!str_eq_nocase(search->place->place.id, copy)) {
        search->other = copy;
    }
}

static bool fail_place(Cli *cli, Str name, bool has_inputs)
{
    Buf words = {0};
    selector_words(SELECTOR_ENVIRONMENT_TYPE, &words);
    Err err = {0};
    (void)err_set(&err, ERR_NO_INPUT, (Span){0},
                  "--for %.*s: neither a type of environment (%.*s) nor %s", STR_ARG(name),
                  STR_ARG(buf_str(&words)),
                  has_inputs ? "an id or name of one in the inputs"
                             : "the name of one, for no INPUT is given to look into");
    buf_free(&words);
    return cli_fail(cli, &err);
}

static bool look(Cli *cli, Inputs *inputs, Search *search, Places *places)
{
    Buf lines = {0};
    Err err = {0};
    if (inputs->body_count != 0) {
        inventory_write(&lines, inputs->inventory);
    }
    Str all = str_copy(&cli->arena, buf_str(&lines));
    buf_free(&lines);
    Surroundings around = {.places = *places, .asks_places = true};
    bool ok = surroundings_collect(cli, inputs, all, &around, &err) &&
              inputs_each_line(cli, inputs, all, take_line, search, &err);
    *places = around.places;
    return ok || cli_fail(cli, &err);
}

static bool read_tiers(Cli *cli, TierTable *table, bool *ret_has)
{
    const Json *json = NULL;
    *ret_has = cli->options.tiers.len != 0;
    return !*ret_has || (load_json(cli, cli->options.tiers, &json) &&
                         tier_table_read(&cli->arena, json, &cli->diags, table));
}

bool show_find_place(Cli *cli, const StrList *inputs, ShowPlace *ret_place)
{
    Str type = selector_word_find(SELECTOR_ENVIRONMENT_TYPE, ret_place->name);
    if (inputs->count == 0) {
        ret_place->place.environment_type = type;
        return type.len != 0 || fail_place(cli, ret_place->name, false);
    }
    TierTable tiers;
    bool has_tiers = false;
    Inputs opened = {0};
    Places places;
    Search search = {.cli = cli, .wanted = ret_place->name, .place = ret_place};
    if (!read_tiers(cli, &tiers, &has_tiers) || !inputs_open(cli, inputs, &opened)) {
        (void)cli_tell_diags(cli, NULL);
        return false;
    }
    places_init(&places, &cli->arena, has_tiers ? &tiers : NULL);
    bool ok = look(cli, &opened, &search, &places);
    inputs_close(&opened);
    ok = cli_tell_diags(cli, NULL) && ok;
    if (!ok || !ret_place->known) {
        ret_place->place.environment_type = type;
        return ok && (type.len != 0 || fail_place(cli, ret_place->name, true));
    }
    if (search.other.len != 0) {
        cli_usage(cli, "--for %.*s means %.*s and %.*s; name one by its id", STR_ARG(search.wanted),
                  STR_ARG(ret_place->place.id), STR_ARG(search.other));
        return false;
    }
    ResourceFacts facts = places_facts(&places);
    Str id = ret_place->place.id;
    ret_place->place.environment_type = facts.find(facts.ctx, SELECTOR_ENVIRONMENT_TYPE, id, id);
    ret_place->place.criticality_tier = facts.find(facts.ctx, SELECTOR_CRITICALITY_TIER, id, id);
    return true;
}

// ---- what applies ----

static bool answers(const AssignedRule *rule, const BaselineControl *control)
{
    for (uint32_t g = 0; g < rule->group_count; g++) {
        if (str_eq(rule->groups[g], control->id)) {
            return true;
        }
    }
    return false;
}

// Does the rule look at what lies in environments? Others are about the tenant as a whole.
static bool is_local(const Show *show, const AssignedRule *assigned)
{
    const BaselineRule *rule = baseline_rule_of(show->baseline, assigned);
    for (uint32_t k = 0; rule != NULL && k < rule->kind_count; k++) {
        const Adapter *adapter = adapter_by_kind(rule->kinds[k]);
        if (adapter == NULL || adapter->scope == ADAPTER_ENVIRONMENT) {
            return true;
        }
    }
    return rule != NULL && rule->kind_count == 0 && !rule->manual;
}

typedef struct Row {
    const AssignedRule *rule;
    Applies applies;
    Str why;
} Row;

static uint32_t gather(Show *show, const ShowPlace *place, const BaselineControl *control,
                       Row **ret_rows)
{
    Row *rows = NEW_ARRAY(&show->cli->arena, Row, show->rule_count + 1U);
    uint32_t count = 0;
    for (uint32_t i = 0; i < show->rule_count; i++) {
        const AssignedRule *rule = &show->rules[i];
        if (!answers(rule, control) || !is_local(show, rule)) {
            continue;
        }
        Row row = {.rule = rule};
        AppliesTypes types = applies_types(&show->cli->arena, rule->definition);
        row.applies =
            applies_to(&show->cli->arena, rule->assignment, &types, &place->place, &row.why);
        if (row.applies != APPLIES_NO) {
            rows[count++] = row;
        }
    }
    *ret_rows = rows;
    return count;
}

// Who gave a parameter its value: the assignment itself, the profile, or nobody (the default).
static void push_source(const Show *show, const AssignedRule *rule, Str name, Buf *out)
{
    const Baseline *baseline = show->baseline;
    for (uint32_t i = 0; i < baseline->assignment_count; i++) {
        if (baseline->assignments[i] == rule->assignment && baseline->own_values[i] != NULL &&
            json_find_nocase(baseline->own_values[i], name) != NULL) {
            show_push_place(out, rule->assignment->file, rule->assignment->at);
            return;
        }
    }
    for (uint32_t i = 0; i < baseline->value_count; i++) {
        const BaselineValue *value = &baseline->values[i];
        for (uint32_t f = 0; f < value->feed_count; f++) {
            if (str_eq_nocase(value->feeds[f], name)) {
                show_push_place(out, value->file, value->at);
                return;
            }
        }
    }
    buf_push(out, STR("default"));
}

static bool is_effect_parameter(Str name)
{
    return str_eq_nocase(name, STR("effect"));
}

static void print_row(Show *show, const Row *row)
{
    const AssignedRule *rule = row->rule;
    const Page *page = &show->page;
    Buf why = {0};
    buf_printf(&why, "%.*s: %.*s", STR_ARG(rule->assignment->name), STR_ARG(row->why));
    page_cstr(page, INK_PLAIN, "    ");
    page_column(page, INK_PLAIN, rule->definition->name, 32);
    page_cstr(page, INK_PLAIN, " ");
    page_column(page, INK_PLAIN,
                str_from_cstr(rule->effect != EFFECT_COUNT ? effect_name(rule->effect) : "?"), 17);
    page_cstr(page, INK_PLAIN, " ");
    page_wrap(page, INK_DIM, buf_str(&why), 55);
    buf_free(&why);
    for (uint32_t p = 0; p < rule->parameters->count; p++) {
        const JsonMember *parameter = &rule->parameters->members[p];
        if (is_effect_parameter(parameter->key)) {
            continue;
        }
        Buf line = {0};
        json_write(&line, &parameter->value);
        buf_push(&line, STR(" ("));
        push_source(show, rule, parameter->key, &line);
        buf_push(&line, STR(")"));
        page_cstr(page, INK_PLAIN, "      ");
        page_text(page, INK_PLAIN, parameter->key);
        page_cstr(page, INK_PLAIN, " = ");
        page_wrap(page, INK_PLAIN, buf_str(&line), 8);
        buf_free(&line);
    }
}

static void json_row(Show *show, const Row *row)
{
    const AssignedRule *rule = row->rule;
    JsonOut *out = &show->json;
    json_out_object_begin(out);
    show_member(out, STR("rule"), rule->definition->name);
    if (rule->effect != EFFECT_COUNT) {
        show_member(out, STR("effect"), str_from_cstr(effect_name(rule->effect)));
    }
    show_member(out, STR("assignment"), rule->assignment->name);
    show_member(out, STR("applies"), row->applies == APPLIES_YES ? STR("yes") : STR("partly"));
    show_member(out, STR("why"), row->why);
    json_out_key(out, STR("parameters"));
    json_out_array_begin(out);
    for (uint32_t p = 0; p < rule->parameters->count; p++) {
        const JsonMember *parameter = &rule->parameters->members[p];
        if (is_effect_parameter(parameter->key)) {
            continue;
        }
        Buf source = {0};
        push_source(show, rule, parameter->key, &source);
        json_out_object_begin(out);
        show_member(out, STR("name"), parameter->key);
        json_out_key(out, STR("value"));
        json_out_json(out, &parameter->value);
        show_member(out, STR("from"), buf_str(&source));
        json_out_object_end(out);
        buf_free(&source);
    }
    json_out_array_end(out);
    json_out_object_end(out);
}

static void print_control(Show *show, const ShowPlace *place, const BaselineControl *control,
                          const Row *rows, uint32_t count)
{
    const Page *page = &show->page;
    Buf owner = {0};
    buf_printf(&owner, "%s, %.*s", severity_name(control->severity), STR_ARG(control->owner));
    buf_byte(&show->text, '\n');
    page_text(page, INK_BOLD, control->id);
    page_cstr(page, INK_PLAIN, "  ");
    page_text(page, INK_PLAIN, control->title);
    page_cstr(page, INK_DIM, "  ");
    page_text(page, INK_DIM, buf_str(&owner));
    buf_byte(&show->text, '\n');
    buf_free(&owner);
    for (uint32_t i = 0; i < count; i++) {
        print_row(show, &rows[i]);
    }
    show_tailorings(show, control, place->place.environment_type, 4);
}

static void json_control(Show *show, const ShowPlace *place, const BaselineControl *control,
                         const Row *rows, uint32_t count)
{
    JsonOut *out = &show->json;
    json_out_object_begin(out);
    show_json_control(show, control);
    json_out_key(out, STR("rules"));
    json_out_array_begin(out);
    for (uint32_t i = 0; i < count; i++) {
        json_row(show, &rows[i]);
    }
    json_out_array_end(out);
    show_json_tailorings(show, control, place->place.environment_type);
    json_out_object_end(out);
}

static void begin(Show *show, const ShowPlace *place)
{
    const AppliesPlace *at = &place->place;
    if (cli_wants_json(show->cli)) {
        JsonOut *out = &show->json;
        json_out_object_begin(out);
        show_json_head(show);
        json_out_key(out, STR("environment"));
        json_out_object_begin(out);
        show_member(out, STR("name"), place->name);
        show_member(out, STR("id"), at->id);
        show_member(out, STR("type"), at->environment_type);
        show_member(out, STR("criticalityTier"), at->criticality_tier);
        json_out_object_end(out);
        json_out_key(out, STR("controls"));
        json_out_array_begin(out);
        return;
    }
    show_head(show);
    Buf line = {0};
    buf_printf(&line, "in %s%.*s", place->known ? "" : "any environment of type ",
               STR_ARG(place->known ? at->id : at->environment_type));
    if (place->known) {
        buf_printf(
            &line, ", type %.*s",
            STR_ARG(at->environment_type.len != 0 ? at->environment_type : STR("not known")));
    }
    if (at->criticality_tier.len != 0) {
        buf_printf(&line, ", %.*s", STR_ARG(at->criticality_tier));
    }
    page_wrap(&show->page, INK_PLAIN, buf_str(&line), 0);
    buf_free(&line);
}

// Controls that no rule of an environment answers here, and those left out.
static void end(Show *show, uint32_t elsewhere)
{
    if (cli_wants_json(show->cli)) {
        json_out_array_end(&show->json);
        json_out_key(&show->json, STR("controlsElsewhere"));
        json_out_u64(&show->json, elsewhere);
        json_out_object_end(&show->json);
        return;
    }
    if (elsewhere != 0) {
        buf_printf(&show->text,
                   "\n%u further controls concern the tenant as a whole, are attested, or do not "
                   "apply here\n",
                   elsewhere);
    }
}

void show_place(Show *show, const ShowPlace *place, const BaselineControl *control)
{
    uint32_t elsewhere = 0;
    begin(show, place);
    for (uint32_t c = 0; c < show->baseline->control_count; c++) {
        const BaselineControl *one = &show->baseline->controls[c];
        Row *rows = NULL;
        if (control != NULL && one != control) {
            continue;
        }
        uint32_t count = gather(show, place, one, &rows);
        elsewhere += count == 0 ? 1U : 0U;
        if (count != 0 && cli_wants_json(show->cli)) {
            json_control(show, place, one, rows, count);
        } else if (count != 0) {
            print_control(show, place, one, rows, count);
        }
    }
    end(show, elsewhere);
}
