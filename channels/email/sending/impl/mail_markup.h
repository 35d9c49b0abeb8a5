// Changes to HTML that comes straight out of sanitize_html: there '<' only begins a tag, attributes stand in double quotes, and neither
// quote nor '>' stands in a value, so tags are found without a parser.
#pragma once

#include <string>
#include <string_view>

namespace parley::channels::email::sending {

/// Styles at the elements, in front of those that are there; remote pictures load again.
std::string dressed(std::string_view safe_html);
/// Pictures that would have to be sent along (cid:, data:) become their alternative text; remote ones load again.
std::string without_carried_pictures(std::string_view safe_html);

}  // namespace parley::channels::email::sending
