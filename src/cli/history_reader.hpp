// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/http_client.hpp"

namespace confab::cli {

/// Reads the stored events of one room page by page and prints them, oldest first.
class HistoryReader {
 public:
  HistoryReader(HttpClient& client, std::string_view room);

  /// Those after a position, at most `limit`; says where some of them are gone.
  outcome<void> forwards(Position since, std::uint64_t limit, Form form, Output& output);

  /// The newest `limit`, of those before a seq where one is given. They are held until all are there.
  outcome<void> backwards(std::optional<std::uint64_t> before, std::uint64_t limit, Form form,
                          Output& output);

 private:
  struct Event {
    std::uint64_t seq = 0;
    std::string line;
  };

  struct Page {
    std::vector<Event> events;
    std::string epoch;
    bool more = false;
  };

  outcome<Page> read(const std::string& query, std::uint64_t limit, Form form);

  HttpClient& client_;
  std::string room_;
  std::string target_;
  json::Parser parser_;
};

}  // namespace confab::cli
