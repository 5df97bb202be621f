// SPDX-License-Identifier: Apache-2.0
#include "cli/house.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "baseline/memory_files.h"
#include "host/files.h"
#include "host/scratch.h"
#include "record/log.h"

static const struct {
    const char *name;
    const char *file; // of the passphrase
    const char *passphrase;
    Roles roles;
    const char *expires; // NULL = never
} people[] = {
    {"Ann", "ann.pass", "correct horse", 1U << ROLE_OWNER, NULL},
    {"Bob", "bob.pass", "battery staple", 1U << ROLE_TECHNICAL_APPROVER, NULL},
    {"Cat", "cat.pass", "purple monkey", 1U << ROLE_BUSINESS_APPROVER, NULL},
    {"Dan", "dan.pass", "dishwasher 7", 0, NULL},
    {"Eve", "eve.pass", "tea at seven", 1U << ROLE_TECHNICAL_APPROVER, "2026-03-10"},
};

static void clear(Str folder)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 24);
    FileList files = {0};
    Err err = {0};
    if (path_kind(folder) == PATH_FOLDER) {
        ASSERT(folder_list(&arena, folder, &files, &err));
    }
    for (uint32_t i = 0; i < files.count; i++) {
        ASSERT(unlink(files.paths[i].ptr) == 0);
    }
    arena_free(&arena);
}

static void add_person(Arena *arena, const Workspace *workspace, SigningKey **ann, unsigned i)
{
    const KeyCost cheap = {.passes = 1, .memory_bytes = 64 << 10};
    Err err = {0};
    Str document = {0};
    Str file = {0};
    SigningKey *key = key_generate();
    Principal principal = {.name = str_from_cstr(people[i].name), .roles = people[i].roles};
    People known;
    people_init(&known, arena);
    ASSERT(ticks_parse(STR("2026-03-01T00:00:00Z"), &principal.created));
    ASSERT(people[i].expires == NULL ||
           ticks_parse(str_from_cstr(people[i].expires), &principal.expires));
    ASSERT(principal_write(arena, key, &principal, &document, &err));
    ASSERT(key_lock(arena, key, str_from_cstr(people[i].passphrase), &cheap, &file, &err));
    ASSERT(workspace_write(workspace_key_path(arena, workspace, principal.id), file, true, &err));
    ASSERT(workspace_write(workspace_principal_path(arena, workspace, principal.id), document,
                           false, &err));
    *ann = *ann != NULL ? *ann : key;
    EntryField fields[TRUST_FIELDS];
    EntryNew entry = people_trust_entry(arena, &known, &principal, fields);
    uint64_t sequence = 0;
    entry.time = principal.created;
    ASSERT(log_append(arena, workspace, NULL, *ann, &entry, &sequence, &err));
    if (key != *ann) {
        key_close(key);
    }
    char line[64];
    (void)snprintf(line, sizeof line, "%s\n", people[i].passphrase);
    (void)scratch_file(people[i].file, str_from_cstr(line));
}

static void write_package(Arena *arena)
{
    static const char *const paths[] = {"catalog.json",    "profile.json",     "rules/size.json",
                                        "initiative.json", "assignments.json", "mappings/f.json"};
    MemoryFiles memory = {.arena = arena};
    PackageFiles files = memory_files(&memory);
    for (size_t i = 0; i < COUNTOF(paths); i++) {
        Str bytes = {0};
        Err err = {0};
        char name[64];
        ASSERT(files.read(files.ctx, str_from_cstr(paths[i]), &bytes, &err));
        (void)snprintf(name, sizeof name, "ours/%s", paths[i]);
        (void)scratch_file(name, bytes);
    }
}

void house_build(unsigned count)
{
    static const char *const folders[] = {"ws",           "ws/keys",      "ws/people",
                                          "ours",         "ours/rules",   "ours/mappings",
                                          "ours/changes", "ours/releases"};
    Arena arena;
    Err err = {0};
    SigningKey *ann = NULL;
    arena_init(&arena, (size_t)1 << 28);
    ASSERT(count <= COUNTOF(people));
    for (size_t i = 0; i < COUNTOF(folders); i++) {
        clear(scratch_path(folders[i]));
        ASSERT(folder_make(scratch_path(folders[i]), &err));
    }
    Workspace workspace = workspace_at(&arena, scratch_path("ws"));
    for (unsigned i = 0; i < count; i++) {
        add_person(&arena, &workspace, &ann, i);
    }
    key_close(ann);
    write_package(&arena);
    house_manifest("1.0.0", "");
    arena_free(&arena);
}

void house_manifest(const char *version, const char *approvals)
{
    char text[600];
    (void)snprintf(text, sizeof text,
                   "{\"name\":\"ours\",\"title\":\"Ours\",\"version\":\"%s\",\"owner\":\"o\","
                   "\"purpose\":\"p\",\"scope\":\"s\",\"nextReview\":\"2029-12-31\"%s%s}\n",
                   version, approvals[0] != '\0' ? ",\"approvals\":" : "", approvals);
    (void)scratch_file("ours/manifest.json", str_from_cstr(text));
}

void house_value(const char *value)
{
    char to[64];
    Arena arena;
    arena_init(&arena, (size_t)1 << 24);
    (void)snprintf(to, sizeof to, "'values':['%s']", value);
    MemoryFiles memory = {
        .arena = &arena, .path = "profile.json", .from = "'values':['42']", .to = to};
    PackageFiles files = memory_files(&memory);
    Str bytes = {0};
    Err err = {0};
    ASSERT(files.read(files.ctx, STR("profile.json"), &bytes, &err));
    (void)scratch_file("ours/profile.json", bytes);
    arena_free(&arena);
}

void house_facts(const char *size)
{
    char text[300];
    (void)snprintf(text, sizeof text,
                   "{\"id\":\"/tenants/t/settings/s\",\"name\":\"s\",\"type\":"
                   "\"datumline/tenantSettings\",\"properties\":{\"size\":%s}}\n",
                   size);
    (void)scratch_file("facts.ndjson", str_from_cstr(text));
}

void house_lose_entry(void)
{
    size_t len = 0;
    char *text = scratch_read(scratch_path("ws/record.ndjson"), &len);
    ASSERT(text != NULL && len > 1);
    do {
        len--;
    } while (len > 0 && text[len - 1] != '\n');
    (void)scratch_file("ws/record.ndjson", (Str){text, len});
    free(text);
}
