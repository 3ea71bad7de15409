// SPDX-License-Identifier: MIT
#include "api/rooms.hpp"

#include <memory>
#include <vector>

#include "api/path.hpp"
#include "api/query.hpp"
#include "confab/core/presence.hpp"

namespace confab::api {
namespace {

std::string room_object(std::string_view name, const Room* room, const HistoryPage& page) {
  std::string object = "{\"room\":";
  json::append_quoted(object, name);
  object += ',';
  if (room != nullptr) {
    append_attendance(object, *room);
  } else {
    object += "\"users\":0,\"sessions\":0";
  }
  object += ",\"epoch\":";
  json::append_quoted(object, page.epoch);
  object += ",\"seq\":";
  json::append_integer(object, static_cast<std::int64_t>(page.top));
  object += '}';
  return object;
}

HistoryQuery position_only() {
  HistoryQuery query;
  query.limit = 0;
  return query;
}

/// The answer to a list of rooms, while each room is asked for its position. Sent when nobody waits for one
/// any more.
class RoomList {
 public:
  RoomList(const Context& context, net::HttpExchangePtr exchange, RoomNames rooms)
      : context_(context),
        exchange_(std::move(exchange)),
        rooms_(std::move(rooms)),
        objects_(rooms_.names.size()) {}

  ~RoomList() {
    std::string body = "{\"items\":[";
    for (const auto& object : objects_) {
      if (object.empty()) continue;  // it couldn't be asked, or is gone
      if (body.back() != '[') body += ',';
      body += object;
    }
    body += ']';
    if (rooms_.more) {
      body += ",\"next\":";
      json::append_quoted(body, rooms_.names.back());
    }
    body += '}';
    exchange_->reply(net::HttpReply::json(std::move(body)));
  }

  RoomList(const RoomList&) = delete;
  RoomList& operator=(const RoomList&) = delete;

  static void ask(const std::shared_ptr<RoomList>& list) {
    for (std::size_t i = 0; i < list->rooms_.names.size(); ++i) {
      const std::string& name = list->rooms_.names[i];
      list->context_.services.history.read(name, position_only(), [list, i](const result<HistoryPage>& page) {
        const std::string& room = list->rooms_.names[i];
        if (page) list->objects_[i] = room_object(room, list->context_.services.hub.find_room(room), *page);
      });
    }
  }

 private:
  const Context& context_;
  net::HttpExchangePtr exchange_;
  RoomNames rooms_;
  std::vector<std::string> objects_;
};

void list(const Context& context, const net::HttpExchangePtr& exchange) {
  auto page = Page::read(exchange->request());
  if (!page) return exchange->fail(page.error());
  context.services.history.list(
      {page->prefix, page->after, page->limit}, [&context, exchange](result<RoomNames> rooms) {
        if (!rooms) return exchange->fail(rooms.error());
        RoomList::ask(std::make_shared<RoomList>(context, exchange, std::move(*rooms)));
      });
}

void show(const Context& context, const net::HttpExchangePtr& exchange) {
  const auto named = room_of(exchange->request(), ServerRooms::allowed);
  if (!named) return exchange->fail(named.error());
  context.services.history.read(*named, position_only(),
                                [&context, exchange, name = *named](const result<HistoryPage>& page) {
                                  if (!page) return exchange->fail(page.error());
                                  const Room* room = context.services.hub.find_room(name);
                                  if (room == nullptr && page->epoch.empty())
                                    return exchange->fail({errc::not_found, "room", nullptr});
                                  exchange->reply(net::HttpReply::json(room_object(name, room, *page)));
                                });
}

void members(const Context& context, const net::HttpExchangePtr& exchange) {
  const auto name = room_of(exchange->request(), ServerRooms::allowed);
  if (!name) return exchange->fail(name.error());
  const auto page = Page::read(exchange->request());
  if (!page) return exchange->fail(page.error());
  const Room* room = context.services.hub.find_room(*name);
  if (room == nullptr) return exchange->reply(net::HttpReply::json("{\"items\":[]}"));
  list_readers(*room, {page->prefix, page->after, page->limit}, context.services.markers,
               [exchange](const result<MemberPage>& listed) {
                 if (!listed) return exchange->fail(listed.error());
                 std::string body = "{\"items\":";
                 append_members(body, *listed, MemberForm::presence);
                 if (listed->more) {
                   body += ",\"next\":";
                   json::append_quoted(body, listed->members.back().user);
                 }
                 body += '}';
                 exchange->reply(net::HttpReply::json(std::move(body)));
               });
}

}  // namespace

void add_rooms(net::Router& router, const Context& context) {
  const auto add = [&](std::string_view path, void (*handler)(const Context&, const net::HttpExchangePtr&)) {
    router.add(net::Method::get, path, net::Access::backend_read,
               [&context, handler](const net::HttpExchangePtr& exchange) { handler(context, exchange); });
  };
  add("/api/rooms", list);
  add("/api/rooms/{room}", show);
  add("/api/rooms/{room}/members", members);
}

}  // namespace confab::api
