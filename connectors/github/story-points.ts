import type { StoryPoints } from './settings.ts';

/** Reads story points from an issue's labels: the highest, where several bear a number; null where none does. */
export function pointsReader(
  storyPoints: StoryPoints | undefined,
): ((labels: readonly string[]) => number | null) | null {
  if (!storyPoints || !('label' in storyPoints)) return null;
  const [before = '', after = ''] = storyPoints.label.toLowerCase().split('*');
  return (labels) => {
    let highest: number | null = null;
    for (const label of labels) {
      const text = label.toLowerCase();
      if (text.length < before.length + after.length) continue;
      if (!text.startsWith(before) || !text.endsWith(after)) continue;
      const number = text.slice(before.length, text.length - after.length).trim();
      if (!/^\d+(\.\d+)?$/.test(number)) continue;
      highest = Math.max(highest ?? 0, Number(number));
    }
    return highest;
  };
}
