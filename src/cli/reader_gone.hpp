// SPDX-License-Identifier: MIT
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>

namespace confab::cli {

/// Tells when nobody reads a descriptor any more (`confab sub room | head -1`), also while there is nothing
/// to write. Says nothing for what can't lose its reader, such as a file.
class ReaderGone {
 public:
  /// `then` is called once, by the loop.
  ReaderGone(boost::asio::io_context& io, int descriptor, std::function<void()> then);

  ReaderGone(const ReaderGone&) = delete;
  ReaderGone& operator=(const ReaderGone&) = delete;

 private:
  boost::asio::posix::stream_descriptor watch_;
};

}  // namespace confab::cli
