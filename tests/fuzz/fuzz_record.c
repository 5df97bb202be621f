// SPDX-License-Identifier: Apache-2.0
// Bytes as a record, as a checkpoint, as a principal's document and as a private key file: each
// reader ends, says something when it refuses, and what it accepts is what it would write.
#include "record/verify.h"

#include "record/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_record(Arena *arena, Str bytes, const Checkpoint *checkpoint)
{
    Replay trust;
    Verdict verdict;
    replay_run(arena, bytes, REPLAY_TRUST, &trust);
    record_verify(arena, bytes, checkpoint, checkpoint != NULL ? 1 : 0, &verdict);
    const Replay *all = &verdict.replay;
    ASSERT(all->size <= trust.size && trust.size <= trust.lines && trust.lines == all->lines);
    ASSERT((verdict.fault.kind == FAULT_NONE) == (verdict.fault.text.len == 0));
    ASSERT(verdict.fault.kind != FAULT_NONE || (all->size == all->lines && all->tail.len == 0));
    ASSERT(!verdict.compared || checkpoint != NULL);
    Hash head = merkle_head(&all->edge);
    Hash root = merkle_root(all->leaves, all->size);
    ASSERT(hash_eq(&head, &root));
    for (uint32_t i = 0; i < all->people.count; i++) {
        ASSERT(people_find(&all->people, all->people.at[i].id) == &all->people.at[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena;
    arena_init(&arena, (size_t)1 << 30);
    Str bytes = {(const char *)data, size};
    KeyFile file;
    Principal principal;
    Checkpoint checkpoint;
    Err errs[3] = {{0}};
    bool is_key = key_file_read(&arena, bytes, &file, &errs[0]);
    bool is_principal = principal_read(&arena, bytes, &principal, &errs[1]);
    bool is_checkpoint = checkpoint_read(&arena, bytes, &checkpoint, &errs[2]);
    ASSERT(is_key == (errs[0].kind == ERR_NONE) && is_principal == (errs[1].kind == ERR_NONE) &&
           is_checkpoint == (errs[2].kind == ERR_NONE));
    ASSERT(is_key + is_principal + is_checkpoint <= 1);
    if (is_key && file.cost.passes == 1 && file.cost.memory_bytes <= 1 << 16) {
        SigningKey *key = NULL;
        Err err = {0};
        if (key_unlock(&file, STR("correct horse"), &key, &err)) {
            ASSERT(str_eq(key_id(&arena, key_public(key)), file.id));
            key_close(key);
        }
    }
    check_record(&arena, bytes, NULL);
    if (is_checkpoint) {
        check_record(&arena, (Str){0}, &checkpoint);
    }
    arena_free(&arena);
    return 0;
}
