// SPDX-License-Identifier: MIT
#include "cli/reader_gone.hpp"

#include <sys/epoll.h>
#include <unistd.h>

namespace confab::cli {

// Asio would make the descriptor itself non-blocking, for everybody who shares it: so the loop waits for an
// epoll of our own, which reports EPOLLERR and EPOLLHUP without being asked, and nothing else.
ReaderGone::ReaderGone(boost::asio::io_context& io, int descriptor, std::function<void()> then) : watch_(io) {
  const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) return;
  epoll_event nothing{};
  if (::epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &nothing) != 0) {
    ::close(epoll);  // EPERM: a file
    return;
  }
  watch_.assign(epoll);
  watch_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                    [then = std::move(then)](const boost::system::error_code& error) {
                      if (!error) then();
                    });
}

}  // namespace confab::cli
