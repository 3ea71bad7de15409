// SPDX-License-Identifier: MIT
#include "confab/base/timer_wheel.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <vector>

namespace confab {
namespace {

struct TestTimer final : Timer {
  std::function<void()> fire;

  void on_timer() override {
    if (fire) fire();
  }
};

constexpr Monotonic kStart{};

TEST(TimerWheel, FiresNotBeforeItsTimeAndAtMostASlotLate) {
  TimerWheel wheel(kStart);
  TestTimer timer;
  int fired = 0;
  timer.fire = [&] { ++fired; };
  wheel.schedule(timer, kStart + Milliseconds(95));
  wheel.advance(kStart + Milliseconds(94));
  EXPECT_EQ(fired, 0);
  wheel.advance(kStart + Milliseconds(105));
  EXPECT_EQ(fired, 1);
  EXPECT_FALSE(timer.scheduled());
  EXPECT_EQ(wheel.next(), std::nullopt);
}

TEST(TimerWheel, ATimeThatHasPassedMeansTheNextAdvance) {
  TimerWheel wheel(kStart);
  wheel.advance(kStart + Milliseconds(500));
  TestTimer timer;
  int fired = 0;
  timer.fire = [&] { ++fired; };
  wheel.schedule(timer, kStart);
  wheel.advance(kStart + Milliseconds(510));
  EXPECT_EQ(fired, 1);
}

TEST(TimerWheel, ACancelledOrDestroyedTimerDoesNotFire) {
  TimerWheel wheel(kStart);
  TestTimer kept;
  kept.fire = [] { FAIL(); };
  wheel.schedule(kept, kStart + Milliseconds(20));
  wheel.cancel(kept);
  auto gone = std::make_unique<TestTimer>();
  gone->fire = [] { FAIL(); };
  wheel.schedule(*gone, kStart + Milliseconds(20));
  gone.reset();
  EXPECT_EQ(wheel.size(), 0U);
  wheel.advance(kStart + std::chrono::hours(1));
}

TEST(TimerWheel, ATimerMaySetItselfAgainAndCancelItsNeighbour) {
  TimerWheel wheel(kStart);
  TestTimer first;
  TestTimer second;
  int fired = 0;
  first.fire = [&] {
    ++fired;
    wheel.cancel(second);
    wheel.schedule(first, kStart);
  };
  second.fire = [] { FAIL(); };
  wheel.schedule(first, kStart + Milliseconds(10));
  wheel.schedule(second, kStart + Milliseconds(10));
  wheel.advance(kStart + Milliseconds(10));
  EXPECT_EQ(fired, 1);
  wheel.advance(kStart + Milliseconds(30));
  EXPECT_EQ(fired, 3);
}

TEST(TimerWheel, AgreesWithASortedListOverRandomSchedulesAndJumps) {
  std::mt19937_64 random(7);
  TimerWheel wheel(kStart);
  std::vector<TestTimer> timers(500);
  std::vector<std::optional<Monotonic>> due(timers.size());
  Monotonic now = kStart;
  std::size_t fired = 0;
  for (std::size_t i = 0; i < timers.size(); ++i) {
    timers[i].fire = [&, i] {
      ASSERT_TRUE(due[i].has_value());
      EXPECT_LE(*due[i], now);
      due[i].reset();
      ++fired;
    };
  }
  for (int step = 0; step < 20'000; ++step) {
    const std::size_t i = random() % timers.size();
    if (random() % 5 == 0) {
      wheel.cancel(timers[i]);
      due[i].reset();
    } else {
      const auto magnitude = random() % 31;
      due[i] = now + Milliseconds(random() % (std::uint64_t{1} << magnitude));
      wheel.schedule(timers[i], *due[i]);
    }
    if (random() % 3 == 0) {
      now += Milliseconds(random() % (std::uint64_t{1} << random() % 24));
      wheel.advance(now);
      for (const auto& when : due) {
        if (when) {
          ASSERT_GT(*when + TimerWheel::kTick, now);
        }
      }
      if (const auto next = wheel.next()) {
        for (const auto& when : due) {
          if (when) {
            ASSERT_LE(*next, *when + 2 * TimerWheel::kTick);
          }
        }
      }
    }
  }
  EXPECT_GT(fired, 1000U);
}

}  // namespace
}  // namespace confab
