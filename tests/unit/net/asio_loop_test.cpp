// SPDX-License-Identifier: MIT
#include "net/asio_loop.hpp"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace confab::net {
namespace {

using std::chrono::steady_clock;

class Alarm final : public Timer {
 public:
  explicit Alarm(std::function<void()> on) : on_(std::move(on)) {}

 private:
  void on_timer() override { on_(); }

  std::function<void()> on_;
};

class Last final : public TurnEnd {
 public:
  explicit Last(std::function<void()> on) : on_(std::move(on)) {}

 private:
  void on_turn_end() override { on_(); }

  std::function<void()> on_;
};

/// Comes back when the clock has moved on.
void let_time_pass() {
  const auto before = steady_clock::now();
  while (steady_clock::now() - before < std::chrono::milliseconds(2)) {
  }
}

using Log = std::vector<std::string>;

TEST(AsioLoop, RunsHandlersThenTimersThenWhatWasDeferred) {
  AsioLoop loop;
  Log log;
  Last last([&] {
    log.push_back("end");
    loop.stop();
  });
  Alarm alarm([&] {
    log.push_back("timer");
    loop.defer(last);
  });
  boost::asio::post(loop.io(), [&] {
    log.push_back("first");
    loop.defer(last);
    boost::asio::post(loop.io(), [&] { log.push_back("posted"); });
  });
  loop.timers().schedule(alarm, steady_clock::now() - std::chrono::hours(1));
  boost::asio::post(loop.io(), [&] {
    log.push_back("second");
    // Nobody has asked for the time yet, so the turn's is one at which the alarm is due.
    while (steady_clock::now() < loop.timers().next().value()) {
    }
  });
  loop.run();
  EXPECT_EQ(log, (Log{"first", "second", "posted", "timer", "end"}));
}

TEST(AsioLoop, CallsWorkThatIsDeferredTwiceOnce) {
  AsioLoop loop;
  int calls = 0;
  Last last([&] {
    ++calls;
    loop.stop();
  });
  boost::asio::post(loop.io(), [&] {
    loop.defer(last);
    loop.defer(last);
  });
  loop.run();
  EXPECT_EQ(calls, 1);
}

TEST(AsioLoop, DoesNotSleepWhileWorkIsDeferred) {
  // Nothing else is there to wake it.
  AsioLoop loop;
  int calls = 0;
  int turns_between = 0;
  Last* again = nullptr;
  Last last([&] {
    if (++calls == 3) return loop.stop();
    boost::asio::post(loop.io(), [&] { ++turns_between; });
    loop.defer(*again);
  });
  again = &last;
  loop.defer(last);
  loop.run();
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(turns_between, 2);
}

TEST(AsioLoop, ShowsOneTimeToAllOfATurn) {
  AsioLoop loop;
  std::vector<Monotonic> times;
  std::vector<WallMicros> walls;
  Monotonic clock = loop.clock();
  const auto look = [&] {
    EXPECT_GT(loop.clock(), clock);  // which is another matter
    clock = loop.clock();
    times.push_back(loop.now());
    walls.push_back(loop.wall());
    let_time_pass();
  };
  Last last([&] {
    look();
    loop.stop();
  });
  boost::asio::post(loop.io(), [&] {
    look();
    loop.defer(last);
  });
  boost::asio::post(loop.io(), look);
  loop.run();
  ASSERT_EQ(times.size(), 3U);
  EXPECT_EQ(times[0], times[1]);
  EXPECT_EQ(times[1], times[2]);
  EXPECT_EQ(walls[0], walls[1]);
  EXPECT_EQ(walls[1], walls[2]);
}

TEST(AsioLoop, ShowsNoTimeFromBeforeItsSleep) {
  AsioLoop loop;
  boost::asio::steady_timer socket(loop.io());
  Monotonic before;
  WallMicros wall_before = 0;
  Monotonic due;
  boost::asio::post(loop.io(), [&] {
    before = loop.now();
    wall_before = loop.wall();
    due = steady_clock::now() + std::chrono::milliseconds(20);
    socket.expires_at(due);
    socket.async_wait([&](const boost::system::error_code&) {
      EXPECT_GE(loop.now(), due);
      EXPECT_GT(loop.wall(), wall_before);
      loop.stop();
    });
  });
  loop.run();
  EXPECT_LT(before, due);
}

TEST(AsioLoop, WallIsTheClocksTimeInMicroseconds) {
  AsioLoop loop;
  const auto micros = [] {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  };
  const auto before = micros();
  const auto between = loop.wall();
  EXPECT_LE(before, between);
  EXPECT_LE(between, micros());
}

TEST(AsioLoop, WakesForATimerThoughNothingElseIsThere) {
  AsioLoop loop;
  const Monotonic due = steady_clock::now() + std::chrono::milliseconds(30);
  Monotonic fired;
  Alarm alarm([&] {
    fired = loop.now();
    loop.stop();
  });
  loop.timers().schedule(alarm, due);
  loop.run();
  EXPECT_GE(fired, due);
}

TEST(AsioLoop, GivesDeferredWorkItsTurnHoweverMuchIsReady) {
  AsioLoop loop;
  std::size_t handled = 0;
  std::vector<std::size_t> ends;
  std::function<void()> endless = [&] {
    ++handled;
    boost::asio::post(loop.io(), endless);
  };
  Last* again = nullptr;
  Last last([&] {
    ends.push_back(handled);
    if (ends.size() == 3) return loop.stop();
    loop.defer(*again);
  });
  again = &last;
  loop.defer(last);
  boost::asio::post(loop.io(), endless);
  loop.run();
  ASSERT_EQ(ends.size(), 3U);
  EXPECT_EQ(ends[0], AsioLoop::kHandlersATurn);
  EXPECT_EQ(ends[2], 3 * AsioLoop::kHandlersATurn);
}

TEST(AsioLoop, ReturnsAtOnceWhereItWasStoppedBefore) {
  AsioLoop loop;
  bool ran = false;
  boost::asio::post(loop.io(), [&] {
    ran = true;
    loop.stop();
  });
  loop.stop();
  loop.run();
  EXPECT_FALSE(ran);
  loop.run();
  EXPECT_TRUE(ran);
}

TEST(AsioLoop, EndsTheTurnInWhichItIsStopped) {
  AsioLoop loop;
  Log log;
  Last last([&] { log.push_back("end"); });
  boost::asio::post(loop.io(), [&] {
    loop.stop();
    loop.defer(last);
    boost::asio::post(loop.io(), [&] { log.push_back("handler"); });
  });
  loop.run();
  EXPECT_EQ(log, (Log{"handler", "end"}));
}

TEST(AsioLoop, HandsOutWhatAHandlerThrows) {
  AsioLoop loop;
  boost::asio::post(loop.io(), [] { throw std::runtime_error("broken"); });
  EXPECT_THROW(loop.run(), std::runtime_error);
}

TEST(AsioLoop, HasOneReadBuffer) {
  AsioLoop loop;
  EXPECT_EQ(loop.read_buffer().size(), 65536U);
  EXPECT_EQ(loop.read_buffer().data(), loop.read_buffer().data());
}

}  // namespace
}  // namespace confab::net
