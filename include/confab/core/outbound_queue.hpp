// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>

#include "confab/base/frame.hpp"
#include "confab/base/ring.hpp"

namespace confab {

/// The bytes that all queues together hold, a shared frame counted once.
struct QueueLedger {
  std::size_t bytes = 0;
};

/// What waits for one session's transport, in order. It counts its own bytes for the session's bound, and
/// tells the ledger of those that no other queue holds.
class OutboundQueue {
 public:
  explicit OutboundQueue(QueueLedger& ledger) noexcept : ledger_(&ledger) {}

  OutboundQueue(OutboundQueue&& other) noexcept
      : frames_(std::move(other.frames_)), bytes_(std::exchange(other.bytes_, 0)), ledger_(other.ledger_) {}

  OutboundQueue& operator=(OutboundQueue&&) = delete;

  ~OutboundQueue() { clear(); }

  void push(FramePtr frame) {
    bytes_ += frame->size();
    if (frame->queued++ == 0) ledger_->bytes += frame->size();
    frames_.push_back(std::move(frame));
  }

  void pop() noexcept {
    const FramePtr frame = frames_.pop_front();
    bytes_ -= frame->size();
    if (--frame->queued == 0) ledger_->bytes -= frame->size();
  }

  void clear() noexcept {
    while (!empty())
      pop();
  }

  /// The frame at `index`, 0 being the oldest.
  const Frame& operator[](std::size_t index) const noexcept { return *frames_[index]; }

  std::size_t size() const noexcept { return frames_.size(); }

  bool empty() const noexcept { return frames_.empty(); }

  std::size_t bytes() const noexcept { return bytes_; }

  /// Gives memory back where nothing is queued.
  void shrink() noexcept { frames_.shrink(); }

 private:
  Ring<FramePtr> frames_;
  std::size_t bytes_ = 0;
  QueueLedger* ledger_;
};

}  // namespace confab
