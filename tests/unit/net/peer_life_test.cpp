// SPDX-License-Identifier: MIT
#include "net/peer_life.hpp"

#include <gtest/gtest.h>

namespace confab::net {
namespace {

constexpr Milliseconds kTimeout{20'000};

Stream::Liveness seen(int since, std::uint32_t unacknowledged) {
  return {Milliseconds(since), unacknowledged};
}

TEST(PeerLife, IsNotInDoubtWhereItCantBeLostUnnoticed) {
  EXPECT_EQ(judge_peer(std::nullopt, kTimeout).state, PeerLife::State::alive);
}

TEST(PeerLife, IsNotInDoubtWhereAllIsAcknowledged) {
  EXPECT_EQ(judge_peer(seen(0, 0), kTimeout).state, PeerLife::State::alive);
  EXPECT_EQ(judge_peer(seen(1'000'000, 0), kTimeout).state, PeerLife::State::alive);
}

TEST(PeerLife, WaitsWhileThereIsTime) {
  const PeerLife just_now = judge_peer(seen(0, 1), kTimeout);
  EXPECT_EQ(just_now.state, PeerLife::State::waiting);
  EXPECT_EQ(just_now.look_again, kTimeout);
  const PeerLife nearly = judge_peer(seen(19'999, 7), kTimeout);
  EXPECT_EQ(nearly.state, PeerLife::State::waiting);
  EXPECT_EQ(nearly.look_again, Milliseconds(1));
}

TEST(PeerLife, EndsWithTheTimeout) {
  EXPECT_EQ(judge_peer(seen(20'000, 1), kTimeout).state, PeerLife::State::gone);
  EXPECT_EQ(judge_peer(seen(20'001, 1), kTimeout).state, PeerLife::State::gone);
}

}  // namespace
}  // namespace confab::net
