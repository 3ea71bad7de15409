// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace confab::net {

/// What '+' stands for: itself in a path, a space in a query (the HTML form encoding).
enum class Plus : std::uint8_t { literal, space };

/// Appends the percent-decoded text. False where a '%' is not followed by two hexadecimal digits, or where
/// what comes out is not UTF-8; `out` is of no use then.
bool percent_decode(std::string_view text, Plus plus, std::string& out);

/// Whether two ASCII texts are equal but for the case of their letters.
bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

/// Without the spaces and tabs around it.
std::string_view trimmed(std::string_view text) noexcept;

/// Calls visit(element) for each element of a comma-separated list that is not empty (RFC 9110
/// section 5.6.1). Quoted strings are not looked for: it is for lists of tokens.
template <class Visit>
void for_each_token(std::string_view list, Visit visit) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    const std::string_view element = trimmed(list.substr(0, comma));
    if (!element.empty()) visit(element);
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

/// A whole number in decimal digits and nothing else; nothing where it is none or doesn't fit.
std::optional<std::uint64_t> parse_decimal(std::string_view text) noexcept;

/// Whether the byte may stand in a token (RFC 9110 section 5.6.2), such as a field name.
bool is_token_byte(char byte) noexcept;

}  // namespace confab::net
