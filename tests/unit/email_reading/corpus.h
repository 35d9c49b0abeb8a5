// Small texts in the conventions of many clients and servers, with what must be read out of them beside each.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "channels/email/mail.h"

namespace parley::channels::email {

/// Names without extension of the files of a folder that have this extension, in order.
std::vector<std::string> corpus_names(const std::string& folder, const std::string& extension);
std::string corpus_file(const std::string& path);

/// "== name" lines begin sections.
std::map<std::string, std::string> read_sections(const std::string& text);
/// "key: value" lines; a key may come several times.
std::multimap<std::string, std::string> read_lines(const std::string& text);

/// Headers, a blank line, the text; "=== part <type> [name]" begins a part. Not MIME: nothing is decoded.
Mail read_mail(const std::string& text);

/// Readable text of HTML, white space squeezed.
std::string plain(std::string_view html);
std::string squeeze(std::string_view text);

}  // namespace parley::channels::email
