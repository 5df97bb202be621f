// SPDX-License-Identifier: Apache-2.0
// leftover — work folders of programs that were killed before they could clear up: told by their
// name, removed when certainly nobody works in them.
// Depends on: base.  Thread-safe.
#pragma once

#include "base/str.h"

// Removes each folder PREFIX and a number in parent whose lock (folder_lock) nobody holds. The
// number, a process id, proves nothing: ids come again, and differ between containers. Where a file
// system knows no locks nothing is removed. Best effort: what cannot be removed stays. Whoever
// makes such a folder locks it, and then looks whether it is still there.
void leftover_remove(Str parent, Str prefix);
