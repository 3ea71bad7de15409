// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>

#include "confab/base/frame.hpp"
#include "confab/core/event.hpp"
#include "confab/core/reply.hpp"

namespace confab {

/// One wire format on its way out: language and framing together, so that what it makes can be written as it
/// is. Stateless towards sessions: what it makes of an event is the same for all who speak it. One object
/// serves all.
class Codec {
 public:
  /// How many formats there may be; `slot` is below it and one codec's alone.
  static constexpr std::size_t kSlots = 32;

  explicit Codec(std::size_t slot) noexcept : slot_(slot) {}

  virtual ~Codec() = default;
  Codec(const Codec&) = delete;
  Codec& operator=(const Codec&) = delete;

  virtual FramePtr encode(const Event& event) const = 0;
  virtual FramePtr encode(const Reply& reply) const = 0;

  /// How those who speak it get events of the past.
  enum class Past : std::uint8_t {
    in_lists,    ///< inside `joined` and `messages`
    one_by_one,  ///< each as an event of its own, with the cursor to come back with
  };

  virtual Past past() const noexcept { return Past::in_lists; }

  std::size_t slot() const noexcept { return slot_; }

 private:
  std::size_t slot_;
};

/// An event, or something said to each of many alike: each format is made when its first recipient is met,
/// and once.
template <class Message>
class Prepared {
 public:
  /// `message` has to outlive it.
  explicit Prepared(const Message& message) noexcept : message_(message) {}

  const FramePtr& frame(const Codec& codec) {
    FramePtr& frame = frames_[codec.slot()];
    if (!frame) {
      frame = codec.encode(message_);
      ++encoded_;
    }
    return frame;
  }

  /// How many formats were made.
  unsigned encoded() const noexcept { return encoded_; }

 private:
  const Message& message_;
  std::array<FramePtr, Codec::kSlots> frames_;
  unsigned encoded_ = 0;
};

}  // namespace confab
