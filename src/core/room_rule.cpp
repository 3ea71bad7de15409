// SPDX-License-Identifier: MIT
#include "confab/core/room_rule.hpp"

namespace confab {

bool glob_match(std::string_view pattern, std::string_view name) noexcept {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++retry;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*')
    ++p;
  return p == pattern.size();
}

RoomRules::RoomRules(std::vector<RoomRule> configured) : rules_(std::move(configured)) {
  // What is built in comes after what is configured, so that an operator's rule for the same rooms wins.
  RoomRule server;
  server.publish = PublishRule::server;
  server.presence = false;
  // Who may publish in a personal room may write to the user: `direct`.
  RoomRule personal = server;
  personal.match = "@*";
  personal.publish = PublishRule::anyone;
  rules_.push_back(personal);
  server.match = "$*";
  rules_.push_back(server);
  rules_.emplace_back();
}

const RoomRule& RoomRules::find(std::string_view room) const noexcept {
  const auto kind = [](std::string_view text) {
    return !text.empty() && (text.front() == '@' || text.front() == '$') ? text.front() : '*';
  };
  // A pattern reaches the server's own rooms only where it names their sign: "*" means everybody's rooms.
  for (const auto& rule : rules_)
    if (kind(rule.match) == kind(room) && glob_match(rule.match, room)) return rule;
  return rules_.back();
}

}  // namespace confab
