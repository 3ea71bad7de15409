// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "confab/base/result.hpp"

namespace confab::net {

/// Where to listen, taken apart.
struct ListenAddress {
  enum class Kind : std::uint8_t { tcp, unix_path, descriptor };

  Kind kind = Kind::tcp;
  std::string host;  ///< without brackets; "" and "*" are every address
  std::uint16_t port = 0;
  std::string path;
  int descriptor = -1;

  /// "host:port", "[v6]:port", "unix:/path" (at most 107 bytes), "fd://N". bad_message says what is wrong.
  static result<ListenAddress> parse(std::string_view text);
};

}  // namespace confab::net
