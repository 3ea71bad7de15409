// SPDX-License-Identifier: MIT
#include "confab/core/session.hpp"

#include <algorithm>

#include "confab/base/ids.hpp"
#include "confab/base/names.hpp"
#include "confab/core/hub.hpp"

namespace confab {

Session::Session(Hub& hub, std::uint64_t number, const Codec& codec, SessionRole role)
    : hub_(hub),
      number_(number),
      codec_(&codec),
      queue_(hub.ledger_),
      user_(random_guest_name()),
      opened_at_(hub.loop_.now()),
      spoke_at_(opened_at_),
      role_(role) {}

Session::~Session() = default;

std::string Session::client_id() const {
  std::string id = hub_.node() + ".";
  append_hex64(id, number_);
  return id;
}

bool Session::send(const FramePtr& frame, EventClass kind) {
  if (closing_) return false;
  const std::size_t bound = hub_.limits_.queue_size;
  if (kind == EventClass::ephemeral && queue_.bytes() >= bound / 4) {
    ++hub_.counters_.ephemeral_dropped;
    return false;
  }
  queue_.push(frame);
  ++sent_;
  ++hub_.counters_.messages_sent;
  hub_.counters_.bytes_queued += frame->size();
  if (queue_.bytes() > bound) {
    ++hub_.counters_.slow_consumers;
    close(CloseReason::slow_consumer);
    return true;
  }
  if (queue_.bytes() > bound / 2) behind_ = true;
  if (transport_ != nullptr) hub_.mark_dirty(*this);
  return true;
}

void Session::send(const Reply& reply) {
  catch_up();
  send(codec_->encode(reply), EventClass::ordinary);
}

void Session::take_batches(Milliseconds width) {
  const auto tick = TimerWheel::kTick.count();
  batch_width_ = static_cast<std::uint16_t>((width.count() + tick - 1) / tick * tick);
  for (const auto& membership : memberships_)
    hub_.prepare_batches(*membership.room, *this);
}

void Session::catch_up() {
  if (waiting_ == 0) return;
  for (const auto& membership : memberships_)
    hub_.catch_up(*this, *membership.room);
}

void Session::attach(Transport& transport) {
  transport_ = &transport;
  if (!queue_.empty()) hub_.mark_dirty(*this);
}

void Session::consumed(std::size_t count) {
  for (; count > 0; --count)
    queue_.pop();
  if (queue_.bytes() < hub_.limits_.queue_size / 4) behind_ = false;
  if (watcher_ != nullptr && !closing_ && queue_.bytes() <= hub_.limits_.queue_size / 8)
    watcher_->on_drained(*this);
}

void Session::release_reading() {
  if (!held_) return;
  held_ = false;
  wake_again();
}

void Session::wake_again() {
  if (transport_ != nullptr && !closing_) hub_.mark_dirty(*this);
}

std::size_t Session::queue_bound() const noexcept {
  return hub_.limits_.queue_size;
}

void Session::close(CloseReason reason) {
  if (closing_) return;
  // What waits to be sent with more goes before the goodbye, unless it is that there was too much.
  if (reason != CloseReason::slow_consumer) catch_up();
  if (closing_) return;
  closing_ = true;
  close_reason_ = reason;
  hub_.mark_closing(*this);
}

bool Session::is_in(std::string_view room) const noexcept {
  return std::any_of(memberships_.begin(), memberships_.end(),
                     [&](const Membership& in) { return in.room->name() == room; });
}

Room* Session::only_room() const noexcept {
  Room* only = nullptr;
  for (const auto& membership : memberships_) {
    if (is_server_room(membership.room->name())) continue;
    if (only != nullptr) return nullptr;
    only = membership.room;
  }
  return only;
}

void Session::heard(std::size_t bytes) noexcept {
  hub_.counters_.bytes_received += bytes;
}

bool Session::may_speak() {
  ++received_;
  ++hub_.counters_.messages_received;
  spoke_at_ = hub_.loop_.now();
  return bucket_.take(hub_.loop_.now(), hub_.limits_.messages_per_second, hub_.limits_.message_burst);
}

Milliseconds Session::retry_after() const noexcept {
  return bucket_.wait(hub_.limits_.messages_per_second);
}

void Session::refused(Blame blame) {
  constexpr std::chrono::seconds kWindow{10};
  ++hub_.counters_.messages_refused;
  if (blame == Blame::servers) return;
  const Monotonic now = hub_.loop_.now();
  if (refusals_ == 0 || now - refusals_since_ > kWindow) {
    refusals_ = 0;
    refusals_since_ = now;
  }
  if (++refusals_ >= hub_.limits_.flood) close(CloseReason::flood);
}

}  // namespace confab
