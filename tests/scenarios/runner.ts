/** Runs a scenario against a host and tells in full what did not come out as expected. */

import { contractBreaches } from './contract.js';
import type { Host, HttpRequest, HttpResponse } from './hosts.js';
import { mismatches, valueAt } from './matcher.js';
import type { Json } from './matcher.js';
import type { Expectation, RequestStep, Scenario, Step } from './scenario.js';
import { fillIn, fillInBytes } from './template.js';

/** When every scenario begins: some days after the demo data. */
export const startMs = Date.parse('2024-12-15T12:00:00Z');

/** One request and its answer, as bytes, to compare between hosts. */
export interface Exchange {
  line: number;
  request: string;
  response: HttpResponse;
}

export interface Outcome {
  transcript: Exchange[];
  /** Each a text of several lines that begins with `file:line`. */
  failures: string[];
}

/** Headers that the engine decides, and which therefore are the same on every host. */
const engineHeaders = [
  'allow',
  'api-hints',
  'api-write-summary',
  'content-type',
  'error-info',
  'link',
  'location',
  'preference-applied',
  'x-cursor-next',
  'x-has-more',
];

/** Runs all steps. A failed expectation does not end the run: what follows may tell more. */
export async function runScenario(scenario: Scenario, host: Host): Promise<Outcome> {
  const run = new Run(scenario, host);
  for (const step of scenario.steps) {
    if (!(await run.step(step))) return { transcript: run.transcript, failures: run.failures };
  }
  await run.verify();
  return { transcript: run.transcript, failures: run.failures };
}

/** The lines where two hosts' transcripts of one scenario differ. */
export function transcriptDifferences(file: string, one: Exchange[], other: Exchange[]): string[] {
  const found: string[] = [];
  if (one.length !== other.length) found.push(`${file}: ${one.length} answers against ${other.length}`);
  for (const [index, a] of one.entries()) {
    const b = other[index];
    if (!b) break;
    const [left, right] = [comparable(a.response), comparable(b.response)];
    if (left !== right) {
      found.push(`${file}:${a.line}: ${a.request}\n--- one\n${left}\n--- the other\n${right}`);
    }
  }
  return found;
}

function comparable({ status, headers, body }: HttpResponse): string {
  const shown = engineHeaders.filter((name) => headers.has(name));
  const lines = shown.map((name) => `${name}: ${headers.get(name)}`);
  return [status, ...lines, '', body.toString('latin1')].join('\n');
}

class Run {
  readonly transcript: Exchange[] = [];
  readonly failures: string[] = [];
  private nowMs = startMs;
  private readonly variables: Map<string, string>;

  constructor(
    private readonly scenario: Scenario,
    private readonly host: Host,
  ) {
    // `@host` is for editors; here the host is given.
    this.variables = new Map([...scenario.variables, ['host', '']]);
  }

  /** Whether the run can go on. */
  async step(step: Step): Promise<boolean> {
    try {
      if (step.kind === 'restart') await this.restart();
      else if (step.kind === 'clock') await this.moveClock('byMs' in step ? this.nowMs + step.byMs : step.toMs);
      else await this.exchange(step);
      return true;
    } catch (error) {
      const name = step.kind === 'request' ? step.name : `# ${step.kind}`;
      this.failures.push(`${this.place(step.line)}  ${name}\n  ${String(error)}`);
      return false;
    }
  }

  /** Every figure must follow from the records behind it, at the end and after a restart. */
  async verify(): Promise<void> {
    const difference = await this.host.verify();
    if (difference !== '') this.failures.push(`${this.scenario.file}: the data contradict themselves\n  ${difference}`);
  }

  private async restart(): Promise<void> {
    await this.host.restart();
    await this.verify();
  }

  private async moveClock(nowMs: number): Promise<void> {
    if (nowMs < this.nowMs) throw new Error('the clock of a scenario only moves forward');
    this.nowMs = nowMs;
    await this.host.clock(nowMs);
  }

  private async exchange(step: RequestStep): Promise<void> {
    const request: HttpRequest = {
      method: step.method,
      target: fillIn(step.target, this.variables),
      headers: step.headers.map(([name, value]) => [name, fillIn(value, this.variables)]),
      body: step.body === undefined ? undefined : fillInBytes(step.body, this.variables),
    };
    const response = await this.host.request(request);
    this.transcript.push({ line: step.line, request: `${step.method} ${step.target}`, response });
    const answer = parseJson(response.body);
    const complaints = [
      ...contractBreaches(step.method, response).map((breach) => `  ${breach}`),
      ...step.expectations.flatMap((each) => this.check(each, response, answer)),
      ...this.capture(step, response, answer),
    ];
    if (complaints.length > 0) this.failures.push(this.report(step, request, response, complaints));
  }

  private check(expectation: Expectation, response: HttpResponse, answer: Json | undefined): string[] {
    const substitute = (text: string) => fillIn(text, this.variables);
    return this.differences(expectation, response, answer, substitute).map(
      (difference) => `  ${this.place(expectation.line)}  ${difference}`,
    );
  }

  private differences(
    expectation: Expectation,
    response: HttpResponse,
    answer: Json | undefined,
    substitute: (text: string) => string,
  ): string[] {
    switch (expectation.kind) {
      case 'status':
        if (response.status === expectation.status) return [];
        return [`status: expected ${expectation.status}, got ${response.status}`];
      case 'header':
        return headerDifference(expectation, response.headers.get(expectation.name), substitute);
      case 'empty':
        return response.body.length === 0 ? [] : [`body: expected none, got ${response.body.length} bytes`];
      case 'body':
        return mismatches(answer, expectation.pattern, { exact: expectation.exact, substitute });
      case 'json':
        return mismatches(valueAt(answer, expectation.path), expectation.pattern, { substitute }).map(
          (difference) => `${expectation.path} → ${difference}`,
        );
      case 'absent':
        if (valueAt(answer, expectation.path) === undefined) return [];
        return [`${expectation.path}: expected nothing there`];
      case 'count': {
        const value = valueAt(answer, expectation.path);
        const count = Array.isArray(value) ? value.length : undefined;
        if (count === expectation.count) return [];
        return [`${expectation.path}: expected ${expectation.count} elements, got ${count ?? 'no array'}`];
      }
    }
  }

  private capture(step: RequestStep, response: HttpResponse, answer: Json | undefined): string[] {
    return step.captures.flatMap((each) => {
      const value = 'header' in each ? response.headers.get(each.header) : valueAt(answer, each.path);
      if (typeof value !== 'string' && typeof value !== 'number') {
        const place = 'header' in each ? `in header ${each.header}` : `at ${each.path}`;
        return [`  ${this.place(each.line)}  nothing to capture ${place}`];
      }
      this.variables.set(each.name, String(value));
      return [];
    });
  }

  private report(step: RequestStep, request: HttpRequest, response: HttpResponse, complaints: string[]): string {
    return [
      `${this.place(step.line)}  ${step.name}  (${step.rules.join(', ')})`,
      `  ${request.method} ${clip(String(request.target), 300)}`,
      ...(request.body ? [indent(clip(request.body.toString('utf8'), 1500))] : []),
      ...complaints,
      `  answer: ${response.status}`,
      ...[...response.headers].map(([name, value]) => `    ${name}: ${clip(value, 200)}`),
      indent(clip(response.body.toString('utf8'), 3000)),
    ].join('\n');
  }

  private place(line: number): string {
    return `${this.scenario.file}:${line}`;
  }
}

function headerDifference(
  expectation: Expectation & { kind: 'header' },
  value: string | undefined,
  substitute: (text: string) => string,
): string[] {
  const got = value === undefined ? 'none' : `"${value}"`;
  const complaint = (expected: string) => [`header ${expectation.name}: expected ${expected}, got ${got}`];
  if (expectation.test === 'absent') return value === undefined ? [] : complaint('none');
  const wanted = substitute(expectation.value);
  if (expectation.test === 'equals') return value === wanted ? [] : complaint(`"${wanted}"`);
  return value !== undefined && new RegExp(wanted, 'u').test(value) ? [] : complaint(`/${wanted}/`);
}

function parseJson(body: Buffer): Json | undefined {
  try {
    return JSON.parse(body.toString('utf8')) as Json;
  } catch {
    return undefined;
  }
}

function clip(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}… (${text.length} characters)` : text;
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, '    ');
}
