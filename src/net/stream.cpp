// SPDX-License-Identifier: MIT
#include "net/stream.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace confab::net {
namespace {

IoResult outcome(ssize_t n) noexcept {
  if (n >= 0) return {IoStatus::ok, static_cast<std::size_t>(n)};
  if (errno == EAGAIN || errno == EWOULDBLOCK) return {IoStatus::would_block, 0};
  return {IoStatus::error, 0};
}

template <class Call>
IoResult uninterrupted(Call call) noexcept {
  ssize_t n = 0;
  do {
    n = call();
  } while (n < 0 && errno == EINTR);
  return outcome(n);
}

union PeerName {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
  sockaddr_storage storage;
};

bool peer_name(int fd, PeerName& name) noexcept {
  std::memset(&name, 0, sizeof(name));
  socklen_t length = sizeof(name);
  return ::getpeername(fd, &name.any, &length) == 0;
}

bool is_loopback(const PeerName& name) noexcept {
  if (name.any.sa_family == AF_INET) return (ntohl(name.v4.sin_addr.s_addr) >> 24) == 127;
  if (name.any.sa_family != AF_INET6) return false;
  const in6_addr& address = name.v6.sin6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&address)) return address.s6_addr[12] == 127;
  return IN6_IS_ADDR_LOOPBACK(&address);
}

}  // namespace

Stream::Stream(Socket socket) noexcept : socket_(std::move(socket)) {
  PeerName name;
  if (peer_name(socket_.native_handle(), name)) {
    unix_ = name.any.sa_family == AF_UNIX;
    loopback_ = is_loopback(name);
  }
  if (unix_) return;
  const int on = 1;
  ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

void Stream::await_read() {
  if (reading_ || !socket_.is_open()) return;
  reading_ = true;
  socket_.async_wait(Socket::wait_read, [self = StreamPtr(this)](const boost::system::error_code&) {
    self->reading_ = false;
    // An error of the wait is an error of the socket: the read that follows tells which.
    if (self->owner_ != nullptr && self->socket_.is_open()) self->owner_->on_readable();
  });
}

void Stream::await_write() {
  if (writing_ || !socket_.is_open()) return;
  writing_ = true;
  socket_.async_wait(Socket::wait_write, [self = StreamPtr(this)](const boost::system::error_code&) {
    self->writing_ = false;
    if (self->owner_ != nullptr && self->socket_.is_open()) self->owner_->on_writable();
  });
}

IoResult Stream::read_some(std::span<char> buffer) noexcept {
  if (!socket_.is_open()) return {IoStatus::error, 0};
  const int fd = socket_.native_handle();
  IoResult result = uninterrupted([&] { return ::recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT); });
  if (result.status == IoStatus::ok && result.bytes == 0 && !buffer.empty()) result.status = IoStatus::eof;
  return result;
}

IoResult Stream::write_some(std::string_view bytes) noexcept {
  if (!socket_.is_open()) return {IoStatus::error, 0};
  const int fd = socket_.native_handle();
  return uninterrupted([&] { return ::send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL); });
}

IoResult Stream::write_some(std::span<const iovec> pieces) noexcept {
  if (!socket_.is_open()) return {IoStatus::error, 0};
  const int fd = socket_.native_handle();
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces.data());  // sendmsg does not write through it
  message.msg_iovlen = std::min<std::size_t>(pieces.size(), 1024);
  return uninterrupted([&] { return ::sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL); });
}

void Stream::shutdown_write() noexcept {
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
}

void Stream::close() noexcept {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void Stream::set_client_address(std::string address) {
  client_ = address.empty() ? nullptr : std::make_unique<const std::string>(std::move(address));
}

std::string Stream::remote_address() const {
  if (client_ != nullptr) return *client_;
  if (unix_) return "unix";
  PeerName name;
  if (!socket_.is_open() || !peer_name(const_cast<Socket&>(socket_).native_handle(), name)) return {};
  char text[INET6_ADDRSTRLEN] = {};
  if (name.any.sa_family == AF_INET) {
    ::inet_ntop(AF_INET, &name.v4.sin_addr, text, sizeof(text));
  } else if (name.any.sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&name.v6.sin6_addr)) {
    ::inet_ntop(AF_INET, &name.v6.sin6_addr.s6_addr[12], text, sizeof(text));
  } else if (name.any.sa_family == AF_INET6) {
    ::inet_ntop(AF_INET6, &name.v6.sin6_addr, text, sizeof(text));
  }
  return text;
}

std::optional<Stream::Liveness> Stream::since_last_ack() const noexcept {
  if (unix_ || !socket_.is_open()) return std::nullopt;
  tcp_info info{};
  socklen_t length = sizeof(info);
  const int fd = const_cast<Socket&>(socket_).native_handle();
  if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return std::nullopt;
  return Liveness{std::chrono::milliseconds(info.tcpi_last_ack_recv), info.tcpi_unacked};
}

}  // namespace confab::net
