import type { HomeView } from '@slack/types';
import type { Report } from '../core/report.ts';
import { context, section } from './blocks.ts';
import { limits } from './limits.ts';
import { when } from './mrkdwn.ts';
import { simplified } from './render-progress.ts';
import { renderReport } from './render-report.ts';

/** The Home tab: the fleet as a person may see it, with the look's time. */
export function renderHome(fleet: Report): HomeView {
  // A Home tab holds no table: https://docs.slack.dev/reference/block-kit/blocks/table-block
  const { blocks } = simplified(renderReport(fleet, { style: 'ephemeral' }));
  const foot = [context(`As of ${when(fleet.at)}.`), section('Type `/db help` in any channel for what I can do.')];
  return { type: 'home', blocks: [...blocks.slice(0, limits.viewBlocks - foot.length), ...foot] };
}
