// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace confab {

/// Microseconds; strictly increasing over all stored events of one order domain (protocol.md, "Positions").
using Stamp = std::int64_t;

/// A place in one room's stream: `seq` events have come since its numbering began under `epoch`.
struct Position {
  std::string epoch;
  std::uint64_t seq = 0;

  /// Reads `EPOCH:SEQ`, the form of queries.
  static std::optional<Position> parse(std::string_view text);
};

/// A place in all rooms at once: everything up to `stamp` under the server's `generation`. Opaque to clients,
/// who get and return it as `GENERATION.STAMP`.
struct Cursor {
  std::string generation;
  Stamp stamp = 0;

  static std::optional<Cursor> parse(std::string_view text);
  void append_to(std::string& out) const;
};

}  // namespace confab
