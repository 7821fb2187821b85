import type { KnownBlock } from '@slack/types';

/** Slack's charts, of which `@slack/types` 3.2 does not know yet (https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block). */
export type ChartBlock = {
  type: 'data_visualization';
  block_id?: string;
  title: string;
  chart:
    | { type: 'pie'; segments: { label: string; value: number }[] }
    | {
        type: 'area' | 'bar' | 'line';
        series: { name: string; data: { label: string; value: number }[] }[];
        axis_config: { categories: string[]; x_label?: string; y_label?: string };
      };
};

/** One block as an app may send it, on a surface that shows it. */
export type BlockExample = {
  /** What is special about it: `with fields`. */
  title: string;
  surface: 'message' | 'modal' | 'home';
  block: KnownBlock | ChartBlock;
};

/** All examples of one block type. */
export type BlockChapter = { type: string; examples: readonly BlockExample[] };

/** The pictures of the examples; the console draws those of this address itself, so that it needs no network. */
export const PICTURES = 'https://pictures.nightshift.example/';

export const plain = (text: string) => ({ type: 'plain_text', text }) as const;
export const mrkdwn = (text: string) => ({ type: 'mrkdwn', text }) as const;
export const option = (text: string, value: string) => ({ text: plain(text), value });
