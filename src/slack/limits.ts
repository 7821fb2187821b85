/**
 * What Slack refuses beyond, as numbers. Sources: https://docs.slack.dev/reference/block-kit/blocks and the pages of its
 * elements; `messageCharacters` is documented nowhere and was found by people who measured where `msg_blocks_too_long` begins.
 */
export const limits = {
  messageBlocks: 50,
  viewBlocks: 100,
  messageCharacters: 13_200,
  textCharacters: 4_000,
  sectionCharacters: 3_000,
  headerCharacters: 150,
  contextElements: 10,
  actionsElements: 25,
  buttonTextCharacters: 75,
  buttonValueCharacters: 2_000,
  confirmTitleCharacters: 100,
  confirmTextCharacters: 300,
  confirmButtonCharacters: 30,
  optionTextCharacters: 75,
  altTextCharacters: 2_000,
  selectOptions: 100,
  labelCharacters: 2_000,
  modalTitleCharacters: 24,
  privateMetadataCharacters: 3_000,
  tablesPerMessage: 1,
  tableRows: 100,
  tableColumns: 20,
} as const;

/** What we allow ourselves, below Slack's limits, so that a message is still readable on a phone. */
export const budgets = {
  /** Of one message; the rest goes to the thread. */
  messageCharacters: 9_000,
  messageBlocks: 48,
  tableCharacters: 7_000,
  cellCharacters: 400,
  threadMessages: 8,
  /** Of a finding: a mute's reason is as long as a person likes. */
  markCharacters: 160,
  /** Beside the coverage; the rest is counted. */
  heldReasons: 3,
  /** Of one thing that changed: five of them, with their times, are one section. */
  changeCharacters: 200,
  evidenceCharacters: 4_000,
  drawingCharacters: 2_500,
  headlineCharacters: 400,
  sentenceCharacters: 500,
  nextCharacters: 300,
  /** In the thread, where a finding is told in full. */
  toldCharacters: 1_000,
  partLinesCharacters: 2_500,
  partHeadlineCharacters: 200,
  findingButtons: 3,
  nextButtons: 5,
} as const;

/** How many findings and targets are shown before the rest is counted: a bad day is twelve lines in the channel. */
export const shownAtOnce = {
  channel: { findings: 4, partLines: 8, resolved: 2, paragraphs: 3, changes: 5 },
  incident: { findings: 3, partLines: 6, resolved: 2, paragraphs: 1, changes: 3 },
  ephemeral: { findings: 8, partLines: 40, resolved: 5, paragraphs: 40, changes: 5 },
} as const;
