// SPDX-License-Identifier: MIT
#pragma once
#include <zlib.h>

#include <array>
#include <boost/system/result.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "confab/base/errc.hpp"
#include "confab/base/utf8.hpp"
#include "protocol/websocket/opcode.hpp"

namespace confab::ws {

/// The inflated bytes, or why the connection fails: too_big or bad_utf8.
using Inflated = boost::system::result<std::string_view, CloseReason>;

/// Inflates messages of permessage-deflate, one after another, for every connection of a loop. That is
/// possible because no context is taken over (extension.hpp): a message starts from nothing, so its
/// compressed bytes are collected by the connection's decoder (under a bound) and inflated here when the last
/// has come. zlib's memory is allocated once, about 40 kB.
class Inflater {
 public:
  /// Throws std::bad_alloc.
  Inflater();
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// `payload` is that of the message's frames, without the 00 00 ff ff that RFC 7692 section 7.2.1 strips.
  /// Text is checked chunk by chunk while it is inflated, and never more than `limit` + 1 bytes are: a bomb
  /// costs no more than a message of the limit's size. The view is valid until the next call.
  Inflated inflate(std::string_view payload, Opcode kind, std::size_t limit);

 private:
  Inflated run(std::string_view payload, Opcode kind, std::size_t limit);

  z_stream stream_{};
  std::array<char, std::size_t{16} << 10> chunk_;
  std::string spill_;  ///< where a message outgrows the chunk
};

}  // namespace confab::ws
