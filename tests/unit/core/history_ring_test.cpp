// SPDX-License-Identifier: MIT
#include "confab/core/history_ring.hpp"

#include <gtest/gtest.h>

#include <string>

namespace confab {
namespace {

using From = HistoryQuery::From;

EventPtr stored(std::uint64_t seq) {
  EventDraft draft;
  draft.room = "general";
  draft.name = "chat";
  draft.body = "\"text\":\"hi\"";
  draft.kind = EventClass::stored;
  draft.seq = seq;
  draft.time = static_cast<std::int64_t>(seq) * 1000;
  return Event::make(draft);
}

HistoryRing ring_of(std::uint64_t events, std::size_t kept) {
  HistoryRing ring;
  HistoryRule rule;
  rule.size = kept;
  for (std::uint64_t seq = 1; seq <= events; ++seq)
    ring.append(stored(seq), rule);
  return ring;
}

std::string seqs(const HistoryPage& page) {
  std::string out;
  for (const auto& event : page.events)
    out += std::to_string(event->seq()) + " ";
  return out + (page.more ? "more " : "") + (page.complete ? "" : "incomplete ");
}

HistoryQuery query(From from, std::uint64_t seq, std::size_t limit) {
  HistoryQuery q;
  q.from = from;
  q.seq = seq;
  q.cursor.stamp = static_cast<Stamp>(seq) * 1000;
  q.limit = limit;
  return q;
}

TEST(HistoryRing, KeepsTheNewestByCountBytesAndAge) {
  EXPECT_EQ(seqs(ring_of(10, 3).read(query(From::newest, 0, 50), 10)), "8 9 10 ");
  EXPECT_EQ(ring_of(10, 0).size(), 0U);

  HistoryRing ring;
  HistoryRule rule;
  rule.bytes = stored(1)->weight() * 2;
  for (std::uint64_t seq = 1; seq <= 5; ++seq)
    ring.append(stored(seq), rule);
  EXPECT_EQ(ring.size(), 2U);
  EXPECT_EQ(ring.bytes(), rule.bytes);

  rule.ttl = Milliseconds(1);
  ring.expire(5'000, rule);
  EXPECT_EQ(ring.size(), 1U);
  ring.expire(6'000, rule);
  EXPECT_TRUE(ring.empty());
  EXPECT_EQ(ring.bytes(), 0U);
}

TEST(HistoryRing, PagesBackwardsFromTheNewestOrBeforeASeq) {
  const auto ring = ring_of(10, 5);
  EXPECT_EQ(seqs(ring.read(query(From::newest, 0, 2), 10)), "9 10 more ");
  EXPECT_EQ(seqs(ring.read(query(From::before, 9, 2), 10)), "7 8 more ");
  EXPECT_EQ(seqs(ring.read(query(From::before, 7, 2), 10)), "6 ");
  EXPECT_EQ(seqs(ring.read(query(From::before, 6, 2), 10)), "");
  EXPECT_EQ(seqs(ring.read(query(From::before, 0, 2), 10)), "");
  EXPECT_EQ(seqs(ring.read(query(From::before, 99, 2), 10)), "9 10 more ");
}

TEST(HistoryRing, PagesForwardAfterAPositionAndSaysWhatIsMissing) {
  const auto ring = ring_of(10, 5);
  EXPECT_EQ(seqs(ring.read(query(From::position, 5, 50), 10)), "6 7 8 9 10 ");
  EXPECT_EQ(seqs(ring.read(query(From::position, 5, 2), 10)), "6 7 more ");
  EXPECT_EQ(seqs(ring.read(query(From::position, 4, 50), 10)), "6 7 8 9 10 incomplete ");
  EXPECT_EQ(seqs(ring.read(query(From::position, 10, 50), 10)), "");
  EXPECT_EQ(seqs(ring.read(query(From::position, 11, 50), 10)), "incomplete ");
  EXPECT_EQ(seqs(ring_of(3, 0).read(query(From::position, 2, 50), 3)), "incomplete ");
}

TEST(HistoryRing, PagesForwardAfterACursorAndSaysWhatIsMissing) {
  const auto ring = ring_of(10, 5);
  EXPECT_EQ(seqs(ring.read(query(From::cursor, 5, 50), 10)), "6 7 8 9 10 ");
  EXPECT_EQ(seqs(ring.read(query(From::cursor, 8, 1), 10)), "9 more ");
  EXPECT_EQ(seqs(ring.read(query(From::cursor, 4, 50), 10)), "6 7 8 9 10 incomplete ");
  EXPECT_EQ(seqs(ring.read(query(From::cursor, 10, 50), 10)), "");
  EXPECT_EQ(seqs(ring_of(3, 0).read(query(From::cursor, 2, 50), 3)), "incomplete ");
}

TEST(HistoryRing, APageIsBoundedInBytesButNeverStuck) {
  const auto ring = ring_of(10, 10);
  auto q = query(From::position, 0, 50);
  q.bytes = stored(1)->weight() * 3;
  EXPECT_EQ(seqs(ring.read(q, 10)), "1 2 3 more ");
  q.bytes = 1;
  EXPECT_EQ(seqs(ring.read(q, 10)), "1 more ");
}

}  // namespace
}  // namespace confab
