/** `npm run format`: lays out all C++ as .clang-format says. */

import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Failure, isProgram, run, say, script } from './process.mjs';
import { ensureTools } from './setup.mjs';

const help = `npm run format [-- --check]

Lays out all C++ sources as .clang-format says.

  --check   change nothing, fail if a file is laid out otherwise`;

const sourceDirectories = ['bench', 'core', 'native', 'tests', 'wasm'];

/** Formats all C++ sources, or only checks them; resolves to how many there are. */
export async function format({ check = false } = {}) {
  await ensureTools('format');
  const sources = sourceDirectories.flatMap(cppSources);
  if (sources.length === 0) throw new Failure('There are no C++ sources.');
  await run('clang-format', check ? ['--dry-run', '--Werror', ...sources] : ['-i', ...sources]);
  return sources.length;
}

function cppSources(directory) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true })
    .filter((file) => /\.[ch]pp$/.test(file) && !file.includes('node_modules'))
    .map((file) => path.join(directory, file))
    .sort();
}

if (isProgram(import.meta.url)) {
  await script(async () => {
    const { values } = parseArgs({
      options: { check: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) return say(help);
    const count = await format(values);
    say(`${values.check ? 'Checked' : 'Formatted'} ${count} files.`);
  });
}
