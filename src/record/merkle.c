// SPDX-License-Identifier: Apache-2.0
#include "record/merkle.h"

#include <sodium.h>
#include <string.h>

_Static_assert(HASH_BYTES == crypto_hash_sha256_BYTES, "a hash is a SHA-256");

bool hash_eq(const Hash *a, const Hash *b)
{
    return memcmp(a->at, b->at, HASH_BYTES) == 0;
}

static Hash hash_parts(const uint8_t *prefix, const void *a, size_t a_len, const void *b,
                       size_t b_len)
{
    Hash hash;
    crypto_hash_sha256_state state;
    (void)crypto_hash_sha256_init(&state);
    if (prefix != NULL) {
        (void)crypto_hash_sha256_update(&state, prefix, 1);
    }
    if (a_len != 0) {
        (void)crypto_hash_sha256_update(&state, a, a_len);
    }
    if (b_len != 0) {
        (void)crypto_hash_sha256_update(&state, b, b_len);
    }
    (void)crypto_hash_sha256_final(&state, hash.at);
    return hash;
}

Hash hash_of(Str bytes)
{
    return hash_parts(NULL, bytes.ptr, bytes.len, NULL, 0);
}

// The prefixes keep a node from passing for a leaf that holds two hashes.
Hash merkle_leaf(Str bytes)
{
    static const uint8_t prefix = 0x00;
    return hash_parts(&prefix, bytes.ptr, bytes.len, NULL, 0);
}

Hash merkle_node(const Hash *left, const Hash *right)
{
    static const uint8_t prefix = 0x01;
    return hash_parts(&prefix, left->at, HASH_BYTES, right->at, HASH_BYTES);
}

// Adds a leaf: two subtrees of one size become one, as a carry runs through a binary number.
void merkle_push(MerkleEdge *edge, const Hash *leaf)
{
    Hash hash = *leaf;
    for (uint64_t rest = edge->count; (rest & 1) != 0; rest >>= 1) {
        hash = merkle_node(&edge->at[--edge->depth], &hash);
    }
    ASSERT(edge->depth < MERKLE_DEPTH_MAX);
    edge->at[edge->depth++] = hash;
    edge->count++;
}

Hash merkle_head(const MerkleEdge *edge)
{
    if (edge->depth == 0) {
        return hash_of((Str){0});
    }
    Hash hash = edge->at[edge->depth - 1];
    for (uint32_t i = edge->depth - 1; i > 0; i--) {
        hash = merkle_node(&edge->at[i - 1], &hash);
    }
    return hash;
}

Hash merkle_root(const Hash *leaves, uint64_t count)
{
    MerkleEdge edge = {.depth = 0};
    for (uint64_t i = 0; i < count; i++) {
        merkle_push(&edge, &leaves[i]);
    }
    return merkle_head(&edge);
}

// ---- making proofs ----

// The largest power of two below count (count > 1): where the list divides.
static uint64_t split_of(uint64_t count)
{
    uint64_t split = 1;
    while (split < count - split) {
        split *= 2;
    }
    return split;
}

// Steps are found from the root down and stand in the path from the leaf up.
static MerklePath path_turned(Arena *arena, const Hash *steps, uint32_t count)
{
    Hash *path = NEW_ARRAY(arena, Hash, count + 1U);
    for (uint32_t i = 0; i < count; i++) {
        path[i] = steps[count - 1 - i];
    }
    return (MerklePath){path, count};
}

MerklePath merkle_inclusion(Arena *arena, const Hash *leaves, uint64_t count, uint64_t index)
{
    ASSERT(index < count);
    Hash steps[MERKLE_DEPTH_MAX];
    uint32_t depth = 0;
    while (count > 1) {
        uint64_t split = split_of(count);
        if (index < split) {
            steps[depth++] = merkle_root(leaves + split, count - split);
            count = split;
        } else {
            steps[depth++] = merkle_root(leaves, split);
            leaves += split;
            index -= split;
            count -= split;
        }
    }
    return path_turned(arena, steps, depth);
}

MerklePath merkle_consistency(Arena *arena, const Hash *leaves, uint64_t count, uint64_t old_count)
{
    ASSERT(old_count > 0 && old_count <= count);
    Hash steps[MERKLE_DEPTH_MAX + 1];
    uint32_t depth = 0;
    bool known = true; // is the part at hand the old list itself, whose root the reader has?
    while (old_count < count) {
        uint64_t split = split_of(count);
        if (old_count <= split) {
            steps[depth++] = merkle_root(leaves + split, count - split);
            count = split;
        } else {
            steps[depth++] = merkle_root(leaves, split);
            leaves += split;
            old_count -= split;
            count -= split;
            known = false;
        }
    }
    if (!known) {
        steps[depth++] = merkle_root(leaves, count);
    }
    return path_turned(arena, steps, depth);
}

// ---- checking proofs ----

bool merkle_includes(const Hash *leaf, uint64_t index, uint64_t count, MerklePath path,
                     const Hash *root)
{
    if (index >= count) {
        return false;
    }
    uint64_t at = index;
    uint64_t last = count - 1;
    Hash hash = *leaf;
    for (uint32_t i = 0; i < path.count; i++) {
        if (last == 0) {
            return false;
        }
        if ((at & 1) != 0 || at == last) {
            hash = merkle_node(&path.at[i], &hash);
            while ((at & 1) == 0 && at != 0) {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = merkle_node(&hash, &path.at[i]);
        }
        at >>= 1;
        last >>= 1;
    }
    return last == 0 && hash_eq(&hash, root);
}

// Both roots are built up from one path: the old one from the left neighbours only.
bool merkle_extends(uint64_t old_count, const Hash *old_root, uint64_t count, const Hash *root,
                    MerklePath path)
{
    if (old_count == 0 || old_count > count) {
        return false;
    }
    if (old_count == count) {
        return path.count == 0 && hash_eq(old_root, root);
    }
    uint32_t next = 0;
    Hash first = *old_root;
    if ((old_count & (old_count - 1)) != 0) { // not a whole subtree: its last part comes first
        if (path.count == 0) {
            return false;
        }
        first = path.at[next++];
    }
    uint64_t at = old_count - 1;
    uint64_t last = count - 1;
    for (; (at & 1) != 0; at >>= 1) {
        last >>= 1;
    }
    Hash old_hash = first;
    Hash hash = first;
    for (; next < path.count; next++) {
        if (last == 0) {
            return false;
        }
        if ((at & 1) != 0 || at == last) {
            old_hash = merkle_node(&path.at[next], &old_hash);
            hash = merkle_node(&path.at[next], &hash);
            while ((at & 1) == 0 && at != 0) {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = merkle_node(&hash, &path.at[next]);
        }
        at >>= 1;
        last >>= 1;
    }
    return last == 0 && hash_eq(&old_hash, old_root) && hash_eq(&hash, root);
}
