// SPDX-License-Identifier: MIT
#include "api/sample.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>

#include "confab/core/transport.hpp"

namespace confab::api {
namespace {

constexpr std::chrono::seconds kSecond{1};
constexpr std::size_t kBusiest = 10;

std::uint64_t traffic(const Session& session) noexcept {
  return session.sent() + session.received();
}

bool busier(const Session* a, const Session* b) noexcept {
  return traffic(*a) > traffic(*b);
}

}  // namespace

Sampler::Sampler(Loop& loop, const Hub& hub) : loop_(loop), hub_(hub), started_(loop.now()) {
  loop_.timers().schedule(*this, started_ + kSecond);
}

std::uint64_t Sampler::messages() const noexcept {
  return hub_.counters().messages_sent + hub_.counters().messages_received;
}

void Sampler::on_timer() {
  totals_[seconds_++ % kSeconds] = messages();
  loop_.timers().schedule(*this, loop_.now() + kSecond);
}

double Sampler::messages_per_second() const noexcept {
  if (seconds_ == 0) return 0;
  const std::uint64_t last = totals_[(seconds_ - 1) % kSeconds];
  // Before the ring has gone round the count began at nothing.
  if (seconds_ < kSeconds) return static_cast<double>(last) / static_cast<double>(seconds_);
  return static_cast<double>(last - totals_[seconds_ % kSeconds]) / static_cast<double>(kSeconds - 1);
}

Milliseconds Sampler::uptime() const noexcept {
  return std::chrono::duration_cast<Milliseconds>(loop_.now() - started_);
}

const Sample& Sampler::sample() {
  const Monotonic now = loop_.now();
  if (taken_ != Monotonic{} && now - taken_ < kSecond) return sample_;
  taken_ = now;
  sample_ = Sample();
  Milliseconds ages{};
  std::size_t count = 0;
  std::vector<const Session*> busiest;  // a heap with the least busy of them in front
  boost::unordered_flat_set<std::string_view> users;
  hub_.each_session([&](const Session& session) {
    if (session.role() != SessionRole::client) return;
    const Transport* transport = session.transport();
    ++sample_.by_transport[transport == nullptr ? "detached" : transport->name()];
    ages += std::chrono::duration_cast<Milliseconds>(now - session.opened_at());
    ++count;
    if (!session.guest()) users.insert(session.user());
    busiest.push_back(&session);
    std::push_heap(busiest.begin(), busiest.end(), busier);
    if (busiest.size() <= kBusiest) return;
    std::pop_heap(busiest.begin(), busiest.end(), busier);
    busiest.pop_back();
  });
  if (count > 0) sample_.average_age = ages / static_cast<std::int64_t>(count);
  sample_.users = users.size();
  std::sort_heap(busiest.begin(), busiest.end(), busier);
  for (const Session* session : busiest) {
    sample_.busiest.push_back({session->client_id(),
                               std::chrono::duration_cast<Milliseconds>(now - session->opened_at()),
                               session->sent(), session->received()});
  }
  return sample_;
}

}  // namespace confab::api
