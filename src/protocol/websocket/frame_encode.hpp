// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string_view>

#include "confab/base/errc.hpp"
#include "confab/base/frame.hpp"
#include "protocol/websocket/opcode.hpp"

namespace confab::ws {

// Server frames as they go on the wire: final, unmasked, with the shortest length form (RFC 6455
// section 5.2). The codecs make messages once for all who get them, the transports make the control frames. A
// message's payload is at most 1 GiB.

/// A message of one frame. `kind` is text or binary; text is well-formed UTF-8. `stamp` is the frame's (see
/// Frame).
FramePtr make_message(Opcode kind, std::string_view payload, std::int64_t stamp = 0);

/// The same for what a Deflater made of the payload: RSV1 is set (RFC 7692 section 6).
FramePtr make_deflated_message(Opcode kind, std::string_view deflated, std::int64_t stamp = 0);

/// The payload is at most kMaxControlPayload bytes.
FramePtr make_ping(std::string_view payload = {});
FramePtr make_pong(std::string_view payload);

/// A close frame with the reason's code and text.
FramePtr make_close(CloseReason reason);

/// A close frame with any code, as for the echo of a client's; kNoStatus makes an empty one. The text is cut
/// to 123 bytes, between two characters.
FramePtr make_close(std::uint16_t code, std::string_view text);

}  // namespace confab::ws
