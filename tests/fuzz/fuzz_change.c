// SPDX-License-Identifier: Apache-2.0
// Bytes as each paper of a change: a reader ends, says something when it refuses, and what it
// accepts is one line in canonical form of one kind only. The content of a release has a digest.
#include "record/change.h"

#include "json/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_paper(Arena *arena, const Paper *paper, PaperKind kind, Str bytes)
{
    Paper inner;
    Err err = {0};
    ASSERT(paper->kind == kind && bytes.ptr[bytes.len - 1] == '\n');
    ASSERT(paper_of_json(arena, paper->json, kind, &inner, &err));
    ASSERT(hash_eq(&inner.hash, &paper->hash));
    Hash hash = hash_of((Str){bytes.ptr, bytes.len - 1});
    ASSERT(hash_eq(&hash, &paper->hash));
    if (paper->content != NULL) {
        const Json *files = NULL;
        Hash digest;
        bool ok = content_digest(arena, paper->content, &files, &digest, &err);
        ASSERT(ok && files->count == paper->content->count); // canonical already
        Quorum quorum;
        ok = quorum_read(json_find(paper->content, STR("manifest.json")), &quorum, &err);
        ASSERT(ok == (err.kind == ERR_NONE));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 30);
    JsonLimits limits = {.bytes_max = (size_t)1 << 20, .depth_max = 64, .values_max = 100000};
    Str bytes = {(const char *)data, size};
    unsigned taken = 0;
    for (unsigned kind = 0; kind < PAPER_COUNT; kind++) {
        Paper paper;
        Err err = {0};
        bool ok = paper_read(&arena, bytes, (PaperKind)kind, &limits, &paper, &err);
        ASSERT(ok == (err.kind == ERR_NONE));
        taken += ok ? 1U : 0U;
        if (ok) {
            check_paper(&arena, &paper, (PaperKind)kind, bytes);
        }
    }
    ASSERT(taken <= 1);
    arena_free(&arena);
    return 0;
}
