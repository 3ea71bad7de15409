// SPDX-License-Identifier: MIT
#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "confab/base/loop.hpp"
#include "confab/base/result.hpp"

namespace confab {

/// What may be forbidden a user.
enum class Sanction : std::uint8_t {
  ban,    ///< to be in a room
  mute,   ///< to publish in a room
  block,  ///< to be on the server at all; its room is ""
};

/// How long it holds.
struct Term {
  std::optional<WallMicros> until;  ///< nothing: until it is lifted
};

/// Who is forbidden what, and until when. In this process and gone with it. What is over is forgotten when it
/// is asked for, or when room is needed.
class Sanctions {
 public:
  static constexpr std::size_t kMost = 1'000'000;

  /// The loop has to outlive it.
  explicit Sanctions(Loop& loop, std::size_t most = kMost) noexcept : loop_(loop), most_(most) {}

  /// From now on, `time` long or until it is lifted; in place of what held before. `unavailable` where there
  /// are as many as may be.
  result<Term> impose(Sanction sanction, std::string_view room, std::string_view user,
                      std::optional<Milliseconds> time);

  /// Whether there was anything to lift.
  bool lift(Sanction sanction, std::string_view room, std::string_view user);

  /// Nothing where it doesn't hold.
  std::optional<Term> find(Sanction sanction, std::string_view room, std::string_view user) const;

  bool holds(Sanction sanction, std::string_view room, std::string_view user) const {
    return !terms_.empty() && find(sanction, room, user).has_value();
  }

  std::size_t size() const noexcept { return terms_.size(); }

 private:
  bool over(const Term& term) const noexcept { return term.until && *term.until <= loop_.wall(); }

  Loop& loop_;
  std::size_t most_;
  boost::unordered_flat_map<std::string, Term> terms_;
};

}  // namespace confab
