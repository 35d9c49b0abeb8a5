#include "storage/field_cipher.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace parley::storage {
namespace {

namespace fs = std::filesystem;

FieldCipher cipher(char fill = 'k') { return FieldCipher(std::string(32, fill)); }

DataKey key_of(const FieldCipher& sealer, const std::string& owner) {
  return std::move(sealer.unwrap(sealer.new_wrapped_key(owner), owner)).value();
}

struct KeyFile : testing::Test {
  fs::path folder = fs::temp_directory_path() / ("parley_key_" + std::to_string(::getpid()));
  void SetUp() override { fs::create_directories(folder); }
  void TearDown() override { fs::remove_all(folder); }
};

TEST(FieldCipher, OpensWhatItSealed) {
  const FieldCipher sealer = cipher();
  const DataKey key = key_of(sealer, "customer:17");
  const std::string plain("anna@example.com\0\xff", 18);
  const std::string sealed = sealer.seal(key, plain, "customer_identity:17");
  EXPECT_EQ(sealed.find("anna"), std::string::npos);
  EXPECT_EQ(sealer.open(key, sealed, "customer_identity:17").value(), plain);
  EXPECT_EQ(sealer.open(key, sealer.seal(key, "", "c"), "c").value(), "");
  EXPECT_NE(sealed, sealer.seal(key, plain, "customer_identity:17")) << "nonces must differ";
}

TEST(FieldCipher, RefusesEveryAlteredByteAndEveryShorterBlob) {
  const FieldCipher sealer = cipher();
  const DataKey key = key_of(sealer, "o");
  const std::string sealed = sealer.seal(key, "secret", "c");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string altered = sealed;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    EXPECT_TRUE(sealer.open(key, altered, "c").has_error()) << i;
    EXPECT_TRUE(sealer.open(key, sealed.substr(0, i), "c").has_error()) << i;
  }
}

TEST(FieldCipher, RefusesAnotherPlaceOrKey) {
  const FieldCipher sealer = cipher();
  const DataKey key = key_of(sealer, "o");
  const std::string sealed = sealer.seal(key, "secret", "row:1");
  EXPECT_TRUE(sealer.open(key, sealed, "row:2").has_error());
  EXPECT_TRUE(sealer.open(key_of(sealer, "o"), sealed, "row:1").has_error());
  const std::string wrapped = sealer.new_wrapped_key("customer:1");
  EXPECT_TRUE(sealer.unwrap(wrapped, "customer:2").has_error());
  EXPECT_TRUE(cipher('x').unwrap(wrapped, "customer:1").has_error());
  const std::string secret = sealer.seal_with_master("totp", "agent:1");
  EXPECT_EQ(sealer.open_with_master(secret, "agent:1").value(), "totp");
  EXPECT_TRUE(sealer.open_with_master(secret, "agent:2").has_error());
}

TEST(FieldCipher, HashesForLookUpDependOnKindValueAndKey) {
  const FieldCipher sealer = cipher();
  const std::string hash = sealer.lookup_hash("email", "anna@example.com");
  EXPECT_EQ(hash.size(), 32U);
  EXPECT_EQ(hash, sealer.lookup_hash("email", "anna@example.com"));
  EXPECT_NE(hash, sealer.lookup_hash("phone", "anna@example.com"));
  EXPECT_NE(hash, cipher('x').lookup_hash("email", "anna@example.com"));
  EXPECT_NE(sealer.lookup_hash("ab", "c"), sealer.lookup_hash("a", "bc"));
  EXPECT_NE(sealer.derive("visitor_token"), sealer.derive("file_link"));
  EXPECT_EQ(sealer.derive("visitor_token").size(), 32U);
}

TEST(FieldCipher, RefusesAMasterKeyOfTheWrongSize) { EXPECT_THROW(FieldCipher("short"), std::invalid_argument); }

TEST_F(KeyFile, IsMadeOnceForTheOwnerOnlyAndReadAgain) {
  const fs::path path = folder / "master.key";
  const auto first = FieldCipher::from_key_file(path);
  ASSERT_TRUE(first.has_value()) << first.error().detail;
  struct stat info{};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  const auto second = FieldCipher::from_key_file(path);
  EXPECT_EQ(first->derive("x"), second->derive("x"));
}

TEST_F(KeyFile, OfTheWrongShapeIsRefused) {
  for (const std::string& text : {std::string(), std::string("abcd"), std::string("zz"), std::string(63, 'a'), std::string(66, 'a')}) {
    const fs::path path = folder / "bad.key";
    std::ofstream(path) << text;
    const auto read = FieldCipher::from_key_file(path);
    ASSERT_TRUE(read.has_error()) << text;
    EXPECT_EQ(read.error().code, Errc::invalid_input);
  }
  EXPECT_EQ(FieldCipher::from_key_file(folder / "missing" / "x.key").error().code, Errc::unavailable);
}

}  // namespace
}  // namespace parley::storage
