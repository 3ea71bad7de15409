// SPDX-License-Identifier: MIT
#pragma once
#include <string_view>

#include "api/sample.hpp"
#include "net/router.hpp"

namespace confab::api {

/// GET /api/stats: what this instance does (protocol.md, section 7). Ages and uptime in seconds, latencies in
/// milliseconds. The references have to outlive the router; `version` is a literal.
void add_stats(net::Router& router, Loop& loop, const Hub& hub, Sampler& sampler, std::string_view version);

}  // namespace confab::api
