// SPDX-License-Identifier: MIT
#pragma once
#include "api/context.hpp"

namespace confab::api {

/// `GET /api/users/{user}`, `POST /api/users/{user}/messages`, `DELETE /api/users/{user}/sessions`.
void add_users(net::Router& router, const Context& context);

}  // namespace confab::api
