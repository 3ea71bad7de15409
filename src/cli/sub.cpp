// SPDX-License-Identifier: MIT
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "cli/commands.hpp"
#include "cli/following.hpp"
#include "cli/reader_gone.hpp"

namespace confab::cli {
namespace {

class Lines final : public Printer {
 public:
  explicit Lines(Output& output) : output_(output) {}

  bool line(std::string_view text) override { return output_.line(text); }

  void notice(std::string_view sentence) override { complain(sentence); }

 private:
  Output& output_;
};

}  // namespace

outcome<void> run(const SubCommand& command, const ServerAccess& access, Output& output) {
  namespace asio = boost::asio;
  Lines lines(output);
  Feed feed(command.feed, lines);
  Dialer dialer(access.url);
  const Follower follower{command.user, command.token};
  Following following(dialer, follower, feed, lines);
  outcome<void> end = outcome<void>();
  asio::io_context io(1);
  asio::co_spawn(io, following.run(), [&](const std::exception_ptr& error, outcome<void> ended) {
    if (error) std::rethrow_exception(error);
    end = std::move(ended);
    io.stop();
  });
  const ReaderGone gone(io, output.descriptor(), [&io] { io.stop(); });
  io.run();
  return end ? output.verdict() : end;
}

}  // namespace confab::cli
