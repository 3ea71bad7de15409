// SPDX-License-Identifier: MIT
#pragma once
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace confab {

class Frame;
using FramePtr = boost::intrusive_ptr<const Frame>;

/// Immutable bytes ready for one kind of wire, shared by everybody who gets them: made once, queued by
/// pointer. Object and bytes are one allocation. The count is a plain integer: frames live and die on the
/// loop's thread.
class Frame {
 public:
  /// A frame of the parts one after another (a header and a payload, say). At most 4 GiB together.
  static FramePtr make(std::initializer_list<std::string_view> parts, std::int64_t stamp = 0);

  static FramePtr make(std::string_view bytes, std::int64_t stamp = 0) { return make({bytes}, stamp); }

  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  const char* data() const noexcept { return reinterpret_cast<const char*>(this + 1); }

  std::size_t size() const noexcept { return size_; }

  std::string_view bytes() const noexcept { return {data(), size_}; }

  /// The stamp of the stored event inside (microseconds, protocol.md "Positions"); 0 where there is none.
  std::int64_t stamp() const noexcept { return stamp_; }

  /// In how many queues it stands; a queue's ledger counts the bytes of a frame that is in at least one.
  mutable std::uint32_t queued = 0;

 private:
  Frame(std::uint32_t size, std::int64_t stamp) noexcept : size_(size), stamp_(stamp) {}

  ~Frame() = default;

  friend void intrusive_ptr_add_ref(const Frame* frame) noexcept { ++frame->references_; }

  friend void intrusive_ptr_release(const Frame* frame) noexcept {
    if (--frame->references_ == 0) destroy(frame);
  }

  static void destroy(const Frame* frame) noexcept;

  mutable std::uint32_t references_ = 0;
  std::uint32_t size_;
  std::int64_t stamp_;
};

}  // namespace confab
