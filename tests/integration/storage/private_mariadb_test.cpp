#include "storage/private_mariadb.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "storage/impl/child_process.h"
#include "storage/migrations.h"
#include "support.h"

namespace parley::storage {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;

std::unique_ptr<PrivateMariaDb> start(const fs::path& folder) {
  auto started = start_private_mariadb({.data_directory = folder, .buffer_pool_mb = 16});
  if (started.has_error()) { throw std::runtime_error(started.error().detail); }
  return std::move(*started);
}

/// Two servers, a restart and a left-over in one directory: filling it is what costs time.
TEST(PrivateMariaDb, RefusesASecondServerAndRestartsAfterAKill) {
  TemporaryFolder folder;
  auto server = start(folder.path());
  EXPECT_TRUE(server->probe().is_up);
  const auto second = start_private_mariadb({.data_directory = folder.path()});
  ASSERT_TRUE(second.has_error());
  EXPECT_EQ(second.error().code, Errc::conflict);
  EXPECT_NE(second.error().detail.find(folder.path().string()), std::string::npos) << second.error().detail;
  EXPECT_NE(second.error().detail.find(std::to_string(getpid())), std::string::npos) << second.error().detail;

  const auto old_pid = static_cast<pid_t>(server->probe().pid);
  kill(old_pid, SIGKILL);
  ASSERT_TRUE(eventually([&] { return server->probe().restarts == 1 && server->probe().is_up; }));
  EXPECT_NE(server->probe().pid, old_pid);
  EXPECT_TRUE(migrate(server->url(), embedded_migrations()).has_value());
  const auto pid = static_cast<pid_t>(server->probe().pid);
  server->stop();
  EXPECT_NE(kill(pid, 0), 0) << "gone with its supervisor";
  EXPECT_EQ(start(folder.path())->probe().restarts, 0U) << "the lock is free again";
}

/// What a server killed with -9 leaves behind on a system where the child was not told.
pid_t leave_a_mariadbd_behind(const fs::path& folder) {
  const std::string root = fs::canonical(folder).string();
  const pid_t process = fork();
  if (process == 0) {
    setsid();
    const std::string data = "--datadir=" + root + "/db", socket = "--socket=" + root + "/run/old.sock";
    const std::string log = "--log-error=" + root + "/log/old.log";
    execl("/usr/sbin/mariadbd", "mariadbd", "--no-defaults", "--user=root", data.c_str(), socket.c_str(), log.c_str(), "--skip-networking",
          nullptr);
    _exit(1);
  }
  return process;
}

TEST(PrivateMariaDb, EndsALeftOverServerFirst) {
  TemporaryFolder folder;
  start(folder.path())->stop();
  const pid_t left_over = leave_a_mariadbd_behind(folder.path());
  const std::string url = "mysql+unix://" + (folder.path() / "run" / "old.sock").string() + "?schema=mysql&user=root";
  ASSERT_TRUE(eventually([&] {
    try {
      side_connection(url);
      return true;
    } catch (const DatabaseError&) {
      return false;
    }
  }));
  std::thread undertaker([&] { waitpid(left_over, nullptr, 0); });
  const auto server = start(folder.path());
  undertaker.join();
  EXPECT_TRUE(server->probe().is_up);
}

TEST(PrivateMariaDb, FindsOnlyServersOfItsOwnDirectory) {
  TemporaryFolder folder;
  EXPECT_TRUE(find_mariadbd("--datadir=" + folder.path().string() + "/db").empty());
}

TEST(PrivateMariaDb, WorksInADirectoryWhosePathIsTooLongForASocket) {
  TemporaryFolder folder;
  const fs::path deep = folder.path() / std::string(90, 'd') / "data";
  const auto server = start(deep);
  EXPECT_LT(parse_database_url(server->url())->socket.size(), 107U);
  EXPECT_TRUE(migrate(server->url(), embedded_migrations()).has_value());
}

TEST(PrivateMariaDb, RefusesAPathTheInstallerCannotTake) {
  TemporaryFolder folder;
  const auto started = start_private_mariadb({.data_directory = folder.path() / "with space"});
  ASSERT_TRUE(started.has_error());
  EXPECT_EQ(started.error().code, Errc::invalid_input);
}

TEST(PrivateMariaDb, SaysWhyItCannotStart) {
  TemporaryFolder folder;
  fs::create_directories(folder.path() / "db");
  std::ofstream(folder.path() / "db" / "ibdata1") << "nonsense";
  const auto started = start_private_mariadb({.data_directory = folder.path()});
  ASSERT_TRUE(started.has_error());
  EXPECT_EQ(started.error().code, Errc::unavailable);
  EXPECT_NE(started.error().detail.find("[ERROR]"), std::string::npos) << started.error().detail;
}

}  // namespace
}  // namespace parley::storage
