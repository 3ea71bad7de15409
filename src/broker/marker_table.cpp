// SPDX-License-Identifier: MIT
#include "broker/marker_table.hpp"

namespace confab {

bool MarkerTable::mark(std::string_view user, std::uint64_t up_to, std::size_t most) {
  if (const auto found = by_user_.find(user); found != by_user_.end()) {
    if (found->second->up_to >= up_to) return false;
    found->second->up_to = up_to;
    markers_.splice(markers_.end(), markers_, found->second);
    return true;
  }
  if (up_to == 0) return false;
  while (!markers_.empty() && markers_.size() >= most) {
    bytes_ -= markers_.front().user.size();
    by_user_.erase(markers_.front().user);
    markers_.pop_front();
  }
  if (most == 0) return true;
  markers_.push_back({std::string(user), up_to});
  by_user_.emplace(markers_.back().user, std::prev(markers_.end()));
  bytes_ += user.size();
  return true;
}

std::uint64_t MarkerTable::find(std::string_view user) const noexcept {
  const auto found = by_user_.find(user);
  return found == by_user_.end() ? 0 : found->second->up_to;
}

}  // namespace confab
