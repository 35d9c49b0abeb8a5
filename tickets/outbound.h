// How replies leave the house by a channel that is not a socket: it completes the message before it is stored, and hands it over after.
#pragma once

#include <string>

#include "base/principal.h"
#include "tickets/inbox.h"
#include "tickets/ticket_service.h"

namespace parley::tickets {

class Outbound {
 public:
  virtual ~Outbound() = default;
  /// Fills in text, detail and its owner from what the agent gave (text, html, options). Errors: invalid_input naming the field,
  /// conflict when nothing can be sent.
  virtual Status prepare(storage::Transaction& tx, const Principal& who, const Ticket& ticket, NewMessage& message) const = 0;
  /// In the same transaction, after the message was stored.
  virtual Status posted(storage::Transaction& tx, const Ticket& ticket, const NewMessage& given, const Message& stored) const = 0;
};

inline const Outbound* outbound_of(const Outbounds& outbounds, const std::string& channel) {
  const auto found = outbounds.find(channel);
  return found == outbounds.end() ? nullptr : found->second;
}

}  // namespace parley::tickets
