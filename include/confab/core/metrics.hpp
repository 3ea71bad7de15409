// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>

namespace confab {

/// Every counter of the core, declared once: X(name, help). They only grow.
#define CONFAB_COUNTERS(X)                                                         \
  X(sessions_opened, "Sessions that were opened, held requests included")          \
  X(clients_opened, "Sessions of clients that were opened")                        \
  X(sessions_rejected, "Sessions refused because the server was full")             \
  X(sessions_failed, "Sessions that ended for a fault: protocol, slowness, flood") \
  X(messages_received, "Commands that clients sent")                               \
  X(bytes_received, "Bytes of commands that clients sent, without framing")        \
  X(messages_sent, "Frames queued on sessions")                                    \
  X(messages_refused, "Commands that were answered with an error")                 \
  X(publications, "Events that reached this node's rooms")                         \
  X(encodes, "Frames made of events, one a publication and format")                \
  X(deliveries, "Frames of events queued on sessions")                             \
  X(ephemeral_dropped, "Ephemeral events not queued because a session was behind") \
  X(wakes, "Times a session's transport was called to write")                      \
  X(bytes_queued, "Bytes queued on sessions")                                      \
  X(slow_consumers, "Sessions closed because they were over their queue's bound")  \
  X(repeated, "Publications recognised as retries")                                \
  X(resets, "Times a member was told that its room isn't whole")

struct Counters {
#define CONFAB_COUNTER(name, help) std::uint64_t name = 0;
  CONFAB_COUNTERS(CONFAB_COUNTER)
#undef CONFAB_COUNTER
};

/// Durations in microseconds, by powers of two from 1 µs to 2^26 µs (67 s).
class LatencyHistogram {
 public:
  static constexpr std::size_t kBuckets = 27;

  /// `times` of them at once.
  void add(std::uint64_t micros, std::uint64_t times = 1) noexcept;

  std::uint64_t count() const noexcept { return count_; }

  std::uint64_t sum() const noexcept { return sum_; }

  std::uint64_t max() const noexcept { return max_; }

  /// How many took at most 2^index µs, and more than half of that.
  const std::array<std::uint64_t, kBuckets>& buckets() const noexcept { return buckets_; }

 private:
  std::array<std::uint64_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace confab
