// SPDX-License-Identifier: MIT
#include "app/server.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <stdexcept>
#include <utility>
#include <vector>

#include "api/batch.hpp"
#include "api/client_messages.hpp"
#include "api/health.hpp"
#include "api/ice_servers.hpp"
#include "api/moderation.hpp"
#include "api/notifications.hpp"
#include "api/room_members.hpp"
#include "api/room_messages.hpp"
#include "api/room_state.hpp"
#include "api/rooms.hpp"
#include "api/sample.hpp"
#include "api/sessions.hpp"
#include "api/stats.hpp"
#include "api/users.hpp"
#include "app/descriptors.hpp"
#include "app/drain.hpp"
#include "app/free_memory.hpp"
#include "app/log.hpp"
#include "app/pages.hpp"
#include "app/session_log.hpp"
#include "app/settings.hpp"
#include "app/version.hpp"
#include "broker/memory_broker.hpp"
#include "broker/memory_rooms.hpp"
#include "confab/base/ids.hpp"
#include "confab/core/dispatcher.hpp"
#include "confab/core/subscription.hpp"
#include "config/changes.hpp"
#include "net/asio_loop.hpp"
#include "net/listener.hpp"
#include "net/message_polls.hpp"
#include "net/poll_server.hpp"
#include "net/room_routes.hpp"
#include "net/session_posts.hpp"
#include "net/signaling.hpp"
#include "net/sse_server.hpp"
#include "net/trusted_proxies.hpp"
#include "net/websocket_server.hpp"
#include "protocol/codecs.hpp"

namespace confab::app {

class Server::Parts {
 public:
  Parts(config::Config settings, Reread reread);

  void run();

 private:
  void add_routes();
  void listen();
  void await_signal();
  void on_signal(int number);
  void reload();
  void apply();
  void drain();

  config::Config config_;
  Reread reread_;
  const std::size_t descriptors_;

  // The core.
  net::AsioLoop loop_;
  RoomRules rules_;
  Limits limits_;
  MemoryBroker broker_{loop_, rules_, limits_};
  Sanctions sanctions_{loop_};
  Hub hub_;
  Permissions permissions_{rules_, sanctions_};
  Publisher publisher_{hub_, broker_};
  Typing typing_{loop_, hub_, publisher_, limits_};
  MemoryRooms rooms_{loop_, broker_, hub_, rules_, limits_};
  Arrivals arrivals_{hub_, broker_, rooms_};
  SessionLog journal_{hub_};
  Calls calls_{hub_};
  IceServers ice_servers_{webrtc(config_.webrtc)};
  Services services_{loop_,   hub_,      broker_, rules_, limits_,  permissions_, publisher_,
                     typing_, arrivals_, rooms_,  rooms_, journal_, calls_,       ice_servers_};
  Dispatcher dispatcher_{services_};
  Subscriber subscriber_{permissions_, arrivals_};

  // The clients' ways in.
  Codecs codecs_;
  native::Receiver receiver_{dispatcher_, limits_};
  net::SessionKey key_;
  net::ClientContext context_;
  net::Cors cors_;
  net::WebSocketServer websocket_;
  net::SseServer sse_;
  net::PollServer polls_;
  net::MessagePolls message_polls_;
  net::SessionPosts posts_;

  // HTTP.
  net::ApiGuard guard_;
  json::Parser parser_;
  Moderation moderation_{hub_, broker_, publisher_, sanctions_};
  net::AddressPaces paces_{loop_, limits_};
  net::TrustedProxies proxies_{config_.server.trusted_proxies};
  api::Context api_{services_, moderation_, sanctions_, paces_, guard_, parser_};
  api::Sampler sampler_{loop_, hub_};
  api::Phase phase_ = api::Phase::serving;
  Pages pages_;
  net::Router router_;
  net::HttpServer http_;
  std::vector<std::unique_ptr<net::Listener>> listeners_;

  FreeMemory free_memory_{loop_};

  // The way out.
  boost::asio::signal_set signals_;
  Drain drain_;
};

Server::Parts::Parts(config::Config settings, Reread reread)
    : config_(std::move(settings)),
      reread_(std::move(reread)),
      descriptors_(raise_descriptor_limit()),
      rules_(room_rules(config_.rooms)),
      limits_(core_limits(config_.limits, descriptors_)),
      hub_(loop_, broker_, rules_, limits_,
           config_.server.node.empty() ? random_token(8) : config_.server.node),
      codecs_(config_.delivery.compress_over),
      context_{loop_,
               hub_,
               broker_,
               receiver_,
               key_,
               loop_.read_buffer(),
               {config_.heartbeat.interval, config_.heartbeat.timeout}},
      cors_(config_.origins),
      websocket_(
          context_,
          [this](native::Encoding encoding, const std::optional<ws::DeflateParams>& deflate) -> const Codec& {
            return codecs_.websocket(encoding, deflate);
          },
          cors_, websocket_options(config_)),
      sse_(context_, codecs_, subscriber_, sse_options(config_)),
      polls_(context_, codecs_.poll(), poll_options(config_.long_poll)),
      message_polls_(context_, codecs_.poll(), permissions_, message_poll_options(config_.long_poll)),
      posts_(context_, config_.limits.message_size),
      guard_(api_keys(config_.api.keys)),
      pages_(config_.server.static_dir),
      router_(cors_, [this](const net::HttpRequest& request,
                            net::Access access) { return guard_.authorize(request, access); }),
      http_(loop_, loop_.read_buffer(), router_, http_limits(config_.limits, descriptors_)),
      signals_(loop_.io(), SIGTERM, SIGINT, SIGHUP),
      drain_(
          loop_, hub_, [this] { return websocket_.size() + sse_.size() + http_.size(); },
          [this] {
            spdlog::info("everybody has gone; the end");
            loop_.stop();
          }) {
  if (limits_.connections < config_.limits.connections) {
    spdlog::warn("limits.connections is {}, but the process may open {} descriptors: at most {} sessions",
                 config_.limits.connections, descriptors_, limits_.connections);
  }
  hub_.obey(sanctions_);
  http_.trust(proxies_);
  broker_.start(hub_);
  add_routes();
  listen();
  await_signal();
}

void Server::Parts::add_routes() {
  using net::Access;
  using net::Method;
  const auto websocket = [this](const net::HttpExchangePtr& exchange) { websocket_.on_request(exchange); };
  const auto page = [this](const net::HttpExchangePtr& exchange) { pages_.on_request(exchange); };
  // A page is for everybody; the WebSocket there looks at the Origin itself.
  router_.add(Method::get, "/", Access::open, [websocket, page](const net::HttpExchangePtr& exchange) {
    net::WebSocketServer::wants_upgrade(exchange->request()) ? websocket(exchange) : page(exchange);
  });
  for (const auto* path : {"/ws", "/chat"})
    router_.add(Method::get, path, Access::client, websocket);
  net::add_signaling(router_, websocket_, receiver_);
  router_.add(Method::get, "/events", Access::client,
              [this](const net::HttpExchangePtr& exchange) { sse_.on_request(exchange); });
  router_.add(Method::get, "/api/poll", Access::client,
              [this](const net::HttpExchangePtr& exchange) { polls_.on_request(exchange); });
  router_.add(Method::get, "/api/messages", Access::client,
              [this](const net::HttpExchangePtr& exchange) { message_polls_.on_request(exchange); });
  router_.add(Method::post, "/api/sessions/{sid}", Access::client,
              [this](const net::HttpExchangePtr& exchange) { posts_.on_request(exchange); });
  api::add_client_messages(router_, api_);
  api::add_ice_servers(router_, api_);
  api::add_room_messages(router_, api_);
  api::add_room_members(router_, api_);
  api::add_room_state(router_, api_);
  api::add_moderation(router_, api_);
  api::add_users(router_, api_);
  api::add_sessions(router_, api_);
  api::add_rooms(router_, api_);
  api::add_notifications(router_, api_);
  api::add_batch(router_);
  api::add_stats(router_, loop_, hub_, sampler_, kVersion);
  api::add_health(router_, hub_, phase_);
  net::add_room_routes(router_, sse_, config_.sse.routes);
  router_.set_fallback(page);
}

void Server::Parts::listen() {
  for (const auto& address : config_.server.listen) {
    net::ListenOptions options;
    options.address = address;
    options.sharing = config_.server.reuse_port ? net::PortSharing::shared : net::PortSharing::exclusive;
    auto listener =
        std::make_unique<net::Listener>(loop_.io(), loop_, std::move(options),
                                        [this](net::StreamPtr stream) { http_.accept(std::move(stream)); });
    if (listener->open() == net::Listener::Opened::listening) listeners_.push_back(std::move(listener));
  }
  if (listeners_.empty())
    throw std::runtime_error("none of the addresses of server.listen can be listened on");
  for (const auto& listener : listeners_) {
    listener->start();
    spdlog::info("listening on {}", listener->address());
  }
}

void Server::Parts::await_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int number) {
    if (error) return;
    on_signal(number);
    await_signal();
  });
}

void Server::Parts::on_signal(int number) {
  if (number == SIGHUP) return reload();
  if (phase_ == api::Phase::draining) {
    spdlog::info("asked again to end: at once");
    return loop_.stop();
  }
  drain();
}

void Server::Parts::drain() {
  phase_ = api::Phase::draining;
  spdlog::info("draining: {} sessions over {} ms", hub_.sessions(), config_.server.shutdown_grace.count());
  for (const auto& listener : listeners_)
    listener->stop();
  http_.drain();
  drain_.start(config_.server.shutdown_grace);
}

void Server::Parts::reload() {
  const auto fresh = reread_();
  if (!fresh) return;
  const auto changes = config::reloadable_changes(config_, *fresh);
  if (changes.empty()) spdlog::info("SIGHUP: nothing has changed");
  for (const auto& change : changes) {
    const bool now = change.reload == config::Reload::on_sighup;
    spdlog::info("{}: {} -> {}{}", change.path, change.before, change.after, now ? "" : " (after a restart)");
  }
  config::apply_reloadable(config_, *fresh);
  apply();
}

void Server::Parts::apply() {
  Log::set_level(config_.log.level);
  limits_ = core_limits(config_.limits, descriptors_);
  rules_ = room_rules(config_.rooms);
  hub_.on_rules_changed();
  ice_servers_.set(webrtc(config_.webrtc));
  guard_.set_keys(api_keys(config_.api.keys));
  cors_ = net::Cors(config_.origins);
  websocket_.set_options(websocket_options(config_));
  sse_.set_options(sse_options(config_));
  posts_.set_message_limit(config_.limits.message_size);
  http_.set_limits(http_limits(config_.limits, descriptors_));
}

void Server::Parts::run() {
  loop_.run();
  // Who asks again to end while it ends has no need to.
  sigset_t asked;
  sigemptyset(&asked);
  for (const int number : {SIGTERM, SIGINT, SIGHUP})
    sigaddset(&asked, number);
  ::pthread_sigmask(SIG_BLOCK, &asked, nullptr);
}

Server::Server(config::Config config, Reread reread)
    : parts_(std::make_unique<Parts>(std::move(config), std::move(reread))) {}

Server::~Server() = default;

void Server::run() {
  parts_->run();
}

}  // namespace confab::app
