import { expect, test } from 'vitest';
import { ReportFault } from '../../../connectors/files.ts';
import { parseJson } from '../../../connectors/json.ts';

function placeOf(text: string): string {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof ReportFault) return `${error.line}:${error.column}`;
    throw error;
  }
  throw new Error('it was parsed');
}

test.each([
  ['{"a": [1, 2}', '1:12'],
  ['{"a": 1,}', '1:9'],
  ['[1, 2,]', '1:7'],
  ['{\n"a" 1}', '2:5'],
  ['{a: 1}', '1:2'],
  ['{"a": "open\n"}', '1:7'],
  ['{"a": 01}', '1:8'],
  ['{"a": tru}', '1:7'],
  ['[1] x', '1:5'],
  ['}', '1:1'],
  ['[{"a": {"b": [true, null, -1.5e3, "\\u00e9"]}}, {}, [] ', '1:55'],
  ['[[', '1:3'],
])('%j breaks off at %s', (text, place) => {
  expect(placeOf(text)).toBe(place);
});

test('what is valid is parsed', () => {
  expect(parseJson(' {"a": [1, {"b": "\\""}]}\n')).toEqual({ a: [1, { b: '"' }] });
});
