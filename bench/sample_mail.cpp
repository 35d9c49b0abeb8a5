#include "sample_mail.h"

namespace bench {

namespace {

const char* const paragraphs[] = {
    "Hello, my parcel should have come on Tuesday but the tracking page has not moved since it left your warehouse.",
    "I ordered two lamps and a reading stand for my mother's birthday, which is on Saturday, so there is not much time left.",
    "The carrier says that the address label cannot be read and that only the sender may correct it. Could you do that please?",
    "If it is simpler for you, send the order again by express; I will send the first parcel back as soon as it arrives.",
    "By the way, the caf=C3=A9 lamp in the photograph has a brass foot, and the page says =E9=BB=84=E9=93=9C. Is it brass or painted?",
    "My neighbour at number 14 takes parcels too, and so does the bakery at the corner of Mill Lane until six in the evening.",
    "Last year you sent me a voucher because the first lamp had arrived with a broken switch; that was very kind and is not forgotten.",
    "Should nothing of this work, please take the order back and let me know when the money will be in my account again.",
    "I attach nothing because your form does not take pictures, but I can send them by mail if that helps you to find the parcel.",
};

/// Quoted-printable lines of at most 76 characters.
std::string folded(const std::string& text) {
  std::string out;
  std::size_t column = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = text[at] == '=' ? 3 : 1;
    if (column + size > 75) {
      out += "=\r\n";
      column = 0;
    }
    if (column == 0 && text[at] == '.') {
      out += "=2E";
      column = 3;
    } else {
      out += text.substr(at, size);
      column += size;
    }
    at += size;
  }
  return out + "\r\n";
}

std::string plain_part(const std::string& order) {
  std::string out;
  for (const char* paragraph : paragraphs) { out += folded(paragraph) + "\r\n"; }
  out += folded("My order is " + order + ".") + "\r\n-- =20\r\nRobin Example, 12 Mill Lane, Ashford\r\n\r\n";
  out += folded("On Mon, 16 Nov 2026 at 09:12, Lumen Goods <support@bench.example> wrote:") + "\r\n";
  for (const char* paragraph : paragraphs) { out += folded(std::string("> ") + paragraph) + ">\r\n"; }
  return out;
}

std::string html_part(const std::string& order) {
  const std::string style = "<p style=3D\"margin:0 0 12px;font-family:Helvetica,Arial,sans-serif;font-size:14px;line-height:20px;color:#202124\">";
  std::string out = folded("<html><head><meta http-equiv=3D\"Content-Type\" content=3D\"text/html; charset=3Dutf-8\"></head><body><div dir=3D\"ltr\">");
  for (const char* paragraph : paragraphs) { out += folded(style + paragraph + "</p>"); }
  out += folded(style + "My order is <b>" + order + "</b>, see <a href=3D\"https://shop.example/orders/" + order + "\">its page</a>.</p>");
  out += folded("<table cellpadding=3D\"4\" border=3D\"1\"><tr><th>article</th><th>count</th><th>price</th></tr><tr><td>lamp</td><td>2</td><td>39.00</td></tr>"
                "<tr><td>stand</td><td>1</td><td>18.50</td></tr></table>");
  out += folded("<div class=3D\"gmail_quote\"><div dir=3D\"ltr\" class=3D\"gmail_attr\">On Mon, 16 Nov 2026 at 09:12, Lumen Goods &lt;support@bench.example&gt; wrote:<br></div>"
                "<blockquote class=3D\"gmail_quote\" style=3D\"margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex\">");
  for (const char* paragraph : paragraphs) { out += folded(style + paragraph + "</p>"); }
  return out + folded("<img src=3D\"https://shop.example/logo.png\" width=3D\"120\" height=3D\"40\" alt=3D\"Lumen Goods\"></blockquote></div></div></body></html>");
}

std::string header(const std::string& run, const std::string& id, const std::string& sender, const std::string& recipient) {
  std::string out = "Received: from mail-ed1-f44.example (mail-ed1-f44.example [198.51.100.44])\r\n\tby mx.bench.example with ESMTPS id " + id + ";\r\n\tThu, 19 Nov 2026 08:30:02 +0000\r\n";
  out += "Authentication-Results: mx.bench.example; dkim=pass header.d=customers.example;\r\n\tspf=pass smtp.mailfrom=customers.example; dmarc=pass header.from=customers.example\r\n";
  out += "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=customers.example; s=20230601;\r\n\th=to:subject:message-id:date:from:mime-version; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n";
  for (int line = 0; line < 5; ++line) { out += "\t" + std::string(line == 0 ? "b=" : "") + "Qm9iIGxvb2tzIGF0IHRoZSBsYW1wIGFuZCB0aGUgbGFtcCBsb29rcyBhdCBCb2I3TjRRY0Zt\r\n"; }
  out += "MIME-Version: 1.0\r\nFrom: Robin Example <" + sender + ">\r\nDate: Thu, 19 Nov 2026 08:30:00 +0000\r\nMessage-ID: <" + run + "." + id + "@customers.example>\r\n";
  out += "Subject: =?UTF-8?Q?Where_is_my_parcel=3F_Order_" + id + "_caf=C3=A9_lamp?=\r\nTo: Lumen Goods <" + recipient + ">\r\n";
  return out + "Content-Type: multipart/alternative; boundary=\"000000000000a5f1c805f0b0c1d2\"\r\n\r\n";
}

}  // namespace

std::string sample_sender(const std::string& run, std::uint64_t number) { return "robin." + run + "." + std::to_string(number) + "@customers.example"; }

std::string sample_mail(const std::string& run, std::uint64_t number, const std::string& recipient) {
  const std::string boundary = "--000000000000a5f1c805f0b0c1d2", id = "A" + std::to_string(number), encoding = "Content-Transfer-Encoding: quoted-printable\r\n\r\n";
  return header(run, id, sample_sender(run, number), recipient) + boundary + "\r\nContent-Type: text/plain; charset=\"UTF-8\"\r\n" + encoding + plain_part(id) + "\r\n" + boundary +
         "\r\nContent-Type: text/html; charset=\"UTF-8\"\r\n" + encoding + html_part(id) + "\r\n" + boundary + "--\r\n";
}

}  // namespace bench
