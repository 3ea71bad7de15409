// SPDX-License-Identifier: MIT
#include <unistd.h>

#include "cli/commands.hpp"

namespace confab::cli {

void complain(std::string_view sentence) {
  // Part of it may be what a server sent.
  Output(STDERR_FILENO).line("confab: " + printable(sentence));
}

}  // namespace confab::cli
