// SPDX-License-Identifier: MIT
#include <cstdio>
#include <exception>
#include <span>
#include <stdexcept>

#include "bare_server/server.hpp"
#include "common/arguments.hpp"

int main(int argc, char** argv) {
  using namespace confab::bench;
  try {
    Arguments arguments(std::span(argv + 1, static_cast<std::size_t>(argc - 1)));
    const auto port = static_cast<std::uint16_t>(arguments.number("port", 0, 0, 65535));
    const Writes writes = arguments.is_set("gather") ? Writes::kGathered : Writes::kEach;
    arguments.finish();
    Server server(port, writes);
    std::printf("listening on 127.0.0.1:%u\n", unsigned{server.port()});
    std::fflush(stdout);
    server.run();
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr, "confab_bare_server [--port N] [--gather]: %s\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "confab_bare_server: %s\n", error.what());
    return 1;
  }
}
