// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "confab/base/result.hpp"
#include "net/http_request.hpp"

namespace confab::api {

/// A number in a request's query, `least` to `most`. Nothing where it isn't given; else `bad_message` with
/// its name.
result<std::optional<std::uint64_t>> query_number(const net::HttpRequest& request, const char* name,
                                                  std::uint64_t least, std::uint64_t most);

/// The same of any text, such as a segment of a path.
result<std::uint64_t> parse_number(std::string_view text, const char* name, std::uint64_t least,
                                   std::uint64_t most);

/// What lists take: `prefix`, `limit` (1 to 500, 100), `after`.
struct Page {
  std::string prefix;
  std::string after;
  std::size_t limit = 100;

  static result<Page> read(const net::HttpRequest& request);
};

}  // namespace confab::api
