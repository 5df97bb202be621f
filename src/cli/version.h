// SPDX-License-Identifier: Apache-2.0
// version — the one place that names the program's version; a test holds it against meson.build.
// Depends on: nothing.  Thread-safe: a constant.
#pragma once

#define DATUM_VERSION "0.1.0"
