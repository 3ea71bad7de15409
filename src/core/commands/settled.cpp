// SPDX-License-Identifier: MIT
#include "core/commands/commands.hpp"

namespace confab::commands {

void settled(const Call& call) {
  call.request->ack();
}

}  // namespace confab::commands
