// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string_view>

namespace confab {

/// Every error that a client or an operator can be answered with, declared once: the enumerator (which is
/// also the name on the wire), the HTTP status, whether the same request may succeed later, and the sentence
/// for people. Replies, HTTP bodies, logs and the protocol reference all come from this table
/// (src/base/errc.cpp).
#define CONFAB_ERRORS(X)                                                               \
  X(bad_message, 400, no, "The message is not of the form that this request takes.")   \
  X(unknown_type, 400, no, "There is no message type of this name.")                   \
  X(bad_room, 400, no, "The room is missing, or its name is not a legal one.")         \
  X(not_joined, 403, no, "Join the room first.")                                       \
  X(unauthorized, 401, no, "Authenticate first.")                                      \
  X(forbidden, 403, no, "This is not allowed here.")                                   \
  X(rate_limited, 429, yes, "Too many messages; slow down.")                           \
  X(too_large, 413, no, "This is larger than its limit.")                              \
  X(too_many_rooms, 403, no, "This session is in as many rooms as it may be.")         \
  X(conflict, 409, no, "The value has changed meanwhile.")                             \
  X(not_found, 404, no, "There is nothing of this name here.")                         \
  X(method_not_allowed, 405, no, "This address does not take that method.")            \
  X(request_timeout, 408, yes, "The request did not come in time.")                    \
  X(headers_too_large, 431, no, "The header of the request is larger than its limit.") \
  X(internal, 500, yes, "The server made a mistake; it is in its log.")                \
  X(unavailable, 503, yes, "The message could not be confirmed in time; a retry with the same id is safe.")

enum class errc : std::uint8_t {
#define CONFAB_ERROR(name, status, retry, sentence) name,
  CONFAB_ERRORS(CONFAB_ERROR)
#undef CONFAB_ERROR
};

struct ErrorInfo {
  std::string_view name;      ///< on the wire, such as "bad_room"
  unsigned http_status;       ///< such as 400
  bool retry;                 ///< whether the same request may succeed later
  std::string_view sentence;  ///< for people
};

const ErrorInfo& describe(errc code) noexcept;

/// Why a connection ends (protocol.md section 2): RFC 6455 section 7.4.1 codes and our own from 4000 on.
/// X(enumerator, code, reason text as it travels in the close frame)
#define CONFAB_CLOSES(X)                                    \
  X(normal, 1000, "")                                       \
  X(going_away, 1001, "Going away")                         \
  X(protocol_error, 1002, "Protocol error")                 \
  X(unsupported_data, 1003, "Wrong kind of frame")          \
  X(bad_utf8, 1007, "Invalid UTF-8")                        \
  X(policy, 1008, "Refused")                                \
  X(too_big, 1009, "Message too big")                       \
  X(restart, 1012, "Service restart")                       \
  X(overloaded, 1013, "Server overloaded")                  \
  X(token_expired, 4001, "Token expired")                   \
  X(replaced, 4002, "Replaced by another connection")       \
  X(disconnected, 4003, "Disconnected by the server's API") \
  X(slow_consumer, 4008, "Slow consumer")                   \
  X(flood, 4029, "Too many refused messages")

enum class CloseReason : std::uint16_t {
#define CONFAB_CLOSE(name, code, text) name = code,
  CONFAB_CLOSES(CONFAB_CLOSE)
#undef CONFAB_CLOSE
};

std::string_view describe(CloseReason reason) noexcept;

}  // namespace confab
