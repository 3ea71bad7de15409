// SPDX-License-Identifier: MIT
#pragma once
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "broker/memory_broker.hpp"

namespace confab::testing {

/// The memory broker behind a wire whose length a test decides: what it is asked, or what it answers, waits
/// in order until the test lets it through.
class DelayedBroker final : public Broker, public History {
 public:
  enum class Late : std::uint8_t {
    nothing,
    requests,  ///< nothing happens before it is let through
    answers,   ///< it happens at once, and the asker hears of it when it is let through
  };

  explicit DelayedBroker(MemoryBroker& inner) noexcept : inner_(inner) {}

  Late publishing = Late::nothing;
  Late reading = Late::nothing;
  Late subscribing = Late::nothing;
  bool failing = false;  ///< publications and reads are `unavailable`

  void start(BrokerEvents& events) override { inner_.start(events); }

  void subscribe(std::string_view room, SubscribeDone done) override {
    delay(
        subscribing, [this, name = std::string(room)](SubscribeDone then) { inner_.subscribe(name, then); },
        std::move(done));
  }

  void unsubscribe(std::string_view room) override { inner_.unsubscribe(room); }

  void publish(const Publication& publication, PublishDone done) override {
    delay(
        publishing,
        [this, held = Held(publication)](const PublishDone& then) {
          if (failing) return then(Fault{errc::unavailable});
          inner_.publish(held.publication(), then);
        },
        std::move(done));
  }

  void stop() override { inner_.stop(); }

  void read(std::string_view room, const HistoryQuery& query, HistoryDone done) override {
    delay(
        reading,
        [this, name = std::string(room), query](const HistoryDone& then) {
          if (failing) return then(Fault{errc::unavailable});
          inner_.read(name, query, then);
        },
        std::move(done));
  }

  void list(const RoomQuery& query, RoomsDone done) override { inner_.list(query, std::move(done)); }

  void clear(std::string_view room) override { inner_.clear(room); }

  void erase(std::string_view room, std::uint64_t seq, EraseDone done) override {
    inner_.erase(room, seq, std::move(done));
  }

  Cursor now() override { return inner_.now(); }

  std::size_t waiting() const noexcept { return waiting_.size(); }

  /// Lets the oldest through; whether there was one.
  bool release() {
    if (waiting_.empty()) return false;
    const auto next = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    next();
    return true;
  }

  void release_all() {
    while (release()) {
    }
  }

  /// Nobody is answered any more.
  void forget() { waiting_.clear(); }

 private:
  /// A publication that keeps what its views see.
  class Held {
   public:
    explicit Held(const Publication& from)
        : fixed_(from),
          room_(from.room),
          name_(from.name),
          user_(from.user),
          id_(from.id),
          body_(from.body),
          scope_(from.scope) {}

    Publication publication() const {
      Publication out = fixed_;
      out.room = room_;
      out.name = name_;
      out.user = user_;
      out.id = id_;
      out.body = body_;
      out.scope = scope_;
      return out;
    }

   private:
    Publication fixed_;
    std::string room_, name_, user_, id_, body_, scope_;
  };

  template <class Ask, class Done>
  void delay(Late late, Ask ask, Done done) {
    switch (late) {
      case Late::nothing:
        return ask(done);
      case Late::requests:
        waiting_.push_back([ask = std::move(ask), done = std::move(done)] { ask(done); });
        return;
      case Late::answers:
        ask([this, done = std::move(done)](auto answer) {
          waiting_.push_back([done, answer = std::move(answer)] { done(answer); });
        });
    }
  }

  MemoryBroker& inner_;
  std::vector<std::function<void()>> waiting_;
};

}  // namespace confab::testing
