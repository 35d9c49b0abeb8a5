#include "storage/impl/child_process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/log.h"

namespace parley::storage {
namespace {

namespace fs = std::filesystem;

/// Between fork and exec of a process with threads: only async-signal-safe calls.
[[noreturn]] void become(char* const* argv, int log, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) { _exit(127); }  // the parent died before the line above
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGCHLD}) { signal(number, SIG_DFL); }
  setsid();
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  close_range(3, ~0U, 0);  // our sockets and locks are none of its business
  execv(argv[0], argv);
  _exit(127);
}

std::vector<std::string> command_line(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/cmdline", std::ios::binary);
  std::vector<std::string> arguments;
  for (std::string argument; std::getline(file, argument, '\0');) { arguments.push_back(argument); }
  return arguments;  // empty for a zombie
}

bool is_mariadbd_with(pid_t process, const std::string& argument) {
  const auto arguments = command_line(process);
  if (arguments.empty()) { return false; }
  const auto program = fs::path(arguments.front()).filename();
  return (program == "mariadbd" || program == "mysqld") && std::ranges::find(arguments, argument) != arguments.end();
}

bool is_gone_within(pid_t process, const std::string& argument, milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (is_mariadbd_with(process, argument)) {
    if (std::chrono::steady_clock::now() >= deadline) { return false; }
    std::this_thread::sleep_for(milliseconds{5});
  }
  return true;
}

}  // namespace

Result<pid_t> spawn_child(const std::vector<std::string>& argv, const fs::path& log) {
  std::vector<char*> arguments;
  for (const std::string& argument : argv) { arguments.push_back(const_cast<char*>(argument.c_str())); }
  arguments.push_back(nullptr);
  const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) { return Error(Errc::unavailable, "cannot write " + log.string() + ": " + std::strerror(errno)); }
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) { become(arguments.data(), file, parent); }
  const int failure = errno;
  close(file);
  if (child < 0) { return Error(Errc::unavailable, std::string("cannot start a process: ") + std::strerror(failure)); }
  return child;
}

bool has_exited(pid_t child) {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT | WNOHANG) != 0 || info.si_pid != 0;
}

void wait_for_exit(pid_t child) {
  siginfo_t info{};
  while (waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {}
}

std::string reap(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) { return "unknown"; }
  }
  return WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status)) : "exit code " + std::to_string(WEXITSTATUS(status));
}

std::vector<pid_t> find_mariadbd(const std::string& argument) {
  std::vector<pid_t> found;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator("/proc", failure)) {
    const std::string name = entry.path().filename();
    pid_t process = 0;
    const auto [end, bad] = std::from_chars(name.data(), name.data() + name.size(), process);
    if (bad == std::errc{} && end == name.data() + name.size() && is_mariadbd_with(process, argument)) { found.push_back(process); }
  }
  return found;
}

void end_foreign_mariadbd(pid_t process, const std::string& argument, milliseconds patience) {
  log_warning("storage: ending mariadbd {} left over from a server that was killed", {process});
  if (is_mariadbd_with(process, argument)) { kill(process, SIGTERM); }
  if (is_gone_within(process, argument, patience)) { return; }
  if (is_mariadbd_with(process, argument)) { kill(process, SIGKILL); }
  is_gone_within(process, argument, milliseconds{10'000});
}

std::optional<std::string> find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(std::string(path != nullptr ? path : "") + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (folder.empty()) { continue; }
    const std::string candidate = folder + "/" + name;
    if (access(candidate.c_str(), X_OK) == 0) { return candidate; }
  }
  return std::nullopt;
}

}  // namespace parley::storage
