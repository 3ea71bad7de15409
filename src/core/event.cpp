// SPDX-License-Identifier: MIT
#include "confab/core/event.hpp"

#include <cstring>
#include <new>

namespace confab {

Event::Event(const EventDraft& draft) noexcept
    : origin_(draft.origin),
      seq_(draft.seq),
      time_(draft.time),
      kind_(draft.kind),
      shape_(draft.shape),
      audience_(draft.audience) {
  auto* out = reinterpret_cast<char*>(this + 1);
  std::size_t end = 0;
  const auto append = [&](std::string_view part) {
    if (!part.empty()) std::memcpy(out + end, part.data(), part.size());
    end += part.size();
    return static_cast<std::uint16_t>(end);
  };
  room_ = append(draft.room);
  name_ = append(draft.name);
  user_ = append(draft.user);
  id_ = append(draft.id);
  cursor_ = append(draft.cursor);
  append(draft.body);
  size_ = static_cast<std::uint32_t>(end);
}

EventPtr Event::make(const EventDraft& draft) {
  const std::size_t size = draft.room.size() + draft.name.size() + draft.user.size() + draft.id.size() +
                           draft.cursor.size() + draft.body.size();
  void* memory = ::operator new(sizeof(Event) + size);
  return EventPtr(new (memory) Event(draft));
}

void Event::destroy(const Event* event) noexcept {
  event->~Event();
  ::operator delete(const_cast<Event*>(event));
}

}  // namespace confab
