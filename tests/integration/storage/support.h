// One private mariadbd for the whole test binary, a fresh schema for every test.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "storage/database.h"
#include "storage/impl/connection.h"
#include "storage/journal.h"

namespace parley::storage::testing_support {

/// A directory that goes away with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The shared server's URL with a schema of its own in it.
std::string fresh_url();
DatabaseOptions options_for(const std::string& url);
/// Migrated and open.
std::unique_ptr<Database> open_fresh(DatabaseOptions options);
std::unique_ptr<Database> open_existing(DatabaseOptions options);
/// A connection outside the pool, autocommit unless asked for a lane's session.
std::unique_ptr<Connection> side_connection(const std::string& url, ConnectionRole role = ConnectionRole::admin);

Status run_sql(Database& database, const std::string& sql);
std::int64_t number(Database& database, const std::string& sql);
/// Polls until true; false after `limit`.
bool eventually(const std::function<bool()>& condition, milliseconds limit = milliseconds{10'000});

/// Holds threads until it is opened.
class Gate {
 public:
  void open() {
    {
      const std::lock_guard hold(mutex_);
      is_open_ = true;
    }
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock hold(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(hold, [this] { return is_open_; });
  }
  void wait_for_visitor() {
    std::unique_lock hold(mutex_);
    changed_.wait(hold, [this] { return waiting_ > 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_open_{false};
  int waiting_{0};
};

/// Counts answers of submitted work.
class Answers {
 public:
  Database::Done next() {
    return [this](Status status) {
      const std::lock_guard hold(mutex_);
      statuses_.push_back(std::move(status));
      changed_.notify_all();
    };
  }
  std::vector<Status> wait_for(std::size_t count) {
    std::unique_lock hold(mutex_);
    changed_.wait_for(hold, std::chrono::seconds(30), [&] { return statuses_.size() >= count; });
    return statuses_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Status> statuses_;
};

}  // namespace parley::storage::testing_support
