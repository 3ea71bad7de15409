// SPDX-License-Identifier: MIT
#include "cli/output.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <csignal>

#include "cli/reader_gone.hpp"

namespace confab::cli {
namespace {

class Pipe {
 public:
  Pipe() {
    std::signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0);
  }

  ~Pipe() {
    close_reader();
    ::close(writer());
  }

  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int writer() const { return ends_[1]; }

  std::string read() const {
    std::array<char, 100> bytes{};
    const auto got = ::read(ends_[0], bytes.data(), bytes.size());
    return {bytes.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
  }

  void close_reader() {
    if (ends_[0] >= 0) ::close(ends_[0]);
    ends_[0] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

TEST(CliOutput, WritesWholeLines) {
  const Pipe pipe;
  Output output(pipe.writer());
  EXPECT_TRUE(output.line("one"));
  EXPECT_TRUE(output.line(""));
  EXPECT_TRUE(output.line("two"));
  EXPECT_EQ(pipe.read(), "one\n\ntwo\n");
  EXPECT_TRUE(output.verdict());
}

TEST(CliOutput, EndsWithoutATroubleWhereNobodyReads) {
  Pipe pipe;
  Output output(pipe.writer());
  pipe.close_reader();
  EXPECT_FALSE(output.line("lost"));
  EXPECT_FALSE(output.line("lost too"));
  EXPECT_TRUE(output.verdict());
}

TEST(CliOutput, SaysWhyItCannotWrite) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  Output output(full);
  EXPECT_FALSE(output.line("lost"));
  ::close(full);
  ASSERT_FALSE(output.verdict());
  EXPECT_EQ(output.verdict().error().sentence, "The output can't be written: No space left on device");
  EXPECT_EQ(output.verdict().error().exit_code(), ExitCode::failed);
}

TEST(CliReaderGone, IsSaidWhenTheReaderCloses) {
  Pipe pipe;
  boost::asio::io_context io;
  int said = 0;
  const ReaderGone gone(io, pipe.writer(), [&said] { ++said; });
  io.poll();
  EXPECT_EQ(said, 0);
  pipe.close_reader();
  io.restart();
  io.run();
  EXPECT_EQ(said, 1);
}

TEST(CliReaderGone, IsNeverSaidOfAFile) {
  const int file = ::open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(file, 0);
  boost::asio::io_context io;
  int said = 0;
  const ReaderGone gone(io, file, [&said] { ++said; });
  io.run();
  EXPECT_EQ(said, 0);
  ::close(file);
}

TEST(CliReaderGone, LeavesTheDescriptorsFlagsAsTheyAre) {
  const Pipe pipe;
  const int before = ::fcntl(pipe.writer(), F_GETFL);
  boost::asio::io_context io;
  const ReaderGone gone(io, pipe.writer(), [] {});
  io.poll();
  EXPECT_EQ(::fcntl(pipe.writer(), F_GETFL), before);
}

}  // namespace
}  // namespace confab::cli
