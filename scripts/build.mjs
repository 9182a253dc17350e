/** `npm run build`: brings the wasm module, the native programs and the JavaScript up to date. */

import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { elapsed, Failure, isProgram, root, run, say, script } from './process.mjs';
import { ensurePackages, ensureTools } from './setup.mjs';

const help = `npm run build [-- TARGET …]

Builds what is out of date. Targets (default: wasm native-release js):

  wasm             build/wasm/waybill.js and waybill.wasm
  native-release   build/native-release/waybill-native
  native-debug     the same with sanitizers, and the core's tests
  model            build/native-release/model-tests
  fuzz             the fuzz targets
  js               build/js: js-host, tests and bench, compiled from TypeScript

Missing tools are installed first (see "npm start -- --help").`;

/** The kinds of tools (see setup.mjs) that each target needs. */
const targetNeeds = {
  wasm: ['wasm'],
  'native-release': ['native'],
  'native-debug': ['native', 'coreTests'],
  model: ['native'],
  fuzz: ['fuzz'],
  js: [],
};

/** Installs what the targets need and builds them; all but `js` and `model` are CMake presets. */
export async function build(...targets) {
  for (const target of targets) {
    if (!(target in targetNeeds)) throw new Failure(`There is no target "${target}".\n\n${help}`);
  }
  await ensureTools(...targets.flatMap((target) => targetNeeds[target]));
  if (targets.includes('js')) await ensurePackages();
  for (const target of targets) {
    if (target === 'js') await compileTypeScript();
    else if (target === 'model') await buildPreset('native-release', 'model-tests');
    else await buildPreset(target);
  }
}

async function compileTypeScript() {
  const startMs = performance.now();
  await run(process.execPath, ['node_modules/typescript/bin/tsc', '--build']);
  say(`Built js (${elapsed(startMs)})`);
}

async function buildPreset(preset, ...programs) {
  const startMs = performance.now();
  const binaryDirectory = `build/${preset}`;
  if (!isConfigured(binaryDirectory)) {
    say(`Configuring ${preset} …`);
    await run('cmake', ['--preset', preset, '--fresh'], { output: 'progress' });
  }
  const jobs = process.env.CMAKE_BUILD_PARALLEL_LEVEL;
  const args = ['-C', binaryDirectory, ...(jobs ? ['-j', jobs] : []), ...programs];
  await run('ninja', args, {
    output: 'progress',
    // Errors and warnings: what is left without ninja's and CMake's own lines.
    filter: (line) => !/^(\[\d+\/\d+\] |ninja: |-- )/.test(line),
  });
  say(`Built ${[preset, ...programs].join(' ')} (${elapsed(startMs)})`);
}

/** Whether ninja can go on from there: it runs CMake again by itself, except for these changes. */
function isConfigured(binaryDirectory) {
  const ninjaFile = path.join(binaryDirectory, 'build.ninja');
  if (!existsSync(ninjaFile)) return false;
  const configuredMs = statSync(ninjaFile).mtimeMs;
  if (statSync('CMakePresets.json').mtimeMs > configuredMs) return false;
  const cache = readFileSync(path.join(binaryDirectory, 'CMakeCache.txt'), 'utf8');
  const [, home] = /^CMAKE_HOME_DIRECTORY:INTERNAL=(.*)$/m.exec(cache) ?? [];
  return home === root; // else the checkout was moved or copied
}

if (isProgram(import.meta.url)) {
  await script(async () => {
    const { values, positionals } = parseArgs({
      options: { help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    if (values.help) return say(help);
    await build(...(positionals.length > 0 ? positionals : ['wasm', 'native-release', 'js']));
  });
}
