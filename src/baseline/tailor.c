// SPDX-License-Identifier: Apache-2.0
// The way through all edits, and what becomes of the documents.
#include "baseline/tailor.h"

#include "baseline/release_version.h"
#include "baseline/tailor_parts.h"

// ---- the package itself ----

static void set_version(Tailor *tailor, const TailorEdit *edit)
{
    Str old = tailor->in->baseline->version;
    if (!release_version_is(edit->value)) {
        diag_error(tailor->diags, (Span){0}, "tailor-value",
                   "--version is \"%.*s\", but must be X.Y.Z, three numbers like 1.2.0",
                   STR_ARG(edit->value));
        return;
    }
    if (str_eq(edit->value, old)) {
        diag_error(tailor->diags, (Span){0}, "tailor-value", "the version is %.*s already",
                   STR_ARG(old));
        return;
    }
    tailor->version = edit->value;
    tailor_say(tailor, "version %.*s → %.*s", STR_ARG(old), STR_ARG(edit->value));
}

// ---- all of them ----

typedef void (*Apply)(Tailor *tailor, const TailorEdit *edit);

static const struct {
    Apply apply;
    bool in_variant;
} kinds[] = {
    [TAILOR_REMOVE] = {tailor_remove_control, false},
    [TAILOR_ADD_CONTROLS] = {tailor_add_controls, false},
    [TAILOR_ADD_RULE] = {tailor_add_rule, false},
    [TAILOR_SET] = {tailor_set_value, true},
    [TAILOR_SEVERITY] = {tailor_set_severity, false},
    [TAILOR_OWNER] = {tailor_set_owner, false},
    [TAILOR_DRIVER] = {tailor_set_drivers, false},
    [TAILOR_EFFECT] = {tailor_assign_effect, true},
    [TAILOR_VERSION] = {set_version, false},
};

static void apply(Tailor *tailor, const TailorEdit *edit)
{
    if (tailor->in->variant_count != 0 && !kinds[edit->kind].in_variant) {
        diag_error(tailor->diags, (Span){0}, "tailor-variant",
                   "\"%.*s\": a variant changes values and effects only; leave --variant out, or "
                   "tailor this in a command of its own",
                   STR_ARG(edit->subject));
        return;
    }
    kinds[edit->kind].apply(tailor, edit);
    tailor->diags->file = (Str){NULL, 0};
}

static const Json *wrap(Arena *arena, const Json *document, Str key, Json body)
{
    Json *copy = NEW(arena, Json);
    *copy = *document;
    edit_put(arena, copy, key, body, NULL);
    return copy;
}

// The manifest's counts; the profile says the same.
static const Json *put_version(Tailor *tailor, Json *metadata)
{
    Arena *arena = tailor->arena;
    if (tailor->version.len == 0) {
        return NULL;
    }
    Json *manifest = NEW(arena, Json);
    *manifest = *tailor->in->manifest;
    edit_put(arena, manifest, STR("version"), json_string(tailor->version), NULL);
    edit_put(arena, metadata, STR("version"), json_string(tailor->version), &tailor_metadata_order);
    tailor->profile_changed = true;
    return manifest;
}

static void finish(Tailor *tailor, TailorResult *ret_result)
{
    Arena *arena = tailor->arena;
    const TailorInput *in = tailor->in;
    Json metadata = edit_take(&tailor->profile, STR("metadata"), JSON_OBJECT);
    edit_put(arena, &metadata, STR("last-modified"), json_string(in->now), &tailor_metadata_order);
    const Json *manifest = put_version(tailor, &metadata);
    edit_put(arena, &tailor->profile, STR("metadata"), metadata, &tailor_profile_order);
    Str *words = NEW_ARRAY(arena, Str, tailor->words.count);
    for (uint32_t i = 0; i < tailor->words.count; i++) {
        words[i] = *(const Str *)tailor->words.items[i];
    }
    *ret_result =
        (TailorResult){.manifest = manifest, .words = words, .word_count = tailor->words.count};
    if (tailor->profile_changed) {
        ret_result->profile = wrap(arena, in->profile, STR("profile"), tailor->profile);
    }
    if (tailor->assignments_changed) {
        Json *list = NEW(arena, Json);
        *list = tailor->assignments;
        ret_result->assignments = in->assignments->type == JSON_ARRAY
                                      ? list
                                      : wrap(arena, in->assignments, STR("value"), *list);
    }
    if (tailor->initiative_changed) {
        Json *set = NEW(arena, Json);
        *set = tailor->initiative;
        ret_result->initiative = set;
    }
}

bool tailor_apply(Arena *arena, const TailorInput *input, DiagList *diags, TailorResult *ret_result)
{
    uint32_t errors = diags->errors;
    bool is_list = input->assignments->type == JSON_ARRAY;
    Tailor tailor = {
        .arena = arena,
        .in = input,
        .diags = diags,
        .profile = edit_take(input->profile, STR("profile"), JSON_OBJECT),
        .assignments =
            is_list ? *input->assignments : edit_take(input->assignments, STR("value"), JSON_ARRAY),
        .initiative = input->initiative != NULL ? *input->initiative : (Json){.type = JSON_OBJECT},
    };
    for (uint32_t i = 0; i < input->edit_count; i++) {
        apply(&tailor, &input->edits[i]);
    }
    if (diags->errors != errors) {
        return false;
    }
    finish(&tailor, ret_result);
    return true;
}
