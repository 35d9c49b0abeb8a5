#include "channels/email/mime/impl/signed_content.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include <memory>

namespace parley::channels::email::mime {

std::optional<SmimeContent> read_smime(std::string_view der) {
  if (der.empty() || der.size() > 64 * 1'024 * 1'024) { return std::nullopt; }
  const std::unique_ptr<BIO, int (*)(BIO*)> bytes(BIO_new_mem_buf(der.data(), static_cast<int>(der.size())), &BIO_free);
  const std::unique_ptr<CMS_ContentInfo, void (*)(CMS_ContentInfo*)> cms(bytes ? d2i_CMS_bio(bytes.get(), nullptr) : nullptr, &CMS_ContentInfo_free);
  ERR_clear_error();
  if (!cms) { return std::nullopt; }
  SmimeContent out;
  const int type = OBJ_obj2nid(CMS_get0_type(cms.get()));
  out.is_encrypted = type == NID_pkcs7_enveloped || type == NID_id_smime_ct_authEnvelopedData || type == NID_pkcs7_encrypted;
  if (type != NID_pkcs7_signed) { return out; }
  ASN1_OCTET_STRING** const content = CMS_get0_content(cms.get());
  if (content != nullptr && *content != nullptr) {
    out.inside.emplace(reinterpret_cast<const char*>(ASN1_STRING_get0_data(*content)), static_cast<std::size_t>(ASN1_STRING_length(*content)));
  }
  return out;
}

}  // namespace parley::channels::email::mime
