// A test runner for suites that share one server: in order, each test with a deadline, the outcome on the last line.

const colour = process.stdout.isTTY ? { ok: "\x1b[32m", bad: "\x1b[31m", dim: "\x1b[2m", end: "\x1b[0m" } : { ok: "", bad: "", dim: "", end: "" };

export class Skip extends Error {}
/** Ends the running test as skipped. */
export function skip(why) {
  throw new Skip(why);
}

export class Suite {
  constructor(name) {
    this.name = name;
    this.passed = 0;
    this.failed = 0;
    this.skipped = 0;
    this.broken = [];
    this.began = Date.now();
    this.onFailure = null; // async (name) => lines that help to understand the failure
    this.secondTry = null; // async () => clears the table; set where tests stand alone: browsers on a busy machine stumble
    this.only = process.argv.slice(2).filter((word) => !word.startsWith("-"));
  }

  /** Runs `body` unless the command line names other tests; a failure is noted and the next test goes on. */
  async test(name, body, { within = 60_000 } = {}) {
    if (this.only.length > 0 && !this.only.some((word) => name.toLowerCase().includes(word.toLowerCase()))) return;
    const began = Date.now();
    try {
      await attempt(body, within);
      this.passed++;
      this.line("ok", "ok  ", name, began);
    } catch (error) {
      if (this.secondTry && !(error instanceof Skip)) {
        this.line("dim", "…   ", `${name}: once more, after ${error?.message?.split("\n")[0]}`, began);
        try {
          await this.secondTry();
          await attempt(body, within);
          this.passed++;
          this.line("ok", "ok  ", `${name} (second try)`, began);
          return;
        } catch (again) {
          error = again;
        }
      }
      if (error instanceof Skip) {
        this.skipped++;
        this.line("dim", "skip", `${name}: ${error.message}`, began);
        return;
      }
      this.failed++;
      this.broken.push(name);
      this.line("bad", "FAIL", name, began);
      console.log(indent(error?.stack ?? String(error)));
      try {
        const more = await this.onFailure?.(name);
        if (more) console.log(indent(more));
      } catch (trouble) {
        console.log(indent(`(no details: ${trouble})`));
      }
    }
  }

  line(tone, word, text, began) {
    console.log(`${colour[tone]}${word}${colour.end} ${text} ${colour.dim}${((Date.now() - began) / 1000).toFixed(1)} s${colour.end}`);
  }

  /** Something outside a test broke, for example the server did not start. */
  broke(what, error) {
    this.failed++;
    this.broken.push(what);
    console.log(`${colour.bad}FAIL${colour.end} ${what}`);
    console.log(indent(error?.stack ?? String(error)));
  }

  summary() {
    for (const name of this.broken) console.log(`failed: ${name}`);
    console.log(`${this.name}: ${((Date.now() - this.began) / 1000).toFixed(0)} s`);
    console.log(`${this.passed} passed, ${this.failed} failed, ${this.skipped} skipped`);
    return this.failed === 0 ? 0 : 1;
  }
}

async function attempt(body, within) {
  let timer;
  const deadline = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${within / 1000} s`)), within);
  });
  try {
    await Promise.race([body(), deadline]);
  } finally {
    clearTimeout(timer);
  }
}

function indent(text) {
  return String(text).split("\n").map((line) => `     ${line}`).join("\n");
}
