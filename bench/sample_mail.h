// One mail as customers send them: multipart/alternative, quoted-printable, with the history below the answer; about 9.5 KB.
#pragma once

#include <cstdint>
#include <string>

namespace bench {

/// Each number is another sender, another Message-ID and another order. Lines end with CRLF, none begins with a dot.
std::string sample_mail(const std::string& run, std::uint64_t number, const std::string& recipient);
std::string sample_sender(const std::string& run, std::uint64_t number);

}  // namespace bench
