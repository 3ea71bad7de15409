// SPDX-License-Identifier: MIT
#include "cli/jwt.hpp"

#include <gtest/gtest.h>

namespace confab::cli {
namespace {

TEST(CliJwt, SignsTheExampleOfRfc7515) {
  // Appendix A.1; the key is its base64url text decoded.
  const unsigned char key[] = {3,   35,  53, 75,  43,  15, 165, 188, 131, 126, 6,   101, 119, 123, 166, 143,
                               90,  179, 40, 230, 240, 84, 201, 40,  169, 15,  132, 178, 210, 80,  46,  191,
                               211, 251, 90, 146, 210, 6,  71,  239, 150, 138, 180, 195, 119, 98,  61,  34,
                               61,  46,  33, 114, 5,   46, 79,  8,   192, 205, 154, 245, 103, 208, 128, 163};
  const std::string secret(reinterpret_cast<const char*>(key), sizeof key);
  EXPECT_EQ(
      hs256(secret,
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
            "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"),
      "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
}

TEST(CliJwt, MakesTheTokenThatJwtIoShows) {
  // The signature of jwt.io's well-known example text under its secret.
  EXPECT_EQ(hs256("your-256-bit-secret",
                  "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
                  "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ"),
            "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c");
}

TEST(CliJwt, HasThreePartsOfWhichTheLastSignsTheOthers) {
  const std::string token = make_token({"ann", 1, 2, {}, {}, {}}, "secret");
  const auto dot = token.rfind('.');
  EXPECT_EQ(token.substr(0, dot),
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbm4iLCJpYXQiOjEsImV4cCI6Mn0");
  EXPECT_EQ(token.substr(dot + 1), hs256("secret", token.substr(0, dot)));
  EXPECT_EQ(token.find('='), std::string::npos);
}

TEST(CliJwt, SaysWhoAndForHowLong) {
  EXPECT_EQ(claims_json({"a\"nn", 100, 3700, {}, {}, {}}), R"({"sub":"a\"nn","iat":100,"exp":3700})");
}

TEST(CliJwt, SaysWhatIsAllowedOnlyWhereItWasAskedFor) {
  EXPECT_EQ(claims_json({"ann", 1, 2, {"team-*", "general"}, {"team-*"}, {"moderator"}}),
            R"({"sub":"ann","iat":1,"exp":2,"confab":)"
            R"({"join":["team-*","general"],"publish":["team-*"],"roles":["moderator"]}})");
  EXPECT_EQ(claims_json({"ann", 1, 2, {}, {"x"}, {}}),
            R"({"sub":"ann","iat":1,"exp":2,"confab":{"publish":["x"]}})");
  EXPECT_EQ(claims_json({"ann", 1, 2, {}, {}, {"m"}}),
            R"({"sub":"ann","iat":1,"exp":2,"confab":{"roles":["m"]}})");
}

}  // namespace
}  // namespace confab::cli
