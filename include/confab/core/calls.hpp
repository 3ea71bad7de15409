// SPDX-License-Identifier: MIT
#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <vector>

#include "confab/core/hub.hpp"

namespace confab {

/// Who is in a call with whom, as far as the signalling shows, so that peers are told when one of them goes
/// without a word: `call_end` with `reason` "gone". A session goes when it ends, and out of the calls that
/// were begun through a room when it leaves that room. All ends are forgotten with their sessions.
class Calls final : private HubEvents {
 public:
  /// Peers of one session. With one more the oldest is forgotten, which costs it no more than that word.
  static constexpr std::size_t kMostPeers = 64;

  /// The hub has to outlive it.
  explicit Calls(Hub& hub);
  ~Calls();

  /// Whom a message binds: whoever got it is told when its sender goes; both of each other.
  enum class Bond : std::uint8_t { receiver_is_told, both_are_told };

  /// A message of a call passed from one to the other. `room` is the one through which it went, null where
  /// it went to a target; a call stays with the room through which it was begun.
  void bind(const Session& from, const Session& to, Bond bond, const Room* room);

  /// The call between the two is over.
  void unbind(const Session& one, const Session& other);

  /// Sessions that have peers.
  std::size_t size() const noexcept { return peers_.size(); }

 private:
  /// A peer stands in the lists of both.
  struct Peer {
    std::uint64_t number;
    const Room* room;  // both are in it as long as it stands here
    bool is_told;      // when this list's owner goes
  };

  using Peers = std::vector<Peer>;

  Peer& peer(std::uint64_t of, std::uint64_t number, const Room* room);
  void forget(std::uint64_t of, std::uint64_t number);
  void say_gone(const Session& gone, const Peers& peers);

  void on_leaving(Session& session, Room& room) override;
  void on_ending(Session& session) override;

  void on_delivering(Room&) override {}

  void on_renumbered(Room&, std::string_view, std::uint64_t) override {}

  Hub& hub_;
  boost::unordered_flat_map<std::uint64_t, Peers> peers_;  // by session
};

}  // namespace confab
