#include "tests/unit/email_smtp/dialogue.h"

#include <sstream>

namespace parley::channels::email::smtp {
namespace {

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out.push_back(text[i]);
    } else {
      const char c = text[++i];
      out.push_back(c == 'r' ? '\r' : c == 'n' ? '\n' : c);
    }
  }
  return out;
}

}  // namespace

bool FakeHost::is_ours(std::string_view recipient) {
  return recipient == "postmaster" || (recipient.ends_with("@shop.example") && recipient != "nobody@shop.example");
}

void FakeHost::deliver(Envelope envelope, std::shared_ptr<const std::string> raw, std::function<void(std::vector<Answer>)> done) {
  const std::size_t recipients = envelope.recipients.size();
  envelopes.push_back(std::move(envelope));
  raws.push_back(*raw);
  done(answers.empty() ? std::vector<Answer>(recipients, Answer{250, "2.0.0", "kept"}) : answers);
}

Dialogue::Dialogue(SessionOptions options, bool is_tls)
    : session([&options] {
        options.host_name = "mail.shop.example";
        return options;
      }(), host, clock, "192.0.2.1", is_tls) {}

std::string Dialogue::say(std::string_view bytes) {
  while (session.wants() != SmtpSession::Wants::end) {
    const std::size_t used = session.feed(bytes);
    bytes.remove_prefix(used);
    if (session.wants() == SmtpSession::Wants::tls) { session.on_tls_started(); }
    if (session.wants() == SmtpSession::Wants::delivery) {
      auto mail = session.take_mail();
      host.deliver(std::move(mail.envelope), std::make_shared<const std::string>(std::move(mail.raw)), [this](auto answers) { session.on_answers(answers); });
    }
    if (bytes.empty()) { break; }
  }
  return session.take_output();
}

void Dialogue::follows(std::string_view script) {
  std::istringstream lines{std::string(script)};
  std::string heard = say("");
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("C: ")) {
      EXPECT_EQ(heard, "") << "before " << line;
      heard = say(unescaped(line.substr(3)) + "\r\n");
    } else if (line.starts_with("S: ")) {
      EXPECT_TRUE(heard.starts_with(line.substr(3))) << "heard " << heard << "instead of " << line;
      const auto end = heard.find("\r\n");
      heard.erase(0, end == std::string::npos ? end : end + 2);
    }
  }
  EXPECT_EQ(heard, "");
}

std::string Dialogue::text() const {
  EXPECT_EQ(host.raws.size(), 1U);
  const std::string& raw = host.raws.front();
  return raw.substr(raw.find(" +0000\r\n") + 8);
}

std::string begin_mail(Dialogue& dialogue) {
  return dialogue.say("EHLO client.example\r\nMAIL FROM:<anna@client.example>\r\nRCPT TO:<support@shop.example>\r\nDATA\r\n");
}

}  // namespace parley::channels::email::smtp
