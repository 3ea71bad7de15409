// SPDX-License-Identifier: MIT
#include "loadgen/socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace confab::bench {

namespace {

sockaddr_in loopback(std::uint32_t host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl((127U << 24U) + host);
  return address;
}

}  // namespace

bool Socket::connect(const Endpoint& endpoint, std::uint32_t number) {
  fd_ = FileDescriptor(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd_) return false;
  const int on = 1;
  setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // Without it bind reserves a port for every destination at once.
  setsockopt(fd_.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  const std::uint32_t source = static_cast<std::uint32_t>(endpoint.first_source) +
                               number / static_cast<std::uint32_t>(endpoint.connections_per_source);
  const sockaddr_in from = loopback(source, 0);
  const sockaddr_in to = loopback(1, endpoint.port);
  if (bind(fd_.get(), reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0) return false;
  return ::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 || errno == EINPROGRESS;
}

int Socket::connect_error() const {
  int error = 0;
  socklen_t size = sizeof error;
  return getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

bool Socket::send(std::string_view bytes) {
  if (!unsent_.empty()) {
    unsent_.append(bytes);
    return true;
  }
  const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) return false;
  const std::size_t taken = sent < 0 ? 0 : static_cast<std::size_t>(sent);
  if (taken < bytes.size()) unsent_.assign(bytes.substr(taken));
  return true;
}

bool Socket::flush() {
  while (!unsent_.empty()) {
    const ssize_t sent = ::send(fd_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN;
    unsent_.erase(0, static_cast<std::size_t>(sent));
  }
  return true;
}

Received Socket::receive(ReadBuffer& buffer, std::span<char>& bytes, bool& more) {
  const std::size_t kept = rest_.size();
  if (buffer.size() < kept + kReadSize) buffer.resize(kept + kReadSize);
  std::copy(rest_.begin(), rest_.end(), buffer.begin());
  const ssize_t got = recv(fd_.get(), buffer.data() + kept, kReadSize, 0);
  more = got == static_cast<ssize_t>(kReadSize);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Received::kNothing;
  if (got <= 0) return Received::kEnded;
  rest_.clear();
  bytes = std::span(buffer).first(kept + static_cast<std::size_t>(got));
  return Received::kBytes;
}

}  // namespace confab::bench
