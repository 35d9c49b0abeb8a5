// One live client of the hub. On the I/O thread.
#pragma once

#include <nlohmann/json.hpp>
#include <span>

#include "server/realtime/hub.h"

namespace parley::realtime {

class Session final : public net::SocketHandler, public std::enable_shared_from_this<Session> {
 public:
  Session(Hub& hub, std::weak_ptr<int> hub_alive, Principal principal, std::string after, std::string token)
      : who(std::move(principal)), session_token(std::move(token)), hub_(hub), hub_alive_(std::move(hub_alive)), after_(std::move(after)) {}

  void on_open(std::shared_ptr<net::Socket> socket) override;
  void on_text(std::string text) override;
  void on_close(std::uint16_t code) override;

  void send(const Frame& frame) { send_all({&frame, 1}); }
  void send_all(std::span<const Frame> frames);
  void close(std::uint16_t code, std::string_view reason);
  bool can_see(const std::optional<TeamId>& team, const std::optional<AgentId>& assignee) const;

  Principal who;
  std::string session_token;              // the log-in behind it, so that log-out can end it
  std::uint64_t last_seq{0};              // events up to here were sent
  std::optional<TicketId> viewed;
  int calls{0};
  std::size_t slot{0};                    // an agent's place in the hub's list

 private:
  void handle(const nlohmann::json& frame);
  bool takes_frame();                     // flood guard
  void handle_call(const nlohmann::json& frame);
  void bad_frame(const char* why);

  Hub& hub_;
  std::weak_ptr<int> hub_alive_;
  std::string after_;
  std::shared_ptr<net::Socket> socket_;
  double tokens_{200};
  TimePoint tokens_at_{};
};

}  // namespace parley::realtime
