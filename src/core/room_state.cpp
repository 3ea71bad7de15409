// SPDX-License-Identifier: MIT
#include "confab/core/room_state.hpp"

#include <algorithm>
#include <vector>

#include "confab/base/json.hpp"

namespace confab {
namespace {

constexpr std::string_view kNull = "null";

}  // namespace

void append_state_change(std::string& out, std::string_view key, std::string_view value,
                         std::uint64_t version, WallMicros time) {
  out += "\"key\":";
  json::append_quoted(out, key);
  out += ",\"value\":";
  out += value;
  out += ",\"version\":";
  json::append_integer(out, static_cast<std::int64_t>(version));
  out += ",\"timestamp\":";
  json::append_integer(out, time / 1000);
}

std::size_t RoomState::size_of(const Entries::value_type& entry) noexcept {
  return entry.first.size() + entry.second.value.size() + entry.second.user.size();
}

result<StateSet> RoomState::set(const StateChange& change, const StateRule& rule, WallMicros now) {
  const auto found = entries_.find(change.key);
  const bool there = found != entries_.end() && !found->second.value.empty();
  const std::uint64_t version = there ? found->second.version : 0;
  const std::string_view value = there ? std::string_view(found->second.value) : kNull;
  if (change.if_version && *change.if_version != version)
    return StateSet{StateSet::Outcome::conflict, version, std::string(value)};
  if (change.value == value) return StateSet{StateSet::Outcome::same, version, {}};

  const bool removes = change.value == kNull;
  const std::size_t before = there ? change.key.size() + value.size() : 0;
  const std::size_t after = removes ? 0 : change.key.size() + change.value.size();
  if (!there && keys_ >= rule.keys)
    return Fault{errc::too_large, "key", "This room's state has as many keys as it may."};
  // What makes it smaller is welcome though it is over a bound that was lowered.
  if (after > before && size_ - before + after > rule.size)
    return Fault{errc::too_large, "value", "This room's state would be larger than it may."};

  auto& entry = found != entries_.end() ? *found : *entries_.emplace(std::string(change.key), Entry{}).first;
  if (found != entries_.end()) {
    bytes_ -= size_of(entry);
    if (!there) --removed_;
  }
  entry.second.value = removes ? std::string_view() : change.value;
  entry.second.user = change.user;
  entry.second.version = ++version_;
  entry.second.time = now;
  bytes_ += size_of(entry);
  size_ = size_ - before + after;
  if (there) --keys_;
  removes ? ++removed_ : ++keys_;
  if (removed_ > kMostRemoved) forget_oldest_removed();
  return StateSet{StateSet::Outcome::changed, version_, {}};
}

void RoomState::forget_oldest_removed() {
  auto oldest = entries_.end();
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (!entry->second.value.empty()) continue;
    if (oldest == entries_.end() || entry->second.version < oldest->second.version) oldest = entry;
  }
  known_since_ = std::max(known_since_, oldest->second.version);
  bytes_ -= size_of(*oldest);
  entries_.erase(oldest);
  --removed_;
}

StateSnapshot RoomState::read(std::optional<std::uint64_t> since) const {
  StateSnapshot snapshot;
  snapshot.version = version_;
  snapshot.whole = !since || *since < known_since_ || *since > version_;
  if (snapshot.whole) {
    snapshot.json = "{";
    for (const auto& [key, entry] : entries_) {
      if (entry.value.empty()) continue;
      if (snapshot.json.size() > 1) snapshot.json += ',';
      json::append_quoted(snapshot.json, key);
      snapshot.json += ':';
      snapshot.json += entry.value;
    }
    snapshot.json += '}';
    return snapshot;
  }
  std::vector<const Entries::value_type*> changes;
  for (const auto& entry : entries_)
    if (entry.second.version > *since) changes.push_back(&entry);
  std::sort(changes.begin(), changes.end(),
            [](const auto* a, const auto* b) { return a->second.version < b->second.version; });
  snapshot.json = "[";
  for (const auto* change : changes) {
    const Entry& entry = change->second;
    snapshot.json += snapshot.json.size() > 1 ? ",{" : "{";
    append_state_change(snapshot.json, change->first, entry.value.empty() ? kNull : entry.value,
                        entry.version, entry.time);
    if (!entry.user.empty()) {
      snapshot.json += ",\"user\":";
      json::append_quoted(snapshot.json, entry.user);
    }
    snapshot.json += '}';
  }
  snapshot.json += ']';
  return snapshot;
}

}  // namespace confab
