// SPDX-License-Identifier: MIT
#include "net/message_past.hpp"

#include <optional>
#include <utility>

#include "confab/core/reset.hpp"
#include "protocol/native/event_json.hpp"

namespace confab::net {
namespace {

/// Several rooms being read at once. Those who are asked hold it.
class Reading final : public std::enable_shared_from_this<Reading> {
 public:
  Reading(MessageQuery query, std::string generation, Stamp floor,
          std::function<void(result<MessagePast>)> done)
      : query_(std::move(query)),
        generation_(std::move(generation)),
        floor_(floor),
        done_(std::move(done)),
        rooms_(query_.rooms.size()),
        missing_(rooms_.size()) {}

  void start(History& history) {
    for (std::size_t i = 0; i < rooms_.size(); ++i) {
      history.read(query_.rooms[i], wanted(), [self = shared_from_this(), i](result<HistoryPage> page) {
        self->on_page(i, std::move(page));
      });
    }
  }

 private:
  struct Room {
    HistoryPage page;
    std::size_t taken = 0;

    bool exhausted() const noexcept { return taken == page.events.size(); }

    const Event& next() const noexcept { return *page.events[taken]; }
  };

  /// Whether what is read begins at the moment; else it ends at now.
  bool forward() const noexcept { return query_.since || !query_.history; }

  HistoryQuery wanted() const {
    HistoryQuery wanted;
    if (forward()) {
      wanted.from = HistoryQuery::From::cursor;
      wanted.cursor = {generation_, floor_};
      wanted.limit = kMostMessages;
    } else {
      wanted.limit = *query_.history;
    }
    return wanted;
  }

  void on_page(std::size_t index, result<HistoryPage> page) {
    if (!page) {
      if (done_) std::exchange(done_, nullptr)(page.error());
      return;
    }
    rooms_[index].page = std::move(*page);
    if (--missing_ > 0 || !done_) return;
    MessagePast past;
    if (query_.since) past.resets = resets();
    merge(past);
    std::exchange(done_, nullptr)(std::move(past));
  }

  std::string resets() const {
    const bool other = !query_.since->generation.empty() && query_.since->generation != generation_;
    std::string out;
    for (std::size_t i = 0; i < rooms_.size(); ++i) {
      const HistoryPage& page = rooms_[i].page;
      if (page.complete && !other) continue;
      out += out.empty() ? "[" : ",";
      const std::uint64_t before = page.events.empty() ? page.top : page.events.front()->seq() - 1;
      append_reset(out, {query_.rooms[i], page.epoch, before, other ? "epoch" : "gap"});
    }
    if (!out.empty()) out += ']';
    return out;
  }

  /// The room with the earliest message; null where that can't be told, as one has more than was read.
  Room* earliest() noexcept {
    Room* first = nullptr;
    for (Room& room : rooms_) {
      if (room.exhausted()) {
        if (forward() && room.page.more) return nullptr;
        continue;
      }
      if (first == nullptr || room.next().stamp() < first->next().stamp()) first = &room;
    }
    return first;
  }

  void merge(MessagePast& past) {
    while (past.count < kMostMessages) {
      Room* room = earliest();
      if (room == nullptr) return;
      if (past.count++ > 0) past.messages += ',';
      native::append_event(past.messages, room->next());
      past.last = room->next().stamp();
      ++room->taken;
    }
  }

  MessageQuery query_;
  std::string generation_;
  Stamp floor_;
  std::function<void(result<MessagePast>)> done_;
  std::vector<Room> rooms_;
  std::size_t missing_;
};

}  // namespace

void read_past(History& history, const MessageQuery& query, const std::string& generation, Stamp floor,
               std::function<void(result<MessagePast>)> done) {
  std::make_shared<Reading>(query, generation, floor, std::move(done))->start(history);
}

}  // namespace confab::net
