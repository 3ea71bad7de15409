// SPDX-License-Identifier: MIT
#include "app/session_log.hpp"

#include <spdlog/spdlog.h>

namespace confab::app {

void SessionLog::on_refused(const Session& session, const Fault& fault, std::string_view correlation) {
  spdlog::debug("session {}: {}{}{}: {}{}{} (id {})", session.client_id(), describe(fault.code).name,
                fault.field == nullptr ? "" : " ", fault.field == nullptr ? "" : fault.field,
                fault.sentence(), fault.rule.empty() ? "" : " rule ", fault.rule,
                correlation.empty() ? "none" : correlation);
}

void SessionLog::on_ending(Session& session) {
  if (session.role() != SessionRole::client) return;
  spdlog::debug("session {}: ended with {} {}", session.client_id(),
                static_cast<unsigned>(session.close_reason()), describe(session.close_reason()));
}

}  // namespace confab::app
