// SPDX-License-Identifier: MIT
#pragma once
#include "net/router.hpp"

namespace confab::api {

/// POST /api/batch: up to 100 other calls of the backend's API in one request, run one after the other, each
/// under the carrying request's key, and answered in their order (protocol.md, section 7).
/// The router outlives its routes.
void add_batch(net::Router& router);

}  // namespace confab::api
