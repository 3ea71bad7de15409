// SPDX-License-Identifier: MIT
#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>
#include <string>

#include "confab/base/loop.hpp"
#include "confab/core/broker.hpp"
#include "confab/core/hub.hpp"
#include "confab/core/limits.hpp"
#include "confab/core/read_markers.hpp"
#include "confab/core/room_rule.hpp"
#include "confab/core/shared_state.hpp"

namespace confab {

/// What rooms keep beside their events, in this process and gone with it: shared state and read markers.
/// Every call is answered before it returns. A room's is forgotten as its numbering is: when nobody has been
/// there or changed anything for its rule's `ttl` and `meta_ttl`.
class MemoryRooms final : public SharedState, public ReadMarkers {
 public:
  /// The references have to outlive it. Rules and limits are read anew each time; `limits.history_memory`
  /// bounds the bytes of all states and markers together, beyond which changes are `unavailable`.
  MemoryRooms(Loop& loop, Broker& broker, const Hub& hub, const RoomRules& rules, const Limits& limits);
  ~MemoryRooms();

  void set(std::string_view room, const StateChange& change, std::uint64_t origin, StateDone done) override;
  void read(std::string_view room, std::optional<std::uint64_t> since, StateRead done) override;

  void mark(std::string_view room, std::string_view user, std::uint64_t up_to, MarkDone done) override;
  void list(std::string_view room, const std::vector<std::string>& users, MarksDone done) override;

  /// Rooms that have something, and the bytes of all of it.
  std::size_t rooms() const noexcept { return records_.size(); }

  std::size_t bytes() const noexcept { return bytes_; }

 private:
  class Record;

  Record* find(std::string_view room) const;
  /// Whether more bytes are to be kept: what makes them fewer is welcome when there are as many as may be.
  enum class Growth : std::uint8_t { wanted, none };
  /// The room's record, made where it isn't there; a fault where there is no room for one or for more bytes.
  result<Record*> open(std::string_view room, Growth growth);
  void measure(Record& record);
  void schedule(Record& record);
  void on_record_timer(Record& record);

  Loop& loop_;
  Broker& broker_;
  const Hub& hub_;
  const RoomRules& rules_;
  const Limits& limits_;
  std::size_t bytes_ = 0;
  boost::unordered_flat_map<std::string_view, std::unique_ptr<Record>> records_;
};

}  // namespace confab
