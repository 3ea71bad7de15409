// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "confab/base/result.hpp"
#include "confab/core/event.hpp"

namespace confab {

/// Which part of a room's stored events is wanted, at most `limit` events and `bytes` (Event::weight) of
/// them; a page that would be empty for its bytes alone has one event all the same.
struct HistoryQuery {
  enum class From : std::uint8_t {
    newest,    ///< the newest page
    before,    ///< the newest page of those with a smaller seq
    position,  ///< the oldest page after a position (`epoch` and `seq`)
    cursor,    ///< the oldest page after a cursor
  };

  From from = From::newest;
  std::string epoch;
  std::uint64_t seq = 0;
  Cursor cursor;
  std::size_t limit = 50;
  std::size_t bytes = SIZE_MAX;
};

struct HistoryPage {
  std::string epoch;             ///< the room's present one; empty where the room isn't known
  std::uint64_t top = 0;         ///< seq of the room's newest event, 0 where there was none
  std::vector<EventPtr> events;  ///< oldest first
  bool more = false;             ///< there is more in the direction of the query
  /// After a position or cursor: nothing between it and the page is missing. `false` where the epoch or
  /// generation is another, the seq is above the top, or what followed has been trimmed; the page is then
  /// what is left.
  bool complete = true;
  bool same_epoch = true;  ///< the position's epoch (the cursor's generation) is the present one
};

using EraseDone = std::function<void(const result<void>&)>;
using HistoryDone = std::function<void(result<HistoryPage>)>;

/// Which rooms are wanted: at most `limit` whose names begin with `prefix` and come after `after`, bytewise.
struct RoomQuery {
  std::string prefix;
  std::string after;
  std::size_t limit = 100;
};

struct RoomNames {
  std::vector<std::string> names;  ///< in bytewise order
  bool more = false;
};

using RoomsDone = std::function<void(result<RoomNames>)>;

/// The stored events of rooms. `done` is called once, perhaps before read returns.
class History {
 public:
  virtual void read(std::string_view room, const HistoryQuery& query, HistoryDone done) = 0;

  /// Names the rooms that are known, because they have members or a past. The server's own are among them
  /// only where the prefix begins with their sign.
  virtual void list(const RoomQuery& query, RoomsDone done) = 0;

  /// Forgets a room's events: its numbering starts again under a new epoch.
  virtual void clear(std::string_view room) = 0;

  /// Takes the data of a stored event away: from here on it is a flat event with nothing but
  /// `"deleted":true`. `not_found` where there is no such event, or it was erased before. `done` is called
  /// once, perhaps before this returns.
  virtual void erase(std::string_view room, std::uint64_t seq, EraseDone done) = 0;

  /// The cursor that says "everything up to now": whatever is stored from here on comes after it.
  virtual Cursor now() = 0;

 protected:
  ~History() = default;
};

}  // namespace confab
