// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>

#include "confab/base/ring.hpp"
#include "confab/core/history.hpp"
#include "confab/core/room_rule.hpp"

namespace confab {

/// One room's newest stored events, as many as its rule keeps: by count, by bytes and by age. Their seqs
/// follow one another without a hole. It also knows what it has let go, so that it can say whether an answer
/// is whole.
class HistoryRing {
 public:
  /// Appends an event whose seq is the last one's + 1 and trims to the rule.
  void append(EventPtr event, const HistoryRule& rule);

  /// Lets go of what is older than the rule's age.
  void expire(WallMicros now, const HistoryRule& rule);

  /// Lets go of the oldest event; there has to be one.
  void drop_oldest();

  /// Puts the event without its data in its place; false where it isn't kept, or is so already.
  bool erase(std::uint64_t seq);

  /// Everything of a query but `epoch`, `top` and `same_epoch`, which the ring doesn't know. `top` is the
  /// room's newest seq, be it kept or not.
  HistoryPage read(const HistoryQuery& query, std::uint64_t top) const;

  bool empty() const noexcept { return events_.empty(); }

  std::size_t size() const noexcept { return events_.size(); }

  /// Event::weight of all.
  std::size_t bytes() const noexcept { return bytes_; }

  const Event& oldest() const noexcept { return *events_.front(); }

 private:
  std::size_t first_after_seq(std::uint64_t seq) const noexcept;
  std::size_t first_after_stamp(Stamp stamp) const noexcept;

  Ring<EventPtr> events_;
  std::size_t bytes_ = 0;
  Stamp trimmed_ = 0;  // the stamp of the newest event that was let go
};

}  // namespace confab
