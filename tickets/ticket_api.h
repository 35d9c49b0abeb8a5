// Endpoints of the ticket model for staff: tickets, messages, drafts, uploads, inboxes.
#pragma once

#include "base/clock.h"
#include "base/route.h"
#include "storage/field_cipher.h"
#include "tickets/file_store.h"
#include "tickets/notice.h"
#include "tickets/outbound.h"

namespace parley::tickets {

struct TicketApi {
  FileStore& files;
  Notices& notices;
  const storage::FieldCipher& cipher;
  std::shared_ptr<const Clock> clock;
  std::function<std::string()> socket_cursor;  // where the journal stands now, for a snapshot's reader
  Outbounds outbounds{};
};
void register_routes(RouteTable& table, std::shared_ptr<TicketApi> api);
void register_inbox_routes(RouteTable& table, const std::shared_ptr<TicketApi>& api);
void register_template_routes(RouteTable& table);
void define_ticket_components(RouteTable& table);

/// Kept and shown as written: what a request may leave out is missing in the answer too.
Schema business_hours_schema();
/// Shared with the visitors' endpoints.
Schema message_body(bool for_agent);
/// What an agent's message may carry beside its text when it leaves by e-mail.
std::vector<Schema::Field> email_fields();
Result<Reply> upload(storage::Database& database, const FileStore& files, const Call& call);
std::vector<AttachmentId> attachment_ids_of(const nlohmann::json& body);

}  // namespace parley::tickets
