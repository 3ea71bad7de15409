// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "cli/http_client.hpp"

namespace confab::cli {
namespace {

TEST(CliRefusal, SaysWhatTheServerSays) {
  const Trouble trouble =
      refusal({400, R"({"error":{"code":"bad_room","message":"No room.","field":"room"}})"});
  EXPECT_EQ(trouble.sentence, "The server refused: No room. (bad_room, field room)");
  EXPECT_EQ(trouble.kind, Trouble::Kind::refused);
  EXPECT_EQ(trouble.exit_code(), ExitCode::failed);
  EXPECT_EQ(refusal({401, R"({"error":{"code":"unauthorized","message":"A key."}})"}).sentence,
            "The server refused: A key. (unauthorized)");
}

TEST(CliRefusal, SaysTheStatusWhereSomethingElseAnswered) {
  for (const char* body : {"", "<html>Bad gateway</html>", "{}", R"({"error":"text"})",
                           R"({"error":{"code":"x"}})", R"({"error":{"message":5}})", R"({"error":[]})"})
    EXPECT_EQ(refusal({502, body}).sentence, "The server answered with HTTP status 502.") << body;
}

}  // namespace
}  // namespace confab::cli
