import type { RunContext, Steps } from '../../core/operation.ts';
import { forecastsOf } from './forecasts.ts';
import { outlookRequests, type Outlook } from './outlook.ts';
import { judgedOf, pass, type LookInput, type Pass } from './pass.ts';

/** A look with the past of what it measured. */
export type Foreseen = Pass & { outlook: Outlook };

type Input = Omit<LookInput, 'context' | 'first'> & { context: RunContext<Steps>; first?: Foreseen };

/** Judges a look, asks the past of what has an end, and decides what is told; a second look asks for no other past. */
export async function foresee(input: Input): Promise<Foreseen> {
  const { context, at, first } = input;
  const seen = judgedOf(input);
  const trends = first?.outlook.trends ?? (await trendsOf(input, seen));
  const forecasts = forecastsOf(seen.metrics, trends, at);
  const judged = { ...seen, findings: [...seen.findings, ...forecasts.flatMap(({ finding }) => finding ?? [])] };
  return { ...pass({ ...input, context, judged }), outlook: { metrics: seen.metrics, trends, forecasts } };
}

async function trendsOf({ target, context }: Input, seen: Pick<Foreseen['judged'], 'metrics' | 'findings'>) {
  // Many reports in one message have no room for pictures.
  const requests = outlookRequests(seen, context.targets.length === 1);
  return requests.length === 0 ? [] : await context.trends(target, requests);
}
