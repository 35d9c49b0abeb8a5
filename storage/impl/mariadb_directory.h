// The data directory of a private mariadbd: its parts, its lock, its first filling.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "storage/private_mariadb.h"

namespace parley::storage {

/// Held as long as this object lives; the file keeps the holder's pid for the error message of the next one.
class DirectoryLock {
 public:
  /// Errors: conflict (held by a live process), unavailable.
  static Result<DirectoryLock> take(const std::filesystem::path& file, const std::filesystem::path& directory);
  DirectoryLock(DirectoryLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  DirectoryLock& operator=(DirectoryLock&& other) noexcept;
  ~DirectoryLock() { release(); }
  void release();

 private:
  explicit DirectoryLock(int file) : file_(file) {}
  int file_;
};

struct MariaDbDirectory {
  std::filesystem::path root, data, run, log, temporary;
  std::filesystem::path socket;  // under run/, or in a short directory of its own when that path is too long for a socket
  std::string user;              // the account's name, which is the login the server knows by socket

  /// Makes the folders. Errors: invalid_input (a path mariadb-install-db cannot take), unavailable.
  static Result<MariaDbDirectory> prepare(const std::filesystem::path& directory);

  std::string url() const;
  std::string data_argument() const { return "--datadir=" + data.string(); }
  std::string installing_argument() const { return "--datadir=" + installing().string(); }
  std::filesystem::path installing() const { return root / "db.installing"; }
  std::filesystem::path epoch_file() const { return run / "epoch.sql"; }

  /// Removes the short socket folder, if one was made and nothing is left in it.
  void remove_short_folder() const;
  /// Ends what a killed server left running on this directory.
  void end_leftovers() const;
  /// Fills data/ when it is empty: into a folder beside it, then renamed, so that a crash leaves no half.
  Status install() const;
  std::vector<std::string> server_command(const std::string& program, const PrivateMariaDbOptions& options) const;
  /// Writes the statements the server runs before it answers anybody: they start a new epoch of the journal (docs/journal.md).
  Status write_epoch_file() const;
  /// The newest lines of the server's error log.
  std::string log_tail() const;
};

}  // namespace parley::storage
