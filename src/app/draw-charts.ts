import type { Json } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Chart } from '../core/report.ts';
import { shortRun, type RunRequest } from '../core/run.ts';
import type { Poster } from '../slack/post.ts';
import { chartWords } from '../slack/render-chart.ts';

export type DrawTools = {
  poster: Poster;
  timeZone: string;
  log(level: 'warn', message: string, detail: Json): void;
};

/** More pictures than this are more than anybody looks at. */
const MOST_PICTURES = 5;

/**
 * Draws the charts of a report and brings them to Slack: their files in the order of the charts, null where that failed. What
 * draws is loaded with the first chart, because most reports have none.
 */
export async function drawCharts(tools: DrawTools, request: RunRequest, outcome: Outcome): Promise<(string | null)[]> {
  if (!('done' in outcome) || outcome.done.charts.length === 0) return [];
  const charts = outcome.done.charts.slice(0, MOST_PICTURES);
  const { chartPng } = await import('../charts/png.ts');
  const draw = async (chart: Chart, n: number): Promise<string | null> => {
    try {
      const png = await chartPng(chart, { timeZone: tools.timeZone });
      const name = `${shortRun(request.runId)}-${n + 1}.png`;
      const sent = await tools.poster.upload({ name, png, title: chart.title, altText: chartWords(chart) });
      if ('ok' in sent) return sent.ok;
      throw new Error(JSON.stringify(sent));
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      tools.log('warn', 'a chart is shown as text', { runId: request.runId, reason });
      return null;
    }
  };
  return Promise.all(charts.map(draw));
}
