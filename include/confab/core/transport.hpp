// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <string_view>

#include "confab/base/errc.hpp"

namespace confab {

class OutboundQueue;

/// A session's way out. It pulls: nobody pushes bytes into it. The hub calls it at the end of the turn, never
/// from inside a walk over members.
class Transport {
 public:
  /// Frames are queued: take from the session's queue what the wire accepts now.
  virtual void wake() = 0;

  /// The session is over. `rest` is what was still queued: write what can be written, say why in the wire's
  /// own way, and end. The session must not be touched any more.
  virtual void close(CloseReason reason, OutboundQueue rest) = 0;

  /// The client's address without a port; "" where it isn't known.
  virtual std::string address() const { return {}; }

  /// "websocket", "sse", …: the word that lists and statistics show.
  virtual std::string_view name() const noexcept = 0;

 protected:
  ~Transport() = default;
};

}  // namespace confab
