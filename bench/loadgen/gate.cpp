// SPDX-License-Identifier: MIT
#include "loadgen/gate.hpp"

#include <iostream>
#include <stdexcept>
#include <string>

namespace confab::bench {

void pass_gate(Gated gated, std::string_view word) {
  if (gated == Gated::kNo) return;
  std::cout << word << '\n' << std::flush;
  std::string line;
  if (!std::getline(std::cin, line))
    throw std::runtime_error("the gate was never opened: end of standard input");
}

}  // namespace confab::bench
