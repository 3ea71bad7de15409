// SPDX-License-Identifier: MIT
#include "net/listener.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>
#include <filesystem>

#include "unit/net/http_fixture.hpp"

namespace confab::net::test {
namespace {

int connect_tcp(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&name), sizeof(name)), 0);
  return fd;
}

sockaddr_un unix_name(const std::string& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  path.copy(name.sun_path, sizeof(name.sun_path) - 1);
  return name;
}

int connect_unix(const std::string& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un name = unix_name(path);
  EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&name), sizeof(name)), 0);
  return fd;
}

/// While it lives this process can open nothing. The warnings that this brings stay out of the report.
class WithoutDescriptors {
 public:
  WithoutDescriptors() : level_(spdlog::get_level()) {
    spdlog::set_level(spdlog::level::off);
    spdlog::warn("not logged");
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
    const rlimit none{3, before_.rlim_max};  // below every descriptor that is free
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  }

  ~WithoutDescriptors() {
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before_), 0);
    spdlog::set_level(level_);
  }

 private:
  spdlog::level::level_enum level_;
  rlimit before_{};
};

class ListenerTest : public ::testing::Test {
 protected:
  ListenerTest() {
    char folder[] = "/tmp/confab-listener-XXXXXX";
    folder_ = ::mkdtemp(folder);
  }

  ~ListenerTest() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<Listener> make(const std::string& address, PortSharing sharing = PortSharing::exclusive) {
    return std::make_unique<Listener>(io_, loop_, ListenOptions{address, sharing, 4096},
                                      [this](StreamPtr stream) {
                                        streams_.push_back(std::move(stream));
                                        if (on_stream_) on_stream_();
                                      });
  }

  std::unique_ptr<Listener> opened(const std::string& address, PortSharing sharing = PortSharing::exclusive) {
    auto listener = make(address, sharing);
    EXPECT_EQ(listener->open(), Listener::Opened::listening);
    listener->start();
    return listener;
  }

  std::string failure(const std::string& address, PortSharing sharing = PortSharing::exclusive) {
    try {
      make(address, sharing)->open();
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "(none)";
  }

  void poll() {
    io_.restart();
    while (io_.poll() > 0) {
    }
  }

  /// Handshakes on loopback are over when connect() returns, so one look is enough; a few more cost nothing.
  void poll_until(std::size_t streams) {
    for (int i = 0; i < 1000 && streams_.size() < streams; ++i)
      poll();
    EXPECT_EQ(streams_.size(), streams);
  }

  void poll_without_descriptors() {
    const WithoutDescriptors scarce;
    poll();
  }

  std::string socket_path() const { return folder_ + "/s"; }

  boost::asio::io_context io_{1};
  FakeLoop loop_;
  std::vector<StreamPtr> streams_;
  std::function<void()> on_stream_;
  std::string folder_;
};

TEST_F(ListenerTest, AcceptsOnAPortOfTheKernelsChoice) {
  const auto listener = opened("127.0.0.1:0");
  ASSERT_GT(listener->port(), 0);
  EXPECT_EQ(listener->address(), "127.0.0.1:" + std::to_string(listener->port()));
  Client client(connect_tcp(listener->port()));
  poll_until(1);
  EXPECT_EQ(listener->accepted(), 1U);
  EXPECT_EQ(streams_[0]->remote_address(), "127.0.0.1");
  streams_[0]->write_some("hi");
  ASSERT_TRUE(client.receive());
  EXPECT_EQ(client.received(), "hi");
}

TEST_F(ListenerTest, AcceptsMoreThanOneTurnTakes) {
  const auto listener = opened("127.0.0.1:0");
  std::vector<Client> clients;
  for (int i = 0; i < 150; ++i)
    clients.emplace_back(connect_tcp(listener->port()));
  std::size_t most = 0;
  std::size_t before = 0;
  for (int i = 0; i < 1000 && streams_.size() < 150; ++i) {
    io_.restart();
    io_.poll_one();
    most = std::max(most, streams_.size() - before);
    before = streams_.size();
  }
  EXPECT_EQ(streams_.size(), 150U);
  EXPECT_EQ(most, 64U);
}

TEST_F(ListenerTest, SaysInOneSentenceThatAPortIsTaken) {
  const auto listener = opened("127.0.0.1:0");
  EXPECT_EQ(failure(listener->address()),
            "cannot listen on " + listener->address() + ": Address already in use");
}

TEST_F(ListenerTest, SharesAPortWhereBothWantTo) {
  const auto first = opened("127.0.0.1:0", PortSharing::shared);
  const auto second = opened(first->address(), PortSharing::shared);
  EXPECT_EQ(second->port(), first->port());
  EXPECT_EQ(failure(first->address()), "cannot listen on " + first->address() + ": Address already in use");
}

TEST_F(ListenerTest, SaysWhatIsWrongWithAnAddress) {
  EXPECT_EQ(failure("here"), "cannot listen on here: an address is written host:port");
  EXPECT_NE(failure("no-such-host.invalid:1").find("cannot listen on no-such-host.invalid:1: "),
            std::string::npos);
  EXPECT_EQ(failure("192.0.2.1:0"), "cannot listen on 192.0.2.1:0: Cannot assign requested address");
}

TEST_F(ListenerTest, ListensOnIpv6OrSkipsItWhereThereIsNone) {
  const auto listener = make("[::1]:0");
  if (listener->open() == Listener::Opened::skipped) {
    EXPECT_EQ(listener->port(), 0);
    return;
  }
  EXPECT_EQ(listener->address(), "[::1]:" + std::to_string(listener->port()));
  EXPECT_EQ(failure("[2001:db8::1]:0"), "cannot listen on [2001:db8::1]:0: Cannot assign requested address");
}

TEST_F(ListenerTest, AcceptsOnAUnixSocketForItsGroup) {
  auto listener = opened("unix:" + socket_path());
  EXPECT_EQ(listener->address(), "unix:" + socket_path());
  EXPECT_EQ(listener->port(), 0);

  struct stat info {};

  ASSERT_EQ(::stat(socket_path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0660U);
  const Client client(connect_unix(socket_path()));
  poll_until(1);
  EXPECT_EQ(streams_[0]->remote_address(), "unix");
  listener.reset();
  EXPECT_NE(::stat(socket_path().c_str(), &info), 0);
}

TEST_F(ListenerTest, ReplacesAUnixSocketOnWhichNobodyAnswers) {
  const int dead = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un name = unix_name(socket_path());
  ASSERT_EQ(::bind(dead, reinterpret_cast<const sockaddr*>(&name), sizeof(name)), 0);
  ::close(dead);
  const auto listener = opened("unix:" + socket_path());
  const Client client(connect_unix(socket_path()));
  poll_until(1);
}

TEST_F(ListenerTest, LeavesAUnixSocketOfALivingProcessAlone) {
  const auto listener = opened("unix:" + socket_path());
  EXPECT_EQ(failure("unix:" + socket_path()),
            "cannot listen on unix:" + socket_path() + ": Address already in use");
  const Client client(connect_unix(socket_path()));
  poll_until(2);  // the look whether somebody answers was a connection, too
}

TEST_F(ListenerTest, LeavesAFileThatIsNoSocketAlone) {
  ::close(::open(socket_path().c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  EXPECT_EQ(failure("unix:" + socket_path()),
            "cannot listen on unix:" + socket_path() + ": Address already in use");
  EXPECT_TRUE(std::filesystem::exists(socket_path()));
  EXPECT_EQ(failure("unix:" + folder_ + "/none/s"),
            "cannot listen on unix:" + folder_ + "/none/s: No such file or directory");
}

TEST_F(ListenerTest, TakesAListeningDescriptorOver) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(::listen(fd, 8), 0);
  const auto listener = opened("fd://" + std::to_string(fd));
  ASSERT_GT(listener->port(), 0);
  const Client client(connect_tcp(listener->port()));
  poll_until(1);
}

TEST_F(ListenerTest, RefusesDescriptorsThatDoNotListen) {
  const auto [one, two] = socket_pair();
  const Client first(one);
  const Client second(two);
  EXPECT_EQ(failure("fd://" + std::to_string(one)),
            "cannot listen on fd://" + std::to_string(one) + ": it is not a listening socket");
  EXPECT_EQ(failure("fd://100000"), "cannot listen on fd://100000: Bad file descriptor");
}

TEST_F(ListenerTest, AcceptsNothingAfterStop) {
  const auto listener = opened("127.0.0.1:0");
  const Client client(connect_tcp(listener->port()));
  listener->stop();
  poll();
  EXPECT_TRUE(streams_.empty());
  listener->stop();
}

TEST_F(ListenerTest, MayBeStoppedByTheConnectionItDelivers) {
  const auto listener = opened("127.0.0.1:0");
  const Client first(connect_tcp(listener->port()));
  const Client second(connect_tcp(listener->port()));
  on_stream_ = [&] { listener->stop(); };
  poll();
  EXPECT_EQ(streams_.size(), 1U);
}

TEST_F(ListenerTest, PausesWhereDescriptorsRunOut) {
  const auto listener = opened("127.0.0.1:0");
  const Client first(connect_tcp(listener->port()));
  poll_until(1);
  const Client next(connect_tcp(listener->port()));
  poll_without_descriptors();
  EXPECT_EQ(listener->pauses(), 1U);
  loop_.advance(std::chrono::milliseconds(90));
  poll_without_descriptors();
  EXPECT_EQ(listener->pauses(), 1U);
  loop_.advance(std::chrono::milliseconds(10));
  poll_without_descriptors();
  EXPECT_EQ(listener->pauses(), 2U);
  EXPECT_EQ(streams_.size(), 1U);
  loop_.advance(std::chrono::milliseconds(100));
  poll_until(2);
}

TEST_F(ListenerTest, IsStoppedDuringAPauseToo) {
  auto listener = opened("127.0.0.1:0");
  const Client client(connect_tcp(listener->port()));
  poll_without_descriptors();
  EXPECT_EQ(listener->pauses(), 1U);
  listener.reset();
  EXPECT_EQ(loop_.timers().size(), 0U);
  loop_.advance(std::chrono::seconds(1));
  poll();
  EXPECT_TRUE(streams_.empty());
}

}  // namespace
}  // namespace confab::net::test
