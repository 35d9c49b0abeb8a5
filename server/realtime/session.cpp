#include "server/realtime/session.h"

#include "base/json_text.h"
#include "base/schema.h"
#include "tickets/ticket_policy.h"

namespace parley::realtime {

using nlohmann::json;

void Session::on_open(std::shared_ptr<net::Socket> socket) {
  socket_ = std::move(socket);
  if (hub_alive_.expired()) { return socket_->close(net::close_code::going_away, "shutting down"); }
  hub_.joined(shared_from_this(), after_);
}

void Session::on_close(std::uint16_t) {
  if (!hub_alive_.expired()) { hub_.left(shared_from_this()); }
  socket_.reset();
}

void Session::send_all(std::span<const Frame> frames) {
  if (!socket_) { return; }
  hub_.probe_.frames_sent += frames.size();
  if (frames.size() == 1) { return socket_->send(frames.front()); }
  socket_->send_all(frames);
}

void Session::close(std::uint16_t code, std::string_view reason) {
  if (socket_) { socket_->close(code, reason); }
}

bool Session::can_see(const std::optional<TeamId>& team, const std::optional<AgentId>& assignee) const {
  return tickets::can_see(who, team, assignee);
}

bool Session::takes_frame() {
  const TimePoint now = hub_.clock_->now();
  const auto& o = hub_.options_;
  if (tokens_at_ != TimePoint{}) {
    tokens_ = std::min(o.frames_burst, tokens_ + o.frames_per_second * static_cast<double>((now - tokens_at_).count()) / 1000.0);
  } else {
    tokens_ = o.frames_burst;
  }
  tokens_at_ = now;
  if (tokens_ < 1) { return false; }
  tokens_ -= 1;
  return true;
}

void Session::bad_frame(const char* why) {
  ++hub_.probe_.bad_frames;
  close(net::close_code::bad_frame, why);
}

void Session::on_text(std::string text) {
  if (hub_alive_.expired()) { return; }
  if (!takes_frame()) {
    ++hub_.probe_.flooded;
    return close(net::close_code::flood, "too many frames");
  }
  const auto frame = parse_json(text);
  if (frame.has_error() || !frame->is_object()) { return bad_frame("not a JSON object"); }
  try {
    handle(*frame);
  } catch (const json::exception&) {
    bad_frame("a member has the wrong type");
  }
}

void Session::handle(const json& frame) {
  const std::string type = frame.value("type", "");
  const char* id_name = who.is_visitor() ? "conversation_id" : "ticket_id";
  if (type == "call") { return handle_call(frame); }
  if (type == "ping") {
    // A time stamp and nothing else is echoed: the client's text is not ours to repeat.
    const json t = frame.value("t", json(0));
    return send(make_frame("pong", {{"t", t.is_number() ? t : json(0)}, {"cursor", hub_.cursor()}}));
  }
  if (type == "view" && who.is_agent()) {
    const json ticket = frame.value("ticket_id", json());
    return hub_.viewing(shared_from_this(), ticket.is_null() ? std::nullopt : std::optional(TicketId{ticket.get<std::int64_t>()}));
  }
  if (type == "typing") {
    const std::string kind = frame.value("kind", "reply");
    return hub_.typing(shared_from_this(), TicketId{frame.at(id_name).get<std::int64_t>()}, frame.at("is_typing").get<bool>(), kind == "note" ? "note" : "reply");
  }
  if (type == "delivered") {
    return hub_.delivered(shared_from_this(), TicketId{frame.at(id_name).get<std::int64_t>()}, MessageId{frame.at("message_id").get<std::int64_t>()});
  }
  bad_frame("unknown type");
}

void Session::handle_call(const json& frame) {
  app::Incoming in;
  const std::string id = frame.at("id").is_string() ? frame["id"].get<std::string>() : std::to_string(frame["id"].get<std::int64_t>());
  if (id.size() > 64) { return bad_frame("call id too long"); }
  in.method = frame.value("method", "GET");
  in.path = frame.at("path").get<std::string>();
  in.query = frame.value("query", json::object());
  in.body = frame.value("body", json::object());
  in.idempotency_key = frame.value("key", json()).is_string() ? frame["key"].get<std::string>() : "";
  in.if_match = frame.value("if_match", json()).is_string() ? frame["if_match"].get<std::string>() : "";
  in.is_socket = true;
  in.request_id = "socket";
  in.credentials.known = &who;
  hub_.call(shared_from_this(), std::move(in), id);
}

}  // namespace parley::realtime
