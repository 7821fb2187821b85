import type { HeldFinding, Report } from '../core/report.ts';
import { sections } from './blocks.ts';
import type { Piece } from './fit.ts';
import { budgets } from './limits.ts';
import { counted, inline, when } from './mrkdwn.ts';
import { actionRow } from './render-actions.ts';
import { sorted } from './render-lines.ts';

const words: Readonly<Record<HeldFinding['held']['by'], string>> = {
  mute: 'muted',
  window: 'expected',
  run: 'of our own making',
  unconfirmed: 'not yet confirmed',
  clearing: 'clearing',
};

/** The held findings of a report and of its parts, with the target where there are several. */
export function heldOf(report: Report): HeldFinding[] {
  return [...(report.held ?? []), ...report.parts.flatMap(heldOf)];
}

/** `1 muted until 2026-11-24 04:00 UTC by ana: known batch; 2 not yet confirmed`: one entry a reason, the rest counted. */
export function heldWords(held: readonly HeldFinding[]): string[] {
  const groups = new Map<string, number>();
  for (const finding of held) {
    const text = groupWords(finding);
    groups.set(text, (groups.get(text) ?? 0) + 1);
  }
  const parts = [...groups].map(([text, count]) => `${count} ${text}`);
  const shown = parts.slice(0, budgets.heldReasons);
  const rest = [...groups.values()].slice(budgets.heldReasons).reduce((sum, count) => sum + count, 0);
  return rest === 0
    ? shown
    : [...shown, `${rest} held back for ${counted(parts.length - shown.length, 'further reason')}`];
}

function groupWords({ held: { by, words: why } }: HeldFinding): string {
  // How often exactly it was seen is for the thread.
  return by === 'unconfirmed' || by === 'clearing' ? words[by] : `${words[by]} ${inline(why, 120)}`;
}

/** What was held back, in full, for the thread. */
export function heldPieces(held: readonly HeldFinding[]): Piece[] {
  return sorted(held).map((finding) => {
    const told = inline(finding.sentence, budgets.toldCharacters);
    const lines = [
      `:zzz: *${words[finding.held.by]}, ${finding.severity}* · ${told}`,
      `Since ${when(finding.since)} · ${inline(finding.held.words, budgets.nextCharacters)}`,
      `Safest: ${inline(finding.next, budgets.nextCharacters)}`,
    ];
    const row = actionRow(finding.actions ?? [], budgets.findingButtons);
    return { noun: 'held finding', count: 1, text: told, blocks: [...sections(lines.join('\n')), ...row] };
  });
}
