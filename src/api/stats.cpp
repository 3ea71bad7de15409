// SPDX-License-Identifier: MIT
#include "api/stats.hpp"

#include <nlohmann/json.hpp>

#include "confab/base/clock.hpp"

namespace confab::api {
namespace {

using Json = nlohmann::ordered_json;

double seconds(Milliseconds time) {
  return static_cast<double>(time.count()) / 1000;
}

double milliseconds(std::uint64_t micros) {
  return static_cast<double>(micros) / 1000;
}

Json connections(const Hub& hub, const Sample& sample) {
  const Counters& counters = hub.counters();
  std::size_t active = 0;
  Json by_transport = Json::object();
  for (const auto& [name, count] : sample.by_transport) {
    by_transport[std::string(name)] = count;
    active += count;
  }
  Json busiest = Json::array();
  for (const auto& each : sample.busiest) {
    busiest.push_back({{"clientId", each.client_id},
                       {"duration", seconds(each.open)},
                       {"messagesSent", each.sent},
                       {"messagesReceived", each.received}});
  }
  return {{"total", counters.clients_opened},          {"active", active},
          {"rejected", counters.sessions_rejected},    {"failed", counters.sessions_failed},
          {"byTransport", std::move(by_transport)},    {"averageConnectionAge", seconds(sample.average_age)},
          {"topActiveConnections", std::move(busiest)}};
}

/// How many took at most so long, and more than the one before; those of no count left out.
Json histogram(const LatencyHistogram& latency) {
  Json buckets = Json::array();
  std::uint64_t most = 1;
  for (const std::uint64_t count : latency.buckets()) {
    if (count > 0) buckets.push_back({{"upTo", milliseconds(most)}, {"count", count}});
    most *= 2;
  }
  return buckets;
}

std::string stats_body(Loop& loop, const Hub& hub, Sampler& sampler, std::string_view version) {
  const Counters& counters = hub.counters();
  const LatencyHistogram& latency = hub.latency();
  const Sample& sample = sampler.sample();
  const double average =
      latency.count() == 0 ? 0 : milliseconds(latency.sum()) / static_cast<double>(latency.count());
  std::string now;
  append_iso8601(now, loop.wall());
  const Json stats = {
      {"connections", connections(hub, sample)},
      {"messages",
       {{"sent", counters.messages_sent},
        {"received", counters.messages_received},
        {"failed", counters.messages_refused},
        {"published", counters.publications},
        {"repeated", counters.repeated},
        {"bytesReceived", counters.bytes_received},
        {"bytesSent", counters.bytes_queued}}},
      {"performance",
       {{"avgLatency", average},
        {"maxLatency", milliseconds(latency.max())},
        {"latencies", histogram(latency)},
        {"messagesPerSecond", sampler.messages_per_second()}}},
      {"delivery",
       {{"deliveries", counters.deliveries},
        {"encodes", counters.encodes},
        {"wakes", counters.wakes},
        {"queuedBytes", hub.queued_bytes()},
        {"ephemeralDropped", counters.ephemeral_dropped},
        {"slowConsumers", counters.slow_consumers}}},
      {"rooms", hub.rooms()},
      {"users", sample.users},
      {"uptime", seconds(sampler.uptime())},
      {"timestamp", now},
      {"node", hub.node()},
      {"version", version},
  };
  return stats.dump();
}

}  // namespace

void add_stats(net::Router& router, Loop& loop, const Hub& hub, Sampler& sampler, std::string_view version) {
  router.add(net::Method::get, "/api/stats", net::Access::backend_read,
             [&loop, &hub, &sampler, version](const net::HttpExchangePtr& exchange) {
               net::HttpReply reply = net::HttpReply::json(stats_body(loop, hub, sampler, version));
               exchange->reply(reply.header("Cache-Control", "no-store"));
             });
}

}  // namespace confab::api
