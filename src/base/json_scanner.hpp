// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "confab/base/json.hpp"
#include "json_chars.hpp"

namespace confab::json {

/// Validates one text (RFC 8259) and leaves its compact form, in one pass and without recursion. White space
/// between tokens is rare, so bytes are copied into `compact` only from the first of it on; a text without
/// any is viewed.
class Scanner {
 public:
  Scanner(std::string_view text, std::string& compact) noexcept
      : at_(text.data()), end_(at_ + text.size()), kept_(at_), compact_(compact) {}

  /// Null, or what is wrong.
  const char* run();

  /// The compact text, after a successful run.
  std::string_view compact() const noexcept { return result_; }

 private:
  enum class Expected : std::uint8_t { value, key, next };

  bool at_end() const noexcept { return at_ == end_; }

  void skip_space() {
    if (at_end() || !is_space(*at_)) return;
    if (compact_.empty()) compact_.reserve(static_cast<std::size_t>(end_ - kept_));
    compact_.append(kept_, at_);
    while (!at_end() && is_space(*at_))
      ++at_;
    kept_ = at_;
  }

  const char* scan_value(Expected& expected);
  const char* scan_key(Expected& expected);
  const char* scan_next(Expected& expected);
  const char* scan_string();
  const char* scan_escape();
  const char* scan_number();
  const char* scan_word(std::string_view word);
  const char* open(char closing);
  const char* finish();

  const char* at_;
  const char* end_;
  const char* kept_;  ///< from here on nothing has been copied yet
  std::string& compact_;
  std::string_view result_;
  std::size_t depth_ = 0;
  std::array<char, kMaxDepth> closing_;  ///< what ends each open level
};

}  // namespace confab::json
