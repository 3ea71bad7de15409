// SPDX-License-Identifier: MIT
#include "net/router.hpp"

#include <stdexcept>

#include "unit/net/http_fixture.hpp"

namespace confab::net::test {
namespace {

class RouterTest : public HttpTest {
 protected:
  RouterTest() {
    add(Method::get, "/", Access::open);
    add(Method::get, "/api/rooms", Access::backend_read);
    add(Method::get, "/api/rooms/{room}", Access::backend_read);
    add(Method::post, "/api/rooms/{room}/messages", Access::backend_publish);
    add(Method::get, "/api/rooms/{room}/messages", Access::backend_read);
    add(Method::delete_, "/api/rooms/{room}/messages/{seq}", Access::backend_admin);
    add(Method::get, "/api/rooms/special", Access::backend_read);
    add(Method::get, "/api/rooms/special/only", Access::backend_read);
    add(Method::post, "/api/messages", Access::client);
    add(Method::get, "/api/messages", Access::client);
    add(Method::get, "/slash/", Access::open);
  }

  void add(Method method, std::string pattern, Access access) {
    router_.add(method, pattern, access, [pattern](const HttpExchangePtr& exchange) {
      const HttpRequest& request = exchange->request();
      exchange->reply(HttpReply::text(
          pattern + " " + std::string(request.variable("room")) + " " + std::string(request.variable("seq")),
          "text/plain"));
    });
  }

  HttpHandler& handler() override { return router_; }

  Answer call(std::string_view method, std::string_view target, std::string_view fields = "") {
    Client client = connect();
    return ask(client,
               std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n" +
                   std::string(fields) + "\r\n",
               method == "HEAD");
  }

  Cors cors_{{"https://a.example"}};
  Access asked_ = Access::open;
  int authorized_ = 0;
  result<void> verdict_{};
  Router router_{cors_, [this](const HttpRequest&, Access access) {
                   asked_ = access;
                   ++authorized_;
                   return verdict_;
                 }};
};

TEST_F(RouterTest, FindsTheHandler) {
  EXPECT_EQ(call("GET", "/").body, "/  ");
  EXPECT_EQ(call("GET", "/api/rooms").body, "/api/rooms  ");
  EXPECT_EQ(call("GET", "/api/rooms?prefix=a").body, "/api/rooms  ");
  EXPECT_EQ(call("GET", "/slash/").body, "/slash/  ");
  EXPECT_EQ(call("POST", "/api/rooms/x/messages").body, "/api/rooms/{room}/messages x ");
  EXPECT_EQ(call("DELETE", "/api/rooms/x/messages/7").body, "/api/rooms/{room}/messages/{seq} x 7");
}

TEST_F(RouterTest, DecodesVariablesAfterSplitting) {
  EXPECT_EQ(call("GET", "/api/rooms/a%2Fb%20c").body, "/api/rooms/{room} a/b c ");
  EXPECT_EQ(call("GET", "/%61pi/rooms").body, "/api/rooms  ");
}

TEST_F(RouterTest, PrefersLiteralsAndFallsBackToVariables) {
  EXPECT_EQ(call("GET", "/api/rooms/special").body, "/api/rooms/special  ");
  EXPECT_EQ(call("GET", "/api/rooms/special/only").body, "/api/rooms/special/only  ");
  EXPECT_EQ(call("GET", "/api/rooms/special/messages").body, "/api/rooms/{room}/messages special ");
}

TEST_F(RouterTest, TakesAPathToTheLetter) {
  for (const auto* path :
       {"/api", "/api/", "/api/rooms/", "/api/rooms//messages", "/API/rooms", "/slash", "//", "/api/rooms/x/",
        "/api/rooms/x/messages/7/8", "/api//rooms", "/api%2Frooms", "/api/rooms/../rooms"}) {
    const Answer answer = call("GET", path);
    EXPECT_EQ(answer.status, 404U) << path;
    EXPECT_EQ(answer.body,
              R"({"error":{"code":"not_found","message":"There is nothing of this name here."}})");
    EXPECT_EQ(answer.field("content-type"), "application/json");
  }
  EXPECT_EQ(call("POST", "/nothing").status, 404U);
  EXPECT_EQ(call("OPTIONS", "/nothing").status, 404U);
}

TEST_F(RouterTest, NamesTheMethodsThatAnAddressTakes) {
  const Answer answer = call("PUT", "/api/rooms/x/messages");
  EXPECT_EQ(answer.status, 405U);
  EXPECT_EQ(answer.field("allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(answer.body,
            R"({"error":{"code":"method_not_allowed","message":"This address does not take that method."}})");
  EXPECT_EQ(call("GET", "/api/rooms/x/messages/7").field("allow"), "DELETE, OPTIONS");
  EXPECT_EQ(call("HEAD", "/api/rooms/x/messages/7").status, 405U);
  EXPECT_EQ(call("BREW", "/api/rooms").status, 405U);
  EXPECT_EQ(authorized_, 0);
}

TEST_F(RouterTest, AnswersHeadAsGetWithoutTheBody) {
  const Answer answer = call("HEAD", "/api/rooms");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.field("content-length"), "12");
  EXPECT_EQ(call("HEAD", "/nothing").status, 404U);
}

TEST_F(RouterTest, AnswersOptions) {
  const Answer answer = call("OPTIONS", "/api/messages");
  EXPECT_EQ(answer.status, 204U);
  EXPECT_EQ(answer.field("allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(answer.field("access-control-allow-methods"), "(none)");
  EXPECT_EQ(answer.field("content-length"), "(none)");
  EXPECT_EQ(call("OPTIONS", "*").status, 204U);
  EXPECT_EQ(authorized_, 0);
}

TEST_F(RouterTest, AnswersAPreflightWithoutAKey) {
  const Answer answer = call("OPTIONS", "/api/messages",
                             "Origin: https://a.example\r\nAccess-Control-Request-Method: POST\r\n");
  EXPECT_EQ(answer.status, 204U);
  EXPECT_EQ(answer.field("access-control-allow-origin"), "https://a.example");
  EXPECT_EQ(answer.field("access-control-allow-methods"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(answer.field("access-control-max-age"), "600");
  const Answer other = call("OPTIONS", "/api/messages",
                            "Origin: https://b.example\r\nAccess-Control-Request-Method: POST\r\n");
  EXPECT_EQ(other.status, 204U);
  EXPECT_EQ(other.field("access-control-allow-origin"), "(none)");
  EXPECT_EQ(other.field("access-control-allow-methods"), "(none)");
}

TEST_F(RouterTest, LetsACustomOptionsRouteAnswer) {
  add(Method::options, "/api/messages", Access::open);
  EXPECT_EQ(call("OPTIONS", "/api/messages").body, "/api/messages  ");
}

TEST_F(RouterTest, GivesEveryAnswerItsCorsFields) {
  constexpr const char* kPage = "Origin: https://a.example\r\n";
  EXPECT_EQ(call("GET", "/", kPage).field("access-control-allow-origin"), "https://a.example");
  EXPECT_EQ(call("GET", "/nothing", kPage).field("access-control-allow-origin"), "https://a.example");
  EXPECT_EQ(call("PUT", "/", kPage).field("access-control-allow-origin"), "https://a.example");
  EXPECT_EQ(call("GET", "/?%", kPage).field("access-control-allow-origin"), "https://a.example");
  EXPECT_EQ(call("GET", "/").field("vary"), "Origin");
  EXPECT_EQ(call("GET", "/", "Origin: https://b.example\r\n").field("access-control-allow-origin"), "(none)");
}

TEST_F(RouterTest, RefusesPagesOfOtherOriginsWhereClientsAreServed) {
  constexpr const char* kEvil = "Origin: https://b.example\r\n";
  const Answer refused = call("POST", "/api/messages", kEvil);
  EXPECT_EQ(refused.status, 403U);
  EXPECT_NE(refused.body.find("\"forbidden\""), std::string::npos);
  EXPECT_EQ(call("GET", "/api/messages", kEvil).status, 403U);
  EXPECT_EQ(call("HEAD", "/api/messages", kEvil).status, 403U);
  EXPECT_EQ(call("POST", "/api/messages", "Origin: https://a.example\r\n").status, 200U);
  EXPECT_EQ(call("POST", "/api/rooms/x/messages", kEvil).status, 200U);
}

TEST_F(RouterTest, AsksWhoMayBeforeItCallsAHandler) {
  EXPECT_EQ(call("GET", "/").status, 200U);
  EXPECT_EQ(authorized_, 0);
  call("GET", "/api/rooms");
  EXPECT_EQ(asked_, Access::backend_read);
  call("POST", "/api/rooms/x/messages");
  EXPECT_EQ(asked_, Access::backend_publish);
  call("DELETE", "/api/rooms/x/messages/1");
  EXPECT_EQ(asked_, Access::backend_admin);
  call("POST", "/api/messages");
  EXPECT_EQ(asked_, Access::client);
  verdict_ = Fault{errc::unauthorized, nullptr, nullptr};
  const Answer refused = call("GET", "/api/rooms");
  EXPECT_EQ(refused.status, 401U);
  EXPECT_EQ(refused.field("www-authenticate"), "Bearer");
  EXPECT_EQ(call("GET", "/").status, 200U);
  verdict_ = Fault{errc::forbidden, nullptr, nullptr};
  EXPECT_EQ(call("HEAD", "/api/rooms").status, 403U);
}

TEST_F(RouterTest, ACarriedRequestReachesOnlyWhatTakesAKey) {
  class Carrier final : public ExchangeSource {
   public:
    void answer(HttpExchange&, const HttpReply& reply) override { answers.push_back(reply); }

    std::optional<TakenOver> take_over() override { return std::nullopt; }

    std::string remote_address() const override { return "127.0.0.1"; }

    bool is_loopback_tcp() const noexcept override { return true; }

    std::vector<HttpReply> answers;
  } carrier;

  router_.add(Method::post, "/api/batch", Access::backend,
              [](const HttpExchangePtr& exchange) { exchange->reply(HttpReply::empty(204)); });
  router_.set_fallback(
      [](const HttpExchangePtr& exchange) { exchange->reply(HttpReply::text("page", "text/html")); });
  const auto carry = [&](const std::string& line) {
    auto request = HttpRequest::parse(line + " HTTP/1.1\r\nHost: a\r\n\r\n", 100);
    EXPECT_TRUE(request) << line;
    router_.on_carried(
        HttpExchangePtr(new HttpExchange(carrier, std::make_unique<HttpRequest>(std::move(*request)))));
    return carrier.answers.empty() ? 0U : carrier.answers.back().status;
  };
  EXPECT_EQ(carry("GET /api/rooms/a%20b"), 200U);
  EXPECT_EQ(carrier.answers.back().body, "/api/rooms/{room} a b ");
  EXPECT_EQ(asked_, Access::backend_read);
  EXPECT_EQ(carry("GET /"), 400U);
  EXPECT_EQ(carry("POST /api/messages"), 400U);
  EXPECT_EQ(carry("POST /api/batch"), 400U);
  EXPECT_EQ(carry("GET /app.js"), 404U);
  EXPECT_EQ(carry("PUT /api/rooms"), 405U);
  EXPECT_EQ(carry("GET /api/rooms/%FF"), 400U);
  verdict_ = Fault{errc::unauthorized, nullptr, nullptr};
  EXPECT_EQ(carry("GET /api/rooms"), 401U);
  EXPECT_EQ(carrier.answers.size(), 8U);
}

TEST_F(RouterTest, SaysWhatItCannotDecodeAndKeepsTheConnection) {
  Client client = connect();
  const Answer answer = ask(client, get("/api/rooms/%FF"));
  EXPECT_EQ(answer.status, 400U);
  EXPECT_NE(answer.body.find(R"("field":"path")"), std::string::npos);
  EXPECT_NE(ask(client, get("/?a=%")).body.find(R"("field":"query")"), std::string::npos);
  EXPECT_EQ(ask(client, get("/")).status, 200U);
}

TEST_F(RouterTest, GivesUnknownPathsToTheFallbackForReading) {
  router_.set_fallback(
      [](const HttpExchangePtr& exchange) { exchange->reply(HttpReply::text("page", "text/html")); });
  EXPECT_EQ(call("GET", "/app.js").body, "page");
  EXPECT_EQ(call("HEAD", "/app.js").status, 200U);
  EXPECT_EQ(call("POST", "/app.js").status, 404U);
  EXPECT_EQ(call("PUT", "/api/rooms").status, 405U);
}

TEST_F(RouterTest, RefusesMistakenPatterns) {
  const auto refused = [&](Method method, const char* pattern) {
    EXPECT_THROW(router_.add(method, pattern, Access::open, {}), std::logic_error) << pattern;
  };
  refused(Method::get, "");
  refused(Method::get, "a");
  refused(Method::get, "/a{b}");
  refused(Method::get, "/{a}b");
  refused(Method::get, "/{}");
  refused(Method::get, "/{a}/{a}");
  refused(Method::other, "/a");
  refused(Method::get, "/api/rooms");
  refused(Method::get, "/api/rooms/{other}");
}

TEST(Router, LetsEverybodyInWhereNobodyIsAsked) {
  class Test : public HttpTest {
   public:
    void TestBody() override {
      router_.add(Method::get, "/", Access::backend_admin,
                  [](const HttpExchangePtr& exchange) { echo(*exchange); });
      Client client = connect();
      EXPECT_EQ(ask(client, get("/")).status, 200U);
    }

    HttpHandler& handler() override { return router_; }

    Cors cors_{{"*"}};
    Router router_{cors_, {}};
  };

  Test().TestBody();
}

}  // namespace
}  // namespace confab::net::test
