// SPDX-License-Identifier: MIT
#pragma once
#include <boost/system/result.hpp>
#include <cstdint>
#include <string>

namespace confab::cli {

/// With what the program ends.
enum class ExitCode : std::uint8_t { ok = 0, failed = 1, usage = 2 };

/// Why a command can't go on: one sentence for people, without the program's name before it.
struct Trouble {
  enum class Kind : std::uint8_t {
    usage,        ///< it was asked for something that can't be
    refused,      ///< the server answered, and said no
    unreachable,  ///< no answer came; whether the request did is unknown
    local,        ///< something of this machine, such as a full disk
  };

  Kind kind;
  std::string sentence;

  ExitCode exit_code() const noexcept { return kind == Kind::usage ? ExitCode::usage : ExitCode::failed; }
};

template <class T>
using outcome = boost::system::result<T, Trouble>;

}  // namespace confab::cli
