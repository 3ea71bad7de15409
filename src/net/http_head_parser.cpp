// SPDX-License-Identifier: MIT
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include "net/http_request.hpp"
#include "net/url.hpp"

namespace confab::net {
namespace {

namespace http = boost::beast::http;

Fault malformed(const char* field, const char* detail) noexcept {
  return {errc::bad_message, field, detail};
}

/// RFC 9112 section 3.2: a host and perhaps a port, nothing that another server could read as more than that.
bool is_host(std::string_view value) noexcept {
  return value.find_first_of(" \t,/\\?#@") == std::string_view::npos;
}

bool is_digits(std::string_view text) noexcept {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

/// Beast's parser for the head alone. It notes where things lie instead of copying them, and leaves bodies to
/// us: Beast takes any Transfer-Encoding that doesn't end in `chunked` for a request without a body.
class HeadParser final : public http::basic_parser<true> {
 public:
  HeadParser(HttpRequest& request, std::size_t max_fields) : request_(request), max_fields_(max_fields) {
    skip(true);
    header_limit(static_cast<std::uint32_t>(request.head_.size()));
  }

  result<void> run() {
    boost::system::error_code error;
    const std::size_t taken = put(boost::asio::buffer(request_.head_), error);
    if (too_many_fields_)
      return Fault{errc::headers_too_large, nullptr, "The request has too many header fields."};
    if (error || !is_done() || taken != request_.head_.size()) {
      return malformed(nullptr, "This is not an HTTP/1.1 request.");
    }
    request_.keep_alive_ = keep_alive();
    return check();
  }

 private:
  using Text = boost::beast::string_view;

  HttpRequest::Part part(Text text) const noexcept {
    return {static_cast<std::uint32_t>(text.data() - request_.head_.data()),
            static_cast<std::uint32_t>(text.size())};
  }

  void on_request_impl(http::verb, Text method, Text target, int version,
                       boost::system::error_code&) override {
    request_.method_name_ = part(method);
    request_.method_ = net::parse_method({method.data(), method.size()});
    request_.target_ = part(target);
    request_.http11_ = version == 11;
  }

  void on_field_impl(http::field id, Text name, Text value, boost::system::error_code& error) override {
    if (request_.fields_.size() == max_fields_) {
      too_many_fields_ = true;
      error = http::error::header_limit;
      return;
    }
    request_.fields_.push_back({part(name), value.empty() ? HttpRequest::Part{} : part(value)});
    if (id == http::field::host) {
      ++hosts_;
      host_ok_ = is_host({value.data(), value.size()});
    } else if (id == http::field::content_length) {
      ++lengths_;
      length_ok_ = is_digits({value.data(), value.size()});
    } else if (id == http::field::transfer_encoding) {
      ++encodings_;
      chunked_ = equal_ignoring_case({value.data(), value.size()}, "chunked");
    }
  }

  result<void> check() {
    if (hosts_ > 1 || (hosts_ == 0 && request_.http11_)) {
      return malformed("host", "A request has exactly one Host field.");
    }
    if (hosts_ == 1 && !host_ok_) return malformed("host", "The Host field is not a host.");
    if (encodings_ > 0 && lengths_ > 0) {
      return malformed("content-length", "A request has a Content-Length or a Transfer-Encoding, not both.");
    }
    // Even equal ones: what joins or drops them on the way may do so differently (RFC 9110 section 8.6).
    if (lengths_ > 1 || (lengths_ == 1 && !length_ok_)) {
      return malformed("content-length", "A request has at most one Content-Length, a number.");
    }
    if (encodings_ > 0 && (encodings_ > 1 || !chunked_ || !request_.http11_)) {
      return malformed("transfer-encoding",
                       "The only transfer coding that is understood is chunked, in HTTP/1.1.");
    }
    if (encodings_ > 0) {
      request_.framing_ = HttpRequest::Framing::chunked;
    } else if (lengths_ > 0) {
      request_.framing_ = HttpRequest::Framing::length;
      request_.content_length_ = content_length().value();
    }
    return split_target();
  }

  /// RFC 9112 section 3.2: origin-form, absolute-form (as if it were sent to a proxy), and `OPTIONS *`.
  result<void> split_target() {
    std::string_view rest = request_.target();
    std::uint32_t at = request_.target_.at;
    const auto skip_bytes = [&](std::size_t n) {
      rest.remove_prefix(n);
      at += static_cast<std::uint32_t>(n);
    };
    if (rest.find('#') != std::string_view::npos)
      return malformed("target", "A request target has no fragment.");
    if (rest == "*") {
      if (request_.method_ != Method::options) return malformed("target", "Only OPTIONS may ask for *.");
    } else if (rest.front() != '/') {
      std::size_t scheme = 0;
      for (const std::string_view known : {"http://", "https://"}) {
        if (equal_ignoring_case(rest.substr(0, known.size()), known)) scheme = known.size();
      }
      if (scheme == 0) return malformed("target", "The request target is not a path.");
      skip_bytes(scheme);
      const auto end = rest.find_first_of("/?");
      if (end == 0 || rest.empty()) return malformed("target", "The request target has no host.");
      skip_bytes(end == std::string_view::npos ? rest.size() : end);
    }
    const auto question = rest.find('?');
    const std::size_t path = question == std::string_view::npos ? rest.size() : question;
    request_.path_ = {at, static_cast<std::uint32_t>(path)};
    if (question != std::string_view::npos) {
      request_.query_ = {at + static_cast<std::uint32_t>(question + 1),
                         static_cast<std::uint32_t>(rest.size() - question - 1)};
    }
    return {};
  }

  void on_response_impl(int, Text, int, boost::system::error_code&) override {}

  void on_header_impl(boost::system::error_code&) override {}

  void on_body_init_impl(const boost::optional<std::uint64_t>&, boost::system::error_code&) override {}

  std::size_t on_body_impl(Text, boost::system::error_code&) override { return 0; }

  void on_chunk_header_impl(std::uint64_t, Text, boost::system::error_code&) override {}

  std::size_t on_chunk_body_impl(std::uint64_t, Text, boost::system::error_code&) override { return 0; }

  void on_finish_impl(boost::system::error_code&) override {}

  HttpRequest& request_;
  std::size_t max_fields_;
  unsigned hosts_ = 0;
  unsigned lengths_ = 0;
  unsigned encodings_ = 0;
  bool too_many_fields_ = false;
  bool host_ok_ = false;
  bool length_ok_ = false;
  bool chunked_ = false;
};

result<HttpRequest> HttpRequest::parse(std::string head, std::size_t max_fields) {
  HttpRequest request;
  request.head_ = std::move(head);
  // A folded value would be joined in a buffer of Beast's own, where no view of ours can point.
  for (std::size_t at = 0; (at = request.head_.find('\n', at)) != std::string::npos; ++at) {
    const char next = at + 1 < request.head_.size() ? request.head_[at + 1] : '\0';
    if (next == ' ' || next == '\t') return malformed(nullptr, "Folded header fields are not taken.");
  }
  HeadParser parser(request, max_fields);
  if (auto outcome = parser.run(); !outcome) return outcome.error();
  return request;
}

}  // namespace confab::net
