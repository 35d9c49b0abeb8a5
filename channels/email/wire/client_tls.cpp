#include <openssl/ssl.h>

#include "channels/email/wire/line_stream.h"

namespace parley::channels::email::wire {

Result<std::shared_ptr<boost::asio::ssl::context>> client_tls_context(const std::filesystem::path& extra_authorities) {
  namespace ssl = boost::asio::ssl;
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  // Some servers drop the connection without TLS's goodbye; lines and literals have ends of their own.
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
  context->set_verify_mode(ssl::verify_peer);
  boost::system::error_code failure;
  context->set_default_verify_paths(failure);  // a system without any is no error: then only the extra ones are believed
  if (!extra_authorities.empty()) {
    context->load_verify_file(extra_authorities.string(), failure);
    if (failure) {
      return Error{Errc::invalid_input, "cannot read the certificate authorities " + extra_authorities.string() + ": " + failure.message()};
    }
  }
  return context;
}

}  // namespace parley::channels::email::wire
