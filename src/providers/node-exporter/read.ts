import { askExporter, ExporterSilence } from '../exporter-request.ts';
import type { Told } from '../machine-answers.ts';
import type { MachineSource } from '../../targets/spec.ts';
import { coresOf, isWanted, readingOf } from './reading.ts';
import { parseText } from './text-format.ts';

/** The series of one machine as its own exporter has them, in one request; rates come from the look before. */
export async function readMachine(
  { url }: MachineSource,
  dataDirectory: string | undefined,
  nowMs: number,
): Promise<Told> {
  const { status, body } = await askExporter(url);
  const { host } = new URL(url);
  if (status !== 200) throw new ExporterSilence(`${host} answered HTTP ${status}`);
  const series = parseText(body, isWanted);
  if (series.length === 0) throw new ExporterSilence(`what ${host} answers is not of node_exporter`);
  const options = { dataDirectory, cores: coresOf(series), nowSeconds: nowMs / 1000 };
  return { reading: readingOf(series, options) };
}
