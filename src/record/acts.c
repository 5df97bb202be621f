// SPDX-License-Identifier: Apache-2.0
#include "record/acts.h"

static const struct {
    Str what;
    bool of_release;
} kinds[ACT_COUNT] = {
    [ACT_PROPOSE] = {STR_INIT("baseline.propose"), false},
    [ACT_REVIEW] = {STR_INIT("baseline.review"), false},
    [ACT_APPROVE] = {STR_INIT("baseline.approve"), false},
    [ACT_RELEASE] = {STR_INIT("baseline.release"), true},
    [ACT_RETIRE] = {STR_INIT("baseline.retire"), true},
    [ACT_ACKNOWLEDGE] = {STR_INIT("baseline.acknowledge"), true},
};

Str act_what(ActKind kind)
{
    ASSERT(kind < ACT_COUNT);
    return kinds[kind].what;
}

static Str link_of(ActKind kind)
{
    return kinds[kind].of_release ? STR("@") : STR(" change ");
}

Str act_subject(Arena *arena, ActKind kind, Str baseline, uint64_t number)
{
    Buf text = {0};
    buf_push(&text, baseline);
    buf_push(&text, link_of(kind));
    buf_u64(&text, number);
    Str copy = str_copy(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

// The number behind the baseline's name; 0 = the subject is another one.
static uint64_t number_of(Str subject, ActKind kind, Str baseline)
{
    Str middle = link_of(kind);
    if (!str_starts(subject, baseline) || !str_starts(str_from(subject, baseline.len), middle)) {
        return 0;
    }
    Str digits = str_from(subject, baseline.len + middle.len);
    uint64_t number = 0;
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.ptr[i] < '0' || digits.ptr[i] > '9' || digits.len > 15) {
            return 0;
        }
        number = number * 10 + (uint64_t)(digits.ptr[i] - '0');
    }
    return number;
}

static uint32_t count_others(const People *people, Str who, Ticks time)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < people->count; i++) {
        Err err = {0};
        const Principal *one = &people->at[i];
        count += !str_eq(one->id, who) && people_may_sign(one, one->id, time, &err) ? 1U : 0U;
    }
    return count;
}

static uint64_t count_in(const Json *detail, Str name)
{
    const Json *value = json_find(detail, name);
    bool good = json_is(value, JSON_NUMBER) && value->is_int && value->number.as_int > 0;
    return good ? (uint64_t)value->number.as_int : 0;
}

static bool read_act(Arena *arena, const Entry *entry, const People *people, Str baseline,
                     Act *ret_act)
{
    for (uint32_t k = 0; k < ACT_COUNT; k++) {
        uint64_t number = str_eq(entry->what, kinds[k].what)
                              ? number_of(entry->subject, (ActKind)k, baseline)
                              : 0;
        if (number != 0) {
            const Principal *who = people_find(people, entry->who);
            Str reason = json_find_str(entry->detail, STR("reason"));
            Str comment = json_find_str(entry->detail, STR("comment"));
            *ret_act = (Act){
                .kind = (ActKind)k,
                .number = number,
                .change = count_in(entry->detail, STR("change")),
                .sequence = entry->sequence,
                .time = entry->time,
                .who = str_copy(arena, entry->who),
                .roles = who != NULL ? who->roles : 0,
                .others = count_others(people, entry->who, entry->time),
                .note = str_copy(arena, reason.len != 0 ? reason : comment),
                .verdict = str_copy(arena, json_find_str(entry->detail, STR("verdict"))),
                .reference = str_copy(arena, json_find_str(entry->detail, STR("reference"))),
                .has_after = entry->has_after,
                .after = entry->after,
            };
            return true;
        }
    }
    return false;
}

void acts_read(Arena *arena, Str bytes, uint64_t size, Str baseline, Acts *ret_acts)
{
    Arena scratch;
    arena_init(&scratch, (size_t)1 << 30);
    People people;
    people_init(&people, arena);
    Act *acts = NULL;
    uint32_t count = 0;
    uint32_t cap = 0;
    Str line = {0};
    for (uint64_t n = 0; n < size && replay_line(&bytes, &line); n++) {
        ArenaMark mark = arena_mark(&scratch);
        Entry entry;
        Err err = {0};
        bool ok = entry_read(&scratch, line, &entry, &err) && people_apply(&people, &entry, &err);
        ASSERT(ok); // replay_run said so
        ARENA_ROOM(arena, acts, count, cap);
        count += read_act(arena, &entry, &people, baseline, &acts[count]) ? 1U : 0U;
        arena_rewind(&scratch, mark);
    }
    arena_free(&scratch);
    *ret_acts = (Acts){.at = acts, .count = count};
}

const Act *acts_find(const Acts *acts, ActKind kind, uint64_t number, Str who)
{
    for (uint32_t i = acts->count; i-- > 0;) {
        const Act *act = &acts->at[i];
        if (act->kind == kind && act->number == number && (who.len == 0 || str_eq(act->who, who))) {
            return act;
        }
    }
    return NULL;
}

const Act *acts_of(const Acts *acts, ActKind kind, uint64_t number, Str who, const Hash *document)
{
    const Act *act = acts_find(acts, kind, number, who);
    return act != NULL && act->has_after && hash_eq(&act->after, document) ? act : NULL;
}

uint64_t acts_last(const Acts *acts, ActKind kind)
{
    uint64_t last = 0;
    for (uint32_t i = 0; i < acts->count; i++) {
        if (acts->at[i].kind == kind && acts->at[i].number > last) {
            last = acts->at[i].number;
        }
    }
    return last;
}
