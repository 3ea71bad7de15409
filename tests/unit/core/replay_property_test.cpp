// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "support/core_fixture.hpp"

namespace confab::testing {
namespace {

using json = nlohmann::json;
using Late = DelayedBroker::Late;

/// What was published: of each room the epochs it had, and the texts under each by seq.
class Truth {
 public:
  struct Told {
    std::string text;
    Stamp stamp;
  };

  void add(const std::string& room, const Published& published, std::string text) {
    auto& stream = streams_[room][published.epoch];
    ASSERT_EQ(published.seq, stream.size() + 1);
    stream.push_back({std::move(text), published.stamp});
  }

  const Told* find(const std::string& room, const std::string& epoch, std::uint64_t seq) const {
    const auto epochs = streams_.find(room);
    if (epochs == streams_.end()) return nullptr;
    const auto stream = epochs->second.find(epoch);
    if (stream == epochs->second.end() || seq == 0 || seq > stream->second.size()) return nullptr;
    return &stream->second[seq - 1];
  }

  /// The seq of the newest event of the epoch that isn't after the stamp.
  std::uint64_t seq_at(const std::string& room, const std::string& epoch, Stamp stamp) const {
    std::uint64_t seq = 0;
    while (const Told* next = find(room, epoch, seq + 1)) {
      if (next->stamp > stamp) break;
      ++seq;
    }
    return seq;
  }

 private:
  std::map<std::string, std::map<std::string, std::vector<Told>>> streams_;
};

constexpr std::size_t kRooms = 4;

std::string room_name(std::size_t index) {
  return "r" + std::to_string(index);
}

/// Where a client believes to be in a room.
struct Place {
  std::optional<Position> at;
  std::optional<Position> asked;  ///< by the join that isn't answered yet
  bool joining = false;           ///< a join isn't answered yet
  bool fresh = false;             ///< it comes into the room by it
  bool more = false;              ///< pages of the past are to come
};

/// A client of the native protocol that believes only what it is told, and holds the server to it.
class Member {
 public:
  Member(CoreFixture& core, const Truth& truth, std::string name)
      : core_(core), truth_(truth), name_(std::move(name)) {}

  bool connected() const { return client_ != nullptr; }

  void connect() {
    client_ = std::make_unique<NativeClient>(core_);
    std::set<std::string> rooms;
    rooms.swap(rooms_);
    for (const auto& room : rooms)
      join(room, true);
  }

  /// It drops, with what had reached it; what was still queued is lost.
  void drop() {
    hear();
    if (!connected()) return;
    client_->session()->close(CloseReason::normal);
    core_.settle();
    lose();
  }

  /// Into a room, or once more into one where it is (which has to be harmless).
  void join(const std::string& room, bool with_position) {
    Place& place = places_[room];
    if (place.joining) return;
    place.joining = true;
    place.fresh = rooms_.insert(room).second;
    place.asked.reset();
    json message{{"type", "join"}, {"room", room}, {"user", name_}};
    if (place.fresh && with_position && place.at) {
      place.asked = place.at;
      message["since"] = {{"epoch", place.at->epoch}, {"seq", place.at->seq}};
    }
    client_->mutter(message.dump());
  }

  /// Takes all that was queued before, so that it knows where it was.
  void leave(const std::string& room) {
    if (!rooms_.contains(room) || places_[room].joining || client_->session()->closing()) return;
    client_->mutter(json{{"type", "leave"}, {"room", room}}.dump());
    for (int i = 0; i < 200 && (core_.broker.waiting() > 0 || !core_.loop.idle()); ++i) {
      core_.broker.release_all();
      core_.loop.end_turn();
      if (client_->ended()) break;
      client_->transport().collect(SIZE_MAX);
    }
    hear();
    rooms_.erase(room);
    places_[room].more = false;
  }

  void hear() {
    if (!connected()) return;
    for (const auto& message : client_->take())
      on_message(message);
    if (client_->ended()) lose();
  }

  NativeClient& client() { return *client_; }

  const std::set<std::string>& rooms() const { return rooms_; }

  const Place& place(const std::string& room) { return places_[room]; }

  std::size_t told_gaps = 0;
  std::size_t events = 0;
  std::size_t recoveries = 0;
  std::size_t pages = 0;

 private:
  void lose() {
    client_.reset();
    for (auto& [room, place] : places_) {
      place.joining = false;
      place.more = false;
    }
  }

  void on_message(const json& message) {
    const std::string type = message.at("type");
    if (type == "joined") return on_joined(message);
    if (type == "messages") {
      ++pages;
      Place& place = places_[message.at("room")];
      EXPECT_TRUE(place.more) << "a page that wasn't promised";
      for (const auto& event : message.at("messages"))
        on_event(event);
      place.more = message.at("more");
      return;
    }
    if (type == "reset") {
      for (const auto& room : message.at("rooms")) {
        ++told_gaps;
        places_[room.at("room")].at = Position{room.at("epoch"), room.at("seq")};
      }
      return;
    }
    if (type == "chat") {
      const std::string room = message.at("room");
      if (room == "$all") return;
      EXPECT_FALSE(places_[room].more) << name_ << ": a live event before the last page of the past";
      return on_event(message);
    }
    EXPECT_TRUE(type == "user_joined" || type == "user_left") << message;
  }

  void on_joined(const json& message) {
    const std::string room = message.at("room");
    Place& place = places_[room];
    ASSERT_TRUE(place.joining) << room;
    const Position top{message.at("epoch"), message.at("seq")};
    const auto& messages = message.at("messages");
    const bool more = message.at("more");
    place.joining = false;
    if (message.at("recovered").get<bool>()) {
      ++recoveries;
      ASSERT_TRUE(place.asked);
      EXPECT_EQ(place.asked->epoch, top.epoch);
      place.at = place.asked;
    } else if (place.fresh) {
      if (place.asked) ++told_gaps;
      if (!messages.empty()) {
        place.at = Position{top.epoch, messages[0].at("seq").get<std::uint64_t>() - 1};
      } else {
        place.at = top;
      }
    } else if (!more) {
      // Joining again changes nothing: it says where the member is.
      ASSERT_TRUE(place.at);
      EXPECT_EQ(place.at->epoch, top.epoch);
      EXPECT_EQ(place.at->seq, top.seq) << name_ << " in " << room;
    }
    place.more = more;
    for (const auto& event : messages)
      on_event(event);
    if (place.fresh && !more) {
      EXPECT_EQ(place.at->seq, top.seq);
    }
  }

  void on_event(const json& event) {
    ++events;
    const std::string room = event.at("room");
    Place& place = places_[room];
    const std::uint64_t seq = event.at("seq");
    ASSERT_TRUE(place.at) << room;
    EXPECT_EQ(seq, place.at->seq + 1) << name_ << " in " << room << " under " << place.at->epoch;
    const auto* told = truth_.find(room, place.at->epoch, seq);
    ASSERT_NE(told, nullptr) << room << ' ' << place.at->epoch << ' ' << seq;
    EXPECT_EQ(event.at("text"), told->text);
    place.at->seq = seq;
  }

  CoreFixture& core_;
  const Truth& truth_;
  std::string name_;
  std::unique_ptr<NativeClient> client_;
  std::map<std::string, Place> places_;
  std::set<std::string> rooms_;
};

/// A client of a stream that comes back with the last id it got.
class Reader {
 public:
  Reader(CoreFixture& core, const Truth& truth, std::string name, std::vector<std::string> rooms)
      : core_(core), truth_(truth), name_(std::move(name)), rooms_(std::move(rooms)), all_(rooms_) {
    all_.push_back("@" + name_);
    all_.push_back("$all");
  }

  bool connected() const { return client_ != nullptr; }

  void connect() {
    client_ = std::make_unique<StreamClient>(core_, name_);
    Subscription subscription;
    subscription.rooms = rooms_;
    if (cursor_) {
      resumed_at_ = cursor_->stamp;
      subscription.after = cursor_;
    } else {
      cursor_ = core_.memory.now();
      // Of the server's rooms no `joined` tells.
      for (const auto& room : all_)
        core_.memory.read(room, {}, [&](const result<HistoryPage>& page) {
          places_[room].at = Position{page->epoch, page->top};
        });
    }
    last_ = 0;
    client_->subscribe(std::move(subscription));
  }

  void drop() {
    hear();
    if (!connected()) return;
    client_->session()->close(CloseReason::normal);
    core_.settle();
    client_.reset();
  }

  void hear() {
    if (!connected()) return;
    for (const auto& event : client_->take())
      on_event(event);
    if (client_->ended()) client_.reset();
  }

  StreamClient& client() { return *client_; }

  const std::vector<std::string>& rooms() const { return all_; }

  const std::optional<Position>& place(const std::string& room) { return places_[room].at; }

  std::size_t told_gaps = 0;
  std::size_t events = 0;
  std::size_t recoveries = 0;

 private:
  void on_event(const StreamEvent& event) {
    if (event.event == "joined") return on_joined(event.data);
    if (event.event == "reset") {
      for (const auto& room : event.data.at("rooms")) {
        ++told_gaps;
        places_[room.at("room")].at = Position{room.at("epoch"), room.at("seq")};
      }
      return;
    }
    if (event.event != "chat") return;
    ++events;
    const std::string room = event.data.at("room");
    const auto cursor = Cursor::parse(event.id);
    ASSERT_TRUE(cursor) << event.id;
    EXPECT_GT(cursor->stamp, last_) << name_ << ": over all rooms in the order of stamps";
    last_ = cursor->stamp;
    cursor_ = cursor;
    Known& known = places_[room];
    auto& at = known.at;
    known.heard = true;
    const std::uint64_t seq = event.data.at("seq");
    EXPECT_EQ(seq, at->seq + 1) << name_ << " in " << room << " under " << at->epoch;
    const auto* told = truth_.find(room, at->epoch, seq);
    ASSERT_NE(told, nullptr) << room << ' ' << at->epoch << ' ' << seq;
    EXPECT_EQ(event.data.at("text"), told->text);
    EXPECT_EQ(cursor->stamp, told->stamp);
    at->seq = seq;
  }

  void on_joined(const json& data) {
    const std::string room = data.at("room");
    const std::string epoch = data.at("epoch");
    Known& known = places_[room];
    if (!resumed_at_) {
      known.at = Position{epoch, data.at("seq")};
      return;
    }
    if (!data.at("recovered").get<bool>()) return;  // `reset` says where it goes on
    ++recoveries;
    const auto seq = truth_.seq_at(room, epoch, *resumed_at_);
    // It had all up to its cursor, and nothing else. (Where it heard nothing since it came, its cursor may be
    // older than its `joined`.)
    if (known.heard) {
      EXPECT_EQ(known.at->epoch, epoch);
      EXPECT_EQ(known.at->seq, seq) << name_ << " in " << room;
    }
    known.at = Position{epoch, seq};
  }

  struct Known {
    std::optional<Position> at;
    bool heard = false;
  };

  CoreFixture& core_;
  const Truth& truth_;
  std::string name_;
  std::vector<std::string> rooms_;
  std::vector<std::string> all_;
  std::unique_ptr<StreamClient> client_;
  std::map<std::string, Known> places_;
  std::optional<Cursor> cursor_;
  std::optional<Stamp> resumed_at_;
  Stamp last_ = 0;
};

struct Schedule {
  unsigned seed;
  Late reading;
};

class ReplayProperty : public ::testing::TestWithParam<Schedule> {
 protected:
  ReplayProperty() : core_({rule()}, limits()), random_(GetParam().seed) {
    core_.broker.reading = GetParam().reading;
  }

  static RoomRule rule() {
    RoomRule rule;
    rule.history.size = 60;
    return rule;
  }

  static Limits limits() {
    Limits limits;
    limits.messages_per_second = 0;
    limits.queue_size = 16 << 10;
    return limits;
  }

  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }

  bool chance(unsigned percent) { return below(100) < percent; }

  void publish(const std::string& room) {
    const std::string text = room + " " + std::to_string(++published_) + std::string(below(200), '.');
    truth_.add(room, core_.publish(room, text), text);
    if (HasFatalFailure()) return;
  }

  void burst(const std::string& room) {
    for (std::size_t i = 1 + below(chance(20) ? 40 : 3); i > 0; --i)
      publish(room);
  }

  /// Turns, answers of the broker, time.
  void pass() {
    if (chance(70)) core_.loop.end_turn();
    for (std::size_t i = below(4); i > 0; --i)
      core_.broker.release();
    if (chance(30)) core_.loop.advance(Milliseconds(below(20)));
  }

  void transport_step(FakeTransport& transport) {
    if (transport.session == nullptr) return;
    switch (below(6)) {
      case 0:
        transport.slow = true;
        break;
      case 1:
        transport.slow = false;
        transport.session->wake_again();
        break;
      case 2:
        transport.session->detach();
        break;
      case 3:
        transport.session->attach(transport);
        break;
      default:
        if (transport.session->transport() != nullptr) transport.collect(1 + below(5));
    }
  }

  void calm(FakeTransport& transport) {
    if (transport.session == nullptr) return;
    transport.slow = false;
    transport.session->attach(transport);
    transport.session->wake_again();
  }

  void quiet() {
    for (int i = 0; i < 2000 && (core_.broker.waiting() > 0 || !core_.loop.idle()); ++i) {
      core_.broker.release_all();
      core_.loop.end_turn();
    }
    ASSERT_EQ(core_.broker.waiting(), 0U);
    ASSERT_TRUE(core_.loop.idle());
  }

  CoreFixture core_;
  std::mt19937 random_;
  Truth truth_;
  std::size_t published_ = 0;
};

TEST_P(ReplayProperty, MembersSeeEveryRoomInOrderWholeAndOnceWhateverHappensToThem) {
  std::vector<std::unique_ptr<Member>> members;
  for (int i = 0; i < 6; ++i)
    members.push_back(std::make_unique<Member>(core_, truth_, "m" + std::to_string(i)));
  for (int step = 0; step < 4000; ++step) {
    const std::string room = room_name(below(kRooms));
    Member& member = *members[below(members.size())];
    switch (below(12)) {
      case 0:
      case 1:
      case 2:
      case 3:
        burst(room);
        break;
      case 4:
        if (!member.connected()) member.connect();
        break;
      case 5:
        if (chance(40)) member.drop();
        break;
      case 6:
      case 7:
        if (member.connected()) member.join(room, chance(50));
        break;
      case 8:
        if (member.connected() && chance(30)) member.leave(room);
        break;
      case 9:
        if (chance(10)) core_.memory.clear(room);
        break;
      default:
        if (member.connected()) transport_step(member.client().transport());
    }
    pass();
    for (auto& one : members)
      one->hear();
    if (HasFailure()) FAIL() << "in step " << step;
  }
  for (auto& member : members)
    if (member->connected()) calm(member->client().transport());
  quiet();
  std::size_t events = 0, gaps = 0, recoveries = 0, pages = 0, at_top = 0;
  for (auto& member : members) {
    member->hear();
    events += member->events;
    gaps += member->told_gaps;
    recoveries += member->recoveries;
    pages += member->pages;
    if (!member->connected()) continue;
    for (const auto& room : member->rooms()) {
      core_.memory.read(room, {}, [&](const result<HistoryPage>& page) {
        const Place& place = member->place(room);
        ASSERT_TRUE(place.at);
        EXPECT_FALSE(place.more) << room;
        EXPECT_EQ(place.at->epoch, page->epoch);
        EXPECT_EQ(place.at->seq, page->top) << room;
        ++at_top;
      });
    }
  }
  // The schedule has to have met what it is for.
  EXPECT_GT(events, 5000U);
  EXPECT_GT(gaps, 5U);
  EXPECT_GT(recoveries, 20U);
  EXPECT_GT(pages, 20U);
  EXPECT_GT(at_top, 0U);
}

TEST_P(ReplayProperty, ReadersOfSeveralRoomsComeBackByTheirCursorToAllOfThem) {
  std::vector<std::unique_ptr<Reader>> readers;
  for (std::size_t i = 0; i < 5; ++i) {
    std::vector<std::string> rooms;
    for (std::size_t room = 0; room < kRooms; ++room)
      if (room == i % kRooms || chance(60)) rooms.push_back(room_name(room));
    readers.push_back(std::make_unique<Reader>(core_, truth_, "s" + std::to_string(i), rooms));
  }
  std::vector<std::string> published{"$all", "@s0", "@s1"};
  for (std::size_t room = 0; room < kRooms; ++room)
    published.push_back(room_name(room));
  for (auto& reader : readers)
    reader->connect();
  for (int step = 0; step < 4000; ++step) {
    const std::string& room = published[below(published.size())];
    Reader& reader = *readers[below(readers.size())];
    switch (below(10)) {
      case 0:
      case 1:
      case 2:
      case 3:
        burst(room);
        break;
      case 4:
      case 5:
        if (!reader.connected()) reader.connect();
        break;
      case 6:
        if (chance(40)) reader.drop();
        break;
      case 7:
        if (chance(10)) core_.memory.clear(room);
        break;
      default:
        if (reader.connected()) transport_step(reader.client().transport());
    }
    pass();
    for (auto& one : readers)
      one->hear();
    if (HasFailure()) FAIL() << "in step " << step;
  }
  for (auto& reader : readers) {
    if (!reader->connected()) reader->connect();
    calm(reader->client().transport());
  }
  quiet();
  std::size_t events = 0, gaps = 0, recoveries = 0;
  for (auto& reader : readers) {
    reader->hear();
    events += reader->events;
    gaps += reader->told_gaps;
    recoveries += reader->recoveries;
    ASSERT_TRUE(reader->connected());
    for (const auto& room : reader->rooms()) {
      core_.memory.read(room, {}, [&](const result<HistoryPage>& page) {
        const auto& at = reader->place(room);
        ASSERT_TRUE(at);
        EXPECT_EQ(at->epoch, page->epoch);
        EXPECT_EQ(at->seq, page->top) << room;
      });
    }
  }
  EXPECT_GT(events, 5000U);
  EXPECT_GT(gaps, 5U);
  EXPECT_GT(recoveries, 20U);
}

std::string name_of(const ::testing::TestParamInfo<Schedule>& info) {
  const char* late[] = {"AtOnce", "LateRequests", "LateAnswers"};
  return late[static_cast<int>(info.param.reading)] + std::to_string(info.param.seed);
}

INSTANTIATE_TEST_SUITE_P(Schedules, ReplayProperty,
                         ::testing::Values(Schedule{1, Late::nothing}, Schedule{2, Late::nothing},
                                           Schedule{3, Late::nothing}, Schedule{4, Late::requests},
                                           Schedule{5, Late::requests}, Schedule{6, Late::answers},
                                           Schedule{7, Late::answers}),
                         name_of);

}  // namespace
}  // namespace confab::testing
