// SPDX-License-Identifier: MIT
#include "confab/core/calls.hpp"

#include <algorithm>
#include <utility>

#include "confab/base/json.hpp"

namespace confab {
namespace {

std::string gone_members(const Session& gone) {
  std::string members = "\"reason\":\"gone\",\"from\":";
  json::append_quoted(members, gone.user());
  members += ",\"fromClient\":";
  json::append_quoted(members, gone.client_id());
  return members;
}

}  // namespace

Calls::Calls(Hub& hub) : hub_(hub) {
  hub.watch(*this);
}

Calls::~Calls() = default;

void Calls::bind(const Session& from, const Session& to, Bond bond, const Room* room) {
  if (from.number() == to.number()) return;
  peer(from.number(), to.number(), room).is_told = true;
  Peer& back = peer(to.number(), from.number(), room);
  if (bond == Bond::both_are_told) back.is_told = true;
}

Calls::Peer& Calls::peer(std::uint64_t of, std::uint64_t number, const Room* room) {
  const auto known = [number](const Peer& peer) { return peer.number == number; };
  Peers& peers = peers_[of];
  if (const auto found = std::find_if(peers.begin(), peers.end(), known); found != peers.end()) return *found;
  if (peers.size() >= kMostPeers) {
    forget(peers.front().number, of);
    peers.erase(peers.begin());
  }
  return peers.emplace_back(Peer{number, room, false});
}

void Calls::unbind(const Session& one, const Session& other) {
  forget(one.number(), other.number());
  forget(other.number(), one.number());
}

void Calls::forget(std::uint64_t of, std::uint64_t number) {
  const auto found = peers_.find(of);
  if (found == peers_.end()) return;
  std::erase_if(found->second, [number](const Peer& peer) { return peer.number == number; });
  if (found->second.empty()) peers_.erase(found);
}

void Calls::say_gone(const Session& gone, const Peers& peers) {
  const std::string members = gone_members(gone);
  Reply reply;
  reply.name = "call_end";
  reply.members = members;
  Prepared<Reply> prepared(reply);
  for (const Peer& peer : peers) {
    forget(peer.number, gone.number());
    Session* session = hub_.find(peer.number);
    if (session != nullptr && peer.is_told)
      session->send(prepared.frame(session->codec()), EventClass::ordinary);
  }
}

void Calls::on_leaving(Session& session, Room& room) {
  const auto found = peers_.find(session.number());
  if (found == peers_.end()) return;
  Peers& peers = found->second;
  const auto ended =
      std::stable_partition(peers.begin(), peers.end(), [&](const Peer& peer) { return peer.room != &room; });
  const Peers gone(ended, peers.end());
  peers.erase(ended, peers.end());
  if (peers.empty()) peers_.erase(found);
  say_gone(session, gone);
}

void Calls::on_ending(Session& session) {
  const auto found = peers_.find(session.number());
  if (found == peers_.end()) return;
  const Peers gone = std::move(found->second);
  peers_.erase(found);
  say_gone(session, gone);
}

}  // namespace confab
