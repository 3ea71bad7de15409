// SPDX-License-Identifier: MIT
#include "loadgen/fanout.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "loadgen/audience.hpp"
#include "loadgen/event_scan.hpp"
#include "loadgen/latency.hpp"
#include "loadgen/ledger.hpp"
#include "loadgen/poller.hpp"
#include "loadgen/server_process.hpp"

namespace confab::bench {

namespace {

constexpr std::string_view kChat = R"({"type":"chat")";
constexpr std::string_view kBatch = R"({"type":"batch")";
constexpr std::string_view kError = R"({"type":"error")";
constexpr std::size_t kDigits = 12;
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kStall = 10 * kSecond;
constexpr std::uint32_t kOpenLoopCapacity = 4096;
// A correct server completes a publisher's messages in order, so a closed loop needs no more slots than it
// has messages outstanding; one that doesn't is followed a little further before the run is given up.
constexpr std::uint32_t kSpare = 4;

// When a window ends: no new message after `until_ns`, or after `messages` where that isn't 0.
struct Window {
  std::int64_t until_ns = 0;
  std::uint64_t messages = 0;
};

Endpoint endpoint_of(const FanoutPlan& plan) {
  Endpoint endpoint = plan.endpoint;
  if (plan.batch != 0) endpoint.path += "?batch=" + std::to_string(plan.batch);
  return endpoint;
}

class Fanout {
 public:
  explicit Fanout(const FanoutPlan& plan)
      : plan_(plan),
        server_(plan.pid),
        publishers_(plan.rooms * plan.publishers),
        members_(
            open_members(poller_, buffer_, endpoint_of(plan), plan.members, plan.rooms, plan.connecting, 60)),
        ledger_(publishers_, plan.members, plan.rate > 0 ? kOpenLoopCapacity : plan.outstanding * kSpare),
        templates_(publishers_),
        has_appended_(publishers_) {
    for (std::uint32_t member = 0; member < plan.members; ++member)
      ledger_.set_position(member, members_[member].joined_seq);
    recipients_.resize(plan.rooms);
    for (const Member& member : members_)
      ++recipients_[member.room];
  }

  nlohmann::ordered_json run() {
    calibrate();
    latency_ = Latency();
    run_window({now_ns() + static_cast<std::int64_t>(plan_.warm_up_seconds * kSecond), 0});
    pass_gate(plan_.gated, "ready");

    latency_ = Latency();
    const std::uint64_t deliveries = ledger_.deliveries();
    const std::uint64_t published = ledger_.published();
    const CpuReading before = server_.cpu();
    if (failure_.empty())
      run_window({now_ns() + static_cast<std::int64_t>(plan_.seconds * kSecond), plan_.messages});
    const CpuReading after = server_.cpu();
    pass_gate(plan_.gated, "measured");
    return report(before, after, ledger_.deliveries() - deliveries, ledger_.published() - published);
  }

 private:
  void run_window(Window window) {
    window_ = window;
    now_ns_ = window_start_ns_ = now_ns();
    window_published_ = 0;
    last_progress_ns_ = window_start_ns_;
    if (plan_.rate == 0)
      for (std::uint32_t publisher = 0; publisher < publishers_; ++publisher)
        for (std::uint32_t turn = 0; turn < plan_.outstanding && !is_over(); ++turn)
          publish(publisher, 0);
    flush();
    while (failure_.empty() && (ledger_.outstanding() != 0 || !is_over()))
      pass();
  }

  bool is_over() const {
    return window_.messages != 0 ? window_published_ >= window_.messages : now_ns_ >= window_.until_ns;
  }

  void pass() {
    now_ns_ = now_ns();
    if (plan_.rate > 0) publish_due();
    for (const epoll_event& event : poller_.wait(plan_.waiting == Waiting::kBusy ? 0 : 1)) {
      const std::uint32_t index = event.data.u32;
      WebSocket& socket = members_[index].socket;
      if (plan_.rate > 0) now_ns_ = now_ns();
      socket.on_events(
          event.events, buffer_, [] {}, [&](std::string_view text) { on_text(index, text); });
      if (socket.has_failed() && failure_.empty())
        failure_ = "member " + std::to_string(index) + ": " + socket.failure();
    }
    flush();
    // With nothing outstanding nothing can stall: an open loop may be waiting for its next due time.
    if (ledger_.deliveries() != progress_ || ledger_.outstanding() == 0) {
      progress_ = ledger_.deliveries();
      last_progress_ns_ = now_ns_;
    } else if (now_ns_ - last_progress_ns_ > kStall && failure_.empty()) {
      failure_ = "stalled: " + std::to_string(ledger_.outstanding()) + " messages didn't reach every member";
    }
  }

  void publish_due() {
    while (!is_over()) {
      const auto due = window_start_ns_ + static_cast<std::int64_t>(static_cast<double>(window_published_) *
                                                                    kSecond / plan_.rate);
      if (due > now_ns_) return;
      const auto publisher = static_cast<std::uint32_t>(window_published_ % publishers_);
      if (!ledger_.can_publish(publisher)) {
        failure_ = "the server can't keep the rate: " + std::to_string(ledger_.outstanding()) +
                   " messages outstanding";
        return;
      }
      publish(publisher, due);
    }
  }

  // Publisher p is member p, which is in room p % rooms: the first of each room's members.
  void publish(std::uint32_t publisher, std::int64_t due_ns) {
    std::string& message = templates_[publisher];
    std::uint64_t number = ledger_.publish(publisher, recipients_[members_[publisher].room], due_ns);
    for (std::size_t digit = digits_at_ + kDigits; digit > digits_at_; number /= 10)
      message[--digit] = static_cast<char>('0' + number % 10);
    members_[publisher].socket.append_text(message);
    if (!has_appended_[publisher]) {
      has_appended_[publisher] = true;
      appended_.push_back(publisher);
    }
    ++window_published_;
  }

  // All that one pass caused goes out in one write a publisher.
  void flush() {
    for (const std::uint32_t publisher : appended_) {
      members_[publisher].socket.send_appended();
      has_appended_[publisher] = false;
    }
    appended_.clear();
  }

  // The events of a batch, one after the other.
  void on_batch(std::uint32_t member, std::string_view text) {
    ++batches_;
    for (std::size_t at = text.find(kChat); at != std::string_view::npos;) {
      const std::size_t next = text.find(kChat, at + kChat.size());
      on_text(member, text.substr(at, next == std::string_view::npos ? next : next - at));
      at = next;
    }
  }

  void on_text(std::uint32_t member, std::string_view text) {
    if (text.starts_with(kBatch)) return on_batch(member, text);
    if (!text.starts_with(kChat)) {
      ++other_messages_;
      if (text.starts_with(kError) && failure_.empty()) failure_ = std::string(text);
      return;
    }
    delivered_size_ = text.size();
    const auto seq = seq_scan_.number_in(text);
    const auto number = number_scan_.number_in(text);
    if (!seq || !number) return ledger_.count_unreadable();
    const Ledger::Outcome outcome = ledger_.deliver(member, *seq, *number);
    if (!outcome.counted) return;
    if (plan_.rate > 0) {
      latency_.add(now_ns_ - outcome.due_ns);
    } else if (outcome.complete && !is_over()) {
      if (ledger_.can_publish(outcome.publisher)) {
        publish(outcome.publisher, 0);
      } else if (failure_.empty()) {
        failure_ = "a message is overdue while later ones arrive";
      }
    }
  }

  // Learns how much the server puts around a text, then pads the text so that a delivered message has the
  // size.
  void calibrate() {
    make_templates(0);
    now_ns_ = now_ns();
    last_progress_ns_ = now_ns_;
    window_ = {now_ns_, 0};
    publish(0, now_ns_);
    flush();
    while (failure_.empty() && ledger_.outstanding() != 0)
      pass();
    if (!failure_.empty()) throw std::runtime_error(failure_);
    if (delivered_size_ > plan_.size)
      throw std::runtime_error("an empty message takes " + std::to_string(delivered_size_) +
                               " bytes, more than --size");
    make_templates(plan_.size - delivered_size_);
  }

  void make_templates(std::size_t padding) {
    for (std::uint32_t publisher = 0; publisher < publishers_; ++publisher) {
      std::string start =
          R"({"type":"chat","room":")" + room_name(members_[publisher].room) + R"(","text":"@)";
      digits_at_ = start.size();
      templates_[publisher] = start.append(kDigits, '0') + "@" + std::string(padding, 'x') + "\"}";
    }
  }

  nlohmann::ordered_json report(const CpuReading& before, const CpuReading& after, std::uint64_t deliveries,
                                std::uint64_t messages) const {
    const double seconds = static_cast<double>(after.at_ns - before.at_ns) / 1e9;
    nlohmann::ordered_json json;
    const DeliveryErrors& errors = ledger_.errors();
    json["ok"] = failure_.empty() && errors.total() == 0 && ledger_.outstanding() == 0;
    if (!failure_.empty()) json["failure"] = failure_;
    json["mode"] = "fanout";
    json["members"] = plan_.members;
    json["rooms"] = plan_.rooms;
    json["publishers"] = publishers_;
    if (plan_.rate > 0) {
      json["rate"] = plan_.rate;
    } else {
      json["outstanding"] = plan_.outstanding;
    }
    json["size"] = plan_.size;
    json["last_delivered_size"] = delivered_size_;
    json["seconds"] = seconds;
    json["messages"] = messages;
    json["deliveries"] = deliveries;
    json["messages_per_second"] = static_cast<double>(messages) / seconds;
    json["deliveries_per_second"] = static_cast<double>(deliveries) / seconds;
    json["not_delivered_to_all"] = ledger_.outstanding();
    json["order_errors"] = errors.report();
    json["other_messages"] = other_messages_;
    if (plan_.batch > 0) {
      json["batch"] = plan_.batch;
      json["batches"] = batches_;
    }
    json["server"] = server_.cpu_report(before, after, deliveries);
    if (plan_.rate > 0)
      json["latency_ms"] = {{"p50", latency_.quantile_ms(0.5)},
                            {"p99", latency_.quantile_ms(0.99)},
                            {"p99.9", latency_.quantile_ms(0.999)},
                            {"max", latency_.max_ms()},
                            {"count", latency_.count()}};
    return json;
  }

  FanoutPlan plan_;
  ServerProcess server_;
  Poller poller_;
  ReadBuffer buffer_;
  std::uint32_t publishers_;
  std::vector<Member> members_;
  std::vector<std::uint32_t> recipients_;  // by room
  Ledger ledger_;
  Latency latency_;
  KeyScan seq_scan_{R"("seq":)"};
  KeyScan number_scan_{R"("text":"@)"};

  std::vector<std::string> templates_;  // each publisher's message; only the digits change
  std::size_t digits_at_ = 0;
  std::vector<char> has_appended_;
  std::vector<std::uint32_t> appended_;

  Window window_;
  std::int64_t window_start_ns_ = 0;
  std::uint64_t window_published_ = 0;
  std::int64_t now_ns_ = 0;
  std::int64_t last_progress_ns_ = 0;
  std::uint64_t progress_ = 0;
  std::size_t delivered_size_ = 0;
  std::uint64_t other_messages_ = 0;
  std::uint64_t batches_ = 0;
  std::string failure_;
};

}  // namespace

nlohmann::ordered_json run_fanout(const FanoutPlan& plan) {
  if (plan.rooms > plan.members || std::uint64_t{plan.rooms} * plan.publishers > plan.members)
    throw std::invalid_argument("every room needs as many members as publishers");
  return Fanout(plan).run();
}

}  // namespace confab::bench
