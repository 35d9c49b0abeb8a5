// Distinct id types: a ticket's id cannot be passed where an agent's is wanted.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace parley {

template <class Tag>
struct Id {
  std::int64_t value{0};
  auto operator<=>(const Id&) const = default;
  explicit operator bool() const { return value != 0; }
};

using AgentId = Id<struct AgentTag>;
using TeamId = Id<struct TeamTag>;
using InboxId = Id<struct InboxTag>;
using CustomerId = Id<struct CustomerTag>;
using TicketId = Id<struct TicketTag>;
using MessageId = Id<struct MessageTag>;
using AttachmentId = Id<struct AttachmentTag>;

}  // namespace parley

template <class Tag>
struct std::hash<parley::Id<Tag>> {
  std::size_t operator()(const parley::Id<Tag>& id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};
