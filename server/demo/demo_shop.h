// Fills an empty shop with one that looks real, by replaying its conversations through the same commands people use, with a clock
// that walks from months ago to now.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "storage/database.h"
#include "storage/field_cipher.h"

namespace parley::demo {

struct Login {
  std::string role, email, password;
};
struct LoadedShop {
  int customers{0}, tickets{0}, messages{0};
};

/// Loads server/demo/data into the database behind `url`, which must be migrated and without agents. `password` is every account's.
/// Errors: conflict when agents exist, invalid_input for a broken data file.
Result<LoadedShop> load_demo_shop(const std::string& url, const storage::FieldCipher& cipher, const std::filesystem::path& data, const std::string& password);

/// /demo/config and /demo/identity: what the demo shop's page needs to play a real shop.
Result<nlohmann::json> demo_config(storage::Database& database);
Result<nlohmann::json> demo_identity(storage::Database& database, const storage::FieldCipher& cipher, const std::string& customer);

}  // namespace parley::demo
