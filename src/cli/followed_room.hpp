// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "cli/state_copy.hpp"
#include "confab/core/position.hpp"

namespace confab::cli {

/// What `joined` says of a room's stream.
struct Arrival {
  std::string epoch;
  std::uint64_t seq = 0;  ///< the room's newest
  bool recovered = false;
  bool more = false;  ///< pages of the past follow
};

/// One room of `confab sub`: how far its events were printed, whatever becomes of the connection.
class FollowedRoom {
 public:
  /// Whether what the room is asked for was there.
  enum class Recovery : std::uint8_t { whole, lost };

  FollowedRoom(std::string name, std::optional<Position> since)
      : name_(std::move(name)), position_(std::move(since)) {}

  const std::string& name() const noexcept { return name_; }

  /// Where to go on; none: nothing has come, and nothing was asked for.
  const std::optional<Position>& position() const noexcept { return position_; }

  /// The room was entered, perhaps again. The events of `joined` come next through fresh().
  Recovery on_joined(const Arrival& arrival);

  /// …and have all come now: the rest is live.
  void on_caught_up(const Arrival& arrival);

  /// Whether a stored event is one that was not printed yet; it counts as printed then.
  bool fresh(std::uint64_t seq);

  /// The numbering began again, or there is a hole that nobody can fill.
  void on_reset(Position now) { position_ = std::move(now); }

  StateCopy& state() noexcept { return state_; }

  bool gone = false;          ///< the server has removed us for good
  std::string printed_state;  ///< the last line of the room's state

 private:
  std::string name_;
  std::optional<Position> position_;
  StateCopy state_;
};

}  // namespace confab::cli
