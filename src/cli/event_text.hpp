// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <string_view>

#include "confab/base/json.hpp"

namespace confab::cli {

/// How events are printed.
enum class Form : std::uint8_t {
  text,  ///< a line for people
  json,  ///< the event as the server sent it, one on a line
};

/// `TIME ROOM USER: TEXT` for a chat message, else `TIME ROOM USER NAME DATA`; what an event doesn't have is
/// left out. DATA is an event's `data` or, where it has none, an object of the members that are its own.
std::string event_text(const json::Object& event);

/// The event in the form that was asked for.
std::string event_line(const json::Object& event, Form form);

/// Without control characters: a line feed becomes \n, an escape \u001b, so that one event is one line and no
/// sender rules the reader's terminal. `text` is UTF-8.
std::string printable(std::string_view text);

}  // namespace confab::cli
