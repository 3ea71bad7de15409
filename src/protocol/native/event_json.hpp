// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <string>

#include "confab/core/event.hpp"
#include "confab/core/reply.hpp"

/// Events and replies as JSON objects in the native shape (protocol.md, section 1). The codecs frame them;
/// answers to long polls and the API show them as they are.
namespace confab::native {

/// Whether the object says its own name in a member "type", or the wire around it does.
enum class TypeMember : std::uint8_t { present, absent };

/// Appends {"type","room","user",…,"id","seq","timestamp"}: the members of a flat event or the "data" of
/// another in the middle; no "user", "id" and "timestamp" where the event has none, "seq" of stored ones
/// only.
void append_event(std::string& out, const Event& event, TypeMember type = TypeMember::present);

/// Appends {"type","id",…,"messages":[…]}: "id" where it answers a message that had one, "messages" where
/// there are to be some.
void append_reply(std::string& out, const Reply& reply, TypeMember type = TypeMember::present);

/// What the above append, alone.
std::string json_of(const Event& event);
std::string json_of(const Reply& reply);

/// Room enough for what the above append, unless names are full of what has to be escaped.
std::size_t size_hint(const Event& event) noexcept;
std::size_t size_hint(const Reply& reply) noexcept;

}  // namespace confab::native
