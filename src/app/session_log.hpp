// SPDX-License-Identifier: MIT
#pragma once
#include "confab/core/hub.hpp"
#include "confab/core/journal.hpp"

namespace confab::app {

/// Sessions in the log: what was refused to them and why they ended, at debug, each once.
class SessionLog final : public Journal, private HubEvents {
 public:
  explicit SessionLog(Hub& hub) { hub.watch(*this); }

  void on_refused(const Session& session, const Fault& fault, std::string_view correlation) override;

 private:
  void on_leaving(Session&, Room&) override {}

  void on_ending(Session& session) override;

  void on_delivering(Room&) override {}

  void on_renumbered(Room&, std::string_view, std::uint64_t) override {}
};

}  // namespace confab::app
