// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "confab/base/result.hpp"

namespace confab::net {

enum class Method : std::uint8_t { get, head, post, put, delete_, patch, options, other };

/// The method's name as it is on the wire, such as "DELETE"; "" for `other`.
std::string_view to_string(Method method) noexcept;
Method parse_method(std::string_view name) noexcept;

/// One parsed HTTP/1.x request. It owns the bytes of its head, and everything it hands out as a view is a
/// view of them (or of its decoded parts): valid until the request is moved or goes. HttpConnection makes it,
/// the router and the handlers read it. Dot segments are not resolved: `..` is a segment like any other.
class HttpRequest {
 public:
  /// Facts of the connection a request came over.
  struct Peer {
    std::string address;  ///< the client's, without a port; "unix" over unix sockets
    bool loopback_tcp = false;
  };

  Method method() const noexcept { return method_; }

  std::string_view method_name() const noexcept { return view(method_name_); }

  /// The request target as it came, such as "/api/rooms/a%20b?limit=5".
  std::string_view target() const noexcept { return view(target_); }

  /// The target's path as it came, still encoded and without the query; "*" in `OPTIONS *`.
  std::string_view path() const noexcept { return view(path_); }

  bool http11() const noexcept { return http11_; }

  bool keep_alive() const noexcept { return keep_alive_; }

  /// The path's segments, split at '/' and then percent-decoded: "/a%2Fb/" is {"a/b", ""}, "/" is {""}.
  const std::vector<std::string>& segments() const noexcept { return segments_; }

  /// The first value of a query parameter, decoded ('+' is a space).
  std::optional<std::string_view> query(std::string_view name) const noexcept;
  /// All values of it, in the order they came.
  std::vector<std::string_view> queries(std::string_view name) const;

  /// The first field of this name (compared without case), without the white space around it.
  std::optional<std::string_view> header(std::string_view name) const noexcept;
  /// Whether any field of this name has the token in its comma-separated list, compared without case.
  bool header_has_token(std::string_view name, std::string_view token) const noexcept;
  std::size_t header_count(std::string_view name) const noexcept;

  /// Calls visit(name, value) for each field in the order they came.
  template <class Visit>
  void for_each_header(Visit visit) const {
    for (const Field& field : fields_)
      visit(view(field.name), view(field.value));
  }

  /// What the router found for a variable of the route's pattern, decoded. "" where there is none of this
  /// name.
  std::string_view variable(std::string_view name) const noexcept;

  const std::string& body() const noexcept { return body_; }

  std::string take_body() noexcept { return std::move(body_); }

  const Peer& peer() const noexcept { return peer_; }

  /// Reads a head: request line, fields and the empty line that ends it, nothing behind it. Strict where
  /// requests can be smuggled (RFC 9112 sections 2.2, 3.2, 5 and 6): bare CR or LF, folded fields, white
  /// space before a colon, repeated or missing Host, any doubt about the length are bad_message. An HTTP
  /// version other than 1.0 and 1.1 and a Transfer-Encoding other than chunked, too. More than `max_fields`
  /// fields: headers_too_large.
  static result<HttpRequest> parse(std::string head, std::size_t max_fields);

  /// Decodes path and query. bad_message names what can't be decoded ("path" or "query") or isn't UTF-8.
  result<void> decode();

  /// How the body is delimited; set by parse().
  enum class Framing : std::uint8_t { none, length, chunked };

  Framing framing() const noexcept { return framing_; }

  std::uint64_t content_length() const noexcept { return content_length_; }

  void set_peer(Peer peer) noexcept { peer_ = std::move(peer); }

  std::string& mutable_body() noexcept { return body_; }

  /// The route that was matched: variable `name` is segment `index`. The name outlives the request.
  void bind_variable(std::string_view name, std::size_t index) { variables_.push_back({name, index}); }

 private:
  friend class HeadParser;

  struct Part {
    std::uint32_t at = 0;
    std::uint32_t length = 0;
  };

  struct Field {
    Part name;
    Part value;
  };

  struct Parameter {
    std::string name;
    std::string value;
  };

  struct Variable {
    std::string_view name;
    std::size_t index;
  };

  std::string_view view(Part part) const noexcept {
    return std::string_view(head_).substr(part.at, part.length);
  }

  std::string head_;
  std::vector<Field> fields_;
  std::vector<std::string> segments_;
  std::vector<Parameter> parameters_;
  std::vector<Variable> variables_;
  std::string body_;
  Peer peer_;
  std::uint64_t content_length_ = 0;
  Part method_name_;
  Part target_;
  Part path_;
  Part query_;
  Method method_ = Method::other;
  Framing framing_ = Framing::none;
  bool http11_ = false;
  bool keep_alive_ = false;
};

}  // namespace confab::net
