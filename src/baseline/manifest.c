// SPDX-License-Identifier: Apache-2.0
// manifest.json: what the baseline is, who answers for it, what it was made from.
#include <string.h>

#include "baseline/names.h"
#include "baseline/package.h"
#include "policy/suggest.h"

static Str read_text(Loader *loader, const Json *json, const char *name, bool required)
{
    Str key = {name, strlen(name)};
    const Json *value = json_find(json, key);
    if (value == NULL && !required) {
        return (Str){NULL, 0};
    }
    if (!json_is(value, JSON_STRING) || value->string.len == 0) {
        diag_error(loader->diags, value != NULL ? value->at : json->at, "manifest",
                   "the manifest needs a text \"%s\"", name);
        return (Str){NULL, 0};
    }
    return value->string;
}

static Str read_date(Loader *loader, const Json *json, const char *name)
{
    Str text = read_text(loader, json, name, false);
    const Json *value = json_find(json, (Str){name, strlen(name)});
    Ticks time;
    if (value != NULL && text.len != 0 && !ticks_parse(text, &time)) {
        diag_error(loader->diags, value->at, "manifest",
                   "\"%.*s\" is not a date such as 2026-01-31", STR_ARG(text));
    }
    return text;
}

// An object member of the manifest whose keys are known; NULL = absent, or after a diagnostic.
static const Json *read_object(Loader *loader, const Json *json, Str key, const Str *keys,
                               size_t count)
{
    const Json *object = json_find(json, key);
    if (object != NULL && object->type != JSON_OBJECT) {
        diag_error(loader->diags, object->at, "manifest", "\"%.*s\" must be an object",
                   STR_ARG(key));
        return NULL;
    }
    for (uint32_t i = 0; object != NULL && i < object->count; i++) {
        const JsonMember *member = &object->members[i];
        if (name_find(keys, count, member->key) == MAP_NONE) {
            diag_error(loader->diags, member->at, "manifest",
                       "\"%.*s\" is not a member of \"%.*s\"", STR_ARG(member->key), STR_ARG(key));
        }
    }
    return object;
}

static void read_approvals(Loader *loader, const Json *json)
{
    static const Str keys[] = {STR_INIT("count"), STR_INIT("roles")};
    Baseline *baseline = loader->baseline;
    const Json *object = read_object(loader, json, STR("approvals"), keys, COUNTOF(keys));
    if (object == NULL) {
        return;
    }
    BaselineApprovals *approvals = &baseline->approvals;
    approvals->given = true;
    approvals->roles = package_strings(loader, object, STR("roles"), &approvals->role_count);
    baseline->approver_roles = approvals->roles;
    baseline->approver_role_count = approvals->role_count;
    const Json *count = json_find(object, STR("count"));
    approvals->count = approvals->role_count;
    if (count == NULL) {
        return;
    }
    bool good = count->type == JSON_NUMBER && count->is_int && count->number.as_int >= 0 &&
                count->number.as_int <= 100;
    if (!good) {
        diag_error(loader->diags, count->at, "manifest",
                   "approvals.count must be a whole number from 0 to 100");
        return;
    }
    approvals->count = (uint32_t)count->number.as_int;
}

static void read_from(Loader *loader, const Json *json)
{
    static const Str keys[] = {STR_INIT("name"), STR_INIT("version"), STR_INIT("sha256")};
    const Json *object = read_object(loader, json, STR("from"), keys, COUNTOF(keys));
    if (object != NULL) {
        loader->baseline->from = (BaselineFrom){
            .name = read_text(loader, object, "name", true),
            .version = read_text(loader, object, "version", false),
            .sha256 = read_text(loader, object, "sha256", false),
        };
    }
}

static uint32_t read_default(Loader *loader, const Json *object, Str key, const Str *names,
                             size_t count, uint32_t fallback)
{
    const Json *value = json_find(object, key);
    uint32_t found = json_is(value, JSON_STRING) ? name_find(names, count, value->string)
                     : value == NULL             ? fallback
                                                 : MAP_NONE;
    if (found == MAP_NONE) {
        ASSERT(value != NULL);
        diag_error(loader->diags, value->at, "manifest",
                   "defaults.%.*s is one of the words that "
                   "a control's prop \"%.*s\" has",
                   STR_ARG(key), STR_ARG(key));
        return fallback;
    }
    return found;
}

static void read_defaults(Loader *loader, const Json *json)
{
    static const Str keys[] = {STR_INIT("severity"), STR_INIT("layer"), STR_INIT("drivers")};
    Str severities[SEVERITY_COUNT];
    for (int i = 0; i < SEVERITY_COUNT; i++) {
        severities[i] = str_from_cstr(severity_name((Severity)i));
    }
    const Json *object = read_object(loader, json, STR("defaults"), keys, COUNTOF(keys));
    if (object == NULL) {
        return;
    }
    Defaults *defaults = &loader->defaults;
    defaults->given = true;
    defaults->severity = (Severity)read_default(loader, object, STR("severity"), severities,
                                                SEVERITY_COUNT, SEVERITY_MEDIUM);
    defaults->layer = (Layer)read_default(loader, object, STR("layer"), layer_names, LAYER_COUNT,
                                          LAYER_APPLICATION);
    uint32_t count = 0;
    const Json *list = json_find(object, STR("drivers"));
    const Str *drivers = package_strings(loader, object, STR("drivers"), &count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t found = name_find(driver_names, DRIVER_KINDS, drivers[i]);
        if (found == MAP_NONE) {
            diag_error(loader->diags, list->at, "manifest",
                       "\"%.*s\" is no driver; known: regulation, standard, region, platform, "
                       "business",
                       STR_ARG(drivers[i]));
            continue;
        }
        defaults->drivers |= 1U << found;
    }
    if (defaults->drivers == 0) {
        defaults->drivers = DRIVER_STANDARD;
    }
}

// "", "base/", "base/base/", … as far as there is a manifest.
static void find_levels(Loader *loader)
{
    static const Str base = STR_INIT("base/");
    loader->levels[0] = (Str){NULL, 0};
    loader->level_count = 1;
    for (;;) {
        Str next = package_join(loader, loader->levels[loader->level_count - 1], base);
        if (!package_has(loader, package_join(loader, next, STR("manifest.json")))) {
            return;
        }
        if (loader->level_count == LEVELS_MAX) {
            diag_error(loader->diags, (Span){0, 0}, "limit",
                       "a baseline made from a baseline made from …, more than %d deep",
                       (int)LEVELS_MAX);
            return;
        }
        loader->levels[loader->level_count++] = next;
    }
}

// The nearest level that has some: what a baseline was made from may have taken a framework's
// controls as they are.
static void inherit_defaults(Loader *loader)
{
    for (uint32_t i = 1; i < loader->level_count && !loader->defaults.given; i++) {
        const Json *json = NULL;
        if (package_read(loader, package_join(loader, loader->levels[i], STR("manifest.json")),
                         &json)) {
            read_defaults(loader, json);
        }
    }
}

// A misspelt member would be a review that never comes, or approvals nobody asks for.
static void check_members(Loader *loader, const Json *json)
{
    static const Str keys[] = {
        STR_INIT("name"),         STR_INIT("title"),         STR_INIT("version"),
        STR_INIT("owner"),        STR_INIT("purpose"),       STR_INIT("scope"),
        STR_INIT("riskAppetite"), STR_INIT("approvals"),     STR_INIT("approverRoles"),
        STR_INIT("nextReview"),   STR_INIT("effectiveDate"), STR_INIT("from"),
        STR_INIT("defaults"),     STR_INIT("remarks"),       STR_INIT("$schema"),
    };
    if (json->type != JSON_OBJECT) {
        diag_error(loader->diags, json->at, "manifest", "a manifest is an object");
    }
    for (uint32_t i = 0; json->type == JSON_OBJECT && i < json->count; i++) {
        Str key = json->members[i].key;
        if (name_find(keys, COUNTOF(keys), key) == MAP_NONE) {
            diag_error(
                loader->diags, json->members[i].at, "manifest",
                "\"%.*s\" is not a member of a manifest%.*s", STR_ARG(key),
                STR_ARG(suggest_ask(loader->arena, suggest_nearest(key, keys, COUNTOF(keys)))));
        }
    }
}

void package_load_manifest(Loader *loader)
{
    const Json *json = NULL;
    Baseline *baseline = loader->baseline;
    find_levels(loader);
    if (!package_read(loader, STR("manifest.json"), &json)) {
        loader->defaults.given = true; // it may have some: no control is blamed for lacking them
        return;
    }
    ASSERT(json != NULL);
    check_members(loader, json);
    baseline->name = read_text(loader, json, "name", true);
    baseline->title = read_text(loader, json, "title", true);
    baseline->version = read_text(loader, json, "version", true);
    baseline->owner = read_text(loader, json, "owner", true);
    baseline->purpose = read_text(loader, json, "purpose", true);
    baseline->scope = read_text(loader, json, "scope", true);
    baseline->risk_appetite = read_text(loader, json, "riskAppetite", false);
    baseline->effective_date = read_date(loader, json, "effectiveDate");
    baseline->next_review = read_date(loader, json, "nextReview");
    baseline->approver_roles =
        package_strings(loader, json, STR("approverRoles"), &baseline->approver_role_count);
    read_approvals(loader, json);
    read_from(loader, json);
    read_defaults(loader, json);
    inherit_defaults(loader);
}
