#include "server/net/tls_context.h"

#include <openssl/ssl.h>

#include <string_view>

namespace parley::net {
namespace {

namespace ssl = boost::asio::ssl;

int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* offered,
                    unsigned int offered_length, void*) {
  static constexpr std::string_view ours("\x08http/1.1", 9);
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_length, reinterpret_cast<const unsigned char*>(ours.data()),
                                          static_cast<unsigned int>(ours.size()), offered, offered_length);
  if (found != OPENSSL_NPN_NEGOTIATED) { return SSL_TLSEXT_ERR_NOACK; }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

void harden(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // TLS 1.2 only; the suites of TLS 1.3 are all fine.
  SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  // OpenSSL would keep 34 KB of record buffers per idle connection.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(context, &choose_protocol, nullptr);
}

}  // namespace

Result<std::unique_ptr<ssl::context>> make_tls_context(const std::filesystem::path& certificate_file,
                                                       const std::filesystem::path& key_file) {
  auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
  boost::system::error_code failure;
  context->use_certificate_chain_file(certificate_file.string(), failure);
  if (failure) {
    return Error{Errc::invalid_input, "cannot read the certificate " + certificate_file.string() + ": " + failure.message()};
  }
  context->use_private_key_file(key_file.string(), ssl::context::pem, failure);
  if (failure) { return Error{Errc::invalid_input, "cannot read the private key " + key_file.string() + ": " + failure.message()}; }
  if (SSL_CTX_check_private_key(context->native_handle()) != 1) {
    return Error{Errc::invalid_input, "the private key " + key_file.string() + " does not belong to the certificate"};
  }
  harden(context->native_handle());
  return context;
}

}  // namespace parley::net
