// Stands between the driver and the server on a Unix socket and breaks the connection at the worst moments.
#pragma once

#include <atomic>
#include <list>
#include <string>
#include <thread>

namespace parley::storage::testing_support {

enum class Cut {
  none,
  before_tail,    // the server never sees the tail
  after_answer,   // the server commits and answers, the client never hears it
  while_running   // the client is cut off at once while the server still works on the tail
};

class CutProxy {
 public:
  CutProxy(std::string listen_path, std::string server_path);
  ~CutProxy();
  /// Arms one cut, for the next journal tail that passes.
  void arm(Cut cut) { armed_ = cut; }
  int cuts() const { return cuts_; }

 private:
  struct Link {
    int client, server;
    bool cuts_at_answer{false};
  };
  void run();
  bool pass_to_server(Link& link);  // false: the link has ended
  bool pass_to_client(Link& link);
  void close_link(Link& link);

  std::string server_path_;
  int listener_;
  std::atomic<Cut> armed_{Cut::none};
  std::atomic<int> cuts_{0};
  std::atomic<bool> is_stopping_{false};
  std::list<Link> links_;
  std::thread thread_;
};

}  // namespace parley::storage::testing_support
