// SPDX-License-Identifier: MIT
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace confab::config {

/// What an operator can set, in the types that the program uses: durations in milliseconds, sizes in bytes, 0
/// where the option table says "no limit" or "off". Plain data without defaults of its own: load() and
/// defaults() make it, from the option table (options.cpp), which alone knows defaults, ranges and help.
using Duration = std::chrono::milliseconds;

enum class Scope : std::uint8_t { publish, read, admin };
enum class Join : std::uint8_t { anyone, user, nobody };
enum class Publish : std::uint8_t { member, anyone, user, server, nobody };
enum class Sanitize : std::uint8_t { none, html };
enum class LogLevel : std::uint8_t { trace, debug, info, warn, error };
enum class LogFormat : std::uint8_t { text, json };

struct Server {
  std::vector<std::string> listen;  ///< each legal for parse_listen_address
  bool reuse_port{};
  std::string node;  ///< empty: random
  Duration shutdown_grace{};
  std::string static_dir;                    ///< empty: only the built-in pages
  std::vector<std::string> trusted_proxies;  ///< each legal for parse_network
};

struct ApiKey {
  std::string name;
  std::string key;  ///< secret
  std::vector<Scope> scopes;

  bool operator==(const ApiKey&) const = default;
};

struct Api {
  std::vector<ApiKey> keys;
};

struct Heartbeat {
  Duration interval{};
  Duration timeout{};
};

struct Limits {
  std::size_t connections{};
  std::size_t rooms_per_session{};
  std::size_t rooms{};
  std::size_t message_size{};         ///< bytes
  std::size_t messages_per_second{};  ///< 0: no limit
  std::size_t message_burst{};
  std::size_t flood{};
  std::size_t queue_size{};      ///< bytes
  std::size_t queued_memory{};   ///< bytes
  std::size_t history_memory{};  ///< bytes
  std::size_t read_markers_per_room{};
  Duration header_timeout{};
  Duration idle_timeout{};
  Duration inactive_timeout{};  ///< 0: never
};

struct Delivery {
  std::size_t compress_over{};  ///< bytes; 0: off
};

struct RoomHistory {
  std::size_t size{};   ///< events
  std::size_t bytes{};  ///< of all of them
  Duration ttl{};
  Duration meta_ttl{};

  bool operator==(const RoomHistory&) const = default;
};

struct RoomState {
  std::size_t keys{};
  std::size_t size{};  ///< bytes

  bool operator==(const RoomState&) const = default;
};

struct RoomRule {
  std::string match;
  Join join{};
  Publish publish{};
  std::vector<std::string> events;  ///< patterns
  RoomHistory history;
  bool presence{};
  std::size_t presence_events_up_to{};
  Duration leave_grace{};
  Sanitize sanitize{};
  std::size_t max_members{};  ///< 0: no limit
  RoomState state;

  bool operator==(const RoomRule&) const = default;
};

struct SseRoute {
  std::string path;  ///< such as "/api/stocks/{symbol}/updates"
  std::string room;  ///< such as "stocks:{symbol}"; its variables are all in the path

  bool operator==(const SseRoute&) const = default;
};

struct Sse {
  Duration retry{};
  bool gzip{};
  std::vector<SseRoute> routes;
};

struct LongPoll {
  Duration timeout{};
  Duration max_timeout{};
  Duration session_ttl{};
  std::string default_room;
};

enum class WebRtcAllow : std::uint8_t { anyone, user, nobody };

struct IceServer {
  std::vector<std::string> urls;
  std::string username;
  std::string credential;  ///< secret

  bool operator==(const IceServer&) const = default;
};

struct Turn {
  std::vector<std::string> urls;
  std::string secret;  ///< secret; empty: no credentials are made
  Duration ttl{};
};

struct WebRtc {
  WebRtcAllow allow{};
  std::vector<IceServer> ice_servers;
  Turn turn;
};

struct Log {
  LogLevel level{};
  LogFormat format{};
  std::string file;  ///< empty: standard error
};

struct Config {
  Server server;
  Api api;
  std::vector<std::string> origins;
  Heartbeat heartbeat;
  Limits limits;
  Delivery delivery;
  std::vector<RoomRule> rooms;  ///< the first whose match fits counts
  Sse sse;
  LongPoll long_poll;
  WebRtc webrtc;
  Log log;
};

}  // namespace confab::config
