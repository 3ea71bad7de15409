// SPDX-License-Identifier: MIT
#include "core/commands/commands.hpp"

namespace confab::commands {

void ping(const Call& call) {
  std::string members = "\"timestamp\":";
  json::append_integer(members, call.services.loop.wall() / 1000);
  call.request->reply("pong", members);
}

}  // namespace confab::commands
