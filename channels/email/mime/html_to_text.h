// The readable text of an HTML message: links with their address, lists, table rows as lines, quotes behind "> ", nothing hidden.
#pragma once

#include <string>
#include <string_view>

#include "channels/email/mime/html_sanitizer.h"

namespace parley::channels::email {

std::string html_to_text(std::string_view html, const HtmlLimits& limits = {});

}  // namespace parley::channels::email
