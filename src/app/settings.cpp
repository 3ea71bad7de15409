// SPDX-License-Identifier: MIT
#include "app/settings.hpp"

#include <algorithm>

namespace confab::app {
namespace {

JoinRule join_rule(config::Join join) noexcept {
  switch (join) {
    case config::Join::anyone:
      return JoinRule::anyone;
    case config::Join::user:
      return JoinRule::user;
    case config::Join::nobody:
      break;
  }
  return JoinRule::nobody;
}

PublishRule publish_rule(config::Publish publish) noexcept {
  switch (publish) {
    case config::Publish::member:
      return PublishRule::member;
    case config::Publish::anyone:
      return PublishRule::anyone;
    case config::Publish::user:
      return PublishRule::user;
    case config::Publish::server:
      return PublishRule::server;
    case config::Publish::nobody:
      break;
  }
  return PublishRule::nobody;
}

CallRule call_rule(config::WebRtcAllow allow) noexcept {
  switch (allow) {
    case config::WebRtcAllow::anyone:
      return CallRule::anyone;
    case config::WebRtcAllow::user:
      return CallRule::user;
    case config::WebRtcAllow::nobody:
      break;
  }
  return CallRule::nobody;
}

}  // namespace

std::size_t sessions_for(std::size_t descriptors) noexcept {
  constexpr std::size_t kOthers = 256;
  return descriptors > kOthers ? descriptors - kOthers : 1;
}

Limits core_limits(const config::Limits& limits, std::size_t descriptors) {
  Limits core;
  core.connections = std::min(limits.connections, sessions_for(descriptors));
  core.rooms_per_session = limits.rooms_per_session;
  core.rooms = limits.rooms;
  core.message_size = limits.message_size;
  core.messages_per_second = limits.messages_per_second;
  core.message_burst = limits.message_burst;
  core.flood = limits.flood;
  core.queue_size = limits.queue_size;
  core.queued_memory = limits.queued_memory;
  core.history_memory = limits.history_memory;
  core.read_markers_per_room = limits.read_markers_per_room;
  core.inactive_timeout = limits.inactive_timeout;
  return core;
}

WebRtc webrtc(const config::WebRtc& webrtc) {
  WebRtc core;
  core.allow = call_rule(webrtc.allow);
  for (const auto& server : webrtc.ice_servers)
    core.ice_servers.push_back({server.urls, server.username, server.credential});
  core.turn_urls = webrtc.turn.urls;
  core.turn_secret = webrtc.turn.secret;
  core.turn_ttl = std::chrono::duration_cast<std::chrono::seconds>(webrtc.turn.ttl);
  return core;
}

RoomRules room_rules(const std::vector<config::RoomRule>& rules) {
  std::vector<RoomRule> core;
  for (const auto& rule : rules) {
    RoomRule& made = core.emplace_back();
    made.match = rule.match;
    made.join = join_rule(rule.join);
    made.publish = publish_rule(rule.publish);
    made.history = {rule.history.size, rule.history.bytes, rule.history.ttl, rule.history.meta_ttl};
    made.presence = rule.presence;
    made.presence_events_up_to = rule.presence_events_up_to;
    made.events = rule.events;
    made.leave_grace = rule.leave_grace;
    made.sanitize = rule.sanitize == config::Sanitize::html ? Sanitize::html : Sanitize::none;
    made.max_members = rule.max_members;
    made.state = {rule.state.keys, rule.state.size};
  }
  return RoomRules(std::move(core));
}

std::vector<net::ApiKey> api_keys(const std::vector<config::ApiKey>& keys) {
  std::vector<net::ApiKey> made;
  for (const auto& key : keys) {
    const auto has = [&](config::Scope scope) {
      return std::find(key.scopes.begin(), key.scopes.end(), scope) != key.scopes.end();
    };
    made.push_back({key.name, key.key, has(config::Scope::read), has(config::Scope::publish),
                    has(config::Scope::admin)});
  }
  return made;
}

net::HttpLimits http_limits(const config::Limits& limits, std::size_t descriptors) {
  net::HttpLimits http;
  http.connections = sessions_for(descriptors);
  http.header_timeout = limits.header_timeout;
  http.idle_timeout = limits.idle_timeout;
  return http;
}

net::WebSocketOptions websocket_options(const config::Config& config) {
  net::WebSocketOptions options;
  options.message_limit = config.limits.message_size;
  options.inactive_timeout = config.limits.inactive_timeout;
  options.deflate =
      config.delivery.compress_over == 0 ? net::DeflateOffer::declined : net::DeflateOffer::accepted;
  return options;
}

net::SseOptions sse_options(const config::Config& config) {
  net::SseOptions options;
  options.retry = config.sse.retry;
  options.compression = config.sse.gzip ? sse::Compression::gzip : sse::Compression::none;
  options.inactive_timeout = config.limits.inactive_timeout;
  return options;
}

net::PollOptions poll_options(const config::LongPoll& long_poll) {
  return {long_poll.timeout, long_poll.session_ttl};
}

net::MessagePollOptions message_poll_options(const config::LongPoll& long_poll) {
  return {long_poll.timeout, long_poll.max_timeout, long_poll.default_room};
}

}  // namespace confab::app
