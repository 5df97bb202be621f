// SPDX-License-Identifier: Apache-2.0
// Each byte of a release flipped in turn, the file cut short, and the same bytes under another
// number: reading refuses every one. Without a record beside it every third byte has to do.
#include <stdio.h>
#include <stdlib.h>

#include "cli/baselines.h"
#include "cli/house.h"
#include "host/files.h"
#include "host/scratch.h"
#include "t.h"

typedef struct Bench {
    Cli cli;
    Home home;
    char *release;
    size_t len;
} Bench;

static bool make(void)
{
    house_build(3);
    ProgramRun run = RUN("baseline", "propose", "@ours", "--reason", "r", "--effective",
                         "2026-03-01", HOUSE_AT("2026-03-02T08:00:00Z"), AS_ANN);
    bool ok = run.code == 0;
    ok = RUN("baseline", "approve", "@ours", HOUSE_AT("2026-03-03T08:00:00Z"), AS_BOB).code == 0 &&
         ok;
    return RUN("baseline", "release", "@ours", HOUSE_AT("2026-03-04T08:00:00Z"), AS_ANN).code ==
               0 &&
           ok;
}

static void open_bench(Bench *bench, const char *workspace)
{
    Str edition = {0};
    *bench = (Bench){.cli.limits = JSON_LIMITS_DEFAULT};
    arena_init(&bench->cli.arena, (size_t)1 << 32);
    diag_init(&bench->cli.diags, &bench->cli.arena, (Str){0});
    bench->cli.options.workspace = scratch_path(workspace);
    CHECK(ticks_parse(STR("2026-03-05"), &bench->cli.now));
    CHECK(home_find(&bench->cli, scratch_path("ours"), &bench->home, &edition));
    bench->release = scratch_read(scratch_path("ours/releases/1.json"), &bench->len);
    ASSERT(bench->release != NULL);
}

static void close_bench(Bench *bench)
{
    free(bench->release);
    arena_free(&bench->cli.arena);
}

// Is the file as it stands taken for release number?
static bool is_taken(Bench *bench, uint64_t number)
{
    ArenaMark mark = arena_mark(&bench->cli.arena);
    OpenEdition open = {.home = bench->home};
    Err err = {0};
    bool taken = baselines_check(&bench->cli, &bench->home, number, &open, &err);
    CHECK(taken || err.kind != ERR_NONE);
    arena_rewind(&bench->cli.arena, mark);
    return taken;
}

// A letter's case, a digit's lowest bit.
static char flipped(char c)
{
    return (char)(c ^ (c >= 'A' ? 0x20 : 0x01));
}

static void flip_all(Bench *bench, size_t step)
{
    for (size_t i = 0; i < bench->len; i += step) {
        char place[32];
        (void)snprintf(place, sizeof place, "byte %zu", i);
        char was = bench->release[i];
        bench->release[i] = flipped(was);
        (void)scratch_file("ours/releases/1.json", (Str){bench->release, bench->len});
        bench->release[i] = was;
        CHECK_ROW(place, !is_taken(bench, 1));
    }
}

static void cut_all(Bench *bench)
{
    for (size_t len = 0; len < bench->len; len += 61) {
        char place[32];
        (void)snprintf(place, sizeof place, "cut at %zu", len);
        (void)scratch_file("ours/releases/1.json", (Str){bench->release, len});
        CHECK_ROW(place, !is_taken(bench, 1));
    }
}

TEST(every_flipped_byte_of_a_release_is_seen)
{
    static const char *const workspaces[] = {"ws", "elsewhere"};
    if (!program_exists()) {
        return;
    }
    CHECK(make());
    for (size_t i = 0; i < COUNTOF(workspaces); i++) {
        Bench bench;
        open_bench(&bench, workspaces[i]);
        CHECK_ROW(workspaces[i], is_taken(&bench, 1));
        flip_all(&bench, i == 0 ? 1 : 3);
        cut_all(&bench);
        (void)scratch_file("ours/releases/2.json", (Str){bench.release, bench.len});
        CHECK_ROW(workspaces[i], !is_taken(&bench, 2));
        (void)scratch_file("ours/releases/1.json", (Str){bench.release, bench.len});
        CHECK_ROW(workspaces[i], is_taken(&bench, 1));
        close_bench(&bench);
    }
}
