// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "confab/core/codec.hpp"
#include "confab/core/outbound_queue.hpp"
#include "confab/core/token_bucket.hpp"
#include "confab/core/transport.hpp"

namespace confab {

class Hub;
class Room;
class Session;

/// Where a session stands in a room: the room, and at which index of its members.
struct Membership {
  Room* room;
  std::uint32_t index;
};

/// How much of the server a session sees.
enum class SessionRole : std::uint8_t {
  client,    ///< a user or guest: in `$all` and its personal room, counted in the rooms it joins
  observer,  ///< one held request: gets the events of its rooms and is seen by nobody
};

/// Who has more for a session than its queue should hold at once, and goes on when it drains.
class QueueWatcher {
 public:
  /// May queue more; called from inside Session::consumed.
  virtual void on_drained(Session& session) = 0;

 protected:
  ~QueueWatcher() = default;
};

/// One connected client as the hub knows it: who it is, the rooms it is in, and the queue of what it has yet
/// to get. It belongs to the hub; a transport attaches to it and collects. What it is sent while no transport
/// is attached waits in the queue, up to the bound.
class Session {
 public:
  Session(Hub& hub, std::uint64_t number, const Codec& codec, SessionRole role);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// 64 random bits; `clientId` is the node's tag, a dot and these in hex.
  std::uint64_t number() const noexcept { return number_; }

  std::string client_id() const;

  const std::string& user() const noexcept { return user_; }

  bool guest() const noexcept { return guest_; }

  SessionRole role() const noexcept { return role_; }

  const Codec& codec() const noexcept { return *codec_; }

  /// For how long what comes of a room waits for more, to be sent as one; 0: it doesn't (BatchWindow).
  Milliseconds batch_width() const noexcept { return Milliseconds(batch_width_); }

  /// At most a minute; rounded up to the timer wheel's ticks, so that there are few widths.
  void take_batches(Milliseconds width);

  std::size_t waiting() const noexcept { return waiting_; }

  /// Notes what waits for it in the windows of its rooms: so many bytes more.
  void wait_for(std::size_t bytes) noexcept { waiting_ += bytes; }

  /// …and so many less.
  void waited_for(std::size_t bytes) noexcept { waiting_ -= bytes; }

  /// Whether so much waits that it has to come now, or it would fill the queue at once.
  bool waits_for_much() const noexcept { return waiting_ > queue_bound() / 8; }

  /// Gets at once, and singly, what waits for it in any room.
  void catch_up();

  /// Queues a frame; whether it did. This is the one place where a session that is behind loses ephemeral
  /// events, and where one over its bound is marked to be closed. Nothing is written before the turn ends.
  bool send(const FramePtr& frame, EventClass kind);
  /// What it is told may stand for all that went to its rooms before, so what waits for it goes first.
  void send(const Reply& reply);

  void attach(Transport& transport);

  /// The transport is gone or has been answered; the session goes on without.
  void detach() noexcept { transport_ = nullptr; }

  Transport* transport() const noexcept { return transport_; }

  /// The client's, while a transport is attached.
  std::string address() const { return transport_ == nullptr ? std::string() : transport_->address(); }

  const OutboundQueue& queue() const noexcept { return queue_; }

  /// The oldest `count` frames are with the client (or the kernel).
  void consumed(std::size_t count);

  /// Whether its transport should leave what it has to say in the socket for now: it is far behind (from half
  /// its bound on, until it is below a quarter), or what it said before isn't done yet. The transport asks
  /// before it waits for bytes, and again whenever it is woken.
  bool reading_paused() const noexcept { return behind_ || held_; }

  /// What it said waits to be done: nothing more is read until it is released.
  void hold_reading() noexcept { held_ = true; }

  void release_reading();

  /// Has the transport woken in this turn or the next, though nothing new is queued: it stopped at its share
  /// of a pass.
  void wake_again();

  /// Whom to tell that the queue is nearly empty (an eighth of the bound or less); null: nobody.
  void watch_queue(QueueWatcher* watcher) noexcept { watcher_ = watcher; }

  /// The bytes that may be queued before the session is closed.
  std::size_t queue_bound() const noexcept;

  /// Marks the session to be closed at the end of the turn. The first reason counts.
  void close(CloseReason reason);

  bool closing() const noexcept { return closing_; }

  /// Why, where it is closing.
  CloseReason close_reason() const noexcept { return close_reason_; }

  const std::vector<Membership>& memberships() const noexcept { return memberships_; }

  bool is_in(std::string_view room) const noexcept;

  /// The one room it is in, the server's own not counted; null where that is none or several.
  Room* only_room() const noexcept;

  /// Gives memory back that an idle session doesn't need.
  void shrink() noexcept { queue_.shrink(); }

  /// Notes that so much came from it, to be understood or not.
  void heard(std::size_t bytes) noexcept;

  /// Notes that it said something; answers whether it may go on at this pace.
  bool may_speak();

  /// How long until it may speak again.
  Milliseconds retry_after() const noexcept;

  enum class Blame : std::uint8_t { clients, servers };

  /// A message of it was refused; `limits.flood` of them in ten seconds that are its own fault end it.
  void refused(Blame blame);

  Monotonic opened_at() const noexcept { return opened_at_; }

  /// When it last said something; when it was opened where it never did.
  Monotonic spoke_at() const noexcept { return spoke_at_; }

  std::uint64_t sent() const noexcept { return sent_; }

  std::uint64_t received() const noexcept { return received_; }

 private:
  friend class Hub;

  Hub& hub_;
  std::uint64_t number_;
  const Codec* codec_;
  Transport* transport_ = nullptr;
  OutboundQueue queue_;
  std::vector<Membership> memberships_;
  std::string user_;
  TokenBucket bucket_;
  QueueWatcher* watcher_ = nullptr;
  Monotonic opened_at_;
  Monotonic spoke_at_;
  Monotonic refusals_since_{};
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  std::size_t waiting_ = 0;  // bytes in the windows of its rooms
  std::uint32_t refusals_ = 0;
  std::uint16_t batch_width_ = 0;  // in milliseconds
  CloseReason close_reason_ = CloseReason::normal;
  SessionRole role_;
  bool guest_ = true;
  bool dirty_ = false;
  bool closing_ = false;
  bool behind_ = false;
  bool held_ = false;
};

}  // namespace confab
