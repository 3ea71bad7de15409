// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <string_view>

#include "cli/trouble.hpp"

namespace confab::cli {

/// Where a command prints: lines to one descriptor, written as they come, whole. A reader that has gone is
/// the end of the command and no failure; the program ignores SIGPIPE for that. Writing waits for a slow
/// reader: what the server has for us waits with it.
class Output {
 public:
  explicit Output(int descriptor) noexcept : descriptor_(descriptor) {}

  /// Writes the text and a line feed. False: nothing more can be written, and verdict() says why.
  bool line(std::string_view text);

  /// Good where nobody reads any more, or nothing went wrong; else the trouble.
  outcome<void> verdict() const;

  int descriptor() const noexcept { return descriptor_; }

 private:
  int descriptor_;
  int error_ = 0;  ///< of errno; 0: none
  std::string buffer_;
};

}  // namespace confab::cli
