#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "storage/database.h"
#include "storage/impl/lane.h"
#include "storage/impl/read_pool.h"

namespace parley::storage {

class DatabaseImpl final : public Database {
 public:
  DatabaseImpl(std::unique_ptr<SharedState> shared, std::string journal_uid);
  ~DatabaseImpl() override;

  void submit_read(Work work, Done done) override;
  void submit_write(std::uint64_t lane_key, Work work, Done done) override;
  std::unique_ptr<StatementReader> make_reader() override;
  std::uint64_t durable_seq() const override { return shared_->durable.seq(); }
  std::vector<JournalRow> recent_journal(std::uint64_t after, std::uint64_t up_to, int limit) const override { return shared_->recent.after(after, up_to, limit); }
  void wait_journal(std::uint64_t beyond, milliseconds at_most) override;
  const std::string& journal_uid() const override { return journal_uid_; }
  DatabaseProbe probe() const override;
  bool is_healthy(milliseconds limit) override;
  void stop() override;

 private:
  Job make_job(Work work, Done done) const;
  void refuse(Job& job);
  void watch_head();

  std::unique_ptr<SharedState> shared_;
  std::string journal_uid_;
  ReadPool readers_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::mutex stop_mutex_;
  std::thread watch_;
};

}  // namespace parley::storage
