// Child processes that do not outlive us, and finding those that did.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace parley::storage {

/// Starts argv[0] with output appended to `log`, in a session of its own (a Ctrl-C at our terminal is not meant for it). The child
/// gets SIGTERM when the *calling thread* ends, so call this from a thread that lives as long as the child should. Errors: unavailable.
Result<pid_t> spawn_child(const std::vector<std::string>& argv, const std::filesystem::path& log);
/// The child's exit without reaping it, so that its pid stays ours; false: still running.
bool has_exited(pid_t child);
void wait_for_exit(pid_t child);
/// Reaps; the status in words ("exit code 1", "signal 9").
std::string reap(pid_t child);

/// Processes whose program is mariadbd and that have `argument` among their arguments.
std::vector<pid_t> find_mariadbd(const std::string& argument);
/// SIGTERM, then SIGKILL after `patience`; returns when it is gone. `argument` is checked again before every signal.
void end_foreign_mariadbd(pid_t process, const std::string& argument, milliseconds patience);

/// Looks through PATH and the sbin directories.
std::optional<std::string> find_program(const std::string& name);

}  // namespace parley::storage
