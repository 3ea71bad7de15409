// SPDX-License-Identifier: MIT
#include "loadgen/idle_clients.hpp"

#include "loadgen/http_client.hpp"
#include "loadgen/websocket.hpp"

namespace confab::bench {

namespace {

std::string join_message(std::string_view room) {
  return std::string(R"({"type":"join","room":")").append(room).append("\"}");
}

// What follows the last `key` up to any of `ends`; empty where the key isn't there.
std::string_view value_after(std::string_view json, std::string_view key, std::string_view ends) {
  const std::size_t at = json.rfind(key);
  if (at == std::string_view::npos) return {};
  json.remove_prefix(at + key.size());
  return json.substr(0, json.find_first_of(ends));
}

class WebSocketClient final : public IdleClient {
 public:
  explicit WebSocketClient(std::string_view room) : room_(room) {}

  bool connect(const Endpoint& endpoint, std::uint32_t number) override {
    return socket_.connect(endpoint, number);
  }

  void on_events(std::uint32_t events, ReadBuffer& buffer) override {
    const auto on_open = [&] {
      if (!room_.empty()) socket_.send_text(join_message(room_));
    };
    socket_.on_events(events, buffer, on_open, [&](std::string_view text) {
      if (text.starts_with(room_.empty() ? R"({"type":"connected")" : R"({"type":"joined")")) mark_open();
      look_for_proof(text);
    });
  }

  bool publish_proof() override {
    socket_.send_text(std::string(R"({"type":"chat","room":")")
                          .append(room_)
                          .append(R"(","text":")")
                          .append(kProof)
                          .append("\"}"));
    return true;
  }

  int fd() const override { return socket_.fd(); }

  const std::string& failure() const override { return socket_.failure(); }

 private:
  WebSocket socket_;
  std::string_view room_;
};

class HttpIdleClient : public IdleClient {
 public:
  void on_events(std::uint32_t events, ReadBuffer& buffer) override {
    http_.on_events(events, buffer, [&](std::string_view body) {
      look_for_proof(body);
      on_body(body);
    });
    after_events();
  }

  int fd() const override { return http_.fd(); }

  const std::string& failure() const override { return http_.failure(); }

 protected:
  virtual void on_body(std::string_view body) = 0;

  virtual void after_events() {}

  HttpClient http_;
};

class EventStreamClient final : public HttpIdleClient {
 public:
  explicit EventStreamClient(std::string_view room) : room_(room) {}

  bool connect(const Endpoint& endpoint, std::uint32_t number) override {
    http_.get_stream("/events?room=" + url_encode(room_));
    return http_.connect(endpoint, number);
  }

 private:
  // A piece may end within a word, so the end of the last one is looked at again.
  void on_body(std::string_view piece) override {
    tail_.append(piece);
    look_for_proof(tail_);
    if (tail_.find("event: joined") != std::string::npos) mark_open();
    if (tail_.size() > kProof.size()) tail_.erase(0, tail_.size() - kProof.size());
  }

  std::string_view room_;
  std::string tail_;
};

class PollClient final : public HttpIdleClient {
 public:
  explicit PollClient(std::string_view room) : room_(room) {}

  bool connect(const Endpoint& endpoint, std::uint32_t number) override {
    http_.get("/api/poll");
    return http_.connect(endpoint, number);
  }

 private:
  enum class Step { kHandshake, kJoin, kPolling };

  void on_body(std::string_view body) override {
    if (step_ == Step::kHandshake) {
      sid_ = url_encode(value_after(body, R"("sid":")", "\""));
      if (sid_.empty()) return http_.fail("no sid: " + std::string(body.substr(0, 200)));
      poll_ = value_after(body, R"("poll":)", ",}");
      if (!room_.empty()) {
        step_ = Step::kJoin;
        return http_.post("/api/sessions/" + sid_, join_message(room_));
      }
    } else if (step_ == Step::kJoin) {
      if (body.find(R"("type":"error")") != std::string_view::npos)
        return http_.fail("join: " + std::string(body.substr(0, 200)));
    } else {
      joined_ = joined_ || body.find(R"("type":"joined")") != std::string_view::npos;
      poll_ = value_after(body, R"("poll":)", ",}");
    }
    step_ = Step::kPolling;
    http_.get("/api/poll?sid=" + sid_ + "&ack=" + poll_);
  }

  void after_events() override {
    if (step_ == Step::kPolling && (joined_ || room_.empty()) && http_.is_waiting()) mark_open();
  }

  std::string_view room_;
  std::string sid_;
  std::string poll_;
  Step step_ = Step::kHandshake;
  bool joined_ = false;
};

class LongPollClient final : public HttpIdleClient {
 public:
  explicit LongPollClient(std::string_view room)
      : target_("/api/messages?timeout=30&room=" + url_encode(room)) {}

  bool connect(const Endpoint& endpoint, std::uint32_t number) override {
    http_.get(target_ + "&history=0");
    return http_.connect(endpoint, number);
  }

 private:
  void on_body(std::string_view body) override {
    const std::string_view cursor = value_after(body, R"("cursor":")", "\"");
    if (cursor.empty()) return http_.fail("no cursor: " + std::string(body.substr(0, 200)));
    http_.get(target_ + "&since=" + url_encode(cursor));
  }

  void after_events() override {
    if (http_.is_waiting()) mark_open();
  }

  std::string target_;
};

}  // namespace

std::unique_ptr<IdleClient> make_idle_client(IdleKind kind, std::string_view room) {
  switch (kind) {
    case IdleKind::kWebSocket:
      return std::make_unique<WebSocketClient>(room);
    case IdleKind::kEventStream:
      return std::make_unique<EventStreamClient>(room);
    case IdleKind::kPoll:
      return std::make_unique<PollClient>(room);
    case IdleKind::kLongPoll:
      break;
  }
  return std::make_unique<LongPollClient>(room);
}

}  // namespace confab::bench
