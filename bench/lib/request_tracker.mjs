// Request Tracker 5 with its mail gateway, from Debian's packages, on a MariaDB of its own with the same durability as ours. Not among
// the packages of scripts/dependencies (257 of them): apt-get install --no-install-recommends request-tracker5 rt5-clients rt5-db-mysql
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { userInfo } from "node:os";
import { join } from "node:path";
import { emptyDirectory, finish, freePort, pause, start, stop } from "./processes.mjs";

const setup = "/usr/sbin/rt-setup-database-5";
const web = "/usr/share/request-tracker5/libexec/rt-server";

export const isInstalled = () => existsSync(setup) && existsSync(web);

const siteConfig = (port, databasePort) => `
Set($rtname, 'bench.example'); Set($Organization, 'bench.example'); Set($WebDomain, '127.0.0.1'); Set($WebPort, ${port});
Set($DatabaseType, 'mysql'); Set($DatabaseHost, '127.0.0.1'); Set($DatabasePort, '${databasePort}');
Set($DatabaseUser, 'rt_user'); Set($DatabasePassword, 'rt_pass'); Set($DatabaseName, 'rt5');
Set($LogToSyslog, 'critical'); Set($LogToSTDERR, 'critical');
1;
`;
const desk = `
@ACL = map { { GroupDomain => 'SystemInternal', GroupType => 'Everyone', Queue => 'General', Right => $_ } } qw(SeeQueue CreateTicket ReplyToTicket);
@Final = (sub { my $all = RT::Scrips->new(RT->SystemUser); $all->UnLimit; while (my $scrip = $all->Next) { $scrip->SetDisabled(1) } });
1;
`;

export class RequestTracker {
  /** With an empty queue that takes mail from everybody, sends no automatic answer, and `workers` processes. */
  static async start(workers = 4) {
    const rt = new RequestTracker();
    const directory = emptyDirectory("data-request-tracker");
    const log = "request-tracker.log", socket = join(directory, "socket"), databasePort = await freePort();
    rt.port = await freePort();
    rt.config = join(directory, "site.pm");
    writeFileSync(rt.config, siteConfig(rt.port, databasePort));
    writeFileSync(join(directory, "desk.pl"), desk);
    mkdirSync(join(directory, "none"));
    rt.env = { RT_SITE_CONFIG: rt.config, RT_SITE_CONFIG_DIR: join(directory, "none") };
    const data = `--datadir=${join(directory, "db")}`, user = `--user=${userInfo().username}`;
    await finish("mariadb-install-db", ["--no-defaults", data, user, "--auth-root-authentication-method=normal", "--skip-test-db"], { log });
    rt.socket = socket;
    rt.database = start("mariadbd", ["--no-defaults", data, user, `--socket=${socket}`, `--port=${databasePort}`, "--bind-address=127.0.0.1", "--innodb-buffer-pool-size=64M",
      "--innodb-flush-log-at-trx-commit=1", "--skip-log-bin", "--max-allowed-packet=64M"], { log });
    for (let i = 0; i < 100 && !existsSync(socket); i++) await pause(100);
    await finish(setup, ["--action", "init", "--dba", "root", "--dba-password", ""], { env: rt.env, log });
    await finish(setup, ["--action", "insert", "--datafile", join(directory, "desk.pl"), "--dba", "root", "--dba-password", ""], { env: rt.env, log });
    rt.web = start(web, ["--server", "Starlet", "--port", String(rt.port), "--max-workers", String(workers)], { env: rt.env, log });
    await rt.#answering();
    rt.agent = new Agent({ keepAlive: true });
    return rt;
  }

  async #answering() {
    for (let i = 0; i < 100; i++) {
      try {
        return await this.#post("message=");
      } catch {
        await pause(200);
      }
    }
    throw new Error("Request Tracker does not answer, see bench/results/request-tracker.log");
  }

  #post(body) {
    return new Promise((done, fail) => {
      const headers = { "content-type": "application/x-www-form-urlencoded", "content-length": Buffer.byteLength(body) };
      const sent = request({ host: "127.0.0.1", port: this.port, method: "POST", path: "/REST/1.0/NoAuth/mail-gateway", headers, agent: this.agent }, (answer) => {
        let out = "";
        answer.on("data", (chunk) => (out += chunk));
        answer.on("end", () => done(out));
      });
      sent.once("error", fail);
      sent.end(body);
    });
  }

  /** What rt-mailgate sends to the server, without starting a Perl program for each mail. */
  async take(mail) {
    const out = await this.#post(new URLSearchParams({ SessionType: "REST", action: "correspond", queue: "General", message: mail }).toString());
    if (!out.startsWith("ok")) throw new Error(`Request Tracker says: ${out.slice(0, 300)}`);
  }

  /** As a mail server delivers: a pipe into rt-mailgate for each mail. */
  async pipe(mail) {
    const child = spawn("/usr/bin/rt-mailgate", ["--queue", "General", "--action", "correspond", "--url", `http://127.0.0.1:${this.port}/`], { stdio: ["pipe", "ignore", "ignore"] });
    child.stdin.end(mail);
    const [code] = await once(child, "exit");
    if (code !== 0) throw new Error(`rt-mailgate ended with ${code}`);
  }

  async ticketCount() {
    return Number(await finish("mariadb", ["--no-defaults", "-u", "root", `--socket=${this.socket}`, "-N", "rt5", "-e", "SELECT COUNT(*) FROM Tickets"], { log: "request-tracker.log" }));
  }

  async stop() {
    this.agent?.destroy();
    await stop(this.web);
    await stop(this.database);
  }
}
