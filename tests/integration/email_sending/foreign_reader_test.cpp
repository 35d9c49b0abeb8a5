// A foreign server takes our mail, and a foreign library reads it: aiosmtpd and Python's email package.
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/json_text.h"
#include "channels/email/sending/mail_html.h"
#include "channels/email/sending/mail_writer.h"
#include "tests/integration/email_sending/send_support.h"

extern char** environ;

namespace parley::channels::email {
namespace {

using namespace testing_support;
using nlohmann::json;

constexpr const char* python = "/usr/bin/python3";

/// aiosmtpd with a Maildir, on a port that was free a moment ago.
class ForeignServer {
 public:
  explicit ForeignServer(const std::filesystem::path& folder) {
    {
      ScriptedServer probe({});
      port_ = probe.port();
    }
    const std::string place = "127.0.0.1:" + std::to_string(port_), mails = folder / "mails";
    const char* const arguments[] = {python, "-m", "aiosmtpd", "-n", "-l", place.c_str(), "-c", "aiosmtpd.handlers.Mailbox", mails.c_str(), nullptr};
    if (posix_spawn(&process_, python, nullptr, nullptr, const_cast<char* const*>(arguments), environ) != 0) { process_ = -1; }
  }
  ~ForeignServer() {
    if (process_ <= 0) { return; }
    kill(process_, SIGTERM);
    waitpid(process_, nullptr, 0);
  }
  SmtpRoute route() const {
    SmtpRoute out;
    out.host = "127.0.0.1";
    out.port = port_;
    out.security = Security::none;
    return out;
  }

 private:
  pid_t process_{-1};
  std::uint16_t port_{0};
};

constexpr std::string_view reader = R"(
import email, email.policy, glob, json, sys, hashlib
out = []
for path in sorted(glob.glob(sys.argv[1] + '/mails/new/*')):
    m = email.message_from_binary_file(open(path, 'rb'), policy=email.policy.default)
    body = lambda kind: (m.get_body((kind,)) or None) and m.get_body((kind,)).get_content()
    parts = [p for p in m.walk() if not p.is_multipart() and p.get_content_maintype() != 'text' or p.get_filename()]
    out.append({
        'subject': str(m['subject']), 'message_id': str(m['message-id']), 'references': str(m['references']), 'date': m['date'].datetime.isoformat(),
        'from': [[a.display_name, a.addr_spec] for a in m['from'].addresses], 'to': [[a.display_name, a.addr_spec] for a in m['to'].addresses],
        'text': body('plain'), 'html': body('html'), 'bcc': m['bcc'], 'shape': [p.get_content_type() for p in m.walk()],
        'defects': [str(d) for p in m.walk() for d in p.defects] + [str(d) for h in m.values() for d in getattr(h, 'defects', [])],
        'parts': [[p.get_content_type(), p.get_filename(), p.get_content_disposition(), p['content-id'], hashlib.sha256(p.get_payload(decode=True)).hexdigest()] for p in parts]})
print(json.dumps(out))
)";

json read_by_python(const std::filesystem::path& folder) {
  const auto script = folder / "read.py";
  std::ofstream(script) << reader;
  std::FILE* const pipe = popen((std::string(python) + " " + script.string() + " " + folder.string()).c_str(), "r");
  std::string text;
  char bytes[4'096];
  for (std::size_t count = 0; (count = std::fread(bytes, 1, sizeof bytes, pipe)) > 0;) { text.append(bytes, count); }
  pclose(pipe);
  return stored_json(text);
}

TEST_F(Sending, ForeignProgramsReadWhatWeWrite) {
  if (std::system((std::string(python) + " -c 'import aiosmtpd' 2>/dev/null").c_str()) != 0) { GTEST_SKIP() << "python3-aiosmtpd is not installed"; }
  ForeignServer server(folder);
  OutgoingMail mail;
  mail.from = {"演示商店 \"客服\"", "support@shop.example"};
  mail.to = {{"王小明", "wang@customer.example"}, {"Smith, John", "john@customer.example"}};
  mail.subject = "关于您在我们店铺购买的商品的退款申请：已经收到，我们会在三个工作日内处理 😀";
  mail.message_id = "m1@shop.example";
  mail.in_reply_to = "q1@customer.example";
  mail.references = {"q0@customer.example", "q1@customer.example"};
  mail.date = from_ms(1'795'353'420'000);
  Composition composition;
  composition.html = "<p>您好，</p><p>.dots and <b>From</b> lines</p><img src=\"cid:pic@shop.example\">";
  composition.signature_html = "<p>小李</p>";
  composition.locale = "zh-CN";
  const MailBody body = compose_body(composition);
  mail.text = body.text;
  mail.html = body.html;
  mail.parts = {{"image/png", "图片.png", "pic@shop.example", "\x89PNG", true}, {"application/pdf", "报价单 2026年 最终版本 请在三个工作日内确认.pdf", "", "%PDF-1.4", false}};
  const auto written = write_mail(mail);
  ASSERT_TRUE(written.has_value());

  SmtpOutcome outcome;
  for (int i = 0; i < 100 && outcome.kind != SmtpOutcome::Kind::sent; ++i) {  // it takes half a second to come up
    outcome = sender.hand_over(server.route(), {"bounces@shop.example", {"wang@customer.example", "john@customer.example", "hidden@shop.example"}, written->raw});
    if (outcome.kind == SmtpOutcome::Kind::sent) { break; }
    std::this_thread::sleep_for(milliseconds(100));
    clock->advance(milliseconds(300'000));  // the route need not rest
  }
  ASSERT_EQ(outcome.kind, SmtpOutcome::Kind::sent) << outcome.error;
  const json all = read_by_python(folder);
  ASSERT_EQ(all.size(), 1U);
  const json& read = all[0];
  EXPECT_EQ(read["subject"], mail.subject);
  EXPECT_EQ(read["message_id"], "<m1@shop.example>");
  EXPECT_EQ(read["references"], "<q0@customer.example> <q1@customer.example>");
  EXPECT_EQ(read["date"], "2026-11-22T13:17:00+00:00");
  EXPECT_EQ(read["from"], stored_json(R"([["演示商店 \"客服\"", "support@shop.example"]])"));
  EXPECT_EQ(read["to"], stored_json(R"([["王小明", "wang@customer.example"], ["Smith, John", "john@customer.example"]])"));
  EXPECT_EQ(read["bcc"], nullptr);
  auto text = read["text"].get<std::string>();
  std::erase(text, '\r');
  EXPECT_EQ(text, body.text);
  EXPECT_EQ(read["html"].get<std::string>(), body.html);
  EXPECT_EQ(read["defects"], json::array());
  EXPECT_EQ(read["shape"], stored_json(R"(["multipart/mixed", "multipart/related", "multipart/alternative", "text/plain", "text/html", "image/png", "application/pdf"])"));
  ASSERT_EQ(read["parts"].size(), 2U);
  EXPECT_EQ(read["parts"][0][1], "图片.png");
  EXPECT_EQ(read["parts"][0][2], "inline");
  EXPECT_EQ(read["parts"][0][3], "<pic@shop.example>");
  EXPECT_EQ(read["parts"][1][1], "报价单 2026年 最终版本 请在三个工作日内确认.pdf");
}

}  // namespace
}  // namespace parley::channels::email
