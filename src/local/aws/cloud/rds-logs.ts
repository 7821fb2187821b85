import {
  DescribeDBLogFiles$,
  DescribeDBParameters$,
  DownloadDBLogFilePortion$,
  type DBParameterGroupDetails,
  type DescribeDBLogFilesMessage,
  type DescribeDBLogFilesResponse,
  type DescribeDBParametersMessage,
  type DownloadDBLogFilePortionDetails,
  type DownloadDBLogFilePortionMessage,
} from '@aws-sdk/client-rds';
import type { CloudModel, PublishedLog } from './model.ts';
import { operation, page, type CloudOperations } from './operation.ts';
import { CloudRefusal } from './refusal.ts';

/** What RDS answers of logs and parameters: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DownloadDBLogFilePortion.html */
export const rdsLogOperations: CloudOperations = {
  DescribeDBLogFiles: operation<DescribeDBLogFilesMessage, DescribeDBLogFilesResponse>(DescribeDBLogFiles$, files),
  DownloadDBLogFilePortion: operation<DownloadDBLogFilePortionMessage, DownloadDBLogFilePortionDetails>(
    DownloadDBLogFilePortion$,
    portion,
  ),
  DescribeDBParameters: operation<DescribeDBParametersMessage, DBParameterGroupDetails>(
    DescribeDBParameters$,
    parameters,
  ),
};

const MOST_BYTES = 1_000_000;
const MOST_LINES = 10_000;
const CUT = ' [Your log message was truncated]';
const NEWLINE = 10;

function files(input: DescribeDBLogFilesMessage, model: CloudModel): DescribeDBLogFilesResponse {
  const { FilenameContains: part = '', FileLastWritten: since = 0 } = input;
  const found = logOf(model, input.DBInstanceIdentifier)
    .files()
    .filter(({ name, writtenMs }) => name.includes(part) && writtenMs >= since)
    .map(({ name, writtenMs, bytes }) => ({ LogFileName: name, LastWritten: writtenMs, Size: bytes.length }));
  const { shown, more } = page(found, input);
  return { DescribeDBLogFiles: shown, ...more };
}

/** Markers are `hour:offset`. An answer that would be longer than 1 MB is cut, and what was cut comes in no other one. */
function portion(input: DownloadDBLogFilePortionMessage, model: CloudModel): DownloadDBLogFilePortionDetails {
  const { DBInstanceIdentifier: instance, LogFileName: name = '', Marker, NumberOfLines: lines = MOST_LINES } = input;
  const file = logOf(model, instance)
    .files()
    .find((one) => one.name === name);
  if (!file)
    throw new CloudRefusal('DBLogFileNotFoundFault', `DBLog File: ${name}, is not found on the DB instance`, 404);
  const { bytes } = file;
  const from = Marker === undefined ? tailOf(bytes, lines) : offsetOf(Marker);
  const until = linesFrom(bytes, from, Math.min(lines, MOST_LINES));
  const data = bytes.subarray(from, until);
  const shown = data.length > MOST_BYTES ? `${data.toString('utf8', 0, MOST_BYTES)}${CUT}\n` : data.toString('utf8');
  const hour = /(\d\d)(?:\d\d)?$/.exec(name)?.[1] ?? '0';
  return { LogFileData: shown, Marker: `${hour}:${until}`, AdditionalDataPending: until < bytes.length };
}

function offsetOf(marker: string): number {
  const offset = Number(marker.split(':').at(-1));
  if (!/^(?:0|\d+:\d+)$/.test(marker)) throw new CloudRefusal('InvalidParameterValue', `Invalid marker: ${marker}`);
  return offset;
}

/** The newest lines, as many as fit. */
function tailOf(bytes: Buffer, lines: number): number {
  let at = bytes.length;
  for (let n = 0; n < Math.min(lines, MOST_LINES); n += 1) {
    const start = bytes.lastIndexOf(NEWLINE, at - 2) + 1;
    if (bytes.length - start > MOST_BYTES || start >= at) break;
    at = start;
    if (at === 0) break;
  }
  return at;
}

function linesFrom(bytes: Buffer, from: number, lines: number): number {
  let at = from;
  for (let n = 0; n < lines && at < bytes.length; n += 1) {
    const end = bytes.indexOf(NEWLINE, at);
    at = end < 0 ? bytes.length : end + 1;
    // One that is cut ends the answer.
    if (at - from > MOST_BYTES && n > 0) break;
  }
  return at;
}

function parameters(input: DescribeDBParametersMessage, model: CloudModel): DBParameterGroupDetails {
  const { DBParameterGroupName: group = '' } = input;
  const { shown, more } = page(model.parameters[group] ?? [], input);
  return { Parameters: shown, ...more };
}

function logOf({ logs }: CloudModel, instance: string | undefined): PublishedLog {
  const log = logs.find((one) => one.instance === instance);
  if (!log) throw new CloudRefusal('DBInstanceNotFound', `DBInstance ${instance} not found.`, 404);
  return log;
}
