// Beast's WebSocket over FrameStream. Included by websocket_session.cpp only: this is the costliest instantiation of the project.
#pragma once

#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <utility>

#include "server/net/frame_stream.h"

namespace parley::net {

/// Beast's way to end a WebSocket politely; found by argument-dependent lookup.
template <class Handler>
void async_teardown(boost::beast::role_type role, FrameStream& stream, Handler&& handler) {
  if (stream.on_teardown) { stream.on_teardown(); }
  if (stream.is_tls()) {
    boost::beast::async_teardown(role, stream.tls(), std::forward<Handler>(handler));
  } else {
    boost::beast::websocket::async_teardown(role, stream.lowest(), std::forward<Handler>(handler));
  }
}

/// Without permessage-deflate: a context of 90 KB per socket that sends would be fifteen times the rest.
using WebSocketStream = boost::beast::websocket::stream<FrameStream, false>;

}  // namespace parley::net
