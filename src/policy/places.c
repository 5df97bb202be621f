// SPDX-License-Identifier: Apache-2.0
#include "policy/places.h"

#include <string.h>

#include "base/hash.h"
#include "base/swar.h"

// The first n bytes of a word, zeros behind them.
static uint64_t first_bytes(uint64_t word, size_t n)
{
    return n >= 8 ? word : word & (((uint64_t)1 << 8 * n) - 1);
}

// Sixteen bytes of a text in lower case, or fewer and zeros.
static void load_lower(Str text, size_t at, size_t len, uint64_t ret_words[2])
{
    char last[16] = {0};
    const char *from = text.ptr + at;
    if (text.len - at < sizeof last) {
        memcpy(last, from, len);
        from = last;
    }
    ret_words[0] = first_bytes(swar_lower(swar_load_little(from)), len);
    ret_words[1] = len > 8 ? first_bytes(swar_lower(swar_load_little(from + 8)), len - 8) : 0;
}

// Two lanes of the same multiplication.
static PlaceDigest mix_in(PlaceDigest sum, const uint64_t words[2])
{
    return (PlaceDigest){hash_mix(words[0] ^ 0xa0761d6478bd642fU, words[1] ^ sum.one),
                         hash_mix(words[1] ^ 0xe7037ed1a0b428dbU, words[0] ^ sum.two)};
}

// The length goes in last, so that the beginnings of a text have their way in common.
void place_digest_ends(Str text, const uint32_t *ends, uint32_t count, PlaceDigest *ret_digests)
{
    PlaceDigest sum = {0x2d358dccaa6c78a5U, 0x8bb84b93962eacc9U};
    uint64_t words[2] = {0};
    size_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        for (; ends[i] - at > 16; at += 16) {
            load_lower(text, at, 16, words);
            sum = mix_in(sum, words);
        }
        if (ends[i] != 0) {
            load_lower(text, at, ends[i] - at, words);
        }
        PlaceDigest end = mix_in(sum, words);
        ret_digests[i] = (PlaceDigest){hash_mix(end.one, ends[i] ^ 0x8ebc6af09c88c6e3U),
                                       hash_mix(end.two, ends[i] ^ 0x589965cc75374cc3U)};
    }
}

PlaceDigest place_digest(Str text)
{
    ASSERT(text.len < UINT32_MAX);
    uint32_t end = (uint32_t)text.len;
    PlaceDigest digest = {0};
    place_digest_ends(text, &end, 1, &digest);
    return digest;
}

uint32_t places_asked(const IdParts *parts, JoinKind join, PlaceDigest ret_places[PLACES_MAX])
{
    uint32_t ends[PLACES_MAX] = {join == JOIN_GROUP ? parts->group : parts->subscription};
    uint32_t count = ends[0] != 0 ? 1 : 0;
    if (join == JOIN_CHILD) {
        uint32_t above[PLACES_MAX];
        count = id_resources_above(parts, above, PLACES_MAX);
        for (uint32_t i = 0; i < count; i++) {
            ends[i] = above[count - 1 - i];
        }
    }
    place_digest_ends(parts->id, ends, count, ret_places);
    return count;
}

const PlaceDigest *places_named(Arena *arena, Str full_name, uint32_t *ret_count)
{
    uint32_t segments = 1;
    size_t last = 0; // where the last segment begins
    for (size_t i = 0; i < full_name.len; i++) {
        segments += full_name.ptr[i] == '/' ? 1 : 0;
        last = full_name.ptr[i] == '/' ? i + 1 : last;
    }
    PlaceDigest *names = NEW_ARRAY(arena, PlaceDigest, (size_t)segments * 2);
    char *open_end = NEW_ARRAY(arena, char, last + 1);
    if (last != 0) {
        memcpy(open_end, full_name.ptr, last);
    }
    open_end[last] = '?';
    uint32_t count = 0;
    for (size_t at = 0; at <= last; at++) {
        if (at == 0 || full_name.ptr[at - 1] == '/') {
            names[count++] = place_digest(str_from(full_name, at));
            names[count++] = place_digest((Str){open_end + at, last + 1 - at});
        }
    }
    *ret_count = count;
    return names;
}

static void add_asked(PlaceList *list, Arena *arena, const IdParts *parts, RowPlaces *row)
{
    for (uint32_t join = 0; join < JOIN_KIND_COUNT; join++) {
        PlaceDigest places[PLACES_MAX];
        uint32_t count = places_asked(parts, (JoinKind)join, places);
        row->asked[join] = list->asked_count;
        for (uint32_t i = 0; i < count; i++) {
            ARENA_ROOM(arena, list->asked, list->asked_count, list->asked_cap);
            list->asked[list->asked_count++] = places[i];
        }
    }
    row->asked[JOIN_KIND_COUNT] = list->asked_count;
}

static void add_names(PlaceList *list, Arena *arena, const IdParts *parts, RowPlaces *row)
{
    const PlaceDigest *names = places_named(arena, id_full_name(arena, parts), &row->name_count);
    row->names = list->name_count;
    for (uint32_t i = 0; i < row->name_count; i++) {
        ARENA_ROOM(arena, list->names, list->name_count, list->name_cap);
        list->names[list->name_count++] = names[i];
    }
}

void place_list_add(PlaceList *list, Arena *arena, IdParts *parts, Str id, bool named)
{
    id_parts_read(parts, id);
    ARENA_ROOM(arena, list->rows, list->row_count, list->row_cap);
    RowPlaces *row = &list->rows[list->row_count++];
    *row = (RowPlaces){.own = place_digest(id), .last_name = place_digest(id_last_name(parts))};
    add_asked(list, arena, parts, row);
    if (named) {
        add_names(list, arena, parts, row);
    }
}

bool place_list_find(const PlaceList *list, uint32_t row, JoinKind join, PlaceDigest *ret_place)
{
    const RowPlaces *places = &list->rows[row];
    uint32_t at = places->asked[join];
    if (join == JOIN_CHILD) {
        *ret_place = places->own;
        return true;
    }
    if (at == places->asked[join + 1]) {
        return false;
    }
    *ret_place = list->asked[at];
    return true;
}
