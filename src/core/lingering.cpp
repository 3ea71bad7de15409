// SPDX-License-Identifier: MIT
#include "confab/core/lingering.hpp"

namespace confab {

void Lingering::keep(Room& room) {
  room.kept_until_ = loop_.now() + kTime;
  if (!room.lingers_) wait_for(room);
}

bool Lingering::keeps_on(Room& room) {
  room.lingers_ = false;
  if (room.kept_until_ <= loop_.now()) return false;
  wait_for(room);
  return true;
}

void Lingering::wait_for(Room& room) {
  room.lingers_ = true;
  due_.push_back({room.name(), room.kept_until_});
  if (!scheduled()) loop_.timers().schedule(*this, due_.front().when);
}

void Lingering::on_timer() {
  // What waits on goes to the back, though perhaps due before others there: it is let go late, never early.
  while (!due_.empty() && due_.front().when <= loop_.now())
    over_(due_.pop_front().room);
  if (!due_.empty()) loop_.timers().schedule(*this, due_.front().when);
  due_.shrink();
}

}  // namespace confab
