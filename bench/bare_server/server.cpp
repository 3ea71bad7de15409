// SPDX-License-Identifier: MIT
#include "bare_server/server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "bare_server/accept_key.hpp"

namespace confab::bench {

namespace {

constexpr std::size_t kReadSize = std::size_t{256} * 1024;
constexpr int kEventsPerPass = 256;
constexpr int kBacklog = 4096;

void check(bool fine, const char* what) {
  if (!fine) throw std::system_error(errno, std::generic_category(), what);
}

void watch(int epoll, int operation, int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  check(epoll_ctl(epoll, operation, fd, &event) == 0, "epoll_ctl");
}

}  // namespace

Server::Server(std::uint16_t port, Writes writes)
    : listener_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      writes_(writes),
      buffer_(kReadSize) {
  check(static_cast<bool>(listener_), "socket");
  check(static_cast<bool>(epoll_), "epoll_create1");
  const int on = 1;
  check(setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0, "SO_REUSEADDR");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  check(bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "bind");
  check(listen(listener_.get(), kBacklog) == 0, "listen");
  watch(epoll_.get(), EPOLL_CTL_ADD, listener_.get(), EPOLLIN);
}

std::uint16_t Server::port() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  check(getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0, "getsockname");
  return ntohs(address.sin_port);
}

void Server::run() {
  std::array<epoll_event, kEventsPerPass> events{};
  for (;;) {
    const int ready = epoll_wait(epoll_.get(), events.data(), kEventsPerPass, -1);
    for (int at = 0; at < ready; ++at) {
      const epoll_event& event = events[static_cast<std::size_t>(at)];
      if (event.data.fd == listener_.get()) {
        accept_all();
        continue;
      }
      if ((event.events & EPOLLOUT) != 0) flush(event.data.fd);
      if ((event.events & ~std::uint32_t{EPOLLOUT}) != 0) read(event.data.fd);
    }
    finish_pass();
  }
}

void Server::accept_all() {
  for (;;) {
    FileDescriptor peer(accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!peer) return;
    const int fd = peer.get();
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(epoll_.get(), EPOLL_CTL_ADD, fd, EPOLLIN);
    if (connections_.size() <= static_cast<std::size_t>(fd))
      connections_.resize(static_cast<std::size_t>(fd) + 1);
    auto connection = std::make_unique<Connection>();
    connection->socket = std::move(peer);
    char user[24];
    std::snprintf(user, sizeof user, "guest-%08llx", static_cast<unsigned long long>(++accepted_));
    connection->user = user;
    connections_[static_cast<std::size_t>(fd)] = std::move(connection);
  }
}

void Server::read(int fd) {
  Connection& connection = *connections_[static_cast<std::size_t>(fd)];
  if (connection.phase == Phase::kDoomed) return;
  const std::size_t kept = connection.rest.size();
  if (buffer_.size() < kept + kReadSize) buffer_.resize(kept + kReadSize);
  std::copy(connection.rest.begin(), connection.rest.end(), buffer_.begin());
  const ssize_t got = recv(fd, buffer_.data() + kept, kReadSize, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return doom(fd);
  const std::span<char> bytes(buffer_.data(), kept + static_cast<std::size_t>(got));
  const std::size_t used = consume(fd, bytes);
  connection.rest.assign(bytes.begin() + static_cast<std::ptrdiff_t>(used), bytes.end());
}

std::size_t Server::consume(int fd, std::span<char> bytes) {
  Connection& connection = *connections_[static_cast<std::size_t>(fd)];
  std::size_t used = 0;
  if (connection.phase == Phase::kHandshake) {
    const std::string_view request(bytes.data(), bytes.size());
    const std::size_t end = request.find("\r\n\r\n");
    if (end == std::string_view::npos) return 0;
    used = end + 4;
    const std::string response = upgrade_response(request.substr(0, used));
    if (response.empty()) {
      doom(fd);
      return bytes.size();
    }
    connection.phase = Phase::kOpen;
    send(fd, response);
    std::string hello;
    append_server_frame(hello, Opcode::kText, connected_event(connection.user));
    send(fd, hello);
  }
  FrameView frame;
  while (connection.phase == Phase::kOpen) {
    const FrameStatus status = read_frame(bytes.subspan(used), Sender::kClient, frame);
    if (status == FrameStatus::kIncomplete) break;
    if (status == FrameStatus::kMalformed) {
      doom(fd);
      break;
    }
    used += frame.size;
    on_frame(fd, frame);
  }
  return connection.phase == Phase::kOpen ? used : bytes.size();
}

void Server::on_frame(int fd, const FrameView& frame) {
  if (frame.opcode == Opcode::kClose) return doom(fd);
  if (frame.opcode == Opcode::kPing) {
    std::string pong;
    append_server_frame(pong, Opcode::kPong, frame.payload);
    return send(fd, pong);
  }
  if (frame.opcode != Opcode::kText) return;
  const Message message = parse_message(frame.payload);
  if (message.request == Request::kJoin) join(fd, message.room);
  if (message.request == Request::kChat) publish(fd, message);
}

void Server::join(int fd, std::string_view name) {
  std::unique_ptr<Room>& room = rooms_[std::string(name)];
  if (!room) {
    room = std::make_unique<Room>();
    room->name = name;
  }
  // A frame of this pass that is still in the batch would come to the new member with a seq before its
  // `joined`.
  if (!room->batch.empty()) {
    deliver(*room, room->batch);
    room->batch.clear();
  }
  room->members.push_back(fd);
  connections_[static_cast<std::size_t>(fd)]->rooms.push_back(room.get());
  std::string reply;
  append_server_frame(reply, Opcode::kText, joined_event(*room));
  send(fd, reply);
}

void Server::publish(int fd, const Message& message) {
  const auto found = rooms_.find(std::string(message.room));
  if (found == rooms_.end()) return;
  Room& room = *found->second;
  ++room.seq;
  const std::string event = chat_event(room, connections_[static_cast<std::size_t>(fd)]->user, message.text);
  if (writes_ == Writes::kGathered) {
    if (room.batch.empty()) batched_.push_back(&room);
    append_server_frame(room.batch, Opcode::kText, event);
    return;
  }
  std::string frame;
  append_server_frame(frame, Opcode::kText, event);
  deliver(room, frame);
}

void Server::deliver(const Room& room, std::string_view bytes) {
  for (const int fd : room.members)
    send(fd, bytes);
}

void Server::send(int fd, std::string_view bytes) {
  Connection& connection = *connections_[static_cast<std::size_t>(fd)];
  if (connection.phase == Phase::kDoomed) return;
  if (!connection.unsent.empty()) {
    connection.unsent.append(bytes);
    return;
  }
  const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent == static_cast<ssize_t>(bytes.size())) return;
  if (sent < 0 && errno != EAGAIN) return doom(fd);
  connection.unsent.assign(bytes.substr(sent < 0 ? 0 : static_cast<std::size_t>(sent)));
  watch(epoll_.get(), EPOLL_CTL_MOD, fd, EPOLLIN | EPOLLOUT);
}

void Server::flush(int fd) {
  Connection& connection = *connections_[static_cast<std::size_t>(fd)];
  if (connection.phase == Phase::kDoomed || connection.unsent.empty()) return;
  const ssize_t sent = ::send(fd, connection.unsent.data(), connection.unsent.size(), MSG_NOSIGNAL);
  if (sent < 0) {
    if (errno != EAGAIN) doom(fd);
    return;
  }
  connection.unsent.erase(0, static_cast<std::size_t>(sent));
  if (connection.unsent.empty()) watch(epoll_.get(), EPOLL_CTL_MOD, fd, EPOLLIN);
}

void Server::doom(int fd) {
  Connection& connection = *connections_[static_cast<std::size_t>(fd)];
  if (connection.phase == Phase::kDoomed) return;
  connection.phase = Phase::kDoomed;
  doomed_.push_back(fd);
}

void Server::finish_pass() {
  for (Room* room : batched_) {
    if (!room->batch.empty()) deliver(*room, room->batch);
    room->batch.clear();
  }
  batched_.clear();
  // Members are removed only here, so that no walk over them meets one that is gone.
  for (const int fd : doomed_) {
    for (Room* room : connections_[static_cast<std::size_t>(fd)]->rooms)
      std::erase(room->members, fd);
    connections_[static_cast<std::size_t>(fd)].reset();
  }
  doomed_.clear();
}

}  // namespace confab::bench
