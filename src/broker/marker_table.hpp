// SPDX-License-Identifier: MIT
#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>

namespace confab {

/// One room's read markers, at most so many: a new one then takes the place of the one that moved longest
/// ago.
class MarkerTable {
 public:
  /// Moves the user's marker on to `up_to`; false where it is there or further already.
  bool mark(std::string_view user, std::uint64_t up_to, std::size_t most);

  /// 0 where there is none.
  std::uint64_t find(std::string_view user) const noexcept;

  std::size_t size() const noexcept { return markers_.size(); }

  /// Bytes of the names.
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  struct Marker {
    std::string user;
    std::uint64_t up_to;
  };

  std::list<Marker> markers_;  // the one that moved longest ago first
  boost::unordered_flat_map<std::string_view, std::list<Marker>::iterator> by_user_;
  std::size_t bytes_ = 0;
};

}  // namespace confab
