// SPDX-License-Identifier: MIT
#include "net/listener.hpp"

#include <netinet/in.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <cerrno>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <utility>

#include "net/listen_socket.hpp"

namespace confab::net {
namespace {

constexpr int kAcceptsPerTurn = 64;
constexpr std::chrono::milliseconds kPause{100};
constexpr std::chrono::minutes kQuiet{1};

/// Whether the connection was gone before it was accepted, which says nothing about the next one (accept(2)).
bool is_gone_already(int error) noexcept {
  for (const int known : {EINTR, ECONNABORTED, EPROTO, EPERM, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET,
                          EHOSTUNREACH, EOPNOTSUPP, ENETUNREACH}) {
    if (error == known) return true;
  }
  return false;
}

}  // namespace

class Listener::Acceptor final : public boost::intrusive_ref_counter<Acceptor, boost::thread_unsafe_counter>,
                                 private Timer {
 public:
  Acceptor(boost::asio::io_context& io, Loop& loop, ListenOptions options, OnStream on_stream)
      : io_(io),
        loop_(loop),
        options_(std::move(options)),
        on_stream_(std::move(on_stream)),
        descriptor_(io) {}

  Opened open() {
    ListenSocket socket = open_listen_socket(options_);
    if (socket.descriptor.get() < 0) return Opened::skipped;
    boost::system::error_code error;
    descriptor_.assign(socket.descriptor.get(), error);
    if (error) throw std::runtime_error("cannot listen on " + options_.address + ": " + error.message());
    socket.descriptor.release();
    address_ = std::move(socket.address);
    port_ = socket.port;
    path_ = std::move(socket.path);
    return Opened::listening;
  }

  void start() { await(); }

  void stop() noexcept {
    loop_.timers().cancel(*this);
    boost::system::error_code ignored;
    descriptor_.close(ignored);
    if (const std::string path = std::exchange(path_, {}); !path.empty()) ::unlink(path.c_str());
  }

  std::string address_;
  std::uint16_t port_ = 0;
  std::uint64_t accepted_ = 0;
  std::uint64_t pauses_ = 0;

 private:
  using DescriptorWait = boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;

  void await() {
    if (!descriptor_.is_open()) return;
    descriptor_.async_wait(DescriptorWait::wait_read,
                           [self = boost::intrusive_ptr(this)](const boost::system::error_code& error) {
                             if (!error) self->accept();
                           });
  }

  void accept() {
    for (int i = 0; i < kAcceptsPerTurn && descriptor_.is_open(); ++i) {
      sockaddr_storage peer{};
      socklen_t length = sizeof(peer);
      const int fd = ::accept4(descriptor_.native_handle(), reinterpret_cast<sockaddr*>(&peer), &length,
                               SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) {
        if (errno == EAGAIN || errno == EWOULDBLOCK) break;
        if (!is_gone_already(errno)) return pause(errno);
        continue;
      }
      deliver(fd, peer.ss_family);
    }
    await();
  }

  void deliver(int fd, int family) {
    boost::system::error_code error;
    Stream::Socket socket(io_);
    socket.assign(boost::asio::generic::stream_protocol(family, family == AF_UNIX ? 0 : IPPROTO_TCP), fd,
                  error);
    if (error) {
      ::close(fd);
      return;
    }
    ++accepted_;
    on_stream_(StreamPtr(new Stream(std::move(socket))));
  }

  void pause(int error) {
    ++pauses_;
    if (!said_ || loop_.now() - *said_ >= kQuiet) {
      said_ = loop_.now();
      spdlog::warn("{}: connections have to wait: {} ({} times so far)", address_, std::strerror(error),
                   pauses_);
    }
    loop_.timers().schedule(*this, loop_.now() + kPause);
  }

  void on_timer() override { await(); }

  boost::asio::io_context& io_;
  Loop& loop_;
  ListenOptions options_;
  OnStream on_stream_;
  DescriptorWait descriptor_;
  std::string path_;  // of the unix socket's file, while it is ours
  std::optional<Monotonic> said_;
};

Listener::Listener(boost::asio::io_context& io, Loop& loop, ListenOptions options, OnStream on_stream)
    : acceptor_(new Acceptor(io, loop, std::move(options), std::move(on_stream))) {}

Listener::~Listener() {
  acceptor_->stop();
}

Listener::Opened Listener::open() {
  return acceptor_->open();
}

void Listener::start() {
  acceptor_->start();
}

void Listener::stop() {
  acceptor_->stop();
}

const std::string& Listener::address() const noexcept {
  return acceptor_->address_;
}

std::uint16_t Listener::port() const noexcept {
  return acceptor_->port_;
}

std::uint64_t Listener::accepted() const noexcept {
  return acceptor_->accepted_;
}

std::uint64_t Listener::pauses() const noexcept {
  return acceptor_->pauses_;
}

}  // namespace confab::net
