import { describe, expect, it } from "vitest";
import moreEn from "../../../i18n/locales/en.json";
import en from "../../../i18n/locales/mail.en.json";
import zh from "../../../i18n/locales/mail.zh.json";
import moreZh from "../../../i18n/locales/zh.json";
import { PROBLEM_WORDS, plainWord } from "../../mail/problems";
import { adviceFor } from "./advice";
import { PROVIDER_IDS, providerOf } from "./presets";
import { knownReason, REASONS } from "./reasons";
import { htmlOfPlain, plainOfHtml } from "./signature";
import { fill, insertAt, SIGNATURE_VARIABLES, TEMPLATE_VARIABLES, unknownMarks } from "./variables";

const CLIENT = { token_url: "https://id.b.example/token", client_id: "desk" };

type Tree = { [key: string]: string | Tree };
function keysOf(words: Tree): Set<string> {
  const keys = new Set<string>();
  const walk = (tree: Tree, prefix: string): void => {
    for (const [key, value] of Object.entries(tree))
      if (typeof value === "string") keys.add(prefix + key);
      else walk(value, `${prefix}${key}.`);
  };
  walk(words, "");
  return keys;
}

describe.each([
  ["English", keysOf({ ...en, mailproblem: moreEn.mailproblem })],
  ["Chinese", keysOf({ ...zh, mailproblem: moreZh.mailproblem })],
] as const)("words in %s", (_language, keys) => {
  it("exist for every reason", () => {
    for (const reason of REASONS) expect(keys).toContain(`mailreason.${reason}`);
  });
  it("exist for every oddity of a mail", () => {
    for (const word of PROBLEM_WORDS) expect(keys).toContain(`mailproblem.${word}`);
  });
  it("exist for every mail service and what helps when its check fails", () => {
    for (const id of PROVIDER_IDS) {
      expect(keys).toContain(`provider.${id}`);
      for (const step of ["resolve", "connect", "tls", "login", "mailbox", "news"])
        for (const security of ["tls", "starttls"] as const)
          for (const login of [{}, { auth: "xoauth2" as const }, { auth: "xoauth2" as const, oauth: CLIENT }])
            expect(keys).toContain(adviceFor(step, providerOf(id), { security, ...login }));
      expect(keys).toContain(`mailsecret.${providerOf(id).secret}`);
    }
  });
  it("exist for every variable", () => {
    for (const name of TEMPLATE_VARIABLES) expect(keys).toContain(`variable.${name.replace(".", "_")}`);
  });
});

describe("what helps when a log-in is refused", () => {
  it("depends on how one logs in there, not only on the mail service", () => {
    const place = { security: "tls" as const };
    expect(adviceFor("login", providerOf("gmail"), { ...place, auth: "password" })).toBe(
      "mailadvice.login_app_password",
    );
    expect(adviceFor("login", providerOf("gmail"), { ...place, auth: "xoauth2", oauth: CLIENT })).toBe(
      "mailadvice.login_oauth",
    );
    expect(adviceFor("login", providerOf("outlook"), { ...place, auth: "xoauth2" })).toBe("mailadvice.login_token");
  });
});

describe("a reason nobody has words for", () => {
  it("is shown as it came, readable", () => {
    expect(knownReason("spam")).toBe("spam");
    expect(knownReason("lunar_phase")).toBeNull();
    expect(plainWord("lunar_phase")).toBe("lunar phase");
  });
});

describe("variables", () => {
  const values = {
    "customer.name": "Sofia Marino",
    "customer.first_name": "Sofia",
    "agent.name": "Jonas Weber",
    "agent.first_name": "Jonas",
    "ticket.number": "1042",
    "ticket.subject": "Lamp",
    "inbox.name": "Help",
    "workspace.name": "Tidewood",
  };
  it("are filled in, with or without blanks, and an unknown one stays to be seen", () => {
    expect(fill("Hi {{customer.first_name}}, {{ ticket.subject }} {{customer.age}}", values)).toBe(
      "Hi Sofia, Lamp {{customer.age}}",
    );
    expect(unknownMarks("{{customer.age}} {{customer.age}} {{agent.name}}", TEMPLATE_VARIABLES)).toEqual([
      "customer.age",
    ]);
    expect(unknownMarks("{{ticket.number}}", SIGNATURE_VARIABLES)).toEqual(["ticket.number"]);
  });
  it("go where the caret is and leave it behind them", () => {
    expect(insertAt("Hi , welcome", 3, 3, "{{x}}")).toEqual({ text: "Hi {{x}}, welcome", caret: 8 });
    expect(insertAt("Hi you", 3, 6, "{{x}}")).toEqual({ text: "Hi {{x}}", caret: 8 });
  });
});

describe("a signature", () => {
  it("in plain lines comes back as it was written", () => {
    for (const plain of [
      "Jonas\nTidewood & Co <shop>",
      "See https://tidewood.example/a?b=1&c=2.",
      "",
      "潮木\n{{agent.name}}",
    ])
      expect(plainOfHtml(htmlOfPlain(plain))).toBe(plain);
  });
  it("makes links of addresses and nothing of what looks like a tag", () => {
    expect(htmlOfPlain("https://t.example, <b>")).toBe('<a href="https://t.example">https://t.example</a>, &lt;b&gt;');
  });
  it("with formatting is not taken for plain", () => {
    expect(plainOfHtml("<b>Jonas</b>")).toBeNull();
    expect(plainOfHtml('<a href="https://t.example">shop</a>')).toBeNull();
  });
});
