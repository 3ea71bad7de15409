// SPDX-License-Identifier: MIT
#include <algorithm>

#include "protocol/websocket/extension.hpp"

namespace confab::ws {

namespace {

// RFC 2616 section 2.2, which RFC 6455 builds on: visible ASCII but for the separators.
bool is_token_character(char c) noexcept {
  constexpr std::string_view kSeparators = "()<>@,;:\\\"/[]?={}";
  return c > ' ' && c < 0x7F && kSeparators.find(c) == std::string_view::npos;
}

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

class Cursor {
 public:
  explicit Cursor(std::string_view text) noexcept : rest_(text) { skip_space(); }

  bool at_end() const noexcept { return rest_.empty(); }

  bool next_is(char c) const noexcept { return !rest_.empty() && rest_.front() == c; }

  /// Takes the character and the space after it, if it is the next one.
  bool take(char c) noexcept {
    if (!next_is(c)) return false;
    rest_.remove_prefix(1);
    skip_space();
    return true;
  }

  /// Empty where the next thing is no token.
  std::string_view take_token() noexcept {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_token_character);
    const auto token = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(token.size());
    skip_space();
    return token;
  }

  /// Precondition: next_is('"'). Nothing where the quote does not end, or holds anything but a token.
  std::optional<std::string> take_quoted() {
    std::string value;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '"') {
        rest_.remove_prefix(i + 1);
        skip_space();
        return is_token(value) ? std::optional(value) : std::nullopt;
      }
      if (rest_[i] == '\\' && ++i == rest_.size()) break;
      value += rest_[i];
    }
    return std::nullopt;
  }

 private:
  void skip_space() noexcept { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size())); }

  std::string_view rest_;
};

std::optional<ExtensionOffer::Parameter> parse_parameter(Cursor& cursor) {
  ExtensionOffer::Parameter parameter{std::string(cursor.take_token()), std::nullopt};
  if (parameter.name.empty()) return std::nullopt;
  if (!cursor.take('=')) return parameter;
  parameter.value = cursor.next_is('"') ? cursor.take_quoted() : std::string(cursor.take_token());
  if (!parameter.value || parameter.value->empty()) return std::nullopt;
  return parameter;
}

}  // namespace

std::optional<std::vector<ExtensionOffer>> parse_extensions(std::string_view header) {
  std::vector<ExtensionOffer> offers;
  Cursor cursor(header);
  while (!cursor.at_end()) {
    // RFC 2616 section 2.1: elements of a list may be empty.
    if (cursor.take(',')) continue;
    ExtensionOffer offer{std::string(cursor.take_token()), {}};
    if (offer.name.empty()) return std::nullopt;
    while (cursor.take(';')) {
      auto parameter = parse_parameter(cursor);
      if (!parameter) return std::nullopt;
      offer.parameters.push_back(std::move(*parameter));
    }
    if (!cursor.at_end() && !cursor.next_is(',')) return std::nullopt;
    offers.push_back(std::move(offer));
  }
  return offers;
}

}  // namespace confab::ws
