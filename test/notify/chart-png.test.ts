import { Resvg } from '@resvg/resvg-js';
import { describe, expect, it } from 'vitest';
import { chartPngs } from '../../src/notify/chart-png.ts';
import { chartDataOf } from '../../src/report/chart/data.ts';
import { chartSvg } from '../../src/report/chart-image.ts';
import { composeMessage } from '../../src/report/compose.ts';
import type { KeyResultModel } from '../../src/report/model.ts';
import { PALETTES } from '../../src/report/palette.ts';
import { aKeepKeyResult, aKeyResult, anObjective, aStatus } from '../support/models.ts';

const COLOURS = PALETTES.light;
const forecast = { atEnd: { p10: 29, p50: 33, p90: 38 }, probability: 0.04 };

/** The picture of a key result as a message brings it: its colours, pixel by pixel. */
async function pictureOf(keyResult: KeyResultModel, stored = false) {
  const model = aStatus({ objectives: [anObjective({ keyResults: [keyResult] })] });
  const { objectives } = model;
  const made = composeMessage(model, {
    ...{ id: 'a', kind: 'digest', subject: '', summary: '', notices: [], objectives },
    changeOf: () => null,
  });
  const message = stored ? (JSON.parse(JSON.stringify(made)) as typeof made) : made;
  const [chart] = await chartPngs(message, 1);
  if (chart === undefined) throw new Error('no picture');
  return { elapsed: model.cycle.elapsed, ...pixelsOf(chart.png) };
}

function pixelsOf(png: Uint8Array) {
  const [width, height] = [1280, 560];
  const data = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
  const { pixels } = new Resvg(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><image width="${width}" height="${height}" href="${data}"/></svg>`,
  ).render();
  const at = (x: number, y: number) =>
    `#${pixels.subarray((y * width + x) * 4, (y * width + x) * 4 + 3).toString('hex')}`;
  const column = (x: number) => Array.from({ length: height }, (_, y) => at(x, y));
  return { pixels, column };
}

describe('a picture in a message', () => {
  it('is that of the read model, whatever is drawn, also after it waited in the outbox', async () => {
    const all = [
      aKeyResult({ forecast, stretch: 20 }),
      aKeepKeyResult({ status: 'stale' }),
      aKeyResult({ start: null, target: null }),
    ];
    for (const keyResult of all) {
      const { pixels, elapsed } = await pictureOf(keyResult, true);
      const svg = chartSvg(chartDataOf(keyResult, elapsed), { width: 640, height: 280, theme: 'light' });
      const own = new Resvg(svg ?? '', { fitTo: { mode: 'zoom', value: 2 } }).render();
      expect(pixels.equals(own.pixels)).toBe(true);
    }
  });

  it('shades where the value will be, and the band it is kept in', async () => {
    const bare = await pictureOf(aKeyResult({ forecast: null }));
    const foreseen = await pictureOf(aKeyResult({ forecast }));
    // Near the end of the cycle there are the paper, the start, the target and the even pace, and then the shade.
    const known = new Set(bare.column(1240));
    expect(foreseen.column(1240).filter((one) => !known.has(one)).length).toBeGreaterThan(60);
    const kept = await pictureOf(aKeepKeyResult({ keep: { min: 2350, max: 2550, for: 0.95 } }));
    const column = kept.column(1240);
    expect(column.filter((one) => one === COLOURS.good).length).toBeGreaterThanOrEqual(4);
    const [above, inside, below] = [column[20], column[280], column[540]];
    expect([above, below]).toEqual([COLOURS.card, COLOURS.card]);
    expect(inside).not.toBe(COLOURS.card);
  });
});
