// SPDX-License-Identifier: MIT
#include "api/ice_servers.hpp"

#include "confab/base/ids.hpp"
#include "confab/base/names.hpp"

namespace confab::api {
namespace {

void tell(const Context& context, const net::HttpExchangePtr& exchange) {
  const auto named = exchange->request().query("user");
  if (named && !legal_user_name(*named))
    return exchange->fail({errc::bad_message, "user", "This is no legal name of a user."});
  const std::string user = named ? std::string(*named) : random_guest_name();
  const IceServers& servers = context.services.ice_servers;
  if (const auto allowed = servers.may_call({user, !named}); !allowed) return exchange->fail(allowed.error());
  net::HttpReply reply =
      net::HttpReply::json('{' + servers.members(user, context.services.loop.wall()) + '}');
  exchange->reply(reply.header("Cache-Control", "no-store"));
}

}  // namespace

void add_ice_servers(net::Router& router, const Context& context) {
  router.add(net::Method::get, "/api/ice-servers", net::Access::client,
             [&context](const net::HttpExchangePtr& exchange) { tell(context, exchange); });
}

}  // namespace confab::api
