// SPDX-License-Identifier: MIT
#include "cli/following.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <utility>

#include "cli/close_code.hpp"
#include "cli/identity.hpp"

namespace confab::cli {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

/// A server that says nothing this long, not even to our pings, is lost.
constexpr std::chrono::seconds kSilence{40};

/// Of one message; a server's page is far smaller.
constexpr std::size_t kLargestMessage = 64 * 1024 * 1024;

/// Whether a proxy or server that answers so will let us in later.
bool passes(http::status status) noexcept {
  return status == http::status::too_many_requests ||
         http::to_status_class(status) == http::status_class::server_error;
}

}  // namespace

Following::Following(Dialer& dialer, const Follower& follower, Feed& feed, Printer& printer)
    : dialer_(dialer), follower_(follower), feed_(feed), printer_(printer) {}

asio::awaitable<outcome<void>> Following::run() {
  for (;;) {
    const Ending ending = co_await connection();
    if (ending == Ending::done) co_return outcome<void>();
    if (ending == Ending::failed || !reached_) co_return trouble_;
    co_await pause();
  }
}

asio::awaitable<Following::Ending> Following::connection() {
  auto link = co_await dialer_.dial();
  if (!link)
    co_return link.error().kind == Trouble::Kind::unreachable ? lost(link.error()) : failed(link.error());
  WebSocket socket(**link);
  if (const Ending ending = co_await open(socket); ending != Ending::done) co_return ending;
  if (std::exchange(reached_, true)) printer_.notice("connected again");
  const Ending ending = co_await read(socket);
  // Once enough was printed it doesn't matter how the server takes it.
  if (ending == Ending::done) co_await socket.async_close(websocket::close_code::normal, kAwait);
  co_return ending;
}

asio::awaitable<Following::Ending> Following::open(WebSocket& socket) {
  socket.set_option(websocket::stream_base::timeout{kStepLimit, kSilence, true});
  socket.set_option(websocket::stream_base::decorator([this](websocket::request_type& request) {
    request.set(http::field::user_agent, kUserAgent);
    if (!follower_.token.empty()) request.set(http::field::authorization, "Bearer " + follower_.token);
  }));
  socket.read_message_max(kLargestMessage);
  std::string target = dialer_.url().prefix + "/ws";
  if (!follower_.user.empty()) target += "?user=" + percent_encode(follower_.user);
  websocket::response_type response;
  const auto [error] = co_await socket.async_handshake(response, dialer_.url().authority(), target, kAwait);
  if (!error) co_return Ending::done;
  const std::string server = dialer_.url().text();
  if (error != websocket::error::upgrade_declined)
    co_return lost(
        {Trouble::Kind::unreachable, server + " doesn't answer as a WebSocket server: " + error.message()});
  Trouble declined{Trouble::Kind::refused,
                   server + " refused with HTTP status " + std::to_string(response.result_int()) + "."};
  co_return passes(response.result()) ? lost(std::move(declined)) : failed(std::move(declined));
}

asio::awaitable<Following::Ending> Following::read(WebSocket& socket) {
  boost::beast::flat_buffer buffer;
  for (;;) {
    const auto [error, bytes] = co_await socket.async_read(buffer, kAwait);
    if (error) co_return closed(socket, error);
    const auto data = buffer.cdata();
    const Feed::Next next = feed_.on_message({static_cast<const char*>(data.data()), data.size()});
    buffer.consume(buffer.size());
    if (feed_.take_joined()) backoff_.reset();
    switch (next) {
      case Feed::Next::go_on:
        break;
      case Feed::Next::greet:
        for (const std::string& join : feed_.greeting()) {
          const auto [failure, written] = co_await socket.async_write(asio::buffer(join), kAwait);
          if (failure) break;  // the next read says why
        }
        break;
      case Feed::Next::done:
        co_return Ending::done;
      case Feed::Next::retry:
        co_return Ending::lost;
      case Feed::Next::fail:
        co_return failed(feed_.trouble());
    }
  }
}

asio::awaitable<void> Following::pause() {
  // A server that asks for no wait at all, again and again, gets one all the same.
  const auto asked = feed_.take_wait().value_or(Backoff::Duration(0));
  const auto wait = std::max(Backoff::after(asked, random_jitter()), backoff_.next(random_jitter()));
  asio::steady_timer timer(co_await asio::this_coro::executor, wait);
  co_await timer.async_wait(kAwait);
}

Following::Ending Following::closed(const WebSocket& socket, const boost::system::error_code& error) {
  if (error != websocket::error::closed)
    return lost({Trouble::Kind::unreachable, "The connection was lost: " + error.message()});
  const websocket::close_reason& reason = socket.reason();
  Trouble trouble{Trouble::Kind::refused,
                  close_sentence(reason.code, {reason.reason.data(), reason.reason.size()})};
  return after_close(reason.code) == AfterClose::come_back ? lost(std::move(trouble))
                                                           : failed(std::move(trouble));
}

Following::Ending Following::lost(Trouble trouble) {
  // Said once for each connection that was there, not for each try since.
  if (reached_ && backoff_.fresh()) printer_.notice(trouble.sentence + " Trying again.");
  trouble_ = std::move(trouble);
  return Ending::lost;
}

Following::Ending Following::failed(Trouble trouble) {
  trouble_ = std::move(trouble);
  return Ending::failed;
}

}  // namespace confab::cli
