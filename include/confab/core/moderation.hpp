// SPDX-License-Identifier: MIT
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "confab/core/history.hpp"
#include "confab/core/hub.hpp"
#include "confab/core/publisher.hpp"
#include "confab/core/sanctions.hpp"

namespace confab {

/// What moderators and the API do to users and messages, the targets told: `kicked`, `banned` and `muted` to
/// the sessions they concern, `message_deleted` to the room.
class Moderation {
 public:
  /// The references have to outlive it.
  Moderation(Hub& hub, History& history, Publisher& publisher, Sanctions& sanctions) noexcept
      : hub_(hub), history_(history), publisher_(publisher), sanctions_(sanctions) {}

  /// Removes the user's sessions from the room; how many there were.
  std::size_t kick(std::string_view room, std::string_view user, std::string_view reason);

  /// Removes them and keeps the user out, `time` long or until it is lifted.
  result<Term> ban(std::string_view room, std::string_view user, std::optional<Milliseconds> time,
                   std::string_view reason);

  /// Lets the user publish nothing in the room.
  result<Term> mute(std::string_view room, std::string_view user, std::optional<Milliseconds> time,
                    std::string_view reason);

  /// Ends the user's sessions (4003), and keeps it off the server for a time where one is given; how many
  /// there were.
  result<std::size_t> disconnect(std::string_view user, std::optional<Milliseconds> time);

  /// Takes a stored event's data away, everywhere it is kept, and tells the room. `by`: who did it; empty:
  /// the server. `not_found` where there is no such event any more.
  void erase(std::string_view room, std::uint64_t seq, std::string_view by, PublishDone done);

 private:
  /// Says it to the user's sessions in the room, and has them leave where they are to.
  enum class Stay : std::uint8_t { yes, no };
  std::size_t tell(std::string_view room, std::string_view user, std::string_view event,
                   std::string_view members, Stay stay);

  Hub& hub_;
  History& history_;
  Publisher& publisher_;
  Sanctions& sanctions_;
};

/// Appends `,"until":"…"` where the term has an end.
void append_term(std::string& out, const Term& term);

}  // namespace confab
