// SPDX-License-Identifier: MIT
#include "bare_server/room.hpp"

#include <cstdio>

namespace confab::bench {

namespace {

// What follows `key` up to the next quote; empty where the key isn't there.
std::string_view value_after(std::string_view json, std::string_view key) {
  const std::size_t at = json.find(key);
  if (at == std::string_view::npos) return {};
  json.remove_prefix(at + key.size());
  return json.substr(0, json.find('"'));
}

constexpr std::string_view kTime = "2026-01-01T00:00:00.000Z";

}  // namespace

Message parse_message(std::string_view json) {
  Message message;
  const std::string_view type = value_after(json, R"("type":")");
  message.room = value_after(json, R"("room":")");
  if (type == "join") message.request = Request::kJoin;
  if (type == "chat") {
    message.request = Request::kChat;
    message.text = value_after(json, R"("text":")");
  }
  return message;
}

std::string chat_event(const Room& room, std::string_view user, std::string_view text) {
  char id[24];
  const int id_size = std::snprintf(id, sizeof id, "%016llx", static_cast<unsigned long long>(room.seq));
  std::string out;
  out.reserve(text.size() + 200);
  out.append(R"({"type":"chat","room":")").append(room.name).append(R"(","user":")").append(user);
  out.append(R"(","text":")").append(text).append(R"(","id":")");
  out.append(id, static_cast<std::size_t>(id_size)).append(R"(","seq":)").append(std::to_string(room.seq));
  out.append(R"(,"timestamp":")").append(kTime).append(R"("})");
  return out;
}

std::string connected_event(std::string_view client_id) {
  return std::string(R"({"type":"connected","clientId":")")
             .append(client_id)
             .append(R"(","cursor":"0.0","timestamp":")") +
         std::string(kTime) + R"(","heartbeat":25000})";
}

std::string joined_event(const Room& room) {
  return R"({"type":"joined","room":")" + room.name + R"(","epoch":"bare","seq":)" +
         std::to_string(room.seq) + R"(,"users":0,"sessions":)" + std::to_string(room.members.size()) +
         R"(,"members":[],"state":{},"stateVersion":0,"recovered":false,"messages":[],"more":false})";
}

}  // namespace confab::bench
