// SPDX-License-Identifier: MIT
#include "protocol/websocket/extension.hpp"

#include <algorithm>

#include "protocol/websocket/deflater.hpp"

namespace confab::ws {

namespace {

// Beast and others take names in any case; the answer is in lower case.
bool same_name(std::string_view a, std::string_view b) noexcept {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

/// RFC 7692 section 7.1.2: a decimal integer from 8 to 15 without leading zeros; otherwise 0.
std::uint8_t window_bits(std::string_view value) noexcept {
  if (value.size() == 1 && value[0] >= '8' && value[0] <= '9')
    return static_cast<std::uint8_t>(value[0] - '0');
  if (value.size() == 2 && value[0] == '1' && value[1] >= '0' && value[1] <= '5') {
    return static_cast<std::uint8_t>(10 + value[1] - '0');
  }
  return 0;
}

/// The parameters of one offer as they are met: each at most once (RFC 7692 section 7.1).
class Reading {
 public:
  /// False where the offer must be declined.
  bool take(const ExtensionOffer::Parameter& parameter) {
    const std::optional<std::string>& value = parameter.value;
    if (same_name(parameter.name, "server_no_context_takeover")) return first(kServerContext) && !value;
    if (same_name(parameter.name, "client_no_context_takeover")) return first(kClientContext) && !value;
    if (same_name(parameter.name, "client_max_window_bits")) {
      // A hint that needs no answer: we inflate with the largest window, whatever the client uses.
      return first(kClientWindow) && (!value || window_bits(*value) != 0);
    }
    if (same_name(parameter.name, "server_max_window_bits")) {
      if (!first(kServerWindow) || !value) return false;
      const std::uint8_t bits = window_bits(*value);
      // zlib refuses a raw stream with a window of 8 bits (zlib.h, deflateInit2), and one made with 9 may
      // refer farther back than such a client remembers. So 8 is legal, and declined.
      if (bits < Deflater::kSmallestWindow) return false;
      params_.server_max_window_bits = bits;
      return true;
    }
    return false;
  }

  const DeflateParams& params() const noexcept { return params_; }

 private:
  enum : unsigned { kServerContext = 1, kClientContext = 2, kServerWindow = 4, kClientWindow = 8 };

  bool first(unsigned bit) noexcept {
    const bool is_first = (seen_ & bit) == 0;
    seen_ |= bit;
    return is_first;
  }

  unsigned seen_ = 0;
  DeflateParams params_;
};

std::optional<DeflateParams> accept(const ExtensionOffer& offer) {
  if (!same_name(offer.name, "permessage-deflate")) return std::nullopt;
  Reading reading;
  for (const auto& parameter : offer.parameters) {
    if (!reading.take(parameter)) return std::nullopt;
  }
  return reading.params();
}

}  // namespace

std::optional<DeflateParams> negotiate(std::string_view sec_websocket_extensions) {
  const auto offers = parse_extensions(sec_websocket_extensions);
  if (!offers) return std::nullopt;
  for (const auto& offer : *offers) {
    if (const auto params = accept(offer)) return params;
  }
  return std::nullopt;
}

std::string response_header(const DeflateParams& params) {
  // RFC 7692 sections 7.1.1.1 and 7.1.1.2 let a server answer both of these whether or not the client offered
  // them, and the client must keep to them. The window is another matter: server_max_window_bits must be
  // answered where it was offered (7.1.2.1), and client_max_window_bits must not where it was not (7.1.2.2).
  std::string header = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
  if (params.server_max_window_bits) {
    header += "; server_max_window_bits=" + std::to_string(*params.server_max_window_bits);
  }
  return header;
}

}  // namespace confab::ws
