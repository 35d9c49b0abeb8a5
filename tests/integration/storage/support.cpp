#include "support.h"

#include <unistd.h>

#include <atomic>
#include <thread>

#include "storage/migrations.h"
#include "storage/private_mariadb.h"

namespace parley::storage::testing_support {
namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (fs::temp_directory_path() / "parley_storage_XXXXXX").string();
  path_ = mkdtemp(pattern.data());
}
TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

namespace {

class SharedServer : public ::testing::Environment {
 public:
  void SetUp() override {
    auto started = start_private_mariadb({.data_directory = folder_.path()});
    ASSERT_TRUE(started.has_value()) << started.error().detail;
    server_ = std::move(*started);
  }
  void TearDown() override { server_.reset(); }
  std::string url() const { return server_->url(); }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<PrivateMariaDb> server_;
};

SharedServer* const server = dynamic_cast<SharedServer*>(::testing::AddGlobalTestEnvironment(new SharedServer));

}  // namespace

std::string fresh_url() {
  static std::atomic<int> count{0};
  std::string url = server->url();
  const std::string old_name = "schema=parley";
  return url.replace(url.find(old_name), old_name.size(), "schema=test_" + std::to_string(++count));
}

DatabaseOptions options_for(const std::string& url) {
  DatabaseOptions options;
  options.url = url;
  return options;
}

std::unique_ptr<Database> open_existing(DatabaseOptions options) {
  auto opened = open_database(std::move(options), std::make_shared<SystemClock>());
  if (opened.has_error()) { throw std::runtime_error(opened.error().detail); }
  return std::move(*opened);
}

std::unique_ptr<Database> open_fresh(DatabaseOptions options) {
  const auto migrated = migrate(options.url, embedded_migrations());
  if (migrated.has_error()) { throw std::runtime_error(migrated.error().detail); }
  return open_existing(std::move(options));
}

std::unique_ptr<Connection> side_connection(const std::string& url, ConnectionRole role) {
  ConnectionSettings settings;
  settings.url = parse_database_url(url).value();
  return std::make_unique<Connection>(settings, role);
}

Status run_sql(Database& database, const std::string& sql) {
  return database.write_now(0, [&](Transaction& tx) -> Status {
    tx.execute(sql);
    return {};
  });
}

std::int64_t number(Database& database, const std::string& sql) {
  const auto found = database.read_now([&](Transaction& tx) -> Result<std::int64_t> { return tx.query(sql).at(0).i64(0); });
  if (found.has_error()) { throw std::runtime_error(found.error().detail); }
  return *found;
}

bool eventually(const std::function<bool()>& condition, milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) { return false; }
    std::this_thread::sleep_for(milliseconds{1});
  }
  return true;
}

}  // namespace parley::storage::testing_support
