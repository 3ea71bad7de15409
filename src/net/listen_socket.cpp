// SPDX-License-Identifier: MIT
#include "net/listen_socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <tuple>

#include "net/listen_address.hpp"

namespace confab::net {
namespace {

[[noreturn]] void refuse(const std::string& address, std::string_view why) {
  throw std::runtime_error("cannot listen on " + address + ": " + std::string(why));
}

std::string reason(int error) {
  return std::strerror(error);
}

template <class Address>
int bind_to(int fd, const Address& address) noexcept {
  return ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
}

bool host_has_ipv6() noexcept {
  const Descriptor probe(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in6 loopback{};
  loopback.sin6_family = AF_INET6;
  loopback.sin6_addr = in6addr_loopback;
  return probe.get() >= 0 && bind_to(probe.get(), loopback) == 0;
}

/// The local address of a socket as text, and its port (0 where it has none).
std::pair<std::string, std::uint16_t> local_address(int fd) {
  union {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
    sockaddr_un un;
  } name{};

  socklen_t length = sizeof(name);
  if (::getsockname(fd, &name.any, &length) != 0) return {};
  char text[INET6_ADDRSTRLEN] = {};
  if (name.any.sa_family == AF_INET) {
    ::inet_ntop(AF_INET, &name.v4.sin_addr, text, sizeof(text));
    const std::uint16_t port = ntohs(name.v4.sin_port);
    return {std::string(text) + ":" + std::to_string(port), port};
  }
  if (name.any.sa_family == AF_INET6) {
    ::inet_ntop(AF_INET6, &name.v6.sin6_addr, text, sizeof(text));
    const std::uint16_t port = ntohs(name.v6.sin6_port);
    return {"[" + std::string(text) + "]:" + std::to_string(port), port};
  }
  return {};
}

/// Whether somebody accepts connections on the unix socket.
bool answers(const sockaddr_un& address) noexcept {
  const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (probe.get() < 0) return true;
  // EAGAIN: its backlog is full, so it is there.
  return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 ||
         errno != ECONNREFUSED;
}

Descriptor bind_tcp(const ListenOptions& options, const addrinfo& address, int& error) noexcept {
  Descriptor fd(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  const int on = 1;
  if (fd.get() >= 0) {
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (options.sharing == PortSharing::shared)
      ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
    // One address is one listener: "[::]:80" beside "0.0.0.0:80" is no conflict.
    if (address.ai_family == AF_INET6) ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
    if (::bind(fd.get(), address.ai_addr, address.ai_addrlen) == 0) return fd;
  }
  error = errno;
  return Descriptor();
}

/// Nothing where the address is an IPv6 one and the host has no IPv6.
Descriptor open_tcp(const ListenOptions& options, const ListenAddress& wanted) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  const bool everywhere = wanted.host.empty() || wanted.host == "*";
  addrinfo* found = nullptr;
  const int failure = ::getaddrinfo(everywhere ? nullptr : wanted.host.c_str(),
                                    std::to_string(wanted.port).c_str(), &hints, &found);
  if (failure != 0) refuse(options.address, ::gai_strerror(failure));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
  int error = EADDRNOTAVAIL;
  bool without_ipv6 = false;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    Descriptor fd = bind_tcp(options, *each, error);
    if (fd.get() >= 0) return fd;
    without_ipv6 = each->ai_family == AF_INET6 && (error == EAFNOSUPPORT || error == EADDRNOTAVAIL);
  }
  if (without_ipv6 && !host_has_ipv6()) {
    spdlog::debug("not listening on {}: this host has no IPv6", options.address);
    return Descriptor();
  }
  refuse(options.address, reason(error));
}

Descriptor open_unix(const ListenOptions& options, const ListenAddress& wanted) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  wanted.path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd.get() < 0) refuse(options.address, reason(errno));
  if (bind_to(fd.get(), address) != 0) {
    if (errno != EADDRINUSE) refuse(options.address, reason(errno));

    struct stat info {};

    if (::lstat(address.sun_path, &info) != 0 || !S_ISSOCK(info.st_mode) || answers(address)) {
      refuse(options.address, reason(EADDRINUSE));
    }
    ::unlink(address.sun_path);  // left behind by a process that is gone
    if (bind_to(fd.get(), address) != 0) refuse(options.address, reason(errno));
  }
  // For the group of the service, such as a proxy; nobody can connect before listen().
  if (::chmod(address.sun_path, 0660) != 0) refuse(options.address, reason(errno));
  return fd;
}

Descriptor inherit(const ListenOptions& options, int number) {
  int listening = 0;
  socklen_t length = sizeof(listening);
  if (::getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) != 0) {
    refuse(options.address, reason(errno));
  }
  if (listening == 0) refuse(options.address, "it is not a listening socket");
  const int flags = ::fcntl(number, F_GETFL);
  if (flags < 0 || ::fcntl(number, F_SETFL, flags | O_NONBLOCK) != 0) refuse(options.address, reason(errno));
  return Descriptor(number);
}

}  // namespace

ListenSocket open_listen_socket(const ListenOptions& options) {
  const auto wanted = ListenAddress::parse(options.address);
  if (!wanted) refuse(options.address, wanted.error().sentence());
  ListenSocket socket;
  switch (wanted->kind) {
    case ListenAddress::Kind::tcp:
      socket.descriptor = open_tcp(options, *wanted);
      break;
    case ListenAddress::Kind::unix_path:
      socket.descriptor = open_unix(options, *wanted);
      socket.path = wanted->path;
      break;
    case ListenAddress::Kind::descriptor:
      socket.descriptor = inherit(options, wanted->descriptor);
      break;
  }
  const int fd = socket.descriptor.get();
  if (fd < 0) return socket;
  if (wanted->kind != ListenAddress::Kind::descriptor && ::listen(fd, options.backlog) != 0) {
    refuse(options.address, reason(errno));
  }
  std::tie(socket.address, socket.port) = local_address(fd);
  if (socket.address.empty()) socket.address = options.address;
  return socket;
}

}  // namespace confab::net
