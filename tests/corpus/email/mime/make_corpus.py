#!/usr/bin/env python3
"""Writes the .eml files of this folder and what each must be read as (.json). Expectations are written by hand from the standards and
from what the named programs send; they are never copied from the parser's output. Run after adding a case."""
import base64, json, os, quopri, subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
b64 = lambda data: base64.encodebytes(data).replace(b"\n", b"\r\n")
word = lambda text, charset: b"=?" + charset.encode() + b"?B?" + base64.b64encode(text.encode({"gb2312": "gbk"}.get(charset.lower(), charset))) + b"?="
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
names = set()


def case(name, raw, subject="", text=None, parts=(), problems=(), lf=False, **more):
    assert name not in names, name
    names.add(name)
    raw = raw if isinstance(raw, bytes) else raw.encode()
    if not lf:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    with open(os.path.join(HERE, name + ".eml"), "wb") as out:
        out.write(raw)
    expected = {"subject": subject, "parts": [dict(zip(("type", "name", "size", "inline"), p)) for p in parts], "problems": list(problems), **more}
    if text is not None:
        expected["text"] = text
    with open(os.path.join(HERE, name + ".json"), "w", encoding="utf-8") as out:
        out.write(json.dumps(expected, ensure_ascii=False, indent=1) + "\n")


def head(subject, extra=b"", sender=b"Anna <anna@shop.example>"):
    subject = subject if isinstance(subject, bytes) else subject.encode()
    return b"From: " + sender + b"\r\nTo: support@parley.example\r\nSubject: " + subject + b"\r\nDate: Tue, 6 Jan 2026 10:20:30 +0800\r\nMIME-Version: 1.0\r\n" + extra


def part(fields, body):
    return fields.encode() if isinstance(fields, str) else fields, body if isinstance(body, bytes) else body.encode()


def multi(kind, boundary, parts, extra="", end=True, preamble=b""):
    out = b"Content-Type: multipart/" + kind.encode() + b'; boundary="' + boundary.encode() + b'"' + extra.encode() + b"\r\n\r\n" + preamble
    for fields, body in parts:
        out += b"--" + boundary.encode() + b"\r\n" + fields + b"\r\n\r\n" + body + b"\r\n"
    return out + (b"--" + boundary.encode() + b"--\r\n" if end else b"")


def nested(kind, boundary, parts, **more):
    """A multipart as a part of another one."""
    whole = multi(kind, boundary, parts, **more)
    fields, body = whole.split(b"\r\n\r\n", 1)
    return fields, body


def text_part(charset, text, encoding="8bit", kind="plain", extra=""):
    raw = text if isinstance(text, bytes) else text.encode(charset)
    body = {"8bit": raw, "base64": b64(raw), "quoted-printable": quopri.encodestring(raw)}[encoding]
    return part(f'Content-Type: text/{kind}; charset="{charset}"{extra}\r\nContent-Transfer-Encoding: {encoding}', body)


def single(charset, raw, extra=b"", encoding=b"8bit"):
    return b"Content-Type: text/plain; charset=" + charset + extra + b"\r\nContent-Transfer-Encoding: " + encoding + b"\r\n\r\n" + raw


# --- charsets ------------------------------------------------------------------------------------------------------------------------
case("plain_ascii", head("Where is my order?") + b"\r\nHello,\nwhere is order 1234?\n", "Where is my order?", "Hello,\nwhere is order 1234?",
     **{"from": [["Anna", "anna@shop.example"]], "date": 1767666030000})
case("charset_gb18030_four_bytes", head(word("退款申请", "gb18030")) + single(b"GB18030", "名字里有𠮷和㐂两个字".encode("gb18030")), "退款申请", "名字里有𠮷和㐂两个字")
case("charset_gb2312_holds_gbk", head(word("朱镕基的订单", "gb2312")) + single(b"gb2312", "朱镕基，喆先生".encode("gbk")), "朱镕基的订单", "朱镕基，喆先生")
case("charset_big5", head(word("訂單問題", "big5")) + single(b"Big5", "您好，我的訂單還沒有到。".encode("big5")), "訂單問題", "您好，我的訂單還沒有到。")
case("charset_iso_2022_jp", head(b"=?ISO-2022-JP?B?" + base64.b64encode("注文について".encode("iso-2022-jp")) + b"?=") +
     single(b"ISO-2022-JP", "こんにちは。注文が届きません。".encode("iso-2022-jp"), encoding=b"7bit"), "注文について", "こんにちは。注文が届きません。")
case("charset_iso_2022_jp_half_width_kana", head("kana") + single(b"iso-2022-jp", b"\x1b(I6E\x1b(B and \x1b$B-!\x1b(B", encoding=b"7bit"), "kana", "ｶﾅ and ①")
case("charset_shift_jis", head("sjis") + single(b"Shift_JIS", "商品①が壊れています".encode("cp932")), "sjis", "商品①が壊れています")
case("charset_euc_kr_uhc", head(word("주문 문의", "euc-kr")) + single(b"ks_c_5601-1987", "똠방각하 주문".encode("cp949")), "주문 문의", "똠방각하 주문")
case("charset_koi8_r", head(b"=?koi8-r?Q?" + quopri.encodestring("Заказ".encode("koi8-r"), header=True) + b"?=") + single(b"koi8-r", "Где мой заказ?".encode("koi8-r")), "Заказ", "Где мой заказ?")
case("charset_windows_1251", head("1251") + single(b"windows-1251", "Где мой заказ?".encode("cp1251")), "1251", "Где мой заказ?")
case("charset_latin1_is_1252", head("1252") + single(b"iso-8859-1", "“Grüße” – 5 €".encode("cp1252")), "1252", "“Grüße” – 5 €")
case("charset_utf8_base64", head(word("你好", "utf-8")) + single(b"utf-8", b64("您好，我要退货 😀".encode()), encoding=b"base64"), "你好", "您好，我要退货 😀")
case("charset_utf7", head("utf7") + single(b"UTF-7", "订单 & 退款".encode("utf-7"), encoding=b"7bit"), "utf7", "订单 & 退款")
case("charset_utf16_base64", head("utf16") + single(b"utf-16le", b64("退货 123".encode("utf-16-le")), encoding=b"base64"), "utf16", "退货 123")
case("charset_hz", head("hz") + single(b"hz-gb-2312", "Order ~{6)5%~} ok".encode(), encoding=b"7bit"), "hz", "Order 订单 ok")
case("charset_missing_gbk", head("no charset", b"Content-Type: text/plain\r\n") + b"\r\n" + "我的快递还没有收到，请帮忙查询".encode("gbk"), "no charset", "我的快递还没有收到，请帮忙查询", problems=["bad_charset"])
case("charset_missing_big5", head("no charset", b"Content-Type: text/plain\r\n") + b"\r\n" + "我的快遞還沒有收到，請幫忙查詢，謝謝您的協助".encode("big5"), "no charset", "我的快遞還沒有收到，請幫忙查詢，謝謝您的協助", problems=["bad_charset"])
case("charset_missing_shift_jis", head("no charset") + b"\r\n" + "ありがとうございます。商品はまだ届いていません。".encode("cp932"), "no charset", "ありがとうございます。商品はまだ届いていません。", problems=["bad_charset"])
case("charset_missing_utf8", head("no charset") + b"\r\n" + "我的订单呢？".encode(), "no charset", "我的订单呢？", problems=["bad_charset"])
case("charset_missing_latin", head("no charset") + b"\r\n" + "Où est ma commande ? Déjà payée, très déçu.".encode("cp1252"), "no charset", "Où est ma commande ? Déjà payée, très déçu.", problems=["bad_charset"])
case("charset_declared_utf8_is_gbk", head("lie") + single(b"utf-8", "这个商品质量太差了，我要求退款".encode("gbk")), "lie", "这个商品质量太差了，我要求退款", problems=["bad_charset"])
case("charset_declared_gbk_is_utf8", head("lie") + single(b"gb2312", "这个商品质量太差了！a".encode()), "lie", "这个商品质量太差了！a", problems=["bad_charset"])
case("charset_declared_latin1_is_gbk", head("lie") + single(b"iso-8859-1", "请问我的订单什么时候发货".encode("gbk")), "lie", "请问我的订单什么时候发货", problems=["bad_charset"])
case("charset_declared_ascii_is_utf8", head("lie") + single(b"us-ascii", "café 你好".encode()), "lie", "café 你好", problems=["bad_charset"])
case("charset_unknown_name", head("x") + single(b'"x-unknown"', "你好，客服".encode("gb18030")), "x", "你好，客服", problems=["bad_charset"])
case("charset_damaged_utf8", head("x") + single(b"utf-8", "好的好的好的".encode() + b"\xe5\xa5" + " 谢谢".encode()), "x", "好的好的好的\ufffd 谢谢", problems=["bad_charset"])
case("charset_html_meta_only", head("meta", b"Content-Type: text/html\r\n") + b"\r\n<html><head><meta http-equiv=Content-Type content=\"text/html; charset=gb2312\"></head><body>" + "收到".encode("gbk") + b"</body></html>",
     "meta", "收到", problems=["bad_charset"], html="收到")

# --- headers -------------------------------------------------------------------------------------------------------------------------
case("subject_split_inside_character", head(b"=?utf-8?B?" + base64.b64encode("订单".encode()[:4]) + b"?=\r\n =?utf-8?B?" + base64.b64encode("订单".encode()[4:]) + b"?=") + b"\r\nx", "订单", "x")
case("subject_split_inside_base64_group", head(b"=?utf-8?B?" + base64.b64encode("订单号".encode())[:6] + b"?= =?utf-8?B?" + base64.b64encode("订单号".encode())[6:] + b"?=") + b"\r\nx", "订单号", "x")
case("subject_split_q_gbk", head(b"=?gb2312?Q?=B6=A9=B5?= =?gb2312?Q?=A5_123?=") + b"\r\nx", "订单 123", "x")
case("subject_no_charset", head(b"=??B?" + base64.b64encode("退款".encode("gbk")) + b"?=") + b"\r\nx", "退款", "x", problems=["bad_charset"])
case("subject_raw_gbk", head("关于订单的问题".encode("gbk")) + b"\r\nx", "关于订单的问题", "x", problems=["bad_charset"])
case("subject_raw_big5_hinted_by_body", head("退貨".encode("big5")) + single(b"big5", "退貨".encode("big5")), "退貨", "退貨", problems=["bad_charset"])
case("subject_raw_utf8", head("你好 order") + b"\r\nx", "你好 order", "x", problems=["bad_charset"])
case("subject_blanks_in_q_word", head(b"=?utf-8?Q?Hello =E4=BD=A0 there?=") + b"\r\nx", "Hello 你 there", "x")
case("subject_unfinished_word", head(b"=?utf-8?B?5L2g5aW9") + b"\r\nx", "你好", "x")
case("subject_mixed_words", head(b"Re: =?UTF-8?Q?caf=C3=A9?= and =?big5?B?" + base64.b64encode("退貨".encode("big5")) + b"?= =?utf-8?B?5aW9?= !") + b"\r\nx", "Re: café and 退貨好 !", "x")
case("subject_not_a_word", head(b"=?utf-8?X?abc?= =? ?= a=?b") + b"\r\nx", "=?utf-8?X?abc?= =? ?= a=?b", "x")
case("subject_language_tag", head(b"=?utf-8*zh?B?5L2g5aW9?=") + b"\r\nx", "你好", "x")
case("subject_hides_line_break", head(b"=?utf-8?Q?a=0D=0ABcc:_x@y.example?=") + b"\r\nx", "a Bcc: x@y.example", "x")
case("subject_direction_override", head(b"=?utf-8?B?" + base64.b64encode("invoice\u202efdp.exe".encode()) + b"?=") + b"\r\nx", "invoicefdp.exe", "x")
case("from_word_in_quotes_with_comma", head("x", sender=b'"=?utf-8?B?' + base64.b64encode("王, 小明 <假>".encode()) + b'?=" <wang@qq.example>') + b"\r\nx", "x", "x",
     **{"from": [["王, 小明 <假>", "wang@qq.example"]]})
case("from_raw_gbk_name", head("x", sender="王小明".encode("gbk") + b" <wang@163.example>") + b"\r\nx", "x", "x", problems=["bad_charset"], **{"from": [["王小明", "wang@163.example"]]})
case("from_idn_domain", head("x", sender="张 <a@例子.中国>".encode()) + b"\r\nx", "x", "x", problems=["bad_charset"], **{"from": [["张", "a@xn--fsqu00a.xn--fiqs8s"]]})
case("to_group_and_route", b"From: a@b.example\r\nTo: Team: x@y.example, \"Z, Q\" <z@y.example>;, last@y.example\r\nSubject: g\r\n\r\nbody", "g", "body",
     to=[["", "x@y.example"], ["Z, Q", "z@y.example"], ["", "last@y.example"]])
case("to_empty_group", b"From: a@b.example\r\nTo: undisclosed-recipients:;\r\nCc: Team:;, c@b.example\r\nSubject: eg\r\n\r\nbody", "eg", "body", to=[["undisclosed-recipients", ""]])
case("to_nobody", b"From: a@b.example\r\nTo: undisclosed-recipients\r\nSubject: nb\r\n\r\nbody", "nb", "body", problems=["bad_header"], to=[["undisclosed-recipients", ""]])
case("to_group_bomb", b"From: a@b.example\r\nTo: " + b"a:" * 30000 + b"\r\nSubject: bomb\r\n\r\nbody", "bomb", "body", problems=["bad_header"])
case("date_broken", b"From: a@b.example\r\nSubject: d\r\nDate: yesterday\r\n\r\nbody", "d", "body", problems=["bad_date"])
case("ids", b"From: a@b.example\r\nSubject: ids\r\nMessage-ID: <1@b.example>\r\nIn-Reply-To: Your message of Monday <2@b.example>\r\nReferences: <3@b.example>\r\n <2@b.example>\r\nReturn-Path: <>\r\n\r\nx", "ids", "x",
     message_id="1@b.example", in_reply_to="2@b.example", references=["3@b.example", "2@b.example"])
case("header_odd_line", b"From: a@b.example\r\nthis line is garbage\r\nMessage-ID: <q@b.example>\r\nSubject: odd\r\n\r\nbody", "odd", "body", problems=["bad_header"], message_id="q@b.example")
case("header_mbox_line", b"From a@b.example Tue Jan  6 10:20:30 2026\nFrom: a@b.example\nSubject: mbox\n\nbody\n", "mbox", "body", lf=True)
case("header_none", b"just some words\r\n\r\nand more", "", "just some words\n\nand more", problems=["bad_header"])
case("header_only", b"From: a@b.example\r\nSubject: nothing below\r\n", "nothing below", "")
case("header_absurd_length", b"From: a@b.example\r\nSubject: " + b"long " * 20000 + b"\r\n\r\nbody", None, "body", problems=["header_too_long"])
case("header_absurd_count", b"From: a@b.example\r\nSubject: many\r\n" + b"X-A: b\r\n" * 3000 + b"\r\nbody", "many", "body", problems=["too_many_headers"])
case("header_blank_before_colon", b"From : a@b.example\r\nSubject : blank\r\nSUBJECT: second\r\n\r\nbody", "blank", "body", **{"from": [["", "a@b.example"]]})
case("header_lone_cr_lines", b"From: a@b.example\rSubject: old mac\r\rline one\rline two", "old mac", "line one\nline two", lf=True)
case("empty", b"", "", "", problems=["empty"], lf=True)
case("nul_bytes", b"From: a@b.example\r\nSubject: n\x00ul\r\n\r\nbo\x00dy", "n ul", "body")

# --- structure as the programs send it -----------------------------------------------------------------------------------------------
case("gmail_alternative", head("Gmail") + multi("alternative", "000000000000abc", [text_part("UTF-8", "Hello *bold*"), text_part("UTF-8", '<div dir="ltr">Hello <b>bold</b></div>', kind="html")]),
     "Gmail", "Hello *bold*", html='<div dir="ltr">Hello <b>bold</b></div>')
case("gmail_amp", head("AMP") + multi("alternative", "b", [text_part("UTF-8", "plain"), part("Content-Type: text/x-amp-html; charset=UTF-8", "<html amp4email></html>"), text_part("UTF-8", "<p>rich</p>", kind="html")]),
     "AMP", "plain", parts=[("text/x-amp-html", "", 23, True)], html="<p>rich</p>")
case("outlook_related_cid", head("Outlook") + multi("related", "_004_", [
    nested("alternative", "_000_", [text_part("us-ascii", "See picture [cid:image001.png@01D]"), text_part("us-ascii", '<p class="MsoNormal">See <img src="cid:image001.png@01D" width=100></p>', kind="html")]),
    part('Content-Type: image/png; name="image001.png"\r\nContent-Disposition: attachment; filename="image001.png"\r\nContent-ID: <image001.png@01D>\r\nContent-Transfer-Encoding: base64', b64(PNG))], extra='; type="multipart/alternative"'),
     "Outlook", "See picture", parts=[("image/png", "image001.png", len(PNG), True)], html='<img src="cid:image001.png@01D" width="100">')
case("outlook_winmail", head("TNEF") + multi("mixed", "m", [text_part("us-ascii", "see attachment"), part('Content-Type: application/ms-tnef; name="winmail.dat"\r\nContent-Transfer-Encoding: base64', b64(b"\x78\x9f\x3e\x22rest"))]),
     "TNEF", "see attachment", parts=[("application/ms-tnef", "winmail.dat", 8, False)])
case("apple_text_picture_text", head("Apple") + multi("mixed", "Apple-Mail-1", [text_part("utf-8", "above"), part("Content-Disposition: inline; filename=photo.jpeg\r\nContent-Type: image/jpeg; name=photo.jpeg\r\nContent-Transfer-Encoding: base64", b64(b"jpegbytes")), text_part("utf-8", "below")]),
     "Apple", "above\n\nbelow", parts=[("image/jpeg", "photo.jpeg", 9, True)])
case("apple_alternative_with_mixed_html", head("Apple") + multi("alternative", "A1", [text_part("utf-8", "see pdf"), nested("mixed", "A2", [
    text_part("utf-8", "<html><body>see pdf</body></html>", kind="html"), part("Content-Disposition: inline; filename*=utf-8''%E5%8F%91%E7%A5%A8.pdf\r\nContent-Type: application/pdf; x-unix-mode=0644; name=\"=?utf-8?B?5Y+R56WoLnBkZg==?=\"\r\nContent-Transfer-Encoding: base64", b64(b"%PDF")),
    text_part("utf-8", "<html><body>regards</body></html>", kind="html")])]), "Apple", "see pdf", parts=[("application/pdf", "发票.pdf", 4, True)], html="see pdf<br>regards")
case("qq_mail", head(word("退货申请", "gb18030"), sender=b'"=?gb18030?B?' + base64.b64encode("小明".encode("gb18030")) + b'?=" <123456@qq.example>') + multi("mixed", "----=_NextPart_65F0", [
    nested("alternative", "----=_NextPart_65F1", [text_part("gb18030", "您好，我要退货", "base64"), text_part("gb18030", '<meta http-equiv="Content-Type" content="text/html; charset=GB18030"><div>您好，我要退货</div>', "base64", "html")]),
    part(b'Content-Type: application/octet-stream;\r\n\tcharset="gb18030";\r\n\tname="=?gb18030?B?' + base64.b64encode("订单截图.jpg".encode("gb18030")) + b'?="\r\nContent-Disposition: attachment; filename="=?gb18030?B?' + base64.b64encode("订单截图.jpg".encode("gb18030")) + b'?="\r\nContent-Transfer-Encoding: base64', b64(b"jpg"))]),
     "退货申请", "您好，我要退货", parts=[("application/octet-stream", "订单截图.jpg", 3, False)], html="<div>您好，我要退货</div>", **{"from": [["小明", "123456@qq.example"]]})
case("netease_163", head(word("投诉", "GBK")) + multi("alternative", "----=_Part_1", [text_part("GBK", "态度太差", "base64"), text_part("GBK", '<div style="line-height:1.7;color:#000000;font-size:14px;font-family:Arial">态度太差</div>', "base64", "html")]),
     "投诉", "态度太差", html='<div style="line-height: 1.7; color: #000000; font-size: 14px; font-family: Arial">态度太差</div>')
case("foxmail_related", head(word("图片", "GB2312")) + multi("related", "----=_001_NextPart", [nested("alternative", "----=_002_NextPart", [text_part("GB2312", "看图", "base64"), text_part("GB2312", '<BODY style="MARGIN: 10px"><DIV>看图<IMG src="cid:_Foxmail.1@a"></DIV></BODY>', "quoted-printable", "html")]),
    part('Content-Type: image/png; name="shot.png"\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <_Foxmail.1@a>', b64(PNG))]), "图片", "看图", parts=[("image/png", "shot.png", len(PNG), True)], html='<img src="cid:_Foxmail.1@a">')
case("thunderbird_flowed", head("flow") + b"Content-Type: text/plain; charset=UTF-8; format=flowed\r\n\r\nThis is one \r\nparagraph.\r\n\r\n> quoted line \r\n> goes on\r\n>> deeper\r\n From the start\r\n-- \r\nAnna\r\n",
     "flow", "This is one paragraph.\n\n> quoted line goes on\n> > deeper\nFrom the start\n-- \nAnna")
case("flowed_delsp_chinese", head("delsp") + single(b"utf-8", "这是一段很长的 \r\n中文。\r\n".encode(), b"; format=flowed; delsp=yes"), "delsp", "这是一段很长的中文。")
case("html_only", head("h", b"Content-Type: text/html; charset=utf-8\r\n") + b"\r\n<p>Hello</p><p>See <a href='https://shop.example/o/1'>your order</a></p><ul><li>one<li>two</ul>", "h", "Hello\n\nSee your order (https://shop.example/o/1)\n\n- one\n- two", html="Hello")
case("calendar_invitation", head("Meeting") + multi("mixed", "o", [nested("alternative", "i", [text_part("utf-8", "Meeting at 10"), part("Content-Type: text/calendar; charset=utf-8; method=REQUEST", "BEGIN:VCALENDAR\r\nEND:VCALENDAR")]),
    part('Content-Type: application/ics; name="invite.ics"\r\nContent-Disposition: attachment; filename="invite.ics"\r\nContent-Transfer-Encoding: base64', b64(b"BEGIN:VCALENDAR"))]),
     "Meeting", "Meeting at 10", parts=[("text/calendar", "", 30, False), ("application/ics", "invite.ics", 15, False)])
case("mailing_list_footer", head("list") + multi("mixed", "l", [text_part("utf-8", "<p>rich</p>", kind="html"), text_part("us-ascii", "list footer <here>")]), "list", "rich\n\nlist footer <here>", html="<p>rich</p><br><div>list footer &lt;here&gt;</div>")
case("text_attachment_is_a_part", head("att") + multi("mixed", "t", [text_part("utf-8", "body"), part("Content-Type: text/plain; name=notes.txt", "notes"), part("Content-Type: text/html\r\nContent-Disposition: attachment; filename=page.html", "<b>x</b>")]),
     "att", "body", parts=[("text/plain", "notes.txt", 5, False), ("text/html", "page.html", 8, False)])
case("named_body", head("nb", b'Content-Type: text/plain; name="body.txt"\r\n') + b"\r\nthe body", "nb", "the body")
case("related_start", head("start") + multi("related", "r", [part("Content-Type: image/png\r\nContent-ID: <p>", b"png"), part("Content-Type: text/html\r\nContent-ID: <root>", "<p>root <img src=cid:p></p>")], extra='; start="<root>"'), "start", "root", parts=[("image/png", "", 3, True)])
case("nested_forward_eml", head("Fwd") + multi("mixed", "f", [text_part("utf-8", "see below"), part("Content-Type: message/rfc822", b"From: c@d.example\r\nSubject: =?utf-8?B?5Y6f5aeL?=\r\n\r\ninner")]),
     "Fwd", "see below", parts=[("message/rfc822", "原始.eml", 57, False)])
case("digest", head("digest") + multi("digest", "dg", [part("X-A: b", b"From: c@d.example\r\nSubject: one\r\n\r\n1"), (b"", b"From: c@d.example\r\nSubject: two\r\n\r\n2")]), "digest", "", parts=[("message/rfc822", "one.eml", 36, False), ("message/rfc822", "two.eml", 38, False)])
case("bounce_report", head("Undelivered") + multi("report", "rp", [text_part("us-ascii", "could not deliver"), part("Content-Type: message/delivery-status", b"Reporting-MTA: dns; mx.example\r\n\r\nAction: failed\r\nStatus: 5.1.1"), part("Content-Type: text/rfc822-headers", b"Message-ID: <1@x.example>")], extra="; report-type=delivery-status"),
     "Undelivered", "could not deliver", parts=[("message/delivery-status", "", 63, False), ("text/rfc822-headers", "", 25, False)])
case("feedback_report", head("abuse") + multi("report", "fb", [text_part("us-ascii", "spam"), part("Content-Type: message/feedback-report", b"Feedback-Type: abuse"), part("Content-Type: message/rfc822", b"Subject: news\r\n\r\nx")]), "abuse", "spam",
     parts=[("message/feedback-report", "", 20, False), ("message/rfc822", "news.eml", 18, False)])
case("signed_smime_detached", head("signed") + multi("signed", "s", [text_part("utf-8", "signed words"), part("Content-Type: application/pkcs7-signature; name=smime.p7s\r\nContent-Transfer-Encoding: base64", b64(b"sig"))], extra='; protocol="application/pkcs7-signature"; micalg=sha-256'),
     "signed", "signed words", parts=[("application/pkcs7-signature", "smime.p7s", 3, False)], signed=True)
case("signed_pgp", head("pgp") + multi("signed", "s", [text_part("utf-8", "signed words"), part("Content-Type: application/pgp-signature; name=signature.asc", b"-----BEGIN PGP SIGNATURE-----")]), "pgp", "signed words", parts=[("application/pgp-signature", "signature.asc", 29, False)], signed=True)
case("signed_pgp_inline", head("inline") + b"\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nhello\r\n", "inline", "-----BEGIN PGP SIGNED", signed=True)
case("encrypted_pgp", head("secret") + multi("encrypted", "e", [part("Content-Type: application/pgp-encrypted", b"Version: 1"), part("Content-Type: application/octet-stream; name=encrypted.asc", b"-----BEGIN PGP MESSAGE-----")]), "secret", "", parts=[("message/rfc822", "encrypted.eml", None, False)], encrypted=True)
case("encrypted_smime", head("secret", b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n") + b"\r\n" + b64(b"opaque"), "secret", "", parts=[("application/pkcs7-mime", "smime.p7m", 6, False)], encrypted=True)

# --- names of parts ------------------------------------------------------------------------------------------------------------------
def named(name, fields, expected, problems=()):
    case(name, head("n") + multi("mixed", "n", [text_part("us-ascii", "x"), part(fields, b"data")]), "n", "x", parts=[("application/pdf", expected, 4, False)], problems=problems)

named("name_rfc2231", "Content-Type: application/pdf\r\nContent-Disposition: attachment;\r\n filename*0*=utf-8''%E8%AE%A2%E5;\r\n filename*1*=%8D%95%20;\r\n filename*2=\"2026.pdf\"", "订单 2026.pdf")
named("name_rfc2231_gbk", "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*=gb2312''%B6%A9%B5%A5.pdf", "订单.pdf")
named("name_raw_utf8", 'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="订单.pdf"', "订单.pdf", ["bad_charset"])
named("name_raw_gbk", b'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="' + "订单说明.pdf".encode("gbk") + b'"', "订单说明.pdf", ["bad_charset"])
named("name_unquoted_blanks", "Content-Type: application/pdf; name=My order 2026.pdf", "My order 2026.pdf")
named("name_word_unquoted", "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename==?utf-8?B?6K6i5Y2VLnBkZg==?=", "订单.pdf")
named("name_words_split_inside_character", b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"=?utf-8?B?" + base64.b64encode("订单.pdf".encode()[:4]) + b"?=\r\n =?utf-8?B?" + base64.b64encode("订单.pdf".encode()[4:]) + b"?=\"", "订单.pdf")
named("name_with_path", 'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="C:\\\\Users\\\\x\\\\..\\\\evil.pdf"', "evil.pdf")
named("name_direction_override", "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*=utf-8''a%E2%80%AEfdp.exe", "afdp.exe")

# --- broken and hostile structure ----------------------------------------------------------------------------------------------------
case("multipart_no_end", head("cut") + multi("mixed", "c", [text_part("utf-8", "body"), part("Content-Type: image/png; name=a.png", b"cut here")], end=False), "cut", "body", parts=[("image/png", "a.png", 10, False)], problems=["missing_end_boundary"])
case("multipart_no_boundary_parameter", head("nb", b"Content-Type: multipart/mixed\r\n") + b"\r\n--=_abcdefgh\r\nContent-Type: text/plain\r\n\r\nfound\r\n--=_abcdefgh--\r\n", "nb", "found", problems=["missing_boundary"])
case("multipart_wrong_boundary", head("wb", b"Content-Type: multipart/mixed; boundary=wrong\r\n") + b"\r\n--=_abcdefgh\r\nContent-Type: text/plain\r\n\r\nfound\r\n--=_abcdefgh--\r\n", "wb", "found", problems=["missing_boundary"])
case("multipart_without_parts", head("np", b"Content-Type: multipart/mixed; boundary=b\r\n") + b"\r\nonly words", "np", "only words", problems=["missing_boundary"])
case("multipart_boundary_prefix", head("bp") + multi("mixed", "b", [nested("alternative", "b1", [text_part("utf-8", "inner")]), text_part("utf-8", "outer")], preamble=b"This is a MIME message.\r\n"), "bp", "inner\n\nouter")
case("multipart_too_deep", head("deep") + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(200)) + b"\r\nbottom", "deep", "", parts=[("multipart/mixed", "", None, False)], problems=["too_deep", "missing_end_boundary"])
case("multipart_too_many", head("many") + multi("mixed", "m", [text_part("utf-8", "first")] + [part("Content-Type: a/b", b"x")] * 1100), "many", "first", problems=["too_many_parts"], part_count=1000)
case("multipart_hundreds", head("hundreds") + multi("mixed", "m", [text_part("utf-8", "first")] + [part("Content-Type: image/gif; name=%d.gif" % i, b"x" * i) for i in range(300)]), "hundreds", "first", part_count=300)
case("encoding_unknown", head("enc", b"Content-Transfer-Encoding: x-strange\r\n") + b"\r\nas it is", "enc", "as it is", problems=["bad_encoding"])
case("encoding_dirty_base64", head("b64", b"Content-Transfer-Encoding: BASE64\r\n") + b"\r\naGVs!!bG8g\r\n\r\nd29y bGQ\r\n", "b64", "hello world")
case("encoding_dirty_quoted", head("qp", b"Content-Transfer-Encoding: quoted-printable\r\n") + b"\r\ntrail   \r\n=zz soft=  \r\nend=3D=", "qp", "trail\n=zz soft")
case("encoding_uuencode", head("uu") + multi("mixed", "u", [text_part("us-ascii", "x"), part("Content-Type: application/octet-stream; name=hi.txt\r\nContent-Transfer-Encoding: x-uuencode", b"begin 644 hi.txt\r\n%:&5L;&\\`\r\n`\r\nend")]), "uu", "x", parts=[("application/octet-stream", "hi.txt", 5, False)])
case("type_broken", head("ct", b"Content-Type: text\r\n") + b"\r\nwords", "ct", "words")
case("type_garbage", head("ct", b"Content-Type: ;;;/ x\r\n") + b"\r\nwords", "ct", "words")
case("html_hostile", head("xss", b"Content-Type: text/html\r\n") + b"\r\n<p onclick=x()>hi<script>alert(1)</script><img src=x onerror=alert(1)><a href=' java&#10;script:alert(1)'>go</a><svg onload=alert(1)><style>*{}</style>", "xss", "higo", html="<p>hi<a>go</a></p>")
case("html_remote_pictures", head("remote", b"Content-Type: text/html\r\n") + b"\r\n<p>Sale</p><img src='http://x.example/a.jpg' width=600><img src=http://t.example/o.gif width=1 height=1>", "remote", "Sale", html='<img data-remote-src="http://x.example/a.jpg" width="600">')
case("html_preheader", head("pre", b"Content-Type: text/html; charset=utf-8\r\n") + "\r\n<div style='display:none;max-height:0'>Hidden preview ͏ ‌ </div><table><tr><td style='font-size:0'><div style='font-size:14px'>Shown</div></td><td>Total</td></tr></table>".encode(), "pre", "Shown\nTotal")


def opaque_signature():
    inner = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "签名的话".encode() + b"\r\n"
    work = "/tmp/make_corpus_smime"
    os.makedirs(work, exist_ok=True)
    run = lambda *a, **k: subprocess.run(["openssl", *a], check=True, capture_output=True, cwd=work, **k).stdout
    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "k.pem", "-out", "c.pem", "-subj", "/CN=x", "-days", "2")
    return run("cms", "-sign", "-nodetach", "-binary", "-signer", "c.pem", "-inkey", "k.pem", "-outform", "DER", input=inner)


if not os.path.exists(os.path.join(HERE, "signed_smime_opaque.eml")):  # a new key each time: kept once made
    der = opaque_signature()
    case("signed_smime_opaque", head("opaque", b"Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n") + b"\r\n" + b64(der), "opaque", "签名的话",
         parts=[("application/pkcs7-mime", "smime.p7m", len(der), False)], signed=True)
print(len(names), "cases")
