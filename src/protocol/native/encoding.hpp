// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>

namespace confab::native {

/// How the objects of the native protocol travel over a WebSocket (protocol.md, section 2).
enum class Encoding : std::uint8_t {
  json,           ///< as JSON in text frames
  gzip_envelope,  ///< the same, where it is long inside {"compressed":true,"data":"…"}
  msgpack,        ///< as MessagePack in binary frames (subprotocol confab.v1.msgpack)
};

}  // namespace confab::native
