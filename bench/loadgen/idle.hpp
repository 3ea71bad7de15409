// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "loadgen/idle_clients.hpp"
#include "loadgen/socket.hpp"

namespace confab::bench {

// Opens `sessions` sessions of one kind that then do nothing, and reads the server's memory before and after.
struct IdlePlan {
  Endpoint endpoint;
  int pid = 0;
  IdleKind kind = IdleKind::kWebSocket;
  std::uint32_t sessions = 10000;
  std::string room = "bench-idle";  // empty: none
  std::uint32_t warm_up =
      32;  // sessions opened and closed first, so that code and first tables aren't counted
  std::uint32_t connecting = 128;
  int connect_seconds = 60;
  double settle_seconds = 10;  // at most; the memory counts when it has stopped changing
};

// Runs it and answers the report; `"ok": false` where a session failed, or didn't get the proof: one message
// that is published to the room in the end and must reach every session.
nlohmann::ordered_json run_idle(const IdlePlan& plan);

}  // namespace confab::bench
