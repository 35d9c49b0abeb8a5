// What e-mail adds to a message, as it is kept: sealed with the customer's key, so that forgetting the customer forgets it too.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "channels/email/mail.h"
#include "customers/customer_service.h"
#include "tickets/ticket.h"

namespace parley::channels::email {

struct MessageDetail {
  nlohmann::json shown;  // MessageEmail of docs/api.md
  nlohmann::json kept;   // message_id, references, reply_to, inline {content id: attachment id}, quotes_history, has_signature
};

class DetailCipher {
 public:
  DetailCipher(const customers::CustomerService& customers, const storage::FieldCipher& cipher) : customers_(customers), cipher_(cipher) {}
  Result<std::string> seal(const std::string& wrapped_key, const MessageDetail& detail) const;
  /// Errors: internal (another key, damaged).
  Result<MessageDetail> open(const tickets::Message& message) const;

 private:
  const customers::CustomerService& customers_;
  const storage::FieldCipher& cipher_;
};

nlohmann::json to_json(const MailAddress& address);
nlohmann::json to_json(const std::vector<MailAddress>& addresses);
MailAddress address_of(const nlohmann::json& shape);
std::vector<MailAddress> addresses_of(const nlohmann::json& list);

}  // namespace parley::channels::email
