// E-mail inside the running server: its parts in the order they need each other, made from the configuration.
#pragma once

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <memory>

#include "channels/email/mail_service.h"
#include "server/app/config.h"
#include "tickets/outbound.h"

namespace parley::app {

class EmailDesk {
 public:
  struct Parts {
    boost::asio::io_context& io;
    storage::Database& database;
    const storage::FieldCipher& cipher;
    const customers::CustomerService& customers;
    const tickets::FileStore& files;
    std::shared_ptr<const Clock> clock;
    bool is_demo{false};
  };
  /// Errors: unavailable (the port is taken, the database does not answer), invalid_input (certificate files).
  static Result<std::unique_ptr<EmailDesk>> start(const Parts& parts, const Config& config);

  void register_routes(RouteTable& table);
  tickets::Outbounds outbounds() const { return {{"email", outgoing_.get()}}; }
  channels::email::MailService& service() { return *service_; }
  const channels::email::SignIns& sign_ins() const { return *sign_ins_; }
  /// On the I/O thread: MailService::stop, and no code is redeemed any more.
  channels::email::wire::Task<void> stop(milliseconds patience);
  channels::email::Intake& intake() { return *intake_; }

 private:
  EmailDesk(const Parts& parts, const std::filesystem::path& data);

  Parts parts_;
  channels::email::Mailboxes mailboxes_;
  channels::email::RawStore raw_store_;
  std::unique_ptr<channels::email::Intake> intake_;
  std::unique_ptr<channels::email::Outgoing> outgoing_;
  std::unique_ptr<channels::email::SignIns> sign_ins_;
  std::unique_ptr<channels::email::MailService> service_;  // last: its threads use the others
};

}  // namespace parley::app
