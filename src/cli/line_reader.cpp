// SPDX-License-Identifier: MIT
#include "cli/line_reader.hpp"

namespace confab::cli {

bool LineReader::next() {
  line_.clear();
  std::streambuf& bytes = *input_.rdbuf();
  constexpr auto kEnd = std::char_traits<char>::eof();
  auto byte = bytes.sbumpc();
  if (byte == kEnd || too_long_) return false;
  ++number_;
  for (; byte != kEnd && byte != '\n'; byte = bytes.sbumpc()) {
    if (line_.size() == kLongest) {
      too_long_ = true;
      return false;
    }
    line_ += static_cast<char>(byte);
  }
  if (line_.ends_with('\r')) line_.pop_back();
  return true;
}

}  // namespace confab::cli
