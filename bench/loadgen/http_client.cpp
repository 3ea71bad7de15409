// SPDX-License-Identifier: MIT
#include "loadgen/http_client.hpp"

#include <strings.h>

#include <charconv>
#include <cstdio>
#include <cstring>
#include <optional>

namespace confab::bench {

namespace {

constexpr std::string_view kHost = " HTTP/1.1\r\nHost: 127.0.0.1\r\n";

// The value of a header; empty where it isn't there. `head` ends with its last line's end.
std::string_view value_of(std::string_view head, std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at + 2)) {
    const std::string_view line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
    if (line.size() <= name.size() || line[name.size()] != ':') continue;
    if (strncasecmp(line.data(), name.data(), name.size()) != 0) continue;
    std::string_view value = line.substr(name.size() + 1);
    while (value.starts_with(' '))
      value.remove_prefix(1);
    while (value.ends_with(' '))
      value.remove_suffix(1);
    return value;
  }
  return {};
}

std::optional<std::size_t> content_length(std::string_view head) {
  const std::string_view value = value_of(head, "content-length");
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  if (value.empty() || error != std::errc{}) return std::nullopt;
  return length;
}

}  // namespace

bool HttpClient::connect(const Endpoint& endpoint, std::uint32_t number) {
  if (socket_.connect(endpoint, number)) return true;
  fail(std::string("connect: ") + std::strerror(errno));
  return false;
}

void HttpClient::get(std::string_view target) {
  send(std::string("GET ").append(target).append(kHost).append("\r\n"));
}

void HttpClient::get_stream(std::string_view target) {
  streaming_ = true;
  send(std::string("GET ").append(target).append(kHost).append("Accept: text/event-stream\r\n\r\n"));
}

void HttpClient::post(std::string_view target, std::string_view json) {
  send(std::string("POST ").append(target).append(kHost).append(
           "Content-Type: application/json\r\nContent-Length: ") +
       std::to_string(json.size()) + "\r\n\r\n" + std::string(json));
}

void HttpClient::send(std::string request) {
  awaiting_ = true;
  if (!connected_) {
    waiting_ = std::move(request);
  } else if (!socket_.send(request)) {
    fail("write failed");
  }
}

void HttpClient::on_events(std::uint32_t events, ReadBuffer& buffer, const OnBody& on_body) {
  if (has_failed()) return;
  if (!connected_) {
    const int error = socket_.connect_error();
    if (error != 0) return fail(std::string("connect: ") + std::strerror(error));
    if ((events & EPOLLOUT) == 0) return;
    connected_ = true;
    if (!waiting_.empty() && !socket_.send(waiting_)) return fail("write failed");
    std::string().swap(waiting_);
  } else if (socket_.has_unsent() && !socket_.flush()) {
    return fail("write failed");
  }
  if ((events & ~std::uint32_t{EPOLLOUT}) == 0) return;
  const bool to_the_end = (events & kEndEvents) != 0;
  for (bool more = true; (more || to_the_end) && !has_failed();) {
    std::span<char> bytes;
    const Received received = socket_.receive(buffer, bytes, more);
    if (received == Received::kNothing) return;
    if (received == Received::kEnded) return fail("ended by the server");
    const std::size_t used = consume(bytes, on_body);
    socket_.keep(bytes.subspan(used));
  }
}

std::size_t HttpClient::consume(std::span<char> bytes, const OnBody& on_body) {
  std::string_view text(bytes.data(), bytes.size());
  std::size_t used = 0;
  while (!has_failed() && used < bytes.size()) {
    const std::string_view rest = text.substr(used);
    if (body_ == Body::kPlainStream) {
      on_body(rest);
      return bytes.size();
    }
    if (body_ == Body::kChunkedStream) {
      std::string_view framed = rest;
      for (std::string_view data = chunks_.next(framed); !data.empty(); data = chunks_.next(framed))
        on_body(data);
      return bytes.size();
    }
    const std::size_t end = rest.find("\r\n\r\n");
    if (end == std::string_view::npos) break;
    const std::string_view head = rest.substr(0, end + 2);
    if (!awaiting_ || !head.starts_with("HTTP/1.1 200")) {
      fail("answer: " + std::string(head.substr(0, head.find('\r'))));
      break;
    }
    if (streaming_) {
      body_ = value_of(head, "transfer-encoding") == "chunked" ? Body::kChunkedStream : Body::kPlainStream;
      used += end + 4;
      continue;
    }
    const auto length = content_length(head);
    if (!length) {
      fail("answer without Content-Length");
      break;
    }
    if (rest.size() < end + 4 + *length) break;
    used += end + 4 + *length;
    awaiting_ = false;
    on_body(rest.substr(end + 4, *length));
  }
  return used;
}

void HttpClient::fail(std::string reason) {
  if (has_failed()) return;
  failure_ = std::move(reason);
  socket_.close();
}

std::string url_encode(std::string_view text) {
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string out;
  for (const char letter : text) {
    if (kUnreserved.find(letter) != std::string_view::npos) {
      out.push_back(letter);
      continue;
    }
    char escaped[4];
    std::snprintf(escaped, sizeof escaped, "%%%02X", unsigned{static_cast<unsigned char>(letter)});
    out.append(escaped, 3);
  }
  return out;
}

}  // namespace confab::bench
