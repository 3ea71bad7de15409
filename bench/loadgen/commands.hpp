// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include "loadgen/socket.hpp"

namespace confab::bench {

enum class CommandKind { kChat, kState, kDirect, kRead };

// One user says the same kind of command again and again in a room where one other user is, and waits for the
// acks: what a command costs the server, from reading it to telling both.
struct CommandsPlan {
  Endpoint endpoint;
  int pid = 0;
  CommandKind kind = CommandKind::kChat;
  std::uint32_t outstanding = 1;
  std::uint32_t size = 200;  // bytes of a command, without its frame header
  std::uint64_t commands = 20'000;
  std::uint64_t warm_up = 2'000;  // commands before those that count
};

// Runs it and answers the report; `"ok": false` where a command was refused or nothing came for ten seconds.
nlohmann::ordered_json run_commands(const CommandsPlan& plan);

}  // namespace confab::bench
