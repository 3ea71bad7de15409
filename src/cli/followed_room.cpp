// SPDX-License-Identifier: MIT
#include "cli/followed_room.hpp"

#include <algorithm>

namespace confab::cli {

FollowedRoom::Recovery FollowedRoom::on_joined(const Arrival& arrival) {
  const bool asked = position_.has_value();
  // A server that lost what it had may go on under the same epoch with numbers that were there before.
  const bool same = asked && position_->epoch == arrival.epoch && position_->seq <= arrival.seq;
  if (!same) position_ = Position{arrival.epoch, 0};
  return asked && !arrival.recovered ? Recovery::lost : Recovery::whole;
}

void FollowedRoom::on_caught_up(const Arrival& arrival) {
  if (!arrival.more) position_->seq = std::max(position_->seq, arrival.seq);
}

bool FollowedRoom::fresh(std::uint64_t seq) {
  if (!position_) return true;
  if (seq <= position_->seq) return false;
  position_->seq = seq;
  return true;
}

}  // namespace confab::cli
