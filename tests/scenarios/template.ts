/** Fills in `{{…}}`: captured values and generated text, see README.md. */

const placeholder = /\{\{(.*?)\}\}/g;
const generator = /^repeat (\d+) (".*")$/;

/** The text with every `{{name}}` and `{{repeat n "text"}}` replaced. Throws on an unknown name. */
export function fillIn(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(placeholder, (whole, inside: string) => {
    const repeat = generator.exec(inside);
    if (repeat) return (JSON.parse(repeat[2] ?? '""') as string).repeat(Number(repeat[1]));
    const value = variables.get(inside);
    if (value === undefined) throw new Error(`${whole} was never captured`);
    return value;
  });
}

/** As `fillIn`, to UTF-8, with `{{bytes ff fe}}` for bytes that are not UTF-8. */
export function fillInBytes(text: string, variables: ReadonlyMap<string, string>): Buffer {
  const parts = text.split(/\{\{bytes ((?:[0-9a-f]{2} ?)+)\}\}/);
  return Buffer.concat(
    parts.map((part, index) =>
      index % 2 === 1
        ? Buffer.from(part.replaceAll(' ', ''), 'hex')
        : Buffer.from(fillIn(part, variables), 'utf8'),
    ),
  );
}
