/**
 * Finds out which tools are missing and installs them: with apt-get as root or with a sudo that
 * asks for no password, else it says the one line to run. Then the npm packages of the lock file.
 */

import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { attempt, elapsed, Failure, run, say } from './process.mjs';

const oldestNode = 20;
const installLine = ['apt-get', 'install', '-y', '--no-install-recommends'];

/** Debian's package for each tool, and how to see that the tool is there. */
const tools = {
  'em++': { package: 'emscripten', present: () => hasCommand('em++') && hasCommand('em-config') },
  cmake: { package: 'cmake', present: () => hasCommand('cmake') },
  ninja: { package: 'ninja-build', present: () => hasCommand('ninja') },
  'nlohmann/json.hpp': {
    package: 'nlohmann-json3-dev',
    present: () => hasHeader('nlohmann/json.hpp'),
  },
  'g++': { package: 'g++', present: () => hasCommand('g++') },
  'catch2/catch.hpp': { package: 'catch2', present: () => hasHeader('catch2/catch.hpp') },
  'clang-format': { package: 'clang-format', present: () => hasCommand('clang-format') },
  'clang++-14': { package: 'clang-14', present: () => hasCommand('clang++-14') },
  libFuzzer: { package: 'libclang-rt-14-dev', present: hasFuzzerRuntime },
  chromium: { package: 'chromium', present: () => hasCommand('chromium') },
  wrk: { package: 'wrk', present: () => hasCommand('wrk') },
  make: { package: 'make', present: () => hasCommand('make') },
  python3: { package: 'python3', present: () => hasCommand('python3') },
};

/** The tools each kind of work needs. */
const needs = {
  wasm: ['em++', 'cmake', 'ninja', 'nlohmann/json.hpp'],
  native: ['g++', 'cmake', 'ninja', 'nlohmann/json.hpp'],
  coreTests: ['catch2/catch.hpp'],
  fuzz: ['clang++-14', 'libFuzzer', 'cmake', 'ninja', 'nlohmann/json.hpp'],
  format: ['clang-format'],
  browser: ['chromium'],
  bench: ['wrk'],
  nodeAddons: ['g++', 'make', 'python3'], // what node-gyp calls if there is no ready-made binary
};

/** Installs what `kinds` of work (keys of `needs`) lack, or fails saying what to run. */
export async function ensureTools(...kinds) {
  const wanted = [...new Set(kinds.flatMap((kind) => needs[kind]))];
  const missing = wanted.filter((name) => !tools[name].present());
  if (missing.length === 0) return;
  const packages = missing.map((name) => tools[name].package);
  if (!hasCommand('apt-get')) {
    throw new Failure(`Missing: ${missing.join(', ')}. Please install them and run this again.`);
  }
  const asRoot = await rootPrefix();
  if (!asRoot) {
    throw new Failure(
      `Missing: ${missing.join(', ')}. Please run this once, and then this command again:\n\n` +
        `  sudo apt-get update && sudo ${installLine.join(' ')} ${packages.join(' ')}\n`,
    );
  }
  await install(asRoot, packages);
  const stillMissing = missing.filter((name) => !tools[name].present());
  if (stillMissing.length > 0) {
    throw new Failure(`Still missing after the installation: ${stillMissing.join(', ')}.`);
  }
}

/** What to put before a command to run it as root; null if we may not. */
async function rootPrefix() {
  if (process.getuid() === 0) return [];
  if (!hasCommand('sudo')) return null;
  const { code } = await attempt('sudo', ['-n', 'true'], { output: 'capture' });
  return code === 0 ? ['sudo', '-n'] : null;
}

async function install(asRoot, packages) {
  const startMs = performance.now();
  say(`Installing ${packages.join(', ')} with apt-get (takes some minutes the first time) …`);
  const quiet = ['-q', '-o', 'Dpkg::Use-Pty=0', '-o', 'DPkg::Lock::Timeout=300'];
  const [apt, ...installArgs] = installLine;
  for (const args of [['update'], [...installArgs, ...packages]]) {
    const [command, ...rest] = [
      ...asRoot,
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      apt,
      ...quiet,
      ...args,
    ];
    await run(command, rest, { output: 'progress' });
  }
  say(`Installed in ${elapsed(startMs)}.`);
}

/**
 * Brings `node_modules` to what package-lock.json says, at the root or in another `directory`; does nothing if
 * it is there already.
 */
export async function ensurePackages(directory = '.') {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < oldestNode) {
    throw new Failure(`Waybill needs Node ${oldestNode} or newer; this is ${process.version}.`);
  }
  if (packagesFit(directory)) return;
  const startMs = performance.now();
  say(`Installing npm packages${directory === '.' ? '' : ` of ${directory}`} …`);
  const npm = process.env.npm_execpath;
  const [command, args] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  // Whatever NODE_ENV says: the build needs the compiler, which is a development dependency.
  const options = ['--include=dev', '--loglevel=error', `--prefix=${directory}`];
  await run(command, [...args, 'ci', ...options], { output: 'progress', env: headersOfNode() });
  say(`Installed in ${elapsed(startMs)}.`);
}

/** Where add-ons that are built from source find Node's headers, if they lie beside Node. */
function headersOfNode() {
  const installation = path.resolve(realpathSync(process.execPath), '../..');
  const isThere = existsSync(path.join(installation, 'include/node/node.h'));
  return isThere ? { npm_config_nodedir: installation } : {};
}

/** npm ends an installation with a copy of the lock file: of all packages that it has installed. */
function packagesFit(directory) {
  const installedLock = path.join(directory, 'node_modules/.package-lock.json');
  if (!existsSync(installedLock)) return false;
  const wanted = lockedPackages(path.join(directory, 'package-lock.json'));
  const installed = lockedPackages(installedLock);
  return (
    [...installed.keys()].every((name) => wanted.has(name)) &&
    [...wanted].every(([name, { optional, version, integrity }]) => {
      const found = installed.get(name);
      if (!found) return optional === true;
      return found.version === version && found.integrity === integrity;
    })
  );
}

function lockedPackages(file) {
  const packages = new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')).packages));
  packages.delete(''); // the project itself
  return packages;
}

/** The path of a command, undefined if it is not on the PATH. */
function findCommand(name) {
  const directories = (process.env.PATH ?? '').split(path.delimiter);
  const candidates = directories.map((directory) => path.join(directory, name));
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    } catch {
      return false;
    }
  });
}

function hasCommand(name) {
  return findCommand(name) !== undefined;
}

function hasHeader(name) {
  const given = (process.env.CPLUS_INCLUDE_PATH ?? '').split(path.delimiter).filter(Boolean);
  const directories = [...given, '/usr/local/include', '/usr/include'];
  return directories.some((directory) => existsSync(path.join(directory, name)));
}

/** Whether clang 14's own library directory (`lib/clang/<version>/lib/linux`) holds libFuzzer. */
function hasFuzzerRuntime() {
  const versions = '/usr/lib/llvm-14/lib/clang';
  if (!existsSync(versions)) return false;
  return readdirSync(versions).some((version) => {
    const runtimes = path.join(versions, version, 'lib/linux');
    return (
      existsSync(runtimes) &&
      readdirSync(runtimes).some((file) => file.startsWith('libclang_rt.fuzzer-'))
    );
  });
}
