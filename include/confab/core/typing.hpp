// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "confab/base/loop.hpp"
#include "confab/core/hub.hpp"
#include "confab/core/publisher.hpp"

namespace confab {

/// Who is typing. What is said is relayed to the others in the room at the end of the turn, the last word of
/// each user only (and before any other event of the room, so that the order is kept). It ends by itself ten
/// seconds after it was last said, and when the session that said it leaves.
class Typing final : private TurnEnd, private HubEvents {
 public:
  static constexpr std::chrono::seconds kTime{10};

  /// The references have to outlive it. At most limits.connections may be typing at once; over it new ones
  /// are dropped.
  Typing(Loop& loop, Hub& hub, Publisher& publisher, const Limits& limits);
  ~Typing();

  enum class State : std::uint8_t { typing, stopped };

  /// The session has to be in the room.
  void say(const Session& session, std::string_view room, State state);

  /// How many are typing.
  std::size_t size() const noexcept { return typists_.size(); }

 private:
  class Typist;

  void tell_later(Typist& typist);
  void tell(Typist& typist);
  void on_silence(Typist& typist);

  void on_turn_end() override;
  void on_leaving(Session& session, Room& room) override;

  void on_ending(Session&) override {}

  void on_delivering(Room& room) override;

  void on_renumbered(Room&, std::string_view, std::uint64_t) override {}

  Loop& loop_;
  Publisher& publisher_;
  const Limits& limits_;
  std::unordered_map<std::string, std::unique_ptr<Typist>> typists_;
  std::vector<Typist*> waiting_;
};

}  // namespace confab
