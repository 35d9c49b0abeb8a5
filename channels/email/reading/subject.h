// Subjects without what mail programs put in front of them.
#pragma once

#include <string>
#include <string_view>

namespace parley::channels::email {

/// Removes "Re:", "Fw:", "回复：", "答复:", "转发：", "AW:", "[External]" ... from the front, in any number and order. For showing and naming
/// only: tickets are never matched by subject.
std::string base_subject(std::string_view subject);
bool is_forward_subject(std::string_view subject);  // the first prefix says so
bool is_reply_subject(std::string_view subject);

}  // namespace parley::channels::email
