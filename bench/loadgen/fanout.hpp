// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include "loadgen/gate.hpp"
#include "loadgen/socket.hpp"

namespace confab::bench {

enum class Waiting { kBusy, kBlocking };

// One fan-out measurement: `members` WebSocket sessions over `rooms` rooms, `publishers` of them in each room
// send chats. Closed loop where `rate` is 0: each publisher keeps `outstanding` messages on their way. Open
// loop otherwise: `rate` messages a second in all, each due at its time whatever became of the ones before.
struct FanoutPlan {
  Endpoint endpoint;
  int pid = 0;  // of the server; 0: no CPU figures
  std::uint32_t members = 1000;
  std::uint32_t rooms = 1;
  std::uint32_t publishers = 1;
  std::uint32_t outstanding = 1;
  double rate = 0;
  std::uint32_t size = 512;  // bytes of a delivered message, without its frame header
  double warm_up_seconds = 1;
  double seconds = 5;
  std::uint64_t messages = 0;  // where not 0, the window ends after so many instead
  std::uint32_t connecting = 128;
  std::uint32_t batch = 0;  // milliseconds for which members have the server wait for more; 0: they don't
  Waiting waiting = Waiting::kBusy;
  Gated gated = Gated::kNo;
};

// Runs it and answers the report; `"ok": false` where anything was lost, doubled, swapped or late beyond
// repair. Throws std::exception where the measurement can't be made.
nlohmann::ordered_json run_fanout(const FanoutPlan& plan);

}  // namespace confab::bench
