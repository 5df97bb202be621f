// SPDX-License-Identifier: Apache-2.0
// The program.
#include "cli/commands.h"

int main(int argc, char **argv)
{
    uint32_t count = argc > 1 ? (uint32_t)argc - 1 : 0;
    return commands_run((const char *const *)(argv + (argc > 0 ? 1 : 0)), count);
}
