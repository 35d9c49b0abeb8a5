// Everything the server knows of itself, in Prometheus text form.
#pragma once

#include <string>

#include "channels/email/mail_service.h"
#include "routing/router.h"
#include "server/app/dispatcher.h"
#include "server/net/server.h"
#include "server/realtime/hub.h"
#include "storage/database.h"
#include "storage/private_mariadb.h"

namespace parley::app {

struct MetricSources {
  const storage::Database& database;
  const net::Server& server;
  const realtime::Hub& hub;
  const routing::Router& router;
  const Dispatcher& dispatcher;
  const channels::email::MailService& mail;
  const channels::email::SignIns& sign_ins;
  const storage::PrivateMariaDb* private_database;  // null with an external one
};
std::string metrics_text(const MetricSources& sources);

}  // namespace parley::app
