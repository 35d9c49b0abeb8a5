#include "storage/impl/sql_error.h"

#include <cppconn/exception.h>

namespace parley::storage {

DatabaseError translate(const sql::SQLException& failure, std::string_view statement) {
  // The statement's beginning helps the reader of a log; parameters never travel in it.
  std::string text = failure.what();
  if (!statement.empty() && failure.getErrorCode() != 1062) {
    text += " [" + std::string(statement.substr(0, 200)) + "]";
  }
  return {failure.getErrorCode(), failure.getSQLState(), text};
}

namespace {

Errc errc_of(const DatabaseError& failure) {
  if (failure.is_connection_lost()) { return Errc::unavailable; }
  switch (failure.code()) {
    case 1062:  // duplicate key
    case 1451:  // foreign key: still referred to
    case 1452:  // foreign key: refers to nothing
      return Errc::conflict;
    case 1213:  // deadlock, after all retries
    case 1205:  // lock wait, after all retries
    case 1040:  // too many connections
    case 1203:
    case 1226:
    case 1290:  // server is read-only
    case 1836:
    case 1049:  // schema missing
      return Errc::unavailable;
    case 1317:  // interrupted
    case 1969:  // max_statement_time
    case 3024:
      return Errc::timeout;
    case 1264:  // out of range
    case 1267:  // text that the column's character set cannot hold
    case 1366:
    case 1406:  // too long
      return Errc::invalid_input;
    default: return Errc::internal;
  }
}

}  // namespace

Error to_error(const DatabaseError& failure) {
  return Error(errc_of(failure), "database error " + std::to_string(failure.code()) + ": " + failure.what());
}

}  // namespace parley::storage
