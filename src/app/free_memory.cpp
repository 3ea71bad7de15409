// SPDX-License-Identifier: MIT
#include "app/free_memory.hpp"

#include <malloc.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

namespace confab::app {
namespace {

constexpr std::chrono::seconds kBetween{10};
constexpr std::size_t kWorth = std::size_t{64} << 20;

/// Bytes of anonymous memory that the process has in RAM (proc(5), statm); 0 where that can't be read.
std::size_t resident() {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/proc/self/statm", "re"),
                                                             &std::fclose);
  unsigned long pages = 0;
  unsigned long shared = 0;
  if (!file || std::fscanf(file.get(), "%*u %lu %lu", &pages, &shared) != 2 || shared > pages) return 0;
  return (pages - shared) * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

FreeMemory::FreeMemory(Loop& loop) : loop_(loop) {
  loop_.timers().schedule(*this, loop_.now() + kBetween);
}

bool FreeMemory::worth_it(std::size_t resident, std::size_t used) noexcept {
  return resident > used && resident - used > kWorth && resident - used > used;
}

void FreeMemory::on_timer() {
  loop_.timers().schedule(*this, loop_.now() + kBetween);
  // The cheap question first: a small process has nothing to give.
  const std::size_t before = resident();
  if (before <= kWorth) return;
  const struct mallinfo2 heap = ::mallinfo2();
  if (!worth_it(before, heap.uordblks + heap.hblkhd)) return;
  const Monotonic began = loop_.clock();
  ::malloc_trim(0);
  spdlog::debug("memory: {} MiB given back in {} ms", (before - resident()) >> 20,
                std::chrono::duration_cast<Milliseconds>(loop_.clock() - began).count());
}

}  // namespace confab::app
