// SPDX-License-Identifier: MIT
#include "confab/base/frame.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace confab {
namespace {

TEST(Frame, HoldsItsPartsOneAfterAnother) {
  const FramePtr frame = Frame::make({"head", "", "er ", "payload"}, 7);
  EXPECT_EQ(frame->bytes(), "header payload");
  EXPECT_EQ(frame->size(), 14U);
  EXPECT_EQ(frame->stamp(), 7);
  EXPECT_EQ(frame->queued, 0U);
}

TEST(Frame, MayBeEmpty) {
  EXPECT_EQ(Frame::make("")->bytes(), "");
  EXPECT_EQ(Frame::make({})->size(), 0U);
  EXPECT_EQ(Frame::make(std::string_view())->stamp(), 0);
}

TEST(Frame, CopiesWhatItIsMadeOf) {
  std::string text = "before";
  const FramePtr frame = Frame::make(text);
  text = "after!";
  EXPECT_EQ(frame->bytes(), "before");
}

TEST(Frame, KeepsEveryByteOfALargeOne) {
  std::string large(1'000'000, '\0');
  for (std::size_t i = 0; i < large.size(); ++i)
    large[i] = static_cast<char>(i * 31);
  EXPECT_EQ(Frame::make({large, "tail"})->bytes(), large + "tail");
}

TEST(Frame, LivesAsLongAsSomebodyHoldsIt) {
  // The address sanitizer would see bytes read after their end, or a frame that was never freed.
  FramePtr first = Frame::make("shared", 1);
  std::vector<FramePtr> queues(1000, first);
  const Frame* address = first.get();
  first.reset();
  while (queues.size() > 1)
    queues.pop_back();
  EXPECT_EQ(queues.front().get(), address);
  EXPECT_EQ(queues.front()->bytes(), "shared");
  FramePtr moved = std::move(queues.front());
  queues.clear();
  EXPECT_EQ(moved->bytes(), "shared");
}

}  // namespace
}  // namespace confab
