// SPDX-License-Identifier: MIT
#include "confab/core/dispatcher.hpp"

#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <string>
#include <utility>
#include <vector>

#include "confab/base/json.hpp"
#include "confab/base/ring.hpp"
#include "core/commands/commands.hpp"
#include "core/request.hpp"

namespace confab {
namespace {

/// Whether others of the same session may be under way at the same time. Publications may: the broker keeps
/// their order. What changes or reads a session's rooms waits for all before it, and all after it wait.
enum class Order : std::uint8_t { side_by_side, alone };

/// What the field `user` of a command means.
enum class Naming : std::uint8_t {
  lenient,  ///< it names a guest; a name the session has already stays, whatever the field says
  strict,   ///< the same, but another name than the session's is refused
  none,     ///< nothing
};

struct Entry {
  std::string_view type;
  void (*run)(const commands::Call&);
  Order order;
  Naming naming;
};

constexpr std::array kCommands{
    Entry{"answer", commands::signal, Order::alone, Naming::lenient},
    Entry{"call_accept", commands::signal, Order::alone, Naming::lenient},
    Entry{"call_end", commands::signal, Order::alone, Naming::lenient},
    Entry{"call_reject", commands::signal, Order::alone, Naming::lenient},
    Entry{"call_request", commands::signal, Order::alone, Naming::lenient},
    Entry{"chat", commands::chat, Order::side_by_side, Naming::lenient},
    Entry{"direct", commands::direct, Order::side_by_side, Naming::lenient},
    Entry{"history", commands::history, Order::alone, Naming::lenient},
    Entry{"ice-candidate", commands::signal, Order::alone, Naming::lenient},
    Entry{"ice_servers", commands::ice_servers, Order::side_by_side, Naming::lenient},
    Entry{"join", commands::join, Order::alone, Naming::strict},
    Entry{"leave", commands::leave, Order::alone, Naming::lenient},
    Entry{"offer", commands::signal, Order::alone, Naming::lenient},
    Entry{"ping", commands::ping, Order::side_by_side, Naming::lenient},
    Entry{"presence", commands::presence, Order::alone, Naming::lenient},
    Entry{"publish", commands::publish, Order::side_by_side, Naming::lenient},
    Entry{"read", commands::read, Order::side_by_side, Naming::lenient},
    Entry{"state", commands::state, Order::side_by_side, Naming::lenient},
    Entry{"typing", commands::typing, Order::side_by_side, Naming::lenient},
};

/// What is acknowledged when all before it is done.
constexpr Entry kSettled{"batch", commands::settled, Order::alone, Naming::none};

const Entry* find_command(std::string_view type) noexcept {
  const auto found = std::find_if(kCommands.begin(), kCommands.end(),
                                  [&](const Entry& entry) { return entry.type == type; });
  return found == kCommands.end() ? nullptr : &*found;
}

}  // namespace

class Dispatcher::Impl final : private RequestEvents, private HubEvents, private TurnEnd {
 public:
  explicit Impl(const Services& services) : services_(services) { services.hub.watch(*this); }

  void apply(Session& session, const Command& command, AnswerPtr answer);
  void settle(Session& session, const Command& command, AnswerPtr answer);
  void refuse(Session& session, const Fault& fault, std::string_view correlation, AnswerPtr answer);

 private:
  /// Commands that may wait for one before them. What a client sends in one go is bounded by the loop's read
  /// buffer, after which nothing more is read from it; this bounds who sends by many requests at once.
  static constexpr std::size_t kMostWaiting = 4096;

  /// A command that waits for those before it.
  struct Waiting {
    const Entry* entry;
    std::string fields;
    std::string correlation;
    AnswerPtr answer;
  };

  /// What a session has under way; only while it has, and the broker answers late.
  struct Lane {
    std::size_t running = 0;
    Order order = Order::side_by_side;  // of those running
    Ring<Waiting> waiting;

    bool admits(Order next) const noexcept {
      return running == 0 || (order == Order::side_by_side && next == Order::side_by_side);
    }
  };

  void enter(Session& session, const Entry& entry, const Command& command, AnswerPtr answer);
  void start(Session& session, const Entry& entry, const json::Object& fields, std::string_view correlation,
             AnswerPtr answer);
  void wait(Session& session, Lane& lane, const Entry& entry, const Command& command, AnswerPtr answer);
  void go_on(std::uint64_t number);
  result<void> name_session(Session& session, const json::Object& fields, Naming naming);
  void fail(Session& session, std::string_view correlation, AnswerPtr answer, const Fault& fault,
            std::string_view more = {});

  void on_failed(const Session& session, const Fault& fault, std::string_view correlation) override {
    services_.journal.on_refused(session, fault, correlation);
  }

  void on_done(std::uint64_t number) override;
  void on_turn_end() override;

  void on_leaving(Session&, Room&) override {}

  void on_ending(Session& session) override { lanes_.erase(session.number()); }

  void on_delivering(Room&) override {}

  void on_renumbered(Room&, std::string_view, std::uint64_t) override {}

  const Services services_;
  boost::unordered_flat_map<std::uint64_t, std::unique_ptr<Lane>> lanes_;
  std::vector<std::uint64_t> free_;  // sessions whose waiting commands may go on
  json::Parser parser_;              // of what waited
};

void Dispatcher::Impl::apply(Session& session, const Command& command, AnswerPtr answer) {
  if (session.closing()) return;
  if (!session.may_speak()) {
    std::string more = "\"retryAfter\":";
    json::append_integer(more, session.retry_after().count());
    return fail(session, command.correlation, std::move(answer), {errc::rate_limited, nullptr, nullptr},
                more);
  }
  const Entry* entry = find_command(command.type);
  if (entry == nullptr) {
    return fail(session, command.correlation, std::move(answer), {errc::unknown_type, "type", nullptr});
  }
  enter(session, *entry, command, std::move(answer));
}

void Dispatcher::Impl::settle(Session& session, const Command& command, AnswerPtr answer) {
  if (!session.closing()) enter(session, kSettled, command, std::move(answer));
}

void Dispatcher::Impl::enter(Session& session, const Entry& entry, const Command& command, AnswerPtr answer) {
  if (const auto lane = lanes_.find(session.number()); lane != lanes_.end()) {
    if (!lane->second->waiting.empty() || !lane->second->admits(entry.order))
      return wait(session, *lane->second, entry, command, std::move(answer));
  }
  start(session, entry, *command.fields, command.correlation, std::move(answer));
}

void Dispatcher::Impl::start(Session& session, const Entry& entry, const json::Object& fields,
                             std::string_view correlation, AnswerPtr answer) {
  if (const auto named = name_session(session, fields, entry.naming); !named)
    return fail(session, correlation, std::move(answer), named.error());
  const RequestPtr request(new Request(services_.hub, *this, session, correlation, std::move(answer)));
  entry.run({services_, session, fields, request, entry.type});
  if (request->use_count() == 1) return;  // done already
  auto& lane = lanes_[session.number()];
  if (!lane) lane = std::make_unique<Lane>();
  ++lane->running;
  lane->order = entry.order;
  request->tell_when_done();
}

void Dispatcher::Impl::wait(Session& session, Lane& lane, const Entry& entry, const Command& command,
                            AnswerPtr answer) {
  if (lane.waiting.size() >= kMostWaiting)
    return fail(session, command.correlation, std::move(answer), {errc::unavailable, nullptr, nullptr});
  lane.waiting.push_back(
      {&entry, std::string(command.fields->raw()), std::string(command.correlation), std::move(answer)});
  session.hold_reading();
}

void Dispatcher::Impl::on_done(std::uint64_t number) {
  const auto found = lanes_.find(number);
  if (found == lanes_.end()) return;
  Lane& lane = *found->second;
  --lane.running;
  if (lane.waiting.empty()) {
    if (lane.running == 0) lanes_.erase(found);
    return;
  }
  // Not from in here: what is done may be in the middle of something.
  free_.push_back(number);
  services_.loop.defer(*this);
}

void Dispatcher::Impl::on_turn_end() {
  for (const std::uint64_t number : std::exchange(free_, {}))
    go_on(number);
}

void Dispatcher::Impl::go_on(std::uint64_t number) {
  Session* session = services_.hub.find(number);
  for (;;) {
    const auto found = lanes_.find(number);
    if (session == nullptr || session->closing() || found == lanes_.end()) return;
    Lane& lane = *found->second;
    if (lane.waiting.empty()) {
      session->release_reading();
      if (lane.running == 0) lanes_.erase(found);
      return;
    }
    if (!lane.admits(lane.waiting.front().entry->order)) return;
    Waiting next = lane.waiting.pop_front();
    // It was validated when it came.
    start(*session, *next.entry, **parser_.object(next.fields), next.correlation, std::move(next.answer));
  }
}

result<void> Dispatcher::Impl::name_session(Session& session, const json::Object& fields, Naming naming) {
  if (naming == Naming::none) return {};
  const json::Value* value = fields.find("user");
  if (value == nullptr || value->is(json::Kind::null)) return {};
  if (!session.guest() && naming == Naming::lenient) return {};
  std::string user;
  if (!value->string(user)) return Fault{errc::bad_message, "user", "This field is a string."};
  return services_.hub.name(session, user);
}

void Dispatcher::Impl::fail(Session& session, std::string_view correlation, AnswerPtr answer,
                            const Fault& fault, std::string_view more) {
  RequestPtr(new Request(services_.hub, *this, session, correlation, std::move(answer)))->fail(fault, more);
}

void Dispatcher::Impl::refuse(Session& session, const Fault& fault, std::string_view correlation,
                              AnswerPtr answer) {
  if (session.closing()) return;
  session.may_speak();  // it counts as a message, though it is refused in any case
  fail(session, correlation, std::move(answer), fault);
}

Dispatcher::Dispatcher(const Services& services) : impl_(std::make_unique<Impl>(services)) {}

Dispatcher::~Dispatcher() = default;

void Dispatcher::apply(Session& session, const Command& command, AnswerPtr answer) {
  impl_->apply(session, command, std::move(answer));
}

void Dispatcher::settle(Session& session, const Command& command, AnswerPtr answer) {
  impl_->settle(session, command, std::move(answer));
}

void Dispatcher::refuse(Session& session, const Fault& fault, std::string_view correlation,
                        AnswerPtr answer) {
  impl_->refuse(session, fault, correlation, std::move(answer));
}

}  // namespace confab
