// The mailbox the demo shop's customers read, at /demo/mailbox: the outside world of a shop whose mail never leaves the machine.
#include "base/crypto.h"
#include "base/text.h"
#include "channels/email/message_detail.h"
#include "channels/email/mime/mail_parser.h"
#include "channels/email/sending/mail_writer.h"
#include "channels/email/sending/smtp_sender.h"
#include "server/demo/demo_mail.h"
#include "storage/database.h"

namespace parley::demo {

namespace email = channels::email;
using nlohmann::json;
using storage::Transaction;

namespace {

constexpr int shown_max = 60;
constexpr int kept_max = 1'000;

constexpr std::size_t picture_max = 2u << 20;

/// The page has no address for a picture inside a mail, so the picture goes into the HTML.
std::string with_pictures(const email::Mail& mail) {
  std::string html = mail.html;
  for (const auto& part : mail.parts) {
    const std::string mark = "src=\"cid:" + part.content_id + "\"";
    const auto at = html.find(mark);
    if (part.content_id.empty() || at == std::string::npos || !part.content_type.starts_with("image/") || part.bytes.size() > picture_max) { continue; }
    html.replace(at, mark.size(), "src=\"data:" + escape_html(part.content_type) + ";base64," + base64_encode(part.bytes) + "\"");
  }
  return html;
}

json mail_json(std::int64_t id, const std::string& raw, bool is_from_shop, std::int64_t at) {
  const email::Mail mail = email::parse_mail(raw);
  return {{"id", id}, {"from", email::to_json(mail.from.empty() ? email::MailAddress{} : mail.from.front())}, {"to", email::to_json(mail.to)}, {"subject", mail.subject},
          {"text", mail.text}, {"html", with_pictures(mail)}, {"at", at}, {"message_id", mail.message_id}, {"is_from_shop", is_from_shop}};
}

Result<Reply> list(Transaction& tx, const Call&) {
  json items = json::array();
  for (const auto& row : tx.query("SELECT id, raw, is_from_shop, created_at FROM demo_mail ORDER BY created_at DESC, id DESC LIMIT ?", {shown_max})) {
    items.push_back(mail_json(row.i64(0), row.text(1), row.flag(2), row.i64(3)));
  }
  return Reply(json{{"items", items}});
}

Result<email::OutgoingMail> mail_of(const json& b) {
  email::OutgoingMail mail;
  const auto from = normalise_email(b.at("from_address").get<std::string>());
  const auto to = normalise_email(b.at("to").get<std::string>());
  if (!from) { return Error::field("/from_address", "bad_format", "This is not an e-mail address."); }
  if (!to) { return Error::field("/to", "bad_format", "This is not an e-mail address."); }
  mail.from = {clean_line(b.at("from_name").get<std::string>()), *from};
  mail.to = {{"", *to}};
  mail.subject = clean_line(b.at("subject").get<std::string>());
  mail.text = clean_text(b.at("text").get<std::string>());
  mail.message_id = "demo." + random_token(12) + "@" + from->substr(from->find('@') + 1);
  mail.in_reply_to = b.value("in_reply_to", "");
  mail.date = SystemClock().now();
  return mail;
}

Result<Reply> write(storage::Database& database, std::uint16_t smtp_port, const Call& call) {
  if (smtp_port == 0) { return Error::with_reason(Errc::unavailable, "no_listener", "This demo takes no mail: it was started without an SMTP port."); }
  PARLEY_TRY(const auto mail, mail_of(call.body));
  PARLEY_TRY(const auto written, email::write_mail(mail));
  email::SmtpRoute route;
  route.host = "127.0.0.1";
  route.port = smtp_port;
  route.security = email::Security::none;
  route.helo = "mailbox.demo.example";
  const auto outcome = email::SmtpSender(std::make_shared<SystemClock>()).hand_over(route, {mail.from.address, {mail.to.front().address}, written.raw});
  if (outcome.kind != email::SmtpOutcome::Kind::sent) { return Error::with_reason(Errc::unavailable, "not_taken", "The shop's mail server said: " + outcome.error); }
  PARLEY_TRY(const auto id, database.write_now(0, [&](Transaction& tx) -> Result<std::int64_t> {
    tx.execute("DELETE FROM demo_mail WHERE id <= (SELECT id FROM (SELECT MAX(id) - ? AS id FROM demo_mail) newest)", {kept_max});
    return tx.insert("INSERT INTO demo_mail (raw, is_from_shop, created_at) VALUES (?,0,?)", {written.raw, tx.now()});
  }));
  return Reply(json{{"id", id}}, 201);
}

}  // namespace

void register_mail_routes(RouteTable& table, std::uint16_t smtp_port) {
  table.add({.method = "GET", .path = "/api/v1/demo/mails", .operation_id = "list_demo_mails", .summary = "Demo: what the shop sent and got", .access = Access::open,
             .handler = ReadHandler(list), .response = Schema::object({required("items", Schema::array(Schema()))}), .is_socket_callable = false});
  table.add({.method = "POST", .path = "/api/v1/demo/mails", .operation_id = "write_demo_mail", .summary = "Demo: write to the shop by its SMTP port", .access = Access::open,
             .handler = DirectHandler([smtp_port](storage::Database& db, const Call& c) { return write(db, smtp_port, c); }),
             .body = Schema::object({required("from_name", Schema::string(0, 100)), required("from_address", Schema::string(3, 254)), required("to", Schema::string(3, 254)),
                                     required("subject", Schema::string(0, 200)), required("text", Schema::string(1, 10'000)), optional("in_reply_to", Schema::string(0, 300))}),
             .response = Schema::object({required("id", Schema::id())}), .success = 201, .is_socket_callable = false, .cost = 2});
}

}  // namespace parley::demo
