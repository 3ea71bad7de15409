// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <string_view>

#include "confab/base/json.hpp"
#include "confab/core/dispatcher.hpp"
#include "confab/core/limits.hpp"
#include "protocol/native/envelope.hpp"

namespace confab::native {

/// The native protocol's way in: one JSON object, or one MessagePack map that stands for it, is one command
/// (protocol.md, section 2). What is none is answered with an error, by its `id` where that could be read.
/// One serves the loop.
class Receiver {
 public:
  /// Both have to outlive it. `limits.message_size` bounds what may come out of a `compressed` envelope.
  Receiver(Dispatcher& dispatcher, const Limits& limits) noexcept
      : dispatcher_(dispatcher), limits_(limits) {}

  /// One message as it came, in a `compressed` envelope or not. `text` has to live until this returns. The
  /// session may be closing afterwards.
  void on_text(Session& session, std::string_view text, AnswerPtr answer = nullptr);

  /// The same in MessagePack.
  void on_msgpack(Session& session, std::string_view bytes, AnswerPtr answer = nullptr);

  /// One that isn't even looked at.
  void refuse(Session& session, const Fault& fault, AnswerPtr answer = nullptr);

 private:
  void read(Session& session, std::string_view text, AnswerPtr answer);

  /// Whether a message came alone or inside a `batch`, which holds no other.
  enum class Place : std::uint8_t { alone, inside };

  void apply(Session& session, const json::Object& message, AnswerPtr answer, Place place);
  void apply_each(Session& session, const json::Object& batch, std::string_view correlation,
                  const AnswerPtr& answer);

  Dispatcher& dispatcher_;
  const Limits& limits_;
  json::Parser parser_;
  json::Object inside_;  // one of a batch
  EnvelopeReader envelope_;
  std::string text_;  // of what came as MessagePack
};

}  // namespace confab::native
