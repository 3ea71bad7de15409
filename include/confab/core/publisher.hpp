// SPDX-License-Identifier: MIT
#pragma once
#include "confab/core/broker.hpp"
#include "confab/core/hub.hpp"

namespace confab {

/// The one way of an event into the broker, for clients and the API alike. While the queues of all sessions
/// together are over their bound it refuses (`unavailable`), before memory runs out; and always what would
/// take more than half of a session's queue (`too_large`): who reads well must not be closed for one event.
class Publisher {
 public:
  /// The references have to outlive it.
  Publisher(Hub& hub, Broker& broker) noexcept : hub_(hub), broker_(broker) {}

  /// As Broker::publish.
  void publish(const Publication& publication, PublishDone done);

 private:
  Hub& hub_;
  Broker& broker_;
};

}  // namespace confab
