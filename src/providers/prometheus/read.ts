import type { MachineSource } from '../../targets/spec.ts';
import { ratesBetween, type Counters } from '../../targets/machine-rates.ts';
import { askExporter, ExporterSilence } from '../exporter-request.ts';
import type { Told } from '../machine-answers.ts';
import { readingOf } from '../node-exporter/reading.ts';
import { numberOf, type Series } from '../node-exporter/text-format.ts';
import { CORES, machineQuery, NAME_LABEL, RATE_SECONDS, UP } from './query.ts';

/** The series of one machine as a Prometheus has collected them, in one request. */
export async function readMachine(
  { url, instance = '' }: MachineSource,
  dataDirectory: string | undefined,
  nowMs: number,
): Promise<Told> {
  const address = new URL(`${url.replace(/\/+$/, '')}/api/v1/query`);
  const { status, body } = await askExporter(address.href, { query: machineQuery(instance), timeout: '2s' });
  const series = seriesOf(status, body, address.host);
  if (series.length === 0) return { unknown: `Prometheus knows no instance ${instance}`, key: 'instance' };
  const one = (wanted: string): number | undefined => series.find(({ name }) => name === wanted)?.value;
  if (one(UP) === 0) throw new ExporterSilence(`Prometheus does not reach ${instance}`);
  const reading = readingOf(series, { dataDirectory, cores: one(CORES) ?? 0, nowSeconds: nowMs / 1000 });
  const { counters } = reading;
  const rates = ratesBetween(nothingOf(counters), { ...counters, atSeconds: 1, bootSeconds: null });
  return { reading, rates: { measures: rates?.measures ?? {}, overSeconds: RATE_SECONDS } };
}

/** The rates of a second are what happened since all was zero, a second ago. */
function nothingOf({ disk }: Counters): Counters {
  const none = { reads: 0, writes: 0, readSeconds: 0, writeSeconds: 0, readBytes: 0, writtenBytes: 0, queueSeconds: 0 };
  return {
    atSeconds: 0,
    bootSeconds: null,
    cpu: { busySeconds: 0, totalSeconds: 0 },
    network: { receivedBytes: 0, sentBytes: 0 },
    swappedPages: 0,
    disk: disk && { device: disk.device, ...none },
  };
}

type Answer = {
  status?: unknown;
  errorType?: unknown;
  data?: { resultType?: unknown; result?: { metric?: Record<string, string>; value?: [number, string] }[] };
};

/** https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries */
function seriesOf(status: number, body: string, host: string): Series[] {
  const answer = parsed(body);
  if (answer?.status !== 'success' || !Array.isArray(answer.data?.result)) {
    const why = typeof answer?.errorType === 'string' ? answer.errorType.slice(0, 40) : `HTTP ${status}`;
    throw new ExporterSilence(`${host} did not answer the query (${why})`);
  }
  return answer.data.result.flatMap((one) => {
    const { [NAME_LABEL]: computed, __name__: stored = '', ...labels } = textsOf(one?.metric);
    const number = numberOf(one?.value?.[1] ?? '');
    return Number.isFinite(number) ? [{ name: computed ?? stored, labels, value: number }] : [];
  });
}

/** What somebody else's server calls labels. */
function textsOf(metric: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(metric ?? {}).filter(([, value]) => typeof value === 'string'));
}

function parsed(body: string): Answer | undefined {
  try {
    return JSON.parse(body) as Answer;
  } catch {
    return undefined;
  }
}
