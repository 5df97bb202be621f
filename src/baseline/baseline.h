// SPDX-License-Identifier: Apache-2.0
// baseline — a package of controls, tailoring, rules and bindings, loaded and checked at both ends:
// the one room where OSCAL (what is wanted) and Azure Policy (how it is checked) meet.
// Depends on: oscal, policy.  Thread-safe: read-only once loaded.
// Source: docs/baseline-package.md; SE:01 (Well-Architected, Power Platform and Azure).
#pragma once

#include "oscal/mapping.h"
#include "oscal/resolve.h"
#include "policy/assignment.h"

// Where a package's files are: the content built into the program, or a directory. Paths are
// relative to the package with '/' ("rules/x.json").
typedef struct PackageFiles {
    // The whole file; bytes must live as long as the arena the package is loaded into. A file that
    // is not there is ERR_NO_INPUT.
    bool (*read)(void *ctx, Str path, Str *ret_bytes, Err *err);
    // Paths of the files directly in a directory (with the directory in front), sorted by bytes.
    // A directory that is not there has none: true, count 0.
    bool (*list)(void *ctx, Str directory, const Str **ret_paths, uint32_t *ret_count, Err *err);
    void *ctx;
    Str label; // put in front of paths in diagnostics ("content/baselines/power-platform")
} PackageFiles;

// Ordered: a higher one is worse; see severity.def for names and weights.
typedef enum Severity {
#define SEVERITY(id, name, weight) SEVERITY_##id,
#include "baseline/severity.def"
#undef SEVERITY
    SEVERITY_COUNT
} Severity;
const char *severity_name(Severity severity);
uint32_t severity_weight(Severity severity);
Severity severity_find(Str name); // SEVERITY_COUNT = unknown

typedef enum Layer {
    LAYER_NETWORK,
    LAYER_INFRASTRUCTURE,
    LAYER_ENDPOINT,
    LAYER_APPLICATION,
    LAYER_DATA,
    LAYER_IDENTITY,
    LAYER_COUNT
} Layer;
const char *layer_name(Layer layer);

// Why a control exists; a control may have several.
typedef enum Driver {
    DRIVER_REGULATION = 1 << 0,
    DRIVER_STANDARD = 1 << 1,
    DRIVER_REGION = 1 << 2,
    DRIVER_PLATFORM = 1 << 3,
    DRIVER_BUSINESS = 1 << 4
} Driver;
const char *driver_name(Driver driver);

typedef enum Enforcement {
    ENFORCEMENT_PREVENTIVE, // the platform refuses what breaks it
    ENFORCEMENT_DETECTIVE,  // it can only be noticed
    ENFORCEMENT_ATTESTED,   // a person vouches for it
    ENFORCEMENT_COUNT
} Enforcement;
const char *enforcement_name(Enforcement enforcement);

// How well the place a rule reads is known: metadata.grade.
typedef enum Grade {
    GRADE_RECORDED,   // occurs in a recorded API body
    GRADE_READ,       // stands in a public source
    GRADE_DERIVED,    // made by the inventory from such facts
    GRADE_UNVERIFIED, // documented nowhere: its absence is never good
    GRADE_NONE        // nothing is read: attested
} Grade;
const char *grade_name(Grade grade);

// One id of a framework a control relates to.
typedef struct FrameworkRef {
    uint32_t framework; // index into Baseline.frameworks
    Str id;
    OscalRelation relation;
} FrameworkRef;

typedef struct Framework {
    Str name; // "scuba-power-platform", "mcsb-v1", "nist-800-53r5"
    Str title;
    Str file;
} Framework;

typedef struct Section {
    Str id;
    Str title;
} Section;

// A rule with what its metadata says beyond Azure's own keys.
typedef struct BaselineRule {
    const Definition *definition;
    Severity severity;
    Grade grade;
    bool manual;      // effect manual: answered by attestations
    bool implied;     // made by the loader for an attested control that has no rule
    const Str *kinds; // metadata.requires.kinds: what the inventory must have read
    uint32_t kind_count;
    const Str *paths; // metadata.requires.paths: fields whose absence is no answer
    uint32_t path_count;
    const Json *remediation;  // metadata.remediation object, NULL = none
    const uint32_t *controls; // indices of the controls it answers
    uint32_t control_count;
} BaselineRule;

typedef struct BaselineControl {
    Str id;
    Str title;
    uint32_t section; // index into Baseline.sections
    Severity severity;
    Layer layer;
    unsigned drivers; // Driver bits
    Enforcement enforcement;
    Str owner;     // the role that mends it
    Str statement; // what must hold, parameters inserted
    Str guidance;  // these three may be empty where the manifest has defaults
    Str reason;
    Str check;             // how it is checked
    const uint32_t *rules; // indices into Baseline.rules
    uint32_t rule_count;   // at least one
    const FrameworkRef *refs;
    uint32_t ref_count;
    const OscalControl *source;
    Str file; // the catalog it was written in
} BaselineControl;

// A parameter of a selected control: what it is, who said so, and what it feeds.
typedef struct BaselineValue {
    Str id;
    Str label;
    uint32_t control; // index; UINT32_MAX = of the catalog or a group
    const Str *values;
    uint32_t value_count; // 0 = not set
    Str choices;          // what an unset one is to be chosen from
    const Str *feeds;     // names of the initiative's parameters
    uint32_t feed_count;
    Str file; // the profile that set it, or the catalog it came from
    Span at;
    bool by_profile;
} BaselineValue;

// A change to what the baseline was made from, as the profile that made it tells.
typedef struct Tailoring {
    Str kind;    // remove, add, set, severity, owner, driver
    Str subject; // id of the control or parameter
    Str variant; // "environmentType-production": for these only; empty = for everything
    Str rationale;
    Str file;
    Span at;
} Tailoring;

// What a package was made from (manifest "from").
typedef struct BaselineFrom {
    Str name; // empty = nothing
    Str version;
    Str sha256;
} BaselineFrom;

// How many approvals a release needs, and which roles must be among them (manifest "approvals").
typedef struct BaselineApprovals {
    bool given;
    uint32_t count;
    const Str *roles;
    uint32_t role_count;
} BaselineApprovals;

typedef struct Baseline {
    // manifest.json
    Str name;
    Str title;
    Str version;
    Str owner;
    Str purpose;
    Str scope;
    Str risk_appetite;
    Str effective_date; // ISO dates as written; empty = not given
    Str next_review;
    const Str *approver_roles; // approvals.roles, or approverRoles
    uint32_t approver_role_count;
    BaselineApprovals approvals;
    BaselineFrom from;

    const Section *sections;
    uint32_t section_count;
    const BaselineControl *controls; // in the order of the profile
    uint32_t control_count;
    const Framework *frameworks;
    uint32_t framework_count;
    const BaselineRule *rules; // that answer a control; by file name, implied ones last
    uint32_t rule_count;
    const BaselineValue *values; // of selected controls, in the order of the resolved catalog
    uint32_t value_count;
    const Tailoring *tailorings; // its own first, then of what it was made from
    uint32_t tailoring_count;
    Map control_index; // id → index
    Map rule_index;    // definition name → index

    // Ready for assignment_bind: the profile's parameter values are in the assignments.
    const Definition *const *definitions; // parallel to rules
    const Initiative *initiative;
    const Assignment *const *assignments;
    const Json *const *own_values; // of each: the values it sets itself, NULL = none
    uint32_t assignment_count;

    const OscalCatalog *catalog; // the resolved one
    const Json *resolved;        // {"catalog": {…}}
    const OscalTrace *trace;     // who set and altered what in it
    uint32_t trace_count;
    Str label;
} Baseline;

// Loads and checks a package. profile.json is resolved with everything it imports from the folder
// of the package; rules, initiative, mappings and assignments of base/ stand below its own. Every
// rule must answer a control of the catalogs, every selected control have a rule (attested ones get
// one), every value that feeds a parameter be of its type. Rules whose controls the profile leaves
// out take no part. Everything wrong is a diagnostic; false when there was an error. A file that
// cannot be read is a diagnostic too ("no-file").
MUST_USE bool baseline_load(Arena *arena, const PackageFiles *files, const JsonLimits *limits,
                            DiagList *diags, const Baseline **ret_baseline);

// NULL = there is none.
const BaselineControl *baseline_find_control(const Baseline *baseline, Str id);
const BaselineRule *baseline_find_rule(const Baseline *baseline, Str name);

// The rule an assigned rule came from, or NULL (a rule that is not of this baseline).
const BaselineRule *baseline_rule_of(const Baseline *baseline, const AssignedRule *assigned);

// The value of a parameter of a selected control, by its id; NULL = there is none.
const BaselineValue *baseline_find_value(const Baseline *baseline, Str id);

// A control by its id or its printed label, ignoring case; NULL = there is none.
const BaselineControl *baseline_look_up(const Baseline *baseline, Str id_or_label);

// The rules by themselves, as the baseline's assignments bind them; without a user's own policies.
MUST_USE bool baseline_bind_rules(Arena *arena, const Baseline *baseline, Ticks now,
                                  DiagList *diags, AssignedRule **ret_rules, uint32_t *ret_count);
