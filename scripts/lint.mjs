/** `npm run lint`: eslint over the TypeScript and the scripts. */

import { isProgram, run, say, script } from './process.mjs';
import { ensurePackages } from './setup.mjs';

const help = `npm run lint [-- ESLINT-OPTION …]

Checks TypeScript and scripts with eslint, for example: npm run lint -- --fix`;

/** Runs eslint; warnings fail as errors do. */
export async function lint(options = []) {
  await ensurePackages();
  const eslint = 'node_modules/eslint/bin/eslint.js';
  await run(process.execPath, [eslint, '.', '--max-warnings=0', ...options]);
}

if (isProgram(import.meta.url)) {
  await script(async () => {
    const options = process.argv.slice(2);
    if (options.includes('--help') || options.includes('-h')) return say(help);
    await lint(options);
  });
}
