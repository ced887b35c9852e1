import { chartDataOf } from '../report/chart/data.ts';
import { chartSvg } from '../report/chart-image.ts';
import type { Message, MessageKeyResult } from '../report/message.ts';
import { keyResultFacts } from './layout.ts';

export interface ChartPng {
  readonly keyResult: string;
  readonly title: string;
  /** Says in words what the picture shows. */
  readonly alt: string;
  readonly png: Uint8Array<ArrayBuffer>;
}

/** Tall enough to tell its lines apart where a phone shows it half as wide. */
const SIZE = { width: 640, height: 280, theme: 'light' } as const;
/** Sharp on screens of two pixels a point. */
const SCALE = 2;

/** The charts of a message's first key results that have one, at most `most`. */
export async function chartPngs(message: Message, most: number): Promise<readonly ChartPng[]> {
  const keyResults = message.objectives.flatMap((objective) =>
    objective.keyResults.map((keyResult) => ({ id: `${objective.id}/${keyResult.id}`, keyResult })),
  );
  const charts: ChartPng[] = [];
  for (const { id, keyResult } of keyResults) {
    if (charts.length >= most) break;
    const png = await chartPng(message, keyResult);
    if (png === null) continue;
    const alt = `${keyResult.title}: ${keyResultFacts(keyResult).join(', ')}`;
    charts.push({ keyResult: id, title: keyResult.title, alt, png });
  }
  return charts;
}

/** Null where a line needs more than one day. */
async function chartPng(
  { cycle }: Message,
  keyResult: MessageKeyResult,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (keyResult.trend.filter((value) => value !== null).length < 2) return null;
  const svg = chartSvg(chartDataOf(keyResult, cycle.elapsed), SIZE);
  if (svg === null) return null;
  const { Resvg } = await import('@resvg/resvg-js');
  const picture = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: SCALE },
    font: { loadSystemFonts: false },
  });
  return new Uint8Array(picture.render().asPng());
}
