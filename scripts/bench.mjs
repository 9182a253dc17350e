/** `npm run bench`: runs the benchmarks one after another, alone on the machine if it is quiet. */

import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { Failure, run, say, script } from './process.mjs';
import { ensureTools } from './setup.mjs';

const help = `npm run bench [-- NAME …] [--list]

Builds what is out of date and runs bench/*.bench.ts, or those with the given names.

  --list   only print the names`;

const suffix = '.bench.ts';

function benchmarkNames() {
  if (!existsSync('bench')) return [];
  return readdirSync('bench')
    .filter((file) => file.endsWith(suffix))
    .map((file) => path.basename(file, suffix))
    .sort();
}

await script(async () => {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' }, list: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (values.help) return say(help);
  const names = benchmarkNames();
  if (values.list) return say(names.join('\n'));
  const unknown = positionals.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new Failure(`No benchmark "${unknown[0]}". There are: ${names.join(', ')}.`);
  }
  await ensureTools('bench');
  await build('wasm', 'native-release', 'js');
  for (const name of positionals.length > 0 ? positionals : names) {
    say(`\n== ${name}`);
    await run(process.execPath, [`build/js/bench/${name}.bench.js`]);
  }
});
