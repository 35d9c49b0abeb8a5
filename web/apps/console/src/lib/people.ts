import type { CustomerBrief } from "@parley/protocol";
import i18next from "i18next";

/** A visitor who has not said his name is called by his number. */
export function customerName(customer: Pick<CustomerBrief, "id" | "name">): string {
  return customer.name.trim() || i18next.t("customer.unnamed", { id: customer.id });
}

export function firstName(name: string): string {
  return /\p{Script=Han}/u.test(name) ? name : (name.split(/\s+/)[0] ?? name);
}
