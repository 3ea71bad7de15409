// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "cli/commands.hpp"

namespace confab::cli {

/// The body of `POST /api/rooms/{room}/messages`: a chat message whose text is `content`, or the command's
/// event with `content` for its data. Precondition: content_trouble() has none.
std::string publication_body(const PubCommand& command, std::string_view content, std::string_view id);

/// What is wrong with a text (it isn't UTF-8) or an event's data (it isn't JSON).
std::optional<Trouble> content_trouble(const PubCommand& command, std::string_view content);

}  // namespace confab::cli
