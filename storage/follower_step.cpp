#include "storage/impl/follower_step.h"

#include <nlohmann/json.hpp>

#include "base/json_text.h"

namespace parley::storage {
namespace {

std::uint64_t number_before(const JournalRow& epoch) {
  const auto body = stored_json(epoch.body);
  const auto previous = body.is_object() ? body.find("prev") : body.end();
  return body.is_object() && previous != body.end() && previous->is_number_unsigned() ? previous->get<std::uint64_t>() : 0;
}

}  // namespace

FollowerStep follower_step(std::uint64_t cursor, std::uint64_t durable, std::vector<JournalRow> rows, bool may_have_more) {
  FollowerStep step;
  step.cursor = cursor;
  for (JournalRow& row : rows) {
    if (row.kind == epoch_kind && row.seq != step.cursor + 1) {
      const std::uint64_t previous = number_before(row);
      if (previous > step.cursor) { break; }  // rows of the old epoch are still to come
      if (!step.deliverable.empty()) { return step; }
      step.must_resync = previous < step.cursor;
      step.cursor = row.seq;
      return step;
    }
    if (row.seq != step.cursor + 1) { break; }
    step.cursor = row.seq;
    if (row.kind != epoch_kind) { step.deliverable.push_back(std::move(row)); }
  }
  step.has_hole = step.cursor < durable && !(may_have_more && step.cursor >= rows.back().seq);
  return step;
}

}  // namespace parley::storage
