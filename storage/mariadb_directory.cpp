#include "storage/impl/mariadb_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <fstream>

#include "base/text.h"
#include "storage/impl/child_process.h"
#include "storage/impl/journal_tail.h"
#include "storage/journal.h"

namespace parley::storage {
namespace fs = std::filesystem;
namespace {

constexpr milliseconds leftover_patience{5'000};  // then SIGKILL: nobody is connected, and InnoDB recovers
constexpr std::size_t socket_path_max = 106;  // sun_path holds 108 with its terminator; the driver wants one less

Error cannot(const std::string& what, const fs::path& path, int failure) {
  return Error(Errc::unavailable, "cannot " + what + " " + path.string() + ": " + std::strerror(failure));
}

Status make_folder(const fs::path& path) {
  std::error_code failure;
  fs::create_directories(path, failure);
  if (failure) { return Error(Errc::unavailable, "cannot make the directory " + path.string() + ": " + failure.message()); }
  if (chmod(path.c_str(), 0700) != 0) { return cannot("protect", path, errno); }
  return {};
}

std::string account_name() {
  std::vector<char> buffer(16384);
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) { return {}; }
  return found->pw_name;
}

/// A folder in /tmp that is certainly ours, for data directories whose path is too long.
Result<fs::path> short_socket_folder(const fs::path& root) {
  const fs::path folder = fmt::format("/tmp/parley-{}-{:016x}", geteuid(), std::hash<std::string>{}(root.string()));
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) { return cannot("make", folder, errno); }
  struct stat info{};
  if (lstat(folder.c_str(), &info) != 0) { return cannot("look at", folder, errno); }
  if (!S_ISDIR(info.st_mode) || info.st_uid != geteuid() || (info.st_mode & 077) != 0) {
    return Error(Errc::unavailable, folder.string() + " must be a directory of this user that nobody else can enter");
  }
  return folder;
}

}  // namespace

Result<DirectoryLock> DirectoryLock::take(const fs::path& file, const fs::path& directory) {
  DirectoryLock lock(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.file_ < 0) { return cannot("open", file, errno); }
  if (flock(lock.file_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) { return cannot("lock", file, errno); }
    char text[32] = {};
    const auto length = pread(lock.file_, text, sizeof text - 1, 0);
    return Error(Errc::conflict, fmt::format("the data directory {} is in use by another server, process {}", directory.string(),
                                             length > 0 ? text : "unknown"));
  }
  const std::string holder = std::to_string(getpid());
  if (ftruncate(lock.file_, 0) != 0 || pwrite(lock.file_, holder.data(), holder.size(), 0) < 0) { return cannot("write", file, errno); }
  return lock;
}

DirectoryLock& DirectoryLock::operator=(DirectoryLock&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

void DirectoryLock::release() {
  if (const int file = std::exchange(file_, -1); file >= 0) { close(file); }
}

Result<MariaDbDirectory> MariaDbDirectory::prepare(const fs::path& directory) {
  std::error_code failure;
  const fs::path root = fs::weakly_canonical(fs::absolute(directory), failure);
  if (failure) { return Error(Errc::unavailable, "bad data directory " + directory.string() + ": " + failure.message()); }
  if (root.string().find_first_of(" \t\n'\"\\*?[") != std::string::npos) {  // its shell script does not quote everywhere
    return Error(Errc::invalid_input, "the data directory's path must be free of spaces and quotes: " + root.string());
  }
  MariaDbDirectory made{root, root / "db", root / "run", root / "log", root / "tmp", root / "run" / "db.sock", account_name()};
  if (made.user.empty()) { return Error(Errc::unavailable, "this process's user has no name, which the database login needs"); }
  for (const fs::path& folder : {made.root, made.run, made.log, made.temporary}) { PARLEY_CHECK(make_folder(folder)); }
  if (made.socket.native().size() > socket_path_max) {
    PARLEY_TRY(auto folder, short_socket_folder(root));
    made.socket = folder / "db.sock";
  }
  return made;
}

std::string MariaDbDirectory::url() const {
  std::string path;
  for (const fs::path& part : socket.relative_path()) { path += "/" + percent_encode(part.string()); }
  return "mysql+unix://" + path + "?schema=parley&user=" + percent_encode(user);
}

void MariaDbDirectory::remove_short_folder() const {
  if (socket.parent_path() == run) { return; }
  std::error_code ignored;
  fs::remove(socket.parent_path(), ignored);
}

void MariaDbDirectory::end_leftovers() const {
  for (const std::string& argument : {data_argument(), installing_argument()}) {
    for (const pid_t process : find_mariadbd(argument)) { end_foreign_mariadbd(process, argument, leftover_patience); }
  }
}

Status MariaDbDirectory::install() const {
  if (fs::exists(data)) { return {}; }
  const auto program = find_program("mariadb-install-db");
  if (!program) { return Error(Errc::unavailable, "mariadb-install-db is not installed (package mariadb-server)"); }
  std::error_code failure;
  fs::remove_all(installing(), failure);
  std::vector<std::string> command{*program, "--no-defaults", installing_argument(), "--auth-root-authentication-method=socket",
                                   "--auth-root-socket-user=" + user, "--skip-test-db", "--skip-name-resolve"};
  if (geteuid() == 0) { command.emplace_back("--user=root"); }
  PARLEY_TRY(const pid_t child, spawn_child(command, log / "install.log"));
  wait_for_exit(child);
  if (const std::string how = reap(child); how != "exit code 0") {
    return Error(Errc::unavailable, "mariadb-install-db failed with " + how + ", see " + (log / "install.log").string());
  }
  fs::rename(installing(), data, failure);
  if (failure) { return Error(Errc::unavailable, "cannot name the new database directory: " + failure.message()); }
  return {};
}

std::vector<std::string> MariaDbDirectory::server_command(const std::string& program, const PrivateMariaDbOptions& options) const {
  std::vector<std::string> command{
      program, "--no-defaults", data_argument(), "--socket=" + socket.string(), "--pid-file=" + (run / "mariadbd.pid").string(),
      "--log-error=" + (log / "mariadbd.log").string(), "--tmpdir=" + temporary.string(), "--skip-networking",
      "--skip-name-resolve", "--character-set-server=utf8mb4", "--collation-server=utf8mb4_unicode_ci",
      fmt::format("--max-connections={}", options.max_connections), "--max-allowed-packet=64M",
      fmt::format("--innodb-buffer-pool-size={}M", options.buffer_pool_mb), "--innodb-log-buffer-size=4M",
      "--innodb-flush-log-at-trx-commit=1", "--skip-log-bin", "--performance-schema=OFF", "--key-buffer-size=1M",
      "--aria-pagecache-buffer-size=1M", "--innodb-buffer-pool-dump-at-shutdown=OFF", "--innodb-buffer-pool-load-at-startup=OFF"};
  if (fs::exists(epoch_file())) { command.push_back("--init-file=" + epoch_file().string()); }
  if (geteuid() == 0) { command.emplace_back("--user=root"); }
  return command;
}

Status MariaDbDirectory::write_epoch_file() const {
  const fs::path schema = data / "parley";
  const bool has_journal = fs::exists(schema / "journal.frm") && fs::exists(schema / "journal_head.frm");
  if (!has_journal) {  // the very first start: a failing statement in this file would end the server
    std::error_code ignored;
    fs::remove(epoch_file(), ignored);
    return {};
  }
  std::ofstream file(epoch_file(), std::ios::trunc);
  file << "START TRANSACTION;\n"
       << fmt::format("INSERT INTO parley.journal (stream,seq,kind,ticket,ticket_version,idx,command_id,at,body) SELECT stream,"
                      "seq+{},{},0,0,0,UNHEX(MD5(UUID())),CAST(UNIX_TIMESTAMP(NOW(3))*1000 AS SIGNED),JSON_OBJECT('prev',seq) "
                      "FROM parley.journal_head WHERE stream={};\n", epoch_step, epoch_kind, journal_stream)
       << fmt::format("UPDATE parley.journal_head SET seq=seq+{} WHERE stream={};\n", epoch_step, journal_stream) << "COMMIT;\n";
  if (!file.flush()) { return Error(Errc::unavailable, "cannot write " + epoch_file().string()); }
  return {};
}

std::string MariaDbDirectory::log_tail() const {
  std::ifstream file(log / "mariadbd.log");
  std::deque<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (line.find("[ERROR]") == std::string::npos) { continue; }
    lines.push_back(line);
    if (lines.size() > 3) { lines.pop_front(); }
  }
  std::string text;
  for (const std::string& line : lines) { text += "\n  " + line; }
  return text;
}

}  // namespace parley::storage
