// SPDX-License-Identifier: MIT
#include "app/drain.hpp"

#include <algorithm>

namespace confab::app {
namespace {

constexpr Milliseconds kStep{50};

/// For what is still on its way when the grace is over: close handshakes, answers.
constexpr Milliseconds kLastWords{6'000};

}  // namespace

void Drain::start(Milliseconds grace) {
  end_ = loop_.now() + grace;
  const auto steps = static_cast<std::size_t>(std::max<std::int64_t>(grace / kStep, 1));
  share_ = std::max<std::size_t>((hub_.sessions() + steps - 1) / steps, 1);
  on_timer();
}

void Drain::close_some(std::size_t most) {
  std::vector<Session*> chosen;
  hub_.each_session([&](Session& session) {
    if (chosen.size() < most && !session.closing()) chosen.push_back(&session);
  });
  for (Session* session : chosen)
    session->close(CloseReason::going_away);
}

void Drain::on_timer() {
  const Monotonic now = loop_.now();
  close_some(now >= end_ ? hub_.sessions() : share_);
  const bool nobody = hub_.sessions() == 0 && connected_() == 0;
  if (nobody || now >= end_ + kLastWords) return done_();
  loop_.timers().schedule(*this, now + kStep);
}

}  // namespace confab::app
