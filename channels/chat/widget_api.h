// Endpoints of the chat widget: everything a visitor may do.
#pragma once

#include "base/route.h"
#include "channels/chat/conversation.h"
#include "channels/chat/visitor.h"
#include "tickets/file_store.h"
#include "tickets/notice.h"

namespace parley::channels::chat {

struct WidgetApi {
  const customers::CustomerService& customers;
  const storage::FieldCipher& cipher;
  const tickets::FileStore& files;
  tickets::Notices& notices;
  IsConnected is_connected;
  std::string token_key;
  std::function<std::string()> socket_cursor;
};
void register_routes(RouteTable& table, std::shared_ptr<WidgetApi> api);

}  // namespace parley::channels::chat
