// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace confab {

/// Fills `out` from the kernel's CSPRNG (getrandom(2)).
void random_bytes(std::span<std::byte> out);

std::uint64_t random_u64();

/// `characters` random lower-case letters and digits, each of the 36 as likely as the others.
std::string random_token(std::size_t characters);

/// `guest-` and eight of them: what a session is called until it is named.
std::string random_guest_name();

/// Appends exactly 16 lower-case hexadecimal digits.
void append_hex64(std::string& out, std::uint64_t number);

/// Reads what append_hex64 wrote: exactly 16 lower-case digits, else nothing.
std::optional<std::uint64_t> parse_hex64(std::string_view text) noexcept;

}  // namespace confab
