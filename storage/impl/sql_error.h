// The one place where the connector's exceptions become ours, and ours become an Error.
#pragma once

#include "base/result.h"
#include "storage/transaction.h"

namespace sql {
class SQLException;
}

namespace parley::storage {

DatabaseError translate(const sql::SQLException& failure, std::string_view statement);
Error to_error(const DatabaseError& failure);

}  // namespace parley::storage
