// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace confab::bench {

enum class Gated { kNo, kYes };

// Lets the program that runs this one act at a border of the measured window (attach a tracer, read
// counters): prints `word` on a line and waits for a line on the standard input. Does nothing where not
// gated; the end of the input throws std::runtime_error.
void pass_gate(Gated gated, std::string_view word);

}  // namespace confab::bench
