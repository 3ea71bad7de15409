// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <string_view>

#include "confab/base/clock.hpp"
#include "confab/core/position.hpp"
#include "confab/core/session.hpp"

namespace confab::net {

// The members of `connected`, the first thing that every session hears (protocol.md, sections 2 to 4), as
// compact JSON without braces. `cursor` says "everything up to now", `now` is the wall clock.

/// For a session that ends with its connection: it is told how often a sign of life is asked for.
std::string connected_members(const Session& session, const Cursor& cursor, WallMicros now,
                              Milliseconds heartbeat);

/// For one that sends by other requests: it is told the secret `sid` that opens them.
std::string connected_members(const Session& session, std::string_view sid, const Cursor& cursor,
                              WallMicros now);

}  // namespace confab::net
