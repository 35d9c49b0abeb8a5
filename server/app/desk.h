// The composition root: builds every part from the configuration, runs it, and takes it down in order.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "server/app/config.h"
#include "storage/database.h"
#include "storage/field_cipher.h"
#include "storage/private_mariadb.h"

namespace parley::app {

/// The database alone: private MariaDB when none is configured, and the master key. For the command line tools.
struct Store {
  std::unique_ptr<storage::PrivateMariaDb> server;  // null with an external database
  std::string url;
  std::unique_ptr<storage::FieldCipher> cipher;
};
Result<Store> open_store(const Config& config);
/// With the schema brought up to date.
Result<Store> open_migrated_store(const Config& config);

struct ServeEvents {
  /// `mail_address`: of the SMTP listener, empty when there is none.
  std::function<void(const std::string& console_address, const std::string& mail_address)> on_ready;
};
/// Serves until SIGINT or SIGTERM. Errors: whatever kept it from starting.
Status serve(const Config& config, const ServeEvents& events);

}  // namespace parley::app
