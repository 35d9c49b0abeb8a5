// Encryption at rest: per-customer keys wrapped by a master key, and a keyed hash for exact look-ups.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace parley::storage {

/// A customer's key, unwrapped. Wiped on destruction.
class DataKey {
 public:
  explicit DataKey(std::string bytes) : bytes_(std::move(bytes)) {}
  DataKey(DataKey&&) = default;
  DataKey(const DataKey&) = default;
  DataKey& operator=(DataKey other) noexcept {  // by value: what is overwritten is wiped with `other`
    bytes_.swap(other.bytes_);
    return *this;
  }
  ~DataKey();
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// XChaCha20-Poly1305 (libsodium) with a random nonce; `context` (e.g. "customer_identity:17") is authenticated, not stored.
/// Blob layout: version byte, 24 byte nonce, ciphertext and tag. Thread-safe.
class FieldCipher {
 public:
  /// `master_key`: 32 bytes.
  explicit FieldCipher(std::string master_key);
  /// Reads the key file (64 hex digits), creating it with mode 0600 when missing. Errors: invalid_input, unavailable.
  static Result<FieldCipher> from_key_file(const std::filesystem::path& path);

  std::string new_wrapped_key(std::string_view owner) const;  // a fresh data key, wrapped
  Result<DataKey> unwrap(std::string_view wrapped, std::string_view owner) const;
  std::string seal(const DataKey& key, std::string_view plain, std::string_view context) const;
  Result<std::string> open(const DataKey& key, std::string_view sealed, std::string_view context) const;
  /// For things that belong to no customer (provider credentials, two-factor secrets).
  std::string seal_with_master(std::string_view plain, std::string_view context) const;
  Result<std::string> open_with_master(std::string_view sealed, std::string_view context) const;
  /// 32 bytes, keyed BLAKE2b of kind and normalised value: equal values find each other without being readable.
  std::string lookup_hash(std::string_view kind, std::string_view normalised) const;
  /// A key of our own for signing (visitor tokens, file links), derived from the master key by purpose. 32 bytes.
  std::string derive(std::string_view purpose) const;

 private:
  DataKey master_;
};

}  // namespace parley::storage
