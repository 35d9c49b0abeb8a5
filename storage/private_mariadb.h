// The embedded default: a mariadbd of our own as a child process, on a Unix socket, no network.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

namespace parley::storage {

struct PrivateMariaDbOptions {
  std::filesystem::path data_directory;  // holds db/ (data), run/ (socket, pid, mode 0700), log/
  int buffer_pool_mb{64};
  int max_connections{64};
};

struct PrivateMariaDbProbe {
  bool is_up;
  std::uint64_t restarts;
  std::int64_t pid;
};

/// Creates the data directory when missing, takes its lock, starts mariadbd, waits until it answers, watches it and restarts it
/// with back-off when it dies. A mariadbd left over from a killed server is found through its pid file and ended first.
/// Errors: conflict when another live server holds the directory (the sentence names the directory and its pid); invalid_input for a
/// path with spaces or quotes (mariadb-install-db cannot take it); unavailable.
class PrivateMariaDb {
 public:
  virtual ~PrivateMariaDb() = default;
  virtual const std::string& url() const = 0;  // for DatabaseOptions
  virtual PrivateMariaDbProbe probe() const = 0;
  virtual void stop() = 0;  // SIGTERM, wait, SIGKILL after 30 s; releases the lock
};
Result<std::unique_ptr<PrivateMariaDb>> start_private_mariadb(PrivateMariaDbOptions options);

}  // namespace parley::storage
