// SPDX-License-Identifier: MIT
#include "confab/base/frame.hpp"

#include <cstring>
#include <new>

namespace confab {

FramePtr Frame::make(std::initializer_list<std::string_view> parts, std::int64_t stamp) {
  std::size_t size = 0;
  for (auto part : parts)
    size += part.size();
  void* memory = ::operator new(sizeof(Frame) + size);
  auto* frame = new (memory) Frame(static_cast<std::uint32_t>(size), stamp);
  auto* out = reinterpret_cast<char*>(frame + 1);
  for (auto part : parts) {
    if (part.empty()) continue;
    std::memcpy(out, part.data(), part.size());
    out += part.size();
  }
  return FramePtr(frame);
}

void Frame::destroy(const Frame* frame) noexcept {
  frame->~Frame();
  ::operator delete(const_cast<Frame*>(frame));
}

}  // namespace confab
