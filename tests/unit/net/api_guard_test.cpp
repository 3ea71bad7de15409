// SPDX-License-Identifier: MIT
#include "net/api_guard.hpp"

#include <gtest/gtest.h>

#include "unit/net/http_fixture.hpp"

namespace confab::net {
namespace {

constexpr Access kBackend[] = {Access::backend_read, Access::backend_publish, Access::backend_admin};

HttpRequest request(std::string_view fields, std::string_view host = "localhost:3000", bool loopback = true) {
  HttpRequest made =
      test::parsed("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n" + std::string(fields) + "\r\n");
  made.set_peer({loopback ? "127.0.0.1" : "10.0.0.1", loopback});
  return made;
}

/// "ok", or the error's code.
std::string verdict(const ApiGuard& guard, const HttpRequest& asked, Access access = Access::backend_admin) {
  const auto outcome = guard.authorize(asked, access);
  return outcome ? "ok" : std::string(describe(outcome.error().code).name);
}

TEST(ApiGuard, LeavesOpenAndClientRoutesAlone) {
  for (const auto& guard : {ApiGuard({}), ApiGuard({{"n", "key", false, false, false}})}) {
    EXPECT_EQ(verdict(guard, request("", "evil", false), Access::open), "ok");
    EXPECT_EQ(verdict(guard, request("", "evil", false), Access::client), "ok");
  }
}

TEST(ApiGuard, WithoutKeysTakesOnlyProgramsOfThisMachine) {
  const ApiGuard guard({});
  for (const auto* host :
       {"localhost", "LocalHost:3000", "127.0.0.1", "127.8.9.1:80", "[::1]", "[::1]:3000"}) {
    for (const Access access : kBackend)
      EXPECT_EQ(verdict(guard, request("", host), access), "ok") << host;
  }
  for (const auto* host :
       {"example.com", "127.0.0.1.example.com", "localhost.example.com", "10.0.0.1", "::1", "[::2]", "",
        "localhost:x", "[localhost]", "127.1", "[127.0.0.1]", "128.0.0.1", ":80", "[::1]x"}) {
    EXPECT_EQ(verdict(guard, request("", host)), "unauthorized") << host;
  }
  EXPECT_EQ(verdict(guard, request("", "localhost", false)), "unauthorized");
}

TEST(ApiGuard, WithoutKeysTakesNothingThatPassedAProxy) {
  const ApiGuard guard({});
  for (const auto* field :
       {"Forwarded: for=1", "forwarded:", "X-Forwarded-For: 127.0.0.1", "x-forwarded-proto: http",
        "X-Forwarded-Anything: 1", "X-Real-IP: 127.0.0.1", "Via: 1.1 nginx"}) {
    EXPECT_EQ(verdict(guard, request(std::string(field) + "\r\n")), "unauthorized") << field;
  }
  EXPECT_EQ(verdict(guard, request("X-Forwarde: 1\r\nViable: 1\r\n")), "ok");
}

TEST(ApiGuard, WithoutKeysTakesOnlyLocalPages) {
  const ApiGuard guard({});
  for (const auto* origin : {"http://localhost:3000", "https://127.0.0.1", "HTTP://[::1]:80"}) {
    EXPECT_EQ(verdict(guard, request("Origin: " + std::string(origin) + "\r\n")), "ok") << origin;
  }
  for (const auto* origin : {"http://example.com", "null", "", "localhost", "file://localhost", "http://",
                             "http://localhost.evil.example", "http://localhost/", "http://evil@localhost"}) {
    EXPECT_EQ(verdict(guard, request("Origin: " + std::string(origin) + "\r\n")), "unauthorized") << origin;
  }
  EXPECT_EQ(verdict(guard, request("Origin: http://localhost\r\nOrigin: http://evil.example\r\n")),
            "unauthorized");
}

TEST(ApiGuard, WithoutKeysTakesNothingOverAUnixSocket) {
  HttpRequest asked = request("");
  asked.set_peer({"unix", false});
  EXPECT_EQ(verdict(ApiGuard({}), asked), "unauthorized");
}

TEST(ApiGuard, NamesTheSettingInItsRefusal) {
  const auto refused = ApiGuard({}).authorize(request("", "evil"), Access::backend_read);
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().sentence().find("api.keys"), std::string_view::npos);
}

TEST(ApiGuard, TakesAKeyInEitherField) {
  const ApiGuard guard({{"one", "key-1", true, true, true}, {"two", "key-2", true, true, true}});
  for (const auto* field :
       {"Authorization: Bearer key-1", "authorization: bearer key-2", "Authorization: Bearer  key-1",
        "X-API-Key: key-1", "x-api-key: key-2", "Authorization: Bearer jwt\r\nX-API-Key: key-1",
        "Authorization: Bearer key-1\r\nX-API-Key: wrong"}) {
    EXPECT_EQ(verdict(guard, request(std::string(field) + "\r\n", "public.example", false)), "ok") << field;
  }
  for (const auto* field :
       {"X-Nothing: 1", "Authorization: key-1", "Authorization: Basic key-1", "Authorization: Bearer",
        "Authorization: Bearer ", "X-API-Key:", "X-API-Key: key-", "X-API-Key: key-11", "X-API-Key: KEY-1",
        "Authorization: Bearer key-1 key-1", "Authorization: Bearerkey-1"}) {
    EXPECT_EQ(verdict(guard, request(std::string(field) + "\r\n")), "unauthorized") << field;
  }
}

TEST(ApiGuard, HoldsAKeyToItsScopes) {
  for (unsigned scopes = 0; scopes < 8; ++scopes) {
    const ApiGuard guard({{"n", "key", (scopes & 1) != 0, (scopes & 2) != 0, (scopes & 4) != 0}});
    const HttpRequest asked = request("X-API-Key: key\r\n");
    for (unsigned i = 0; i < 3; ++i) {
      EXPECT_EQ(verdict(guard, asked, kBackend[i]), (scopes >> i & 1) != 0 ? "ok" : "forbidden")
          << scopes << i;
    }
  }
}

TEST(ApiGuard, LetsAnyKeyInWhereNoScopeIsAskedFor) {
  const HttpRequest asked = request("X-API-Key: key\r\n");
  for (unsigned scopes = 0; scopes < 8; ++scopes) {
    const ApiGuard guard({{"n", "key", (scopes & 1) != 0, (scopes & 2) != 0, (scopes & 4) != 0}});
    EXPECT_EQ(verdict(guard, asked, Access::backend), scopes != 0 ? "ok" : "forbidden") << scopes;
    EXPECT_EQ(verdict(guard, request(""), Access::backend), "unauthorized");
  }
}

TEST(ApiGuard, TakesNoEmptyKey) {
  EXPECT_EQ(verdict(ApiGuard({{"n", "", true, true, true}}), request("")), "unauthorized");
  EXPECT_EQ(verdict(ApiGuard({{"n", "", true, true, true}}), request("X-API-Key:\r\n")), "unauthorized");
}

TEST(ApiGuard, TakesNewKeysAtOnce) {
  ApiGuard guard({{"n", "old", true, true, true}});
  guard.set_keys({{"n", "new", true, true, true}});
  EXPECT_EQ(verdict(guard, request("X-API-Key: old\r\n")), "unauthorized");
  EXPECT_EQ(verdict(guard, request("X-API-Key: new\r\n")), "ok");
}

}  // namespace
}  // namespace confab::net
