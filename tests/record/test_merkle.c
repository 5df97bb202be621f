// SPDX-License-Identifier: Apache-2.0
// The tree against its definition written down word for word, over every size to 64.
#include "record/merkle.h"

#include <string.h>

#include "record/hex.h"
#include "t.h"

enum { SIZE_MAX_TESTED = 64 };

// MTH of RFC 6962 §2.1, as it stands there.
static Hash slow_root(const Hash *leaves, uint64_t n)
{
    if (n == 0) {
        return hash_of((Str){0});
    }
    if (n == 1) {
        return leaves[0];
    }
    uint64_t k = 1;
    while (k * 2 < n) {
        k *= 2;
    }
    Hash left = slow_root(leaves, k);
    Hash right = slow_root(leaves + k, n - k);
    char bytes[1 + 2 * HASH_BYTES] = {1};
    memcpy(bytes + 1, left.at, HASH_BYTES);
    memcpy(bytes + 1 + HASH_BYTES, right.at, HASH_BYTES);
    return hash_of((Str){bytes, sizeof bytes});
}

static void make_leaves(Hash leaves[SIZE_MAX_TESTED])
{
    for (uint32_t i = 0; i < SIZE_MAX_TESTED; i++) {
        char bytes[3] = {0, (char)i, (char)(i * 7)};
        leaves[i] = hash_of((Str){bytes, sizeof bytes});
        Hash leaf = merkle_leaf((Str){bytes + 1, 2});
        CHECK(hash_eq(&leaf, &leaves[i]));
    }
}

TEST(known_hashes)
{
    // SHA-256 of "", of 00, of 00 "L123456", and of 01 and two nodes: computed with sha256sum.
    static const struct {
        const char *row;
        const char *want;
    } rows[] = {
        {"empty", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"empty leaf", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
        {"leaf", "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"},
        {"node", "bf9ae70442844df993ca0001a7c8a095c5f145857960b1ee389df6cbe84b5bf3"},
    };
    Hash empty_leaf = merkle_leaf((Str){0});
    Hash leaf = merkle_leaf(STR("L123456"));
    Hash got[] = {merkle_root(NULL, 0), empty_leaf, leaf, merkle_node(&empty_leaf, &leaf)};
    Arena arena;
    arena_init(&arena, 1 << 16);
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CHECK_ROW(rows[i].row,
                  str_eq(hex_text(&arena, got[i].at, HASH_BYTES), str_from_cstr(rows[i].want)));
    }
    arena_free(&arena);
}

TEST(hex_has_one_spelling)
{
    static const char *const bad[] = {"", "0", "0g", "AB", "aB", "000", " 0", "0x"};
    uint8_t byte = 7;
    for (size_t i = 0; i < COUNTOF(bad); i++) {
        CHECK_ROW(bad[i], !hex_parse(str_from_cstr(bad[i]), &byte, 1) && byte == 7);
    }
    CHECK(hex_parse(STR("fe"), &byte, 1) && byte == 0xfe);
}

TEST(roots_of_every_size)
{
    Hash leaves[SIZE_MAX_TESTED];
    make_leaves(leaves);
    MerkleEdge edge = {.depth = 0};
    for (uint64_t n = 0; n <= SIZE_MAX_TESTED; n++) {
        Hash want = slow_root(leaves, n);
        Hash root = merkle_root(leaves, n);
        Hash head = merkle_head(&edge);
        CHECK(hash_eq(&root, &want) && hash_eq(&head, &want) && edge.count == n);
        if (n < SIZE_MAX_TESTED) {
            merkle_push(&edge, &leaves[n]);
        }
    }
}

// Every proof holds, and none holds for a neighbour, for another size, shortened or with a bit
// changed.
TEST(inclusion_in_every_size)
{
    Hash leaves[SIZE_MAX_TESTED];
    make_leaves(leaves);
    Arena arena;
    arena_init(&arena, 1 << 24);
    for (uint64_t n = 1; n <= SIZE_MAX_TESTED; n++) {
        Hash root = slow_root(leaves, n);
        for (uint64_t i = 0; i < n; i++) {
            MerklePath path = merkle_inclusion(&arena, leaves, n, i);
            CHECK(merkle_includes(&leaves[i], i, n, path, &root));
            CHECK(!merkle_includes(&leaves[i], n, n, path, &root));
            CHECK(i == 0 || !merkle_includes(&leaves[i - 1], i, n, path, &root));
            CHECK(i == 0 || !merkle_includes(&leaves[i], i - 1, n, path, &root));
            if (path.count != 0) {
                MerklePath shorter = {path.at, path.count - 1};
                CHECK(!merkle_includes(&leaves[i], i, n, shorter, &root));
                Hash *copy = NEW_ARRAY(&arena, Hash, path.count + 1U);
                memcpy(copy, path.at, path.count * sizeof(Hash));
                MerklePath longer = {copy, path.count + 1};
                CHECK(!merkle_includes(&leaves[i], i, n, longer, &root));
                copy[path.count / 2].at[5] ^= 1;
                CHECK(!merkle_includes(&leaves[i], i, n, (MerklePath){copy, path.count}, &root));
            }
        }
    }
    arena_free(&arena);
}

TEST(consistency_of_every_pair_of_sizes)
{
    Hash leaves[SIZE_MAX_TESTED];
    make_leaves(leaves);
    Arena arena;
    arena_init(&arena, 1 << 24);
    for (uint64_t n = 1; n <= SIZE_MAX_TESTED; n++) {
        Hash root = slow_root(leaves, n);
        for (uint64_t m = 1; m <= n; m++) {
            Hash old = slow_root(leaves, m);
            MerklePath path = merkle_consistency(&arena, leaves, n, m);
            CHECK(merkle_extends(m, &old, n, &root, path));
            CHECK(!merkle_extends(0, &old, n, &root, path));
            CHECK(!merkle_extends(n + 1, &old, n, &root, path));
            Hash other = old;
            other.at[0] ^= 1;
            CHECK(!merkle_extends(m, &other, n, &root, path));
            other = root;
            other.at[31] ^= 1;
            CHECK(!merkle_extends(m, &old, n, &other, path));
            CHECK(path.count == 0 ||
                  !merkle_extends(m, &old, n, &root, (MerklePath){path.at, path.count - 1}));
        }
    }
    arena_free(&arena);
}
