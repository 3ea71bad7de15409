// SPDX-License-Identifier: MIT
#include "config/sources.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

namespace confab::config {
namespace {

Problem unreadable(const std::string& path, int error) {
  return {Source::file, path, {}, "", "can't be read: " + std::generic_category().message(error)};
}

}  // namespace

std::variant<Sources::File, Problem> read_file(const std::string& path) {
  errno = 0;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> in(std::fopen(path.c_str(), "rbe"), std::fclose);
  if (!in) return unreadable(path, errno);
  Sources::File file{path, {}};
  std::array<char, 16384> part{};
  // One byte over the limit is enough for load() to refuse it.
  while (file.text.size() <= kMaxText) {
    const std::size_t length = std::fread(part.data(), 1, part.size(), in.get());
    file.text.append(part.data(), length);
    if (std::ferror(in.get())) return unreadable(path, errno);
    if (length < part.size()) break;
  }
  return file;
}

std::optional<std::string> find_file(bool (*exists)(const std::string& path)) {
  for (const char* path : {"confabd.yaml", "/etc/confab/confabd.yaml"})
    if (exists(path)) return path;
  return {};
}

bool path_exists(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error) || (error && error != std::errc::no_such_file_or_directory);
}

std::map<std::string, std::string> process_environment() {
  std::map<std::string, std::string> out;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) out.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return out;
}

}  // namespace confab::config
