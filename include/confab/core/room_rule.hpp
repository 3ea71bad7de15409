// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "confab/base/clock.hpp"
#include "confab/core/room_state.hpp"

namespace confab {

enum class JoinRule : std::uint8_t { anyone, user, nobody };
enum class PublishRule : std::uint8_t { member, anyone, user, server, nobody };

/// What is done to texts before anybody gets them: with `html` markup is escaped.
enum class Sanitize : std::uint8_t { none, html };

/// How much of a room's past is kept.
struct HistoryRule {
  std::size_t size = 100;                          ///< events
  std::size_t bytes = std::size_t{1} << 20;        ///< Event::weight of all
  Milliseconds ttl = std::chrono::hours(1);        ///< age of an event
  Milliseconds meta_ttl = std::chrono::hours(24);  ///< how long epoch and seq outlive the last event
};

/// What holds in the rooms whose name fits `match` (config.md, `rooms`).
struct RoomRule {
  std::string match = "*";
  JoinRule join = JoinRule::anyone;
  PublishRule publish = PublishRule::member;
  std::vector<std::string> events{"*"};  ///< patterns of custom events that clients may publish
  HistoryRule history;
  bool presence = true;
  std::size_t presence_events_up_to =
      500;                      ///< users; above it `occupancy` takes the place of each coming and going
  Milliseconds leave_grace{0};  ///< who is back within it neither left nor joined
  Sanitize sanitize = Sanitize::none;
  std::size_t max_members = 0;  ///< 0: no limit
  StateRule state{100, std::size_t{64} << 10};
};

/// Whether a name fits a pattern in which `*` stands for any run of characters. Linear in the name for each
/// star.
bool glob_match(std::string_view pattern, std::string_view name) noexcept;

/// The configured rules in their order, then those built in: `@*`, `$*` and `*`.
class RoomRules {
 public:
  explicit RoomRules(std::vector<RoomRule> configured = {});

  /// The first that fits; never none. The reference holds as long as the rules do.
  const RoomRule& find(std::string_view room) const noexcept;

 private:
  std::vector<RoomRule> rules_;
};

}  // namespace confab
