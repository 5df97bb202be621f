// SPDX-License-Identifier: Apache-2.0
// The first findings of each rule, kept for people to look at: the worst states, in input order.
#include <string.h>

#include "assess/run.h"

enum { SAMPLE_TEXT_BYTES_MAX = 64 << 10 };

static Str keep(Arena *arena, Str text)
{
    if (text.len == 0) {
        return (Str){0};
    }
    char *copy = NEW_ARRAY(arena, char, text.len);
    memcpy(copy, text.ptr, text.len);
    return (Str){copy, text.len};
}

static bool sample_before(const Sample *a, const Sample *b)
{
    if (a->finding.state != b->finding.state) {
        return a->finding.state < b->finding.state;
    }
    return a->block != b->block ? a->block < b->block : a->sequence < b->sequence;
}

// Inserts into the best SAMPLES_MAX. Returns where, or NULL when it is none of them.
static Sample *sample_insert(Sample *samples, uint32_t *count, const Sample *sample)
{
    if (*count == SAMPLES_MAX && !sample_before(sample, &samples[SAMPLES_MAX - 1])) {
        return NULL;
    }
    uint32_t at = *count < SAMPLES_MAX ? (*count)++ : SAMPLES_MAX - 1;
    for (; at > 0 && sample_before(sample, &samples[at - 1]); at--) {
        samples[at] = samples[at - 1];
    }
    samples[at] = *sample;
    return &samples[at];
}

static const Evidence *keep_evidence(Arena *arena, const Evidence *evidence)
{
    if (evidence == NULL) {
        return NULL;
    }
    Evidence *kept = NEW(arena, Evidence);
    *kept = *evidence;
    kept->path = keep(arena, evidence->path);
    kept->seen = keep(arena, evidence->seen);
    kept->wanted = keep(arena, evidence->wanted);
    kept->json = keep(arena, evidence->json);
    return kept;
}

static void set_floor(AssessWorker *w, uint32_t rule)
{
    if (w->sample_counts[rule] == SAMPLES_MAX) {
        const Sample *samples = w->samples + (size_t)rule * SAMPLES_MAX;
        w->sample_floors[rule] = (uint8_t)samples[SAMPLES_MAX - 1].finding.state;
    }
}

void samples_take(AssessWorker *w, const Finding *finding, Str text)
{
    Sample *samples = w->samples + (size_t)finding->rule * SAMPLES_MAX;
    Sample candidate = {.finding = *finding, .block = w->block.index, .sequence = w->sequence};
    Sample *kept = sample_insert(samples, &w->sample_counts[finding->rule], &candidate);
    ASSERT(kept != NULL);
    set_floor(w, finding->rule);
    Arena *arena = &w->arena;
    Finding *f = &kept->finding;
    f->resource_id = keep(arena, f->resource_id);
    f->resource_json = (Str){0};
    f->resource_name = keep(arena, f->resource_name);
    f->resource_type = keep(arena, f->resource_type);
    f->message = keep(arena, f->message);
    f->message_json = (Str){0};
    f->evidence = keep_evidence(arena, f->evidence);
    if (w->assess->input.keep_texts && text.len <= SAMPLE_TEXT_BYTES_MAX) {
        kept->text = keep(arena, text);
    }
}

void samples_merge(const AssessWorker *from, AssessWorker *into, uint32_t rule_count)
{
    for (uint32_t r = 0; r < rule_count; r++) {
        for (uint32_t i = 0; i < from->sample_counts[r]; i++) {
            (void)sample_insert(into->samples + (size_t)r * SAMPLES_MAX, &into->sample_counts[r],
                                &from->samples[(size_t)r * SAMPLES_MAX + i]);
        }
        set_floor(into, r);
    }
}
