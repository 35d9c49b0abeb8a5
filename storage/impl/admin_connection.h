// Connections for start-up and migrations.
#pragma once

#include <memory>

#include "base/result.h"
#include "storage/impl/connection.h"

namespace parley::storage {

/// Connects with autocommit; makes the schema when it is missing. Throws DatabaseError.
std::unique_ptr<Connection> connect_admin(const ConnectionSettings& settings);
/// The same, repeated while the server cannot be reached. Errors: unavailable.
Result<std::unique_ptr<Connection>> connect_patiently(const ConnectionSettings& settings, milliseconds patience);

}  // namespace parley::storage
