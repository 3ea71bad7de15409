// SPDX-License-Identifier: MIT
#include "loadgen/audience.hpp"

#include <cstdio>
#include <stdexcept>

#include "loadgen/event_scan.hpp"

namespace confab::bench {

namespace {

constexpr std::string_view kJoined = R"({"type":"joined")";
constexpr std::string_view kError = R"({"type":"error")";

void on_text(Member& member, std::string_view text) {
  if (text.starts_with(kError)) throw std::runtime_error("join: " + std::string(text));
  if (!text.starts_with(kJoined)) return;
  const auto seq = KeyScan(R"("seq":)").number_in(text);
  if (!seq) throw std::runtime_error("joined without seq: " + std::string(text));
  member.joined = true;
  member.joined_seq = *seq;
}

}  // namespace

std::string room_name(std::uint32_t room) {
  char name[24];
  std::snprintf(name, sizeof name, "bench-%05u", room);
  return name;
}

std::vector<Member> open_members(Poller& poller, ReadBuffer& buffer, const Endpoint& endpoint,
                                 std::uint32_t count, std::uint32_t rooms, std::uint32_t at_once,
                                 int seconds) {
  std::vector<Member> members(count);
  const std::int64_t deadline = now_ns() + std::int64_t{seconds} * 1'000'000'000;
  std::uint32_t started = 0;
  std::uint32_t joined = 0;
  while (joined < count) {
    for (; started < count && started - joined < at_once; ++started) {
      Member& member = members[started];
      member.room = started % rooms;
      if (!member.socket.connect(endpoint, started)) throw std::runtime_error(member.socket.failure());
      poller.add(member.socket.fd(), started);
    }
    for (const epoll_event& event : poller.wait(100)) {
      Member& member = members[event.data.u32];
      const bool before = member.joined;
      const auto join = [&] {
        member.socket.send_text(R"({"type":"join","room":")" + room_name(member.room) + R"("})");
      };
      member.socket.on_events(event.events, buffer, join,
                              [&](std::string_view text) { on_text(member, text); });
      if (member.socket.has_failed())
        throw std::runtime_error("member " + std::to_string(event.data.u32) + ": " + member.socket.failure());
      if (member.joined && !before) ++joined;
    }
    if (now_ns() > deadline)
      throw std::runtime_error(std::to_string(joined) + " of " + std::to_string(count) +
                               " members joined in " + std::to_string(seconds) + " s");
  }
  return members;
}

}  // namespace confab::bench
