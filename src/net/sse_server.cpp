// SPDX-License-Identifier: MIT
#include "net/sse_server.hpp"

#include "net/greeting.hpp"
#include "net/overload.hpp"

namespace confab::net {
namespace {

constexpr std::string_view kContentType = "text/event-stream";

/// The fields that are an event stream's own, for answers with and without one.
constexpr std::pair<std::string_view, std::string_view> kFields[] = {
    {"Cache-Control", "no-cache"},
    {"X-Accel-Buffering", "no"},  // nginx would collect events before it passes them on
};

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

SseServer::SseServer(ClientContext& context, const Codecs& codecs, Subscriber& subscriber, SseOptions options)
    : context_(context), codecs_(codecs), subscriber_(subscriber), options_(options) {}

SseServer::~SseServer() {
  while (first_ != nullptr) {
    if (Session* session = first_->session_) {
      session->detach();
      session->close(CloseReason::going_away);
    }
    remove(*first_);
  }
}

void SseServer::on_request(const HttpExchangePtr& exchange, std::vector<std::string> route_rooms) {
  const HttpRequest& request = exchange->request();
  auto wanted = SseRequest::read(request, std::move(route_rooms));
  if (!wanted) return exchange->fail(wanted.error());
  if (const auto allowed = subscriber_.check(wanted->identity(), wanted->subscription); !allowed) {
    return exchange->fail(allowed.error());
  }
  if (!wanted->user.empty())
    if (const auto admitted = context_.hub.admits(wanted->user); !admitted)
      return exchange->fail(admitted.error());
  if (request.method() != Method::head) return open(*exchange, std::move(*wanted));

  HttpReply head = HttpReply::text({}, kContentType);
  for (const auto& [name, value] : kFields)
    head.header(name, value);
  if (options_.compression == sse::Compression::gzip) head.header("Vary", "Accept-Encoding");
  if (compression_for(request) == sse::Compression::gzip) head.header("Content-Encoding", "gzip");
  exchange->reply(head);
}

void SseServer::open(HttpExchange& exchange, SseRequest wanted) {
  const sse::SseCodec& codec = codecs_.sse(wanted.shape, compression_for(exchange.request()));
  auto* connection = new SseConnection(*this, codec);
  add(*connection);
  Session* session = context_.hub.open(*connection, codec);
  if (session == nullptr) {
    remove(*connection);
    return exchange.reply(overloaded());
  }
  auto taken = exchange.take_over();
  if (!taken) {
    session->detach();
    session->close(CloseReason::normal);
    return remove(*connection);
  }
  connection->start(std::move(taken->stream), *session);
  greet(*session, codec, exchange, wanted);
  subscriber_.subscribe(*session, std::move(wanted.subscription));
}

void SseServer::greet(Session& session, const sse::SseCodec& codec, const HttpExchange& exchange,
                      const SseRequest& wanted) {
  std::string head;
  append_status_line(head, 200);
  append_field(head, "Date", date_.at(context_.loop.wall()));
  append_field(head, "Content-Type", kContentType);
  for (const auto& [name, value] : kFields)
    append_field(head, name, value);
  // Without a length the end of the connection is the end of the stream, for HTTP/1.0 clients too.
  append_field(head, "Connection", "close");
  if (options_.compression == sse::Compression::gzip) append_field(head, "Vary", "Accept-Encoding");
  const bool gzip = codec.compression() == sse::Compression::gzip;
  if (gzip) append_field(head, "Content-Encoding", "gzip");
  head.append(exchange.common_lines()).append("\r\n");
  const FramePtr retry = codec.frame("retry: " + std::to_string(options_.retry.count()) + "\n\n");
  session.send(Frame::make({head, gzip ? sse::gzip_header() : std::string_view(), retry->bytes()}),
               EventClass::ordinary);

  if (!wanted.user.empty()) (void)context_.hub.name(session, wanted.user);

  const Cursor now = context_.history.now();
  const std::string members =
      connected_members(session, context_.key.sid(session), now, context_.loop.wall());
  std::string cursor;
  // A client that resumes has yet to get what lies between; until then its own id is the truth.
  if (!wanted.subscription.after) now.append_to(cursor);
  Reply connected;
  connected.name = "connected";
  connected.members = members;
  connected.cursor = cursor;
  session.send(connected);
}

void SseServer::add(SseConnection& connection) noexcept {
  connection.next_ = first_;
  if (first_ != nullptr) first_->previous_ = &connection;
  first_ = &connection;
  ++size_;
}

void SseServer::remove(SseConnection& connection) noexcept {
  (connection.previous_ != nullptr ? connection.previous_->next_ : first_) = connection.next_;
  if (connection.next_ != nullptr) connection.next_->previous_ = connection.previous_;
  --size_;
  delete &connection;
}

sse::Compression SseServer::compression_for(const HttpRequest& request) const noexcept {
  return accepts_gzip(request) ? options_.compression : sse::Compression::none;
}

}  // namespace confab::net
