import type { Template } from "@parley/protocol";
import { describe, expect, it } from "vitest";
import { fillTemplate, findTemplates } from "./fill";
import { slashQuery } from "./slash";

const values = {
  customer: "Sofia Marino",
  agent: "Jonas Weber",
  number: 4711,
  subject: "Kettle",
  inbox: "Support",
  workspace: "Lumen",
};

describe("a template", () => {
  it("is filled in", () => {
    expect(
      fillTemplate(
        "Hi {{customer.first_name}}, about #{{ticket.number}} ({{ ticket.subject }}): {{agent.name}}",
        values,
      ),
    ).toBe("Hi Sofia, about #4711 (Kettle): Jonas Weber");
  });

  it("calls a Chinese customer by the whole name", () => {
    expect(fillTemplate("{{customer.first_name}}您好", { ...values, customer: "王芳" })).toBe("王芳您好");
  });

  it("leaves no hole where there is no value, and shows what it does not know", () => {
    expect(fillTemplate("Hello {{customer.first_name}},", { ...values, customer: "" })).toBe("Hello,");
    expect(fillTemplate("Order {{order.id}}", values)).toBe("Order {{order.id}}");
  });

  it("takes a value as it is, whatever stands in it", () => {
    expect(fillTemplate("{{ticket.subject}}", { ...values, subject: "$& {{agent.name}}" })).toBe("$& {{agent.name}}");
  });
});

describe("finding one", () => {
  const make = (id: number, name: string, shortcut: string, locale: Template["locale"] = ""): Template => ({
    id,
    name,
    shortcut,
    locale,
    text: "",
    updated_at: 0,
  });
  const all = [
    make(1, "Refund is on its way", "refund", "en"),
    make(2, "退款已在途中", "refund", "zh-CN"),
    make(3, "Ask for the order number", "order"),
    make(4, "Refused refund", "no"),
  ];

  it("looks at shortcut and name, shortcuts first", () => {
    expect(findTemplates(all, "ref", "en").map((one) => one.id)).toEqual([1, 2, 4]);
    expect(findTemplates(all, "order number", "en").map((one) => one.id)).toEqual([3]);
  });

  it("prefers the language of the customer", () => {
    expect(findTemplates(all, "refund", "zh-CN")[0]?.id).toBe(2);
  });
});

describe("the slash", () => {
  it.each([
    ["/", ""],
    ["/ref", "ref"],
    ["  /ask for", "ask for"],
  ])("%j asks for %j", (line, query) => expect(slashQuery(line)).toBe(query));

  it.each(["", "a /b", "and/or", "//", "/usr/bin", "https://x"])("%j is only text", (line) =>
    expect(slashQuery(line)).toBeNull(),
  );
});
