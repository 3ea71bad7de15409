// SPDX-License-Identifier: MIT
#pragma once
#include <string_view>

namespace confab::config {

/// What a text option may hold: said in words, and decided by a function. `same` tells of two legal texts
/// whether they mean the same, where that is more than being equal.
struct TextRule {
  std::string_view allowed;
  bool (*fits)(std::string_view) noexcept(false);
  bool (*same)(std::string_view, std::string_view) noexcept(false) = nullptr;
};

extern const TextRule kListenAddress;
extern const TextRule kNodeTag;  ///< [a-z0-9-]{1,16} or empty
extern const TextRule kPath;     ///< of a file or directory, or empty
extern const TextRule kNetwork;
extern const TextRule kOriginPattern;  ///< RFC 6454 section 6.2, "*", or with a leading "*." for subdomains
extern const TextRule kKeyName;
extern const TextRule kApiKey;
extern const TextRule kRoomPattern;
extern const TextRule kEventPattern;
extern const TextRule kRoomName;       ///< one that clients may name
extern const TextRule kRoutePath;      ///< "/" and segments, of which whole ones may be {variables}
extern const TextRule kRouteRoom;      ///< a room's name with {variables}
extern const TextRule kIceUrl;         ///< RFC 7064 and RFC 7065
extern const TextRule kTurnUrl;        ///< RFC 7065
extern const TextRule kIceCredential;  ///< what a STUN message can carry, or empty
extern const TextRule kTurnSecret;

/// Calls `on_variable(name)` for each `{name}` of a route's path or room. False where braces don't pair, a
/// name isn't [a-z_][a-z0-9_]*, or the callback returns false.
template <class OnVariable>
bool for_each_variable(std::string_view text, OnVariable on_variable);

/// Whether the text is a variable's name.
bool is_variable(std::string_view name) noexcept;

template <class OnVariable>
bool for_each_variable(std::string_view text, OnVariable on_variable) {
  while (true) {
    const auto brace = text.find_first_of("{}");
    if (brace == std::string_view::npos) return true;
    if (text[brace] == '}') return false;
    text.remove_prefix(brace + 1);
    const auto end = text.find('}');
    if (end == std::string_view::npos || !is_variable(text.substr(0, end))) return false;
    if (!on_variable(text.substr(0, end))) return false;
    text.remove_prefix(end + 1);
  }
}

}  // namespace confab::config
