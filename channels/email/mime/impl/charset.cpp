#include "channels/email/mime/impl/charset.h"

#include <iconv.h>

#include <algorithm>
#include <cerrno>
#include <unordered_map>

#include "base/text.h"

namespace parley::channels::email::mime {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// Declared names without case, '-', '_', '.', ':' and spaces, so that "GB_2312-80", "gb2312" and "GB 2312" meet. The readings
/// follow the WHATWG encoding standard: every name is read as the superset that mailers really send under it.
const std::unordered_map<std::string_view, std::string_view>& names() {
  static const std::unordered_map<std::string_view, std::string_view> table = {
      {"utf8", "UTF-8"}, {"unicode11utf8", "UTF-8"}, {"utf8mb4", "UTF-8"}, {"unicode", "UTF-16LE"}, {"utf7", "UTF-7"}, {"unicode11utf7", "UTF-7"},
      {"utf16", "UTF-16"}, {"utf16le", "UTF-16LE"}, {"utf16be", "UTF-16BE"}, {"utf32", "UTF-32"},
      {"usascii", "US-ASCII"}, {"ascii", "US-ASCII"}, {"ansix341968", "US-ASCII"}, {"iso646us", "US-ASCII"}, {"7bit", "US-ASCII"},
      {"gb18030", "GB18030"}, {"gb2312", "GB18030"}, {"gbk", "GB18030"}, {"cp936", "GB18030"}, {"ms936", "GB18030"}, {"windows936", "GB18030"},
      {"gb231280", "GB18030"}, {"csgb2312", "GB18030"}, {"euccn", "GB18030"}, {"xgbk", "GB18030"}, {"gb", "GB18030"}, {"chinese", "GB18030"},
      {"isoir58", "GB18030"}, {"csiso58gb231280", "GB18030"}, {"xeuccn", "GB18030"}, {"hzgb2312", "HZ"}, {"hz", "HZ"},
      {"iso2022cn", "ISO-2022-CN"}, {"big5", "BIG5-HKSCS"}, {"big5hkscs", "BIG5-HKSCS"}, {"xbig5", "BIG5-HKSCS"}, {"csbig5", "BIG5-HKSCS"},
      {"cnbig5", "BIG5-HKSCS"}, {"cp950", "BIG5-HKSCS"}, {"windows950", "BIG5-HKSCS"}, {"big5eten", "BIG5-HKSCS"}, {"euctw", "EUC-TW"},
      {"iso2022jp", "ISO-2022-JP"}, {"csiso2022jp", "ISO-2022-JP"}, {"iso2022jp1", "ISO-2022-JP"}, {"iso2022jp2", "ISO-2022-JP"},
      {"iso2022jp3", "ISO-2022-JP"}, {"iso2022jpms", "ISO-2022-JP"}, {"cp50220", "ISO-2022-JP"}, {"cp50221", "ISO-2022-JP"},
      {"shiftjis", "CP932"}, {"sjis", "CP932"}, {"xsjis", "CP932"}, {"mskanji", "CP932"}, {"cp932", "CP932"}, {"windows31j", "CP932"},
      {"eucjp", "EUC-JP-MS"}, {"xeucjp", "EUC-JP-MS"}, {"xeuc", "EUC-JP-MS"},
      {"euckr", "CP949"}, {"ksc5601", "CP949"}, {"ksc56011987", "CP949"}, {"uhc", "CP949"}, {"cp949", "CP949"}, {"windows949", "CP949"}, {"korean", "CP949"},
      {"iso2022kr", "ISO-2022-KR"}, {"johab", "JOHAB"},
      {"iso88591", "CP1252"}, {"latin1", "CP1252"}, {"l1", "CP1252"}, {"windows1252", "CP1252"}, {"cp1252", "CP1252"}, {"ansi", "CP1252"},
      {"iso88591windows1252", "CP1252"}, {"isolatin1", "CP1252"}, {"western", "CP1252"},
      {"iso88592", "ISO-8859-2"}, {"latin2", "ISO-8859-2"}, {"iso88593", "ISO-8859-3"}, {"iso88594", "ISO-8859-4"}, {"iso88595", "ISO-8859-5"},
      {"cyrillic", "ISO-8859-5"}, {"iso88596", "ISO-8859-6"}, {"arabic", "ISO-8859-6"}, {"iso88597", "ISO-8859-7"}, {"greek", "ISO-8859-7"},
      {"iso88598", "ISO-8859-8"}, {"iso88598i", "ISO-8859-8"}, {"hebrew", "ISO-8859-8"}, {"iso88599", "CP1254"}, {"latin5", "CP1254"},
      {"iso885910", "ISO-8859-10"}, {"iso885911", "CP874"}, {"tis620", "CP874"}, {"windows874", "CP874"}, {"cp874", "CP874"}, {"iso885913", "ISO-8859-13"},
      {"iso885914", "ISO-8859-14"}, {"iso885915", "ISO-8859-15"}, {"latin9", "ISO-8859-15"}, {"iso885916", "ISO-8859-16"},
      {"windows1250", "CP1250"}, {"cp1250", "CP1250"}, {"windows1251", "CP1251"}, {"cp1251", "CP1251"}, {"win1251", "CP1251"},
      {"windows1253", "CP1253"}, {"cp1253", "CP1253"}, {"windows1254", "CP1254"}, {"cp1254", "CP1254"}, {"windows1255", "CP1255"}, {"cp1255", "CP1255"},
      {"windows1256", "CP1256"}, {"cp1256", "CP1256"}, {"windows1257", "CP1257"}, {"cp1257", "CP1257"}, {"windows1258", "CP1258"}, {"cp1258", "CP1258"},
      {"koi8r", "KOI8-R"}, {"koi8", "KOI8-R"}, {"cskoi8r", "KOI8-R"}, {"koi8u", "KOI8-U"}, {"koi8ru", "KOI8-U"}, {"ibm866", "IBM866"}, {"cp866", "IBM866"},
      {"ibm437", "IBM437"}, {"cp437", "IBM437"}, {"ibm850", "IBM850"}, {"cp850", "IBM850"}, {"ibm852", "IBM852"}, {"macintosh", "MACINTOSH"},
      {"xmacroman", "MACINTOSH"}, {"viscii", "VISCII"},
  };
  return table;
}

class Iconv {
 public:
  explicit Iconv(std::string_view from) : handle_(iconv_open("UTF-8", std::string(from).c_str())) {}
  ~Iconv() {
    if (is_open()) { iconv_close(handle_); }
  }
  Iconv(const Iconv&) = delete;
  Iconv& operator=(const Iconv&) = delete;
  bool is_open() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

  Converted run(std::string_view bytes) {
    Converted out;
    out.text.reserve(bytes.size() + bytes.size() / 2);
    char* in = const_cast<char*>(bytes.data());
    std::size_t left = bytes.size();
    char buffer[16384];
    const auto step = [&](char** from, std::size_t* size) {
      char* to = buffer;
      std::size_t room = sizeof buffer;
      const std::size_t result = iconv(handle_, from, size, &to, &room);
      const int failure = result == static_cast<std::size_t>(-1) ? errno : 0;
      out.text.append(buffer, sizeof buffer - room);
      return failure;
    };
    while (left > 0) {
      const int failure = step(&in, &left);
      if (failure == 0) { break; }
      if (failure == E2BIG) { continue; }
      out.text += replacement;
      ++out.error_count;
      if (failure == EINVAL) { break; }  // cut inside a character
      ++in;
      --left;
    }
    step(nullptr, nullptr);  // what a stateful charset still holds back
    return out;
  }

 private:
  iconv_t handle_;
};

unsigned byte_at(std::string_view bytes, std::size_t at) { return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0; }

/// Length of the well-formed UTF-8 character at `at`, or 0.
std::size_t utf8_length(std::string_view bytes, std::size_t at) {
  const unsigned lead = byte_at(bytes, at);
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  return length != 0 && is_valid_utf8(bytes.substr(at, length)) && at + length <= bytes.size() ? length : 0;
}

Converted repaired_utf8(std::string_view bytes) {
  Converted out;
  if (is_valid_utf8(bytes)) {
    out.text = bytes;
    return out;
  }
  bool is_broken = false;  // one mark for a run of bad bytes
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = utf8_length(bytes, at);
    if (length == 0) {
      if (!is_broken) { out.text += replacement; }
      is_broken = true;
      ++out.error_count;
      ++at;
      continue;
    }
    is_broken = false;
    out.text.append(bytes.substr(at, length));
    at += length;
  }
  return out;
}

/// ISO-2022-JP as it is sent (half-width kana, vendor characters): rewritten as EUC-JP, which glibc reads with the vendor rows.
std::string iso_2022_jp_to_euc(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  enum class Set { ascii, kana, two_bytes, supplement } set = Set::ascii;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::string_view rest = bytes.substr(at);
    const auto escape = [&](std::string_view sequence, Set next) {
      if (rest.substr(0, sequence.size()) != sequence) { return false; }
      set = next;
      at += sequence.size();
      return true;
    };
    if (rest[0] == '\x1B' && (escape("\x1B(B", Set::ascii) || escape("\x1B(J", Set::ascii) || escape("\x1B(H", Set::ascii) || escape("\x1B(I", Set::kana) ||
                              escape("\x1B$@", Set::two_bytes) || escape("\x1B$B", Set::two_bytes) || escape("\x1B$(B", Set::two_bytes) ||
                              escape("\x1B$(D", Set::supplement))) {
      continue;
    }
    const unsigned c = byte_at(bytes, at);
    if (c == '\n' || c == '\r') { set = Set::ascii; }  // every line begins in ASCII, also when the sender forgot to say so
    if (set == Set::ascii || c <= 0x20 || c >= 0x7F || (set != Set::kana && at + 1 >= bytes.size())) {
      out.push_back(bytes[at++]);
      continue;
    }
    if (set == Set::kana) { out.push_back('\x8E'); }
    if (set == Set::supplement) { out.push_back('\x8F'); }
    out.push_back(static_cast<char>(c | 0x80));
    ++at;
    if (set != Set::kana) { out.push_back(static_cast<char>(byte_at(bytes, at++) | 0x80)); }
  }
  return out;
}

/// HZ, seven-bit GB 2312 of old newsgroup gateways: glibc does not know it, its pairs are GB 2312 without the high bits.
std::string hz_to_gb(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  bool is_pair = false;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const char c = bytes[at];
    const char next = at + 1 < bytes.size() ? bytes[at + 1] : '\0';
    if (c == '\n') { is_pair = false; }
    if (c == '~' && (next == '{' || next == '}' || next == '~' || next == '\n')) {
      ++at;
      if (next == '~') { out.push_back('~'); }
      if (next == '{' || next == '}') { is_pair = next == '{'; }
      continue;
    }
    const bool is_coded = is_pair && static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(next) > 0x20 && at + 1 < bytes.size();
    out.push_back(is_coded ? static_cast<char>(c | 0x80) : c);
    if (is_coded) {
      out.push_back(static_cast<char>(next | 0x80));
      ++at;
    }
  }
  return out;
}

/// How much the high bytes look like one double-byte charset: pairs that are frequent in real text, of all pairs; 0 with an
/// impossible sequence (a last character may be cut).
template <class Pair>
double pair_score(std::string_view bytes, Pair kind) {
  std::size_t pairs = 0;
  std::size_t frequent = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    if (byte_at(bytes, at) < 0x80) {
      ++at;
      continue;
    }
    const auto [length, is_frequent] = kind(at);
    if (length == 0) {
      if (at + 2 > bytes.size()) { break; }
      return 0;
    }
    ++pairs;
    frequent += is_frequent ? 1 : 0;
    at += length;
  }
  return pairs == 0 ? 0 : static_cast<double>(frequent) / static_cast<double>(pairs);
}

struct Kind {
  std::size_t length;
  bool is_frequent;
};

double score_gb18030(std::string_view bytes) {
  return pair_score(bytes, [&](std::size_t at) -> Kind {
    const unsigned lead = byte_at(bytes, at);
    const unsigned trail = byte_at(bytes, at + 1);
    if (lead == 0x80 || lead == 0xFF) { return {0, false}; }
    if (trail >= 0x30 && trail <= 0x39) {
      const bool is_four = byte_at(bytes, at + 2) >= 0x81 && byte_at(bytes, at + 3) >= 0x30 && byte_at(bytes, at + 3) <= 0x39;
      return {is_four ? 4U : 0U, false};
    }
    if (trail < 0x40 || trail == 0x7F || trail == 0xFF) { return {0, false}; }
    return {2, trail >= 0xA1 && ((lead >= 0xB0 && lead <= 0xD7) || (lead >= 0xA1 && lead <= 0xA3))};
  });
}

double score_big5(std::string_view bytes) {
  return pair_score(bytes, [&](std::size_t at) -> Kind {
    const unsigned lead = byte_at(bytes, at);
    const unsigned trail = byte_at(bytes, at + 1);
    const bool is_pair = lead >= 0x87 && lead <= 0xFE && ((trail >= 0x40 && trail <= 0x7E) || (trail >= 0xA1 && trail <= 0xFE));
    return {is_pair ? 2U : 0U, lead >= 0xA1 && lead <= 0xC6};
  });
}

double score_shift_jis(std::string_view bytes) {
  return pair_score(bytes, [&](std::size_t at) -> Kind {
    const unsigned lead = byte_at(bytes, at);
    const unsigned trail = byte_at(bytes, at + 1);
    if (lead >= 0xA1 && lead <= 0xDF) { return {1, false}; }
    const bool is_pair = ((lead >= 0x81 && lead <= 0x9F) || (lead >= 0xE0 && lead <= 0xFC)) && trail >= 0x40 && trail != 0x7F && trail <= 0xFC;
    return {is_pair ? 2U : 0U, (lead == 0x81 && trail <= 0x7E) || lead == 0x82 || lead == 0x83 || (lead >= 0x88 && lead <= 0x97)};
  });
}

constexpr std::size_t detection_sample = 65'536;
constexpr double double_byte_threshold = 0.6;

bool has_iso_2022_jp_escape(std::string_view bytes) {
  return bytes.find("\x1B$B") != std::string_view::npos || bytes.find("\x1B$@") != std::string_view::npos || bytes.find("\x1B(I") != std::string_view::npos;
}

/// The best double-byte reading, or nothing when none is convincing.
std::string_view detect_double_byte(std::string_view bytes) {
  const struct {
    std::string_view name;
    double score;
  } candidates[] = {{"GB18030", score_gb18030(bytes)}, {"BIG5-HKSCS", score_big5(bytes)}, {"CP932", score_shift_jis(bytes)}};
  const auto best = std::max_element(std::begin(candidates), std::end(candidates), [](const auto& a, const auto& b) { return a.score < b.score; });
  return best->score >= double_byte_threshold ? best->name : std::string_view{};
}

/// UTF-8 with a few damaged bytes (cut by a limit in bytes, glued to something else) is still UTF-8.
bool is_mostly_utf8(std::string_view bytes) {
  std::size_t good = 0;
  std::size_t bad = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = utf8_length(bytes, at);
    if (length > 1) { ++good; }
    if (length == 0) { ++bad; }
    at += std::max<std::size_t>(length, 1);
  }
  return good > 4 * bad;
}

/// Latin is the charset of senders who do not know theirs: it reads any bytes, so it is believed only when nothing fits better.
bool contradicts_latin(std::string_view bytes) {
  const std::string_view sample = bytes.substr(0, detection_sample);
  if (is_valid_utf8(bytes)) { return true; }
  const std::size_t high = static_cast<std::size_t>(std::count_if(sample.begin(), sample.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }));
  // Four double-byte characters or more, all of them frequent: no Latin text writes its accents in adjacent pairs.
  return high >= 8 && std::max(score_gb18030(sample), score_big5(sample)) > 0.9;
}

/// Three characters or more in the narrow pattern of UTF-8 are no accident in any other charset.
bool is_surely_utf8(std::string_view bytes) {
  const auto leads = std::count_if(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xC2; });
  return leads >= 3 && is_valid_utf8(bytes);
}

}  // namespace

std::string_view known_charset(std::string_view declared) {
  std::string plain;
  for (const char c : to_lower_ascii(declared.substr(0, 64))) {
    const bool is_kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (is_kept) { plain.push_back(c); }
  }
  auto found = names().find(plain);
  if (found == names().end() && plain.rfind("cs", 0) == 0) { found = names().find(std::string_view(plain).substr(2)); }
  if (found == names().end() && plain.rfind("x", 0) == 0) { found = names().find(std::string_view(plain).substr(1)); }
  return found == names().end() ? std::string_view{} : found->second;
}

Converted convert(std::string_view bytes, std::string_view known) {
  if (known == "UTF-8" || known == "US-ASCII" || known.empty()) { return repaired_utf8(bytes); }
  if (known == "ISO-2022-JP") { return convert(iso_2022_jp_to_euc(bytes), "EUC-JP-MS"); }
  if (known == "HZ") { return convert(hz_to_gb(bytes), "GB18030"); }
  Iconv iconv(known);
  if (!iconv.is_open()) { return repaired_utf8(bytes); }
  Converted out = iconv.run(bytes);
  if (!is_valid_utf8(out.text)) { out.text = repaired_utf8(out.text).text; }  // UTF-7 and UTF-16 can carry lone surrogates
  return out;
}

std::string_view detect_charset(std::string_view bytes) {
  if (has_iso_2022_jp_escape(bytes)) { return "ISO-2022-JP"; }
  if (is_valid_utf8(bytes)) { return "UTF-8"; }
  const std::string_view sample = bytes.substr(0, detection_sample);
  if (is_mostly_utf8(sample)) { return "UTF-8"; }
  const std::string_view found = detect_double_byte(sample);
  return found.empty() ? "CP1252" : found;
}

Decoded decode_text(std::string_view bytes, std::string_view declared, std::string_view hint) {
  const std::string_view known = known_charset(declared);
  const bool is_plain = is_ascii(bytes) && bytes.find('\x1B') == std::string_view::npos;
  if (is_plain && (known.empty() || known.rfind("UTF-", 0) != 0 || known == "UTF-8") && known != "HZ") {
    return {std::string(bytes), declared.empty() || !known.empty()};
  }
  if (bytes.size() >= 3 && bytes.substr(0, 3) == "\xEF\xBB\xBF" && is_valid_utf8(bytes)) { return {std::string(bytes.substr(3)), true}; }

  if (known != "UTF-8" && known.rfind("UTF-", 0) != 0 && is_surely_utf8(bytes)) { return {std::string(bytes), false}; }
  const bool is_believable = !known.empty() && known != "US-ASCII" && !(known == "CP1252" && contradicts_latin(bytes));
  Converted first;
  if (is_believable) {
    first = convert(bytes, known);
    if (first.error_count == 0) { return {std::move(first.text), true}; }
  }
  if (is_valid_utf8(bytes) && !has_iso_2022_jp_escape(bytes)) { return {std::string(bytes), false}; }
  if (const std::string_view hinted = known_charset(hint); !hinted.empty() && hinted != known) {
    Converted second = convert(bytes, hinted);
    if (second.error_count == 0) { return {std::move(second.text), false}; }
  }
  const std::string_view detected = detect_charset(bytes);
  if (is_believable && detected == known) { return {std::move(first.text), false}; }
  Converted other = convert(bytes, detected);
  // The guess must be clearly better than the declaration: Latin reads everything and so proves nothing.
  const bool keep_declared = is_believable && (detected == "CP1252" || other.error_count >= first.error_count);
  return {keep_declared ? std::move(first.text) : std::move(other.text), false};
}

}  // namespace parley::channels::email::mime
