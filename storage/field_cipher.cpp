#include "storage/field_cipher.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "storage/impl/hex.h"

namespace parley::storage {
namespace {

constexpr char layout_version = 1;
constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t key_size = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t head_size = 1 + nonce_size;

const unsigned char* in(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* out(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

void need_sodium() {
  if (sodium_init() < 0) { throw std::runtime_error("libsodium cannot be initialised"); }
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

std::string seal_raw(const std::string& key, std::string_view plain, std::string_view context) {
  const std::string nonce = random_bytes(nonce_size);
  std::string sealed(head_size + plain.size() + tag_size, '\0');
  sealed[0] = layout_version;
  nonce.copy(sealed.data() + 1, nonce_size);
  unsigned long long written = 0;
  crypto_aead_xchacha20poly1305_ietf_encrypt(out(sealed) + head_size, &written, in(plain), plain.size(), in(context),
                                             context.size(), nullptr, in(nonce), in(key));
  return sealed;
}

Result<std::string> open_raw(const std::string& key, std::string_view sealed, std::string_view context) {
  if (sealed.size() < head_size + tag_size || sealed[0] != layout_version) {
    return Error(Errc::invalid_input, "a sealed field has an unknown layout");
  }
  std::string plain(sealed.size() - head_size - tag_size, '\0');
  unsigned long long written = 0;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(out(plain), &written, nullptr, in(sealed) + head_size, sealed.size() - head_size,
                                                 in(context), context.size(), in(sealed) + 1, in(key)) != 0) {
    return Error(Errc::invalid_input, "a sealed field does not open: wrong key, wrong place, or altered");
  }
  return plain;
}

/// Keyed BLAKE2b. The purpose is ended by a zero byte, so "ab"+"c" and "a"+"bc" differ.
std::string keyed_hash(const std::string& key, std::string_view purpose, std::string_view text) {
  crypto_generichash_state state;
  std::string hash(32, '\0');
  const unsigned char end = 0;
  crypto_generichash_init(&state, in(key), key.size(), hash.size());
  crypto_generichash_update(&state, in(purpose), purpose.size());
  crypto_generichash_update(&state, &end, 1);
  crypto_generichash_update(&state, in(text), text.size());
  crypto_generichash_final(&state, out(hash), hash.size());
  sodium_memzero(&state, sizeof state);
  return hash;
}

Error cannot(const std::string& what, const std::filesystem::path& path) {
  return Error(Errc::unavailable, "cannot " + what + " the key file " + path.string() + ": " + std::strerror(errno));
}

/// O_EXCL: of two servers starting at once one makes the key and the other reads it.
Status create_key_file(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) { return errno == EEXIST ? Status{} : Status{cannot("make", path)}; }
  std::string text = hex(random_bytes(key_size)) + "\n";
  const bool is_written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(file) == 0;
  sodium_memzero(text.data(), text.size());
  close(file);
  if (!is_written) { return cannot("write", path); }
  return {};
}

}  // namespace

DataKey::~DataKey() { sodium_memzero(bytes_.data(), bytes_.size()); }

FieldCipher::FieldCipher(std::string master_key) : master_(std::move(master_key)) {
  need_sodium();
  if (master_.bytes().size() != key_size) { throw std::invalid_argument("the master key must have 32 bytes"); }
}

Result<FieldCipher> FieldCipher::from_key_file(const std::filesystem::path& path) {
  need_sodium();
  if (!std::filesystem::exists(path)) {
    PARLEY_CHECK(create_key_file(path));
  }
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) { return cannot("open", path); }
  std::string text(256, '\0');
  const auto length = ::read(file, text.data(), text.size());
  close(file);
  std::string key(key_size, '\0');
  std::size_t decoded = 0;
  const char* end = nullptr;
  const bool is_hex = length > 0 && sodium_hex2bin(out(key), key.size(), text.data(), static_cast<std::size_t>(length), "\n\r ", &decoded,
                                                   &end) == 0;
  const bool is_whole = is_hex && decoded == key_size && end == text.data() + length;
  sodium_memzero(text.data(), text.size());
  if (!is_whole) { return Error(Errc::invalid_input, "the key file " + path.string() + " must hold 64 hexadecimal digits"); }
  return FieldCipher(std::move(key));
}

std::string FieldCipher::new_wrapped_key(std::string_view owner) const {
  const DataKey fresh(random_bytes(key_size));
  return seal_raw(master_.bytes(), fresh.bytes(), "data key:" + std::string(owner));
}

Result<DataKey> FieldCipher::unwrap(std::string_view wrapped, std::string_view owner) const {
  PARLEY_TRY(auto bytes, open_raw(master_.bytes(), wrapped, "data key:" + std::string(owner)));
  if (bytes.size() != key_size) { return Error(Errc::invalid_input, "a wrapped key has the wrong size"); }
  return DataKey(std::move(bytes));
}

std::string FieldCipher::seal(const DataKey& key, std::string_view plain, std::string_view context) const {
  if (key.bytes().size() != key_size) { throw std::invalid_argument("a data key must have 32 bytes"); }
  return seal_raw(key.bytes(), plain, context);
}

Result<std::string> FieldCipher::open(const DataKey& key, std::string_view sealed, std::string_view context) const {
  if (key.bytes().size() != key_size) { throw std::invalid_argument("a data key must have 32 bytes"); }
  return open_raw(key.bytes(), sealed, context);
}

std::string FieldCipher::seal_with_master(std::string_view plain, std::string_view context) const {
  return seal_raw(master_.bytes(), plain, "master:" + std::string(context));
}

Result<std::string> FieldCipher::open_with_master(std::string_view sealed, std::string_view context) const {
  return open_raw(master_.bytes(), sealed, "master:" + std::string(context));
}

std::string FieldCipher::lookup_hash(std::string_view kind, std::string_view normalised) const {
  return keyed_hash(derive("lookup"), kind, normalised);
}

std::string FieldCipher::derive(std::string_view purpose) const { return keyed_hash(master_.bytes(), "derive", purpose); }

}  // namespace parley::storage
