import { bytesText, durationText } from '../../checks/wording.ts';
import type { Fact } from '../../core/report.ts';
import type { WriterSample } from '../../core/writers.ts';
import type { Heartbeat } from '../../targets/canary.ts';

/** `at`: when it was looked (ISO). `heard`: what the server has of the canary that is to take the writes. */
type Known = { last: WriterSample | null; heard: Heartbeat | null; from: string; to: string; at: string };

/** Pure: how much is written, and how old the last write is that the other server has; measured where a canary is, else estimated. */
export function writeFacts(known: Known): Fact[] {
  return [
    { label: 'Write rate', value: rateWords(known) },
    { label: 'Age of the last write', value: ageWords(known) },
  ];
}

function rateWords({ last, from }: Known): string {
  if (last === null || last.member !== from) return `unknown: \`watch\` has not seen ${from} take writes`;
  const { bytesPerSecond, at } = last;
  if (bytesPerSecond === undefined) return `unknown: \`watch\` has seen ${from} once only, at ${clock(at)}`;
  return `${bytesText(bytesPerSecond)} of log a second, up to ${clock(at)}`;
}

function ageWords({ last, heard, from, to, at }: Known): string {
  if (heard) return `measured: ${to} has the canary write of ${clock(heard.at)}, ${ago(heard.at, at)} before`;
  if (last?.member !== from) return 'unknown: nobody watches, and there is no canary';
  const wrote = (last.bytesPerSecond ?? 0) > 0 ? 'it wrote up to' : 'it was last seen at';
  return `estimated: ${wrote} ${clock(last.at)}, ${ago(last.at, at)} before`;
}

/** Pure: what the canary tells of a loss, beside the bound; nothing where there is none. */
export function heardWords({ last, heard, from, to }: Omit<Known, 'at'>): string {
  const beat = last?.member === from ? last.heartbeat : undefined;
  if (beat === undefined) return '';
  const is = `the canary write of ${clock(beat.at)}, the last that is known to have been acknowledged by ${from},`;
  if (heard === null) return ` Whether ${is} is on ${to} was not said.`;
  if (heard.number >= beat.number)
    return ` Measured: ${is} is on ${to}, and so is all that was acknowledged before it.`;
  return ` Measured: ${is} is not on ${to}, whose last one is of ${clock(heard.at)}: that much is lost at least.`;
}

/** Pure: the same after it, by what the new server had. */
export function foundWords(found: number | null, { last, from, to }: Pick<Known, 'last' | 'from' | 'to'>): string[] {
  const beat = last?.member === from ? last.heartbeat : undefined;
  if (beat === undefined || found === null) return [];
  const is = `the canary write of ${clock(beat.at)} that ${from} had acknowledged`;
  return [
    found >= beat.number
      ? `Measured: ${is} is on ${to}.`
      : `Measured: ${is} is not on ${to}: it is lost, with what came after it.`,
  ];
}

function clock(iso: string): string {
  return `${iso.slice(11, 19)} UTC`;
}

function ago(from: string, to: string): string {
  return durationText(Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000));
}
