import { type Customer, currentCustomer, startChat, switchCustomer } from "./chat";
import { type Drawing, draw } from "./drawings";
import { byId, fillWords, language } from "./page";
import { WORDS } from "./words";

const GOODS: Exclude<Drawing, "kettle">[] = ["lamp", "mug", "board", "vase", "duvet", "bowl"];
const CUSTOMERS: Record<Exclude<Customer, "">, string> = { sofia: "Sofia Marino", wang: "王晓雯" };

const words = WORDS[language];

function addToBasket(): void {
  const basket = byId("basket");
  basket.textContent = String(Number(basket.textContent) + 1);
}

function product(name: (typeof GOODS)[number]): HTMLLIElement {
  const item = document.createElement("li");
  const photo = document.createElement("div");
  photo.append(draw(name, words[`${name}.name`]));
  const title = document.createElement("h3");
  title.textContent = words[`${name}.name`];
  const price = document.createElement("p");
  price.textContent = words[`${name}.price`];
  const add = document.createElement("button");
  add.type = "button";
  add.textContent = words.buy;
  add.ariaLabel = `${words.buy}: ${words[`${name}.name`]}`;
  add.addEventListener("click", addToBasket);
  item.append(photo, title, price, add);
  return item;
}

function showCustomer(): void {
  const customer = currentCustomer();
  byId("customer").textContent = customer ? CUSTOMERS[customer] : words["bar.guest"];
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-customer]"))
    button.disabled = button.dataset.customer === customer;
}

function handleCustomer(event: Event): void {
  if (!(event.currentTarget instanceof HTMLElement)) return;
  const wanted = event.currentTarget.dataset.customer;
  void switchCustomer(wanted === "sofia" || wanted === "wang" ? wanted : "").finally(showCustomer);
}

fillWords(words);
showCustomer();
byId("kettle").append(draw("kettle", words["kettle.name"]));
byId("grid").append(...GOODS.map(product));
for (const button of document.querySelectorAll("[data-customer]")) button.addEventListener("click", handleCustomer);
for (const button of document.querySelectorAll("[data-add]")) button.addEventListener("click", addToBasket);
byId("ask").addEventListener("click", () => window.Parley?.("open"));
startChat(language).catch((error: unknown) => console.warn("The chat could not be started.", error));
