/**
 * Queries: the guide's own ones and some more (support/questions.ts) at 1,000, 100,000 and 1,000,000 orders, put
 * to the engine, to better-sqlite3 and to PGlite in this process, and over HTTP to the server and to bare
 * node:http with better-sqlite3. All hold the same orders, and each answer of theirs is compared with ours once.
 * Rounds of the contestants alternate, so that whatever else the machine does meets all; medians are told.
 *
 * Arguments: sizes instead of those three; --markdown writes the tables into bench/README.md.
 */

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { FileJournal } from '../js-host/journal/file.js';
import { Pglite, Sqlite, Waybill, load } from './support/contestants.js';
import type { Ask, Contestant } from './support/contestants.js';
import { questions } from './support/questions.js';
import type { Question } from './support/questions.js';
import { machine, tell, writeReadme } from './support/report.js';
import type { Figures, Memory, Times } from './support/report.js';
import { start } from './support/server.js';
import { median, wrk } from './support/wrk.js';

const defaultSizes = [1_000, 100_000, 1_000_000];
const warmUpMs = 400;
const sliceMs = 15; // of one contestant in one round
const returnMs = 5; // in front of it, not measured: the caches are full of what others read
const rounds = 15;
const shortMs = 0.1;
/** Rounds end early when a question has taken so long. */
const longestMs = 12_000;
const httpRounds = 5;
const httpSeconds = 1;
const snapshotSliceBytes = 1 << 20;

interface Contestants {
  waybill: Waybill;
  sqlite: Sqlite;
  pglite: Pglite;
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${text}\x1b[K`);
  else process.stderr.write(`${text}\n`);
}

function parsed(json: string | Uint8Array): unknown {
  return JSON.parse(typeof json === 'string' ? json : Buffer.from(json).toString());
}

/** How each is asked. */
async function prepared(question: Question, contestants: Contestant[]): Promise<Ask[]> {
  const asks: Ask[] = [];
  for (const contestant of contestants) asks.push(await contestant.prepare(question));
  return asks;
}

/** Fails unless all give the same answer: the first ones, and for a walk those of all its pages. */
async function compareAnswers(question: Question, contestants: Contestant[]): Promise<void> {
  const [ask, ...others] = await prepared(question, contestants);
  for (let n = 0; n < (question.pages ?? 3); n++) {
    const own = parsed(await ask!(n));
    for (const [i, other] of others.entries()) {
      if (isDeepStrictEqual(own, parsed(await other(n)))) continue;
      throw new Error(`${contestants[i + 1]!.name} answers ${question.title} otherwise than we, at call ${n}.`);
    }
  }
}

/** Microseconds per call of each, in the median round. */
async function measure(asks: Ask[]): Promise<number[]> {
  const asked = asks.map(() => 0);
  /** Asks for about so long; microseconds per call. */
  const slice = async (contestant: number, ms: number): Promise<number> => {
    const ask = asks[contestant]!;
    const start = performance.now();
    let calls = 0;
    let elapsed = 0;
    do {
      // Looking at the clock takes time, too: short calls go by the dozen.
      const more = calls > 0 && elapsed / calls < shortMs ? 12 : 1;
      for (let i = 0; i < more; i++) {
        const answer = ask(asked[contestant]!++);
        if (answer instanceof Promise) await answer;
      }
      calls += more;
      elapsed = performance.now() - start;
    } while (elapsed < ms);
    return (elapsed * 1000) / calls;
  };
  const begin = performance.now();
  for (const i of asks.keys()) await slice(i, warmUpMs);
  const times: number[][] = asks.map(() => []);
  for (let round = 0; round < rounds && (round < 3 || performance.now() - begin < longestMs); round++) {
    for (const i of asks.keys()) {
      await slice(i, returnMs);
      times[i]!.push(await slice(i, sliceMs));
    }
  }
  return times.map(median);
}

/** What it costs to ask among the fewest orders is measured in the same rounds: growth is a ratio within them. */
interface Fewest {
  size: number;
  waybill: Waybill;
}

/** Questions in process. */
async function inProcess(size: number, { waybill, sqlite, pglite }: Contestants, fewest: Fewest): Promise<Times[]> {
  const contestants = [waybill, sqlite, pglite];
  const ofFewest = questions(fewest.size);
  const all: Times[] = [];
  for (const [i, question] of questions(size).entries()) {
    progress(`asking ${question.title}`);
    await compareAnswers(question, contestants);
    const asks = [...(await prepared(question, contestants)), fewest.waybill.prepare(ofFewest[i]!)];
    const [own, ofSqlite, ofPglite, amongFewest] = await measure(asks);
    const { title } = question;
    all.push({ title, size, waybill: own!, sqlite: ofSqlite!, pglite: ofPglite!, amongFewest: amongFewest! });
  }
  return all;
}

/** A data directory that holds the engine's orders. */
async function writeData(directory: string, { engine }: Waybill): Promise<void> {
  const journal = await FileJournal.open({ directory });
  const slices = async function* (): AsyncGenerator<Uint8Array> {
    engine.snapshotBegin();
    for (let slice; (slice = engine.snapshotNext(snapshotSliceBytes)); ) yield Promise.resolve(slice);
  };
  await journal.writeSnapshot(engine.position, slices());
  await journal.close();
}

/** Requests per second. The server has answered all of them when this resolves, also those that wrk gave up. */
async function rate(url: string, target: string): Promise<number> {
  const perSecond = await wrk(url, ['get', target], httpSeconds);
  await fetch(new URL(target, url)).then((response) => response.arrayBuffer());
  return perSecond;
}

/** The same over HTTP: requests per second, from wrk with 64 connections. */
async function overHttp(size: number, { waybill, sqlite }: Contestants): Promise<Figures[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'waybill-bench-'));
  const data = path.join(folder, 'data');
  const file = path.join(folder, 'sqlite');
  await writeData(data, waybill);
  sqlite.database.exec(`VACUUM INTO '${file}'`);
  const own = await start('js-host/cli/waybill.js', ['serve', '--port', '0', '--empty', '--data', data]);
  const other = await start('bench/support/sqlite-server.js', [file, String(size)]);
  const all: Figures[] = [];
  for (const [i, question] of questions(size).entries()) {
    progress(`asking over HTTP: ${question.title}`);
    const rates: { own: number[]; other: number[] } = { own: [], other: [] };
    const ask = (): Promise<number> => rate(own.url, question.target(0));
    const askOther = (): Promise<number> => rate(other.url, `/${i}`);
    await ask(); // V8 compiles while it runs
    await askOther();
    for (let round = 0; round < httpRounds; round++) {
      rates.own.push(await ask());
      rates.other.push(await askOther());
    }
    all.push({ title: question.title, size, waybill: median(rates.own), sqlite: median(rates.other) });
  }
  for (const { child } of [own, other]) {
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
  }
  await rm(folder, { recursive: true });
  return all;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { markdown: { type: 'boolean' } }, allowPositionals: true });
  const sizes = positionals.length > 0 ? positionals.map(Number) : defaultSizes;
  if (!sizes.every((size) => Number.isInteger(size) && size >= 1000)) {
    throw new Error('Sizes are whole numbers of orders, from 1000 on.');
  }
  console.log(machine());
  const report = { times: [] as Times[], rates: [] as Figures[], memory: [] as Memory[] };
  let fewest: Fewest | undefined;
  for (const size of sizes) {
    const waybill = await Waybill.create();
    fewest ??= { size, waybill };
    const contestants = { waybill, sqlite: new Sqlite(), pglite: await Pglite.create() };
    await load(size, contestants, (made) => progress(`made ${made.toLocaleString('en')} orders`));
    report.memory.push({ size, wasm: waybill.engine.memoryBytes, ...waybill.memory() });
    report.times.push(...(await inProcess(size, contestants, fewest)));
    report.rates.push(...(await overHttp(size, contestants)));
    for (const contestant of Object.values(contestants)) {
      if (contestant !== fewest.waybill) await contestant.close();
    }
  }
  fewest?.waybill.close();
  const text = tell(report);
  console.log(`\n${text}`);
  if (values.markdown) await writeReadme(text);
}

await main();
