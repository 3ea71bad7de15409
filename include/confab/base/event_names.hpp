// SPDX-License-Identifier: MIT
#pragma once
#include <string_view>

/// The names of events (protocol.md section 1), asked before a custom event reaches the hub.
namespace confab {

/// A name for a custom event: 1 to 64 bytes of UTF-8, no control characters, none that means something
/// already.
bool legal_event_name(std::string_view name) noexcept;

/// Whether the name is one of the protocol's own (in either direction), of Socket.IO's reserved ones, or of
/// those that an EventSource fires by itself (`open`, `error`). `message` is none on purpose: it reaches
/// `onmessage`.
bool reserved_event_name(std::string_view name) noexcept;

}  // namespace confab
