// SPDX-License-Identifier: MIT
#include "protocol/native/envelope.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "confab/base/text_of_bytes.hpp"
#include "protocol/native/enveloped_json_codec.hpp"
#include "protocol/native/event_json.hpp"
#include "support/gzip.hpp"
#include "support/websocket_client_codec.hpp"

namespace confab::native {
namespace {

/// An envelope as text.
std::string envelope(bool compressed, std::string_view data) {
  std::string text = compressed ? R"({"compressed":true,"data":)" : R"({"compressed":false,"data":)";
  json::append_quoted(text, data);
  return text + "}";
}

std::string zipped(std::string_view message) {
  return envelope(true, base64_encode(test::gzip(message)));
}

class Opening : public ::testing::Test {
 protected:
  /// What is inside, or "code field".
  std::string open(std::string_view text, std::size_t limit = 65536) {
    const auto object = parser_.object(text);
    EXPECT_TRUE(object.has_value());
    EXPECT_TRUE(is_envelope(**object));
    const auto inside = reader_.open(**object, limit);
    if (inside) return std::string(*inside);
    return std::string(describe(inside.error().code).name) + " " + inside.error().field;
  }

  bool is_one(std::string_view text) {
    const auto object = parser_.object(text);
    EXPECT_TRUE(object.has_value());
    return is_envelope(**object);
  }

  json::Parser parser_;
  EnvelopeReader reader_;
};

TEST_F(Opening, AnEnvelopeHasItsTwoMembersAndNoOther) {
  EXPECT_TRUE(is_one(R"({"compressed":true,"data":""})"));
  EXPECT_TRUE(is_one(R"({"data":"","compressed":false})"));
  EXPECT_TRUE(is_one(R"({"data":7,"compressed":null})"));
  EXPECT_FALSE(is_one(R"({})"));
  EXPECT_FALSE(is_one(R"({"compressed":true})"));
  EXPECT_FALSE(is_one(R"({"data":""})"));
  EXPECT_FALSE(is_one(R"({"compressed":true,"data":"","type":"chat"})"));
  EXPECT_FALSE(is_one(R"({"compressed":true,"Data":""})"));
}

TEST_F(Opening, GivesTheMessageInside) {
  EXPECT_EQ(open(envelope(false, R"({"type":"ping"})")), R"({"type":"ping"})");
  EXPECT_EQ(open(zipped(R"({"type":"ping"})")), R"({"type":"ping"})");
  EXPECT_EQ(open(envelope(false, "")), "");
  EXPECT_EQ(open(zipped("")), "");
  EXPECT_EQ(open(R"({"compressed":false,"data":"\u00e9\n"})"), "\xc3\xa9\n");
  // Slashes as some write them; stored bytes of ones are nothing but slashes in base64.
  const std::string ones(30, '\xff');
  const std::string base64 = base64_encode(test::gzip(ones, 0));
  std::string escaped;
  for (const char c : base64)
    escaped += c == '/' ? std::string("\\/") : std::string(1, c);
  EXPECT_GT(escaped.size(), base64.size());
  EXPECT_EQ(open(R"({"compressed":true,"data":")" + escaped + "\"}"), ones);
}

TEST_F(Opening, NamesTheMemberThatIsMalformed) {
  for (const char* compressed : {"null", "1", "\"true\"", "[]", "{}"})
    EXPECT_EQ(open("{\"compressed\":" + std::string(compressed) + ",\"data\":\"\"}"),
              "bad_message compressed");
  for (const char* flag : {"true", "false"}) {
    for (const char* data : {"null", "1", "true", "[\"x\"]", "{}"})
      EXPECT_EQ(open("{\"compressed\":" + std::string(flag) + ",\"data\":" + data + "}"), "bad_message data");
  }
  for (const char* data : {"", "x", "%%%%", "aGVsbG8=", "H4sI"})
    EXPECT_EQ(open(envelope(true, data)), "bad_message data") << data;
  const std::string file = test::gzip(R"({"type":"ping"})");
  std::string base64 = base64_encode(file);
  EXPECT_EQ(open(envelope(true, base64_encode(file.substr(0, file.size() - 1)))), "bad_message data");
  EXPECT_EQ(open(envelope(true, base64 + " ")), "bad_message data");
  if (base64.ends_with('=')) {
    base64.pop_back();
    EXPECT_EQ(open(envelope(true, base64)), "bad_message data");
  }
}

TEST_F(Opening, BoundsWhatIsInside) {
  const std::string message(1000, 'x');
  EXPECT_EQ(open(envelope(false, message), 1000), message);
  EXPECT_EQ(open(envelope(false, message), 999), "too_large data");
  EXPECT_EQ(open(zipped(message), 1000), message);
  EXPECT_EQ(open(zipped(message), 999), "too_large data");
  EXPECT_EQ(open(zipped(std::string(20'000'000, 'x'))), "too_large data");
  EXPECT_EQ(open(zipped("still works")), "still works");
}

/// What a client takes out of an answer.
std::string taken_out(std::string_view text) {
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json.size(), 2U);
  EXPECT_EQ(json.at("compressed"), true);
  const auto file = base64_decode(json.at("data").get<std::string>());
  EXPECT_TRUE(file.has_value());
  return test::gunzip(*file);
}

TEST(EnvelopeWriter, PutsMessagesInsideAsGzip) {
  EnvelopeWriter writer;
  for (const std::string& text : {std::string("{}"), std::string(100'000, 'x')})
    EXPECT_EQ(taken_out(writer.write(text)), text);
}

/// A reply whose JSON has so many bytes.
FramePtr reply_of(const EnvelopedJsonCodec& codec, std::size_t size, std::string& text) {
  Reply reply;
  reply.name = "ack";
  const std::string members = R"("x":")" + std::string(size - 21, 'x') + "\"";
  reply.members = members;
  text = json_of(reply);
  EXPECT_EQ(text.size(), size);
  return codec.encode(reply);
}

test::ServerFrame frame_of(const FramePtr& bytes) {
  test::ServerFrameReader reader;
  reader.feed(bytes->bytes());
  const auto frame = reader.next();
  EXPECT_TRUE(frame.has_value());
  EXPECT_EQ(reader.pending(), 0U);
  return frame.value_or(test::ServerFrame{});
}

TEST(EnvelopedJsonCodec, PutsInsideWhatIsOverOneKibibyte) {
  const EnvelopedJsonCodec codec(0);
  std::string text;
  const auto plain = frame_of(reply_of(codec, 1024, text));
  EXPECT_EQ(plain.opcode, 1U);
  EXPECT_EQ(plain.payload, text);
  const auto enveloped = frame_of(reply_of(codec, 1025, text));
  EXPECT_EQ(enveloped.opcode, 1U);
  EXPECT_EQ(enveloped.rsv, 0U);
  EXPECT_EQ(taken_out(enveloped.payload), text);
}

TEST(EnvelopedJsonCodec, KeepsTheStampAndMakesEachEventOnce) {
  EventDraft draft;
  const std::string body = "\"text\":\"" + std::string(2000, 'x') + "\"";
  draft.room = "general";
  draft.name = "chat";
  draft.user = "ann";
  draft.cursor = "g.1";
  draft.body = body;
  draft.kind = EventClass::stored;
  draft.seq = 1;
  draft.time = 1'795'514'400'123'456;
  const EventPtr event = Event::make(draft);
  const EnvelopedJsonCodec codec(4);
  EXPECT_EQ(codec.slot(), 4U);
  EXPECT_EQ(codec.past(), Codec::Past::in_lists);
  Prepared<Event> prepared(*event);
  const FramePtr frame = prepared.frame(codec);
  EXPECT_EQ(frame->stamp(), draft.time);
  EXPECT_EQ(prepared.frame(codec), frame);
  EXPECT_EQ(prepared.encoded(), 1U);
  EXPECT_EQ(taken_out(frame_of(frame).payload), json_of(*event));
}

}  // namespace
}  // namespace confab::native
