// SPDX-License-Identifier: MIT
#include "protocol/sse/sse_codec.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace confab::sse {
namespace {

constexpr std::int64_t kTime = 1'795'514'400'123'456;

EventDraft chat() {
  EventDraft draft;
  draft.room = "general";
  draft.name = "chat";
  draft.user = "JohnDoe";
  draft.id = "m-1";
  draft.cursor = "g1.1795514400123456";
  draft.body = R"("text":"hi")";
  draft.kind = EventClass::stored;
  draft.seq = 42;
  draft.time = kTime;
  return draft;
}

EventDraft price() {
  EventDraft draft = chat();
  draft.room = "stocks:AAPL";
  draft.name = "price_update";
  draft.user = {};
  draft.shape = EventShape::data;
  draft.body = R"({"symbol":"AAPL","price":"101.20"})";
  return draft;
}

std::string text(const FramePtr& frame) {
  return std::string(frame->bytes());
}

/// All of a gzip stream that may have no end yet, by zlib.
std::string gunzip(std::string in) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) throw std::runtime_error("inflateInit2");
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  std::string out;
  std::string chunk(1000, '\0');
  int code = Z_OK;
  do {
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_out = static_cast<uInt>(chunk.size());
    code = ::inflate(&stream, Z_SYNC_FLUSH);
    out.append(chunk, 0, chunk.size() - stream.avail_out);
  } while (code == Z_OK && (stream.avail_in > 0 || stream.avail_out == 0));
  const bool good = (code == Z_OK || code == Z_BUF_ERROR) && stream.avail_in == 0;
  inflateEnd(&stream);
  if (!good) throw std::runtime_error("inflate");
  return out;
}

TEST(SseCodec, ShowsAFlatEventWithoutItsType) {
  const SseCodec codec(5, Shape::bare, Compression::none);
  EXPECT_EQ(codec.slot(), 5U);
  EXPECT_EQ(text(codec.encode(*Event::make(chat()))),
            "id: g1.1795514400123456\nevent: chat\n"
            R"(data: {"room":"general","user":"JohnDoe","text":"hi","id":"m-1","seq":42,)"
            R"("timestamp":"2026-11-24T10:00:00.123Z"})"
            "\n\n");
}

TEST(SseCodec, ShowsTheDataOfACustomEventBare) {
  const SseCodec codec(0, Shape::bare, Compression::none);
  EXPECT_EQ(text(codec.encode(*Event::make(price()))),
            "id: g1.1795514400123456\nevent: price_update\n"
            R"(data: {"symbol":"AAPL","price":"101.20"})"
            "\n\n");
}

TEST(SseCodec, ShowsTheNativeObjectInAnEnvelope) {
  const SseCodec codec(0, Shape::enveloped, Compression::none);
  EXPECT_EQ(text(codec.encode(*Event::make(price()))),
            "id: g1.1795514400123456\nevent: price_update\n"
            R"(data: {"type":"price_update","room":"stocks:AAPL","data":{"symbol":"AAPL","price":"101.20"},)"
            R"("id":"m-1","seq":42,"timestamp":"2026-11-24T10:00:00.123Z"})"
            "\n\n");
  EXPECT_EQ(text(codec.encode(*Event::make(chat()))),
            "id: g1.1795514400123456\nevent: chat\n"
            R"(data: {"type":"chat","room":"general","user":"JohnDoe","text":"hi","id":"m-1","seq":42,)"
            R"("timestamp":"2026-11-24T10:00:00.123Z"})"
            "\n\n");
}

TEST(SseCodec, GivesNoIdToWhatIsNotStored) {
  for (const EventClass kind : {EventClass::ordinary, EventClass::ephemeral}) {
    EventDraft draft = price();
    draft.kind = kind;
    draft.body = "7";
    const SseCodec codec(0, Shape::bare, Compression::none);
    EXPECT_EQ(text(codec.encode(*Event::make(draft))), "event: price_update\ndata: 7\n\n");
    EXPECT_EQ(codec.encode(*Event::make(draft))->stamp(), 0);
  }
}

TEST(SseCodec, KeepsTheStampOfAStoredEvent) {
  for (const auto compression : {Compression::none, Compression::gzip}) {
    const SseCodec codec(0, Shape::bare, compression);
    EXPECT_EQ(codec.encode(*Event::make(chat()))->stamp(), kTime);
  }
}

TEST(SseCodec, ShowsARepliesMembersUnderItsName) {
  Reply reply;
  reply.name = "ping";
  reply.members = R"("timestamp":1795514400123)";
  EXPECT_EQ(text(SseCodec(0, Shape::bare, Compression::none).encode(reply)),
            "event: ping\ndata: {\"timestamp\":1795514400123}\n\n");
  EXPECT_EQ(text(SseCodec(0, Shape::enveloped, Compression::none).encode(reply)),
            "event: ping\ndata: {\"type\":\"ping\",\"timestamp\":1795514400123}\n\n");
  reply.members = {};
  EXPECT_EQ(text(SseCodec(0, Shape::bare, Compression::none).encode(reply)), "event: ping\ndata: {}\n\n");
}

TEST(SseCodec, GivesAReplyItsCursorCorrelationAndMessages) {
  const std::array<EventPtr, 1> events = {Event::make(price())};
  Reply reply;
  reply.name = "joined";
  reply.correlation = "\"c\"";
  reply.members = R"("room":"general")";
  reply.cursor = "g1.9";
  const SseCodec codec(0, Shape::bare, Compression::none);
  EXPECT_EQ(text(codec.encode(reply)),
            "id: g1.9\nevent: joined\ndata: {\"id\":\"c\",\"room\":\"general\"}\n\n");
  reply.with_messages = true;
  EXPECT_EQ(text(codec.encode(reply)),
            "id: g1.9\nevent: joined\ndata: {\"id\":\"c\",\"room\":\"general\",\"messages\":[]}\n\n");
  reply.messages = events;
  EXPECT_EQ(text(codec.encode(reply)),
            "id: g1.9\nevent: joined\n"
            R"(data: {"id":"c","room":"general","messages":[{"type":"price_update","room":"stocks:AAPL",)"
            R"("data":{"symbol":"AAPL","price":"101.20"},"id":"m-1","seq":42,)"
            R"("timestamp":"2026-11-24T10:00:00.123Z"}]})"
            "\n\n");
}

TEST(SseCodec, BringsThePastOneByOne) {
  EXPECT_EQ(SseCodec(0, Shape::bare, Compression::none).past(), Codec::Past::one_by_one);
  EXPECT_EQ(SseCodec(0, Shape::enveloped, Compression::gzip).past(), Codec::Past::one_by_one);
}

TEST(SseCodec, LetsNoNameOrTextBreakALine) {
  EventDraft draft = chat();
  draft.room = "r\"\\";
  draft.user = "a\nb\rc";
  draft.body = R"("text":"l1\nl2\r")";
  for (const Shape shape : {Shape::bare, Shape::enveloped}) {
    const std::string out = text(SseCodec(0, shape, Compression::none).encode(*Event::make(draft)));
    EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 4);
    EXPECT_EQ(std::count(out.begin(), out.end(), '\r'), 0);
    ASSERT_TRUE(out.ends_with("}\n\n"));
    const auto parsed = nlohmann::json::parse(out.substr(out.find("data: ") + 6));
    EXPECT_EQ(parsed.at("user"), "a\nb\rc");
    EXPECT_EQ(parsed.at("room"), "r\"\\");
    EXPECT_EQ(parsed.at("text"), "l1\nl2\r");
  }
}

TEST(SseCodec, PassesAnyTextOn) {
  const SseCodec codec(0, Shape::bare, Compression::none);
  EXPECT_EQ(text(codec.frame("retry: 3000\n\n")), "retry: 3000\n\n");
  EXPECT_EQ(codec.frame(": \n\n", 9)->stamp(), 9);
}

TEST(SseGzip, BeginsWithALegalHeader) {
  const std::string_view header = gzip_header();
  ASSERT_EQ(header.size(), 10U);
  z_stream stream{};
  gz_header seen{};
  ASSERT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  ASSERT_EQ(inflateGetHeader(&stream, &seen), Z_OK);
  std::string in(header);
  Bytef out = 0;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = &out;
  stream.avail_out = 1;
  ::inflate(&stream, Z_SYNC_FLUSH);
  EXPECT_EQ(seen.done, 1);
  EXPECT_EQ(stream.avail_out, 1U);
  inflateEnd(&stream);
}

TEST(SseGzip, InflatesInAnyOrderToWhatThePlainFramesSay) {
  for (const Shape shape : {Shape::bare, Shape::enveloped}) {
    const SseCodec plain(0, shape, Compression::none);
    const SseCodec gzip(1, shape, Compression::gzip);
    std::mt19937 random(3);
    std::vector<std::string> texts;
    std::vector<std::string> frames;
    for (int i = 0; i < 60; ++i) {
      EventDraft draft = i % 2 == 0 ? chat() : price();
      std::string value;
      for (auto n = random() % (i % 10 == 0 ? 100'000 : 300); n > 0; --n)
        value += static_cast<char>('a' + random() % (i % 3 == 0 ? 2 : 26));
      const std::string body = (i % 2 == 0 ? "\"text\":\"" : "\"") + value + "\"";
      draft.body = body;
      texts.push_back(text(plain.encode(*Event::make(draft))));
      frames.push_back(text(gzip.encode(*Event::make(draft))));
    }
    Reply ping;
    ping.name = "ping";
    ping.members = R"("timestamp":1)";
    texts.push_back(text(plain.encode(ping)));
    frames.push_back(text(gzip.encode(ping)));
    for (const std::string_view any : {std::string_view("retry: 3000\n\n"), std::string_view(":\n\n")}) {
      texts.push_back(text(plain.frame(any)));
      frames.push_back(text(gzip.frame(any)));
    }
    for (int round = 0; round < 20; ++round) {
      std::string stream(gzip_header());
      std::string expected;
      for (int i = 0; i < 100; ++i) {
        const std::size_t which = random() % frames.size();
        stream += frames[which];
        expected += texts[which];
      }
      ASSERT_EQ(gunzip(stream), expected);
    }
  }
}

TEST(SseGzip, CanBeReadFrameByFrameAsTheyCome) {
  const SseCodec gzip(0, Shape::bare, Compression::gzip);
  const std::string one = text(gzip.frame("data: 1\n\n"));
  std::string stream(gzip_header());
  stream += one;
  EXPECT_EQ(gunzip(stream), "data: 1\n\n");
  stream += one;
  EXPECT_EQ(gunzip(stream), "data: 1\n\ndata: 1\n\n");
}

TEST(SseGzip, MakesTheSameOfTheSameEachTime) {
  const SseCodec gzip(0, Shape::bare, Compression::gzip);
  const std::string first = text(gzip.encode(*Event::make(chat())));
  gzip.encode(*Event::make(price()));
  EXPECT_EQ(text(gzip.encode(*Event::make(chat()))), first);
}

}  // namespace
}  // namespace confab::sse
