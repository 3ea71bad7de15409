// SPDX-License-Identifier: MIT
#include "api/health.hpp"

namespace confab::api {

void add_health(net::Router& router, const Hub& hub, const Phase& phase) {
  router.add(net::Method::get, "/healthz", net::Access::open, [](const net::HttpExchangePtr& exchange) {
    exchange->reply(net::HttpReply::json(R"({"status":"ok"})").header("Cache-Control", "no-store"));
  });
  router.add(net::Method::get, "/readyz", net::Access::open,
             [&hub, &phase](const net::HttpExchangePtr& exchange) {
               net::HttpReply reply = phase == Phase::draining
                                          ? net::HttpReply::json(R"({"status":"draining"})", 503)
                                      : hub.linked() ? net::HttpReply::json(R"({"status":"ready"})")
                                                     : net::HttpReply::json(R"({"status":"unlinked"})", 503);
               exchange->reply(reply.header("Cache-Control", "no-store"));
             });
}

}  // namespace confab::api
