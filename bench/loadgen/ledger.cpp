// SPDX-License-Identifier: MIT
#include "loadgen/ledger.hpp"

#include <bit>
#include <nlohmann/json.hpp>

namespace confab::bench {

nlohmann::ordered_json DeliveryErrors::report() const {
  return {{"total", total()},        {"gaps", gaps},
          {"repeats", repeats},      {"disagreements", disagreements},
          {"swaps", swaps},          {"strangers", strangers},
          {"unreadable", unreadable}};
}

Ledger::Ledger(std::uint32_t publishers, std::uint32_t members, std::uint32_t capacity)
    : capacity_(std::bit_ceil(capacity)),
      slots_(std::size_t{publishers} * capacity_),
      publishers_(publishers),
      positions_(members) {}

bool Ledger::can_publish(std::uint32_t publisher) const {
  const std::uint64_t turn = publishers_[publisher].turns;
  return slots_[std::size_t{publisher} * capacity_ + (turn & (capacity_ - 1))].missing == 0;
}

std::uint64_t Ledger::publish(std::uint32_t publisher, std::uint32_t recipients, std::int64_t due_ns) {
  const std::uint64_t turn = publishers_[publisher].turns++;
  const std::uint64_t number = turn * publishers_.size() + publisher;
  slot(publisher, turn) = {number, 0, due_ns, recipients};
  ++published_;
  ++outstanding_;
  return number;
}

Ledger::Outcome Ledger::deliver(std::uint32_t member, std::uint64_t seq, std::uint64_t number) {
  ++deliveries_;
  std::uint64_t& position = positions_[member];
  if (seq != position + 1) ++(seq > position ? errors_.gaps : errors_.repeats);
  // After a gap the member goes on from there: one error a hole, not one for all that follows.
  if (seq > position) position = seq;

  const auto publisher = static_cast<std::uint32_t>(number % publishers_.size());
  const std::uint64_t turn = number / publishers_.size();
  Slot& message = slot(publisher, turn);
  if (message.number != number || message.missing == 0) {
    ++errors_.strangers;
    return {};
  }
  if (message.seq == 0) {
    message.seq = seq;
    Publisher& sender = publishers_[publisher];
    const bool later = turn > sender.last_turn_seen;
    if (sender.last_seq != 0 && later != (seq > sender.last_seq)) ++errors_.swaps;
    if (later || sender.last_seq == 0) {
      sender.last_turn_seen = turn;
      sender.last_seq = seq;
    }
  } else if (message.seq != seq) {
    ++errors_.disagreements;
  }
  const bool complete = --message.missing == 0;
  if (complete) --outstanding_;
  return {true, complete, publisher, message.due_ns};
}

}  // namespace confab::bench
