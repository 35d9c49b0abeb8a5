#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "channels/email/wire/impl/connection.h"

namespace parley::channels::email::wire {
namespace {

namespace asio = boost::asio;

/// The certificate has to be of `host`; a name is also told to the server.
void expect_host(SSL* ssl, const std::string& host) {
  boost::system::error_code failure;
  asio::ip::make_address(host, failure);
  if (!failure) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str());
    return;
  }
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  SSL_set1_host(ssl, host.c_str());
  SSL_set_tlsext_host_name(ssl, host.c_str());
}

}  // namespace

Task<Status> LineStream::handshake(bool is_server, milliseconds limit) {
  auto& [socket, tls, is_encrypted, is_reading, deadline] = *connection_;
  if (!unread().empty()) {
    close();
    co_return Error{Errc::invalid_input, "bytes in plain text where TLS should begin"};
  }
  deadline.arm(limit);
  const auto side = is_server ? asio::ssl::stream_base::server : asio::ssl::stream_base::client;
  boost::system::error_code failure;
  co_await tls->async_handshake(side, asio::redirect_error(asio::use_awaitable, failure));
  deadline.disarm();
  is_encrypted = !failure;
  if (!failure) { co_return Status{}; }
  const long verdict = SSL_get_verify_result(tls->native_handle());
  if (!is_server && verdict != X509_V_OK) {
    close();
    co_return Error{Errc::forbidden, std::string("the certificate is not trusted: ") + X509_verify_cert_error_string(verdict)};
  }
  co_return failed("no TLS: " + failure.message());
}

// Not coroutines themselves: `context` is only needed until they return.
Task<Status> LineStream::start_tls_as_server(asio::ssl::context& context, milliseconds limit) {
  connection_->tls.emplace(connection_->socket, context);
  return handshake(true, limit);
}

Task<Status> LineStream::start_tls_as_client(asio::ssl::context& context, std::string host, milliseconds limit) {
  connection_->tls.emplace(connection_->socket, context);
  connection_->tls->set_verify_mode(asio::ssl::verify_peer);
  expect_host(connection_->tls->native_handle(), host);
  return handshake(false, limit);
}

}  // namespace parley::channels::email::wire
