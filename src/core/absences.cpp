// SPDX-License-Identifier: MIT
#include "confab/core/absences.hpp"

namespace confab {
namespace {

/// Names have no control characters, so this is one room's and user's alone.
std::string key_of(std::string_view room, std::string_view user) {
  std::string key(room);
  key += '\0';
  key += user;
  return key;
}

}  // namespace

class Absences::Absence final : public Timer {
 public:
  Absence(Absences& absences, Room& from, std::string_view who)
      : room(from), user(who), absences_(absences) {}

  void on_timer() override { absences_.on_over(*this); }

  Room& room;
  const std::string user;

 private:
  Absences& absences_;
};

Absences::Absences(Loop& loop, const std::size_t& most,
                   std::function<void(std::string room, std::string user)> over)
    : loop_(loop), most_(most), over_(std::move(over)) {}

Absences::~Absences() = default;

bool Absences::begin(Room& room, std::string_view user) {
  if (absences_.size() >= most_) return false;
  auto& absence = absences_[key_of(room.name(), user)];
  if (absence == nullptr) {
    absence = std::make_unique<Absence>(*this, room, user);
    ++room.absent_;
  }
  loop_.timers().schedule(*absence, loop_.now() + room.rule().leave_grace);
  return true;
}

void Absences::end(Room& room, std::string_view user) {
  if (absences_.erase(key_of(room.name(), user)) > 0) --room.absent_;
}

void Absences::forget(Room& room) {
  if (room.absent_ == 0) return;
  boost::unordered::erase_if(absences_, [&](const auto& entry) { return &entry.second->room == &room; });
  room.absent_ = 0;
}

void Absences::on_over(Absence& absence) {
  const std::string room = absence.room.name();
  const std::string user = absence.user;
  end(absence.room, user);
  over_(room, user);
}

}  // namespace confab
