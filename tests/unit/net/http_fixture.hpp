// SPDX-License-Identifier: MIT
#pragma once
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "confab/base/loop.hpp"
#include "net/http_server.hpp"
#include "net/url.hpp"

namespace confab::net::test {

/// A loop of which the test moves the clock.
class FakeLoop final : public Loop {
 public:
  Monotonic now() const noexcept override { return now_; }

  WallMicros wall() const noexcept override { return 784'111'777'000'000; }  // Sun, 06 Nov 1994 08:49:37 GMT

  TimerWheel& timers() noexcept override { return wheel_; }

  void advance(std::chrono::milliseconds by) {
    now_ += by;
    wheel_.advance(now_);
  }

 private:
  void enqueue(TurnEnd& work) override { finish(work); }

  Monotonic now_{};
  TimerWheel wheel_{now_};
};

struct Answer {
  unsigned status = 0;
  std::map<std::string, std::string> fields;  // names in lower case
  std::string body;

  std::string field(const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string("(none)") : found->second;
  }
};

/// Takes one answer from the front of `bytes`.
inline Answer take_answer(std::string& bytes, bool to_head = false) {
  Answer answer;
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string::npos || !bytes.starts_with("HTTP/1.1 ")) {
    ADD_FAILURE() << "not an answer: " << bytes;
    bytes.clear();
    return answer;
  }
  answer.status = static_cast<unsigned>(std::stoul(bytes.substr(9, 3)));
  std::size_t at = bytes.find("\r\n") + 2;
  while (at < end) {
    const auto line_end = bytes.find("\r\n", at);
    const auto colon = bytes.find(": ", at);
    std::string name = bytes.substr(at, colon - at);
    for (char& c : name)
      c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    EXPECT_FALSE(answer.fields.contains(name)) << name;
    answer.fields[name] = bytes.substr(colon + 2, line_end - colon - 2);
    at = line_end + 2;
  }
  bytes.erase(0, end + 4);
  if (!to_head && answer.fields.contains("content-length")) {
    const std::size_t length = std::stoul(answer.fields["content-length"]);
    EXPECT_GE(bytes.size(), length);
    answer.body = bytes.substr(0, length);
    bytes.erase(0, length);
  }
  return answer;
}

inline std::pair<int, int> socket_pair() {
  int fds[2] = {-1, -1};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
  return {fds[0], fds[1]};
}

inline StreamPtr adopt(boost::asio::io_context& io, int fd, int family = AF_UNIX) {
  Stream::Socket socket(io);
  socket.assign(boost::asio::generic::stream_protocol(family, 0), fd);
  return StreamPtr(new Stream(std::move(socket)));
}

/// The client's end of a connection.
class Client {
 public:
  explicit Client(int fd) noexcept : fd_(fd) {}

  Client(Client&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)),
        received_(std::move(other.received_)),
        eof_(other.eof_),
        reset_(other.reset_) {}

  Client& operator=(Client&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(received_, other.received_);
    std::swap(eof_, other.eof_);
    std::swap(reset_, other.reset_);
    return *this;
  }

  ~Client() { close(); }

  /// Everything at once; says how much the kernel took.
  std::size_t send(std::string_view bytes) const {
    const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return n < 0 ? 0 : static_cast<std::size_t>(n);
  }

  /// Reads what is there.
  bool receive(std::size_t at_most = 1 << 24) {
    char buffer[16384];
    bool any = false;
    while (at_most > 0) {
      const ssize_t n = ::recv(fd_, buffer, std::min(sizeof(buffer), at_most), MSG_DONTWAIT);
      if (n <= 0) {
        if (n == 0) eof_ = true;
        if (n < 0 && errno == ECONNRESET) reset_ = true;
        break;
      }
      received_.append(buffer, static_cast<std::size_t>(n));
      at_most -= static_cast<std::size_t>(n);
      any = true;
    }
    return any;
  }

  void finish() const { ::shutdown(fd_, SHUT_WR); }

  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

  int fd() const noexcept { return fd_; }

  std::string& received() noexcept { return received_; }

  /// The server closed its side.
  bool eof() const noexcept { return eof_; }

  bool reset() const noexcept { return reset_; }

 private:
  int fd_;
  std::string received_;
  bool eof_ = false;
  bool reset_ = false;
};

/// A server over socket pairs, driven step by step.
class HttpTest : public ::testing::Test, public HttpHandler {
 protected:
  explicit HttpTest(HttpLimits limits = {}) : limits_(limits) {}

  HttpServer& server() {
    if (server_ == nullptr) server_ = std::make_unique<HttpServer>(loop_, buffer_, handler(), limits_);
    return *server_;
  }

  virtual HttpHandler& handler() { return *this; }

  Client connect() {
    const auto [mine, its] = socket_pair();
    server().accept(adopt(io_, its));
    return Client(mine);
  }

  /// Runs whatever is ready until nothing is.
  void poll() {
    io_.restart();
    while (io_.poll() > 0) {
    }
  }

  void pump(Client& client) {
    poll();
    while (client.receive())
      poll();
  }

  /// Sends and takes the one answer.
  Answer ask(Client& client, std::string_view request, bool head = false) {
    EXPECT_EQ(client.send(request), request.size());
    pump(client);
    return take_answer(client.received(), head);
  }

  /// Whether the server has closed or refuses to say more.
  bool ended(Client& client) {
    pump(client);
    return client.eof() || client.reset();
  }

  void on_request(HttpExchangePtr exchange) override {
    ++requests_;
    if (on_) return on_(std::move(exchange));
    echo(*exchange);
  }

  static void echo(HttpExchange& exchange) {
    HttpRequest& request = exchange.request();
    exchange.reply(HttpReply::text(
        std::string(request.method_name()) + " " + std::string(request.target()) + " " + request.body(),
        "text/plain"));
  }

  boost::asio::io_context io_{1};
  FakeLoop loop_;
  std::array<char, 65536> buffer_{};
  HttpLimits limits_;
  std::function<void(HttpExchangePtr)> on_;
  int requests_ = 0;
  std::unique_ptr<HttpServer> server_;
};

/// A request that was parsed and decoded.
inline HttpRequest parsed(std::string head) {
  auto request = HttpRequest::parse(std::move(head), 100);
  EXPECT_TRUE(request.has_value()) << request.error().sentence();
  if (!request) return {};
  EXPECT_TRUE(request->decode().has_value());
  return std::move(*request);
}

/// GET of a target with more fields, each ended by CRLF.
inline std::string get(std::string_view target, std::string_view fields = "") {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(fields) + "\r\n";
}

}  // namespace confab::net::test
