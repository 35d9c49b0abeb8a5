// dovecot_box [certificate.pem key.pem]: a private Dovecot for as long as stdin is open. Says where it is in one line of JSON; "stop" and "start" on
// stdin do that and are answered with the same word.
#include <iostream>

#include "tests/support/dovecot.h"

int main(int argc, char** argv) {
  try {
    parley::test::DovecotOptions options;
    if (argc == 3) {
      options.certificate_file = argv[1];
      options.key_file = argv[2];
    }
    parley::test::Dovecot dovecot(std::move(options));
    std::cout << R"({"imap":)" << dovecot.imap_port() << R"(,"imaps":)" << (argc == 3 ? dovecot.imaps_port() : 0) << R"(,"lmtp":)" << dovecot.lmtp_port() << "}" << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
      if (line == "stop") { dovecot.stop(); }
      if (line == "start") { dovecot.start(); }
      std::cout << line << std::endl;
    }
  } catch (const std::exception& failure) {
    std::cerr << failure.what() << std::endl;
    return 1;
  }
}
