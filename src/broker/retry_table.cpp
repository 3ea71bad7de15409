// SPDX-License-Identifier: MIT
#include "broker/retry_table.hpp"

namespace confab {

Digest128 RetryTable::key(const Publication& publication) {
  return fingerprint(
      {publication.room, publication.scope, publication.id, publication.name, publication.body});
}

std::optional<RetryTable::Entry> RetryTable::find(const Digest128& key, Monotonic now) {
  turn(now);
  for (const Table* table : {&fresh_, &stale_}) {
    const auto found = table->find(key);
    if (found != table->end()) return found->second;
  }
  return std::nullopt;
}

bool RetryTable::has_room(Monotonic now) {
  turn(now);
  return fresh_.size() < capacity_;
}

void RetryTable::add(const Digest128& key, const Entry& entry) {
  fresh_.emplace(key, entry);
}

void RetryTable::turn(Monotonic now) {
  if (now - turned_at_ < kKept) return;
  const bool long_ago = now - turned_at_ >= 2 * kKept;
  stale_ = long_ago ? Table() : std::move(fresh_);
  fresh_ = Table();
  turned_at_ = now;
}

}  // namespace confab
