// SPDX-License-Identifier: Apache-2.0
#include "cli/versions.h"

#include "base/buf.h"
#include "baseline/release_version.h"
#include "host/files.h"
#include "policy/bind.h"

Versions versions_find(Cli *cli, const Home *home, Str version)
{
    Versions found = {.next = STR("X.Y.Z")};
    for (uint32_t i = 0; i < home->release_count; i++) {
        Str path = home_path(cli, home, "releases", home->releases[i], ".json");
        Str bytes = {0};
        Err err = {0};
        Paper paper;
        if (!file_read(&cli->arena, path, cli->limits.bytes_max, &bytes, &err) ||
            !paper_read(&cli->arena, bytes, PAPER_RELEASE, &cli->limits, &paper, &err)) {
            continue;
        }
        if (str_eq(paper.version, version)) {
            found.holder = home->releases[i];
        }
        if (release_version_is(paper.version) &&
            (found.highest == 0 || version_cmp(paper.version, found.highest_version) > 0)) {
            found.highest = home->releases[i];
            found.highest_version = paper.version;
        }
    }
    if (found.highest != 0) {
        Buf text = {0};
        release_version_next(&text, found.highest_version);
        found.next = str_copy(&cli->arena, buf_str(&text));
        buf_free(&text);
    }
    return found;
}
