#include "tests/integration/email_wire/test_certificate.h"
#include "tests/integration/email_wire/wire_pair.h"

namespace parley::channels::email::wire {
namespace {

class Tls : public WirePair {
 public:
  struct Outcome {
    Status server{Error{Errc::internal}}, client{Error{Errc::internal}};
  };

  /// Both handshakes at once.
  Outcome shake(const std::string& host, const std::filesystem::path& authorities) {
    Outcome outcome;
    const auto server_context = certificate.server_context();
    const auto client_context = client_tls_context(authorities).value();
    run([](Tls& test, Outcome& out, auto context) -> Task<void> { out.server = co_await test.ours->start_tls_as_server(*context, 2s); }(*this, outcome, server_context),
        [](Tls& test, Outcome& out, auto context, std::string name) -> Task<void> {
          out.client = co_await test.theirs->start_tls_as_client(*context, std::move(name), 2s);
        }(*this, outcome, client_context, host));
    return outcome;
  }

  parley::channels::email::test::TestCertificate certificate;
};

TEST_F(Tls, StartsInTheMiddle) {
  run([](Tls& test) -> Task<void> {
    std::ignore = co_await test.theirs->write("STARTTLS\r\n", 1s);
    const auto line = co_await test.ours->read_line(100, 1s);
    EXPECT_EQ(line.value(), "STARTTLS");
  }(*this));
  const auto outcome = shake("localhost", certificate.certificate_file);
  ASSERT_TRUE(outcome.client.has_value());
  ASSERT_TRUE(outcome.server.has_value());
  EXPECT_TRUE(ours->is_tls());
  EXPECT_TRUE(theirs->is_tls());
  run([](Tls& test) -> Task<void> {
    std::ignore = co_await test.theirs->write("hello\r\n" + std::string(50'000, 'x') + "\r\n", 1s);
    const auto hello = co_await test.ours->read_line(100, 1s);
    EXPECT_EQ(hello.value(), "hello");
    const auto bulk = co_await test.ours->read_exactly(50'002, 1s);
    EXPECT_EQ(bulk.value().size(), 50'002U);
    const auto late = co_await test.ours->read_line(100, 30ms);
    EXPECT_EQ(late.error().code, Errc::timeout);
    std::ignore = co_await test.theirs->write("after a timeout\r\n", 1s);
    const auto after = co_await test.ours->read_line(100, 1s);
    EXPECT_EQ(after.value(), "after a timeout");
    std::ignore = co_await test.ours->write("bye\r\n", 1s);
    co_await test.ours->finish(50ms);
    const auto bye = co_await test.theirs->read_line(100, 1s);
    EXPECT_EQ(bye.value(), "bye");
  }(*this));
}

TEST_F(Tls, AddressOfTheCertificateIsFine) {
  EXPECT_TRUE(shake("127.0.0.1", certificate.certificate_file).client.has_value());
}

TEST_F(Tls, StrangersCertificateIsRefused) {
  const auto outcome = shake("localhost", {});
  EXPECT_EQ(outcome.client.error().code, Errc::forbidden);
  EXPECT_NE(outcome.client.error().detail.find("certificate is not trusted"), std::string::npos) << outcome.client.error().detail;
  EXPECT_FALSE(theirs->is_open());
  EXPECT_TRUE(outcome.server.has_error());
}

TEST_F(Tls, CertificateOfAnotherHostIsRefused) {
  EXPECT_EQ(shake("mail.shop.example", certificate.certificate_file).client.error().code, Errc::forbidden);
}

// CVE-2011-0411: what somebody on the path sent in front of the handshake must not count as sent under TLS.
TEST_F(Tls, BytesFromBeforeAreNotCarriedOver) {
  run([](Tls& test) -> Task<void> {
    std::ignore = co_await test.theirs->write("STARTTLS\r\nRSET\r\n", 1s);
    std::ignore = co_await test.ours->read_line(100, 1s);
    const auto context = test.certificate.server_context();
    const auto started = co_await test.ours->start_tls_as_server(*context, 1s);
    EXPECT_EQ(started.error().code, Errc::invalid_input);
    EXPECT_FALSE(test.ours->is_open());
  }(*this));
}

TEST_F(Tls, SilentPeerIsNotWaitedForLong) {
  run([](Tls& test) -> Task<void> {
    const auto context = test.certificate.server_context();
    const auto silent = co_await test.ours->start_tls_as_server(*context, 50ms);
    EXPECT_EQ(silent.error().code, Errc::timeout);
  }(*this));
}

TEST_F(Tls, GarbageInPlaceOfTheHandshakeFails) {
  run([](Tls& test) -> Task<void> {
    std::ignore = co_await test.theirs->write("EHLO attacker\r\n", 1s);
    const auto context = test.certificate.server_context();
    const auto started = co_await test.ours->start_tls_as_server(*context, 1s);
    EXPECT_EQ(started.error().code, Errc::unavailable);
    EXPECT_FALSE(test.ours->is_tls());
  }(*this));
}

TEST_F(Tls, MissingAuthoritiesFileIsNamed) {
  const auto context = client_tls_context("/nowhere/ca.pem");
  EXPECT_EQ(context.error().code, Errc::invalid_input);
  EXPECT_NE(context.error().detail.find("/nowhere/ca.pem"), std::string::npos);
}

}  // namespace
}  // namespace parley::channels::email::wire
