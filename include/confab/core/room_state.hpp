// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "confab/base/clock.hpp"
#include "confab/base/result.hpp"

namespace confab {

/// How much state a room may share.
struct StateRule {
  std::size_t keys;
  std::size_t size;  ///< bytes of all keys and values
};

/// One key of a room's state that somebody wants to be otherwise. The views need to live only during the
/// call.
struct StateChange {
  std::string_view key;
  std::string_view value;                   ///< compact JSON; "null" removes the key
  std::string_view user;                    ///< who wants it; empty: the server
  std::optional<std::uint64_t> if_version;  ///< only where this is the key's version; 0: it isn't there
};

/// What became of it.
struct StateSet {
  enum class Outcome : std::uint8_t {
    changed,
    same,      ///< the value was this already
    conflict,  ///< `if_version` isn't met
  };

  Outcome outcome = Outcome::changed;
  std::uint64_t version = 0;  ///< of the change; else the key's, 0 where it isn't there
  std::string value;          ///< in a conflict: the present one
};

/// A room's state as a member is told it.
struct StateSnapshot {
  std::uint64_t version = 0;
  bool whole = true;
  /// `{"key":value,…}` where it is the whole, else `[{"key","value","version","user"?,"timestamp"},…]`: the
  /// last change of each key that changed since the version that was named.
  std::string json;
};

/// The shared state of one room: keys, each with a JSON value and the version of its last change, which
/// counts the room's changes 1, 2, 3 …. A value is compared byte for byte in its compact form. What was
/// removed is remembered for a while, so that a member who comes back can be told only what is new.
class RoomState {
 public:
  /// Removed keys that are remembered.
  static constexpr std::size_t kMostRemoved = 100;

  /// `too_large` names `key` (too many) or `value` (too much together).
  result<StateSet> set(const StateChange& change, const StateRule& rule, WallMicros now);

  /// `since`: the version that the reader has. Where what changed after it isn't known any more, or it is
  /// above the present one, the answer is the whole.
  StateSnapshot read(std::optional<std::uint64_t> since) const;

  std::uint64_t version() const noexcept { return version_; }

  /// Bytes of keys, values and names, those remembered of removed ones among them.
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  struct Entry {
    std::string value;  // empty: it was removed
    std::string user;
    std::uint64_t version = 0;
    WallMicros time = 0;
  };

  using Entries = std::map<std::string, Entry, std::less<>>;

  void forget_oldest_removed();
  static std::size_t size_of(const Entries::value_type& entry) noexcept;

  Entries entries_;
  std::uint64_t version_ = 0;
  std::uint64_t known_since_ = 0;  // what changed after this version is known
  std::size_t keys_ = 0;           // those that are there
  std::size_t removed_ = 0;
  std::size_t size_ = 0;  // keys and values of those that are there
  std::size_t bytes_ = 0;
};

/// Appends `"key":…,"value":…,"version":N,"timestamp":ms`.
void append_state_change(std::string& out, std::string_view key, std::string_view value,
                         std::uint64_t version, WallMicros time);

}  // namespace confab
