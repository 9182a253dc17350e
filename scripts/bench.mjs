/** `npm run bench`: runs the benchmarks one after another, alone on the machine if it is quiet. */

import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { Failure, run, say, script } from './process.mjs';
import { ensurePackages, ensureTools } from './setup.mjs';

const help = `npm run bench [-- NAME … [SIZE …]] [--markdown] [--list]

Builds what is out of date and runs bench/*.bench.ts, or those with the given names.

  SIZE         numbers of orders for the query benchmark (default: 1000 100000 1000000)
  --markdown   the query benchmark writes its tables into bench/README.md
  --list       only print the names`;

const suffix = '.bench.ts';

function benchmarkNames() {
  if (!existsSync('bench')) return [];
  return readdirSync('bench')
    .filter((file) => file.endsWith(suffix))
    .map((file) => path.basename(file, suffix))
    .sort();
}

/** What the query benchmark compares with: no dependency of Waybill, so it is installed here alone. */
async function ensurePeers() {
  await ensureTools('nodeAddons');
  await ensurePackages('bench/peers');
}

await script(async () => {
  const { values, positionals } = parseArgs({
    options: {
      help: { type: 'boolean', short: 'h' },
      list: { type: 'boolean' },
      markdown: { type: 'boolean' },
    },
    allowPositionals: true,
  });
  if (values.help) return say(help);
  const names = benchmarkNames();
  if (values.list) return say(names.join('\n'));
  const isSize = (word) => /^\d+$/.test(word);
  const given = positionals.filter((word) => !isSize(word));
  const unknown = given.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new Failure(`No benchmark "${unknown[0]}". There are: ${names.join(', ')}.`);
  }
  const queryArguments = [
    ...positionals.filter(isSize),
    ...(values.markdown ? ['--markdown'] : []),
  ];
  await ensureTools('bench');
  await build('wasm', 'native-release', 'js');
  for (const name of given.length > 0 ? given : names) {
    say(`\n== ${name}`);
    if (name === 'query') await ensurePeers();
    const args = name === 'query' ? queryArguments : [];
    await run(process.execPath, [`build/js/bench/${name}.bench.js`, ...args]);
  }
});
