// SPDX-License-Identifier: MIT
#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <list>
#include <memory>
#include <set>
#include <string>

#include "broker/retry_table.hpp"
#include "confab/base/loop.hpp"
#include "confab/core/broker.hpp"
#include "confab/core/history.hpp"
#include "confab/core/history_ring.hpp"
#include "confab/core/limits.hpp"

namespace confab {

/// The broker of a node that is alone: order, history and idempotency in this process, gone with it. Every
/// call is answered before it returns. Its generation and epochs are random, so a client that comes back
/// after a restart is told that what it missed can't be known.
class MemoryBroker final : public Broker, public History {
 public:
  /// How many publications with an id of their own are remembered in five minutes; beyond it they are
  /// `unavailable`.
  static constexpr std::size_t kRetries = 4'000'000;

  /// The references have to outlive it. Rules and limits are read anew for each publication.
  MemoryBroker(Loop& loop, const RoomRules& rules, const Limits& limits, std::size_t retries = kRetries);
  ~MemoryBroker() override;

  void start(BrokerEvents& events) override;
  void subscribe(std::string_view room, SubscribeDone done) override;
  void unsubscribe(std::string_view room) override;
  void publish(const Publication& publication, PublishDone done) override;
  void stop() override;

  void read(std::string_view room, const HistoryQuery& query, HistoryDone done) override;
  void list(const RoomQuery& query, RoomsDone done) override;
  void clear(std::string_view room) override;
  void erase(std::string_view room, std::uint64_t seq, EraseDone done) override;
  Cursor now() override;

  /// Rooms that are known, and the Event::weight of all histories.
  std::size_t rooms() const noexcept { return streams_.size(); }

  std::size_t history_bytes() const noexcept { return history_bytes_; }

 private:
  class Stream;
  using Used = std::list<Stream*>;

  /// The room's stream, made where `limits.rooms` allows; null where it doesn't.
  Stream* open(std::string_view room);
  Stream* find(std::string_view room) const;
  Stamp next_stamp() noexcept;
  Published store(Stream& stream, const Publication& publication, std::string id);
  void keep_within_memory();
  void schedule(Stream& stream);
  void on_stream_timer(Stream& stream);
  void forget(Stream& stream);

  Loop& loop_;
  const RoomRules& rules_;
  const Limits& limits_;
  BrokerEvents* events_ = nullptr;
  std::string generation_;
  Stamp last_stamp_ = 0;
  Stamp forgotten_ = 0;  // the newest stamp in any room that was forgotten
  std::size_t history_bytes_ = 0;
  RetryTable retries_;
  boost::unordered_flat_map<std::string_view, std::unique_ptr<Stream>> streams_;
  std::set<std::string_view> names_;  // of all streams, in order
  Used used_;                         // streams that hold events, the least recently published to first
};

}  // namespace confab
