/** The hover on a token, as Markdown. What comes from texts and label files is shown, never obeyed. */
import { commandLink, LinkCommand, whyLink } from '../../../protocol/commands';
import type { TokenReading } from '../../../protocol/documents';
import type { FeatureActivation } from '../../../protocol/features';
import {
  claimedLabel,
  featureName,
  measured,
  oneLine,
  shortNumber,
  tokenName,
} from '../../../protocol/wording';

/** Rows of the table at most, over all dictionaries. */
const MOST_ROWS = 24;
/** Predictions named. */
const PREDICTIONS = 4;
const LONGEST_LABEL = 80;

export function hoverText(reading: TokenReading): string {
  return [heading(reading), expectation(reading), table(reading)].filter((part) => part !== '').join('\n\n');
}

function heading({ textDocument, range, token, position, window }: TokenReading): string {
  const why = `[Why the next?](${whyLink({ uri: textDocument.uri, position: range.end })} "Build the graph behind what is predicted after this token")`;
  return `**${code(token.text)}** · id ${token.id} · position ${position} of ${window.tokens} · ${why}`;
}

function expectation({ surprisal, rank, predictions }: TokenReading): string {
  if (surprisal === null || rank === null) return 'Nothing stands before it that could predict it.';
  const likeliest = predictions
    .slice(0, PREDICTIONS)
    .map(({ text, probability }) => `${code(text)} ${percent(probability)}`);
  return `Surprisal ${shortNumber(surprisal)} nats, rank ${rank} · expected ${likeliest.join(', ')}`;
}

function table({ dictionaries }: TokenReading): string {
  if (dictionaries.length === 0) return 'No dictionary is loaded.';
  const each = Math.max(1, Math.floor(MOST_ROWS / dictionaries.length));
  const rows = dictionaries
    .flatMap(({ features }) => features.slice(0, each))
    .slice(0, MOST_ROWS)
    .map(row);
  if (rows.length === 0) return 'No feature is active.';
  return ['| | Feature | Dictionary | |', '|--:|:--|:--|:--|', ...rows].join('\n');
}

function row(found: FeatureActivation): string {
  const { feature, activation } = found;
  const links = [
    `[$(eye)](${commandLink(LinkCommand.focusFeature, feature)} "Focus")`,
    `[$(graph)](${commandLink(LinkCommand.openDashboard, feature)} "Open dashboard")`,
    `[$(search)](${commandLink(LinkCommand.findEverywhere, feature)} "Find everywhere")`,
    `[$(pin)](${commandLink(LinkCommand.pinFeature, feature)} "Pin")`,
    `[$(debug-continue)](${commandLink(LinkCommand.steer, feature)} "Steer and continue")`,
  ].join(' ');
  const name = escapeMarkdown(shorten(featureName(found)));
  const quality = measured(claimedLabel(found));
  const about = quality === '' ? name : `${name} (${quality})`;
  return `| ${shortNumber(activation)} | ${about} | ${escapeMarkdown(feature.dictionary)} | ${links} |`;
}

/** A token as inline code: nothing in it is markup. */
export function code(text: string): string {
  const shown = oneLine(tokenName(text));
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = longest > 0 ? ' ' : '';
  return `${fence}${space}${shown}${space}${fence}`;
}

/** Text that shows as itself within Markdown: no markup, HTML, icons or table cells. */
export function escapeMarkdown(text: string): string {
  return oneLine(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]()#+\-.!|~$:@]/g, '\\$&');
}

function shorten(text: string): string {
  const units = Array.from(text);
  return units.length > LONGEST_LABEL ? `${units.slice(0, LONGEST_LABEL - 1).join('')}…` : text;
}

function percent(probability: number): string {
  return probability < 0.001 ? '<0.1%' : `${Number((100 * probability).toPrecision(2))}%`;
}
