// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "loadgen/chunk_filter.hpp"
#include "loadgen/poller.hpp"
#include "loadgen/socket.hpp"

namespace confab::bench {

// One keep-alive HTTP/1.1 connection with at most one request on its way; answers need a Content-Length, but
// for a stream, whose body is handed on as it comes. A failure is final and closes the socket.
class HttpClient {
 public:
  // An answer's body, or the next piece of a stream.
  using OnBody = std::function<void(std::string_view)>;

  bool connect(const Endpoint& endpoint, std::uint32_t number);

  // `target` is path and query. Before the connection stands the request waits.
  void get(std::string_view target);
  void get_stream(std::string_view target);
  void post(std::string_view target, std::string_view json);

  void on_events(std::uint32_t events, ReadBuffer& buffer, const OnBody& on_body);

  int fd() const { return socket_.fd(); }

  // A request has gone out whole and its answer hasn't ended.
  bool is_waiting() const { return connected_ && awaiting_ && !socket_.has_unsent(); }

  bool has_failed() const { return !failure_.empty(); }

  const std::string& failure() const { return failure_; }

  void fail(std::string reason);

 private:
  enum class Body : std::uint8_t { kWhole, kPlainStream, kChunkedStream };

  void send(std::string request);
  std::size_t consume(std::span<char> bytes, const OnBody& on_body);

  Socket socket_;
  std::string waiting_;  // the request, until the connection stands
  bool connected_ = false;
  bool awaiting_ = false;
  bool streaming_ = false;
  Body body_ = Body::kWhole;
  ChunkFilter chunks_;
  std::string failure_;
};

// Percent-encodes what isn't unreserved (RFC 3986, section 2.3).
std::string url_encode(std::string_view text);

}  // namespace confab::bench
