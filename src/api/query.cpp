// SPDX-License-Identifier: MIT
#include "api/query.hpp"

#include "net/url.hpp"

namespace confab::api {

result<std::optional<std::uint64_t>> query_number(const net::HttpRequest& request, const char* name,
                                                  std::uint64_t least, std::uint64_t most) {
  const auto text = request.query(name);
  if (!text) return std::optional<std::uint64_t>();
  const auto number = parse_number(*text, name, least, most);
  if (!number) return number.error();
  return std::optional(*number);
}

result<std::uint64_t> parse_number(std::string_view text, const char* name, std::uint64_t least,
                                   std::uint64_t most) {
  const auto number = net::parse_decimal(text);
  if (!number) return Fault{errc::bad_message, name, "This is a whole number."};
  if (*number < least || *number > most)
    return Fault{errc::bad_message, name, "This number is out of its range."};
  return *number;
}

result<Page> Page::read(const net::HttpRequest& request) {
  constexpr std::uint64_t kMost = 500;
  Page page;
  const auto limit = query_number(request, "limit", 1, kMost);
  if (!limit) return limit.error();
  if (*limit) page.limit = static_cast<std::size_t>(**limit);
  page.prefix = request.query("prefix").value_or("");
  page.after = request.query("after").value_or("");
  return page;
}

}  // namespace confab::api
