// SPDX-License-Identifier: Apache-2.0
// resources — the shapes that generate writes, in a small language of its own (see generate.c).
// Depends on: nothing.  Constant data.
// Sources: the resource types' published ARM reference; Azure Resource Graph's envelope.
#pragma once

typedef struct Shape {
    const char *type;
    const char *prefix; // of the resource's name
    int weight;         // per 1000 resources
    const char *parent; // path between provider and name: "servers/NAME/"; NULL = none
    const char *top;    // members between tags and properties
    const char *body;   // members of properties
} Shape;

// A line of its own that belongs to a resource: a child, an extension resource or a related one.
typedef struct Child {
    const char *of;   // the type it belongs to
    int percent;      // how often
    const char *text; // the whole resource; %I and %N are those of its owner
} Child;

extern const Shape shapes[];
extern const int shape_count;
extern const Child children[];
extern const int child_count;

// One network watcher; %L and %S of its place.
extern const char watcher_text[];
