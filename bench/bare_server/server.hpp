// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bare_server/room.hpp"
#include "common/file_descriptor.hpp"
#include "common/frame.hpp"

namespace confab::bench {

enum class Writes {
  kEach,      // one send() for each member and message
  kGathered,  // one send() for each member and pass over the ready connections
};

// The least that can hand a message to every member of a room: the yardstick, not a server. It has no limits,
// no time-outs, no history and no validation. Built and run by main, once; throws std::system_error where it
// can't listen, ends with its process.
class Server {
 public:
  Server(std::uint16_t port, Writes writes);

  std::uint16_t port() const;
  [[noreturn]] void run();

 private:
  enum class Phase { kHandshake, kOpen, kDoomed };

  struct Connection {
    FileDescriptor socket;
    Phase phase = Phase::kHandshake;
    std::string user;
    std::string rest;    // bytes of an incomplete request or frame
    std::string unsent;  // what the kernel didn't take
    std::vector<Room*> rooms;
  };

  void accept_all();
  void read(int fd);
  std::size_t consume(int fd, std::span<char> bytes);
  void on_frame(int fd, const FrameView& frame);
  void join(int fd, std::string_view room);
  void publish(int fd, const Message& message);
  void deliver(const Room& room, std::string_view bytes);
  void send(int fd, std::string_view bytes);
  void flush(int fd);
  void doom(int fd);
  void finish_pass();

  FileDescriptor listener_;
  FileDescriptor epoll_;
  Writes writes_;
  std::vector<std::unique_ptr<Connection>> connections_;  // by descriptor
  std::unordered_map<std::string, std::unique_ptr<Room>> rooms_;
  std::vector<Room*> batched_;
  std::vector<int> doomed_;
  std::vector<char> buffer_;
  std::uint64_t accepted_ = 0;
};

}  // namespace confab::bench
