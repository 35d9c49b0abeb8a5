// Thin wrappers round libsodium and OpenSSL: randomness, encodings, MACs, passwords, one-time codes. Call init_crypto() once first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace parley {

void init_crypto();  // throws std::runtime_error when the library cannot start

std::string random_bytes(std::size_t count);
/// URL-safe random text with `bytes` bytes of entropy.
std::string random_token(std::size_t bytes = 24);

std::string base64url_encode(std::string_view bytes);                   // no padding
std::optional<std::string> base64url_decode(std::string_view text);     // strict: nothing on any foreign character
std::string base64_encode(std::string_view bytes);                      // standard alphabet, padded
std::optional<std::string> base64_decode(std::string_view text);        // standard alphabet, padding or not; strict
std::string base32_encode(std::string_view bytes);                      // RFC 4648, no padding
std::string hex_encode(std::string_view bytes);
std::optional<std::string> hex_decode(std::string_view text);

std::string sha256(std::string_view data);                              // 32 bytes
std::string hmac_sha256(std::string_view key, std::string_view data);   // 32 bytes
bool equal_in_constant_time(std::string_view a, std::string_view b);

/// Argon2id with libsodium's interactive limits (64 MB, about 50 ms): never on an I/O thread or a lane.
std::string hash_password(std::string_view password);
bool verify_password(std::string_view hash, std::string_view password);
/// Makes a log-in for an unknown address cost what a real one costs.
void waste_password_time(std::string_view password);

/// Time-based one-time code (RFC 6238): SHA-1, 6 digits, 30 s steps.
std::string totp_code(std::string_view secret, std::int64_t step);
/// The step a code is valid for, one step of drift either way, only above `last_used_step` (a code works once).
std::optional<std::int64_t> verify_totp(std::string_view secret, std::string_view code, TimePoint now, std::int64_t last_used_step);

}  // namespace parley
