// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace confab {

/// A first-in, first-out queue in one block of memory that grows by doubling: no block until the first
/// element, none per element after that (std::deque takes 704 bytes before its first). Elements are indexed
/// from the oldest.
template <class T>
class Ring {
 public:
  Ring() = default;

  Ring(Ring&& other) noexcept
      : slots_(std::move(other.slots_)),
        head_(std::exchange(other.head_, 0)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}

  Ring& operator=(Ring&& other) noexcept {
    slots_ = std::move(other.slots_);
    head_ = std::exchange(other.head_, 0);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
    return *this;
  }

  std::size_t size() const noexcept { return size_; }

  bool empty() const noexcept { return size_ == 0; }

  const T& operator[](std::size_t index) const noexcept { return slots_[(head_ + index) & (capacity_ - 1)]; }

  T& operator[](std::size_t index) noexcept { return slots_[(head_ + index) & (capacity_ - 1)]; }

  const T& front() const noexcept { return slots_[head_]; }

  const T& back() const noexcept { return (*this)[size_ - 1]; }

  void push_back(T value) {
    if (size_ == capacity_) grow();
    (*this)[size_] = std::move(value);
    ++size_;
  }

  T pop_front() noexcept {
    T value = std::exchange(slots_[head_], T());
    head_ = (head_ + 1) & (capacity_ - 1);
    --size_;
    return value;
  }

  /// Gives the block back where nothing is in it.
  void shrink() noexcept {
    if (size_ != 0) return;
    slots_.reset();
    head_ = capacity_ = 0;
  }

 private:
  static constexpr std::uint32_t kFirstCapacity = 4;

  void grow() {
    const std::uint32_t capacity = capacity_ == 0 ? kFirstCapacity : capacity_ * 2;
    auto slots = std::make_unique<T[]>(capacity);
    for (std::uint32_t i = 0; i < size_; ++i)
      slots[i] = std::move((*this)[i]);
    slots_ = std::move(slots);
    head_ = 0;
    capacity_ = capacity;
  }

  std::unique_ptr<T[]> slots_;
  std::uint32_t head_ = 0;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
};

}  // namespace confab
