// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "loadgen/socket.hpp"

namespace confab::bench {

// The text that a published proof carries. Whoever gets it was truly connected.
inline constexpr std::string_view kProof = "confab-bench-proof";

// One session that does nothing: it connects, becomes a member of its room (where it has one), and stays.
class IdleClient {
 public:
  virtual ~IdleClient() = default;

  virtual bool connect(const Endpoint& endpoint, std::uint32_t number) = 0;
  virtual void on_events(std::uint32_t events, ReadBuffer& buffer) = 0;

  // Publishes the proof over this session; false where this kind of session can't.
  virtual bool publish_proof() { return false; }

  virtual int fd() const = 0;

  // Empty while nothing is wrong.
  virtual const std::string& failure() const = 0;

  // The server has answered all that makes it a session (for a held request: the request has gone out).
  bool is_open() const { return open_; }

  bool saw_proof() const { return saw_proof_; }

 protected:
  void mark_open() { open_ = true; }

  void look_for_proof(std::string_view text) {
    saw_proof_ = saw_proof_ || text.find(kProof) != std::string_view::npos;
  }

 private:
  bool open_ = false;
  bool saw_proof_ = false;
};

enum class IdleKind {
  kWebSocket,    // GET /ws
  kEventStream,  // GET /events
  kPoll,         // GET /api/poll, then a held GET /api/poll?sid=…
  kLongPoll,     // a held GET /api/messages
};

// `room` is empty where the session joins none; only kWebSocket and kPoll can do without.
std::unique_ptr<IdleClient> make_idle_client(IdleKind kind, std::string_view room);

}  // namespace confab::bench
