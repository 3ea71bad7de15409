// SPDX-License-Identifier: MIT
#include "net/http_reply.hpp"

#include <boost/beast/http/status.hpp>
#include <ctime>

#include "confab/core/fault_members.hpp"
#include "net/url.hpp"

namespace confab::net {
namespace {

bool is_field_value(std::string_view value) noexcept {
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7F) return false;
  }
  return true;
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

HttpReply& HttpReply::header(std::string_view name, std::string_view value) {
  bool token = !name.empty();
  for (const char c : name)
    token = token && is_token_byte(c);
  if (token && is_field_value(value)) append_field(lines_, name, value);
  return *this;
}

HttpReply HttpReply::json(std::string body, unsigned status) {
  HttpReply reply;
  reply.status = status;
  reply.body = std::move(body);
  return reply;
}

HttpReply HttpReply::text(std::string body, std::string_view content_type, unsigned status) {
  HttpReply reply;
  reply.status = status;
  reply.content_type = content_type;
  reply.body = std::move(body);
  return reply;
}

HttpReply HttpReply::empty(unsigned status) {
  HttpReply reply;
  reply.status = status;
  reply.content_type.clear();
  return reply;
}

HttpReply HttpReply::from(const Fault& fault) {
  HttpReply reply = json(error_body(fault), describe(fault.code).http_status);
  // RFC 9110 section 15.5.2 requires a challenge.
  if (reply.status == 401) reply.header("WWW-Authenticate", "Bearer");
  return reply;
}

std::string error_body(const Fault& fault) {
  return "{\"error\":{" + fault_members(fault) + "}}";
}

void append_status_line(std::string& out, unsigned status) {
  const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  out += "HTTP/1.1 ";
  out += std::to_string(status);
  out += ' ';
  out.append(reason.data(), reason.size());
  out += "\r\n";
}

void serialise(std::string& out, const HttpReply& reply, const ReplyContext& context) {
  const bool bodiless = reply.status < 200 || reply.status == 204 || reply.status == 304;
  const bool sent = !bodiless && context.body == ReplyContext::Body::sent;
  out.reserve(out.size() + 256 + reply.header_lines().size() + context.common_lines.size() +
              (sent ? reply.body.size() : 0));
  append_status_line(out, reply.status);
  append_field(out, "Date", context.date);
  if (!bodiless) {
    if (!reply.content_type.empty() && is_field_value(reply.content_type)) {
      append_field(out, "Content-Type", reply.content_type);
    }
    append_field(out, "Content-Length", std::to_string(reply.body.size()));
  }
  if (context.after == AfterReply::close) {
    append_field(out, "Connection", "close");
  } else if (context.version == ReplyContext::Version::http10) {
    append_field(out, "Connection", "keep-alive");
  }
  out += context.common_lines;
  out += reply.header_lines();
  out += "\r\n";
  if (sent) out += reply.body;
}

std::string_view HttpDate::at(WallMicros now) {
  constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::int64_t second = now / 1'000'000;
  if (second != second_ || text_.empty()) {
    second_ = second;
    const auto time = static_cast<std::time_t>(second);
    std::tm tm{};
    ::gmtime_r(&time, &tm);
    const auto two = [](int n) {
      return std::string{static_cast<char>('0' + n / 10), static_cast<char>('0' + n % 10)};
    };
    text_.assign(kDays[static_cast<std::size_t>(tm.tm_wday)])
        .append(", ")
        .append(two(tm.tm_mday))
        .append(" ");
    text_.append(kMonths[static_cast<std::size_t>(tm.tm_mon)])
        .append(" ")
        .append(std::to_string(tm.tm_year + 1900));
    text_.append(" ")
        .append(two(tm.tm_hour))
        .append(":")
        .append(two(tm.tm_min))
        .append(":")
        .append(two(tm.tm_sec));
    text_.append(" GMT");
  }
  return text_;
}

}  // namespace confab::net
