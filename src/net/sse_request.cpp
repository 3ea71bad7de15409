// SPDX-License-Identifier: MIT
#include "net/sse_request.hpp"

#include "confab/base/names.hpp"
#include "net/url.hpp"

namespace confab::net {
namespace {

/// Where the client was; a browser's own header is newer than what the page put into the address.
std::optional<Cursor> last_event(const HttpRequest& request) {
  std::string_view text = request.header("Last-Event-ID").value_or("");
  if (text.empty()) text = request.query("lastEventId").value_or("");
  if (text.empty()) return std::nullopt;
  return Cursor::parse(text).value_or(Cursor{});
}

/// Of one element of Accept-Encoding: its coding, and whether its weight is more than nothing.
struct Coding {
  std::string_view name;
  bool wanted;
};

bool is_positive_weight(std::string_view weight) noexcept {
  if (weight.find_first_not_of("0123456789.") != std::string_view::npos) return false;
  return weight.find_first_not_of("0.") != std::string_view::npos;
}

Coding parse_coding(std::string_view element) noexcept {
  const auto semicolon = element.find(';');
  Coding coding{trimmed(element.substr(0, semicolon)), true};
  if (semicolon == std::string_view::npos) return coding;
  const std::string_view parameter = trimmed(element.substr(semicolon + 1));
  if (parameter.starts_with("q=") || parameter.starts_with("Q=")) {
    coding.wanted = is_positive_weight(parameter.substr(2));
  }
  return coding;
}

}  // namespace

result<SseRequest> SseRequest::read(const HttpRequest& request, std::vector<std::string> route_rooms) {
  SseRequest wanted;
  if (const auto user = request.query("user")) {
    if (!legal_user_name(*user)) return Fault{errc::bad_message, "user", "This is no legal name of a user."};
    wanted.user = *user;
  }

  wanted.subscription.rooms = std::move(route_rooms);
  for (const std::string_view room : request.queries("room"))
    wanted.subscription.rooms.emplace_back(room);

  if (const auto history = request.query("history")) {
    wanted.subscription.history = parse_decimal(*history);
    if (wanted.subscription.history.value_or(kMostHistory + 1) > kMostHistory) {
      return Fault{errc::bad_message, "history", "This is a number from 0 to 100000."};
    }
  }
  if (const auto envelope = request.query("envelope")) {
    if (*envelope != "0" && *envelope != "1") {
      return Fault{errc::bad_message, "envelope", "This is 0 or 1."};
    }
    wanted.shape = *envelope == "1" ? sse::Shape::enveloped : sse::Shape::bare;
  }
  wanted.subscription.after = last_event(request);
  return wanted;
}

bool accepts_gzip(const HttpRequest& request) noexcept {
  std::optional<bool> by_name;
  bool by_star = false;
  request.for_each_header([&](std::string_view name, std::string_view value) {
    if (!equal_ignoring_case(name, "Accept-Encoding")) return;
    for_each_token(value, [&](std::string_view element) {
      const Coding coding = parse_coding(element);
      if (equal_ignoring_case(coding.name, "gzip")) by_name = coding.wanted;
      if (coding.name == "*") by_star = coding.wanted;
    });
  });
  return by_name.value_or(by_star);
}

}  // namespace confab::net
