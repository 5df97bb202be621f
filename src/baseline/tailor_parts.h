// SPDX-License-Identifier: Apache-2.0
// tailor_parts — what the parts of tailoring share: the documents as they are being changed.
// Depends on: tailor.  Not thread-safe. Private to this layer.
#pragma once

#include "baseline/edit.h"
#include "baseline/tailor.h"
#include "oscal/field.h"

typedef struct Tailor {
    Arena *arena;
    const TailorInput *in;
    DiagList *diags;
    Json profile;     // what stands under "profile"
    Json assignments; // the array
    Json initiative;
    bool profile_changed;
    bool assignments_changed;
    bool initiative_changed;
    Str version;     // the new one; empty = as it was
    OscalList words; // const Str *
} Tailor;

// A parameter by the name the user gives: an OSCAL one, or one of the initiative.
typedef struct TailorParameter {
    const BaselineValue *value; // NULL = the initiative's alone
    const Parameter *parameter; // NULL = it feeds nothing
} TailorParameter;

// Where the members of a profile and of its metadata go.
extern const EditOrder tailor_profile_order;
extern const EditOrder tailor_metadata_order;

void tailor_say(Tailor *tailor, const char *fmt, ...) PRINTF_LIKE(2, 3);

// Records what was done and why in the profile's metadata.
void tailor_note(Tailor *tailor, Str kind, Str subject);

// Diagnostic when no rationale was given. What asks for less?
void tailor_want_rationale(Tailor *tailor, Str what, const char *why);

// NULL or false after a diagnostic that suggests the nearest.
const BaselineControl *tailor_find_control(Tailor *tailor, Str id);
bool tailor_find_parameter(Tailor *tailor, Str name, TailorParameter *ret_parameter);

// A text as a value of the parameter's type. False after a diagnostic.
bool tailor_typed(Tailor *tailor, const Parameter *parameter, Str text, Json *ret_value);

// "a, b" → ["a", "b"]
Json tailor_split(Arena *arena, Str list);

// ---- tailor_select.c ----

void tailor_remove_control(Tailor *tailor, const TailorEdit *edit);
void tailor_add_controls(Tailor *tailor, const TailorEdit *edit);
void tailor_add_rule(Tailor *tailor, const TailorEdit *edit);

// ---- tailor_modify.c ----

void tailor_set_value(Tailor *tailor, const TailorEdit *edit);
void tailor_set_severity(Tailor *tailor, const TailorEdit *edit);
void tailor_set_owner(Tailor *tailor, const TailorEdit *edit);
void tailor_set_drivers(Tailor *tailor, const TailorEdit *edit);

// ---- tailor_assign.c: assignments ----

// What the assignment for everything gives the parameter; NULL = nothing does.
const Json *tailor_general_value(const Tailor *tailor, Str parameter);

void tailor_assign_value(Tailor *tailor, const Parameter *parameter, Json value);
void tailor_assign_effect(Tailor *tailor, const TailorEdit *edit);
