#include "channels/email/imap/impl/imap_session.h"

#include <algorithm>

#include "channels/email/imap/command_text.h"
#include "channels/email/imap/login_advice.h"

namespace parley::channels::email::imap {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using wire::Task;

constexpr seconds goodbye_limit{2};
constexpr std::size_t listed_max = 50;

Error refusal(const Condition& condition) { return {Errc::forbidden, "The server refused: " + server_words(condition.text)}; }

}  // namespace

ImapSession::ImapSession(std::unique_ptr<wire::LineStream> stream, std::shared_ptr<boost::asio::ssl::context> tls, ImapAccount account,
                         SessionLimits limits)
    : channel_(std::move(stream), limits.answer), tls_(std::move(tls)), account_(std::move(account)), limits_(limits) {}

bool ImapSession::has(std::string_view capability) const { return std::ranges::find(capabilities_, capability) != capabilities_.end(); }

void ImapSession::notice(const Response& response) {
  if (const auto* const exists = std::get_if<Exists>(&response.data)) {
    has_news_ = has_news_ || exists->count > exists_;
    exists_ = exists->count;
  } else if (std::holds_alternative<Expunge>(response.data)) {
    exists_ -= exists_ > 0 ? 1 : 0;
  } else if (const auto* const named = std::get_if<Capabilities>(&response.data)) {
    capabilities_ = named->names;
  } else if (const auto* const condition = std::get_if<Condition>(&response.data)) {
    if (condition->code.name == "CAPABILITY") { capabilities_ = condition->code.arguments; }
  }
}

Task<Result<Condition>> ImapSession::exchange(Command command, OnUntagged on_untagged) {
  OnUntagged handler = [this, then = std::move(on_untagged)](Response& response) {
    notice(response);
    if (then) { then(response); }
  };
  auto condition = co_await channel_.run(std::move(command), std::move(handler));
  if (condition.has_value() && condition.value().code.name == "CAPABILITY") { capabilities_ = condition.value().code.arguments; }
  co_return condition;
}

Task<Status> ImapSession::run(Command command, OnUntagged on_untagged) {
  auto condition = co_await exchange(std::move(command), std::move(on_untagged));
  if (condition.has_error()) { co_return condition.error(); }
  if (condition.value().kind != Condition::Kind::ok) { co_return refusal(condition.value()); }
  co_return Status{};
}

Task<Status> ImapSession::run(Command command) {
  OnUntagged nothing;
  return run(std::move(command), std::move(nothing));
}

Task<Result<Mailbox>> ImapSession::select() {
  Mailbox mailbox;
  Command command("SELECT");
  command.string(encode_mailbox_name(account_.mailbox));
  OnUntagged handler = [&mailbox](Response& response) {
    const auto* const condition = std::get_if<Condition>(&response.data);
    if (condition == nullptr) { return; }
    const auto number = static_cast<std::uint32_t>(std::min<std::uint64_t>(condition->code.number, UINT32_MAX));
    if (condition->code.name == "UIDVALIDITY") { mailbox.uidvalidity = number; }
    if (condition->code.name == "UIDNEXT") { mailbox.uid_next = number; }
  };
  exists_ = 0;
  auto condition = co_await exchange(std::move(command), std::move(handler));
  if (condition.has_error()) { co_return condition.error(); }
  if (condition.value().kind != Condition::Kind::ok) { co_return explain_select(account_, condition.value()); }
  if (mailbox.uidvalidity == 0) { co_return Error{Errc::invalid_input, "The server gives mails no lasting numbers (UIDVALIDITY is missing)."}; }
  mailbox.is_read_only = condition.value().code.name == "READ-ONLY";
  mailbox.exists = exists_;
  has_news_ = false;
  co_return mailbox;
}

Task<Result<std::vector<std::string>>> ImapSession::list() {
  std::vector<std::string> names;
  Command command("LIST \"\" \"*\"");
  OnUntagged handler = [&names](Response& response) {
    const auto* const entry = std::get_if<ListEntry>(&response.data);
    if (entry != nullptr && names.size() < listed_max) { names.push_back(decode_mailbox_name(entry->name)); }
  };
  auto done = co_await run(std::move(command), std::move(handler));
  if (done.has_error()) { co_return done.error(); }
  co_return names;
}

Task<Result<std::vector<std::uint32_t>>> ImapSession::search(std::string criteria, std::uint32_t first, std::uint32_t last) {
  std::vector<std::uint32_t> found;
  bool is_garbled = false;
  // With "first:*" the server also names the last mail when it is below first (RFC 3501 section 6.4.8), hence the check.
  OnUntagged handler = [&found, &is_garbled, first, last](Response& response) {
    if (const auto* const other = std::get_if<Other>(&response.data)) { is_garbled = is_garbled || other->name.empty(); }
    const auto* const result = std::get_if<Found>(&response.data);
    if (result == nullptr) { return; }
    for (const auto& [low, high] : result->ranges) {
      const std::uint64_t end = std::min(high, last);
      for (std::uint64_t uid = std::max(low, first); uid <= end && found.size() < 2 * search_max; ++uid) { found.push_back(static_cast<std::uint32_t>(uid)); }
    }
  };
  const std::string range = std::to_string(first) + ':' + (last == UINT32_MAX ? "*" : std::to_string(last));
  Command command("UID SEARCH UID " + range + (criteria.empty() ? "" : " ") + criteria);
  auto done = co_await run(std::move(command), std::move(handler));
  if (done.has_error()) { co_return done.error(); }
  if (is_garbled) {  // "nothing found" may be wrong, and would let mails be passed
    close();
    co_return Error{Errc::invalid_input, "The server's answer to a search cannot be read."};
  }
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  if (found.size() > search_max) { found.resize(search_max); }
  co_return found;
}

Task<Result<std::uint32_t>> ImapSession::highest_uid() {
  std::uint32_t highest = 0;
  if (exists_ == 0) { co_return highest; }
  OnUntagged handler = [&highest](Response& response) {
    const auto* const fetch = std::get_if<Fetch>(&response.data);
    if (fetch != nullptr && fetch->uid) { highest = std::max(highest, *fetch->uid); }
  };
  Command command("UID FETCH * (UID)");
  auto done = co_await run(std::move(command), std::move(handler));
  if (done.has_error()) { co_return done.error(); }
  co_return highest;
}

Task<Result<std::vector<MailInfo>>> ImapSession::fetch_info(std::vector<std::uint32_t> ascending) {
  if (ascending.size() > info_max) { ascending.resize(info_max); }
  std::vector<MailInfo> infos;
  OnUntagged handler = [&infos, &ascending](Response& response) {
    const auto* const fetch = std::get_if<Fetch>(&response.data);
    if (fetch == nullptr || !fetch->uid || !fetch->size || !std::ranges::binary_search(ascending, *fetch->uid)) { return; }
    const bool is_seen = fetch->flags && std::ranges::find(*fetch->flags, "\\Seen") != fetch->flags->end();
    if (infos.size() < 2 * info_max) { infos.push_back({*fetch->uid, *fetch->size, is_seen, fetch->internal_date.value_or(TimePoint{})}); }
  };
  Command command("UID FETCH " + uid_set(ascending).text + " (UID FLAGS INTERNALDATE RFC822.SIZE)");
  auto done = co_await run(std::move(command), std::move(handler));
  if (done.has_error()) { co_return done.error(); }
  std::ranges::sort(infos, {}, &MailInfo::uid);
  infos.erase(std::ranges::unique(infos, {}, &MailInfo::uid).begin(), infos.end());
  co_return infos;
}

Task<Result<std::optional<std::string>>> ImapSession::fetch_mail(std::uint32_t uid, bool is_header_only) {
  std::optional<std::string> bytes;
  OnUntagged handler = [&bytes, uid](Response& response) {
    auto* const fetch = std::get_if<Fetch>(&response.data);
    if (fetch != nullptr && fetch->body && fetch->uid.value_or(uid) == uid) { bytes = std::move(fetch->body); }
  };
  Command command("UID FETCH " + std::to_string(uid) + (is_header_only ? " (UID BODY.PEEK[HEADER])" : " (UID BODY.PEEK[])"));
  auto done = co_await run(std::move(command), std::move(handler));
  if (done.has_error()) { co_return done.error(); }
  co_return bytes;
}

Task<Status> ImapSession::mark(std::string set, std::string flag) {
  Command command("UID STORE " + set + " +FLAGS.SILENT (" + flag + ")");
  return run(std::move(command));
}

Task<Result<std::size_t>> ImapSession::mark_seen(std::vector<std::uint32_t> ascending) {
  const UidSet set = uid_set(ascending);
  auto done = co_await mark(set.text, "\\Seen");
  if (done.has_error()) { co_return done.error(); }
  co_return set.count;
}

Task<Result<std::size_t>> ImapSession::remove(std::vector<std::uint32_t> ascending) {
  const UidSet set = uid_set(ascending);
  auto done = co_await mark(set.text, "\\Deleted");
  if (done.has_value() && has("UIDPLUS")) {
    Command expunge("UID EXPUNGE " + set.text);
    done = co_await run(std::move(expunge));
  }
  if (done.has_error()) { co_return done.error(); }
  co_return set.count;
}

Task<Result<std::size_t>> ImapSession::move(std::vector<std::uint32_t> ascending, std::string target) {
  const UidSet set = uid_set(ascending);
  const std::string name = encode_mailbox_name(target);
  const bool can_move = has("MOVE");
  for (bool is_made = false;; is_made = true) {
    Command command((can_move ? "UID MOVE " : "UID COPY ") + set.text);
    command.string(name);
    OnUntagged nothing;
    auto condition = co_await exchange(std::move(command), std::move(nothing));
    if (condition.has_error()) { co_return condition.error(); }
    if (condition.value().kind == Condition::Kind::ok) { break; }
    if (condition.value().code.name != "TRYCREATE" || is_made) { co_return refusal(condition.value()); }
    Command create("CREATE");
    create.string(name);
    auto created = co_await run(std::move(create));
    if (created.has_error()) { co_return created.error(); }
  }
  if (can_move) { co_return set.count; }
  // After a connection lost right here the mail is copied again next time: two copies are better than none.
  co_return co_await remove(std::move(ascending));
}

Task<Status> ImapSession::noop() {
  Command command("NOOP");
  return run(std::move(command));
}

void ImapSession::interrupt() {
  is_interrupted_ = true;
  if (is_waiting_) { channel_.stream().wake(); }
}

Task<Status> ImapSession::wait_for_news(milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!has_news_ && !is_interrupted_) {
    const auto left = std::chrono::duration_cast<milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) { break; }
    is_waiting_ = true;
    auto response = co_await channel_.read(left);
    is_waiting_ = false;
    if (response.has_value()) {
      notice(response.value());
    } else if (response.error().code != Errc::timeout) {
      co_return response.error();
    }
  }
  co_return Status{};
}

Task<Status> ImapSession::idle(milliseconds limit) {
  OnUntagged handler = [this](Response& response) { notice(response); };
  is_interrupted_ = false;
  Command command("IDLE");
  auto begun = co_await channel_.begin(std::move(command), handler);
  if (begun.has_error()) { co_return begun.error(); }
  if (begun.value()) {
    is_idle_refused_ = true;
    co_return Status{};
  }
  auto waited = co_await wait_for_news(limit);
  if (waited.has_error()) { co_return waited.error(); }
  auto ended = co_await channel_.end("DONE", handler);
  if (ended.has_error()) { co_return ended.error(); }
  co_return Status{};
}

Task<void> ImapSession::log_out() {
  std::string line = "bye LOGOUT\r\n";
  std::ignore = co_await channel_.stream().write(std::move(line), goodbye_limit);
  co_await channel_.stream().finish(goodbye_limit);
}

}  // namespace parley::channels::email::imap
