// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>

namespace confab::cli {

/// What a close code means to a client that wants to stay (protocol.md section 2).
enum class AfterClose : std::uint8_t {
  come_back,  ///< going away, restarting, overloaded, too slow, or the connection was lost
  stay_away,  ///< the same client would be closed again
};

AfterClose after_close(std::uint16_t code) noexcept;

/// A sentence with the code, what it stands for, and the server's reason.
std::string close_sentence(std::uint16_t code, const std::string& reason);

}  // namespace confab::cli
