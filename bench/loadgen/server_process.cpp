// SPDX-License-Identifier: MIT
#include "loadgen/server_process.hpp"

#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "loadgen/poller.hpp"

namespace confab::bench {

namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::uint64_t run_time(const std::filesystem::path& schedstat) {
  std::istringstream text(read_file(schedstat));
  std::uint64_t nanoseconds = 0;
  text >> nanoseconds;
  return nanoseconds;
}

// The value after `name` at the start of a line; 0 where it isn't there.
std::uint64_t field(const std::string& text, const std::string& name) {
  std::istringstream lines(text);
  std::uint64_t value = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name)) continue;
    std::istringstream(line.substr(name.size())) >> value;
    return value;
  }
  return 0;
}

std::string line_of(const std::string& text, const std::string& name) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(name)) return line.substr(name.size());
  return {};
}

std::optional<int> only_core(const std::string& status) {
  const std::string list = line_of(status, "Cpus_allowed_list:");
  const std::size_t start = list.find_first_not_of(" \t");
  if (start == std::string::npos) return std::nullopt;
  int core = 0;
  const auto [end, error] = std::from_chars(list.data() + start, list.data() + list.size(), core);
  if (error != std::errc{} || end != list.data() + list.size()) return std::nullopt;
  return core;
}

std::string find_softirqd(int core) {
  const std::string name = "ksoftirqd/" + std::to_string(core) + "\n";
  for (const auto& entry : std::filesystem::directory_iterator("/proc"))
    if (read_file(entry.path() / "comm") == name) return entry.path();
  return {};
}

}  // namespace

ServerProcess::ServerProcess(int pid) : pid_(pid) {
  if (pid_ == 0) return;
  const std::string status = read_file("/proc/" + std::to_string(pid_) + "/status");
  if (status.empty()) throw std::runtime_error("no process " + std::to_string(pid_));
  core_ = only_core(status);
  if (core_) softirqd_ = find_softirqd(*core_);
}

CpuReading ServerProcess::cpu() const {
  CpuReading reading;
  reading.at_ns = now_ns();
  if (pid_ == 0) return reading;
  const std::filesystem::path process = "/proc/" + std::to_string(pid_);
  std::error_code error;
  for (const auto& thread : std::filesystem::directory_iterator(process / "task", error))
    reading.run_ns += run_time(thread.path() / "schedstat");
  if (!softirqd_.empty()) reading.softirqd_ns = run_time(std::filesystem::path(softirqd_) / "schedstat");

  // proc(5): the name in parentheses may hold anything; utime and stime are the 12th and 13th field after it.
  const std::string stat = read_file(process / "stat");
  std::istringstream after_name(stat.substr(stat.rfind(')') == std::string::npos ? 0 : stat.rfind(')') + 1));
  std::string skipped;
  for (int at = 0; at < 11; ++at)
    after_name >> skipped;
  after_name >> reading.user_ticks >> reading.system_ticks;

  if (core_) {
    std::istringstream core(line_of(read_file("/proc/stat"), "cpu" + std::to_string(*core_) + " "));
    std::uint64_t user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0;
    core >> user >> nice >> system >> idle >> iowait >> irq >> softirq >> steal;
    reading.core_idle_ticks = idle + iowait;
    reading.core_steal_ticks = steal;
  }
  return reading;
}

MemoryReading ServerProcess::memory() const {
  if (pid_ == 0) return {};
  const std::string text = read_file("/proc/" + std::to_string(pid_) + "/smaps_rollup");
  const std::uint64_t kilobytes =
      field(text, "Private_Clean:") + field(text, "Private_Dirty:") + field(text, "Private_Hugetlb:");
  return {field(text, "Rss:") * 1024, kilobytes * 1024};
}

nlohmann::ordered_json ServerProcess::cpu_report(const CpuReading& before, const CpuReading& after,
                                                 std::uint64_t deliveries) const {
  nlohmann::ordered_json report;
  if (pid_ == 0 || deliveries == 0) return report;
  const double per_delivery_us = 1.0 / (1e3 * static_cast<double>(deliveries));
  const double total = static_cast<double>(after.run_ns - before.run_ns) * per_delivery_us;
  const double softirqd = static_cast<double>(after.softirqd_ns - before.softirqd_ns) * per_delivery_us;
  const auto user = static_cast<double>(after.user_ticks - before.user_ticks);
  const auto system = static_cast<double>(after.system_ticks - before.system_ticks);
  const double user_part = user + system > 0 ? user / (user + system) : 0;
  report["cpu_us_per_delivery"] = total + softirqd;
  report["user_us"] = total * user_part;
  report["system_us"] = total * (1 - user_part);
  report["softirqd_us"] = softirqd;
  const double wall = static_cast<double>(after.at_ns - before.at_ns) / 1e9;
  const double own = total * 1e-6 * static_cast<double>(deliveries);
  const double own_with_softirqd = own + softirqd * 1e-6 * static_cast<double>(deliveries);
  report["server_core_share"] = own_with_softirqd / wall;
  if (core_) {
    const double ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    const double idle = static_cast<double>(after.core_idle_ticks - before.core_idle_ticks) / ticks;
    report["server_core"] = *core_;
    // Everything that was neither the server nor idleness: other programs, interrupts, the hypervisor.
    report["others_core_share"] = (wall - idle - own_with_softirqd) / wall;
    report["steal_core_share"] =
        static_cast<double>(after.core_steal_ticks - before.core_steal_ticks) / ticks / wall;
  }
  return report;
}

}  // namespace confab::bench
