// A self-signed certificate made for this run, valid for one host name (and 127.0.0.1 when that is "localhost").
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>
#include <string>

namespace parley::channels::email::test {

class TestCertificate {
 public:
  explicit TestCertificate(const std::string& host = "localhost");
  ~TestCertificate();
  TestCertificate(const TestCertificate&) = delete;

  std::shared_ptr<boost::asio::ssl::context> server_context() const;

  std::filesystem::path certificate_file, key_file;  // PEM; the certificate is its own authority

 private:
  std::filesystem::path folder_;
};

}  // namespace parley::channels::email::test
