// A self-signed certificate, made for this run.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <filesystem>
#include <string>

namespace parley::test {

struct Certificate {
  std::filesystem::path certificate_file, key_file;
};

/// Valid for one hour from now, or until `ends_s` seconds from now (negative: expired).
inline Certificate make_certificate(const std::filesystem::path& folder, const std::string& host, long ends_s = 3'600) {
  Certificate out{folder / (host + ".certificate.pem"), folder / (host + ".key.pem")};
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  X509* const certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), ends_s < 0 ? ends_s - 3'600 : 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), ends_s);
  X509_set_pubkey(certificate, key);
  X509_NAME* const name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(host.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_sign(certificate, key, EVP_sha256());
  std::FILE* file = std::fopen(out.certificate_file.c_str(), "w");
  PEM_write_X509(file, certificate);
  std::fclose(file);
  file = std::fopen(out.key_file.c_str(), "w");
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return out;
}

}  // namespace parley::test
