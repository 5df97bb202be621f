// SPDX-License-Identifier: Apache-2.0
#include "policy/definition.h"

static const Str effect_names[] = {
#define EFFECT(id, name) STR_INIT(name),
#include "policy/effect.def"
#undef EFFECT
};

Effect effect_find(Str name)
{
    for (uint32_t i = 0; i < EFFECT_COUNT; i++) {
        if (str_eq_nocase(effect_names[i], name)) {
            return (Effect)i;
        }
    }
    return EFFECT_COUNT;
}

const char *effect_name(Effect effect)
{
    ASSERT((unsigned)effect < EFFECT_COUNT);
    return effect_names[effect].ptr;
}
