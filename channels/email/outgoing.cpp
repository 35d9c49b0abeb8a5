#include "channels/email/outgoing.h"

#include <array>
#include <fstream>

#include "base/json_text.h"
#include "base/text.h"
#include "channels/email/mail_reading.h"
#include "channels/email/mime/html_sanitizer.h"
#include "channels/email/mime/html_to_text.h"
#include "channels/email/mime/mail_parser.h"
#include "channels/email/participants.h"
#include "channels/email/reading/address.h"
#include "channels/email/reading/threading.h"
#include "channels/email/sending/mail_html.h"
#include "channels/email/signature.h"
#include "customers/customer_store.h"
#include "tickets/ticket_store.h"

namespace parley::channels::email {

using nlohmann::json;
using storage::Transaction;
using tickets::Message;
using tickets::Ticket;

namespace {

constexpr int thread_messages_max = 30;  // of the newest messages: what References and the quote are made from
constexpr std::size_t recipients_max = 100;

std::string sender_name(const EmailSettings& s, const std::string& agent_name) {
  return s.uses_agent_name && !agent_name.empty() ? first_name(agent_name) + " | " + s.shown_name() : s.shown_name();
}

std::string reply_subject(const std::string& subject) {
  static constexpr std::array<std::string_view, 4> marks{"re:", "回复:", "回复：", "答复:"};
  const bool has_mark = std::any_of(marks.begin(), marks.end(), [&](std::string_view m) { return starts_with_ignore_case(subject, m); });
  return has_mark ? subject : "Re: " + subject;
}

/// Public e-mail messages of a ticket, oldest first.
std::vector<Message> thread_of(Transaction& tx, TicketId ticket, MessageId before = {}) {
  bool has_more = false;
  auto messages = tickets::list_messages(tx, ticket, {before.value, 0, thread_messages_max, true, "email"}, has_more);
  std::erase_if(messages, [](const Message& m) { return m.detail.empty(); });
  return messages;
}

json send_at_of(const json& options) { return options.is_object() ? options.value("send_at", json()) : json(); }

bool stops_on_reply(const json& options) { return send_at_of(options).is_number_integer() && options.value("stops_on_reply", false); }

/// What sending does to the ticket, so that taking the mail back can undo it.
json state_change(const Ticket& ticket, const tickets::NewMessage& given) {
  if (!given.state || *given.state == ticket.state) { return json::object(); }
  return {{"state_before", to_string(ticket.state)}, {"state_after", to_string(*given.state)}};
}

bool is_incoming(const MessageDetail& detail) { return detail.shown.value("direction", "") == "in"; }

bool is_of_person(const MessageDetail& detail) {
  const auto kind = detail.shown.value("kind", "");
  return kind == to_string(MailKind::human) || kind == to_string(MailKind::mailing_list);
}

/// Whoever answers one of these answers a robot.
bool is_automatic_answer(const MessageDetail& detail) {
  const auto kind = detail.shown.value("kind", "");
  return kind == to_string(MailKind::auto_reply) || kind == to_string(MailKind::out_of_office);
}

std::string domain_of_settings(const EmailSettings& s) { return std::string(domain_of(s.address)); }

}  // namespace

// --- pictures --------------------------------------------------------------------------------------------------------------------------

std::string with_content_ids(const std::string& html) {
  std::string out;
  std::size_t at = 0;
  while (true) {
    const auto begin = html.find("<img", at);
    const auto end = begin == std::string::npos ? begin : html.find('>', begin);
    if (end == std::string::npos) { return out + html.substr(at); }
    out += html.substr(at, begin - at);
    const std::string tag = html.substr(begin, end - begin + 1);
    constexpr std::string_view mark = "data-attachment-id=\"";
    const auto id = tag.find(mark);
    const auto digits = id == std::string::npos ? std::string() : tag.substr(id + mark.size(), tag.find('"', id + mark.size()) - id - mark.size());
    const bool is_id = !digits.empty() && digits.size() < 19 && digits.find_first_not_of("0123456789") == std::string::npos;
    out += is_id ? "<img src=\"cid:a" + digits + "\" alt=\"\">" : tag;
    at = end + 1;
  }
}

std::string with_file_addresses(const std::string& html, const json& attachment_of_content_id, const std::vector<tickets::Attachment>& attachments) {
  std::string out;
  std::size_t at = 0;
  constexpr std::string_view mark = "src=\"cid:";
  while (true) {
    const auto begin = html.find(mark, at);
    const auto end = begin == std::string::npos ? begin : html.find('"', begin + mark.size());
    if (end == std::string::npos) { return out + html.substr(at); }
    const std::string id = html.substr(begin + mark.size(), end - begin - mark.size());
    out += html.substr(at, begin - at);
    const auto wanted = attachment_of_content_id.is_object() ? attachment_of_content_id.value(id, std::int64_t{0}) : 0;
    const auto found = std::find_if(attachments.begin(), attachments.end(), [&](const auto& a) { return a.id.value == wanted; });
    if (found != attachments.end()) { out += "src=\"" + tickets::to_json(*found).value("url", "") + "\" data-attachment-id=\"" + std::to_string(wanted) + "\""; }
    at = end + 1;
  }
}

// --- before it is stored ---------------------------------------------------------------------------------------------------------------

Mailboxes::Settings Outgoing::sender_of(Transaction& tx, const Ticket& ticket) const {
  if (auto own = parts_.mailboxes.of(ticket.inbox)) { return own; }
  const auto inbox = tickets::find_inbox(tx, ticket.inbox);
  return inbox && inbox->email_inbox ? parts_.mailboxes.of(*inbox->email_inbox) : nullptr;
}

std::optional<Outgoing::Answered> Outgoing::answered_in(const std::vector<Message>& thread) const {
  std::optional<Answered> of_machine;  // a form or a shop system that opened the ticket: better than nothing
  for (auto message = thread.rbegin(); message != thread.rend(); ++message) {
    auto detail = details_.open(*message);
    if (detail.has_error() || !is_incoming(*detail)) { continue; }
    if (is_of_person(*detail)) { return Answered{*message, std::move(*detail)}; }
    if (!of_machine && !is_automatic_answer(*detail)) { of_machine = Answered{*message, std::move(*detail)}; }
  }
  return of_machine;
}

void Outgoing::address_answer(ReplyDefaults& d, const MessageDetail& answered) const {
  if (const auto chosen = address_of(answered.kept.value("answer_to", json())); !chosen.address.empty()) {
    d.to.push_back(chosen);
    return;
  }
  for (auto& copied : addresses_of(answered.shown.value("cc", json()))) {
    if (!parts_.mailboxes.of_address(copied.address)) { d.cc.push_back(std::move(copied)); }
  }
  const auto from = address_of(answered.shown.value("from", json()));
  // Whoever forges a customer's From must not be able to steer the answer to himself: Reply-To counts where it is the author's own
  // domain, or where the mail was written by a form on our site.
  const bool is_form = parts_.mailboxes.of_address(from.address) != nullptr;
  for (auto& answer_to : addresses_of(answered.kept.value("reply_to", json()))) {
    const bool is_theirs = is_form || is_same_or_subdomain(domain_of(answer_to.address), domain_of(from.address));
    if (!answer_to.address.empty() && is_theirs && !parts_.mailboxes.of_address(answer_to.address)) { d.to.push_back(std::move(answer_to)); }
  }
  if (d.to.empty() && !from.address.empty() && !parts_.mailboxes.of_address(from.address)) { d.to.push_back(from); }
}

Status Outgoing::answer_to(Transaction& tx, TicketId ticket, const MailAddress& address) const {
  auto answered = answered_in(thread_of(tx, ticket));
  if (!answered) { return {}; }  // then answers go to the requester
  answered->detail.kept["answer_to"] = to_json(address);
  PARLEY_TRY(answered->message.detail, details_.seal(answered->message.detail_key, answered->detail));
  tickets::rewrite_message(tx, answered->message);
  return {};
}

Result<ReplyDefaults> Outgoing::defaults(Transaction& tx, const Ticket& ticket, const Principal& who) const {
  const auto settings = sender_of(tx, ticket);
  if (!settings || settings->outgoing == "none" || !settings->is_enabled) {
    return Error::with_reason(Errc::conflict, "cannot_send", "This inbox has no way to send mail. An administrator sets it up under Settings, Inboxes.");
  }
  ReplyDefaults d;
  d.sender = settings;
  d.from = {sender_name(*settings, who.name), settings->address};
  const auto thread = thread_of(tx, ticket.id);
  if (auto answered = answered_in(thread)) {
    address_answer(d, answered->detail);
    d.last_incoming = std::move(answered->message);
  }
  if (d.to.empty()) {
    if (const auto requester = parts_.customers.load(tx, ticket.requester.id); requester.has_value()) {
      for (const auto& identity : requester->identities) {
        if (identity.kind == customers::IdentityKind::email && d.to.empty()) { d.to.push_back({requester->name, identity.value}); }
      }
    }
  }
  d.subject = d.last_incoming || !thread.empty() ? reply_subject(ticket.subject) : ticket.subject;
  d.signature_html = signature_of(tx, who, *settings);
  return d;
}

Result<std::vector<MailAddress>> Outgoing::recipients_of(const json& options, const char* field, const std::vector<MailAddress>& initial) const {
  if (!options.is_object() || !options.contains(field)) { return initial; }
  std::vector<MailAddress> out;
  for (std::size_t i = 0; i < options[field].size(); ++i) {
    const std::string path = std::string("/email/") + field + "/" + std::to_string(i);
    const auto read = parse_address(options[field][i].get<std::string>());
    if (!read || normalise_address(read->address).empty()) { return Error::field(path, "bad_format", "This is not an e-mail address."); }
    if (parts_.mailboxes.of_address(read->address)) { return Error::field(path, "own_address", "This is an address of this desk."); }
    out.push_back({clean_line(read->name), normalise_address(read->address)});
  }
  return out;
}

bool may_add_recipients(const Principal& who, const EmailSettings& settings) { return who.sees_all_teams() || settings.recipients != "participants"; }

Status Outgoing::check_recipients(Transaction& tx, const Principal& who, const Ticket& ticket, const ReplyDefaults& d, const char* field, const std::vector<MailAddress>& given) const {
  if (may_add_recipients(who, *d.sender) || given.empty()) { return {}; }
  const auto requester = customers::find_customer(tx, ticket.requester.id);
  const bool is_stranger = requester && ticket.message_count == 0 && requester->created_at >= tx.now();  // made by this very command
  if (is_stranger) { return Error::field("/requester/email", "forbidden_recipient", "From this inbox agents write to known customers only."); }
  auto known = participants_of(tx, parts_.customers, details_, parts_.mailboxes, ticket);
  for (const auto* list : {&d.to, &d.cc}) {
    for (const auto& address : *list) { known.push_back(address.address); }
  }
  for (auto& address : known) { address = address_key(address); }
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (std::find(known.begin(), known.end(), address_key(given[i].address)) != known.end()) { continue; }
    return Error::field(std::string("/email/") + field + "/" + std::to_string(i), "forbidden_recipient", "From this inbox agents write to people of the conversation only.");
  }
  return {};
}

Status Outgoing::prepare(Transaction& tx, const Principal& who, const Ticket& ticket, tickets::NewMessage& message) const {
  PARLEY_TRY(const auto d, defaults(tx, ticket, who));
  const json& options = message.options;
  PARLEY_TRY(const auto to, recipients_of(options, "to", d.to));
  PARLEY_TRY(const auto cc, recipients_of(options, "cc", d.cc));
  PARLEY_TRY(const auto bcc, recipients_of(options, "bcc", {}));
  PARLEY_CHECK(check_recipients(tx, who, ticket, d, "to", to));
  PARLEY_CHECK(check_recipients(tx, who, ticket, d, "cc", cc));
  PARLEY_CHECK(check_recipients(tx, who, ticket, d, "bcc", bcc));
  if (to.empty()) { return Error::field("/email/to", "empty", "Say to whom the mail goes."); }
  if (to.size() + cc.size() + bcc.size() > recipients_max) { return Error::field("/email/to", "too_many", "A mail goes to at most 100 people."); }
  if (!message.html.empty()) {
    message.html = sanitize_html(with_content_ids(message.html)).html;
    if (trim(message.text).empty()) { message.text = html_to_text(message.html); }
  }
  std::string subject = options.is_object() ? clean_line(options.value("subject", "")) : std::string();
  if (subject.empty()) { subject = d.subject; }
  MessageDetail detail;
  detail.shown = {{"direction", "out"}, {"from", to_json(d.from)}, {"to", to_json(to)}, {"cc", to_json(cc)}, {"bcc", to_json(bcc)}, {"subject", subject},
                  {"has_html", !message.html.empty()}, {"has_hidden", d.last_incoming.has_value() || !d.signature_html.empty()}, {"remote_images", 0}, {"kind", "human"}, {"trust", "verified"},
                  {"spf", ""}, {"dkim", ""}, {"dmarc", ""}, {"is_signed", false}, {"is_encrypted", false}, {"problems", json::array()}, {"original_sender", nullptr},
                  {"related_ticket_id", nullptr}, {"stops_on_reply", stops_on_reply(options)}, {"inline_attachment_ids", json::array()}};
  json inline_ids = json::object();
  for (const auto& id : message.attachments) {
    const std::string content_id = "a" + std::to_string(id.value);
    if (message.html.find("\"cid:" + content_id + "\"") == std::string::npos) { continue; }
    inline_ids[content_id] = id.value;
    detail.shown["inline_attachment_ids"].push_back(id.value);
  }
  const bool quotes = options.is_object() ? options.value("quotes_history", d.sender->quotes_history) : d.sender->quotes_history;
  detail.kept = {{"inline", std::move(inline_ids)},
                 {"quotes", quotes && d.last_incoming ? json(d.last_incoming->id.value) : json(nullptr)},
                 {"signature_html", !options.is_object() || options.value("has_signature", true) ? d.signature_html : std::string()},
                 {"send_at", send_at_of(options)}};
  const auto requester = customers::find_customer(tx, ticket.requester.id);
  if (!requester) { return Error(Errc::internal, "customer vanished"); }
  PARLEY_TRY(message.detail, details_.seal(requester->wrapped_key, detail));
  message.detail_owner = requester->id;
  return {};
}

/// Where no report can come back to an address of this mail's own, it is found by whom it went to.
Status Outgoing::note_recipients(Transaction& tx, const Ticket& ticket, MessageId id, TimePoint at) const {
  const auto settings = sender_of(tx, ticket);
  if (!settings || settings->has_own_envelope()) { return {}; }
  const auto messages = tickets::load_messages(tx, {id.value});
  if (messages.empty()) { return Error(Errc::internal, "message vanished"); }
  PARLEY_TRY(const auto detail, details_.open(messages.front()));
  std::vector<std::string> lookups;
  for (const char* field : {"to", "cc", "bcc"}) {
    for (const auto& address : addresses_of(detail.shown.value(field, json()))) { lookups.push_back(parts_.cipher.lookup_hash("email", identity_address(address.address))); }
  }
  note_sent_to(tx, lookups, settings->inbox, id, at);
  return {};
}

Status Outgoing::posted(Transaction& tx, const Ticket& ticket, const tickets::NewMessage& given, const Message& stored) const {
  if (!given.html.empty()) { tx.execute("INSERT INTO message_html (message_id, html) VALUES (?,?)", {stored.id, given.html}); }
  storage::OutboxItem item;
  item.channel = outbox_channel;
  item.lane = "inbox/" + std::to_string(sender_of(tx, ticket)->inbox.value);
  item.message_id = stored.id.value;
  item.idempotency_key = "message/" + std::to_string(stored.id.value);
  item.payload = dump_json(state_change(ticket, given));  // the message has the rest, sealed
  item.due_at = tx.now() + undo_window;
  const json send_at = send_at_of(given.options);
  if (send_at.is_number_integer()) { item.due_at = std::max(item.due_at, from_ms(send_at.get<std::int64_t>())); }
  storage::enqueue(tx, item);
  return note_recipients(tx, ticket, stored.id, item.due_at);
}

// --- when its time has come ------------------------------------------------------------------------------------------------------------

namespace {

/// When it leaves, as far as its author chose that; the same for every attempt.
TimePoint date_of(const Message& message, const std::optional<storage::OutboxItem>& outbox, const json& send_at) {
  if (!outbox || !send_at.is_number_integer()) { return message.created_at; }
  return std::max(message.created_at, std::min(from_ms(send_at.get<std::int64_t>()), outbox->tried_since));
}

/// A person, not the machine of somebody who is out of office.
bool has_customer_written_since(Transaction& tx, const DetailCipher& details, const Message& message) {
  bool has_more = false;
  for (const auto& later : tickets::list_messages(tx, message.ticket, {0, message.id.value, thread_messages_max, true, {}}, has_more)) {
    if (later.author.kind != "customer") { continue; }
    if (later.detail.empty()) { return true; }  // in the chat
    const auto detail = details.open(later);
    if (detail.has_error() || is_of_person(*detail)) { return true; }
  }
  return false;
}

struct Loaded {
  Message message;
  MessageDetail detail;
  Ticket ticket;
  Mailboxes::Settings settings;  // null: the inbox is no e-mail inbox any more
  std::string html;
  std::vector<Message> thread;  // before it
  std::optional<storage::OutboxItem> outbox;
  bool is_superseded{false};
  std::optional<MailEntry> quoted;
};

Result<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) { return Error(Errc::internal, "an attachment is missing on disk: " + path.string()); }
  return std::string{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string envelope_sender(ThreadingKeys keys, const EmailSettings& settings, ThreadToken token) {
  if (!settings.has_own_envelope()) { return settings.address; }
  constexpr std::size_t local_part_max = 64;  // RFC 5321: a longer one would keep the mail from leaving
  auto address = make_envelope_address(keys, token, settings.address);
  return local_part_of(address).size() > local_part_max ? settings.address : address;
}

Result<Loaded> load(Transaction& tx, MessageId id) {
  Loaded l;
  auto messages = tickets::load_messages(tx, {id.value});
  if (messages.empty() || messages.front().detail.empty()) { return Error::with_reason(Errc::not_found, "not_found", "There is no such e-mail message."); }
  l.message = std::move(messages.front());
  auto ticket = tickets::find_ticket(tx, l.message.ticket);
  if (!ticket) { return Error(Errc::internal, "ticket vanished"); }
  l.ticket = std::move(*ticket);
  if (const auto row = tx.query_one("SELECT html FROM message_html WHERE message_id = ?", {id})) { l.html = row->text(0); }
  l.thread = thread_of(tx, l.ticket.id, id);
  l.outbox = storage::find_outbox_of_message(tx, id.value);
  return l;
}

}  // namespace

Result<Outgoing::Built> Outgoing::build(storage::Database& database, MessageId id) const {
  PARLEY_TRY(const auto l, database.read_now([&](Transaction& tx) -> Result<Loaded> {
    PARLEY_TRY(auto loaded, load(tx, id));
    loaded.settings = sender_of(tx, loaded.ticket);
    PARLEY_TRY(loaded.detail, details_.open(loaded.message));
    loaded.is_superseded = loaded.detail.shown.value("stops_on_reply", false) && has_customer_written_since(tx, details_, loaded.message);
    if (const auto quotes = loaded.detail.kept.value("quotes", json()); quotes.is_number_integer()) {
      loaded.quoted = find_mail_of_message(tx, parts_.cipher, MessageId{quotes.get<std::int64_t>()});
    }
    return loaded;
  }));
  Built built;
  built.settings = l.settings;
  if (!built.settings) { return Error::with_reason(Errc::conflict, "cannot_send", "The inbox of this message is no e-mail inbox any more."); }
  const auto& settings = *built.settings;
  const auto& detail = l.detail;
  const ThreadToken token{l.ticket.id, l.message.id};
  const std::string domain = domain_of_settings(settings);

  OutgoingMail mail;
  mail.from = address_of(detail.shown.value("from", json()));
  mail.to = addresses_of(detail.shown.value("to", json()));
  mail.cc = addresses_of(detail.shown.value("cc", json()));
  mail.subject = detail.shown.value("subject", "");
  // Where the way in is a mailbox elsewhere, nobody knows whether it takes addresses with an extension: the subject carries the token.
  if (settings.incoming == "smtp") {
    mail.reply_to = MailAddress{mail.from.name, make_reply_address(parts_.threading_keys, token, settings.address)};
  } else {
    mail.subject = without_subject_token(parts_.threading_keys, mail.subject) + " " + make_subject_token(parts_.threading_keys, l.ticket.id);
  }
  mail.message_id = make_message_id(parts_.threading_keys, token, domain);
  mail.date = date_of(l.message, l.outbox, detail.kept.value("send_at", json()));
  std::optional<QuotedMail> quote;
  std::string newest;  // that is no robot's answer
  for (const auto& earlier : l.thread) {
    const auto before = details_.open(earlier);
    if (before.has_error()) { continue; }
    const bool is_ours = !is_incoming(*before);
    const std::string message_id = is_ours ? make_message_id(parts_.threading_keys, {l.ticket.id, earlier.id}, domain) : before->kept.value("message_id", "");
    if (mail.references.empty() && !is_ours) { mail.references = before->kept.value("references", std::vector<std::string>{}); }
    if (!message_id.empty()) { mail.references.push_back(message_id); }
    if (!is_ours && !message_id.empty() && is_of_person(*before)) { mail.in_reply_to = message_id; }
    if (!message_id.empty() && !is_automatic_answer(*before)) { newest = message_id; }
    if (json(earlier.id.value) == detail.kept.value("quotes", json())) { quote = QuotedMail{address_of(before->shown.value("from", json())), earlier.created_at, {}, {}, earlier.text}; }
  }
  if (mail.in_reply_to.empty()) { mail.in_reply_to = std::move(newest); }
  if (quote && l.quoted && !has_problem(*l.quoted, not_read)) {
    if (const auto raw = parts_.raw_store.load(*l.quoted); raw.has_value()) { quote->html = show_mail(parse_mail(*raw)).html; }
  }
  Composition composition{l.html, l.message.text, detail.kept.value("signature_html", ""), std::move(quote), l.ticket.requester.locale};
  auto body = compose_body(composition);
  mail.text = std::move(body.text);
  mail.html = std::move(body.html);
  const json inline_ids = detail.kept.value("inline", json::object());
  for (const auto& attachment : l.message.attachments) {
    PARLEY_TRY(auto bytes, read_file(parts_.files.path_of(attachment.sha256)));
    OutgoingPart part{attachment.content_type, attachment.name, {}, std::move(bytes), false};
    for (const auto& [content_id, attachment_id] : inline_ids.items()) {
      if (attachment_id == json(attachment.id.value)) {
        part.content_id = content_id;
        part.is_inline = true;
      }
    }
    mail.parts.push_back(std::move(part));
  }
  PARLEY_TRY(built.mail, write_mail(mail));
  built.mail_from = envelope_sender(parts_.threading_keys, settings, token);
  built.is_superseded = l.is_superseded;
  for (const char* field : {"to", "cc", "bcc"}) {
    for (const auto& address : addresses_of(detail.shown.value(field, json()))) { built.recipients.push_back(address.address); }
  }
  return built;
}

}  // namespace parley::channels::email
