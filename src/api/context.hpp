// SPDX-License-Identifier: MIT
#pragma once
#include "confab/base/json.hpp"
#include "confab/core/moderation.hpp"
#include "confab/core/sanctions.hpp"
#include "confab/core/services.hpp"
#include "net/address_paces.hpp"
#include "net/api_guard.hpp"
#include "net/router.hpp"

namespace confab::api {

/// What the resources of the HTTP API work with. Made in the composition root, and outlives the router.
struct Context {
  const Services& services;
  Moderation& moderation;
  Sanctions& sanctions;
  net::AddressPaces& paces;
  const net::ApiGuard& guard;
  json::Parser& parser;  ///< of bodies; used only within a call
};

}  // namespace confab::api
