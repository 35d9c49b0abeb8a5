// From the tree of a message to the Mail the desk sees: which leaves are its text, which are parts.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "channels/email/mime/impl/mime_tree.h"

namespace parley::channels::email::mime {

class MailReader {
 public:
  explicit MailReader(const ParseLimits& limits) : limits_(limits), decoded_left_(limits.decoded_max) {}
  Mail read(std::string_view raw);

 private:
  /// One stretch of the readable text; an alternative fills both fields.
  struct Piece {
    std::string plain, html;
  };
  enum class Place { mixed, related, alternative };

  void read_envelope(const Entity& top);
  void read_header_list(const Entity& top);
  std::vector<Piece> collect(const Entity& entity, Place place);
  std::vector<Piece> collect_leaf(const Entity& entity, Place place);
  std::vector<Piece> collect_alternative(const Entity& entity);
  std::vector<Piece> collect_related(const Entity& entity);
  std::vector<Piece> collect_smime(const Entity& entity);
  bool is_body(const Entity& entity) const;
  Piece read_text(const Entity& entity);
  void keep_part(const Entity& entity, Place place);
  void keep_original(const Entity& entity, std::string_view name);  // of a text that was cut
  void keep_encrypted(const Entity& entity);
  std::string decode(const Entity& entity);
  std::string header_text(std::string_view raw);
  void write_text(std::vector<Piece> pieces);
  void write_html(const std::vector<Piece>& pieces);
  void mark_inline(const std::unordered_set<std::string>& used_ids);

  const ParseLimits& limits_;
  std::size_t decoded_left_;
  std::size_t smime_depth_{0};
  bool has_body_{false};
  std::string hint_;  // charset of the first text, tried for raw 8-bit headers
  Mail mail_;
  Problems problems_;
};

}  // namespace parley::channels::email::mime
