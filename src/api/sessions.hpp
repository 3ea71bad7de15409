// SPDX-License-Identifier: MIT
#pragma once
#include "api/context.hpp"

namespace confab::api {

/// `GET /api/sessions`, `POST /api/clients/{clientId}/messages`, `DELETE /api/clients/{clientId}`.
void add_sessions(net::Router& router, const Context& context);

}  // namespace confab::api
