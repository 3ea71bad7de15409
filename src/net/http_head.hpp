// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace confab::net {

/// Looks for the end of a request's head in bytes that come in pieces. It says that a head is broken with the
/// first byte that makes it so, so that nobody waits for the end of something that can't become a request.
class HeadScanner {
 public:
  enum class Status : std::uint8_t { incomplete, complete, malformed };

  /// `bytes` is everything since the request's beginning, longer with each call. malformed: the first byte
  /// can't begin a method, there is a LF without CR before it, a CR without LF behind it, or a folded field.
  Status scan(std::string_view bytes) noexcept;

  /// Of the head with the empty line that ends it, once complete.
  std::size_t length() const noexcept { return at_; }

 private:
  std::size_t at_ = 0;       // what was looked at
  std::uint8_t breaks_ = 0;  // CRLFs directly before at_
};

}  // namespace confab::net
