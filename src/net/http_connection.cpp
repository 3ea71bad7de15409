// SPDX-License-Identifier: MIT
#include "net/http_connection.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "net/trusted_proxies.hpp"
#include "net/url.hpp"

namespace confab::net {
namespace {

/// While a request is with its handler, so much is read ahead, and in pieces of this size.
constexpr std::size_t kReadAhead = 16 * 1024;

void free_string(std::string& text) noexcept {
  std::string().swap(text);
}

}  // namespace

/// A request of which the body is still to come (or that waits for room to answer).
struct HttpConnection::Incoming {
  std::unique_ptr<HttpRequest> request;
  ChunkDecoder chunks;
  bool expects_continue = false;
  bool complete = false;
};

HttpConnection::HttpConnection(HttpServer& server, StreamPtr stream)
    : server_(server), stream_(std::move(stream)) {}

HttpConnection::~HttpConnection() = default;

void HttpConnection::start() {
  stream_->bind(this);
  set_deadline(Deadline::head);
  stream_->await_read();
}

void HttpConnection::drain() {
  const boost::intrusive_ptr self(this);
  if (!closed_ && exchange_ == nullptr && incoming_ == nullptr && input().empty() && unsent() == 0) close();
}

void HttpConnection::close() {
  if (closed_) return;
  const boost::intrusive_ptr self(this);
  closed_ = true;
  server_.loop_.timers().cancel(*this);
  stream_->bind(nullptr);
  stream_->close();
  server_.remove(*this);
  if (exchange_ == nullptr) return;
  const HttpExchangePtr exchange(exchange_);
  exchange_ = nullptr;
  exchange->abandon();
}

void HttpConnection::on_readable() {
  const boost::intrusive_ptr self(this);
  std::span<char> buffer = server_.read_buffer_;
  if (exchange_ != nullptr) buffer = buffer.first(std::min(buffer.size(), kReadAhead));
  const IoResult result = stream_->read_some(buffer);
  switch (result.status) {
    case IoStatus::ok:
      return on_input({buffer.data(), result.bytes});
    case IoStatus::would_block:
      return stream_->await_read();
    case IoStatus::eof:
      return on_end_of_input();
    case IoStatus::error:
      return close();
  }
}

void HttpConnection::on_input(std::string_view bytes) {
  if (lingering_) return stream_->await_read();
  if (!closing_) input_.append(bytes);
  process();
}

void HttpConnection::on_end_of_input() {
  if (lingering_) return close();
  end_of_input_ = true;
  process();
}

void HttpConnection::abort_exchange() {
  const HttpExchangePtr exchange(exchange_);
  std::exchange(exchange->events_, nullptr)->on_abort(*exchange);
  if (exchange_ == exchange.get()) close();
}

void HttpConnection::on_writable() {
  const boost::intrusive_ptr self(this);
  process();
}

void HttpConnection::on_timer() {
  const boost::intrusive_ptr self(this);
  const Deadline missed = std::exchange(deadline_, Deadline::none);
  const bool began = incoming_ != nullptr || !input().empty();
  if ((missed == Deadline::head || missed == Deadline::body) && began) {
    refuse(Fault{errc::request_timeout, nullptr, nullptr});
    return process();
  }
  close();
}

void HttpConnection::process() {
  if (closed_) return;
  const boost::intrusive_ptr self(this);
  processing_ = true;
  flush();
  while (!closed_ && !closing_ && exchange_ == nullptr && unsent() <= server_.limits_.unsent && step()) {
  }
  processing_ = false;
  if (!closed_ && end_of_input_ && exchange_ != nullptr && exchange_->events_ != nullptr)
    return abort_exchange();
  if (closed_) return;
  flush();
  if (!closed_) settle();
}

bool HttpConnection::step() {
  if (incoming_ == nullptr && !read_head()) return false;
  if (!incoming_->complete && !read_body()) return false;
  return dispatch();
}

bool HttpConnection::read_head() {
  // RFC 9112 section 2.2: an empty line before a request is skipped.
  while (input().starts_with("\r\n"))
    taken_ += 2;
  if (input().empty() || input() == "\r") return false;
  const HeadScanner::Status status = scanner_.scan(input());
  const std::size_t known = status == HeadScanner::Status::complete ? scanner_.length() : input().size();
  if (status == HeadScanner::Status::malformed) {
    refuse(Fault{errc::bad_message, nullptr, "This is not an HTTP/1.1 request."});
    return false;
  }
  if (known > server_.limits_.head) {
    refuse(Fault{errc::headers_too_large, nullptr, nullptr});
    return false;
  }
  if (status == HeadScanner::Status::incomplete) return false;

  auto parsed = HttpRequest::parse(std::string(input().substr(0, known)), server_.limits_.fields);
  taken_ += known;
  scanner_ = HeadScanner();
  if (!parsed) {
    refuse(parsed.error());
    return false;
  }
  incoming_ = std::make_unique<Incoming>();
  incoming_->request = std::make_unique<HttpRequest>(std::move(*parsed));
  const HttpRequest& request = *incoming_->request;
  if (request.framing() == HttpRequest::Framing::length && request.content_length() > server_.limits_.body) {
    refuse(Fault{errc::too_large, nullptr, "The body of the request is larger than its limit."});
    return false;
  }
  if (const auto expectation = request.header("Expect"); expectation && request.http11()) {
    if (!equal_ignoring_case(*expectation, "100-continue")) {
      refuse(HttpReply::json(error_body({errc::bad_message, "expect",
                                         "The only expectation that is understood is 100-continue."}),
                             417));
      return false;
    }
    incoming_->expects_continue = true;
  }
  return true;
}

bool HttpConnection::read_body() {
  HttpRequest& request = *incoming_->request;
  std::string& body = request.mutable_body();
  std::string_view in = input();
  const bool none_yet = in.empty();
  switch (request.framing()) {
    case HttpRequest::Framing::none:
      incoming_->complete = true;
      break;
    case HttpRequest::Framing::length: {
      const std::size_t n = std::min<std::uint64_t>(request.content_length() - body.size(), in.size());
      body.append(in.substr(0, n));
      in.remove_prefix(n);
      incoming_->complete = body.size() == request.content_length();
      break;
    }
    case HttpRequest::Framing::chunked: {
      const auto status = incoming_->chunks.feed(in, body, server_.limits_.body);
      if (status == ChunkDecoder::Status::malformed) {
        refuse(Fault{errc::bad_message, "transfer-encoding", "The chunks of the body are malformed."});
        return false;
      }
      if (status == ChunkDecoder::Status::too_large) {
        refuse(Fault{errc::too_large, nullptr, "The body of the request is larger than its limit."});
        return false;
      }
      incoming_->complete = status == ChunkDecoder::Status::done;
      break;
    }
  }
  taken_ = input_.size() - in.size();
  if (!incoming_->complete && incoming_->expects_continue && none_yet) {
    output_ += "HTTP/1.1 100 Continue\r\n\r\n";
  }
  incoming_->expects_continue = false;
  return incoming_->complete;
}

bool HttpConnection::dispatch() {
  const Method method = incoming_->request->method();
  if (method == Method::get) {
    // A GET may be taken over, and then nothing of an earlier answer may be left here.
    flush();
    if (closed_ || unsent() > 0) return false;
  }
  set_deadline(Deadline::none);
  note_client();
  HttpExchangePtr exchange(new HttpExchange(*this, std::move(incoming_->request)));
  incoming_.reset();
  exchange_ = exchange.get();
  ++server_.counters_.requests;
  server_.handler_.on_request(std::move(exchange));
  return true;
}

void HttpConnection::note_client() {
  HttpRequest& request = *incoming_->request;
  // A proxy sends the requests of many over one connection.
  stream_->set_client_address({});
  std::string peer = stream_->remote_address();
  if (server_.proxies_ != nullptr) {
    std::string client = server_.proxies_->client_of(peer, request);
    if (client != peer) stream_->set_client_address(client);
    peer = std::move(client);
  }
  request.set_peer({std::move(peer), stream_->is_loopback_tcp()});
}

void HttpConnection::refuse(const Fault& fault) {
  refuse(HttpReply::from(fault));
}

void HttpConnection::refuse(HttpReply reply) {
  ++server_.counters_.refused;
  spdlog::debug("http: a request was refused with {}: {}", reply.status, reply.body);
  ReplyContext context;
  context.date = server_.date_.at(server_.loop_.wall());
  context.after = AfterReply::close;
  if (incoming_ != nullptr && incoming_->request->method() == Method::head)
    context.body = ReplyContext::Body::omitted;
  serialise(output_, reply, context);
  closing_ = true;
  forget_input();
}

void HttpConnection::answer(HttpExchange& exchange, const HttpReply& reply) {
  const boost::intrusive_ptr self(this);
  exchange_ = nullptr;
  ReplyContext context;
  context.date = server_.date_.at(server_.loop_.wall());
  context.common_lines = exchange.common_lines_;
  context.body = exchange.body_;
  context.version = exchange.version_;
  const bool last = reply.after == AfterReply::close || exchange.after_ == AfterReply::close ||
                    server_.draining_ || (end_of_input_ && input().empty());
  context.after = last ? AfterReply::close : AfterReply::keep_alive;
  serialise(output_, reply, context);
  if (last) {
    closing_ = true;
    forget_input();
  }
  // Given from inside a handler, process() goes on with it.
  if (!processing_) server_.process_later(*this);
}

std::optional<HttpConnection::TakenOver> HttpConnection::take_over() {
  if (unsent() > 0) return std::nullopt;
  const boost::intrusive_ptr self(this);
  closed_ = true;
  exchange_ = nullptr;
  server_.loop_.timers().cancel(*this);
  stream_->bind(nullptr);
  TakenOver taken{std::move(stream_), std::string(input()), end_of_input_};
  forget_input();
  server_.remove(*this);
  return taken;
}

void HttpConnection::flush() {
  while (unsent() > 0) {
    const IoResult result = stream_->write_some(std::string_view(output_).substr(sent_));
    if (result.status == IoStatus::would_block) return;
    if (result.status != IoStatus::ok) return close();
    sent_ += result.bytes;
    if (deadline_ == Deadline::write)
      set_deadline(Deadline::none);  // it took something: the time starts anew
  }
  sent_ = 0;
  free_string(output_);
}

void HttpConnection::settle() {
  if (taken_ > 0) {
    input_.erase(0, taken_);
    taken_ = 0;
  }
  if (input_.empty()) free_string(input_);

  if (unsent() > 0) {
    stream_->await_write();
    set_deadline(Deadline::write);
  } else if (closing_) {
    return linger();
  } else if (exchange_ != nullptr) {
    set_deadline(Deadline::none);
  } else if (end_of_input_ || (server_.draining_ && incoming_ == nullptr && input_.empty())) {
    return close();
  } else if (incoming_ != nullptr) {
    set_deadline(Deadline::body);
  } else if (!input_.empty() || deadline_ == Deadline::head) {
    set_deadline(Deadline::head);
  } else {
    set_deadline(Deadline::idle);
  }
  const bool waiting = exchange_ != nullptr || (incoming_ != nullptr && incoming_->complete);
  const bool room = unsent() <= server_.limits_.unsent && (!waiting || input_.size() < kReadAhead);
  if (room && !end_of_input_ && !closing_) stream_->await_read();
}

void HttpConnection::linger() {
  // Closing a socket with unread bytes resets it, and the peer may lose the answer (RFC 9112 section 9.6).
  if (end_of_input_) return close();
  lingering_ = true;
  stream_->shutdown_write();
  set_deadline(Deadline::linger);
  stream_->await_read();
}

void HttpConnection::set_deadline(Deadline deadline) {
  if (deadline == deadline_) return;
  deadline_ = deadline;
  const HttpLimits& limits = server_.limits_;
  std::chrono::milliseconds after{};
  switch (deadline) {
    case Deadline::none:
      return server_.loop_.timers().cancel(*this);
    case Deadline::idle:
      after = limits.idle_timeout;
      break;
    case Deadline::head:
    case Deadline::body:
      after = limits.header_timeout;
      break;
    case Deadline::write:
      after = limits.write_timeout;
      break;
    case Deadline::linger:
      after = limits.linger;
      break;
  }
  server_.loop_.timers().schedule(*this, server_.loop_.now() + after);
}

void HttpConnection::forget_input() noexcept {
  free_string(input_);
  taken_ = 0;
  incoming_.reset();
}

}  // namespace confab::net
