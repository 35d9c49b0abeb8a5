// Fields as application/x-www-form-urlencoded, for a request's body or a page's query.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace parley::channels::email {

/// Empty values are left out.
std::string form_text(std::initializer_list<std::pair<std::string_view, std::string_view>> fields);

}  // namespace parley::channels::email
