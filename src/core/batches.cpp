// SPDX-License-Identifier: MIT
#include "confab/core/batches.hpp"

#include <algorithm>

#include "confab/core/session.hpp"

namespace confab {

void Batches::prepare(const Event& event) {
  if (!BatchWindow::takes(event)) {
    if (!BatchWindow::may_overtake(event)) close();
    return;
  }
  for (const auto& window : windows_)
    if (!window->has_room_for(event)) window->close();
}

bool Batches::hold(Session& session, const EventPtr& event) {
  if (!BatchWindow::takes(*event)) return false;
  BatchWindow& mine = window(session.batch_width());
  mine.add(event);
  if (mine.apart(session)) return false;
  session.wait_for(event->weight());
  if (event->origin() == session.number()) mine.catch_up(session);
  if (session.waits_for_much()) session.catch_up();
  return true;
}

void Batches::withhold(Session& session, const EventPtr& event) {
  if (!BatchWindow::takes(*event)) return;
  BatchWindow& mine = window(session.batch_width());
  mine.catch_up(session);
  // Others may be met later in the walk: its place is apart already.
  mine.add(event);
  mine.skip(session);
}

void Batches::settle() {
  for (const auto& window : windows_)
    if (window->full()) window->close();
}

void Batches::skip(const Session& session) {
  if (BatchWindow* mine = find(session.batch_width())) mine->skip(session);
}

void Batches::catch_up(Session& session) {
  if (BatchWindow* mine = find(session.batch_width())) mine->catch_up(session);
}

void Batches::close() {
  for (const auto& window : windows_)
    window->close();
}

BatchWindow* Batches::find(Milliseconds width) const noexcept {
  const auto found = std::find_if(windows_.begin(), windows_.end(), [&](const auto& window) {
    return window->open() && window->width() == width;
  });
  return found == windows_.end() ? nullptr : found->get();
}

BatchWindow& Batches::window(Milliseconds width) {
  if (BatchWindow* mine = find(width)) return *mine;
  const auto closed =
      std::find_if(windows_.begin(), windows_.end(), [](const auto& window) { return !window->open(); });
  if (closed != windows_.end()) {
    (*closed)->set_width(width);
    return **closed;
  }
  return *windows_.emplace_back(std::make_unique<BatchWindow>(room_, width, loop_, counters_));
}

}  // namespace confab
