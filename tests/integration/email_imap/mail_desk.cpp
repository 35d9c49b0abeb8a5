#include "tests/integration/email_imap/mail_desk.h"

#include <algorithm>

namespace parley::channels::email::imap {

void Desk::take(FetchedMail mail, std::function<void(Status)> done) {
  offered.push_back(mail.uid);
  bytes_most = std::max<std::uint64_t>(bytes_most, mail.raw->size());
  if (keeps_silent && keeps_silent(mail)) { return; }
  const Status status = verdict ? verdict(mail) : Status{};
  if (status.has_value()) { taken.emplace(Key{mail.uidvalidity, mail.rewinds, mail.uid}, mail); }
  done(status);
}

void Desk::save(ReaderPosition position, std::function<void(Status)> done) {
  if (forgets_position) {
    done(Error{Errc::unavailable, "no database"});
    return;
  }
  saved = position;
  done(Status{});
}

std::size_t Desk::count(const std::string& text) const {
  return static_cast<std::size_t>(std::ranges::count_if(taken, [&](const auto& entry) { return entry.second.raw->find(text) != std::string::npos; }));
}

std::unique_ptr<MailboxReader> MailDesk::reader(ImapAccount account) {
  auto made = std::make_unique<MailboxReader>(io.get_executor(), std::move(account), desk, options);
  made->start();
  return made;
}

bool MailDesk::run_until(const std::function<bool()>& is_done, std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  io.restart();
  while (!is_done()) {
    if (std::chrono::steady_clock::now() >= end) { return false; }
    io.run_one_until(std::min(end, std::chrono::steady_clock::now() + 20ms));
    if (io.stopped()) { io.restart(); }
  }
  return true;
}

void MailDesk::run_for(std::chrono::milliseconds time) {
  run_until([] { return false; }, time);
}

void MailDesk::settle() {
  io.restart();
  io.run_for(5s);
}

std::string mail(const std::string& subject, const std::string& body) {
  return "From: Ann <ann@customer.example>\r\nTo: support@shop.example\r\nSubject: " + subject + "\r\nMessage-ID: <" + subject + "@customer.example>\r\n\r\n" + body + "\r\n";
}

}  // namespace parley::channels::email::imap
