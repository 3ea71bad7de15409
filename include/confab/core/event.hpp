// SPDX-License-Identifier: MIT
#pragma once
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <cstdint>
#include <string_view>

#include "confab/core/position.hpp"

namespace confab {

/// What the server owes an event under pressure: a stored one is in the history and never lost; an ordinary
/// one is delivered or the session ends; an ephemeral one is the first to go when a session falls behind.
enum class EventClass : std::uint8_t { stored, ordinary, ephemeral };

/// How the data lies in the event: `flat` members beside the envelope (chat, presence), or one `data` value
/// (custom events), which SSE and Socket.IO show bare.
enum class EventShape : std::uint8_t { flat, data };

/// Who of a room's members gets it.
enum class Audience : std::uint8_t { everyone, not_the_session, not_the_user };

class Event;
using EventPtr = boost::intrusive_ptr<const Event>;

/// What an event is made of. The views need to live only until Event::make returns.
struct EventDraft {
  std::string_view room;
  std::string_view name;    ///< "chat", "user_joined", "price_update", …
  std::string_view user;    ///< who sent it; empty: the server
  std::string_view id;      ///< empty for events that aren't stored
  std::string_view cursor;  ///< `GENERATION.STAMP` of a stored event
  /// Compact JSON: the members without braces (`"text":"hi"`, may be empty) of a flat event, one value of
  /// another.
  std::string_view body;
  EventClass kind = EventClass::ordinary;
  EventShape shape = EventShape::flat;
  Audience audience = Audience::everyone;
  std::uint64_t origin = 0;  ///< the session (its number) that sent it; 0: none
  std::uint64_t seq = 0;     ///< from 1 in a stored event
  std::int64_t time = 0;     ///< wall clock in microseconds; a stored event's stamp; 0: it has none to tell
};

/// Something that happened in a room, as everybody will hear of it. Immutable, one allocation, shared by
/// count (a plain one: events stay on the loop's thread).
class Event {
 public:
  static EventPtr make(const EventDraft& draft);

  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  std::string_view room() const noexcept { return part(0, room_); }

  std::string_view name() const noexcept { return part(room_, name_); }

  std::string_view user() const noexcept { return part(name_, user_); }

  std::string_view id() const noexcept { return part(user_, id_); }

  std::string_view cursor() const noexcept { return part(id_, cursor_); }

  std::string_view body() const noexcept { return {text() + cursor_, size_ - std::size_t{cursor_}}; }

  EventClass kind() const noexcept { return kind_; }

  bool stored() const noexcept { return kind_ == EventClass::stored; }

  EventShape shape() const noexcept { return shape_; }

  Audience audience() const noexcept { return audience_; }

  std::uint64_t origin() const noexcept { return origin_; }

  std::uint64_t seq() const noexcept { return seq_; }

  std::int64_t time() const noexcept { return time_; }

  /// The stamp of a stored event, 0 of another.
  Stamp stamp() const noexcept { return stored() ? time_ : 0; }

  /// Bytes in memory, and near enough those on the wire: what histories and pages are measured by.
  std::size_t weight() const noexcept { return sizeof(Event) + size_; }

 private:
  explicit Event(const EventDraft& draft) noexcept;
  ~Event() = default;

  const char* text() const noexcept { return reinterpret_cast<const char*>(this + 1); }

  std::string_view part(std::uint16_t from, std::uint16_t to) const noexcept {
    return {text() + from, static_cast<std::size_t>(to - from)};
  }

  friend void intrusive_ptr_add_ref(const Event* event) noexcept { ++event->references_; }

  friend void intrusive_ptr_release(const Event* event) noexcept {
    if (--event->references_ == 0) destroy(event);
  }

  static void destroy(const Event* event) noexcept;

  mutable std::uint32_t references_ = 0;
  std::uint32_t size_;
  std::uint64_t origin_;
  std::uint64_t seq_;
  std::int64_t time_;
  // Where each part of the text ends. Names are short by rule, so sixteen bits hold them.
  std::uint16_t room_, name_, user_, id_, cursor_;
  EventClass kind_;
  EventShape shape_;
  Audience audience_;
};

}  // namespace confab
