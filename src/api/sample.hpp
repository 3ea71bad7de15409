// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "confab/base/loop.hpp"
#include "confab/core/hub.hpp"

namespace confab::api {

/// What is known only by going through all sessions. Taken at most once a second, and only where somebody
/// asks.
struct Sample {
  struct Busy {
    std::string client_id;
    Milliseconds open{};
    std::uint64_t sent = 0;      ///< to the client
    std::uint64_t received = 0;  ///< from it
  };

  std::map<std::string_view, std::size_t> by_transport;
  Milliseconds average_age{};
  std::size_t users = 0;
  std::vector<Busy> busiest;  ///< at most ten, by sent and received together
};

/// Samples the hub, and counts its messages by the second.
class Sampler final : private Timer {
 public:
  /// The references have to outlive it.
  Sampler(Loop& loop, const Hub& hub);

  /// At most a second old.
  const Sample& sample();

  /// Messages sent and received a second, over the last ten seconds (or since the start).
  double messages_per_second() const noexcept;

  /// Since it was made, which is when the server started.
  Milliseconds uptime() const noexcept;

 private:
  static constexpr std::size_t kSeconds = 10;

  void on_timer() override;
  std::uint64_t messages() const noexcept;

  Loop& loop_;
  const Hub& hub_;
  Monotonic started_;
  Monotonic taken_{};
  Sample sample_;
  std::array<std::uint64_t, kSeconds> totals_{};  // of messages, a second apart
  std::size_t seconds_ = 0;
};

}  // namespace confab::api
