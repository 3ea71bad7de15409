// SPDX-License-Identifier: MIT
#include "broker/memory_rooms.hpp"

#include <algorithm>

#include "broker/marker_table.hpp"
#include "confab/base/sparse.hpp"

namespace confab {

/// One room's.
class MemoryRooms::Record final : public Timer {
 public:
  Record(MemoryRooms& rooms, std::string_view room) : name(room), rooms_(rooms) {}

  void on_timer() override { rooms_.on_record_timer(*this); }

  const std::string name;
  RoomState state;
  MarkerTable markers;
  Monotonic touched{};
  std::size_t bytes = 0;  // as they are counted in the whole

 private:
  MemoryRooms& rooms_;
};

MemoryRooms::MemoryRooms(Loop& loop, Broker& broker, const Hub& hub, const RoomRules& rules,
                         const Limits& limits)
    : loop_(loop), broker_(broker), hub_(hub), rules_(rules), limits_(limits) {}

MemoryRooms::~MemoryRooms() = default;

MemoryRooms::Record* MemoryRooms::find(std::string_view room) const {
  const auto found = records_.find(room);
  return found == records_.end() ? nullptr : found->second.get();
}

result<MemoryRooms::Record*> MemoryRooms::open(std::string_view room, Growth growth) {
  if (growth == Growth::wanted && bytes_ >= limits_.history_memory)
    return Fault{errc::unavailable, "room", "The server keeps as much as it may."};
  if (Record* record = find(room)) return record;
  if (records_.size() >= limits_.rooms)
    return Fault{errc::unavailable, "room", "The server knows as many rooms as it may."};
  auto record = std::make_unique<Record>(*this, room);
  Record* opened = record.get();
  records_.emplace(opened->name, std::move(record));
  return opened;
}

void MemoryRooms::measure(Record& record) {
  const std::size_t now = record.name.size() + record.state.bytes() + record.markers.bytes();
  bytes_ = bytes_ - record.bytes + now;
  record.bytes = now;
  record.touched = loop_.now();
  if (!record.scheduled()) schedule(record);
}

void MemoryRooms::schedule(Record& record) {
  const HistoryRule& rule = rules_.find(record.name).history;
  loop_.timers().schedule(record, record.touched + std::max(rule.ttl, rule.meta_ttl));
}

void MemoryRooms::on_record_timer(Record& record) {
  const HistoryRule& rule = rules_.find(record.name).history;
  if (hub_.find_room(record.name) != nullptr) record.touched = loop_.now();
  if (record.touched + std::max(rule.ttl, rule.meta_ttl) > loop_.now()) return schedule(record);
  bytes_ -= record.bytes;
  records_.erase(records_.find(record.name));
  shrink_sparse(records_);
}

void MemoryRooms::set(std::string_view room, const StateChange& change, std::uint64_t origin,
                      StateDone done) {
  const auto record = open(room, change.value == "null" ? Growth::none : Growth::wanted);
  if (!record) return done(record.error());
  const WallMicros now = loop_.wall();
  const auto set = (*record)->state.set(change, rules_.find(room).state, now);
  measure(**record);
  if (!set || set->outcome != StateSet::Outcome::changed) return done(set);

  std::string body;
  append_state_change(body, change.key, change.value, (*record)->state.version(), now);
  Publication delta;
  delta.room = room;
  delta.name = "delta";
  delta.user = change.user;
  delta.body = body;
  // Who misses one has another state than the others, so none is dropped under pressure.
  delta.kind = EventClass::ordinary;
  delta.dating = Dating::undated;
  delta.origin = origin;
  broker_.publish(delta, [](const result<Published>&) {});
  done(set);
}

void MemoryRooms::read(std::string_view room, std::optional<std::uint64_t> since, StateRead done) {
  const Record* record = find(room);
  done(record == nullptr ? RoomState().read(since) : record->state.read(since));
}

void MemoryRooms::mark(std::string_view room, std::string_view user, std::uint64_t up_to, MarkDone done) {
  const auto record = open(room, Growth::wanted);
  if (!record) return done(record.error());
  const bool moved = (*record)->markers.mark(user, up_to, limits_.read_markers_per_room);
  measure(**record);
  done(moved);
}

void MemoryRooms::list(std::string_view room, const std::vector<std::string>& users, MarksDone done) {
  const Record* record = find(room);
  std::vector<std::uint64_t> markers;
  markers.reserve(users.size());
  for (const auto& user : users)
    markers.push_back(record == nullptr ? 0 : record->markers.find(user));
  done(std::move(markers));
}

}  // namespace confab
