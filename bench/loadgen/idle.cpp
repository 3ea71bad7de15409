// SPDX-License-Identifier: MIT
#include "loadgen/idle.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <vector>

#include "loadgen/http_client.hpp"
#include "loadgen/poller.hpp"
#include "loadgen/server_process.hpp"

namespace confab::bench {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kProofTime = 10 * kSecond;
constexpr std::int64_t kMemoryStep = kSecond / 2;

// Sessions of one kind, opened together and then only listened to.
class Crowd {
 public:
  Crowd(const IdlePlan& plan, std::uint32_t count) : plan_(plan), clients_(count), counted_(count) {}

  // Until each session is open or has failed, or the time is over.
  void open() {
    const std::int64_t deadline = now_ns() + std::int64_t{plan_.connect_seconds} * kSecond;
    const auto count = static_cast<std::uint32_t>(clients_.size());
    for (std::uint32_t started = 0; opened_ + failed_ < count && now_ns() < deadline;) {
      for (; started < count && started - opened_ - failed_ < plan_.connecting; ++started) {
        clients_[started] = make_idle_client(plan_.kind, plan_.room);
        if (clients_[started]->connect(plan_.endpoint, started))
          poller_.add(clients_[started]->fd(), started);
        account(started);
      }
      listen(kSecond / 10);
    }
  }

  // Serves what comes (pings, answers of held requests) for some time.
  void listen(std::int64_t nanoseconds) {
    const std::int64_t deadline = now_ns() + nanoseconds;
    const std::uint32_t settled = opened_ + failed_;
    do {
      const auto left_ms = static_cast<int>(std::max<std::int64_t>(0, deadline - now_ns()) / 1'000'000);
      for (const epoll_event& event : poller_.wait(left_ms)) {
        clients_[event.data.u32]->on_events(event.events, buffer_);
        account(event.data.u32);
      }
      // Those that wait to be started shouldn't wait for the clock.
    } while (now_ns() < deadline && (opened_ + failed_ == settled || opened_ + failed_ == clients_.size()));
  }

  // One message to the room; counts who got it.
  std::uint32_t prove() {
    HttpClient publisher;
    Poller publisher_poller;
    if (!clients_.front()->publish_proof()) {
      publisher.post("/api/messages",
                     R"({"room":")" + plan_.room + R"(","text":")" + std::string(kProof) + "\"}");
      if (!publisher.connect(plan_.endpoint, 0)) throw std::runtime_error("proof: " + publisher.failure());
      publisher_poller.add(publisher.fd(), 0);
    }
    const std::int64_t deadline = now_ns() + kProofTime;
    std::uint32_t seen = 0;
    while (seen < opened_ && now_ns() < deadline) {
      if (publisher.fd() >= 0)
        for (const epoll_event& event : publisher_poller.wait(0))
          publisher.on_events(event.events, buffer_, [](std::string_view) {});
      if (publisher.has_failed()) throw std::runtime_error("proof: " + publisher.failure());
      listen(kSecond / 50);
      seen = static_cast<std::uint32_t>(
          std::ranges::count_if(clients_, [](const auto& client) { return client && client->saw_proof(); }));
    }
    return seen;
  }

  std::uint32_t opened() const { return opened_; }

  std::uint32_t failed() const { return failed_; }

  // Opened once, ended since.
  std::uint32_t lost() const { return lost_; }

  const std::map<std::string, std::uint32_t>& reasons() const { return reasons_; }

 private:
  enum class Counted : char { kNot, kOpen, kFailed };

  void account(std::uint32_t index) {
    const IdleClient& client = *clients_[index];
    Counted& counted = counted_[index];
    if (counted == Counted::kFailed) return;
    if (!client.failure().empty()) {
      ++(counted == Counted::kOpen ? lost_ : failed_);
      ++reasons_[client.failure()];
      counted = Counted::kFailed;
    } else if (client.is_open() && counted == Counted::kNot) {
      ++opened_;
      counted = Counted::kOpen;
    }
  }

  const IdlePlan& plan_;
  Poller poller_;
  ReadBuffer buffer_;
  std::vector<std::unique_ptr<IdleClient>> clients_;
  std::vector<Counted> counted_;
  std::uint32_t opened_ = 0;
  std::uint32_t failed_ = 0;
  std::uint32_t lost_ = 0;
  std::map<std::string, std::uint32_t> reasons_;
};

// Until two readings in a row are within a thousandth of each other.
MemoryReading settle(Crowd& crowd, const ServerProcess& server, double seconds, bool& stable) {
  const std::int64_t deadline = now_ns() + static_cast<std::int64_t>(seconds * kSecond);
  MemoryReading last = server.memory();
  for (int equal = 0; equal < 2;) {
    if (now_ns() >= deadline) {
      stable = false;
      return last;
    }
    const std::int64_t next = now_ns() + kMemoryStep;
    while (now_ns() < next)
      crowd.listen(next - now_ns());
    const MemoryReading reading = server.memory();
    const std::uint64_t change =
        std::max(reading.private_, last.private_) - std::min(reading.private_, last.private_);
    equal = change <= last.private_ / 1000 ? equal + 1 : 0;
    last = reading;
  }
  stable = true;
  return last;
}

double bytes_each(std::uint64_t before, std::uint64_t after, std::uint32_t sessions) {
  return sessions == 0 ? 0 : (static_cast<double>(after) - static_cast<double>(before)) / sessions;
}

}  // namespace

nlohmann::ordered_json run_idle(const IdlePlan& plan) {
  if (plan.room.empty() && (plan.kind == IdleKind::kEventStream || plan.kind == IdleKind::kLongPoll))
    throw std::invalid_argument("this kind of session needs a room");
  const ServerProcess server(plan.pid);
  bool stable_before = true;
  {
    Crowd warm_up(plan, plan.warm_up);
    warm_up.open();
  }
  Crowd crowd(plan, plan.sessions);
  const MemoryReading before = settle(crowd, server, plan.settle_seconds, stable_before);

  const std::int64_t start = now_ns();
  crowd.open();
  const double seconds = static_cast<double>(now_ns() - start) / 1e9;
  bool stable = true;
  const MemoryReading after = settle(crowd, server, plan.settle_seconds, stable);
  const bool proving = !plan.room.empty() && crowd.opened() > 0;
  const std::uint32_t proven = proving ? crowd.prove() : 0;

  nlohmann::ordered_json json;
  json["ok"] = crowd.opened() == plan.sessions && crowd.lost() == 0 && (!proving || proven == plan.sessions);
  json["mode"] = "idle";
  json["sessions"] = plan.sessions;
  json["opened"] = crowd.opened();
  json["failed"] = plan.sessions - crowd.opened();
  json["lost"] = crowd.lost();
  json["failures"] = crowd.reasons();
  json["seconds"] = seconds;
  json["connections_per_second"] = crowd.opened() / seconds;
  if (proving) json["got_proof"] = proven;
  if (server.is_known()) {
    json["memory_stable"] = stable && stable_before;
    json["user_bytes_per_session"] = bytes_each(before.private_, after.private_, crowd.opened());
    json["resident_bytes_per_session"] = bytes_each(before.resident, after.resident, crowd.opened());
    json["private_before"] = before.private_;
    json["private_after"] = after.private_;
    json["resident_before"] = before.resident;
    json["resident_after"] = after.resident;
  }
  return json;
}

}  // namespace confab::bench
