// SPDX-License-Identifier: MIT
#include "loadgen/commands.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "loadgen/poller.hpp"
#include "loadgen/server_process.hpp"
#include "loadgen/websocket.hpp"

namespace confab::bench {

namespace {

constexpr std::string_view kAck = R"({"type":"ack")";
constexpr std::string_view kError = R"({"type":"error")";
constexpr std::string_view kJoined = R"({"type":"joined")";
constexpr std::int64_t kStall = 10'000'000'000;
constexpr std::size_t kSender = 0;

const char* name_of(CommandKind kind) {
  switch (kind) {
    case CommandKind::kChat:
      return "chat";
    case CommandKind::kState:
      return "state";
    case CommandKind::kDirect:
      return "direct";
    case CommandKind::kRead:
      return "read";
  }
  return "";
}

// How the events that it causes begin.
std::string_view event_of(CommandKind kind) {
  switch (kind) {
    case CommandKind::kChat:
      return R"({"type":"chat")";
    case CommandKind::kState:
      return R"({"type":"delta")";
    case CommandKind::kDirect:
      return R"({"type":"direct")";
    case CommandKind::kRead:
      return R"({"type":"user_read")";
  }
  return {};
}

// How many of them, with both users.
std::uint64_t events_of(CommandKind kind) {
  return kind == CommandKind::kRead ? 1 : 2;
}

// The command up to what fills it to its size. No two are alike: a value that doesn't change is told to
// nobody.
std::string begin(CommandKind kind, std::uint64_t number) {
  const std::string own = std::to_string(number);
  switch (kind) {
    case CommandKind::kChat:
      return R"({"type":"chat","room":"bench","text":")" + own;
    case CommandKind::kState:
      return R"({"type":"state","room":"bench","key":"cursor","value":")" + own;
    case CommandKind::kDirect:
      return R"({"type":"direct","to":"bob","text":")" + own;
    case CommandKind::kRead:
      return R"({"type":"read","room":"bench","upTo":)" + own + R"(,"note":")";
  }
  return {};
}

class Commands {
 public:
  explicit Commands(const CommandsPlan& plan) : plan_(plan), server_(plan.pid) {
    for (std::uint32_t i = 0; i < sockets_.size(); ++i) {
      Endpoint endpoint = plan.endpoint;
      endpoint.path = i == kSender ? "/ws?user=ann" : "/ws?user=bob";
      if (!sockets_[i].connect(endpoint, i)) throw std::runtime_error(sockets_[i].failure());
      poller_.add(sockets_[i].fd(), i);
    }
    wait_until([this] { return joined_ == sockets_.size(); });
  }

  nlohmann::ordered_json run() {
    if (failure_.empty()) say(plan_.warm_up);
    const CpuReading before = server_.cpu();
    if (failure_.empty()) say(plan_.commands);
    const CpuReading after = server_.cpu();
    nlohmann::ordered_json json;
    json["ok"] = failure_.empty();
    if (!failure_.empty()) json["failure"] = failure_;
    json["mode"] = "commands";
    json["kind"] = name_of(plan_.kind);
    json["outstanding"] = plan_.outstanding;
    json["size"] = plan_.size;
    json["commands"] = plan_.commands;
    json["server"] = server_.cpu_report(before, after, plan_.commands);
    return json;
  }

 private:
  void say(std::uint64_t count) {
    due_ = count;
    heard_ = 0;
    for (std::uint32_t i = 0; i < plan_.outstanding; ++i)
      send_next();
    wait_until([&] { return outstanding_ == 0 && heard_ == count * events_of(plan_.kind); });
  }

  void send_next() {
    if (due_ == 0) return;
    --due_;
    ++outstanding_;
    std::string number = std::to_string(sent_);
    std::string text = begin(plan_.kind, sent_++);
    const std::string end = R"(","id":")" + run_ + std::string(16 - number.size(), '0') + number + R"("})";
    if (text.size() + end.size() < plan_.size) text.append(plan_.size - text.size() - end.size(), 'x');
    sockets_[kSender].send_text(text + end);
  }

  template <class Done>
  void wait_until(Done done) {
    std::int64_t progress = now_ns();
    while (failure_.empty() && !done()) {
      for (const epoll_event& event : poller_.wait(0)) {
        const std::uint32_t index = event.data.u32;
        WebSocket& socket = sockets_[index];
        socket.on_events(
            event.events, buffer_, [&] { socket.send_text(R"({"type":"join","room":"bench"})"); },
            [&](std::string_view text) { on_text(index, text); });
        if (socket.has_failed() && failure_.empty()) failure_ = socket.failure();
        progress = now_ns();
      }
      if (now_ns() - progress > kStall) failure_ = "nothing came for ten seconds";
    }
  }

  void on_text(std::uint32_t index, std::string_view text) {
    if (text.starts_with(kJoined)) {
      ++joined_;
    } else if (text.starts_with(kError)) {
      failure_ = text;
    } else if (index == kSender && text.starts_with(kAck)) {
      --outstanding_;
      send_next();
    } else if (text.starts_with(event_of(plan_.kind))) {
      ++heard_;
    }
  }

  CommandsPlan plan_;
  // The server knows an id of an earlier run again.
  std::string run_ = std::to_string(now_ns()) + "-";
  ServerProcess server_;
  Poller poller_;
  ReadBuffer buffer_;
  std::array<WebSocket, 2> sockets_;
  std::size_t joined_ = 0;
  std::uint64_t due_ = 0;
  std::uint64_t outstanding_ = 0;
  std::uint64_t sent_ = static_cast<std::uint64_t>(now_ns()) / 1000;  // read markers only move up
  std::uint64_t heard_ = 0;
  std::string failure_;
};

}  // namespace

nlohmann::ordered_json run_commands(const CommandsPlan& plan) {
  return Commands(plan).run();
}

}  // namespace confab::bench
