// SPDX-License-Identifier: MIT
#include "config/options.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "config/collections.hpp"
#include "config/ice_servers.hpp"
#include "config/scalars.hpp"

namespace confab::config {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMiB = std::size_t{1} << 20;
constexpr std::size_t kGiB = std::size_t{1} << 30;

DurationType duration(Duration min, Duration max) {
  return {min, max};
}

BytesType bytes(std::size_t min, std::size_t max) {
  return {min, max};
}

CountType count(std::size_t min, std::size_t max) {
  return {min, max};
}

FlagType flag() {
  return {};
}

TextType text(const TextRule& rule) {
  return {rule, Secrecy::open};
}

TextType secret(const TextRule& rule) {
  return {rule, Secrecy::secret};
}

template <class Enum, std::size_t N>
ChoiceType<Enum, N> choice(const std::pair<std::string_view, Enum> (&names)[N]) {
  return ChoiceType<Enum, N>(std::to_array(names));
}

template <class Item>
ListType<Item> list(Item item, std::size_t min, std::size_t max) {
  return {std::move(item), min, max};
}

template <class Element>
ElementsType<Element> elements(const Table<Element>& table, std::size_t max,
                               std::vector<Unique<Element>> unique) {
  return {table, max, std::move(unique)};
}

constexpr std::pair<std::string_view, Scope> kScopes[] = {
    {"publish", Scope::publish}, {"read", Scope::read}, {"admin", Scope::admin}};
constexpr std::pair<std::string_view, Join> kJoin[] = {
    {"anyone", Join::anyone}, {"user", Join::user}, {"nobody", Join::nobody}};
constexpr std::pair<std::string_view, Publish> kPublish[] = {{"member", Publish::member},
                                                             {"anyone", Publish::anyone},
                                                             {"user", Publish::user},
                                                             {"server", Publish::server},
                                                             {"nobody", Publish::nobody}};
constexpr std::pair<std::string_view, Sanitize> kSanitize[] = {{"none", Sanitize::none},
                                                               {"html", Sanitize::html}};
constexpr std::pair<std::string_view, WebRtcAllow> kAllow[] = {
    {"anyone", WebRtcAllow::anyone}, {"user", WebRtcAllow::user}, {"nobody", WebRtcAllow::nobody}};
constexpr std::pair<std::string_view, LogLevel> kLevels[] = {{"trace", LogLevel::trace},
                                                             {"debug", LogLevel::debug},
                                                             {"info", LogLevel::info},
                                                             {"warn", LogLevel::warn},
                                                             {"error", LogLevel::error}};
constexpr std::pair<std::string_view, LogFormat> kFormats[] = {{"text", LogFormat::text},
                                                               {"json", LogFormat::json}};

template <class Owner, class Type, class Member>
Option<Owner> make_option(const char* path, Member member, Type type,
                          const std::optional<std::string>& default_text, Reload reload, const char* help) {
  Option<Owner> option;
  option.path = path;
  option.default_text = default_text;
  option.reload = reload;
  option.secrecy = type.secrecy();
  option.help = help;
  option.allowed = type.allowed();
  option.read = [member, type](const Node& node, Owner& owner, const Place& place) {
    return type.read(node, member(owner), place);
  };
  option.print = [member, type](const Owner& owner) { return type.print(member(owner)); };
  option.equal = [member](const Owner& left, const Owner& right) { return member(left) == member(right); };
  option.copy = [member](const Owner& from, Owner& to) { member(to) = member(from); };
  if constexpr (requires { type.notes(); }) {
    if (option.default_text == "[]") option.notes = type.notes();
    option.document = [member, type](const Owner& owner, std::size_t indent) {
      return type.document(member(owner), indent);
    };
  } else {
    option.document = [member, type](const Owner& owner, std::size_t) {
      return ' ' + type.print(member(owner));
    };
  }
  return option;
}

// The key names the member, so that neither can be written without the other.
#define CONFAB_OPTION(Owner, key, type, default_text, reload, help) \
  make_option<Owner>(                                               \
      #key, [](auto& owner) -> auto& { return owner.key; }, type, default_text, Reload::reload, help)

/// Shape of a route's path: two that differ only in their variables' names are the same to a request.
std::string shape(const SseRoute& route) {
  std::string out;
  bool inside = false;
  for (const char c : route.path) {
    if (!inside || c == '}') out += c;
    inside = c == '{' || (inside && c != '}');
  }
  return out;
}

std::string check_route(const SseRoute& route) {
  std::set<std::string_view> known;
  for_each_variable(route.path, [&](std::string_view name) { return known.insert(name).second; });
  std::string missing;
  for_each_variable(route.room, [&](std::string_view name) {
    if (!known.contains(name)) missing = name;
    return missing.empty();
  });
  return missing.empty() ? ""
                         : "room uses {" + missing + "}, which path has not; allowed: variables of the path";
}

/// A browser takes no TURN server without credentials (W3C WebRTC, section 4.4.1.1), and none for STUN alone.
std::string check_ice_server(const IceServer& server) {
  const bool turn = std::any_of(server.urls.begin(), server.urls.end(),
                                [](const std::string& url) { return url.starts_with("turn"); });
  if (server.username.empty() != server.credential.empty())
    return "username and credential come together; allowed: both or none";
  if (turn && server.username.empty())
    return "a TURN server without username and credential; allowed: with both, or under webrtc.turn";
  return "";
}

}  // namespace

// clang-format off
const Table<ApiKey>& api_key_options() {
  static const Table<ApiKey> table({
    CONFAB_OPTION(ApiKey, name, text(kKeyName), std::nullopt, on_sighup, "Who has the key, for the log."),
    CONFAB_OPTION(ApiKey, key, secret(kApiKey), std::nullopt, on_sighup, "Sent as \"Authorization: Bearer KEY\" or \"X-API-Key: KEY\"."),
    CONFAB_OPTION(ApiKey, scopes, list(choice(kScopes), 1, 3), std::nullopt, on_sighup, "What the key opens."),
  });
  return table;
}

const Table<RoomRule>& room_options() {
  static const Table<RoomRule> table({
    CONFAB_OPTION(RoomRule, match, text(kRoomPattern), R"("*")", on_sighup, "Which rooms the entry is about."),
    CONFAB_OPTION(RoomRule, join, choice(kJoin), "anyone", on_sighup, "Who may join; a user is a client that has a name."),
    CONFAB_OPTION(RoomRule, publish, choice(kPublish), "member", on_sighup, "Who may publish; server: only the HTTP API."),
    CONFAB_OPTION(RoomRule, events, list(text(kEventPattern), 0, 1000), R"(["*"])", on_sighup, "Which custom events clients may publish."),
    CONFAB_OPTION(RoomRule, history.size, count(0, 1'000'000), "100", on_sighup, "Events that are kept; 0: none."),
    CONFAB_OPTION(RoomRule, history.bytes, bytes(0, 16 * kGiB), "1MiB", on_sighup, "Size of all events that are kept."),
    CONFAB_OPTION(RoomRule, history.ttl, duration(0ms, 8760h), "1h", on_sighup, "Age up to which an event is kept."),
    CONFAB_OPTION(RoomRule, history.meta_ttl, duration(0ms, 8760h), "24h", on_sighup, "How long the numbering of events outlives the last of them."),
    CONFAB_OPTION(RoomRule, presence, flag(), "true", on_sighup, "Whether members are listed and their coming and going is told."),
    CONFAB_OPTION(RoomRule, presence_events_up_to, count(0, 10'000'000), "500", on_sighup, "Users up to which each coming and going is told; above, only their number once a second."),
    CONFAB_OPTION(RoomRule, leave_grace, duration(0ms, 1h), "0s", on_sighup, "A user whose last connection is lost and who is back within this time neither left nor joined."),
    CONFAB_OPTION(RoomRule, sanitize, choice(kSanitize), "none", on_sighup, "html: markup in texts is escaped."),
    CONFAB_OPTION(RoomRule, max_members, count(0, 10'000'000), "0", on_sighup, "0: no limit."),
    CONFAB_OPTION(RoomRule, state.keys, count(0, 1'000'000), "100", on_sighup, "Keys of the room's shared state. 0: it has none."),
    CONFAB_OPTION(RoomRule, state.size, bytes(0, 1 * kGiB), "64KiB", on_sighup, "Size of all its keys and values."),
  });
  return table;
}

const Table<SseRoute>& sse_route_options() {
  static const Table<SseRoute> table({
    CONFAB_OPTION(SseRoute, path, text(kRoutePath), std::nullopt, at_start, "The path of the stream."),
    CONFAB_OPTION(SseRoute, room, text(kRouteRoom), std::nullopt, at_start, "The room whose events it carries."),
  }, check_route);
  return table;
}

const Table<IceServer>& ice_server_options() {
  static const Table<IceServer> table({
    CONFAB_OPTION(IceServer, urls, list(text(kIceUrl), 1, 16), std::nullopt, on_sighup, "Where the server is."),
    CONFAB_OPTION(IceServer, username, text(kIceCredential), R"("")", on_sighup, "For TURN; it is told to every client. \"\": none."),
    CONFAB_OPTION(IceServer, credential, secret(kIceCredential), R"("")", on_sighup, "Goes with the username."),
  }, check_ice_server);
  return table;
}

const Table<Config>& options() {
  static const Table<Config> table({
    CONFAB_OPTION(Config, server.listen, list(text(kListenAddress), 1, 64), R"(["127.0.0.1:3000", "[::1]:3000"])", at_start, "Where to listen. No IPv6 on the machine is no error; fd://N is a socket that was handed over."),
    CONFAB_OPTION(Config, server.reuse_port, flag(), "false", at_start, "Several instances on one port."),
    CONFAB_OPTION(Config, server.node, text(kNodeTag), R"("")", at_start, "This instance's tag. \"\": random."),
    CONFAB_OPTION(Config, server.shutdown_grace, duration(0ms, 1h), "15s", at_start, "The time over which SIGTERM spreads the closing of connections."),
    CONFAB_OPTION(Config, server.static_dir, text(kPath), R"("")", at_start, "A directory that is served at / before the built-in pages. \"\": none."),
    CONFAB_OPTION(Config, server.trusted_proxies, list(text(kNetwork), 0, 1000), R"(["127.0.0.0/8", "::1/128"])", at_start, "Peers whose X-Forwarded-For and X-Forwarded-Proto count, read from right to left."),
    CONFAB_OPTION(Config, api.keys, elements(api_key_options(), 1000, {{"name", [](const ApiKey& k) { return k.name; }}, {"key", [](const ApiKey& k) { return k.key; }}}), "[]", on_sighup, "Keys of backends. Without one the API answers only requests from this machine."),
    CONFAB_OPTION(Config, origins, list(text(kOriginPattern), 0, 1000), R"(["*"])", on_sighup, "Which web pages may open a WebSocket and get CORS headers, by their Origin."),
    CONFAB_OPTION(Config, heartbeat.interval, duration(100ms, 1h), "25s", at_start, "How often a silent connection is asked for a sign of life."),
    CONFAB_OPTION(Config, heartbeat.timeout, duration(100ms, 1h), "20s", at_start, "How long the answer may take."),
    CONFAB_OPTION(Config, limits.connections, count(1, 10'000'000), "100000", on_sighup, "Sessions."),
    CONFAB_OPTION(Config, limits.rooms_per_session, count(1, 100'000), "100", on_sighup, "Rooms that a session may be in at once."),
    CONFAB_OPTION(Config, limits.rooms, count(1, 100'000'000), "1000000", on_sighup, "Rooms."),
    CONFAB_OPTION(Config, limits.message_size, bytes(1, 16 * kMiB), "64KiB", on_sighup, "The largest message of a client."),
    CONFAB_OPTION(Config, limits.messages_per_second, count(0, 1'000'000), "50", on_sighup, "Messages that a session may send in the long run. 0: no limit."),
    CONFAB_OPTION(Config, limits.message_burst, count(1, 1'000'000), "100", on_sighup, "Messages that it may send at once after a pause."),
    CONFAB_OPTION(Config, limits.flood, count(1, 1'000'000), "200", on_sighup, "Refused messages within 10s after which a session is closed."),
    CONFAB_OPTION(Config, limits.queue_size, bytes(2, 4 * kGiB), "1MiB", on_sighup, "How far a session may be behind before it is closed; at least twice message_size."),
    CONFAB_OPTION(Config, limits.queued_memory, bytes(1, 1024 * kGiB), "512MiB", on_sighup, "All queues together, above which publishing is refused."),
    CONFAB_OPTION(Config, limits.history_memory, bytes(0, 1024 * kGiB), "256MiB", on_sighup, "All histories together, above which the oldest events of the least used rooms go."),
    CONFAB_OPTION(Config, limits.read_markers_per_room, count(0, 10'000'000), "10000", on_sighup, "Users of whom a room knows what they have read; above it those who read longest ago are forgotten."),
    CONFAB_OPTION(Config, limits.header_timeout, duration(10ms, 1h), "10s", on_sighup, "How long the header of a request or a handshake may take."),
    CONFAB_OPTION(Config, limits.idle_timeout, duration(10ms, 24h), "5m", on_sighup, "How long an HTTP connection is kept for its next request."),
    CONFAB_OPTION(Config, limits.inactive_timeout, duration(0ms, 8760h), "0s", on_sighup, "Sessions that sent nothing for this long are closed; not less than heartbeat.interval. 0s: never."),
    CONFAB_OPTION(Config, delivery.compress_over, bytes(0, 16 * kMiB), "1KiB", at_start, "Messages from this size on are compressed (permessage-deflate). 0: none."),
    CONFAB_OPTION(Config, rooms, elements(room_options(), 1000, {}), R"([{match: "*"}])", on_sighup, "Rules for rooms, of which the first whose match fits counts. Keys that an entry leaves out have the values shown here."),
    CONFAB_OPTION(Config, sse.retry, duration(0ms, 1h), "3s", at_start, "How long an EventSource waits before it connects again."),
    CONFAB_OPTION(Config, sse.gzip, flag(), "false", at_start, "Whether streams are compressed for clients that accept it."),
    CONFAB_OPTION(Config, sse.routes, elements(sse_route_options(), 1000, {{"path", shape}}), R"([{path: "/api/stocks/{symbol}/updates", room: "stocks:{symbol}"}])", at_start, "Paths that are streams of a room."),
    CONFAB_OPTION(Config, long_poll.timeout, duration(0ms, 10min), "25s", at_start, "How long a poll waits for an event where the client names no time."),
    CONFAB_OPTION(Config, long_poll.max_timeout, duration(0ms, 10min), "30s", at_start, "The longest that a client may ask for; not less than timeout."),
    CONFAB_OPTION(Config, long_poll.session_ttl, duration(100ms, 24h), "1m", at_start, "How long a session lives between two polls."),
    CONFAB_OPTION(Config, long_poll.default_room, text(kRoomName), R"("general")", at_start, "The room of a poll that names none."),
    CONFAB_OPTION(Config, webrtc.allow, choice(kAllow), "anyone", on_sighup, "Who may signal to others for calls, and is told the servers below."),
    CONFAB_OPTION(Config, webrtc.ice_servers, IceServersType(ice_server_options(), 32, {}), "[]", on_sighup, "STUN and TURN servers as clients are told them."),
    CONFAB_OPTION(Config, webrtc.turn.urls, list(text(kTurnUrl), 0, 16), "[]", on_sighup, "A TURN server for which each client gets credentials that end by themselves."),
    CONFAB_OPTION(Config, webrtc.turn.secret, secret(kTurnSecret), R"("")", on_sighup, "Shared with that server (coturn: static-auth-secret); it makes the credentials."),
    CONFAB_OPTION(Config, webrtc.turn.ttl, duration(1s, 24h), "1h", on_sighup, "How long credentials are good, in whole seconds."),
    CONFAB_OPTION(Config, log.level, choice(kLevels), "info", on_sighup, "What is logged: this level and those after it."),
    CONFAB_OPTION(Config, log.format, choice(kFormats), "text", at_start, "Lines for people, or one JSON object a line."),
    CONFAB_OPTION(Config, log.file, text(kPath), R"("")", at_start, "Where the log goes. \"\": standard error."),
  });
  return table;
}

// clang-format on

#undef CONFAB_OPTION

const Config& defaults() {
  return options().defaults();
}

std::string print_reference() {
  std::string out;
  append_comment(
      out, 0, "The configuration of confabd: every key with its default, printed by confabd --print-config.");
  append_comment(
      out, 0,
      "A key is set by --set (--set limits.rooms=1000), else by the environment (CONFAB_LIMITS_ROOMS=1000), "
      "else by the file, else it has its default. A file names only what differs.");
  append_comment(
      out, 0,
      "Durations are written 250ms, 30s, 5m, 24h; sizes 64KiB, 1MiB, 1GiB (powers of 1024), 1KB, 1MB, 1GB "
      "(of 1000), or a number of bytes. \"On SIGHUP\": a new value is applied without a restart.");
  out += '\n';
  append_block(out, options(), defaults(), 0, BlockKind::document);
  return out;
}

}  // namespace confab::config
