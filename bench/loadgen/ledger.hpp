// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <vector>

namespace confab::bench {

// What went wrong with deliveries; all zero in a run that counts.
struct DeliveryErrors {
  std::uint64_t gaps = 0;           // a seq above the next one: something is missing or came too early
  std::uint64_t repeats = 0;        // a seq that the member had passed already
  std::uint64_t disagreements = 0;  // two members got the same message under different seqs
  std::uint64_t swaps = 0;  // one publisher's messages got their seqs in another order than they were sent
  std::uint64_t strangers = 0;   // a message that wasn't outstanding: doubled, invented or garbled
  std::uint64_t unreadable = 0;  // a chat without seq or without our number

  std::uint64_t total() const { return gaps + repeats + disagreements + swaps + strangers + unreadable; }

  nlohmann::ordered_json report() const;
};

// The published messages that some member still lacks, and the checks of order and count for every member.
// A message's number is `turn * publishers + publisher`. The caller calls `publish` before it sends, and
// `deliver` for each event that a member gets.
class Ledger {
 public:
  // `capacity`: how many messages of one publisher can be outstanding, rounded up to a power of two.
  Ledger(std::uint32_t publishers, std::uint32_t members, std::uint32_t capacity);

  // The member's next event in its room is this one's successor.
  void set_position(std::uint32_t member, std::uint64_t seq) { positions_[member] = seq; }

  bool can_publish(std::uint32_t publisher) const;

  // A new message for `recipients` members, due at `due_ns`: its number. Only where `can_publish`.
  std::uint64_t publish(std::uint32_t publisher, std::uint32_t recipients, std::int64_t due_ns);

  struct Outcome {
    bool counted = false;   // an outstanding message reached one member more
    bool complete = false;  // and that was the last one
    std::uint32_t publisher = 0;
    std::int64_t due_ns = 0;
  };

  Outcome deliver(std::uint32_t member, std::uint64_t seq, std::uint64_t number);

  void count_unreadable() { ++errors_.unreadable; }

  std::uint64_t deliveries() const { return deliveries_; }

  std::uint64_t published() const { return published_; }

  std::uint64_t outstanding() const { return outstanding_; }

  const DeliveryErrors& errors() const { return errors_; }

 private:
  struct Slot {
    std::uint64_t number = 0;
    std::uint64_t seq = 0;
    std::int64_t due_ns = 0;
    std::uint32_t missing = 0;
  };

  struct Publisher {
    std::uint64_t turns = 0;
    std::uint64_t last_turn_seen = 0;
    std::uint64_t last_seq = 0;
  };

  Slot& slot(std::uint32_t publisher, std::uint64_t turn) {
    return slots_[publisher * capacity_ + (turn & (capacity_ - 1))];
  }

  std::uint32_t capacity_;
  std::vector<Slot> slots_;
  std::vector<Publisher> publishers_;
  std::vector<std::uint64_t> positions_;
  std::uint64_t deliveries_ = 0;
  std::uint64_t published_ = 0;
  std::uint64_t outstanding_ = 0;
  DeliveryErrors errors_;
};

}  // namespace confab::bench
