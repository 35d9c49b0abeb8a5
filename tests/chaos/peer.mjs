// A client that keeps its own picture of the desk from events alone, over a line that breaks.
import { CallFailed, Link, Lost } from "../lib/link.mjs";
import { tick } from "../lib/wait.mjs";

const FORGETS = 0.04; // chance that a client comes back without its cursor

export const between = (low, high) => low + Math.random() * (high - low);

/** What all clients together lived through. */
export class Tally {
  constructor() {
    this.acknowledged = []; // {clientId, id, ticketId, author, n}
    this.connects = 0;
    this.reconnects = 0;
    this.resumes = 0;
    this.resets = 0;
    this.forgotten = 0; // reconnects without a cursor, as after a reload: these must be resets
    this.retries = 0;
    this.repeats = 0; // retries of what the server had stored already
    this.guarded = 0;
    this.conflicts = 0;
    this.accepted = 0;
    this.changes = 0;
    this.notes = 0;
    this.moved = 0;
    this.events = 0;
    this.unexpected = [];
    this.ackMs = []; // sent once, answered
    this.deliveryMs = []; // a customer's message until an agent's socket has it
    this.sentAt = new Map(); // client id -> time, of what was sent exactly once
  }
}

/** Answers that mean "not now" rather than "no". */
export const isBusy = (error) => error instanceof CallFailed && (error.status === 429 || error.status === 503);
export const isLost = (error) => error instanceof Lost || /took longer than/.test(error.message);

export class Peer {
  constructor(name, base, tally) {
    this.name = name;
    this.base = base;
    this.tally = tally;
    this.link = null;
    this.cursor = "";
    this.mustRefetch = true;
    this.isEnding = false;
    this.isActive = true;
    this.queue = [];
    this.isPumping = false;
  }

  /** Stays connected until `leave()`. */
  async stay() {
    for (let attempt = 0; !this.isEnding; ) {
      let link;
      const isForgetful = this.wasHere && Math.random() < FORGETS;
      try {
        link = await Link.open(this.base, await this.credentials(), { after: isForgetful ? "" : this.cursor, patience: 10_000 });
      } catch {
        await tick(Math.min(5_000, 200 * 2 ** Math.min(attempt++, 6)) * between(0.5, 1.5));
        continue;
      }
      attempt = 0;
      if (isForgetful) this.tally.forgotten++;
      this.welcome(link);
      const heartbeat = setInterval(() => link.send({ type: "ping", t: Date.now() }), 20_000);
      await link.closed;
      clearInterval(heartbeat);
      this.link = null;
    }
  }

  welcome(link) {
    const { tally } = this;
    tally.connects++;
    if (this.wasHere) {
      tally.reconnects++;
      if (link.hello.resumed) tally.resumes++;
      else tally.resets++;
    }
    this.wasHere = true;
    if (!link.hello.resumed) {
      this.mustRefetch = true;
      this.cursor = link.hello.cursor;
    }
    this.link = link;
    // What came with the hello first, then everything as it comes.
    for (const frame of link.frames.splice(0)) this.receive(frame);
    link.keepsFrames = false;
    link.onFrame = (frame) => this.receive(frame);
    if (this.mustRefetch) void this.fetchAgain(link);
    void this.pump();
  }

  async fetchAgain(link) {
    for (;;) {
      try {
        await this.refetch(link);
        if (this.link === link) this.mustRefetch = false;
        return;
      } catch (error) {
        if (link.socket.isClosed || this.link !== link) return;
        if (!isBusy(error) && !isLost(error)) this.tally.unexpected.push(`${this.name} refetch: ${error.message}`);
        await tick(500);
      }
    }
  }

  receive(frame) {
    if (frame.type === "event") {
      this.tally.events++;
      this.apply(frame.payload);
    } else if (frame.type === "reset") {
      this.mustRefetch = true;
      void this.fetchAgain(this.link);
    }
    if (frame.cursor) this.cursor = frame.cursor;
  }

  /** Sends what is queued, one after the other; what was not answered goes again under the same id. */
  async pump() {
    if (this.isPumping) return;
    this.isPumping = true;
    while (this.queue.length > 0 && this.link && !this.isEnding) {
      const item = this.queue[0];
      const { link } = this;
      try {
        await this.perform(item, link);
        this.queue.shift();
      } catch (error) {
        if (isLost(error)) {
          // A call that stays without an answer on an open socket: give the socket up, as a browser would.
          if (!link.socket.isClosed) link.socket.destroy();
          await link.closed;
          if (this.link === link) this.link = null;
          break;
        }
        if (isBusy(error)) await tick(300);
        else {
          this.tally.unexpected.push(`${this.name} ${item.what}: ${error.message}`);
          this.queue.shift();
        }
      }
    }
    this.isPumping = false;
    // The next connection may have come while the last answer was awaited.
    if (this.queue.length > 0 && this.link && !this.isEnding) setImmediate(() => void this.pump());
  }

  add(item) {
    this.queue.push({ attempts: 0, ...item });
    void this.pump();
  }

  /** One attempt of a post with a client id; notes how long the answer took when it was the first. */
  async post(item, link, path, body) {
    item.attempts++;
    const began = Date.now();
    if (item.attempts === 1) this.tally.sentAt.set(body.client_id, began);
    else {
      this.tally.retries++;
      this.tally.sentAt.delete(body.client_id);
    }
    const answer = await link.call("POST", path, body, { patience: 20_000 });
    if (item.attempts === 1) this.tally.ackMs.push(Date.now() - began);
    else if (answer.message.created_at < began) this.tally.repeats++;
    return answer;
  }

  get isSettled() {
    return this.queue.length === 0 && this.link !== null && !this.mustRefetch && !this.isPumping;
  }

  leave() {
    this.isEnding = true;
    this.link?.socket.destroy();
  }
}
