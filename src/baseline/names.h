// SPDX-License-Identifier: Apache-2.0
// names — the words a package uses for layers, drivers, enforcement and grades, as tables.
// Depends on: baseline.  Thread-safe: constants.
#pragma once

#include "baseline/baseline.h"

enum { DRIVER_KINDS = 5, GRADE_KINDS = GRADE_NONE + 1 };

extern const Str layer_names[LAYER_COUNT];
extern const Str driver_names[DRIVER_KINDS];
extern const Str enforcement_names[ENFORCEMENT_COUNT];
extern const Str grade_names[GRADE_KINDS];

// The index of name, or MAP_NONE.
uint32_t name_find(const Str *names, size_t count, Str name);

// The namespace of every property this program adds to OSCAL.
#define DATUMLINE_NS STR("urn:datumline:ns:oscal")
