// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <istream>
#include <string>
#include <string_view>

namespace confab::cli {

/// The lines of an input, one after the other, without their ends (a line feed, with or without a carriage
/// return before it). The last one needs none. A line beyond the bound ends the reading.
class LineReader {
 public:
  static constexpr std::size_t kLongest = 16 * 1024 * 1024;

  explicit LineReader(std::istream& input) : input_(input) {}

  /// False at the end.
  bool next();

  /// The line that next() found.
  std::string_view line() const noexcept { return line_; }

  /// Its number, 1 for the first; that of the line that is too long.
  std::uint64_t number() const noexcept { return number_; }

  bool too_long() const noexcept { return too_long_; }

 private:
  std::istream& input_;
  std::string line_;
  std::uint64_t number_ = 0;
  bool too_long_ = false;
};

}  // namespace confab::cli
