// SPDX-License-Identifier: MIT
#pragma once
#include "api/context.hpp"

namespace confab::api {

/// POST /api/messages: a chat message of a client that has no session, under the rules that a session of that
/// user would meet (protocol.md, section 4).
void add_client_messages(net::Router& router, const Context& context);

}  // namespace confab::api
