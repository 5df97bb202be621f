// SPDX-License-Identifier: Apache-2.0
// datum explain, datum policy explain: one rule on one resource, condition by condition.
#include "assess/model.h"
#include "cli/load.h"
#include "cli/surroundings.h"
#include "cli/trace.h"
#include "host/files.h"
#include "inventory/inventory.h"
#include "policy/suggest.h"
#include "report/page.h"
#include "json/build.h"

enum { MATCHES_MAX = 20, NAMES_MAX = 10000 };

typedef struct Match {
    const Json *resource;
    bool given; // no manifest has to vouch for it
} Match;

typedef struct Search {
    Cli *cli;
    JsonIndexer *indexer;
    Str wanted;     // id, name, or the end of an id
    bool keep_all;  // related resources are needed
    PtrList found;  // const Match *
    bool given;     // the resources looked at stand in the input as they are
    PtrList others; // const Json *: all resources, when keep_all
    Str *names;     // last parts of the first ids, to suggest one of
    uint32_t name_count;
} Search;

static bool is_wanted(Str wanted, const Json *resource)
{
    Str id = json_find_str(resource, STR("id"));
    if (str_eq(wanted, STR("the tenant"))) { // as the scoreboard calls it
        return str_eq_nocase(json_find_str(resource, STR("type")), STR("datumline/tenant"));
    }
    if (str_eq_nocase(id, wanted) || str_eq_nocase(json_find_str(resource, STR("name")), wanted)) {
        return true;
    }
    return id.len > wanted.len && id.ptr[id.len - wanted.len - 1] == '/' &&
           str_eq_nocase(str_from(id, id.len - wanted.len), wanted);
}

static void look_at_line(Search *search, Str line)
{
    Arena *arena = &search->cli->arena;
    ArenaMark mark = arena_mark(arena);
    const Json *resource = NULL;
    Err err = {0};
    Str text = str_copy(arena, line);
    if (line.len == 0 ||
        !json_parse(arena, search->indexer, text, &search->cli->limits, &resource, &err)) {
        return; // assess tells of broken lines
    }
    bool matches = is_wanted(search->wanted, resource);
    bool named = search->name_count < NAMES_MAX;
    if (named) {
        search->names[search->name_count++] = path_base(json_find_str(resource, STR("id")));
    }
    if (!matches && !search->keep_all && !named) {
        arena_rewind(arena, mark);
        return;
    }
    if (matches && search->found.count < MATCHES_MAX) {
        Match *match = NEW(arena, Match);
        *match = (Match){resource, search->given};
        ptr_push(&search->found, match);
    }
    if (search->keep_all) {
        ptr_push(&search->others, resource);
    }
}

static void look_at_lines(Search *search, Str text)
{
    while (text.len != 0) {
        StrCut cut = str_cut(text, '\n');
        look_at_line(search, cut.head);
        text = cut.tail;
    }
}

static bool look_at_stream(Search *search, StreamInput *stream)
{
    BlockReader *reader = NULL;
    Buf buffer = {0};
    Err err = {0};
    bool more = true;
    bool ok = inputs_open_stream(search->cli, stream, 0, &reader, &err);
    while (ok && more) {
        Block block = {0};
        ok = block_reader_next(reader, &buffer, &block, &more, &err);
        if (ok && more) {
            look_at_lines(search, block.text);
        }
    }
    block_reader_close(reader);
    buf_free(&buffer);
    return ok || cli_fail(search->cli, &err);
}

static bool search_inputs(Search *search, Inputs *inputs)
{
    Buf lines = {0};
    inventory_write(&lines, inputs->inventory);
    look_at_lines(search, buf_str(&lines));
    buf_free(&lines);
    search->given = true;
    for (uint32_t i = 0; i < inputs->stream_count; i++) {
        TRY(look_at_stream(search, &inputs->streams[i]));
    }
    if (search->found.count == 0) {
        Err err = {0};
        Str near = suggest_nearest(search->wanted, search->names, search->name_count);
        (void)err_set(
            &err, ERR_NO_INPUT, (Span){0},
            "no resource %.*s in the input%.*s (a resource is named by its id, the end of it, "
            "or its name)",
            STR_ARG(search->wanted), STR_ARG(suggest_ask(&search->cli->arena, near)));
        return cli_fail(search->cli, &err);
    }
    return true;
}

// ---- printing ----

typedef struct Printer {
    Cli *cli;
    const AssessModel *model;
    const RuleSet *rules;
    const Inventory *inventory; // NULL = no manifest
    Plan *plan;
    const ResourceFacts *facts; // NULL = no exemption asks
    Buf text;
    JsonOut json;
} Printer;

static void set_state(PairOutcome *outcome, State state, Str message)
{
    outcome->state = state;
    outcome->message = message;
}

// What the sources, an attestation or the binding make of the engine's answer: as assess does.
static void apply_context(Printer *p, uint32_t r, const Match *match, PairOutcome *outcome)
{
    const AssessRule *rule = &p->model->rules[r];
    const AssignedRule *assigned = rule->assigned;
    if (assigned->preset != STATE_COUNT) {
        set_state(outcome, assigned->preset, assigned->preset_reason);
        return;
    }
    if (outcome->state == STATE_NOT_APPLICABLE) {
        return;
    }
    if (rule->kind_count != 0 && p->inventory != NULL && !match->given) {
        Coverage coverage =
            inventory_covers(p->inventory, rule->kinds, rule->kind_count,
                             json_find_str(match->resource, STR("scope")), &p->cli->arena);
        bool open_end = !coverage.complete && plan_rule_is_deferred(p->plan, r) &&
                        outcome->state == STATE_NON_COMPLIANT;
        if (!coverage.measurable || open_end) {
            set_state(outcome, STATE_NOT_MEASURED, coverage.reason);
        }
    }
    if (assigned->effect == EFFECT_MANUAL) {
        const Attestation *attestation =
            attestation_find(p->rules->attestations, p->rules->attestation_count, assigned,
                             json_find_str(match->resource, STR("id")), p->cli->now);
        if (attestation != NULL) {
            set_state(outcome, attestation->state, attestation->comments);
        }
    }
}

// The exemption in force, which never hides what is underneath.
static Str exemption_note(Printer *p, uint32_t r, const Json *resource)
{
    const RuleSet *rules = p->rules;
    for (uint32_t i = 0; i < rules->exemption_count; i++) {
        if (rules->deviations != NULL && !deviation_in_force(&rules->deviations[i], p->cli->now)) {
            continue;
        }
        const Exemption *exemption =
            exemption_find(&rules->exemptions[i], 1, p->model->rules[r].assigned,
                           &(Subject){.id = json_find_str(resource, STR("id")),
                                      .type = json_find_str(resource, STR("type")),
                                      .location = json_find_str(resource, STR("location")),
                                      .facts = p->facts},
                           p->cli->now);
        if (exemption != NULL) {
            Buf text = {0};
            Str name = exemption->display_name.len != 0 ? exemption->display_name : exemption->name;
            buf_printf(&text, "exempt: %.*s", STR_ARG(name));
            Str note = str_copy(&p->cli->arena, buf_str(&text));
            buf_free(&text);
            return note;
        }
    }
    return (Str){0};
}

static bool explain_pair(Printer *p, uint32_t r, const Match *match, const PtrList *related)
{
    const Json *resource = match->resource;
    PairOutcome outcome = {0};
    Err err = {0};
    Arena *arena = &p->cli->arena;
    if (!plan_explain(arena, p->plan, r,
                      &(PairInput){resource, (const Json *const *)related->at, related->count},
                      &outcome, &err)) {
        return cli_fail(p->cli, &err);
    }
    const AssessRule *rule = &p->model->rules[r];
    apply_context(p, r, match, &outcome);
    Str note = outcome.applicable ? exemption_note(p, r, resource) : (Str){0};
    Str id = json_find_str(resource, STR("id"));
    if (cli_wants_json(p->cli)) {
        JsonOut *out = &p->json;
        json_out_object_begin(out);
        json_out_key(out, STR("rule"));
        json_out_str(out, rule->id);
        json_out_key(out, STR("resource"));
        json_out_str(out, id);
        if (note.len != 0) {
            json_out_key(out, STR("note"));
            json_out_str(out, note);
        }
        trace_json(out, arena, &outcome);
        json_out_object_end(out);
        return true;
    }
    Page page = {.out = &p->text, .style = &p->cli->style};
    page_text(&page, INK_BOLD, rule->id);
    page_cstr(&page, INK_PLAIN, "  ");
    page_text(&page, INK_PLAIN, rule->title);
    buf_byte(&p->text, '\n');
    page_cstr(&page, INK_DIM, "  on ");
    page_text(&page, INK_PLAIN, id.len != 0 ? id : STR("(no id)"));
    buf_byte(&p->text, '\n');
    const Assignment *assignment = rule->assigned->assignment;
    if (assignment != NULL && assignment->resource_selector_count != 0) {
        page_cstr(&page, INK_DIM, "  by ");
        page_text(&page, INK_PLAIN, assignment->name);
        buf_byte(&p->text, '\n');
    }
    if (note.len != 0) {
        page_cstr(&page, INK_OPEN, "  note: ");
        page_text(&page, INK_PLAIN, note);
        buf_byte(&p->text, '\n');
    }
    trace_print(&p->text, &p->cli->style, &outcome);
    if (rule->remediation.len != 0 && outcome.state == STATE_NON_COMPLIANT) {
        page_cstr(&page, INK_GOOD, "  mend: ");
        page_wrap(&page, INK_PLAIN, rule->remediation, 8);
    }
    buf_byte(&p->text, '\n');
    return true;
}

static void printer_begin(Printer *p)
{
    p->json = (JsonOut){.buf = &p->text};
    if (cli_wants_json(p->cli)) {
        json_out_array_begin(&p->json);
    }
}

static void printer_end(Printer *p, bool ok)
{
    if (cli_wants_json(p->cli)) {
        json_out_array_end(&p->json);
        buf_byte(&p->text, '\n');
    }
    if (ok) {
        cli_print(p->cli, buf_str(&p->text));
    }
    buf_free(&p->text);
}

// ---- datum explain ----

// The rules of a control, or those of that name: one, or one for each variant.
static const uint32_t *rules_of(Cli *cli, const AssessModel *model, Str name, uint32_t *ret_count)
{
    const AssessControl *control = assess_find_control(model, name);
    if (control != NULL) {
        *ret_count = control->rule_count;
        return control->rules;
    }
    uint32_t *list = NEW_ARRAY(&cli->arena, uint32_t, model->rule_count + 1U);
    *ret_count = 0;
    for (uint32_t r = 0; r < model->rule_count; r++) {
        const AssessRule *rule = &model->rules[r];
        if (str_eq_nocase(rule->id, name) || str_eq_nocase(rule->assigned->reference_id, name)) {
            list[(*ret_count)++] = r;
        }
    }
    if (*ret_count != 0) {
        return list;
    }
    Str *names = NEW_ARRAY(&cli->arena, Str, model->control_count + 1U);
    for (uint32_t i = 0; i < model->control_count; i++) {
        names[i] = model->controls[i].id;
    }
    Str near = suggest_nearest(name, names, model->control_count);
    if (near.len != 0) {
        cli_usage(cli, "there is no control or rule %.*s; did you mean %.*s?", STR_ARG(name),
                  STR_ARG(near));
    } else {
        cli_usage(cli, "there is no control or rule %.*s; datum baseline show lists them",
                  STR_ARG(name));
    }
    return NULL;
}

static bool reaches(const Printer *p, uint32_t rule, const Json *resource)
{
    const Assignment *assignment = p->model->rules[rule].assigned->assignment;
    Subject subject = {
        .id = json_find_str(resource, STR("id")),
        .type = json_find_str(resource, STR("type")),
        .location = json_find_str(resource, STR("location")),
        .facts = p->facts,
    };
    return assignment == NULL || assignment_covers(assignment, &subject);
}

// A rule that does not reach the resource is passed over when the same rule does by another
// assignment, or was told already.
static bool is_spoken_for(const Printer *p, const uint32_t *list, uint32_t count, uint32_t at,
                          const Json *resource)
{
    if (reaches(p, list[at], resource)) {
        return false;
    }
    for (uint32_t k = 0; k < count; k++) {
        bool same = k != at && str_eq(p->model->rules[list[k]].id, p->model->rules[list[at]].id);
        if (same && (k < at || reaches(p, list[k], resource))) {
            return true;
        }
    }
    return false;
}

static bool explain_found(Printer *p, const uint32_t *list, uint32_t count, const Search *search)
{
    for (uint32_t i = 0; i < search->found.count; i++) {
        const Match *match = search->found.at[i];
        for (uint32_t k = 0; k < count; k++) {
            if (is_spoken_for(p, list, count, k, match->resource)) {
                continue;
            }
            TRY(explain_pair(p, list[k], search->found.at[i], &search->others));
        }
    }
    return true;
}

static bool look_around(Cli *cli, Inputs *inputs, Surroundings *surroundings)
{
    Buf lines = {0};
    Err err = {0};
    if (inputs->body_count != 0) {
        inventory_write(&lines, inputs->inventory);
    }
    bool ok = surroundings_collect(cli, inputs, buf_str(&lines), surroundings, &err);
    buf_free(&lines);
    return ok || cli_fail(cli, &err);
}

void cmd_explain(Cli *cli)
{
    RuleSet rules = {0};
    if (!load_rules(cli, &rules)) {
        return;
    }
    if (rules.edition != NULL && rules.edition->kind != EDITION_SHIPPED) {
        cli_say("with %.*s: %.*s", STR_ARG(edition_id(&cli->arena, rules.edition)),
                STR_ARG(edition_words(&cli->arena, rules.edition, cli->now)));
    }
    PlanOptions options = {.now = cli->now, .limits = cli->limits};
    Surroundings surroundings;
    surroundings_init(cli, &rules, &surroundings, &options);
    Plan *plan = plan_compile(&cli->arena, rules.rules, rules.rule_count, rules.aliases, &options);
    const AssessModel *model =
        assess_model_build(&cli->arena, rules.rules, rules.rule_count, NULL, rules.baseline);
    uint32_t count = 0;
    const uint32_t *list = rules_of(cli, model, cli->options.arguments.at[0], &count);
    StrList paths = {cli->options.arguments.at + 2, cli->options.arguments.count - 2};
    Inputs inputs = {0};
    Search search = {.cli = cli,
                     .wanted = cli->options.arguments.at[1],
                     .names = NEW_ARRAY(&cli->arena, Str, NAMES_MAX),
                     .found.arena = &cli->arena,
                     .others.arena = &cli->arena};
    for (uint32_t i = 0; list != NULL && i < count; i++) {
        search.keep_all = search.keep_all || plan_rule_is_deferred(plan, list[i]);
    }
    if (list != NULL && inputs_open(cli, &paths, &inputs)) {
        (void)cli_tell_diags(cli, NULL);
        search.indexer = json_indexer_open();
        if (look_around(cli, &inputs, &surroundings) && search_inputs(&search, &inputs)) {
            bool has_manifest = rules.baseline != NULL || inputs.body_count != 0;
            Printer p = {.cli = cli,
                         .model = model,
                         .rules = &rules,
                         .inventory = has_manifest ? inputs.inventory : NULL,
                         .plan = plan,
                         .facts = surroundings_facts(&surroundings)};
            printer_begin(&p);
            printer_end(&p, explain_found(&p, list, count, &search));
        }
        json_indexer_close(search.indexer);
    }
    inputs_close(&inputs);
    plan_close(plan);
}

// ---- datum policy explain ----

static bool read_resources(Cli *cli, PtrList *list)
{
    for (uint32_t i = 1; i < cli->options.arguments.count; i++) {
        const Json *json = NULL;
        TRY(load_json(cli, cli->options.arguments.at[i], &json));
        for (uint32_t k = 0; json->type == JSON_ARRAY && k < json->count; k++) {
            ptr_push(list, &json->items[k]);
        }
        if (json->type != JSON_ARRAY) {
            ptr_push(list, json);
        }
    }
    return true;
}

void cmd_policy_explain(Cli *cli)
{
    Documents documents;
    documents_init(&documents, &cli->arena);
    PtrList resources = {.arena = &cli->arena};
    GivenParameters given = {0};
    RuleSet rules = {0};
    bool ok = documents_load(cli, &documents, cli->options.arguments.at[0]) &&
              read_resources(cli, &resources) && load_given(cli, &given) &&
              load_aliases(cli, &rules.aliases) && cli->diags.errors == 0;
    if (ok) {
        const Documents definitions = {.definitions = documents.definitions};
        ok = documents_bind(cli, &definitions, &given, &rules.rules, &rules.rule_count);
    }
    if (!cli_tell_diags(cli, NULL) || !ok) {
        return;
    }
    if (rules.rule_count == 0 || resources.count == 0) {
        cli_usage(cli, "policy explain needs a definition and a resource");
        return;
    }
    PlanOptions options = {.now = cli->now, .limits = cli->limits};
    Plan *plan = plan_compile(&cli->arena, rules.rules, rules.rule_count, rules.aliases, &options);
    Printer p = {
        .cli = cli,
        .model = assess_model_build(&cli->arena, rules.rules, rules.rule_count, NULL, NULL),
        .rules = &rules,
        .plan = plan,
    };
    PtrList related = {.arena = &cli->arena};
    for (uint32_t i = 1; i < resources.count; i++) {
        ptr_push(&related, resources.at[i]);
    }
    printer_begin(&p);
    for (uint32_t r = 0; ok && r < rules.rule_count; r++) {
        ok = explain_pair(&p, r, &(Match){resources.at[0], true}, &related);
    }
    printer_end(&p, ok);
    plan_close(plan);
}
