// What visitors, agents and subscribers do to a server during a benchmark. Sends and receives in one process, so that one clock
// measures both ends. Started by bench/run; takes commands on standard input and answers each with one JSON line.
//
//   bench_load messages PORT VISITORS AGENTS   files of "<visitor token> <conversation id>" and "<api token>" lines
//       run WINDOW SECONDS                     that many messages under way at any time
//       rate PER_SECOND SECONDS                messages on time, whatever the answers do
//   bench_load fanout PORT AGENTS SOCKETS ADMIN_TOKEN TICKETS   (a file of ticket ids)
//   bench_load nchan PORT SOCKETS BYTES
//       run WINDOW EVENTS                      events under way until every socket has them
//   bench_load hold PORT TOKENS PREFIX         one socket per line; only waits
//   bench_load flush FILE MILLISECONDS         what an fdatasync costs right now
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "figures.h"
#include "sockets.h"

namespace {

using namespace bench;

constexpr double patience_ms = 20'000;

std::vector<std::string> lines_of(const std::string& file) {
  std::ifstream in(file);
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) { out.push_back(line); }
  }
  if (out.empty()) { give_up("nothing in " + file); }
  return out;
}

/// Opens sockets a few at a time, so that the listen queue and the log-in queries are not the test.
class Opener {
 public:
  Opener(Loop& loop, int port) : loop_(loop), port_(port) {}

  Connection& open(const std::string& target, const std::string& protocol, int index, bool has_greeting = true) {
    greeting_ += has_greeting ? 1 : 0;
    ++asked_;
    Connection& made = loop_.open_websocket(port_, target, protocol, index);
    wait(under_way_max);
    return made;
  }
  void wait_for_all() { wait(0); }

 private:
  static constexpr std::size_t under_way_max = 64;
  void wait(std::size_t may_miss) {
    const auto begun = now();
    while (loop_.open_count() + may_miss < asked_ || loop_.greeted_count() + may_miss < greeting_) {
      loop_.turn(100);
      if (ms_between(begun, now()) > 60'000) { give_up("sockets do not open"); }
    }
  }
  Loop& loop_;
  int port_;
  std::size_t asked_{0}, greeting_{0};
};

/// Serves the sockets until a command comes; an empty one when the one who runs us has gone.
class Commands {
 public:
  explicit Commands(Loop& loop) : loop_(loop) {
    loop.watch_stdin().on_text = [this](Connection&, std::string_view line) { line_ = line; };
  }
  std::string next() {
    line_.clear();
    while (line_.empty()) {
      if (!loop_.turn(1'000)) { return {}; }
    }
    return line_;
  }

 private:
  Loop& loop_;
  std::string line_;
};

// ---- messages

class Messages {
 public:
  Messages(int port, const std::string& visitors, const std::string& agents);
  void run(Commands& commands);
  Loop& loop() { return loop_; }

 private:
  struct Sent {
    Moment at, answered, pushed;
    bool has_answer{false}, has_push{false};
  };
  struct Visitor {
    Connection* socket;
    std::string conversation;
  };
  void send(Moment at);
  void on_visitor(std::string_view text);
  void on_agent(std::string_view text);
  void finish(std::size_t number, Sent& sent);
  void measure(const std::string& line);
  void pump(bool is_paced, double rate, int window, Moment end);
  std::string report(double seconds, double cpu) const;

  Loop loop_;
  std::vector<Visitor> visitors_;
  std::size_t next_visitor_{0};
  std::string prefix_, text_;
  std::vector<Sent> sent_;
  std::vector<std::size_t> finished_;
  std::size_t under_way_{0}, refused_{0};
  std::string first_refusal_;
  Moment window_begin_, window_end_;
};

Messages::Messages(int port, const std::string& visitors, const std::string& agents) {
  prefix_ = format("b%x%x-", static_cast<unsigned>(time(nullptr)), static_cast<unsigned>(getpid()));
  // 120 characters, as people type them.
  text_ = "Hello, my parcel should have come on Tuesday but the tracking page has not moved since. Could you please look into it?";
  Opener opener(loop_, port);
  int index = 0;
  for (const auto& token : lines_of(agents)) {
    opener.open("/api/v1/socket", "parley.v1, bearer." + token, index++).on_text = [this](Connection&, std::string_view text) { on_agent(text); };
  }
  for (const auto& line : lines_of(visitors)) {
    const auto space = line.find(' ');
    Connection& socket = opener.open("/api/v1/socket", "parley.v1, visitor." + line.substr(0, space), index++);
    socket.on_text = [this](Connection&, std::string_view text) { on_visitor(text); };
    visitors_.push_back({&socket, line.substr(space + 1)});
  }
  opener.wait_for_all();
}

void Messages::send(Moment at) {
  Visitor& visitor = visitors_[next_visitor_++ % visitors_.size()];
  const std::size_t number = sent_.size();
  sent_.push_back({at, {}, {}, false, false});
  ++under_way_;
  visitor.socket->send_text(format("{\"type\":\"call\",\"id\":\"%zu\",\"method\":\"POST\",\"path\":\"/api/v1/widget/conversations/%s/messages\","
                                   "\"body\":{\"client_id\":\"%s%08zu\",\"text\":\"%s\"}}",
                                   number, visitor.conversation.c_str(), prefix_.c_str(), number, text_.c_str()));
}

void Messages::finish(std::size_t number, Sent& sent) {
  if (!sent.has_answer || !sent.has_push) { return; }
  --under_way_;
  finished_.push_back(number);
}

void Messages::on_visitor(std::string_view text) {
  if (text.find("\"type\":\"result\"") == std::string_view::npos) { return; }
  const auto id = text.find("\"id\":\"");
  const auto status = text.rfind("\"status\":");
  if (id == std::string_view::npos || status == std::string_view::npos) { give_up("an answer without id or status"); }
  const std::size_t number = std::strtoull(text.data() + id + 6, nullptr, 10);
  if (number >= sent_.size()) { give_up("an answer to nothing"); }
  Sent& sent = sent_[number];
  if (std::strtol(text.data() + status + 9, nullptr, 10) != 201) {
    ++refused_;
    if (first_refusal_.empty()) { first_refusal_ = text.substr(0, 400); }
    sent.has_push = true;
    sent.pushed = now();
  }
  sent.has_answer = true;
  sent.answered = now();
  finish(number, sent);
}

void Messages::on_agent(std::string_view text) {
  const auto at = text.find(prefix_);
  if (at == std::string_view::npos) { return; }
  const std::size_t number = std::strtoull(text.data() + at + prefix_.size(), nullptr, 10);
  if (number >= sent_.size()) { return; }
  Sent& sent = sent_[number];
  if (sent.has_push) { return; }  // another agent's copy
  sent.has_push = true;
  sent.pushed = now();
  finish(number, sent);
}

void Messages::pump(bool is_paced, double rate, int window, Moment end) {
  const auto begun = now();
  const auto gap = std::chrono::duration<double>(is_paced ? 1.0 / rate : 0);
  std::size_t count = 0;
  while (now() < end) {
    if (is_paced) {
      auto due = begun + std::chrono::duration_cast<Moment::duration>(gap * static_cast<double>(count));
      while (due <= now() && due < end) {
        send(due);  // late or not, it counts from when it was due
        due = begun + std::chrono::duration_cast<Moment::duration>(gap * static_cast<double>(++count));
      }
      loop_.turn(ms_between(now(), due) > 1.5 ? 1 : 0);
    } else {
      while (under_way_ < static_cast<std::size_t>(window)) { send(now()); }
      loop_.turn(10);
    }
  }
}

std::string Messages::report(double seconds, double cpu) const {
  std::vector<double> answers, pushes;
  std::size_t missing = 0;
  for (const auto& s : sent_) { missing += s.has_answer && s.has_push ? 0 : 1; }
  for (const auto number : finished_) {
    const Sent& s = sent_[number];
    const Moment done = std::max(s.answered, s.pushed);
    if (done < window_begin_ || done >= window_end_) { continue; }
    answers.push_back(ms_between(s.at, s.answered));
    pushes.push_back(ms_between(s.at, s.pushed));
  }
  const auto a = quantiles(answers), p = quantiles(pushes);
  if (!(seconds > 0)) { give_up("a command without a duration"); }
  return format("{\"messages\":%zu,\"seconds\":%.3f,\"per_second\":%.1f,\"answer_p50\":%.2f,\"answer_p99\":%.2f,\"push_p50\":%.2f,\"push_p99\":%.2f,"
                "\"push_max\":%.2f,\"missing\":%zu,\"refused\":%zu,\"client_cpu_s\":%.3f}",
                pushes.size(), seconds, static_cast<double>(pushes.size()) / seconds, a.p50, a.p99, p.p50, p.p99, p.max, missing, refused_, cpu);
}

void Messages::measure(const std::string& line) {
  std::istringstream in(line);
  std::string what;
  double amount = 0, seconds = 0;
  in >> what >> amount >> seconds;
  const bool is_paced = what == "rate";
  sent_.clear();
  finished_.clear();
  refused_ = under_way_ = 0;
  prefix_ = prefix_.substr(0, prefix_.find('-')) + format("-%x-", static_cast<unsigned>(now().time_since_epoch().count() / 1'000'000 & 0xffffff));
  const double cpu = own_cpu_s();
  window_begin_ = now();
  window_end_ = window_begin_ + std::chrono::milliseconds(static_cast<int>(seconds * 1000));
  pump(is_paced, amount, static_cast<int>(amount), window_end_);
  const double used = own_cpu_s() - cpu;
  const std::string mark = "{\"mark\":\"end\"}";
  say(mark);  // the one who runs us reads the servers' CPU time now, before the stragglers
  const auto end = now();
  while (under_way_ > 0 && ms_between(end, now()) < patience_ms) { loop_.turn(10); }
  if (!first_refusal_.empty()) { std::fprintf(stderr, "bench_load: refused: %s\n", first_refusal_.c_str()); }
  say(report(seconds, used));
}

void Messages::run(Commands& commands) {
  say(format("{\"ready\":%zu}", loop_.open_count()));
  for (auto line = commands.next(); !line.empty(); line = commands.next()) { measure(line); }
}

// ---- fan-out

/// Publishes one event after the other over HTTP and waits until every socket has it. The same code for Parley and for nchan.
class Fanout {
 public:
  Fanout(Loop& loop, int port, int publishers) : loop_(loop) {
    for (int i = 0; i < publishers; ++i) {
      publishers_.push_back(&loop.open_http(port, i));
      idle_.push_back(static_cast<std::size_t>(i));
    }
  }
  /// The request that makes event `number`, which carries `"subject":"bench <number, 8 digits>"`.
  std::function<std::string(std::size_t number, std::size_t publisher)> request;

  void add(Connection& socket) {
    socket.on_text = [this](Connection&, std::string_view text) { receive(text); };
    ++sockets_;
  }
  void run(Commands& commands);

 private:
  struct Event {
    Moment sent, first, half, last;
    std::size_t count{0}, publisher{0};
  };
  static constexpr std::string_view marker = "\"subject\":\"bench ";
  void publish();
  void receive(std::string_view text);
  void measure(const std::string& line);

  Loop& loop_;
  std::vector<Connection*> publishers_;
  std::deque<std::size_t> idle_;  // a publisher is a ticket: two changes of one ticket may be told as one, with the newer state
  std::vector<Event> events_;
  std::size_t first_number_{0}, sockets_{0}, done_{0}, payload_{0}, surplus_{0};
};

void Fanout::publish() {
  const std::size_t number = first_number_ + events_.size();
  const std::size_t publisher = idle_.front();
  idle_.pop_front();
  events_.push_back({now(), {}, {}, {}, 0, publisher});
  publishers_[publisher]->send_raw(request(number, publisher));
}

void Fanout::receive(std::string_view text) {
  const auto at = text.find(marker);
  if (at == std::string_view::npos) { return; }
  const std::size_t number = std::strtoull(text.data() + at + marker.size(), nullptr, 10);
  if (number < first_number_ || number >= first_number_ + events_.size()) { return; }
  Event& event = events_[number - first_number_];
  if (event.count == 0) {
    event.first = now();
    payload_ = text.size();
  }
  ++event.count;
  if (event.count == sockets_ / 2) { event.half = now(); }
  if (event.count == sockets_) {
    event.last = now();
    ++done_;
    idle_.push_back(event.publisher);
  }
  surplus_ += event.count > sockets_ ? 1 : 0;
}

void Fanout::measure(const std::string& line) {
  std::istringstream in(line);
  std::string what;
  std::size_t window = 0, count = 0;
  in >> what >> window >> count;
  first_number_ += events_.size();
  events_.clear();
  done_ = surplus_ = 0;
  const double cpu = own_cpu_s();
  const auto begun = now();
  while (done_ < count) {
    while (events_.size() < count && events_.size() - done_ < window && !idle_.empty()) { publish(); }
    loop_.turn(10);
    if (ms_between(begun, now()) > patience_ms * 3) { give_up(format("%zu of %zu events reached everybody", done_, count)); }
  }
  const double seconds = ms_between(begun, now()) / 1000, used = own_cpu_s() - cpu;
  std::vector<double> first, half, last, spread;
  for (const auto& e : events_) {
    first.push_back(ms_between(e.sent, e.first));
    half.push_back(ms_between(e.sent, e.half));
    last.push_back(ms_between(e.sent, e.last));
    spread.push_back(ms_between(e.first, e.last));
  }
  const auto f = quantiles(first), h = quantiles(half), l = quantiles(last), s = quantiles(spread);
  const double deliveries = static_cast<double>(sockets_ * count);
  say("{\"mark\":\"end\"}");
  say(format("{\"events\":%zu,\"sockets\":%zu,\"seconds\":%.3f,\"deliveries\":%.0f,\"per_second\":%.0f,\"first_p50\":%.2f,\"half_p50\":%.2f,"
             "\"last_p50\":%.2f,\"last_p99\":%.2f,\"spread_p50\":%.2f,\"spread_p99\":%.2f,\"payload\":%zu,\"surplus\":%zu,\"client_cpu_s\":%.3f}",
             count, sockets_, seconds, deliveries, deliveries / seconds, f.p50, h.p50, l.p50, l.p99, s.p50, s.p99, payload_, surplus_, used));
}

void Fanout::run(Commands& commands) {
  say(format("{\"ready\":%zu}", sockets_));
  for (auto line = commands.next(); !line.empty(); line = commands.next()) { measure(line); }
}

// ---- the scenarios

int messages(char** a) {
  Messages scenario(std::atoi(a[0]), a[1], a[2]);
  Commands commands(scenario.loop());
  scenario.run(commands);
  return 0;
}

int fanout(char** a) {
  const int port = std::atoi(a[0]), sockets = std::atoi(a[2]);
  const auto tokens = lines_of(a[1]), tickets = lines_of(a[4]);
  const std::string admin = a[3];
  Loop loop;
  Fanout scenario(loop, port, static_cast<int>(tickets.size()));
  scenario.request = [&](std::size_t number, std::size_t publisher) {
    const std::string body = format("{\"subject\":\"bench %08zu\"}", number);
    return "PATCH /api/v1/tickets/" + tickets[publisher] + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + admin +
           "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  };
  Opener opener(loop, port);
  for (int i = 0; i < sockets; ++i) {
    scenario.add(opener.open("/api/v1/socket", "parley.v1, bearer." + tokens[static_cast<std::size_t>(i) % tokens.size()], i));
  }
  opener.wait_for_all();
  Commands commands(loop);
  scenario.run(commands);
  return 0;
}

int nchan(char** a) {
  const int port = std::atoi(a[0]), sockets = std::atoi(a[1]);
  const std::size_t bytes = std::strtoull(a[2], nullptr, 10);
  Loop loop;
  Fanout scenario(loop, port, 8);
  scenario.request = [&](std::size_t number, std::size_t) {
    std::string body = format("{\"subject\":\"bench %08zu\",\"filler\":\"", number);
    body.append(bytes > body.size() + 2 ? bytes - body.size() - 2 : 0, 'x');
    body += "\"}";
    return "POST /pub HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  };
  Opener opener(loop, port);
  for (int i = 0; i < sockets; ++i) { scenario.add(opener.open("/sub", "", i, false)); }
  opener.wait_for_all();
  Commands commands(loop);
  scenario.run(commands);
  return 0;
}

int hold(char** a) {
  const int port = std::atoi(a[0]);
  const std::string prefix = a[2];
  const auto tokens = lines_of(a[1]);
  const bool is_parley = prefix != "none";
  Loop loop;
  Opener opener(loop, port);
  const auto begun = now();
  int index = 0;
  for (const auto& line : tokens) {
    opener.open(is_parley ? "/api/v1/socket" : "/sub", is_parley ? "parley.v1, " + prefix + "." + line.substr(0, line.find(' ')) : "", index++, is_parley);
  }
  opener.wait_for_all();
  say(format("{\"ready\":%zu,\"opened_per_second\":%.0f}", loop.open_count(), static_cast<double>(index) * 1000 / ms_between(begun, now())));
  Commands commands(loop);
  commands.next();
  return 0;
}

int flush(char** a) {
  const int file = open(a[0], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) { give_up(std::string("cannot open ") + a[0]); }
  const std::string page(512, 'x');
  const double limit = std::atof(a[1]);
  std::vector<double> took;
  const auto begun = now();
  while (ms_between(begun, now()) < limit) {
    const auto before = now();
    if (write(file, page.data(), page.size()) < 0 || fdatasync(file) != 0) { give_up("cannot flush"); }
    took.push_back(ms_between(before, now()));
  }
  const auto q = quantiles(took);
  say(format("{\"per_second\":%.0f,\"p50\":%.3f,\"p99\":%.3f}", static_cast<double>(took.size()) * 1000 / ms_between(begun, now()), q.p50, q.p99));
  close(file);
  unlink(a[0]);
  return 0;
}

}  // namespace

int main(int count, char** values) {
  const std::string what = count > 1 ? values[1] : "";
  if (what == "messages" && count == 5) { return messages(values + 2); }
  if (what == "fanout" && count == 7) { return fanout(values + 2); }
  if (what == "nchan" && count == 5) { return nchan(values + 2); }
  if (what == "hold" && count == 5) { return hold(values + 2); }
  if (what == "flush" && count == 4) { return flush(values + 2); }
  std::fprintf(stderr, "bench_load: see the head of bench/load.cpp\n");
  return 2;
}
