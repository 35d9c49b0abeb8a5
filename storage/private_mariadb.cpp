#include "storage/private_mariadb.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstring>
#include <future>
#include <thread>

#include "base/log.h"
#include "storage/impl/admin_connection.h"
#include "storage/impl/child_process.h"
#include "storage/impl/mariadb_directory.h"
#include "storage/impl/stop_signal.h"

namespace parley::storage {
namespace {

constexpr milliseconds ready_limit{300'000};  // recovery after a crash under load may take its time
constexpr milliseconds kill_after{30'000};
constexpr milliseconds poke_after{200};
constexpr milliseconds pause_first{100};
constexpr milliseconds pause_max{5'000};
constexpr milliseconds steady_after{10'000};  // a server that lived this long starts again with the first pause

/// The cheap question, asked often: does anybody listen? (A login costs the server a thread and a line in its log.)
bool is_listening(const std::string& socket_path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket_path.c_str(), sizeof address.sun_path - 1);
  const int handle = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool answered = connect(handle, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(handle);
  return answered;
}

class Supervisor final : public PrivateMariaDb {
 public:
  Supervisor(PrivateMariaDbOptions options, MariaDbDirectory directory, DirectoryLock lock, std::string program)
      : options_(std::move(options)), directory_(std::move(directory)), lock_(std::move(lock)), program_(std::move(program)),
        url_(directory_.url()) {}
  ~Supervisor() override { stop(); }

  /// Returns when the server answers for the first time.
  Status start() {
    auto first = first_start_.get_future();
    // The child lives as long as this thread: it is told of its parent's death through the thread that made it.
    thread_ = std::thread([this] { supervise(); });
    return first.get();
  }
  const std::string& url() const override { return url_; }
  PrivateMariaDbProbe probe() const override { return {is_up_, restarts_, pid_}; }
  void stop() override;

 private:
  void supervise();
  Status launch();
  Status wait_until_ready(pid_t child);
  std::string wait_for_end(pid_t child);
  void signal_child(int number);

  const PrivateMariaDbOptions options_;
  const MariaDbDirectory directory_;
  DirectoryLock lock_;
  const std::string program_;
  const std::string url_;
  std::promise<Status> first_start_;
  StopSignal stopping_;
  StopSignal ended_;
  std::mutex child_mutex_;  // held while signalling and while reaping, so that a signal never meets a reused pid
  std::atomic<pid_t> pid_{0};
  std::atomic<bool> is_up_{false};
  std::atomic<std::uint64_t> restarts_{0};
  std::mutex stop_mutex_;
  std::thread thread_;
};

Status Supervisor::launch() {
  PARLEY_CHECK(directory_.write_epoch_file());
  PARLEY_TRY(const pid_t child, spawn_child(directory_.server_command(program_, options_), directory_.log / "mariadbd.out"));
  pid_ = child;
  const Status ready = wait_until_ready(child);
  is_up_ = ready.has_value();
  return ready;
}

Status Supervisor::wait_until_ready(pid_t child) {
  const auto deadline = std::chrono::steady_clock::now() + ready_limit;
  while (!is_listening(directory_.socket)) {
    if (has_exited(child)) { return Error(Errc::unavailable, "mariadbd ended while starting" + directory_.log_tail()); }
    if (stopping_.sleep_for(milliseconds{2})) { return Error(Errc::unavailable, "stopped while starting"); }
    if (std::chrono::steady_clock::now() >= deadline) { return Error(Errc::unavailable, "mariadbd does not begin to listen"); }
  }
  ConnectionSettings settings;
  PARLEY_TRY(settings.url, parse_database_url(url_));
  while (true) {
    const auto connection = connect_patiently(settings, milliseconds{1'000});  // also makes the schema
    if (connection.has_value()) { return {}; }
    if (has_exited(child) || std::chrono::steady_clock::now() >= deadline) { return connection.error(); }
  }
}

std::string Supervisor::wait_for_end(pid_t child) {
  wait_for_exit(child);
  const std::lock_guard hold(child_mutex_);
  is_up_ = false;
  pid_ = 0;
  return reap(child);
}

void Supervisor::supervise() {
  milliseconds pause = pause_first;
  for (bool is_first = true;; is_first = false) {
    const auto begun = std::chrono::steady_clock::now();
    const Status launched = launch();
    if (launched.has_error()) {
      log_error("storage: starting the private mariadbd failed: {}", {launched.error().detail});
      signal_child(stopping_.is_raised() ? SIGTERM : SIGKILL);
    }
    if (is_first) { first_start_.set_value(launched); }
    if (pid_ != 0) {
      const std::string how = wait_for_end(pid_);
      if (!stopping_.is_raised()) { log_error("storage: the private mariadbd ended with {}", {how}); }
    }
    if (stopping_.is_raised() || (is_first && launched.has_error())) { break; }
    if (std::chrono::steady_clock::now() - begun > steady_after) { pause = pause_first; }
    if (stopping_.sleep_for(pause)) { break; }
    pause = std::min(pause * 2, pause_max);
    ++restarts_;
  }
  ended_.raise();
}

void Supervisor::signal_child(int number) {
  const std::lock_guard hold(child_mutex_);
  if (const pid_t child = pid_; child > 0) { kill(child, number); }
}

void Supervisor::stop() {
  const std::lock_guard hold(stop_mutex_);
  stopping_.raise();
  signal_child(SIGTERM);
  if (thread_.joinable()) {
    // A SIGTERM that meets mariadbd just before it begins to listen is seen only when somebody connects: so we do.
    for (milliseconds waited{0}; !ended_.sleep_for(poke_after); waited += poke_after) {
      is_listening(directory_.socket);
      if (waited >= kill_after) { signal_child(SIGKILL); }
    }
    thread_.join();
    directory_.remove_short_folder();
  }
  lock_.release();
}

}  // namespace

Result<std::unique_ptr<PrivateMariaDb>> start_private_mariadb(PrivateMariaDbOptions options) {
  PARLEY_TRY(auto directory, MariaDbDirectory::prepare(options.data_directory));
  PARLEY_TRY(auto lock, DirectoryLock::take(directory.root / "lock", directory.root));
  const auto program = find_program("mariadbd");
  if (!program) { return Error(Errc::unavailable, "mariadbd is not installed (package mariadb-server)"); }
  directory.end_leftovers();
  PARLEY_CHECK(directory.install());
  auto server = std::make_unique<Supervisor>(std::move(options), std::move(directory), std::move(lock), *program);
  PARLEY_CHECK(server->start());
  return std::unique_ptr<PrivateMariaDb>(std::move(server));
}

}  // namespace parley::storage
