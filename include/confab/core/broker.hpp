// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "confab/base/result.hpp"
#include "confab/core/event.hpp"

namespace confab {

/// Whether an event that isn't stored says when it was.
enum class Dating : std::uint8_t { dated, undated };

/// An event that somebody wants in a room. The views need to live only until publish returns.
struct Publication {
  std::string_view room;
  std::string_view name;
  std::string_view user;
  std::string_view id;  ///< the publisher's own; empty: a stored event gets one, and a repetition isn't known
  std::string_view body;  ///< as in EventDraft
  EventClass kind = EventClass::stored;
  EventShape shape = EventShape::flat;
  Audience audience = Audience::everyone;
  Dating dating = Dating::dated;
  std::uint64_t origin = 0;
  /// Within which a repeated id (same name and body) is a retry: the user, or what stands for one.
  std::string_view scope;
};

/// What became of it.
struct Published {
  std::string id;
  std::string epoch;
  std::uint64_t seq = 0;  ///< 0 where it isn't stored
  Stamp stamp = 0;
  bool repeated = false;  ///< it had been stored before: `seq` and `stamp` are those of then
};

using PublishDone = std::function<void(const result<Published>&)>;
using SubscribeDone = std::function<void(result<void>)>;

/// What a broker calls back.
class BrokerEvents {
 public:
  /// An event of a subscribed room, in the order of its seq: the one way by which events reach members, for
  /// those published here and elsewhere alike.
  virtual void on_publication(const EventPtr& event) = 0;

  /// The numbering of a room began again, or events between were lost: what members hold is not the whole.
  virtual void on_reset(std::string_view room, std::string_view epoch, std::uint64_t seq,
                        std::string_view reason) = 0;

  /// Whether the other nodes can be reached.
  virtual void on_link(bool up) = 0;

 protected:
  ~BrokerEvents() = default;
};

/// The other nodes, and the order of every room. Callbacks come on the loop's thread, perhaps before the call
/// returns, and each `done` exactly once.
class Broker {
 public:
  virtual ~Broker() = default;

  virtual void start(BrokerEvents& events) = 0;

  /// This node has members in `room` from now on. Confirmed before history is read, so nothing falls between.
  virtual void subscribe(std::string_view room, SubscribeDone done) = 0;
  virtual void unsubscribe(std::string_view room) = 0;

  /// An echo of a stored event reaches on_publication before `done` is called (protocol.md, promise 5).
  virtual void publish(const Publication& publication, PublishDone done) = 0;
  virtual void stop() = 0;
};

}  // namespace confab
