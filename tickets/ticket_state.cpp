#include <array>

#include "tickets/ticket.h"

namespace parley::tickets {

namespace {
constexpr std::array<std::string_view, 6> names{"new", "open", "pending", "on_hold", "solved", "closed"};
}

std::string_view to_string(TicketState state) { return names[static_cast<std::size_t>(state)]; }

std::optional<TicketState> parse_state(std::string_view text) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == text) { return static_cast<TicketState>(i); }
  }
  return std::nullopt;
}

bool may_change(TicketState from, TicketState to) {
  using S = TicketState;
  if (from == to) { return true; }
  if (from == S::closed || to == S::new_) { return false; }
  if (from == S::solved) { return to == S::open || to == S::closed; }
  return to != S::closed;  // new, open, pending, on hold: each other and solved
}

}  // namespace parley::tickets
