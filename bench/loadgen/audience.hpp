// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "loadgen/poller.hpp"
#include "loadgen/socket.hpp"
#include "loadgen/websocket.hpp"

namespace confab::bench {

// A member of one room; `joined_seq` is the seq that the server's `joined` named.
struct Member {
  WebSocket socket;
  std::uint32_t room = 0;
  bool joined = false;
  std::uint64_t joined_seq = 0;
};

// The name of a room by its number. All names have the same length, so that all events have.
std::string room_name(std::uint32_t room);

// Opens `count` WebSocket connections, at most `at_once` of them on their way, and joins member i to room
// i % rooms as a guest. The poller's ids are the members' indices. Throws std::runtime_error when one fails
// or not all have joined after `seconds`.
std::vector<Member> open_members(Poller& poller, ReadBuffer& buffer, const Endpoint& endpoint,
                                 std::uint32_t count, std::uint32_t rooms, std::uint32_t at_once,
                                 int seconds);

}  // namespace confab::bench
