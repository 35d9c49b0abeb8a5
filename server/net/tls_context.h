#pragma once

#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>

#include "base/result.h"

namespace parley::net {

/// TLS 1.2 and 1.3, forward secrecy and authenticated ciphers only, ALPN http/1.1. Error: invalid_input naming the file.
Result<std::unique_ptr<boost::asio::ssl::context>> make_tls_context(const std::filesystem::path& certificate_file,
                                                                   const std::filesystem::path& key_file);

}  // namespace parley::net
