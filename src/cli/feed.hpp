// SPDX-License-Identifier: MIT
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/event_text.hpp"
#include "cli/followed_room.hpp"
#include "cli/trouble.hpp"
#include "confab/base/json.hpp"

namespace confab::cli {

/// Where a Feed's lines go.
class Printer {
 public:
  /// False: nobody reads any more.
  virtual bool line(std::string_view text) = 0;

  /// A sentence for people, beside the output.
  virtual void notice(std::string_view sentence) = 0;

 protected:
  ~Printer() = default;
};

/// What `confab sub` was asked for.
struct FeedOptions {
  enum class What : std::uint8_t {
    messages,    ///< chat messages, custom events, and what else is said in a room
    everything,  ///< also who comes and goes, who types, what was read, and deltas
    state,       ///< the shared state after each change, and nothing else
  };

  struct Since {
    std::string room;  ///< empty: every room
    Position position;
  };

  std::vector<std::string> rooms;  ///< each once
  std::vector<Since> since;
  std::optional<std::uint64_t> history;
  std::optional<std::uint64_t> count;  ///< lines after which it is enough
  What what = What::messages;
  Form form = Form::text;
};

/// The native protocol as a follower of rooms speaks it (protocol.md section 2), without a socket: messages
/// in, lines out. It lives through any number of connections and prints each event once.
class Feed {
 public:
  enum class Next : std::uint8_t {
    go_on,
    greet,  ///< the connection is open: send greeting()
    done,   ///< enough was printed, or nobody reads
    retry,  ///< the server is not ready for us: come back later, by a new connection
    fail,   ///< trouble() says why
  };

  Feed(FeedOptions options, Printer& printer);

  /// The joins that make a new connection follow all the rooms, from where the last one ended.
  std::vector<std::string> greeting();

  /// Takes one message; what isn't JSON is a trouble.
  Next on_message(std::string_view text);

  /// How long the server wants us to stay away, once.
  std::optional<std::chrono::milliseconds> take_wait();

  /// Whether a room was joined since the last call.
  bool take_joined();

  const Trouble& trouble() const noexcept { return trouble_; }

 private:
  FollowedRoom* find(const json::Object& message);
  Next on_joined(const json::Object& message);
  Next on_page(const json::Object& message);
  Next on_error(const json::Object& message);
  Next on_removed(const json::Object& message, FollowedRoom& room, std::string_view how);
  void on_reset(const json::Object& message);
  Next on_delta(const json::Object& message, FollowedRoom& room);
  Next on_event(const json::Object& message, FollowedRoom& room);
  Next print_list(const json::Object& message, FollowedRoom& room);
  Next print_state(FollowedRoom& room);
  Next print(std::string_view line);
  Next fail(Trouble::Kind kind, std::string sentence);

  FeedOptions options_;
  Printer& printer_;
  std::vector<FollowedRoom> rooms_;
  std::uint64_t printed_ = 0;
  std::optional<std::chrono::milliseconds> wait_;
  bool joined_ = false;
  Trouble trouble_{Trouble::Kind::local, {}};
  json::Parser parser_;
};

}  // namespace confab::cli
