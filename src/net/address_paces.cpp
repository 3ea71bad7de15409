// SPDX-License-Identifier: MIT
#include "net/address_paces.hpp"

namespace confab::net {

std::optional<Milliseconds> AddressPaces::take(const std::string& address) {
  const std::size_t rate = limits_.messages_per_second;
  if (rate == 0) return std::nullopt;
  auto found = buckets_.find(address);
  if (found == buckets_.end()) {
    if (buckets_.size() >= limits_.connections) forget_silent();
    if (buckets_.size() >= limits_.connections) return std::chrono::seconds(1);
    found = buckets_.emplace(address, Pace{}).first;
  }
  Pace& pace = found->second;
  pace.last = loop_.now();
  if (pace.bucket.take(loop_.now(), rate, limits_.message_burst)) return std::nullopt;
  return pace.bucket.wait(rate);
}

void AddressPaces::forget_silent() {
  const std::chrono::seconds full(limits_.message_burst / limits_.messages_per_second + 1);
  boost::unordered::erase_if(buckets_,
                             [&](const auto& entry) { return entry.second.last + full <= loop_.now(); });
}

}  // namespace confab::net
