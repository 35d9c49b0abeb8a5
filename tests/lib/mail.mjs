// Mail as others send it, and a real mail server of our own: Postfix takes and sends, Dovecot keeps mailboxes and checks passwords.
import { execFile, execFileSync, spawn } from "node:child_process";
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { freePort, root, workDirectory } from "./server.mjs";
import { until } from "./wait.mjs";

const PASSWORD = "test"; // of every mailbox

function run(program, args, input = "") {
  return new Promise((done, fail) => {
    const child = execFile(program, args, { timeout: 30_000 }, (error, out, complaints) =>
      error ? fail(new Error(`${program} ${args.join(" ")}: ${error.message}\n${out}${complaints}`)) : done(out),
    );
    child.stdin.end(input);
  });
}

/** A foreign mail server at our SMTP listener. */
export function swaks(port, { from, to, subject, text, headers = {} }) {
  const fields = Object.entries({ From: from, To: to, Subject: subject, ...headers }).flatMap(([name, value]) => ["--header", `${name}: ${value}`]);
  const bare = /<(.+)>/.exec(from)?.[1] ?? from;
  return run("swaks", ["--server", "127.0.0.1", "--port", String(port), "--from", bare, "--to", to, ...fields, "--body", text]);
}

const python = async (verb, order) => run("/usr/bin/python3", [join(root, "tests/lib/mail.py"), verb], JSON.stringify(order));

function answers(port) {
  return new Promise((done) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.setTimeout(2_000, () => socket.destroy());
    socket.once("data", () => socket.destroy());
    let said = false;
    socket.on("data", () => {
      said = true;
    });
    socket.on("error", () => undefined);
    socket.on("close", () => done(said));
  });
}

const running = new Set();
process.on("exit", () => {
  for (const server of running) server.killNow();
});

export class MailServer {
  /** Why it cannot run here, or null. */
  static missing() {
    if (process.getuid() !== 0) return "Postfix starts as root only";
    const programs = ["/usr/sbin/postfix", "/usr/sbin/dovecot", "/usr/lib/dovecot/lmtp", "/usr/bin/python3"].filter((path) => !existsSync(path));
    return programs.length > 0 ? `not installed: ${programs.join(" ")}` : null;
  }

  /** Takes mail for every address of these domains. */
  static async open(domains) {
    const server = new MailServer(workDirectory("mail"), domains);
    for (const name of ["imapPort", "lmtpPort", "authPort", "smtpPort", "submissionPort"]) server[name] = await freePort();
    server.configure();
    running.add(server);
    await server.start();
    return server;
  }

  constructor(home, domains) {
    this.home = home;
    this.domains = domains;
    this.dovecot = null;
  }

  configure() {
    chmodSync(this.home, 0o755); // Postfix and Dovecot are other users
    for (const name of ["dovecot", "dovecot/mail", "postfix", "postfix/queue", "postfix/data", "postfix/etc"]) mkdirSync(join(this.home, name));
    execFileSync("chown", ["-R", "nobody:nogroup", join(this.home, "dovecot")]);
    execFileSync("chown", ["postfix", join(this.home, "postfix/data")]);
    writeFileSync(join(this.home, "dovecot.conf"), this.dovecotConfiguration());
    writeFileSync(join(this.home, "postfix/etc/main.cf"), this.postfixConfiguration());
    writeFileSync(join(this.home, "postfix/etc/master.cf"), this.postfixServices());
  }

  dovecotConfiguration() {
    const at = join(this.home, "dovecot");
    const listener = (service, name, port) => `service ${service} {\n  chroot=\n  inet_listener ${name} {\n    port=${port}\n  }\n}\n`;
    return `base_dir=${at}/run
state_dir=${at}/state
log_path=${at}/log
protocols=imap lmtp
listen=127.0.0.1
ssl=no
disable_plaintext_auth=no
auth_mechanisms=plain login
auth_failure_delay=0
first_valid_uid=1
first_valid_gid=1
default_internal_user=nobody
default_internal_group=nogroup
default_login_user=nobody
mail_location=maildir:${at}/mail/%u
passdb {
  driver=static
  args=password=${PASSWORD}
}
userdb {
  driver=static
  args=uid=nobody gid=nogroup home=${at}/mail/%u allow_all_users=yes
}
service imap-login {
  chroot=
  inet_listener imap {
    port=${this.imapPort}
  }
  inet_listener imaps {
    port=0
  }
}
${listener("lmtp", "lmtp", this.lmtpPort)}${listener("auth", "sasl", this.authPort)}service anvil {
  chroot=
}
service stats {
  chroot=
}
`;
  }

  postfixConfiguration() {
    const at = join(this.home, "postfix");
    return `compatibility_level = 3.6
queue_directory = ${at}/queue
data_directory = ${at}/data
maillog_file = ${at}/log
maillog_file_prefixes = ${at}
myhostname = mail.${this.domains[0]}
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
virtual_mailbox_domains = ${this.domains.join(" ")}
virtual_mailbox_maps = static:here
virtual_transport = lmtp:inet:127.0.0.1:${this.lmtpPort}
default_transport = error:nothing leaves this machine
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:${this.authPort}
smtpd_tls_security_level = none
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
alias_maps =
alias_database =
`;
  }

  postfixServices() {
    // name, program, "n" where others may reach it, "n" where it needs root, wake-up time, most processes
    const services = [
      "pickup pickup n - 60 1",
      "cleanup cleanup n - - 0",
      "qmgr qmgr n - 300 1",
      "tlsmgr tlsmgr - - 1000? 1",
      "rewrite trivial-rewrite - - - -",
      "bounce bounce - - - 0",
      "defer bounce - - - 0",
      "trace bounce - - - 0",
      "flush flush n - 1000? 0",
      "proxymap proxymap - - - -",
      "smtp smtp - - - -",
      "relay smtp - - - -",
      "showq showq n - - -",
      "error error - - - -",
      "retry error - - - -",
      "discard discard - - - -",
      "virtual virtual - n - -",
      "lmtp lmtp - - - -",
      "anvil anvil - - - 1",
    ].map((line) => {
      const [name, program, isPrivate, needsRoot, wake, most] = line.split(" ");
      return `${name} unix ${isPrivate} ${needsRoot} n ${wake} ${most} ${program}`;
    });
    // As on the internet: one port for mail from other servers, one for its own users, who log in.
    const [incoming, submission] = [this.smtpPort, this.submissionPort].map((port) => `127.0.0.1:${port} inet n - n - - smtpd`);
    return [incoming, `${submission} -o smtpd_sasl_auth_enable=yes`, ...services, "postlog unix-dgram n - n - 1 postlogd", ""].join("\n");
  }

  async start() {
    await this.startDovecot();
    await this.startPostfix();
  }

  async startDovecot() {
    const out = openSync(join(this.home, "dovecot.out"), "a");
    this.dovecot = spawn("setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", "dovecot", "-F", "-c", join(this.home, "dovecot.conf")], { stdio: ["ignore", out, out] });
    closeSync(out);
    await until("Dovecot", () => answers(this.imapPort), { within: 20_000 });
  }

  async startPostfix() {
    await run("postfix", ["-c", join(this.home, "postfix/etc"), "start"]);
    await until("Postfix", () => answers(this.smtpPort), { within: 20_000 });
  }

  async stopDovecot() {
    const child = this.dovecot;
    this.dovecot = null;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    await ended;
  }

  async stopPostfix() {
    await run("postfix", ["-c", join(this.home, "postfix/etc"), "stop"]);
  }

  async close() {
    await this.stopPostfix().catch(() => undefined);
    await this.stopDovecot();
    running.delete(this);
  }

  killNow() {
    running.delete(this);
    this.dovecot?.kill("SIGTERM");
    try {
      execFileSync("postfix", ["-c", join(this.home, "postfix/etc"), "stop"], { stdio: "ignore" });
    } catch {
      // It was down.
    }
  }

  /** A customer's mail program hands a mail to Postfix. */
  send(mail) {
    return python("send", { port: this.smtpPort, ...mail });
  }

  /** What lies in a mailbox, oldest first. */
  async mailbox(user) {
    return JSON.parse(await python("read", { port: this.imapPort, user, password: PASSWORD }));
  }

  tail() {
    const last = (name) => (existsSync(join(this.home, name)) ? readFileSync(join(this.home, name), "utf8").split("\n").slice(-15).join("\n") : "");
    return `${last("dovecot/log")}\n${last("postfix/log")}`;
  }
}
