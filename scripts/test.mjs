/** `npm test`: every check, stage by stage, and a summary. */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { format } from './format.mjs';
import { lint } from './lint.mjs';
import { attempt, elapsed, Failure, Interrupted, say, script } from './process.mjs';
import { ensurePackages, ensureTools } from './setup.mjs';

/**
 * In this order. `run` resolves to what was counted, `{ passed, failed }` and perhaps `skipped`, a
 * list of names with reasons, or fails with the reason, which counts as one failure. `needs` names
 * the stages without which it makes no sense, `tools` the kinds of tools (see setup.mjs).
 */
const stages = {
  format: { title: 'C++ layout (clang-format)', tools: ['format'], run: checkFormat },
  lint: { title: 'TypeScript and scripts (eslint)', run: checkLint },
  types: { title: 'TypeScript compiles', run: () => checkBuild('js') },
  core: {
    title: 'Core, with sanitizers (Catch2)',
    tools: ['native', 'coreTests'],
    run: testCore,
  },
  model: {
    title: 'Histories of orders and stock against a model of the rules',
    tools: ['native'],
    run: testModel,
  },
  fuzz: { title: 'Fuzz targets (libFuzzer)', tools: ['fuzz'], run: fuzz },
  build: {
    title: 'The wasm module and the native program',
    tools: ['wasm', 'native'],
    run: () => checkBuild('wasm', 'native-release'),
  },
  host: {
    title: 'Host, scenarios, crashes, browser (node:test)',
    tools: ['browser'],
    needs: ['types', 'build'],
    run: testHost,
  },
};

const help = `npm test [-- --only STAGE,…] [--fuzz-seconds N] [--list]

Runs the stages below, each even if an earlier one failed, names the tests that were skipped, and
ends with "N passed, N failed".

${Object.entries(stages)
  .map(([name, { title }]) => `  ${name.padEnd(8)} ${title}`)
  .join('\n')}

  --only STAGE,…     only these, and those they need
  --fuzz-seconds N   how long each fuzz target runs (default 10)
  --list             print the names of the stages
  --match TEXT       of fuzz targets and the host's test files, only those whose path contains TEXT`;

const fuzzSeed = 1;
const fuzzUnitSeconds = 10;
const hostTimeoutMs = 20 * 60_000;

async function checkFormat() {
  await format({ check: true });
  return { passed: 1, failed: 0 };
}

async function checkLint() {
  await lint();
  return { passed: 1, failed: 0 };
}

async function checkBuild(...targets) {
  await build(...targets);
  return { passed: targets.length, failed: 0 };
}

async function testCore() {
  await build('native-debug');
  const program = 'build/native-debug/core-tests';
  const { code, output } = await attempt(program, [], { output: 'capture' });
  say(output.trim());
  const all = /All tests passed \(.* in (\d+) test cases?\)/.exec(output);
  if (code === 0 && all) return { passed: Number(all[1]), failed: 0 };
  const some = /^test cases: *\d+(?: \| *(\d+) passed)?(?: \| *(\d+) failed)/m.exec(output);
  if (some) return { passed: Number(some[1] ?? 0), failed: Number(some[2]) };
  throw new Failure(`core-tests ended with exit code ${code}, without a summary.`);
}

/** From the same seed each time; `build/native-release/model-tests` takes others, and more commands. */
async function testModel() {
  await build('model');
  const { code, output } = await attempt('build/native-release/model-tests', ['--stats'], { output: 'capture' });
  say(output.trim());
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Every target over its seeds and then, from the same random seed each time, a little further. */
async function fuzz({ fuzzSeconds, match }) {
  await build('fuzz');
  const counts = { passed: 0, failed: 0 };
  const targets = namesBelow('tests/fuzz', '.cpp')
    .map((file) => path.basename(file))
    .filter((target) => target.includes(match));
  if (targets.length === 0) throw new Failure(`There are no fuzz targets${match && ` that match ${match}`}.`);
  for (const target of targets) {
    const ok = await fuzzTarget(target, fuzzSeconds);
    counts[ok ? 'passed' : 'failed'] += 1;
  }
  return counts;
}

/** The scenarios, a few requests each, are the seeds of the target that takes whole requests. */
function writeScenarioSeeds(directory) {
  const requestsPerSeed = 4;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  for (const scenario of namesBelow('tests/scenarios', '.http')) {
    const blocks = readFileSync(`${scenario}.http`, 'utf8').split(/^(?=### )/m);
    for (let i = 0; i < blocks.length; i += requestsPerSeed) {
      const seed = path.join(directory, `${path.basename(scenario)}-${i}`);
      writeFileSync(seed, blocks.slice(i, i + requestsPerSeed).join(''));
    }
  }
}

async function fuzzTarget(target, seconds) {
  // libFuzzer adds what it finds to the first directory; the seeds in the second stay as they are.
  const found = `build/fuzz/found/${target}/`;
  let seeds = `tests/fuzz/corpus/${target}`;
  if (target === 'engine_fuzz') {
    seeds = 'build/fuzz/scenario-seeds';
    writeScenarioSeeds(seeds);
  }
  const dictionary = `tests/fuzz/${target}.dict`;
  mkdirSync(found, { recursive: true });
  const args = [
    `-seed=${fuzzSeed}`,
    `-max_total_time=${seconds}`,
    `-timeout=${fuzzUnitSeconds}`,
    `-artifact_prefix=build/fuzz/${target}-`,
    '-print_final_stats=1',
    ...(existsSync(dictionary) ? [`-dict=${dictionary}`] : []),
    found,
    ...(existsSync(seeds) ? [seeds] : []),
  ];
  const { code, output } = await attempt(`build/fuzz/${target}`, args, { output: 'capture' });
  const executed = /stat::number_of_executed_units: (\d+)/.exec(output)?.[1];
  if (code === 0) say(`${target}: ${executed} inputs, no finding`);
  else say(`${output.split('\n').slice(-60).join('\n')}\n${target}: FAILED (exit code ${code})`);
  return code === 0;
}

async function testHost({ match }) {
  const files = ['js-host', 'tests']
    .flatMap((directory) => namesBelow(directory, '.test.ts'))
    .map((name) => `build/js/${name}.test.js`)
    .filter((file) => file.includes(match));
  if (files.length === 0) throw new Failure('There are no test files.');
  const tap = 'build/host-tests.tap';
  rmSync(tap, { force: true });
  const reporters = Object.entries({ spec: 'stdout', tap }).flatMap(([reporter, destination]) => [
    `--test-reporter=${reporter}`,
    `--test-reporter-destination=${destination}`,
  ]);
  await attempt(process.execPath, ['--test', ...reporters, ...files], { timeoutMs: hostTimeoutMs });
  const report = existsSync(tap) ? readFileSync(tap, 'utf8') : '';
  const count = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(report)?.[1]);
  if (Number.isNaN(count('pass'))) throw new Failure('The test runner ended without a summary.');
  const skipped = [...report.matchAll(/^ *ok \d+ - (.*?) # SKIP *(.*)$/gm)].map(([, name, why]) => `${name}: ${why}`);
  return { passed: count('pass'), failed: count('fail') + count('cancelled'), skipped };
}

/** Files below the directory that end so: their paths without the ending. */
function namesBelow(directory, ending) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true })
    .filter((file) => file.endsWith(ending))
    .map((file) => path.join(directory, file.slice(0, -ending.length)))
    .sort();
}

/** The names given with `--only` and all that they need, in the order of `stages`. */
function chosenStages(only) {
  if (only === undefined) return Object.keys(stages);
  const chosen = new Set();
  for (const name of only.split(',')) {
    if (!(name in stages)) throw new Failure(`There is no stage "${name}".\n\n${help}`);
    for (const each of [name, ...(stages[name].needs ?? [])]) chosen.add(each);
  }
  return Object.keys(stages).filter((name) => chosen.has(name));
}

/** Runs one stage and resolves to its part of the summary: `{ name, passed, failed, skipped, note }`. */
async function runStage(name, options, results) {
  const needs = stages[name].needs ?? [];
  const broken = results.find((result) => result.failed > 0 && needs.includes(result.name));
  if (broken) return { name, passed: 0, failed: 1, note: `not run, ${broken.name} failed` };
  say(`\n== ${name}: ${stages[name].title}`);
  const startMs = performance.now();
  try {
    const counts = await stages[name].run(options);
    return { name, ...counts, note: elapsed(startMs) };
  } catch (error) {
    if (!(error instanceof Failure) || error instanceof Interrupted) throw error;
    say(error.message);
    return { name, passed: 0, failed: 1, note: elapsed(startMs) };
  }
}

function summarize(results) {
  say('\n== Summary');
  const counts = ({ passed, failed, skipped = [] }) =>
    `${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} SKIPPED` : ''}`;
  for (const result of results) {
    const verdict = result.failed > 0 ? 'FAILED' : 'ok    ';
    say(`  ${verdict} ${result.name.padEnd(7)} ${counts(result)} (${result.note})`);
  }
  const skipped = results.flatMap((result) => result.skipped ?? []);
  for (const test of skipped) say(`  SKIPPED ${test}`);
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  const total = { passed: sum('passed'), failed: sum('failed'), skipped };
  say(`\n${counts(total)}`);
  if (total.failed > 0) process.exitCode = 1;
}

await script(async () => {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      'fuzz-seconds': { type: 'string', default: '10' },
      match: { type: 'string', default: '' },
      list: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return say(help);
  if (values.list) return say(Object.keys(stages).join('\n'));
  const fuzzSeconds = Number(values['fuzz-seconds']);
  if (!(fuzzSeconds > 0)) throw new Failure('--fuzz-seconds takes a number above 0.');
  const names = chosenStages(values.only);
  // All at once before the first stage: one installation, and no surprise after ten minutes.
  await ensureTools(...new Set(names.flatMap((name) => stages[name].tools ?? [])));
  await ensurePackages();
  const results = [];
  for (const name of names) {
    results.push(await runStage(name, { fuzzSeconds, match: values.match }, results));
  }
  summarize(results);
});
