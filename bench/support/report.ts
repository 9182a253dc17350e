/** What the query benchmark tells: tables in Markdown, and the figures that were asked for. */

import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { peerVersion } from './peers.js';

/** One question at one size: microseconds in process, or requests per second over HTTP. */
export interface Figures {
  title: string;
  /** Number of orders. */
  size: number;
  waybill: number;
  sqlite: number;
}

/** Microseconds in process, where PGlite takes part. */
export interface Times extends Figures {
  pglite: number;
  /** What Waybill takes among the fewest orders, in the same rounds. */
  amongFewest: number;
}

/** Bytes of WebAssembly memory, and what of them rows, texts and indexes take. */
export interface Memory {
  size: number;
  wasm: number;
  rows: number;
  strings: number;
  indexes: number;
}

export interface Report {
  times: Times[];
  rates: Figures[];
  memory: Memory[];
}

const asked = { growth: 1.3, countUs: 20, pglite: 10, indexShare: 0.35 };
/** What may not cost more with more orders. */
const constantTitles = [
  '~where(status=New)~take(50)',
  '~where(identifiers/com.acme.channel=webshop)~take(50)',
  '/com.acme.order-id=<id>',
];
const countTitle = '~where(status=New)~count';
const readme = 'bench/README.md';
const marks = { begin: '<!-- npm run bench -- query --markdown: begin -->', end: '<!-- end -->' };

export function machine(): string {
  const peers = `better-sqlite3 ${peerVersion('better-sqlite3')}, PGlite ${peerVersion('@electric-sql/pglite')}`;
  return `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}, ${peers}`;
}

function number(value: number): string {
  return value < 20 ? value.toFixed(1) : Math.round(value).toLocaleString('en');
}

const times = (ratio: number): string => ratio.toFixed(ratio < 10 ? 2 : 0);
const mebibytes = (bytes: number): string => number(bytes / 2 ** 20);

function row(...cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function table(head: string[], rows: string[][]): string {
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'));
  return [head, rule, ...rows].map((cells) => row(...cells)).join('\n');
}

function sizesOf(figures: Figures[]): number[] {
  return [...new Set(figures.map(({ size }) => size))];
}

/** The figures of a question, by size. */
function bySize<T extends Figures>(figures: T[], title: string): T[] {
  return figures.filter((each) => each.title === title);
}

function titlesOf(figures: Figures[]): string[] {
  return [...new Set(figures.map(({ title }) => title))];
}

function tableOfSize({ times: all, rates }: Report, size: number): string {
  const head = [
    'trade-orders…',
    'Waybill µs',
    'better-sqlite3 µs',
    'PGlite µs',
    'SQLite : Waybill',
    'PGlite : Waybill',
    'Waybill, HTTP/s',
    'SQLite, HTTP/s',
    'Waybill : SQLite',
  ];
  const rows = all
    .filter((each) => each.size === size)
    .map(({ title, waybill, sqlite, pglite }) => {
      const rate = rates.find((each) => each.size === size && each.title === title);
      return [
        `\`${title}\``,
        number(waybill),
        number(sqlite),
        number(pglite),
        times(sqlite / waybill),
        times(pglite / waybill),
        rate ? number(rate.waybill) : '–',
        rate ? number(rate.sqlite) : '–',
        rate ? times(rate.waybill / rate.sqlite) : '–',
      ];
    });
  return `${size.toLocaleString('en')} orders:\n\n${table(head, rows)}`;
}

function growth({ waybill, amongFewest }: Times): number {
  return waybill / amongFewest;
}

/** Each size beside the smallest, measured in the same rounds. */
function growthTable(all: Times[]): string {
  const [first, ...larger] = sizesOf(all).map((size) => size.toLocaleString('en'));
  const head = ['Waybill, trade-orders…', ...larger.map((size) => `${size} : ${first}`)];
  const rows = titlesOf(all).map((title) => [`\`${title}\``, ...bySize(all, title).slice(1).map((each) => times(growth(each)))]);
  return table(head, rows);
}

function memoryTable(memory: Memory[]): string {
  const head = ['orders', 'WebAssembly MiB', 'rows MiB', 'texts MiB', 'indexes MiB', 'indexes : rows'];
  const rows = memory.map(({ size, wasm, rows: ofRows, strings, indexes }) => [
    size.toLocaleString('en'),
    ...[wasm, ofRows, strings, indexes].map(mebibytes),
    times(indexes / ofRows),
  ]);
  return table(head, rows);
}

/** What was asked, each with what became of it. */
function verdicts({ times: all, memory }: Report): string {
  const sizes = sizesOf(all);
  const first = sizes[0]!;
  const last = sizes.at(-1)!;
  const lines: string[] = [];
  const judge = (isMet: boolean, text: string): void => void lines.push(`- ${isMet ? 'met' : '**missed**'}: ${text}`);
  for (const title of last > first ? constantTitles : []) {
    const ratio = growth(bySize(all, title).at(-1)!);
    const text = `\`${title}\` at ${last.toLocaleString('en')} takes ${times(ratio)} times that at ${first.toLocaleString('en')}`;
    judge(ratio <= asked.growth, `${text} (asked: at most ${asked.growth})`);
  }
  const count = bySize(all, countTitle).at(-1)!.waybill;
  judge(count < asked.countUs, `\`${countTitle}\` takes ${number(count)} µs (asked: under ${asked.countUs})`);
  const slower = all.filter(({ waybill, sqlite }) => waybill > sqlite);
  const told = slower.map(
    ({ title, size, waybill, sqlite }) =>
      `\n  - \`${title}\` at ${size.toLocaleString('en')}: ${number(waybill)} µs, better-sqlite3 ${number(sqlite)} µs`,
  );
  judge(slower.length === 0, `slower than better-sqlite3: ${slower.length} of ${all.length} (asked: none)${told.join('')}`);
  const close = all.filter(({ waybill, pglite }) => pglite < asked.pglite * waybill);
  const closeTold = close.map(
    ({ title, size, waybill, pglite }) => `\n  - \`${title}\` at ${size.toLocaleString('en')}: ${times(pglite / waybill)} times`,
  );
  judge(
    close.length === 0,
    `less than ${asked.pglite} times as fast as PGlite: ${close.length} of ${all.length} (asked: none)${closeTold.join('')}`,
  );
  const { rows, indexes } = memory.at(-1)!;
  const share = indexes / rows;
  judge(
    share <= asked.indexShare,
    `indexes take ${Math.round(share * 100)} % of what rows take (asked: at most ${asked.indexShare * 100} %)`,
  );
  return lines.join('\n');
}

export function tell(report: Report): string {
  return [
    ...sizesOf(report.times).map((size) => tableOfSize(report, size)),
    ...(sizesOf(report.times).length > 1 ? [growthTable(report.times)] : []),
    memoryTable(report.memory),
    verdicts(report),
  ].join('\n\n');
}

/** Puts the tables into bench/README.md in place of those that it holds. */
export async function writeReadme(text: string): Promise<void> {
  const old = await readFile(readme, 'utf8');
  const begin = old.indexOf(marks.begin) + marks.begin.length;
  const end = old.indexOf(marks.end, begin);
  const date = new Date().toISOString().slice(0, 10);
  await writeFile(readme, `${old.slice(0, begin)}\n\n${date}, ${machine()}\n\n${text}\n\n${old.slice(end)}`);
}
