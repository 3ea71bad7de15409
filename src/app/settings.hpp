// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "confab/core/ice_servers.hpp"
#include "confab/core/limits.hpp"
#include "confab/core/room_rule.hpp"
#include "config/config.hpp"
#include "net/api_guard.hpp"
#include "net/http_server.hpp"
#include "net/message_polls.hpp"
#include "net/poll_server.hpp"
#include "net/sse_server.hpp"
#include "net/websocket_server.hpp"

/// The configuration in the words of the parts it is for: the one place where one becomes the other.
namespace confab::app {

/// `descriptors` is how many the process may open; sessions are capped to fit.
Limits core_limits(const config::Limits& limits, std::size_t descriptors);

/// How many sessions that many descriptors allow: all but 256 for everything else, at least one.
std::size_t sessions_for(std::size_t descriptors) noexcept;

WebRtc webrtc(const config::WebRtc& webrtc);
RoomRules room_rules(const std::vector<config::RoomRule>& rules);
std::vector<net::ApiKey> api_keys(const std::vector<config::ApiKey>& keys);
net::HttpLimits http_limits(const config::Limits& limits, std::size_t descriptors);
net::WebSocketOptions websocket_options(const config::Config& config);
net::SseOptions sse_options(const config::Config& config);
net::PollOptions poll_options(const config::LongPoll& long_poll);
net::MessagePollOptions message_poll_options(const config::LongPoll& long_poll);

}  // namespace confab::app
