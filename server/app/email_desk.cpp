#include "server/app/email_desk.h"

#include <unistd.h>

#include "server/net/tls_context.h"

namespace parley::app {

namespace email = channels::email;
namespace fs = std::filesystem;

namespace {

std::string host_name(const Config& config) {
  if (const auto& name = config.text("smtp.host_name"); !name.empty()) { return name; }
  char name[256] = "localhost";
  gethostname(name, sizeof name - 1);
  return name;
}

Result<email::MailServiceOptions> service_options(const Config& config) {
  email::MailServiceOptions options;
  options.authorities = config.text("mail.authorities");
  options.helo = host_name(config);
  options.takes_smtp = config.integer("smtp.port") > 0;
  auto& smtp = options.smtp;
  smtp.address = config.text("smtp.address");
  smtp.port = static_cast<std::uint16_t>(config.integer("smtp.port"));
  smtp.session.host_name = options.helo;
  smtp.session.is_lmtp = config.flag("smtp.is_lmtp");
  smtp.session.message_max = static_cast<std::size_t>(config.integer("smtp.message_max_mb")) << 20;
  smtp.connections_max = static_cast<std::size_t>(config.integer("smtp.connections_max"));
  smtp.connections_per_address_max = static_cast<std::size_t>(config.integer("smtp.connections_per_address_max"));
  if (const auto& certificate = config.text("smtp.certificate"); !certificate.empty()) {
    PARLEY_TRY(auto context, net::make_tls_context(certificate, config.text("smtp.key")));
    smtp.tls = std::move(context);
    smtp.security = email::Security::starttls;
  }
  return options;
}

}  // namespace

EmailDesk::EmailDesk(const Parts& parts, const fs::path& data) : parts_(parts), raw_store_(data / "mail") {
  const std::vector<std::string> keys{parts.cipher.derive("mail_threading")};
  intake_ = std::make_unique<email::Intake>(
      email::Intake::Parts{parts.database, parts.customers, parts.cipher, parts.files, raw_store_, mailboxes_, parts.clock, keys, data / "mail-under-way"});
  outgoing_ = std::make_unique<email::Outgoing>(email::OutgoingParts{parts.customers, parts.cipher, parts.files, raw_store_, mailboxes_, keys});
  tickets::set_detail_reader([details = outgoing_->details()](const tickets::Message& message) {
    auto detail = details.open(message);
    return detail.has_value() ? std::move(detail->shown) : nlohmann::json();
  });
}

Result<std::unique_ptr<EmailDesk>> EmailDesk::start(const Parts& parts, const Config& config) {
  auto desk = std::unique_ptr<EmailDesk>(new EmailDesk(parts, fs::absolute(config.text("data.directory"))));
  PARLEY_CHECK(desk->mailboxes_.reload(parts.database, parts.cipher));
  PARLEY_TRY(auto options, service_options(config));
  desk->sign_ins_ = std::make_unique<email::SignIns>(parts.clock, options.authorities);
  PARLEY_TRY(desk->service_, email::MailService::start({parts.io, parts.database, parts.cipher, desk->mailboxes_, *desk->intake_, *desk->outgoing_, parts.clock}, std::move(options)));
  return desk;
}

email::wire::Task<void> EmailDesk::stop(milliseconds patience) {
  sign_ins_->stop();
  co_await service_->stop(patience);
}

void EmailDesk::register_routes(RouteTable& table) {
  email::register_routes(table, std::make_shared<email::EmailApi>(
                                    email::EmailApi{*intake_, *outgoing_, mailboxes_, *service_, *sign_ins_, parts_.customers, parts_.cipher, raw_store_, parts_.is_demo}));
}

}  // namespace parley::app
