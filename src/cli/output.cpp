// SPDX-License-Identifier: MIT
#include "cli/output.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace confab::cli {

bool Output::line(std::string_view text) {
  if (error_ != 0) return false;
  (buffer_ = text) += '\n';
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const auto written = ::write(descriptor_, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      // Whoever gave us the descriptor made it so.
      pollfd wait{descriptor_, POLLOUT, 0};
      ::poll(&wait, 1, -1);
    } else if (errno != EINTR) {
      error_ = errno;
      return false;
    }
  }
  return true;
}

outcome<void> Output::verdict() const {
  if (error_ == 0 || error_ == EPIPE) return {};
  return Trouble{Trouble::Kind::local,
                 "The output can't be written: " + std::generic_category().message(error_)};
}

}  // namespace confab::cli
