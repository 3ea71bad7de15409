// SPDX-License-Identifier: MIT
#pragma once
#include <functional>
#include <memory>
#include <optional>

#include "config/config.hpp"

namespace confab::app {

/// The composition root: every part of the program is made here and given to those that use it, and every
/// route is named here.
class Server {
 public:
  /// Where a new configuration comes from on SIGHUP; nothing where it can't be had (it was logged why).
  using Reread = std::function<std::optional<config::Config>()>;

  /// Listens already. Throws std::runtime_error with one sentence where it can't.
  Server(config::Config config, Reread reread);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Serves until a signal ends it: SIGTERM and SIGINT drain, a second one ends at once; SIGHUP rereads the
  /// configuration.
  void run();

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace confab::app
