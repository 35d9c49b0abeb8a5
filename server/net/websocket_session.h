// The one entry to the translation unit that instantiates Beast's WebSocket.
#pragma once

#include <memory>
#include <string>

#include "server/net/any_stream.h"
#include "server/net/server_state.h"

namespace parley::net {

/// What HTTP has checked and Beast needs again for its answer.
struct Handshake {
  std::string key, host, request_id;
};

/// Answers the handshake and lives on its own from there on.
void start_websocket(std::shared_ptr<ServerState> state, AnyStream stream, Admission admission, Handshake handshake, Upgrade upgrade);

}  // namespace parley::net
