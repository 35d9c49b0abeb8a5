// A row of the outbox in memory and back.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "storage/outbox.h"

namespace parley::storage {

/// A provider's text made fit for a column: valid UTF-8, at most so many characters.
std::string outbox_text(std::string_view text, std::size_t characters_max);

/// The rows that `rest` ("WHERE ... ") selects.
std::vector<OutboxItem> outbox_rows(Transaction& tx, std::string_view rest, std::span<const Value> parameters);
std::optional<OutboxItem> outbox_row(Transaction& tx, std::string_view rest, std::initializer_list<Value> parameters);
/// Writes what a hand-over, a report or a person may change: all but what the row is about. It must have been read with FOR UPDATE.
void save_outbox(Transaction& tx, const OutboxItem& item);

/// Nobody tries those who are left any more.
void give_up_left(OutboxItem& item, const std::string& status, const std::string& error);

}  // namespace parley::storage
