// SPDX-License-Identifier: MIT
#include "confab/core/publisher.hpp"

namespace confab {

void Publisher::publish(const Publication& publication, PublishDone done) {
  if (hub_.over_memory()) {
    done(Fault{errc::unavailable, nullptr, "The server's queues are full; try again later."});
    return;
  }
  if (publication.body.size() > hub_.largest_body()) {
    done(Fault{errc::too_large, nullptr, "As it would be delivered this is too long for a session's queue."});
    return;
  }
  broker_.publish(publication, [this, done = std::move(done)](const result<Published>& published) {
    if (published && published->repeated) ++hub_.counters().repeated;
    done(published);
  });
}

}  // namespace confab
