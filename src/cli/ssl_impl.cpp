// SPDX-License-Identifier: MIT
// The one unit in which Asio's TLS is compiled (BOOST_ASIO_SEPARATE_COMPILATION); the rest of Asio and Beast
// is in src/net/asio_impl.cpp.
#include <boost/asio/ssl/impl/src.hpp>
