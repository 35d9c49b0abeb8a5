// To which ticket a mail belongs. Our Message-IDs, reply addresses and subjects carry a token only we can make; a token proves that its
// bearer saw our mail, not that he may read the ticket, so the sender must also be known to the ticket. Never by subject text.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "channels/email/mail.h"

namespace parley::channels::email {

/// The first key signs; all keys are accepted, so that a key can be changed while old mails are still being answered.
using ThreadingKeys = std::span<const std::string>;

struct ThreadToken {
  TicketId ticket;
  MessageId message;
  bool operator==(const ThreadToken&) const = default;
};

/// Lower-case letters and digits only (some servers change the case of local parts), at most 47 characters. A token for one purpose is
/// worthless for another: a Message-ID is seen by everybody the mail is passed on to, a reply address only by its recipients, and what a
/// mail system reports to an envelope sender is believed.
enum class TokenPurpose : unsigned char { message_id = 'm', reply_address = 'r', envelope_sender = 'e' };
std::string make_token(ThreadingKeys keys, TokenPurpose purpose, ThreadToken token);
std::optional<ThreadToken> read_token(ThreadingKeys keys, TokenPurpose purpose, std::string_view text);

std::string make_message_id(ThreadingKeys keys, ThreadToken token, std::string_view domain);  // without < >
std::optional<ThreadToken> read_message_id(ThreadingKeys keys, std::string_view message_id);

/// support@shop.example -> support+<token>@shop.example
std::string make_reply_address(ThreadingKeys keys, ThreadToken token, std::string_view own_address);
std::optional<ThreadToken> read_reply_address(ThreadingKeys keys, std::string_view address);

/// Of the same form, in MAIL FROM: reports about the message come back to it. Programs answer there too, people hardly.
std::string make_envelope_address(ThreadingKeys keys, ThreadToken token, std::string_view own_address);
std::optional<ThreadToken> read_envelope_address(ThreadingKeys keys, std::string_view address);

/// "[#4711-k7d2m9xq3a]": the number for people, the rest against invention.
std::string make_subject_token(ThreadingKeys keys, TicketId ticket);
std::optional<TicketId> read_subject_token(ThreadingKeys keys, std::string_view subject);
/// The subject without its token: agents and customers need not see it.
std::string without_subject_token(ThreadingKeys keys, std::string_view subject);

// --- candidates ------------------------------------------------------------------------------------------------------------------------

enum class ThreadSource : unsigned char { reply_address, in_reply_to, references, subject };
enum class ThreadProof : unsigned char {
  signed_by_us,  // the token says which ticket
  stored_id,     // a foreign Message-ID: the caller looks whether we have that mail, and fills in `ticket`
};

struct ThreadCandidate {
  ThreadSource source{};
  ThreadProof proof{};
  TicketId ticket;         // 0 until found for a stored id
  MessageId message;
  std::string message_id;  // for stored ids
};

/// In order of trust, without repetitions, at most 30: reply or envelope address, In-Reply-To, References newest first, subject. `recipients`: of
/// the envelope, where there is one; a header need not say all of them.
std::vector<ThreadCandidate> candidates(const Mail& mail, ThreadingKeys keys, std::span<const std::string> recipients = {});

struct KnownTicket {
  TicketId ticket;
  std::vector<std::string> participants;  // addresses of requester, copied people and agents, as stored
  TicketId merged_into;                   // 0: not merged
};

enum class ThreadOutcome : unsigned char {
  join,      // put the mail into `ticket`
  related,   // a new ticket that points to `ticket`: a stranger, or a sender whose authentication failed. An agent decides
  open_new,
};
struct ThreadDecision {
  ThreadOutcome outcome{ThreadOutcome::open_new};
  TicketId ticket;
  MessageId message;
  std::string why;  // stable word: "participant", "stranger", "authentication_failed", "no_candidate", "unknown_ticket"
};

/// `found` are the candidates with tickets filled in, `tickets` what is stored about them. `authentication_failed`: the receiving server
/// says the sender is forged.
ThreadDecision decide_thread(const Mail& mail, std::span<const ThreadCandidate> found, std::span<const KnownTicket> tickets, bool authentication_failed);

// --- the same mail twice ---------------------------------------------------------------------------------------------------------------

/// Equal for copies of one mail that reached several of our addresses. Includes sender, date and text, so that nobody can keep somebody
/// else's mail out by sending one with its Message-ID first, and robots that use one id for all their mail lose none. A list that adds
/// a footer of its own makes a second mail of it: one too many is better than one lost. `day` (of arrival, since 1970) counts for mails that
/// nothing else tells apart: an alarm says the same again next month.
std::string duplicate_key(const Mail& mail, std::int64_t day = 0);
/// Neither Message-ID nor Date.
bool is_told_apart_by_day(const Mail& mail);

}  // namespace parley::channels::email
