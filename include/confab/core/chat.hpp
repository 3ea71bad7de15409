// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <string_view>

#include "confab/base/json.hpp"
#include "confab/base/result.hpp"
#include "confab/core/room_rule.hpp"

namespace confab {

/// The body of a chat event of what a client sent: its `text` and whatever else it put beside it, in its
/// order and byte for byte, without the fields that are always the server's (protocol.md, section 1), and
/// without `direction`, the one that tells the server what to do with it (a client's `echo`, the API's
/// `event`). A `message` in place of `text` is delivered under both names. With Sanitize::html the markup in
/// both is escaped. `bad_message` names `text`.
result<std::string> chat_body(const json::Object& fields, std::string_view direction, Sanitize sanitize);

}  // namespace confab
