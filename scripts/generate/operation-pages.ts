import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { risks, type Operation } from '../../src/core/operation.ts';
import type { GeneratedFile } from './generated-file.ts';
import { between, GENERATED, markdownTable } from './markdown.ts';

const subjects = { none: '', target: ' <target>', environment: ' <target or environment>' } as const;
const riskSentences = {
  reads: 'It only looks.',
  writes: 'It changes something that no client notices.',
  interrupts: 'Clients notice: it asks for approval of the exact plan, as the environment says.',
  destroys: 'It cannot be undone: it asks for approval of the exact plan, as the environment says.',
} as const;

/** docs/operations.md and a page for each operation, whose hand-written notes are kept. */
export function operationPages(root: string, operations: readonly Operation[]): GeneratedFile[] {
  const overview = [
    GENERATED,
    '# Operations',
    'What can be typed after `/db` in Slack and after `npx nightshift` in a terminal.',
    operationTable(operations, 'operations/'),
  ];
  return [
    { path: 'docs/operations.md', text: `${overview.join('\n\n')}\n` },
    ...operations.map((operation) => page(root, operation)),
  ];
}

/** One line an operation; `folder` is where the pages are, seen from the table. */
/** For a page that has to stay short: the verbs, one line for each risk. `docs/operations.md` says what they do and who may. */
export function operationsByRisk(operations: readonly Operation[], folder: string): string {
  const lines = risks.flatMap((risk) => {
    const verbs = operations.filter((one) => one.risk === risk).map(({ id }) => `[${id}](${folder}${id}.md)`);
    return verbs.length === 0 ? [] : [`| ${risk} | ${verbs.join(', ')} |`];
  });
  return ['| Risk | `/db …` |', '|---|---|', ...lines].join('\n');
}

export function operationTable(operations: readonly Operation[], folder: string): string {
  return markdownTable(
    ['Command', 'What', 'Risk', 'Who'],
    operations.map((operation) => [
      `[\`${usageOf(operation)}\`](${folder}${operation.id}.md)`,
      operation.title,
      operation.risk,
      operation.role,
    ]),
  );
}

function page(root: string, operation: Operation): GeneratedFile {
  const path = `docs/operations/${operation.id}.md`;
  const text = [
    GENERATED,
    `# ${operation.id}`,
    `**${operation.title}.** ${operation.why}`,
    `\`\`\`\n${usageOf(operation)}\n\`\`\``,
    markdownTable(
      ['', ''],
      [
        ['Engines', operation.engines.join(', ')],
        ['Risk', `${operation.risk}. ${riskSentences[operation.risk]}`],
        ['Role', `${operation.role} or above, in the target's environment`],
        [
          'Answer',
          operation.kind === 'answer' ? 'at once, from what is known' : 'a run: one message, updated while it works',
        ],
      ],
    ),
    ...fieldSection(operation),
    ...exampleSection(operation),
    `<!-- notes:start -->\n${notesOf(join(root, path))}\n<!-- notes:end -->`,
  ];
  return { path, text: `${text.join('\n\n')}\n` };
}

function usageOf({ id, scope, fields }: Operation): string {
  const typed = fields.map(({ name, required }) => (required ? ` <${name}>` : ` [${name}]`));
  return `/db ${id}${subjects[scope]}${typed.join('')}`;
}

function fieldSection({ fields }: Operation): string[] {
  if (fields.length === 0) return [];
  const rows = fields.map(({ name, label, hint, required }) => [`\`${name}\``, label, required ? 'yes' : 'no', hint]);
  return ['## Arguments', markdownTable(['Name', 'What', 'Required', 'Example'], rows)];
}

function exampleSection({ examples }: Operation): string[] {
  if (examples.length === 0) return [];
  return ['## Examples', `\`\`\`\n${examples.map((example) => `/db ${example}`.trim()).join('\n')}\n\`\`\``];
}

/** A page says beside the generated part what only a person can say. */
function notesOf(path: string): string {
  const kept = existsSync(path) ? between(readFileSync(path, 'utf8'), 'notes')?.trim() : undefined;
  return kept === undefined || kept === '' ? '<!-- Hand-written notes go here and are kept. -->' : kept;
}
