// SPDX-License-Identifier: Apache-2.0
#include "t.h"

int t_failures;
static TCase *first;
static TCase **tail = &first;

void t_register(TCase *tc)
{
    *tail = tc;
    tail = &tc->next;
}

void t_fail(const char *file, int line, const char *cond, const char *row)
{
    t_failures++;
    printf("# %s:%d: %s%s%s\n", file, line, row, *row != '\0' ? ": " : "", cond);
}

bool gen_next(Gen *gen)
{
    if (!gen->started) {
        gen->started = true;
        return true;
    }
    for (uint32_t i = gen->depth; i > 0; i--) {
        if (gen->slot[i - 1].value + 1 < gen->slot[i - 1].bound) {
            gen->slot[i - 1].value++;
            gen->depth = i;
            gen->used = 0;
            return true;
        }
    }
    return false;
}

uint32_t gen_below(Gen *gen, uint32_t bound)
{
    ASSERT(bound > 0 && gen->used < COUNTOF(gen->slot));
    if (gen->used == gen->depth) {
        gen->slot[gen->depth].value = 0;
        gen->depth++;
    }
    gen->slot[gen->used].bound = bound;
    return gen->slot[gen->used++].value;
}

int main(void)
{
    int n = 0;
    int failed = 0;
    for (TCase *tc = first; tc != NULL; tc = tc->next) {
        int before = t_failures;
        tc->run();
        bool ok = t_failures == before;
        failed += ok ? 0 : 1;
        printf("%s %d - %s\n", ok ? "ok" : "not ok", ++n, tc->name);
    }
    printf("1..%d\n", n);
    printf("# %d passed, %d failed\n", n - failed, failed);
    return t_failures == 0 ? 0 : 1;
}
