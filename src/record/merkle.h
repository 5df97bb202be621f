// SPDX-License-Identifier: Apache-2.0
// merkle — one hash for a whole list, and short proofs about it: that an entry is in it, and that a
// longer list begins with a shorter one.
// Depends on: base, libsodium (SHA-256).  Thread-safe: pure.
// Source: RFC 6962 §2.1 (hashes, proofs); RFC 9162 §2.1.3.2 and §2.1.4.2 (how proofs are checked).
#pragma once

#include "base/arena.h"
#include "base/str.h"

enum { HASH_BYTES = 32, MERKLE_DEPTH_MAX = 64 };

typedef struct Hash {
    uint8_t at[HASH_BYTES];
} Hash;

bool hash_eq(const Hash *a, const Hash *b);
Hash hash_of(Str bytes); // SHA-256, no prefix

Hash merkle_leaf(Str bytes);                           // SHA-256(0x00, bytes)
Hash merkle_node(const Hash *left, const Hash *right); // SHA-256(0x01, left, right)

// The root over leaf hashes; of none it is the hash of nothing.
Hash merkle_root(const Hash *leaves, uint64_t count);

// ---- a tree that only grows: its right edge ----

typedef struct MerkleEdge {
    Hash at[MERKLE_DEPTH_MAX]; // roots of whole subtrees, the largest first
    uint32_t depth;
    uint64_t count; // leaves so far
} MerkleEdge;

void merkle_push(MerkleEdge *edge, const Hash *leaf);
Hash merkle_head(const MerkleEdge *edge); // equals merkle_root over the leaves so far

// ---- proofs ----

typedef struct MerklePath {
    const Hash *at; // arena
    uint32_t count;
} MerklePath;

// That leaf index is among count leaves. ASSERTs index < count.
MerklePath merkle_inclusion(Arena *arena, const Hash *leaves, uint64_t count, uint64_t index);
bool merkle_includes(const Hash *leaf, uint64_t index, uint64_t count, MerklePath path,
                     const Hash *root);

// That the first old_count of count leaves were the whole list once. ASSERTs 0 < old_count and
// old_count <= count.
MerklePath merkle_consistency(Arena *arena, const Hash *leaves, uint64_t count, uint64_t old_count);
bool merkle_extends(uint64_t old_count, const Hash *old_root, uint64_t count, const Hash *root,
                    MerklePath path);
