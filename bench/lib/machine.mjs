// What the machine says about itself: CPU time, memory, other people's load.
import { readFileSync, readdirSync } from "node:fs";

const ticksPerSecond = 100; // USER_HZ, fixed by the kernel's ABI

/** CPU seconds a process has used, all threads. */
export function cpuOf(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Resident memory in MB. */
export function rssOf(pid) {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
}

export function threadsOf(pid) {
  return readdirSync(`/proc/${pid}/task`).length;
}

/** Kernel memory of all TCP sockets in MB. */
export function tcpMemory() {
  return (Number(/^TCP:.* mem (\d+)/m.exec(readFileSync("/proc/net/sockstat", "utf8"))[1]) * 4096) / 1048576;
}

/** {busy, stolen} in CPU seconds since boot, whole machine. */
function totals() {
  const [user, nice, system, , , irq, softirq, steal] = readFileSync("/proc/stat", "utf8").split("\n")[0].trim().split(/\s+/).slice(1).map(Number);
  return { busy: (user + nice + system + irq + softirq) / ticksPerSecond, stolen: steal / ticksPerSecond };
}

export const cores = readFileSync("/proc/cpuinfo", "utf8").match(/^processor/gm).length;

/**
 * Measures around something: `usage(pids)` when done gives CPU seconds of each process and, as shares of the whole machine, what
 * everybody else used and what the host took away. `others` counts processes that are ours (the load client) by their CPU seconds.
 */
export function stopwatch(pids) {
  const begun = process.hrtime.bigint();
  const before = totals();
  const ours = new Map(pids.map((pid) => [pid, cpuOf(pid)]));
  const self = process.cpuUsage();
  return (alsoOurs = 0) => {
    const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
    const after = totals();
    const used = pids.map((pid) => cpuOf(pid) - ours.get(pid));
    const own = process.cpuUsage(self);
    const known = used.reduce((sum, x) => sum + x, 0) + alsoOurs + (own.user + own.system) / 1e6;
    return {
      seconds,
      cpu: used,
      foreign: Math.max(0, (after.busy - before.busy - known) / (seconds * cores)),
      stolen: (after.stolen - before.stolen) / (seconds * cores),
    };
  };
}

const files = Number(/^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))[1]);

/** As many sockets as were asked for, or as many as one process may open here. */
export function affordable(sockets) {
  const most = files - 500;
  if (sockets > most) console.error(`  ! only ${most} sockets: this machine allows ${files} open files per process (ulimit -n)`);
  return Math.min(sockets, most);
}

export function loadAverage() {
  return Number(readFileSync("/proc/loadavg", "utf8").split(" ")[0]);
}
