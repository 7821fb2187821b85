import { parseArgs } from 'node:util';

/** Where the server keeps its data, and where it listens, if anywhere. */
export type ServeWords = { dataDir: string; listen?: { host: string; port: number } };

export const SERVE_USAGE = 'nightshift serve [--data DIR] [--listen HOST:PORT]';
const DATA_DIRECTORY = 'nightshift-data';

/** Pure: what follows `serve`, or what is wrong with it. */
export function readServe(words: readonly string[]): ServeWords | { problem: string } {
  const parsed = parse(words);
  if ('problem' in parsed) return { problem: `${parsed.problem}\nUsage: ${SERVE_USAGE}` };
  const { data, listen } = parsed;
  if (data === '') return { problem: `--data needs a directory.\nUsage: ${SERVE_USAGE}` };
  if (listen === undefined) return { dataDir: data };
  const [, host = '', digits = ''] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(listen)?.filter(isText) ?? [];
  const port = Number(digits);
  if (host === '' || port > 65_535)
    return { problem: `--listen ${listen} is no address such as 127.0.0.1:8080.\nUsage: ${SERVE_USAGE}` };
  return { dataDir: data, listen: { host, port } };
}

function parse(words: readonly string[]): { data: string; listen: string | undefined } | { problem: string } {
  try {
    const options = { data: { type: 'string', default: DATA_DIRECTORY }, listen: { type: 'string' } } as const;
    const { values } = parseArgs({ args: [...words], options });
    return { data: values.data, listen: values.listen };
  } catch (thrown) {
    const [sentence = ''] = (thrown instanceof Error ? thrown.message : '').split(/\. |\n/);
    return { problem: sentence.replace(/\.?$/, '.') };
  }
}

function isText(part: string | undefined): part is string {
  return part !== undefined;
}
