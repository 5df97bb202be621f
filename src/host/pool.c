// SPDX-License-Identifier: Apache-2.0
#include "host/pool.h"

#include <pthread.h>
#include <stdlib.h>

enum { SLOTS_PER_WORKER = 2 };

typedef enum SlotState { SLOT_FREE, SLOT_TAKEN, SLOT_DONE, SLOT_FAILED } SlotState;

typedef struct Slot {
    SlotState state;
    Err err;
} Slot;

typedef struct Pool {
    const PoolSteps *steps;
    uint32_t slot_count;
    Slot *slots;
    pthread_mutex_t take_lock; // held while taking: units are numbered in the order of taking
    pthread_mutex_t lock;      // everything below
    pthread_cond_t changed;
    uint64_t taken;   // units handed out
    uint64_t emitted; // units emitted; slot of unit u is u % slot_count
    bool emitting;
    bool stopped; // nothing more to take, or something failed
    Err failure;  // the earliest
} Pool;

typedef struct PoolThread {
    Pool *pool;
    uint32_t worker;
    pthread_t thread;
} PoolThread;

uint32_t pool_slots(uint32_t workers)
{
    return workers <= 1 ? 1 : workers * SLOTS_PER_WORKER;
}

static void fail(Pool *pool, const Err *err)
{
    if (pool->failure.kind == ERR_NONE) {
        pool->failure = *err;
    }
    pool->stopped = true;
}

// Takes the next unit into a free slot. False when there is nothing more to do.
static bool take_unit(Pool *pool, uint32_t *ret_slot)
{
    ASSERT(pthread_mutex_lock(&pool->take_lock) == 0);
    ASSERT(pthread_mutex_lock(&pool->lock) == 0);
    while (!pool->stopped && pool->taken - pool->emitted >= pool->slot_count) {
        ASSERT(pthread_cond_wait(&pool->changed, &pool->lock) == 0);
    }
    bool stopped = pool->stopped;
    uint32_t slot = (uint32_t)(pool->taken % pool->slot_count);
    ASSERT(pthread_mutex_unlock(&pool->lock) == 0);
    bool more = false;
    Err err = {0};
    bool ok = stopped || pool->steps->take(pool->steps->ctx, slot, &more, &err);
    ASSERT(pthread_mutex_lock(&pool->lock) == 0);
    if (!stopped && ok && more) {
        pool->slots[slot].state = SLOT_TAKEN;
        pool->taken++;
    } else if (!stopped && ok) {
        pool->stopped = true;
    } else if (!stopped) {
        // Reported in its turn: units taken before it may still fail, and come first.
        pool->slots[slot] = (Slot){.state = SLOT_FAILED, .err = err};
        pool->taken++;
        pool->stopped = true;
    }
    ASSERT(pthread_cond_broadcast(&pool->changed) == 0);
    ASSERT(pthread_mutex_unlock(&pool->lock) == 0);
    ASSERT(pthread_mutex_unlock(&pool->take_lock) == 0);
    *ret_slot = slot;
    return more;
}

// Emits every unit whose turn has come, unless another thread is at it. Lock held.
static void emit_ready(Pool *pool)
{
    if (pool->emitting) {
        return;
    }
    pool->emitting = true;
    while (pool->emitted < pool->taken && pool->failure.kind == ERR_NONE) {
        uint32_t slot = (uint32_t)(pool->emitted % pool->slot_count);
        SlotState state = pool->slots[slot].state;
        if (state == SLOT_FAILED) {
            fail(pool, &pool->slots[slot].err);
        }
        if (state != SLOT_DONE) {
            break;
        }
        ASSERT(pthread_mutex_unlock(&pool->lock) == 0);
        Err err = {0};
        bool ok = pool->steps->emit(pool->steps->ctx, slot, &err);
        ASSERT(pthread_mutex_lock(&pool->lock) == 0);
        if (!ok) {
            fail(pool, &err);
        }
        pool->slots[slot].state = SLOT_FREE;
        pool->emitted++;
        ASSERT(pthread_cond_broadcast(&pool->changed) == 0);
    }
    pool->emitting = false;
}

static void work_unit(Pool *pool, uint32_t worker, uint32_t slot)
{
    Err err = {0};
    bool ok = pool->steps->work(pool->steps->ctx, worker, slot, &err);
    ASSERT(pthread_mutex_lock(&pool->lock) == 0);
    pool->slots[slot] = (Slot){.state = ok ? SLOT_DONE : SLOT_FAILED, .err = err};
    if (!ok) {
        pool->stopped = true;
    }
    emit_ready(pool);
    ASSERT(pthread_cond_broadcast(&pool->changed) == 0);
    ASSERT(pthread_mutex_unlock(&pool->lock) == 0);
}

static void *thread_main(void *argument)
{
    PoolThread *self = argument;
    uint32_t slot = 0;
    while (take_unit(self->pool, &slot)) {
        work_unit(self->pool, self->worker, slot);
    }
    return NULL;
}

static void run_threads(Pool *pool, uint32_t workers)
{
    PoolThread *threads = calloc(workers, sizeof *threads);
    ASSERT(threads != NULL);
    // The caller is worker 0. A thread that cannot be made is one worker less, not a failure.
    uint32_t started = 1;
    for (; started < workers; started++) {
        threads[started] = (PoolThread){.pool = pool, .worker = started};
        if (pthread_create(&threads[started].thread, NULL, thread_main, &threads[started]) != 0) {
            break;
        }
    }
    threads[0] = (PoolThread){.pool = pool};
    (void)thread_main(&threads[0]);
    for (uint32_t i = 1; i < started; i++) {
        ASSERT(pthread_join(threads[i].thread, NULL) == 0);
    }
    free(threads);
}

bool pool_run(uint32_t workers, const PoolSteps *steps, Err *err)
{
    ASSERT(workers > 0);
    Pool pool = {.steps = steps, .slot_count = pool_slots(workers)};
    pool.slots = calloc(pool.slot_count, sizeof *pool.slots);
    ASSERT(pool.slots != NULL);
    ASSERT(pthread_mutex_init(&pool.take_lock, NULL) == 0);
    ASSERT(pthread_mutex_init(&pool.lock, NULL) == 0);
    ASSERT(pthread_cond_init(&pool.changed, NULL) == 0);
    run_threads(&pool, workers);
    ASSERT(pthread_mutex_lock(&pool.lock) == 0);
    emit_ready(&pool); // a failed take has no worker to report it
    ASSERT(pthread_mutex_unlock(&pool.lock) == 0);
    (void)pthread_cond_destroy(&pool.changed);
    (void)pthread_mutex_destroy(&pool.lock);
    (void)pthread_mutex_destroy(&pool.take_lock);
    free(pool.slots);
    if (pool.failure.kind != ERR_NONE) {
        *err = pool.failure;
        return false;
    }
    return true;
}
