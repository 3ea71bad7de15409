// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace confab::bench {

// A room of the yardstick: the members' connections by number, the last sequence number, and, when writes are
// gathered, the frames of this pass that every member still has to get.
struct Room {
  std::string name;
  std::vector<int> members;
  std::uint64_t seq = 0;
  std::string batch;
};

// The room and the text of one of the two messages that a benchmark sends. Values are taken as they stand
// between their quotes: the load generator sends none that need escaping.
enum class Request { kJoin, kChat, kOther };

struct Message {
  Request request = Request::kOther;
  std::string_view room;
  std::string_view text;
};

Message parse_message(std::string_view json);

// What the members get: the shape and about the size of the real server's events.
std::string chat_event(const Room& room, std::string_view user, std::string_view text);
std::string connected_event(std::string_view client_id);
std::string joined_event(const Room& room);

}  // namespace confab::bench
