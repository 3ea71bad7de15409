// SPDX-License-Identifier: MIT
#include "confab/core/sanctions.hpp"

namespace confab {
namespace {

/// Names have no control characters, so this is one sanction's alone.
std::string key_of(Sanction sanction, std::string_view room, std::string_view user) {
  std::string key;
  key.reserve(room.size() + user.size() + 2);
  key += static_cast<char>('0' + static_cast<int>(sanction));
  key += room;
  key += '\0';
  key += user;
  return key;
}

}  // namespace

result<Term> Sanctions::impose(Sanction sanction, std::string_view room, std::string_view user,
                               std::optional<Milliseconds> time) {
  std::string key = key_of(sanction, room, user);
  if (terms_.size() >= most_ && !terms_.contains(key)) {
    boost::unordered::erase_if(terms_, [&](const auto& entry) { return over(entry.second); });
    if (terms_.size() >= most_)
      return Fault{errc::unavailable, nullptr, "The server keeps as many bans and mutes as it may."};
  }
  Term term;
  if (time) term.until = loop_.wall() + std::chrono::microseconds(*time).count();
  terms_[std::move(key)] = term;
  return term;
}

bool Sanctions::lift(Sanction sanction, std::string_view room, std::string_view user) {
  const auto found = terms_.find(key_of(sanction, room, user));
  if (found == terms_.end()) return false;
  const bool held = !over(found->second);
  terms_.erase(found);
  return held;
}

std::optional<Term> Sanctions::find(Sanction sanction, std::string_view room, std::string_view user) const {
  const auto found = terms_.find(key_of(sanction, room, user));
  if (found == terms_.end() || over(found->second)) return std::nullopt;
  return found->second;
}

}  // namespace confab
