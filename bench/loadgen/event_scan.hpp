// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace confab::bench {

// Finds the number behind a short key such as `"seq":` in messages that are all built alike: it looks first
// where the key was the last time, and searches only when it isn't there.
class KeyScan {
 public:
  explicit KeyScan(std::string_view key) : key_(key) {}

  std::optional<std::uint64_t> number_in(std::string_view json) {
    if (hint_ + key_.size() > json.size() || json.substr(hint_, key_.size()) != key_) {
      const std::size_t found = json.find(key_);
      if (found == std::string_view::npos) return std::nullopt;
      hint_ = found;
    }
    std::uint64_t number = 0;
    std::size_t at = hint_ + key_.size();
    const std::size_t start = at;
    for (; at < json.size() && json[at] >= '0' && json[at] <= '9'; ++at)
      number = number * 10 + static_cast<std::uint64_t>(json[at] - '0');
    if (at == start) return std::nullopt;
    return number;
  }

 private:
  std::string_view key_;
  std::size_t hint_ = 0;
};

}  // namespace confab::bench
