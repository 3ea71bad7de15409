// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace confab::bench {

// What the server used up to one moment. Differences of two are what it used between them.
struct CpuReading {
  std::int64_t at_ns = 0;
  std::uint64_t run_ns = 0;      // of all its threads, by the scheduler
  std::uint64_t user_ticks = 0;  // of 10 ms: only good for the split into user and system
  std::uint64_t system_ticks = 0;
  std::uint64_t softirqd_ns = 0;  // ksoftirqd of the server's core, which works for it where io_uring is used
  std::uint64_t core_idle_ticks = 0;
  std::uint64_t core_steal_ticks = 0;
};

// Resident memory in bytes.
struct MemoryReading {
  std::uint64_t resident = 0;
  std::uint64_t private_ = 0;  // Private_Clean + Private_Dirty + Private_Hugetlb
};

// The server seen from outside, through /proc. Pid 0: nothing is known and every reading is zero. Throws
// std::runtime_error where the process isn't there when a measurement begins.
class ServerProcess {
 public:
  explicit ServerProcess(int pid);

  bool is_known() const { return pid_ != 0; }

  CpuReading cpu() const;
  MemoryReading memory() const;

  // CPU figures of the time between two readings, for a report.
  nlohmann::ordered_json cpu_report(const CpuReading& before, const CpuReading& after,
                                    std::uint64_t deliveries) const;

 private:
  int pid_ = 0;
  std::optional<int> core_;  // where it is pinned to one
  std::string softirqd_;     // /proc/PID of ksoftirqd of that core
};

}  // namespace confab::bench
