/** Holds JSON values against patterns and names every place where they differ. */

import type { Pattern } from './scenario.js';

export type Json = string | number | boolean | null | Json[] | { [member: string]: Json };

export interface MatchOptions {
  /** Objects must have the pattern's members in its order and no others. */
  exact?: boolean;
  /** Replaces `{{name}}` in the pattern's texts. */
  substitute?: (text: string) => string;
}

const wildcards: Record<string, (value: Json | undefined) => boolean> = {
  '<any>': (value) => value !== undefined,
  '<key>': (value) => typeof value === 'string' && /^[0-9a-f]{32}$/.test(value),
  '<instant>': (value) =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value),
  '<decimal>': (value) => typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value),
  '<text>': (value) => typeof value === 'string' && value !== '',
};

/** The differences, each as `path: expected …, got …`; empty if the value fits the pattern. */
export function mismatches(value: Json | undefined, pattern: Pattern, options: MatchOptions = {}): string[] {
  const found: string[] = [];
  compare('', value, pattern, options, found);
  return found;
}

/** The value at a path such as `items/0/status` (`.` is the value itself), undefined if there is none. */
export function valueAt(value: Json | undefined, path: string): Json | undefined {
  if (path === '.') return value;
  return path.split('/').reduce<Json | undefined>((at, step) => {
    if (Array.isArray(at)) return at[step === '-1' ? at.length - 1 : Number(step)];
    if (isObject(at) && Object.hasOwn(at, step)) return at[step];
    return undefined;
  }, value);
}

function compare(
  path: string,
  value: Json | undefined,
  pattern: Pattern,
  options: MatchOptions,
  found: string[],
): void {
  const report = (expected: string) => {
    found.push(`${path === '' ? 'body' : path}: expected ${expected}, got ${show(value)}`);
  };
  if (typeof pattern === 'string') {
    const expected = textExpectation(pattern, options);
    if (!expected.fits(value)) report(expected.text);
  } else if (Array.isArray(pattern)) {
    if (Array.isArray(value)) compareArrays(path, value, pattern, options, found);
    else report('an array');
  } else if (pattern !== null && typeof pattern === 'object') {
    if (isObject(value)) compareObjects(path, value, pattern, options, found);
    else report('an object');
  } else if (value !== pattern) report(show(pattern));
}

interface TextExpectation {
  text: string;
  fits(value: Json | undefined): boolean;
}

/** A text of a pattern: a wildcard, `<~ regex>`, or the text itself. */
function textExpectation(pattern: string, { substitute }: MatchOptions): TextExpectation {
  const wildcard = wildcards[pattern];
  if (wildcard) return { text: pattern, fits: wildcard };
  const regex = /^<~ ?(.*)>$/s.exec(pattern);
  if (regex) {
    const expression = new RegExp(regex[1] ?? '', 'u');
    return { text: pattern, fits: (value) => typeof value === 'string' && expression.test(value) };
  }
  const text = substitute ? substitute(pattern) : pattern;
  return { text: show(text), fits: (value) => value === text };
}

function compareArrays(
  path: string,
  value: Json[],
  pattern: Pattern[],
  options: MatchOptions,
  found: string[],
): void {
  const open = pattern.at(-1) === '<more>';
  const wanted = open ? pattern.slice(0, -1) : pattern;
  if (open ? value.length < wanted.length : value.length !== wanted.length) {
    found.push(
      `${path === '' ? 'body' : path}: expected ${open ? 'at least ' : ''}${wanted.length} elements, ` +
        `got ${value.length}: ${show(value)}`,
    );
  }
  for (const [index, each] of wanted.entries()) {
    if (index < value.length) compare(join(path, String(index)), value[index], each, options, found);
  }
}

function compareObjects(
  path: string,
  value: { [member: string]: Json },
  pattern: { [member: string]: Pattern },
  options: MatchOptions,
  found: string[],
): void {
  for (const [name, each] of Object.entries(pattern)) {
    compare(join(path, name), Object.hasOwn(value, name) ? value[name] : undefined, each, options, found);
  }
  const names = Object.keys(value).join(', ');
  const wanted = Object.keys(pattern).join(', ');
  if (options.exact && names !== wanted) {
    found.push(`${path === '' ? 'body' : path}: expected exactly the members ${wanted}, got ${names}`);
  }
}

function isObject(value: Json | undefined): value is { [member: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function join(path: string, step: string): string {
  return path === '' ? step : `${path}/${step}`;
}

function show(value: Json | Pattern | undefined): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
