// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "net/http_exchange.hpp"

namespace confab::app {

/// What is served at `/` and below where no route is: the operator's files (`server.static_dir`), and behind
/// them the built-in pages. The files are read once, before the loop runs: serving one waits for no disk.
class Pages {
 public:
  /// All files together.
  static constexpr std::size_t kMostBytes = std::size_t{64} << 20;

  /// `directory` "": only what is built in. Throws std::runtime_error with one sentence where it can't be
  /// read whole, or is larger than kMostBytes. What begins with a dot is left out; links are followed.
  explicit Pages(const std::string& directory);

  /// Answers GET and HEAD; 404 for what isn't there, 304 for who has it already. A page may be asked for
  /// without its `.html`.
  void on_request(const net::HttpExchangePtr& exchange) const;

 private:
  struct Page {
    std::string content_type;
    std::string body;
    std::string tag;  // ETag, quotes included
  };

  void add(std::string path, std::string content_type, std::string body);
  const Page* find(std::string_view path) const;

  std::map<std::string, Page, std::less<>> pages_;  // by path
};

}  // namespace confab::app
