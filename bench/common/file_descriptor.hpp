// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>

#include <utility>

namespace confab::bench {

// Owns one descriptor and closes it; -1 is none.
class FileDescriptor {
 public:
  FileDescriptor() = default;

  explicit FileDescriptor(int value) : value_(value) {}

  FileDescriptor(FileDescriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}

  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      close();
      value_ = std::exchange(other.value_, -1);
    }
    return *this;
  }

  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  ~FileDescriptor() { close(); }

  int get() const { return value_; }

  explicit operator bool() const { return value_ >= 0; }

  void close() {
    if (value_ >= 0) ::close(std::exchange(value_, -1));
  }

 private:
  int value_ = -1;
};

}  // namespace confab::bench
