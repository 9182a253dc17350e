/** Reads the text scenarios (`*.http`); README.md describes their form. */

/** A JSON value with wildcards in it, see matcher.ts. */
export type Pattern = string | number | boolean | null | Pattern[] | { [member: string]: Pattern };

/** What an answer is held against; `line` is where the file says so. */
export type Expectation = { line: number } & (
  | { kind: 'status'; status: number }
  | { kind: 'header'; name: string; test: 'equals' | 'matches'; value: string }
  | { kind: 'header'; name: string; test: 'absent' }
  | { kind: 'body'; exact: boolean; pattern: Pattern }
  | { kind: 'empty' }
  | { kind: 'json'; path: string; pattern: Pattern }
  | { kind: 'absent'; path: string }
  | { kind: 'count'; path: string; count: number }
);

/** A value of the answer to keep: of the body, at a path, or of a header. */
export type Capture = { line: number; name: string } & ({ path: string } | { header: string });

export interface RequestStep {
  kind: 'request';
  line: number;
  /** The `###` title, or the request line. */
  name: string;
  /** Ids of the rules that the block cites. */
  rules: string[];
  method: string;
  target: string;
  headers: [name: string, value: string][];
  /** Undefined if the request has none. */
  body: string | undefined;
  expectations: Expectation[];
  captures: Capture[];
}

/** Moves the clock forward by `byMs`, or to `toMs`. */
export type ClockStep = { kind: 'clock'; line: number } & ({ byMs: number } | { toMs: number });

/** Closes the host and opens it again from its journal. */
export interface RestartStep {
  kind: 'restart';
  line: number;
}

export type Step = RequestStep | ClockStep | RestartStep;

export interface Scenario {
  file: string;
  variables: Map<string, string>;
  steps: Step[];
}

/** A scenario file that breaks the form, with the place. */
export class ScenarioSyntaxError extends Error {
  constructor(file: string, line: number, message: string) {
    super(`${file}:${line}: ${message}`);
    this.name = 'ScenarioSyntaxError';
  }
}

const requestLine = /^([A-Z]+) (\S.*)$/;
const directive = /^(expect|capture|clock|restart)\b\s*(.*)$/;
const ruleId = /\b(?:T-)?[QHOCS]-\d+\b/g;
const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads one file; `file` is its name in messages. Throws ScenarioSyntaxError. */
export function parseScenario(file: string, text: string): Scenario {
  return new Parser(file, text).parse();
}

class Parser {
  private readonly lines: string[];
  private at = 0;
  private readonly steps: Step[] = [];
  private readonly variables = new Map<string, string>();
  /** The request that expectations belong to: the newest one. */
  private request: RequestStep | undefined;
  private title = '';
  private titleLine = 0;
  /** Rules cited since the last `###`. */
  private rules: string[] = [];
  /** An expectation was read since the last `###`, but no request. */
  private answered = false;
  private inBlock = false;

  constructor(
    private readonly file: string,
    text: string,
  ) {
    this.lines = text.split(/\r?\n/);
  }

  parse(): Scenario {
    while (this.at < this.lines.length) this.readLine(this.lines[this.at] ?? '');
    for (const step of this.steps) {
      if (step.kind === 'request') this.checkRequest(step);
    }
    return { file: this.file, variables: this.variables, steps: this.steps };
  }

  /** One line outside of a request: separator, comment, variable, blank, or a request's first. */
  private readLine(line: string): void {
    const variable = /^@(\w+) *= *(.*)$/.exec(line);
    if (line.startsWith('###')) this.openBlock(line);
    else if (line.startsWith('#')) return this.readComment();
    else if (variable) this.variables.set(variable[1] ?? '', variable[2] ?? '');
    else if (line.trim() !== '') return this.readRequest(line);
    this.at += 1;
  }

  private openBlock(line: string): void {
    this.title = line.slice(3).trim();
    this.titleLine = this.at + 1;
    this.inBlock = true;
    this.answered = false;
    this.rules = [];
    this.cite(this.title);
  }

  private readRequest(line: string): void {
    const [, method, target] = requestLine.exec(line) ?? this.fail('expected "METHOD target"');
    if (!this.inBlock) this.fail('a request stands in a block of its own, behind "###"');
    if (this.answered) this.fail('expectations stand behind their request, not before it');
    this.request = {
      kind: 'request',
      line: this.at + 1,
      name: this.title === '' ? line : this.title,
      rules: this.rules,
      method: method ?? '',
      target: target ?? '',
      headers: [],
      body: undefined,
      expectations: [],
      captures: [],
    };
    this.steps.push(this.request);
    this.inBlock = false;
    this.at += 1;
    this.readHeaders(this.request);
    this.request.body = this.readBody();
  }

  /** Header lines, and comments among them, up to a blank line, `###` or the end. */
  private readHeaders(request: RequestStep): void {
    for (; ; ) {
      const line = this.lines[this.at];
      if (line === undefined || line.trim() === '' || line.startsWith('###')) return;
      if (line.startsWith('#')) {
        this.readComment();
        continue;
      }
      const [, name, value] = /^([\w-]+): *(.*)$/.exec(line) ?? this.fail('expected a header');
      request.headers.push([(name ?? '').toLowerCase(), value ?? '']);
      this.at += 1;
    }
  }

  /** Everything up to `###` or the end, without blank lines around it. */
  private readBody(): string | undefined {
    const start = this.at;
    let end = start;
    for (; end < this.lines.length && !this.lines[end]?.startsWith('###'); end += 1) {
      this.at = end;
      if (this.lines[end]?.startsWith('#')) this.fail('a comment in the body: close it with "###"');
    }
    this.at = end;
    const body = this.lines.slice(start, end).join('\n').trim();
    return body === '' ? undefined : body;
  }

  private readComment(): void {
    const text = (this.lines[this.at] ?? '').replace(/^# ?/, '');
    const [, word, rest] = directive.exec(text) ?? [];
    if (word === undefined || rest === undefined) {
      this.cite(text);
      this.at += 1;
    } else if (word === 'expect') this.readExpectation(rest);
    else if (word === 'capture') this.readCapture(rest);
    else if (word === 'clock') this.readClock(rest);
    else {
      this.steps.push({ kind: 'restart', line: this.at + 1 });
      this.at += 1;
    }
  }

  private cite(text: string): void {
    this.rules.push(...(text.match(ruleId) ?? []));
  }

  /** The request that a directive belongs to. */
  private owner(): RequestStep {
    if (this.inBlock) this.answered = true;
    return this.request ?? this.fail('there is no request before this');
  }

  private readExpectation(text: string): void {
    const owner = this.owner();
    const line = this.at + 1;
    owner.expectations.push({ line, ...this.expectation(text) });
  }

  private expectation(text: string): DistributiveOmit<Expectation, 'line'> {
    const [, word = '', rest = ''] = /^(\S+) *(.*)$/.exec(text) ?? [];
    if (/^\d{3}$/.test(word) && rest === '') return this.one({ kind: 'status', status: Number(word) });
    if (word === 'header') return this.one(this.headerExpectation(rest));
    if (word === 'count') {
      const [, path = '', count] = /^(\S+) = (\d+)$/.exec(rest) ?? this.fail('expected "path = n"');
      return this.one({ kind: 'count', path, count: Number(count) });
    }
    if (word === 'body') {
      if (rest === 'empty') return this.one({ kind: 'empty' });
      const exact = /^exact\b/.test(rest);
      return { kind: 'body', exact, pattern: this.json(rest.replace(/^exact\b/, '')) };
    }
    if (word === 'json') {
      const absent = /^(\S+) absent$/.exec(rest);
      if (absent) return this.one({ kind: 'absent', path: absent[1] ?? '' });
      const [, path = '', json = ''] = /^(\S+) = (.*)$/.exec(rest) ?? this.fail('expected "path = json"');
      return { kind: 'json', path, pattern: this.json(json) };
    }
    return this.fail(`unknown expectation "${text}"`);
  }

  private headerExpectation(text: string): DistributiveOmit<Expectation, 'line'> {
    const [, header = '', test = '', value = ''] =
      /^([\w-]+) (=|~|absent) ?(.*)$/.exec(text) ?? this.fail('expected "Name = text" or "Name ~ regex"');
    const name = header.toLowerCase();
    if (test === 'absent') return { kind: 'header', name, test };
    return { kind: 'header', name, test: test === '=' ? 'equals' : 'matches', value };
  }

  /** What one line said, and on to the next. */
  private one<T>(value: T): T {
    this.at += 1;
    return value;
  }

  /** A JSON value that starts with `text` and goes on in the comment lines below. */
  private json(text: string): Pattern {
    let json = text;
    const start = this.at;
    for (this.at += 1; ; this.at += 1) {
      try {
        return JSON.parse(json) as Pattern;
      } catch {
        const next = this.lines[this.at];
        const more = next?.startsWith('#') === true && !next.startsWith('###') ? next.slice(1) : undefined;
        if (more === undefined || directive.test(more.trim())) {
          this.at = start;
          return this.fail('expected a JSON value here');
        }
        json += `\n${more}`;
      }
    }
  }

  private readCapture(text: string): void {
    const owner = this.owner();
    const [, name = '', header, path = ''] =
      /^(\w+) = (?:header ([\w-]+)|(\S+))$/.exec(text) ?? this.fail('expected "name = path" or "name = header Name"');
    const line = this.at + 1;
    owner.captures.push(header === undefined ? { line, name, path } : { line, name, header: header.toLowerCase() });
    this.at += 1;
  }

  private readClock(text: string): void {
    const line = this.at + 1;
    const by = /^\+(\d+)([smhd])$/.exec(text);
    const toMs = Date.parse(text);
    if (by) this.steps.push({ kind: 'clock', line, byMs: Number(by[1]) * unitMs[by[2] as keyof typeof unitMs] });
    else if (text.endsWith('Z') && !Number.isNaN(toMs)) this.steps.push({ kind: 'clock', line, toMs });
    else this.fail('expected "+1m" (s, m, h, d) or "2024-12-15T14:30:00Z"');
    this.at += 1;
  }

  private checkRequest(request: RequestStep): void {
    const complaint =
      request.expectations.filter((each) => each.kind === 'status').length !== 1
        ? 'a request has exactly one "# expect <status>"'
        : request.rules.length === 0
          ? 'a request cites the rules it checks, such as O-8, in its title or a comment'
          : undefined;
    if (complaint !== undefined) throw new ScenarioSyntaxError(this.file, request.line, complaint);
  }

  private fail(message: string): never {
    throw new ScenarioSyntaxError(this.file, this.at + 1, message);
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
