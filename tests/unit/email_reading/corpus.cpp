#include "corpus.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "base/text.h"
#include "channels/email/reading/address.h"

namespace parley::channels::email {

std::vector<std::string> corpus_names(const std::string& folder, const std::string& extension) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(CORPUS "/" + folder)) {
    if (entry.path().extension() == extension) { names.push_back(entry.path().stem().string()); }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string corpus_file(const std::string& path) {
  std::ifstream in(CORPUS "/" + path, std::ios::binary);
  if (!in) { throw std::runtime_error("no corpus file " + path); }
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::map<std::string, std::string> read_sections(const std::string& text) {
  std::map<std::string, std::string> sections;
  std::string name;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("== ")) {
      name = line.substr(3);
      sections[name];
    } else {
      sections[name] += line + "\n";
    }
  }
  for (auto& [key, value] : sections) { value = std::string(trim(value)); }
  return sections;
}

std::multimap<std::string, std::string> read_lines(const std::string& text) {
  std::multimap<std::string, std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (const auto colon = line.find(": "); colon != std::string::npos) { out.emplace(line.substr(0, colon), line.substr(colon + 2)); }
  }
  return out;
}

namespace {

std::string id_of(std::string_view value) {
  value = trim(value);
  if (value.starts_with('<') && value.ends_with('>')) { value = value.substr(1, value.size() - 2); }
  return std::string(value);
}

void take_header(Mail& mail, const std::string& name, const std::string& value) {
  mail.headers.emplace_back(name, value);
  const std::string key = to_lower_ascii(name);
  if (key == "from") { mail.from = parse_addresses(value); }
  if (key == "to") { mail.to = parse_addresses(value); }
  if (key == "cc") { mail.cc = parse_addresses(value); }
  if (key == "reply-to") { mail.reply_to = parse_addresses(value); }
  if (key == "subject") { mail.subject = value; }
  if (key == "message-id") { mail.message_id = id_of(value); }
  if (key == "in-reply-to") { mail.in_reply_to = id_of(value); }
  if (key == "return-path") { mail.return_path = MailAddress{{}, normalise_address(value)}; }
  if (key == "references") {
    std::istringstream ids(value);
    for (std::string id; ids >> id;) { mail.references.push_back(id_of(id)); }
  }
}

}  // namespace

Mail read_mail(const std::string& text) {
  Mail mail;
  std::istringstream in(text);
  std::string line;
  while (std::getline(in, line) && !line.empty()) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) { throw std::runtime_error("no header: " + line); }
    take_header(mail, line.substr(0, colon), std::string(trim(std::string_view(line).substr(colon + 1))));
  }
  std::string* into = &mail.text;
  while (std::getline(in, line)) {
    if (line.starts_with("=== part ")) {
      std::istringstream words(line.substr(9));
      MailPart part;
      words >> part.content_type >> part.name;
      mail.parts.push_back(part);
      into = &mail.parts.back().bytes;
    } else {
      *into += line + "\n";
    }
  }
  return mail;
}

std::string squeeze(std::string_view text) {
  std::string out;
  for (const char c : clean_line(text)) {
    if (c != ' ' || (!out.empty() && out.back() != ' ')) { out += c; }
  }
  return out;
}

std::string plain(std::string_view html) {
  std::string out;
  bool inside = false;
  for (const char c : html) {
    if (c == '<') {
      inside = true;
      out += ' ';
    } else if (c == '>') {
      inside = false;
    } else if (!inside) {
      out += c;
    }
  }
  using Entity = std::pair<std::string_view, std::string_view>;
  for (const auto& [from, to] : {Entity{"&nbsp;", " "}, Entity{"&lt;", "<"}, Entity{"&gt;", ">"}, Entity{"&amp;", "&"}, Entity{"&quot;", "\""}}) {
    for (auto at = out.find(from); at != std::string::npos; at = out.find(from, at + 1)) { out.replace(at, from.size(), to); }
  }
  return squeeze(out);
}

}  // namespace parley::channels::email
