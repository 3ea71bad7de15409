// SPDX-License-Identifier: MIT
#pragma once
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "confab/core/history.hpp"
#include "confab/core/hub.hpp"

namespace confab {

/// Brings one session what it missed of some rooms: over all of them in the order of stamps, a page at a time
/// as its queue drains, up to the live events; then the rooms go live for it. In between it is a member that
/// gets none of their stored events (Member::kNothing), so nothing can overtake or be doubled. A client whose
/// codec lists the past gets `messages`, another each event by itself; the former has one room only.
class Replay final : public boost::intrusive_ref_counter<Replay, boost::thread_unsafe_counter> {
 public:
  struct Part {
    std::string room;
    std::string epoch;
    std::uint64_t last = 0;        ///< the seq of the last event of `events`, or the position to go on from
    std::vector<EventPtr> events;  ///< a page that was read already, oldest first
    bool more = false;             ///< the history has more behind it
    bool promised = false;         ///< the client was told that there is more to come
    std::size_t sent = 0;          ///< of `events`
    bool reading = false;
  };

  /// A page is at most this many events, and a quarter of the queue's bound in bytes.
  static constexpr std::size_t kPage = 300;

  static std::size_t page_bytes(const Session& session) noexcept { return session.queue_bound() / 4; }

  /// As many of the events as fit; one at least, where there is one.
  static std::span<const EventPtr> first_page(std::span<const EventPtr> events,
                                              const Session& session) noexcept;

  /// The references have to outlive it; `session` is its number.
  Replay(Hub& hub, History& history, std::uint64_t session, std::vector<Part> parts);

  enum class Progress : std::uint8_t { goes_on, done };

  /// Queues as much as may be; to be called until it is done, whenever the queue has drained.
  Progress advance();

  /// The session left the room, or is brought into it anew.
  void drop(std::string_view room);

  /// The room's numbering begins again after `seq`.
  void renumber(std::string_view room, std::string_view epoch, std::uint64_t seq);

 private:
  void read(Part& part);
  void on_page(const std::string& room, const std::string& epoch, result<HistoryPage> page);
  bool all_read() const noexcept;
  bool has_more(const Part& part) const;
  bool caught_up() const;
  void go_live(Session& session);
  void send_page(Session& session);
  void send_list(Session& session, Part& part);
  void send_events(Session& session);
  Part* earliest();
  Part* find(std::string_view room) noexcept;

  Hub& hub_;
  History& history_;
  std::uint64_t session_;
  std::vector<Part> parts_;
  bool advancing_ = false;
  bool done_ = false;
};

using ReplayPtr = boost::intrusive_ptr<Replay>;

}  // namespace confab
