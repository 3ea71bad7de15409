// SPDX-License-Identifier: MIT
#include "confab/core/outbound_queue.hpp"

#include <gtest/gtest.h>

#include <string>

namespace confab {
namespace {

TEST(OutboundQueue, KeepsOrderAndCountsItsBytes) {
  QueueLedger ledger;
  OutboundQueue queue(ledger);
  for (int i = 0; i < 100; ++i)
    queue.push(Frame::make(std::to_string(i)));
  EXPECT_EQ(queue.bytes(), 190U);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(queue[0].bytes(), std::to_string(i));
    queue.pop();
  }
  EXPECT_EQ(queue.bytes(), 0U);
  EXPECT_EQ(ledger.bytes, 0U);
}

TEST(OutboundQueue, TheLedgerCountsASharedFrameOnce) {
  QueueLedger ledger;
  OutboundQueue first(ledger);
  {
    OutboundQueue second(ledger);
    const FramePtr frame = Frame::make("12345");
    first.push(frame);
    second.push(frame);
    second.push(frame);
    EXPECT_EQ(ledger.bytes, 5U);
    EXPECT_EQ(second.bytes(), 10U);
    first.pop();
    EXPECT_EQ(ledger.bytes, 5U);
  }
  EXPECT_EQ(ledger.bytes, 0U);
}

TEST(OutboundQueue, MovesWithWhatItHolds) {
  QueueLedger ledger;
  OutboundQueue first(ledger);
  first.push(Frame::make("abc"));
  OutboundQueue second(std::move(first));
  EXPECT_EQ(second.bytes(), 3U);
  second.clear();
  second.shrink();
  EXPECT_EQ(ledger.bytes, 0U);
}

}  // namespace
}  // namespace confab
