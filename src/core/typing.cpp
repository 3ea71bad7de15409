// SPDX-License-Identifier: MIT
#include "confab/core/typing.hpp"

#include <algorithm>
#include <utility>

namespace confab {
namespace {

/// Names have no control characters, so the two can't run together.
std::string key_of(std::string_view room, std::string_view user) {
  std::string key(room);
  key += '\n';
  key += user;
  return key;
}

}  // namespace

class Typing::Typist final : public Timer {
 public:
  Typist(Typing& typing, std::string_view in_room, const Session& who)
      : room(in_room), user(who.user()), typing_(typing) {}

  void on_timer() override { typing_.on_silence(*this); }

  const std::string room;
  const std::string user;
  std::uint64_t session = 0;  // that said so last
  State state = State::stopped;
  bool waiting = false;  // to be told

 private:
  Typing& typing_;
};

Typing::Typing(Loop& loop, Hub& hub, Publisher& publisher, const Limits& limits)
    : loop_(loop), publisher_(publisher), limits_(limits) {
  hub.watch(*this);
}

Typing::~Typing() = default;

void Typing::say(const Session& session, std::string_view room, State state) {
  std::string key = key_of(room, session.user());
  auto found = typists_.find(key);
  if (found == typists_.end()) {
    // One for each session that may be here is more than ever type at once.
    if (typists_.size() >= limits_.connections) return;
    found = typists_.emplace(std::move(key), std::make_unique<Typist>(*this, room, session)).first;
  }
  Typist& typist = *found->second;
  typist.session = session.number();
  typist.state = state;
  if (state == State::typing) {
    loop_.timers().schedule(typist, loop_.now() + kTime);
  } else {
    loop_.timers().cancel(typist);
  }
  tell_later(typist);
}

void Typing::tell_later(Typist& typist) {
  if (typist.waiting) return;
  typist.waiting = true;
  waiting_.push_back(&typist);
  loop_.defer(*this);
}

void Typing::tell(Typist& typist) {
  typist.waiting = false;
  Publication publication;
  publication.room = typist.room;
  publication.name = "user_typing";
  publication.user = typist.user;
  publication.body = typist.state == State::typing ? "\"isTyping\":true" : "\"isTyping\":false";
  publication.kind = EventClass::ephemeral;
  publication.audience = Audience::not_the_user;
  publication.origin = typist.session;
  publisher_.publish(publication, [](const result<Published>&) {});
  if (typist.state == State::stopped && !typist.waiting) typists_.erase(key_of(typist.room, typist.user));
}

void Typing::on_silence(Typist& typist) {
  typist.state = State::stopped;
  tell_later(typist);
}

void Typing::on_turn_end() {
  for (Typist* typist : std::exchange(waiting_, {}))
    tell(*typist);
}

void Typing::on_delivering(Room& room) {
  // What is told is taken off the list first: telling comes back here.
  for (;;) {
    const auto next = std::find_if(waiting_.begin(), waiting_.end(),
                                   [&](const Typist* typist) { return typist->room == room.name(); });
    if (next == waiting_.end()) return;
    Typist* typist = *next;
    waiting_.erase(next);
    tell(*typist);
  }
}

void Typing::on_leaving(Session& session, Room& room) {
  if (typists_.empty()) return;
  const auto found = typists_.find(key_of(room.name(), session.user()));
  if (found == typists_.end() || found->second->session != session.number()) return;
  Typist& typist = *found->second;
  typist.state = State::stopped;
  loop_.timers().cancel(typist);
  tell_later(typist);
}

}  // namespace confab
