// E-mail of the demo shop: two inboxes with their conversations, and the mailbox its customers read, which stands for the outside world.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"
#include "base/route.h"
#include "storage/field_cipher.h"

namespace parley::demo {

struct LoadedMail {
  int tickets{0}, messages{0};
};
/// Loads mails.json from `data` into a shop whose staff and customers are there already. `files`: the data directory of the shop.
/// Errors: invalid_input for a broken data file.
Result<LoadedMail> load_demo_mail(const std::string& url, const storage::FieldCipher& cipher, const std::filesystem::path& data, const std::filesystem::path& files);

/// GET and POST /api/v1/demo/mails: what the shop sent, and writing to it through its own SMTP port. Open to anybody, so only for demos.
void register_mail_routes(RouteTable& table, std::uint16_t smtp_port);

}  // namespace parley::demo
