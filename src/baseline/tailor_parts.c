// SPDX-License-Identifier: Apache-2.0
// What every edit of a tailoring needs: words about it, what a name means, a text as a value.
#include "baseline/tailor_parts.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"
#include "baseline/names.h"
#include "policy/suggest.h"

static const Str profile_keys[] = {STR_INIT("uuid"),    STR_INIT("metadata"),
                                   STR_INIT("imports"), STR_INIT("merge"),
                                   STR_INIT("modify"),  STR_INIT("back-matter")};
static const Str metadata_keys[] = {STR_INIT("title"),
                                    STR_INIT("published"),
                                    STR_INIT("last-modified"),
                                    STR_INIT("version"),
                                    STR_INIT("oscal-version"),
                                    STR_INIT("revisions"),
                                    STR_INIT("document-ids"),
                                    STR_INIT("props"),
                                    STR_INIT("links"),
                                    STR_INIT("roles"),
                                    STR_INIT("locations"),
                                    STR_INIT("parties"),
                                    STR_INIT("responsible-parties"),
                                    STR_INIT("actions"),
                                    STR_INIT("remarks")};
const EditOrder tailor_metadata_order = {metadata_keys, COUNTOF(metadata_keys)};
const EditOrder tailor_profile_order = {profile_keys, COUNTOF(profile_keys)};

// ---- words ----

void tailor_say(Tailor *tailor, const char *fmt, ...)
{
    char text[600];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    size_t len = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    Str *line = NEW(tailor->arena, Str);
    *line = str_copy(tailor->arena, (Str){text, len});
    oscal_push(tailor->arena, &tailor->words, line);
}

void tailor_want_rationale(Tailor *tailor, Str what, const char *why)
{
    if (tailor->in->rationale.len == 0) {
        diag_error(tailor->diags, (Span){0}, "rationale", "\"%.*s\": %s; say why with --rationale",
                   STR_ARG(what), why);
    }
}

// "environmentType-production": which variant a change is for, as a token.
static Str variant_token(const Tailor *tailor)
{
    Buf name = {0};
    for (uint32_t i = 0; i < tailor->in->variant_count; i++) {
        const TailorVariant *variant = &tailor->in->variant[i];
        buf_printf(&name, "%s%.*s-%.*s", i == 0 ? "" : "_",
                   STR_ARG(selector_kind_name(variant->kind)), STR_ARG(variant->word));
    }
    Str token = str_copy(tailor->arena, buf_str(&name));
    buf_free(&name);
    return token;
}

static bool is_tailoring(const Json *prop)
{
    return str_eq(json_find_str(prop, STR("name")), STR("tailoring")) &&
           str_eq(json_find_str(prop, STR("ns")), DATUMLINE_NS);
}

void tailor_note(Tailor *tailor, Str kind, Str subject)
{
    Arena *arena = tailor->arena;
    Str group = variant_token(tailor);
    Json metadata = edit_take(&tailor->profile, STR("metadata"), JSON_OBJECT);
    Json props = edit_take(&metadata, STR("props"), JSON_ARRAY);
    for (uint32_t i = props.count; i-- > 0;) {
        const Json *prop = &props.items[i];
        if (is_tailoring(prop) && str_eq(json_find_str(prop, STR("class")), kind) &&
            str_eq(json_find_str(prop, STR("value")), subject) &&
            str_eq(json_find_str(prop, STR("group")), group)) {
            edit_remove(arena, &props, i);
        }
    }
    Json prop = {.type = JSON_OBJECT};
    edit_put(arena, &prop, STR("name"), json_string(STR("tailoring")), NULL);
    edit_put(arena, &prop, STR("ns"), json_string(DATUMLINE_NS), NULL);
    edit_put(arena, &prop, STR("value"), json_string(subject), NULL);
    edit_put(arena, &prop, STR("class"), json_string(kind), NULL);
    if (group.len != 0) {
        edit_put(arena, &prop, STR("group"), json_string(group), NULL);
    }
    if (tailor->in->rationale.len != 0) {
        edit_put(arena, &prop, STR("remarks"), json_string(tailor->in->rationale), NULL);
    }
    edit_push(arena, &props, prop);
    edit_put(arena, &metadata, STR("props"), props, &tailor_metadata_order);
    edit_put(arena, &tailor->profile, STR("metadata"), metadata, &tailor_profile_order);
    tailor->profile_changed = true;
}

// ---- looking up ----

static Str suggestion(const Tailor *tailor, Str word, const Str *names, size_t count)
{
    return suggest_ask(tailor->arena, suggest_nearest(word, names, count));
}

const BaselineControl *tailor_find_control(Tailor *tailor, Str id)
{
    const Baseline *baseline = tailor->in->baseline;
    const BaselineControl *control = baseline_look_up(baseline, id);
    if (control != NULL) {
        return control;
    }
    for (uint32_t i = 0; i < baseline->tailoring_count; i++) {
        const Tailoring *tailoring = &baseline->tailorings[i];
        if (str_eq(tailoring->kind, STR("remove")) && str_eq_nocase(tailoring->subject, id)) {
            diag_error(tailor->diags, (Span){0}, "unknown-control",
                       "\"%.*s\" is left out already: %.*s", STR_ARG(id),
                       STR_ARG(tailoring->rationale));
            return NULL;
        }
    }
    Str *names = NEW_ARRAY(tailor->arena, Str, baseline->control_count);
    for (uint32_t i = 0; i < baseline->control_count; i++) {
        names[i] = baseline->controls[i].id;
    }
    diag_error(tailor->diags, (Span){0}, "unknown-control",
               "%.*s has no control \"%.*s\"%.*s (datum baseline show %.*s lists them)",
               STR_ARG(baseline->name), STR_ARG(id),
               STR_ARG(suggestion(tailor, id, names, baseline->control_count)),
               STR_ARG(baseline->name));
    return NULL;
}

static const Parameter *find_declared(const Baseline *baseline, Str name)
{
    const Initiative *initiative = baseline->initiative;
    for (uint32_t i = 0; i < initiative->parameter_count; i++) {
        if (str_eq_nocase(initiative->parameters[i].name, name)) {
            return &initiative->parameters[i];
        }
    }
    return NULL;
}

bool tailor_find_parameter(Tailor *tailor, Str name, TailorParameter *ret_parameter)
{
    const Baseline *baseline = tailor->in->baseline;
    *ret_parameter = (TailorParameter){.parameter = find_declared(baseline, name)};
    for (uint32_t i = 0; i < baseline->value_count; i++) {
        const BaselineValue *value = &baseline->values[i];
        bool is_it = str_eq(value->id, name);
        for (uint32_t f = 0; f < value->feed_count && !is_it; f++) {
            is_it = str_eq_nocase(value->feeds[f], name);
        }
        if (is_it) {
            ret_parameter->value = value;
            ret_parameter->parameter =
                value->feed_count != 0 ? find_declared(baseline, value->feeds[0]) : NULL;
            return true;
        }
    }
    if (ret_parameter->parameter != NULL) {
        return true;
    }
    uint32_t declared = baseline->initiative->parameter_count;
    Str *names = NEW_ARRAY(tailor->arena, Str, baseline->value_count + declared);
    for (uint32_t i = 0; i < baseline->value_count; i++) {
        names[i] = baseline->values[i].id;
    }
    for (uint32_t i = 0; i < declared; i++) {
        names[baseline->value_count + i] = baseline->initiative->parameters[i].name;
    }
    return diag_error(tailor->diags, (Span){0}, "unknown-parameter",
                      "%.*s has no parameter \"%.*s\"%.*s (datum baseline show %.*s CONTROL lists "
                      "them)",
                      STR_ARG(baseline->name), STR_ARG(name),
                      STR_ARG(suggestion(tailor, name, names, baseline->value_count + declared)),
                      STR_ARG(baseline->name));
}

// ---- values ----

static Str trim(Str s)
{
    while (s.len != 0 && s.ptr[0] == ' ') {
        s = str_from(s, 1);
    }
    while (s.len != 0 && s.ptr[s.len - 1] == ' ') {
        s.len--;
    }
    return s;
}

Json tailor_split(Arena *arena, Str list)
{
    Json array = {.type = JSON_ARRAY};
    for (StrCut cut = str_cut(list, ',');; cut = str_cut(cut.tail, ',')) {
        Str item = trim(cut.head);
        if (item.len != 0) {
            edit_push(arena, &array, json_string(item));
        }
        if (!cut.found) {
            return array;
        }
    }
}

static bool parse_whole(Str text, int64_t *ret_value)
{
    bool negative = text.len > 1 && text.ptr[0] == '-';
    int64_t value = 0;
    for (size_t i = negative ? 1 : 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c < '0' || c > '9' || ckd_mul(&value, value, (int64_t)10) ||
            ckd_add(&value, value, (int64_t)(c - '0'))) {
            return false;
        }
    }
    *ret_value = negative ? -value : value;
    return text.len != 0;
}

bool tailor_typed(Tailor *tailor, const Parameter *parameter, Str value, Json *ret_value)
{
    int64_t whole = 0;
    const char *wanted = "a text";
    switch (parameter->type) {
    case PARAMETER_STRING:
    case PARAMETER_DATETIME:
        *ret_value = json_string(value);
        return true;
    case PARAMETER_ARRAY:
        *ret_value = tailor_split(tailor->arena, value);
        return true;
    case PARAMETER_BOOLEAN:
        *ret_value = json_bool(str_eq(value, STR("true")));
        if (ret_value->boolean || str_eq(value, STR("false"))) {
            return true;
        }
        wanted = "true or false";
        break;
    case PARAMETER_INTEGER:
        if (parse_whole(value, &whole)) {
            *ret_value = json_int(tailor->arena, whole);
            return true;
        }
        wanted = "a whole number";
        break;
    case PARAMETER_OBJECT:
    case PARAMETER_FLOAT:
        wanted = "values that are set by hand in assignments.json";
        break;
    }
    return diag_error(tailor->diags, (Span){0}, "tailor-value",
                      "\"%.*s\" is not a value of parameter \"%.*s\", which takes %s",
                      STR_ARG(value), STR_ARG(parameter->name), wanted);
}
