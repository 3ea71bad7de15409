// SPDX-License-Identifier: MIT
#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <optional>
#include <string>

#include "confab/base/clock.hpp"
#include "confab/base/digest.hpp"
#include "confab/core/broker.hpp"

namespace confab {

/// Which publications came lately, so that a retry is stored once (protocol.md, promise 4). Two tables take
/// turns: an entry is known for at least kKept and at most twice that, and none has a timer of its own.
class RetryTable {
 public:
  static constexpr std::chrono::minutes kKept{5};

  struct Entry {
    std::string epoch;  // of then: the room may have been cleared since
    std::uint64_t seq = 0;
    Stamp stamp = 0;
  };

  /// `capacity` is how many entries either table may hold.
  explicit RetryTable(std::size_t capacity) noexcept : capacity_(capacity) {}

  /// What a publication is known by: room, scope, id, name and body together.
  static Digest128 key(const Publication& publication);

  std::optional<Entry> find(const Digest128& key, Monotonic now);

  /// Whether there is room for one more; without it a promise couldn't be kept, so nothing may be stored.
  bool has_room(Monotonic now);

  void add(const Digest128& key, const Entry& entry);

  std::size_t size() const noexcept { return fresh_.size() + stale_.size(); }

 private:
  struct Hash {
    std::size_t operator()(const Digest128& digest) const noexcept { return hash_value(digest); }
  };

  using Table = boost::unordered_flat_map<Digest128, Entry, Hash>;

  void turn(Monotonic now);

  Table fresh_;
  Table stale_;
  Monotonic turned_at_{};
  std::size_t capacity_;
};

}  // namespace confab
