// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <string_view>

#include "confab/base/clock.hpp"
#include "confab/base/result.hpp"

namespace confab::net {

/// Whether the connection may serve another request after this answer.
enum class AfterReply : std::uint8_t { keep_alive, close };

/// An answer as a handler makes it: plain data. Content-Length, Date and Connection are added when it is
/// serialised.
struct HttpReply {
  unsigned status = 200;
  std::string content_type = "application/json";  ///< "": none
  std::string body;
  AfterReply after = AfterReply::keep_alive;

  /// Adds a field. A name that is no token, or a value with control characters, is dropped: no header can be
  /// split.
  HttpReply& header(std::string_view name, std::string_view value);

  /// The added fields as they go onto the wire, each ended by CRLF.
  const std::string& header_lines() const noexcept { return lines_; }

  static HttpReply json(std::string body, unsigned status = 200);
  static HttpReply text(std::string body, std::string_view content_type, unsigned status = 200);
  static HttpReply empty(unsigned status);
  /// {"error":{"code":…,"message":…,"field"?:…}} with the status of the table of errors.
  static HttpReply from(const Fault& fault);

 private:
  std::string lines_;
};

/// {"error":{"code":"…","message":"…","field"?:"…"}}, without anything around it.
std::string error_body(const Fault& fault);

/// How an answer is to be written, given the request that it answers.
struct ReplyContext {
  std::string_view date;                                               ///< of HttpDate
  std::string_view common_lines;                                       ///< more fields, each ended by CRLF
  enum class Body : std::uint8_t { sent, omitted } body = Body::sent;  ///< omitted: the answer to HEAD
  enum class Version : std::uint8_t { http10, http11 } version = Version::http11;
  AfterReply after = AfterReply::keep_alive;
};

/// Appends the whole answer to `out`. 1xx, 204 and 304 have no body and no Content-Length (RFC 9110
/// section 8.6).
void serialise(std::string& out, const HttpReply& reply, const ReplyContext& context);

/// Appends a status line and nothing more: "HTTP/1.1 200 OK\r\n". For who writes a head of its own (SSE,
/// upgrades).
void append_status_line(std::string& out, unsigned status);

/// The text of the Date field (RFC 9110 section 5.6.7), formatted once a second.
class HttpDate {
 public:
  /// Valid until the next call.
  std::string_view at(WallMicros now);

 private:
  std::int64_t second_ = -1;
  std::string text_;
};

}  // namespace confab::net
