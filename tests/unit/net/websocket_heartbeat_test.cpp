// SPDX-License-Identifier: MIT
#include "net/websocket_heartbeat.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace confab::net {
namespace {

using Verdict = WebSocketHeartbeat::Verdict;
using std::chrono::milliseconds;

constexpr WebSocketHeartbeat::Timing kTiming{milliseconds(25'000), milliseconds(20'000)};
constexpr Monotonic kStart{std::chrono::hours(5)};

TEST(WebSocketHeartbeat, AsksASilentPeerWithinTheInterval) {
  for (std::uint64_t random = 0; random < 50'000; random += 7) {
    WebSocketHeartbeat heartbeat;
    heartbeat.start(kTiming, kStart, random);
    EXPECT_GT(heartbeat.next(), kStart);
    Verdict verdict = heartbeat.look(kTiming, heartbeat.next());
    Monotonic asked = heartbeat.next() - kTiming.timeout;
    if (verdict == Verdict::alive) {
      asked = heartbeat.next();
      verdict = heartbeat.look(kTiming, heartbeat.next());
    }
    ASSERT_EQ(verdict, Verdict::silent);
    ASSERT_LE(asked, kStart + kTiming.interval);
    ASSERT_EQ(heartbeat.look(kTiming, heartbeat.next()), Verdict::gone);
  }
}

TEST(WebSocketHeartbeat, SpreadsTheFirstQuestionsOverTheInterval) {
  std::mt19937_64 random(7);
  std::array<int, 10> tenths{};
  for (int i = 0; i < 10'000; ++i) {
    WebSocketHeartbeat heartbeat;
    heartbeat.start(kTiming, kStart, random());
    Monotonic at = heartbeat.next();
    if (heartbeat.look(kTiming, at) == Verdict::alive) at = heartbeat.next();
    const auto after = std::chrono::duration_cast<milliseconds>(at - kStart).count();
    ASSERT_GT(after, 0);
    ASSERT_LE(after, 25'000);
    ++tenths[static_cast<std::size_t>((after - 1) / 2'500)];
  }
  for (const int count : tenths) {
    EXPECT_GT(count, 800);
    EXPECT_LT(count, 1200);
  }
}

TEST(WebSocketHeartbeat, DoesNotAskWhoIsHeard) {
  WebSocketHeartbeat heartbeat;
  heartbeat.start(kTiming, kStart, 0);
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(heartbeat.hear(kTiming, heartbeat.next() - milliseconds(1)));
    EXPECT_EQ(heartbeat.look(kTiming, heartbeat.next()), Verdict::alive);
  }
}

TEST(WebSocketHeartbeat, AsksWhoOnlyAnswersOnceAnInterval) {
  WebSocketHeartbeat heartbeat;
  heartbeat.start(kTiming, kStart, 0);
  Monotonic asked;
  int questions = 0;
  while (questions < 20) {
    const Monotonic at = heartbeat.next();
    const Verdict verdict = heartbeat.look(kTiming, at);
    ASSERT_NE(verdict, Verdict::gone);
    if (verdict != Verdict::silent) continue;
    if (questions++ > 0) ASSERT_EQ(at - asked, kTiming.interval);
    asked = at;
    EXPECT_TRUE(heartbeat.hear(kTiming, at + milliseconds(50)));
  }
}

TEST(WebSocketHeartbeat, TakesProgressForASignOfLife) {
  WebSocketHeartbeat heartbeat;
  heartbeat.start(kTiming, kStart, 0);
  EXPECT_EQ(heartbeat.look(kTiming, heartbeat.next()), Verdict::silent);
  heartbeat.note_progress();
  const Monotonic last = heartbeat.next();
  EXPECT_EQ(heartbeat.look(kTiming, last), Verdict::alive);
  EXPECT_GT(heartbeat.next(), last);
  EXPECT_LE(heartbeat.next(), last + kTiming.interval / 2);
  EXPECT_EQ(heartbeat.look(kTiming, heartbeat.next()), Verdict::silent);
}

TEST(WebSocketHeartbeat, GoesOnWithTheSmallestInterval) {
  constexpr WebSocketHeartbeat::Timing tiny{milliseconds(1), milliseconds(1)};
  WebSocketHeartbeat heartbeat;
  heartbeat.start(tiny, kStart, 1);
  Monotonic at = heartbeat.next();
  EXPECT_EQ(heartbeat.look(tiny, at), Verdict::alive);
  EXPECT_GT(heartbeat.next(), at);
}

/// A peer that speaks and answers at random until it vanishes, for any interval and timeout.
TEST(WebSocketHeartbeat, MissesAPeerWithinIntervalAndTimeoutAndNoneThatAnswers) {
  std::mt19937_64 random(20261124);
  const auto up_to = [&](std::int64_t most) {
    return milliseconds(std::uniform_int_distribution<std::int64_t>(1, most)(random));
  };
  for (int round = 0; round < 5'000; ++round) {
    const WebSocketHeartbeat::Timing timing{up_to(40'000) + milliseconds(100), up_to(40'000)};
    WebSocketHeartbeat heartbeat;
    heartbeat.start(timing, kStart, random());
    Monotonic heard = kStart;
    std::optional<Monotonic> speaks = kStart + up_to(60'000);
    std::optional<Monotonic> answers;
    int words = static_cast<int>(random() % 10);
    for (bool gone = false; !gone;) {
      const bool alive = words > 0;
      const Monotonic look = heartbeat.next();
      const Monotonic word = std::min(alive ? speaks.value_or(Monotonic::max()) : Monotonic::max(),
                                      alive ? answers.value_or(Monotonic::max()) : Monotonic::max());
      if (word < look) {
        if (answers && word == *answers) answers.reset();
        if (speaks && word == *speaks) speaks = word + up_to(60'000);
        heard = word;
        --words;
        heartbeat.hear(timing, word);
        ASSERT_GT(heartbeat.next(), word);
        continue;
      }
      switch (heartbeat.look(timing, look)) {
        case Verdict::alive:
          break;
        case Verdict::silent:
          answers = look + std::chrono::duration_cast<milliseconds>(timing.timeout / 2);
          break;
        case Verdict::gone:
          ASSERT_EQ(words, 0) << "it would have answered";
          ASSERT_LE(look, heard + timing.interval + timing.timeout);
          gone = true;
      }
    }
  }
}

}  // namespace
}  // namespace confab::net
