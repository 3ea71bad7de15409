// SPDX-License-Identifier: MIT
#include "app/log.hpp"

#include <spdlog/async.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "confab/base/json.hpp"

namespace confab::app {
namespace {

constexpr std::size_t kQueue = 8192;

/// The line's text as a JSON string, for the format `json`.
class QuotedText final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    std::string text;
    json::append_quoted(text, {message.payload.data(), message.payload.size()});
    out.append(text.data(), text.data() + text.size());
  }

  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<QuotedText>(); }
};

std::unique_ptr<spdlog::formatter> formatter(config::LogFormat format) {
  auto made = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  if (format == config::LogFormat::json) {
    made->add_flag<QuotedText>('Q').set_pattern(
        R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":%Q})");
  } else {
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %-5l %v");
  }
  return made;
}

spdlog::level::level_enum level_of(config::LogLevel level) noexcept {
  switch (level) {
    case config::LogLevel::trace:
      return spdlog::level::trace;
    case config::LogLevel::debug:
      return spdlog::level::debug;
    case config::LogLevel::info:
      return spdlog::level::info;
    case config::LogLevel::warn:
      return spdlog::level::warn;
    case config::LogLevel::error:
      break;
  }
  return spdlog::level::err;
}

spdlog::sink_ptr sink_of(const config::Log& settings) {
  if (settings.file.empty()) return std::make_shared<spdlog::sinks::stderr_sink_mt>();
  try {
    return std::make_shared<spdlog::sinks::basic_file_sink_mt>(settings.file);
  } catch (const spdlog::spdlog_ex& error) {
    throw std::runtime_error("cannot write the log to " + settings.file + ": " + error.what());
  }
}

}  // namespace

Log::Log(const config::Log& settings) {
  const auto sink = sink_of(settings);
  spdlog::init_thread_pool(kQueue, 1);
  auto logger = std::make_shared<spdlog::async_logger>("confabd", sink, spdlog::thread_pool(),
                                                       spdlog::async_overflow_policy::overrun_oldest);
  logger->set_formatter(formatter(settings.format));
  logger->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(std::move(logger));
  set_level(settings.level);
}

Log::~Log() {
  spdlog::shutdown();
}

void Log::set_level(config::LogLevel level) {
  spdlog::set_level(level_of(level));
}

}  // namespace confab::app
