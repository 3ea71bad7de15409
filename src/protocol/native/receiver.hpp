// SPDX-License-Identifier: MIT
#pragma once
#include <string_view>

#include "confab/base/json.hpp"
#include "confab/core/dispatcher.hpp"

namespace confab::native {

/// The native protocol's way in: one JSON object is one command (protocol.md, section 2). What is none is
/// answered with an error, by its `id` where that could be read. One serves the loop.
class Receiver {
 public:
  /// The dispatcher has to outlive it.
  explicit Receiver(Dispatcher& dispatcher) noexcept : dispatcher_(dispatcher) {}

  /// One message as it came. `text` has to live until this returns. The session may be closing afterwards.
  void on_text(Session& session, std::string_view text, AnswerPtr answer = nullptr);

  /// One that isn't even looked at.
  void refuse(Session& session, const Fault& fault, AnswerPtr answer = nullptr);

 private:
  Dispatcher& dispatcher_;
  json::Parser parser_;
};

}  // namespace confab::native
