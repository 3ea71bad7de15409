// SPDX-License-Identifier: MIT
#pragma once
#include "confab/core/arrivals.hpp"
#include "confab/core/calls.hpp"
#include "confab/core/history.hpp"
#include "confab/core/hub.hpp"
#include "confab/core/ice_servers.hpp"
#include "confab/core/journal.hpp"
#include "confab/core/limits.hpp"
#include "confab/core/permissions.hpp"
#include "confab/core/publisher.hpp"
#include "confab/core/read_markers.hpp"
#include "confab/core/shared_state.hpp"
#include "confab/core/typing.hpp"

namespace confab {

/// What commands and the API work with. Made in the composition root, and outlives them.
struct Services {
  Loop& loop;
  Hub& hub;
  History& history;
  const RoomRules& rules;
  const Limits& limits;
  Permissions& permissions;
  Publisher& publisher;
  Typing& typing;
  Arrivals& arrivals;
  SharedState& state;
  ReadMarkers& markers;
  Journal& journal;
  Calls& calls;
  IceServers& ice_servers;
};

}  // namespace confab
