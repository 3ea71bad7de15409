// SPDX-License-Identifier: MIT
#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <string>

#include "confab/base/loop.hpp"
#include "confab/base/result.hpp"
#include "confab/core/limits.hpp"
#include "confab/core/token_bucket.hpp"

namespace confab::net {

/// The pace of those who publish without a session: by their address they are held to the limits of one
/// session. As many addresses are known as `limits.connections`; where there are more, those who were silent
/// long enough to have their whole burst again are forgotten, and if none is, new ones have to wait.
class AddressPaces {
 public:
  /// The references have to outlive it.
  AddressPaces(Loop& loop, const Limits& limits) noexcept : loop_(loop), limits_(limits) {}

  /// Nothing where the address may publish now; else how long it has to wait.
  std::optional<Milliseconds> take(const std::string& address);

  std::size_t size() const noexcept { return buckets_.size(); }

 private:
  struct Pace {
    TokenBucket bucket;
    Monotonic last{};
  };

  void forget_silent();

  Loop& loop_;
  const Limits& limits_;
  boost::unordered_flat_map<std::string, Pace> buckets_;
};

}  // namespace confab::net
