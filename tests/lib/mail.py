"""A customer's mail program: `mail.py send` takes a mail as JSON on stdin, `mail.py read` prints a mailbox as JSON."""
import email
import email.policy
import imaplib
import json
import smtplib
import sys
from email.message import EmailMessage


def send(order):
    mail = EmailMessage()
    for name in ("From", "To", "Subject", "Message-ID", "In-Reply-To", "References"):
        if order.get(name):
            mail[name] = order[name]
    mail.set_content(order["text"])
    if order.get("html"):
        mail.add_alternative(order["html"], subtype="html")
    with smtplib.SMTP("127.0.0.1", order["port"], timeout=20) as smtp:
        smtp.send_message(mail)


def body(mail):
    part = mail.get_body(("plain", "html"))
    return part.get_content() if part else ""


def read(order):
    with imaplib.IMAP4("127.0.0.1", order["port"], timeout=20) as imap:
        imap.login(order["user"], order["password"])
        imap.select("INBOX", readonly=True)
        _, (numbers,) = imap.search(None, "ALL")
        mails = []
        for number in numbers.split():
            _, parts = imap.fetch(number, "(BODY.PEEK[])")
            mail = email.message_from_bytes(parts[0][1], policy=email.policy.default)
            names = ("From", "To", "Cc", "Subject", "Message-ID", "In-Reply-To", "References")
            mails.append({**{name: str(mail[name] or "") for name in names}, "text": body(mail), "type": mail.get_content_type()})
    print(json.dumps(mails))


{"send": send, "read": read}[sys.argv[1]](json.load(sys.stdin))
