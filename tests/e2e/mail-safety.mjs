// A stranger's HTML in the console: nothing of it runs, leaves its place or calls home; and it can be read.
import assert from "node:assert/strict";
import { AgentDesk } from "../lib/browser.mjs";
import { swaks } from "../lib/mail.mjs";
import { png } from "../lib/picture.mjs";
import { agentOf } from "../lib/shop.mjs";
import { tick, until } from "../lib/wait.mjs";
import { fresh, openRow, SUPPORT } from "./mail.mjs";

/** A host that is not ours. Whatever is asked of any such host is noted, and answered by a picture. */
const THERE = "https://elsewhere.example";
async function watch(desk) {
  const asked = [];
  const isAbroad = (url) => /^https?:$/.test(url.protocol) && url.origin !== new URL(desk.base).origin;
  await desk.context.route(isAbroad, async (route) => {
    asked.push(route.request().url());
    await route.fulfill({ contentType: "image/png", body: png(40, 30) });
  });
  return asked;
}

/** Everything a mail could try. */
const hostile = (mark, there = THERE) => `<html><head>
<base href="${there}/base/"><meta http-equiv="refresh" content="0;url=${there}/refresh"><link rel="stylesheet" href="${there}/style.css">
<style>@import "${there}/import.css"; body{background:url(${there}/page.png)} * {position:fixed!important;inset:0;z-index:99999}</style>
<script>top.hacked="script"</script><script src="${there}/script.js"></script></head>
<body onload="top.hacked='onload'" background="${there}/body.png">
<p id="first">Dear shop ${mark}</p>
<div style="position:fixed;top:0;left:0;width:100vw;height:100vh;z-index:99999;background:red url(${there}/cover.png)">covered</div>
<img src="x" onerror="top.hacked='onerror'"><img src="${there}/kettle.png" width="40" height="30" alt="Our kettles" srcset="${there}/large.png 2x">
<img src="${there}/tracker.gif" width="1" height="1" alt="">
<a href="javascript:top.hacked='link'">one</a> <a href="JaVaScRiPt&#58;top.hacked='link'">two</a> <a href="data:text/html,<script>top.hacked='data'</script>">three</a>
<a href="https://elsewhere.example/bank" target="_top" onclick="top.hacked='click'">your bank</a>
<form action="${there}/form"><input name="password" autofocus onfocus="top.hacked='focus'"><button>Log in</button></form>
<iframe src="${there}/frame"></iframe><object data="${there}/object"></object><embed src="${there}/embed">
<video src="${there}/film.mp4" poster="${there}/poster.png" autoplay></video><audio src="${there}/sound.mp3" autoplay></audio>
<svg onload="top.hacked='svg'"><image href="${there}/svg.png"/><script>top.hacked="svg-script"</script><a xlink:href="javascript:top.hacked='svg-link'"><text>four</text></a></svg>
<math><mtext><table><mglyph><style><img src=x onerror="top.hacked='mutation'"></style></mglyph></table></mtext></math>
<table background="${there}/table.png"><tr><td style="background-image:url('${there}/cell.png')">cell</td></tr></table>
<p>The end of ${mark}</p></body></html>`;

const sendHtml = (server, subject, html, from = "Eve <eve@stranger.example>") =>
  swaks(server.smtpPort, { from, to: SUPPORT, subject, text: html.replaceAll("\n", "\r\n"), headers: { "MIME-Version": "1.0", "Content-Type": "text/html; charset=utf-8" } });

async function openMail(browser, server, subject, { dark = false, before } = {}) {
  const desk = await AgentDesk.sit(browser, { dark });
  desk.base = server.url;
  const asked = await watch(desk);
  await before?.(desk);
  await desk.arrive(server.url, await agentOf(server, "ruth"), "/inbox/open");
  await openRow(desk, subject);
  await desk.id("mail-frame").first().waitFor();
  return { desk, asked };
}

/** What stands in the frame of the newest mail that came in, as its own document has it. */
const inFrame = (desk, look) => desk.page.locator("[data-testid=message] [data-testid=mail-frame]").first().evaluate((frame, source) => new Function("page", `return (${source})(page)`)(frame.contentDocument), look.toString());

async function staysHarmless({ desk, asked }, mark) {
  const text = () => inFrame(desk, (page) => page.body.innerText);
  await until("the mail in its frame", async () => (await text()).includes(`The end of ${mark}`));
  const frame = desk.page.locator("[data-testid=message] [data-testid=mail-frame]").first();
  const sandbox = (await frame.getAttribute("sandbox")).split(" ").sort();
  assert.deepEqual(sandbox, ["allow-popups", "allow-popups-to-escape-sandbox", "allow-same-origin"], "no scripts, forms or way to the top");
  assert.match(await inFrame(desk, (page) => page.querySelector("meta[http-equiv=Content-Security-Policy]").content), /default-src 'none'.*form-action 'none'; base-uri 'none'/);
  const tags = await inFrame(desk, (page) => [...new Set([...page.body.querySelectorAll("*")].map((one) => one.localName))].sort());
  for (const tag of ["script", "style", "link", "meta", "base", "form", "input", "button", "iframe", "object", "embed", "video", "audio", "svg", "math"])
    assert.ok(!tags.includes(tag), `<${tag}> is taken away`);
  const attributes = await inFrame(desk, (page) => [...page.body.querySelectorAll("*")].flatMap((one) => one.getAttributeNames()));
  assert.deepEqual(attributes.filter((name) => name.startsWith("on") || ["id", "name", "srcset", "background"].includes(name)), []);
  const links = await inFrame(desk, (page) => [...page.querySelectorAll("a[href]")].map((one) => [one.getAttribute("href"), one.target, one.rel]));
  assert.deepEqual(links.map(([href]) => href), ["https://elsewhere.example/bank"]);
  assert.equal(links[0][1], "_blank");
  assert.match(links[0][2], /noopener/);
  const placed = await inFrame(desk, (page) => [...page.body.querySelectorAll("*")].filter((one) => page.defaultView.getComputedStyle(one).position !== "static").length);
  assert.equal(placed, 0, "nothing leaves its place");
  // The console is where it was: above the mail its own buttons are hit.
  await desk.id("mail-menu").first().click({ trial: true });
  assert.ok(desk.page.url().startsWith(`${desk.base}/console/`), "the page was led nowhere");
  assert.deepEqual(asked, [], "nothing was asked of a host elsewhere");
  const box = await inFrame(desk, (page) => {
    const found = page.querySelector("[data-blocked]");
    const { width, height } = found.getBoundingClientRect();
    return { width, height, words: found.textContent, label: found.getAttribute("aria-label") };
  });
  assert.deepEqual(box, { width: 40, height: 30, words: "Our kettles", label: "Our kettles" }, "a neutral box in the place of the picture");
}

async function showPictures({ desk, asked }) {
  await desk.id("mail-show-pictures").first().click();
  await until("the picture", async () => await inFrame(desk, (page) => [...page.images].some((one) => one.naturalWidth === 40)));
  await tick(300); // what would come after it
  assert.deepEqual([...new Set(asked)], [`${THERE}/kettle.png`], "the picture and nothing else");
}

async function nothingRan({ desk }) {
  for (const frame of desk.page.frames()) assert.equal(await frame.evaluate(() => top.hacked ?? null).catch(() => null), null);
  assert.equal(await desk.page.evaluate(() => window.hacked ?? null), null);
}

/** Of all texts in the mail's frame, those that stand out too little from what is painted behind them. */
const faint = (desk) => desk.page.locator("[data-testid=message] [data-testid=mail-frame]").first().evaluate((frame) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a)];
  const light = (color) => {
    const [r, g, b] = color.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  /** Colours from an element outwards, through the frame into the console. */
  const grounds = (element) => {
    const found = [];
    for (let one = element; one; one = one.parentElement ?? (one.ownerDocument === document ? null : frame)) {
      const color = rgba(one.ownerDocument.defaultView.getComputedStyle(one).backgroundColor);
      found.push(color);
      if (color[3] === 1) break;
    }
    return found.reverse().reduce((under, color) => over(color, under), [255, 255, 255]);
  };
  const page = frame.contentDocument;
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  const out = [];
  let count = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim()) continue;
    count++;
    const ground = grounds(node.parentElement);
    const ink = over(rgba(page.defaultView.getComputedStyle(node.parentElement).color), ground);
    const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5) out.push(`${node.data.trim()}: ${contrast.toFixed(2)}`);
  }
  return count === 0 ? ["no text"] : out;
});

export async function mailSafety({ suite, server, browser }) {
  await suite.test("a hostile mail runs nothing, covers nothing and calls nobody until its pictures are asked for", async () => {
    const subject = fresh("Prize draw");
    await sendHtml(server, subject, hostile(subject));
    const seen = await openMail(browser, server, subject);
    await staysHarmless(seen, subject);
    await showPictures(seen);
    await nothingRan(seen);
    assert.deepEqual(seen.desk.faults, []);
    await seen.desk.leave();
  }, { within: 90_000 });

  await suite.test("the console's own sieve holds where the server's would let everything through", async () => {
    const subject = fresh("Open sesame");
    await sendHtml(server, subject, `<p>Harmless</p><img src="${THERE}/kettle.png" width="40" height="30" alt="x">`);
    const letThrough = (desk) => desk.page.route("**/api/v1/messages/*/email", async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), html: hostile(subject) } });
    });
    const seen = await openMail(browser, server, subject, { before: letThrough });
    await staysHarmless(seen, subject);
    await showPictures(seen);
    await nothingRan(seen);
    // Chromium reports what stands in the document that is only taken apart, too: it has no window and could do nothing of it.
    const isReport = (line) => /violates the following Content Security Policy directive.*\/console\/assets\/\S+\.js$/.test(line);
    assert.deepEqual(seen.desk.faults.filter((line) => !isReport(line)), []);
    await seen.desk.leave();
  }, { within: 90_000 });

  await suite.test("a mail can be read in the dark, with colours of its own and without", async () => {
    const looks = {
      colours: '<p style="color:#222222">Dark ink</p><div style="background:#fff8e1"><span style="color:#5d4037">Brown on cream</span></div><table bgcolor="#102a43"><tr><td><font color="#f0f4f8">Light on blue</font></td></tr></table><p>Ink of nobody</p><a href="https://a.example/x">a link</a>',
      plain: "<p>No colours at all, <b>only</b> words</p><blockquote>and a quote</blockquote><a href=\"https://a.example/x\">a link</a>",
    };
    for (const [name, html] of Object.entries(looks)) {
      const subject = fresh(`Shades ${name}`);
      await sendHtml(server, subject, `<html><body>${html}</body></html>`);
      const { desk } = await openMail(browser, server, subject, { dark: true });
      await until("the text of the mail", async () => await inFrame(desk, (page) => page.body?.innerText.includes("a link")));
      assert.deepEqual(await faint(desk), [], name);
      assert.deepEqual(desk.faults, []);
      await desk.leave();
    }
  }, { within: 90_000 });
}
