// SPDX-License-Identifier: Apache-2.0
#include "host/pool.h"

#include <string.h>
#include <time.h>

#include "t.h"

enum { UNITS = 500, SLOTS = 64 };

typedef struct Job {
    uint32_t unit[SLOTS];
    uint32_t taken;
    uint32_t emitted;
    uint32_t limit;      // units there are
    uint32_t take_fails; // at this unit; UINT32_MAX = never
    uint32_t work_fails;
    uint32_t emit_fails;
    bool in_order;
    bool overlap; // two emits at once were seen
    bool emitting;
} Job;

static bool job_take(void *ctx, uint32_t slot, bool *ret_more, Err *err)
{
    Job *job = ctx;
    if (job->taken == job->take_fails) {
        return err_set(err, ERR_IO, (Span){0}, "take %u", job->taken);
    }
    *ret_more = job->taken < job->limit;
    if (*ret_more) {
        job->unit[slot] = job->taken++;
    }
    return true;
}

static bool job_work(void *ctx, uint32_t worker, uint32_t slot, Err *err)
{
    Job *job = ctx;
    (void)worker;
    // Early units take longer, so that later ones overtake them.
    struct timespec pause = {.tv_nsec = job->unit[slot] % 7 == 0 ? 200000 : 0};
    (void)nanosleep(&pause, NULL);
    if (job->unit[slot] == job->work_fails) {
        return err_set(err, ERR_IO, (Span){0}, "work %u", job->unit[slot]);
    }
    return true;
}

static bool job_emit(void *ctx, uint32_t slot, Err *err)
{
    Job *job = ctx;
    job->overlap = job->overlap || job->emitting;
    job->emitting = true;
    if (job->unit[slot] == job->emit_fails) {
        return err_set(err, ERR_IO, (Span){0}, "emit %u", job->unit[slot]);
    }
    job->in_order = job->in_order && job->unit[slot] == job->emitted;
    job->emitted++;
    job->emitting = false;
    return true;
}

static Job job_new(void)
{
    return (Job){.limit = UNITS,
                 .take_fails = UINT32_MAX,
                 .work_fails = UINT32_MAX,
                 .emit_fails = UINT32_MAX,
                 .in_order = true};
}

static bool job_run(Job *job, uint32_t workers, Err *err)
{
    CHECK(pool_slots(workers) <= SLOTS);
    PoolSteps steps = {job_take, job_work, job_emit, job};
    return pool_run(workers, &steps, err);
}

TEST(a_failure_stops_at_its_unit_whatever_the_workers)
{
    for (uint32_t workers = 1; workers <= 5; workers++) {
        for (int step = 0; step < 3; step++) {
            Job job = job_new();
            uint32_t *at = step == 0   ? &job.take_fails
                           : step == 1 ? &job.work_fails
                                       : &job.emit_fails;
            *at = 123;
            Err err = {0};
            CHECK(!job_run(&job, workers, &err));
            CHECK(job.emitted == 123); // everything before it came out
            CHECK(job.in_order);
            CHECK(strstr(err.text, " 123") != NULL);
        }
    }
}

TEST(units_come_out_in_order)
{
    static const uint32_t limits[] = {0, 1, 2, UNITS};
    for (size_t i = 0; i < COUNTOF(limits); i++) {
        for (uint32_t workers = 1; workers <= 8; workers++) {
            Job job = job_new();
            job.limit = limits[i];
            Err err = {0};
            CHECK(job_run(&job, workers, &err));
            CHECK(job.emitted == limits[i]);
            CHECK(job.in_order);
            CHECK(!job.overlap);
        }
    }
}
