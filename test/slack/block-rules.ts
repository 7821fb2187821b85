import type { KnownBlock } from '@slack/types';
import type { Message } from '../../src/slack/blocks.ts';

type Loose = Record<string, unknown>;

/**
 * What Slack would refuse about a message, by a second, independent reading of its documentation: numbers are written out
 * here and not taken from the code under test.
 */
export function faultsOf(message: Message): string[] {
  const blocks = message.blocks as readonly unknown[] as readonly Loose[];
  const faults = blocks.flatMap((block, n) => blockFaults(block).map((fault) => `/blocks/${n} ${fault}`));
  if (message.text.trim() === '') faults.push('no text');
  if (message.text.length > 4000) faults.push('text over 4000');
  if (blocks.length > 50) faults.push(`${blocks.length} blocks`);
  if (blocks.filter((block) => block['type'] === 'table').length > 1) faults.push('only_one_table_allowed');
  if (visible(blocks) > 13_200) faults.push(`msg_blocks_too_long: ${visible(blocks)}`);
  const ids = buttonsOf(blocks).map((button) => button['action_id']);
  if (new Set(ids).size < ids.length) faults.push('action ids repeat');
  return faults;
}

/** All text of a message that a person could see, joined; what a button carries unseen is left out. */
export function textOf(message: Message): string {
  return JSON.stringify([message.text, ...message.blocks], (key, value: unknown) => (key === 'value' ? '' : value));
}

export function buttonsOf(blocks: readonly unknown[]): Loose[] {
  return (blocks as { type: string; elements?: Loose[]; accessory?: Loose }[]).flatMap((block) => {
    if (block.type === 'actions') return block.elements ?? [];
    return block.accessory ? [block.accessory] : [];
  });
}

export function linesOf(blocks: readonly KnownBlock[]): string[] {
  return blocks.flatMap((block) => {
    if (block.type === 'section') return (block.text?.text ?? '').split('\n');
    if (block.type !== 'context') return [];
    return block.elements.flatMap((element) => ('text' in element ? element.text.split('\n') : []));
  });
}

function visible(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + visible(one), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce((sum, [key, one]) => {
    if (typeof one === 'string') return key === 'text' || key === 'title' ? sum + one.length : sum;
    return sum + visible(one);
  }, 0);
}

function between(name: string, text: unknown, least: number, most: number): string[] {
  if (typeof text !== 'string') return [`${name} is no text`];
  return text.length < least || text.length > most ? [`${name} has ${text.length} characters`] : [];
}

function blockFaults(block: Loose): string[] {
  switch (block['type']) {
    case 'section':
      return [
        ...between('section', (block['text'] as Loose)['text'], 1, 3000),
        ...buttonsOf([block]).flatMap(buttonFaults),
      ];
    case 'context':
      return contextFaults(block['elements'] as Loose[]);
    case 'actions':
      return actionsFaults(block['elements'] as Loose[]);
    case 'table':
      return tableFaults(block['rows'] as Loose[][]);
    case 'rich_text':
      return richTextFaults(block['elements'] as Loose[]);
    case 'plan':
      return [...between('title', block['title'], 1, 150), ...(block['tasks'] as Loose[]).flatMap(taskFaults)];
    default:
      return [`unknown block ${String(block['type'])}`];
  }
}

function contextFaults(elements: Loose[]): string[] {
  const count = elements.length < 1 || elements.length > 10 ? [`${elements.length} elements`] : [];
  return [...count, ...elements.flatMap((element) => between('context', element['text'], 1, 3000))];
}

function actionsFaults(elements: Loose[]): string[] {
  const count = elements.length < 1 || elements.length > 25 ? [`${elements.length} buttons`] : [];
  return [...count, ...elements.flatMap(buttonFaults)];
}

function buttonFaults(button: Loose): string[] {
  const confirm = button['confirm'] as { title: Loose; text: Loose; confirm: Loose; deny: Loose } | undefined;
  return [
    ...between('button', (button['text'] as Loose)['text'], 1, 75),
    ...between('value', button['value'], 1, 2000),
    ...between('action_id', button['action_id'], 1, 255),
    ...(confirm ? between('confirm title', confirm.title['text'], 1, 100) : []),
    ...(confirm ? between('confirm text', confirm.text['text'], 1, 300) : []),
    ...(confirm ? between('confirm button', confirm.confirm['text'], 1, 30) : []),
    ...(confirm ? between('deny button', confirm.deny['text'], 1, 30) : []),
  ];
}

function tableFaults(rows: Loose[][]): string[] {
  const width = rows[0]?.length ?? 0;
  const faults = rows.length < 1 || rows.length > 100 ? [`${rows.length} rows`] : [];
  if (width < 1 || width > 20) faults.push(`${width} columns`);
  if (rows.some((row) => row.length !== width)) faults.push('rows of different width');
  const cells = rows.flat();
  if (cells.some((cell) => String(cell['text']) === '')) faults.push('an empty cell');
  if (cells.reduce((sum, cell) => sum + String(cell['text']).length, 0) > 10_000) faults.push('table over 10,000');
  return faults;
}

function richTextFaults(elements: Loose[]): string[] {
  const texts = elements.flatMap((element) => element['elements'] as Loose[]);
  return texts.flatMap((element) => between('rich text', element['text'], 1, 4000));
}

function taskFaults(task: Loose): string[] {
  const states = ['pending', 'in_progress', 'complete', 'error'];
  const state = states.includes(String(task['status'])) ? [] : [`status ${String(task['status'])}`];
  const details = task['details'] as { elements: Loose[] } | undefined;
  return [...state, ...between('task', task['title'], 1, 150), ...(details ? richTextFaults(details.elements) : [])];
}
