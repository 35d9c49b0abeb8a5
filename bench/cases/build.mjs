// (e) Build time without ccache, in a build directory of its own: everything, then one domain file.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { median, met } from "../lib/figures.mjs";
import { emptyDirectory, finish, root } from "../lib/processes.mjs";

const env = { CCACHE_DISABLE: "1" };
const object = "tickets/CMakeFiles/tickets.dir/ticket_service.cpp.o";

async function seconds(work) {
  const begun = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - begun) / 1e9;
}

export async function measureBuild(table, { rounds, quick, say }) {
  const directory = emptyDirectory("build");
  const ninja = (...targets) => finish("ninja", ["-C", directory, ...targets], { env, log: "build.log" });
  await finish("cmake", ["-S", root, "-B", directory, "-G", "Ninja"], { env, log: "build.log" });
  const jobs = ["-j", process.env.PARLEY_BENCH_JOBS ?? "2"];
  const all = await seconds(() => ninja(...jobs, "all"));
  say(`clean build ${all.toFixed(0)} s`);
  const one = [];
  for (let round = 0; round < (quick ? 1 : rounds); round++) {
    rmSync(join(directory, object)); // what touching the source would do, without touching the source
    one.push(await seconds(() => ninja(...jobs, "parley")));
    say(`one domain file ${one.at(-1).toFixed(1)} s`);
  }
  table.add("e", "clean build, server and tests, no ccache", [all / 60], "min", "< 6 min", met(all < 360));
  table.add("e", "one domain file changed: to a linked server", one, "s", "< 20 s", met(median(one) < 20));
  rmSync(directory, { recursive: true, force: true });
  return { all, one };
}
