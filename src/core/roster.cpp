// SPDX-License-Identifier: MIT
#include "confab/core/roster.hpp"

namespace confab {

bool Roster::enter(std::string_view user, WallMicros now) {
  const auto found = users_.find(user);
  if (found != users_.end()) {
    ++found->second.connections;
    return false;
  }
  users_.emplace(std::string(user), Attendance{1, now});
  return true;
}

bool Roster::leave(std::string_view user) {
  const auto found = users_.find(user);
  if (found == users_.end()) return false;
  if (--found->second.connections > 0) return false;
  users_.erase(found);
  return true;
}

void Roster::step_out(std::string_view user) {
  if (const auto found = users_.find(user); found != users_.end()) --found->second.connections;
}

bool Roster::last(std::string_view user) const {
  const auto found = users_.find(user);
  return found != users_.end() && found->second.connections == 1;
}

bool Roster::let_go(std::string_view user) {
  const auto found = users_.find(user);
  if (found == users_.end() || found->second.connections > 0) return false;
  users_.erase(found);
  return true;
}

bool Roster::list(std::string_view prefix, std::string_view after, std::size_t limit,
                  const std::function<void(const std::string&, const Attendance&)>& visit) const {
  auto next = after < prefix || after.empty() ? users_.lower_bound(prefix) : users_.upper_bound(after);
  const auto fits = [&] { return next != users_.end() && next->first.starts_with(prefix); };
  for (; fits() && limit > 0; ++next, --limit)
    visit(next->first, next->second);
  return fits();
}

}  // namespace confab
