// How fast one thread reads the sample mail: GMime alone (its own parser, every part decoded), our parser, and all that intake does
// before the database. One JSON line; started by bench/run. Links the server's code, unlike the rest of the benchmarks.
//
//   bench_parse SECONDS
#include <gmime/gmime.h>

#include <cstdio>
#include <cstdlib>

#include "channels/email/mail_reading.h"
#include "channels/email/mime/mail_parser.h"
#include "figures.h"
#include "sample_mail.h"

namespace {

using namespace parley::channels::email;

volatile std::size_t seen = 0;  // so that nothing is optimised away

void decode(GMimeObject*, GMimeObject* part, gpointer) {
  if (!GMIME_IS_PART(part)) { return; }
  GMimeStream* memory = g_mime_stream_mem_new();
  g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(GMIME_PART(part)), memory);
  seen = seen + static_cast<std::size_t>(g_mime_stream_length(memory));
  g_object_unref(memory);
}

void by_gmime(const std::string& raw) {
  GMimeStream* stream = g_mime_stream_mem_new_with_buffer(raw.data(), raw.size());
  GMimeParser* parser = g_mime_parser_new_with_stream(stream);
  GMimeMessage* message = g_mime_parser_construct_message(parser, nullptr);
  seen = seen + std::string_view(g_mime_message_get_subject(message)).size();
  g_mime_message_foreach(message, decode, nullptr);
  g_object_unref(message);
  g_object_unref(parser);
  g_object_unref(stream);
}

/// Mails per second of CPU time, which is what an idle core would do.
template <class Read>
double rate(const std::string& raw, double seconds, Read read) {
  for (int i = 0; i < 20; ++i) { read(raw); }
  const double begun = bench::own_cpu_s();
  double used = 0;
  int count = 0;
  for (; used < seconds; used = bench::own_cpu_s() - begun) {
    for (int i = 0; i < 20; ++i, ++count) { read(raw); }
  }
  return count / used;
}

}  // namespace

int main(int count, char** values) {
  if (count != 2) {
    std::fprintf(stderr, "bench_parse: see the head of bench/parse.cpp\n");
    return 2;
  }
  g_mime_init();
  const double seconds = std::atof(values[1]);
  const std::string raw = bench::sample_mail("parse", 1, "support@bench.example");
  const ReadingContext context{{"support@bench.example"}, {"mx.bench.example"}, {"0123456789abcdef0123456789abcdef"}};
  const double gmime = rate(raw, seconds, by_gmime);
  const double parse = rate(raw, seconds, [](const std::string& mail) { seen = seen + parse_mail(mail).text.size(); });
  const double reading = rate(raw, seconds, [&](const std::string& mail) { seen = seen + read_mail(mail, context).text.size(); });
  bench::say(bench::format("{\"bytes\":%zu,\"gmime\":%.0f,\"parse_mail\":%.0f,\"read_mail\":%.0f}", raw.size(), gmime, parse, reading));
  return 0;
}
