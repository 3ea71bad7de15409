// SPDX-License-Identifier: MIT
#include "config/problem.hpp"

#include <algorithm>

namespace confab::config {
namespace {

constexpr std::size_t kExcerpt = 60;

bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

}  // namespace

std::string Problem::text() const {
  std::string out = origin;
  if (at.line > 0) out += ':' + std::to_string(at.line) + ':' + std::to_string(at.column);
  out += ": ";
  if (!path.empty()) out += path + ": ";
  return out + message;
}

std::string quoted(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (is_control(c))
      ((out += "\\x") += kHex[static_cast<unsigned char>(c) >> 4]) +=
          kHex[static_cast<unsigned char>(c) & 0x0F];
    else
      out += c;
  }
  return out + '"';
}

std::string excerpt(std::string_view text, Node::Style style) {
  std::string_view head = text.substr(0, kExcerpt);
  // Not in the middle of a character: continuation bytes belong to the one before.
  if (head.size() < text.size())
    while (!head.empty() && (static_cast<unsigned char>(text[head.size()]) & 0xC0) == 0x80)
      head.remove_suffix(1);
  const bool plain =
      style == Node::Style::plain && !head.empty() && std::none_of(head.begin(), head.end(), is_control);
  return (plain ? std::string(head) : quoted(head)) + (head.size() < text.size() ? "…" : "");
}

}  // namespace confab::config
