// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace confab::bench {

// The response to a complete upgrade request, with its Sec-WebSocket-Accept (RFC 6455, section 4.2.2); empty
// where the request carries no Sec-WebSocket-Key.
std::string upgrade_response(std::string_view request);

}  // namespace confab::bench
