// What mail servers do to the SMTP port during a benchmark: sessions that stay open, one mail after the other in each, the envelope
// in one packet (PIPELINING), the next mail as soon as the last one was answered with 250. One thread; started by bench/run.
//
//   bench_mail smtp PORT RECIPIENT   takes commands on standard input and answers each with one JSON line
//       run CONNECTIONS SECONDS
//   bench_mail print RUN NUMBER RECIPIENT   the mail itself
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <sstream>
#include <utility>
#include <vector>

#include "figures.h"
#include "sample_mail.h"
#include "sockets.h"

namespace {

using namespace bench;

constexpr double patience_ms = 30'000;

/// One session. Whoever answers a command with anything but 2xx and 3xx ends the benchmark.
class Session {
 public:
  Session(Loop& loop, int port, int index) : connection_(loop.open_lines(port, index)) {
    connection_.on_text = [this](Connection&, std::string_view line) { on_line(line); };
  }

  bool is_ready() const { return step_ == Step::ready; }
  void send(const std::string& sender, const std::string& recipient, std::string mail) {
    mail_ = std::move(mail);
    begun_ = now();
    step_ = Step::envelope;
    answers_ = 0;
    connection_.send_raw("MAIL FROM:<" + sender + ">\r\nRCPT TO:<" + recipient + ">\r\nDATA\r\n");
  }
  std::function<void(Moment begun)> on_kept;

 private:
  enum class Step : unsigned char { greeting, hello, ready, envelope, text };

  void on_line(std::string_view line) {
    if (line.size() < 4 || (line[0] != '2' && line[0] != '3')) { give_up("the server says: " + std::string(line)); }
    if (line[3] == '-') { return; }
    switch (step_) {
      case Step::greeting:
        step_ = Step::hello;
        connection_.send_raw("EHLO mx.customers.example\r\n");
        break;
      case Step::hello: step_ = Step::ready; break;
      case Step::envelope:
        if (++answers_ < 3) { break; }
        step_ = Step::text;
        connection_.send_raw(mail_ + ".\r\n");
        break;
      case Step::text:
        step_ = Step::ready;
        on_kept(begun_);
        break;
      case Step::ready: give_up("an answer to nothing");
    }
  }

  Connection& connection_;
  std::string mail_;
  Step step_{Step::greeting};
  int answers_{0};
  Moment begun_;
};

class Mails {
 public:
  Mails(int port, std::string recipient) : port_(port), recipient_(std::move(recipient)), run_(format("r%x%x", static_cast<unsigned>(time(nullptr)), static_cast<unsigned>(getpid()))) {
    loop_.watch_stdin().on_text = [this](Connection&, std::string_view line) { command_ = line; };
  }

  void serve() {
    say("{\"ready\":1}");
    while (loop_.turn(1'000)) {
      if (command_.empty()) { continue; }
      std::istringstream in(std::exchange(command_, {}));
      std::string what;
      std::size_t connections = 0;
      double seconds = 0;
      in >> what >> connections >> seconds;
      if (what != "run" || connections == 0 || !(seconds > 0)) { give_up("no such command"); }
      measure(connections, seconds);
    }
  }

 private:
  /// The first sessions of those there are; more are opened when more are asked for.
  void open(std::size_t connections) {
    while (sessions_.size() < connections) {
      auto& session = sessions_.emplace_back(std::make_unique<Session>(loop_, port_, static_cast<int>(sessions_.size())));
      session->on_kept = [this](Moment begun) {
        --under_way_;
        if (now() < window_end_) { took_ms_.push_back(ms_between(begun, now())); }
      };
      for (const auto begun = now(); !session->is_ready();) {
        loop_.turn(100);
        if (ms_between(begun, now()) > patience_ms) { give_up("no session"); }
      }
    }
  }

  void measure(std::size_t connections, double seconds) {
    open(connections);
    took_ms_.clear();
    const double cpu = own_cpu_s();
    const Moment begun = now();
    window_end_ = begun + std::chrono::milliseconds(static_cast<int>(seconds * 1000));
    while (now() < window_end_) {
      for (std::size_t i = 0; i < connections; ++i) {
        if (!sessions_[i]->is_ready()) { continue; }
        const std::uint64_t number = ++sent_;
        ++under_way_;
        sessions_[i]->send(sample_sender(run_, number), recipient_, sample_mail(run_, number, recipient_));
      }
      loop_.turn(10);
    }
    const double used = own_cpu_s() - cpu;
    say("{\"mark\":\"end\"}");  // the one who runs us reads the servers' CPU time now, before the stragglers
    const auto q = quantiles(took_ms_);
    for (const auto end = now(); under_way_ > 0;) {
      loop_.turn(10);
      if (ms_between(end, now()) > patience_ms) { give_up("mails without an answer"); }
    }
    say(format("{\"mails\":%zu,\"seconds\":%.3f,\"per_second\":%.1f,\"p50\":%.2f,\"p99\":%.2f,\"max\":%.2f,\"client_cpu_s\":%.3f}", took_ms_.size(), seconds,
               static_cast<double>(took_ms_.size()) / seconds, q.p50, q.p99, q.max, used));
  }

  Loop loop_;
  const int port_;
  const std::string recipient_, run_;
  std::vector<std::unique_ptr<Session>> sessions_;
  std::string command_;
  std::uint64_t sent_{0};
  std::size_t under_way_{0};
  std::vector<double> took_ms_;
  Moment window_end_;
};

}  // namespace

int main(int count, char** values) {
  const std::string what = count > 1 ? values[1] : "";
  if (what == "smtp" && count == 4) {
    Mails(std::atoi(values[2]), values[3]).serve();
    return 0;
  }
  if (what == "print" && count == 5) {
    std::fputs(sample_mail(values[2], std::strtoull(values[3], nullptr, 10), values[4]).c_str(), stdout);
    return 0;
  }
  std::fprintf(stderr, "bench_mail: see the head of bench/mail.cpp\n");
  return 2;
}
