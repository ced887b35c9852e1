import { SaxesParser } from 'saxes';
import { ReportFault } from '../files.ts';
import { clover } from './clover.ts';
import { cobertura } from './cobertura.ts';
import { jacoco } from './jacoco.ts';
import { opencover } from './opencover.ts';
import type { CoverageFormat } from './settings.ts';
import type { ReportParser, Totals } from './totals.ts';

export type Attributes = Readonly<Record<string, string>>;
/** A fault at the place that the parser has come to. */
export type Fault = (message: string) => ReportFault;

/** Reads the elements of one XML dialect. `parents` holds the names from the root down, without the element's own. */
export interface XmlReader {
  open(name: string, attributes: Attributes, parents: readonly string[], fault: Fault): void;
  close?(name: string): void;
  end(fault: Fault): Totals;
}

export type XmlFormat = Exclude<CoverageFormat, 'istanbul' | 'lcov' | 'go'>;

const READERS: Readonly<Record<XmlFormat, () => XmlReader>> = { cobertura, jacoco, clover, opencover };

/**
 * Parses XML that may come from strangers: a DTD is never fetched, a document that declares entities is refused,
 * and no entity beyond the five of XML itself and character numbers is known. `expected` null: told by the root.
 */
export function xmlParser(expected: XmlFormat | null): ReportParser & { format(): XmlFormat | null } {
  const parser = new SaxesParser({ position: true, xmlns: false });
  const parents: string[] = [];
  let format: XmlFormat | null = null;
  let reader: XmlReader | null = null;
  const fault: Fault = (message) => new ReportFault(message, parser.line, Math.max(1, parser.columnIndex));

  parser.on('error', (error) => {
    throw fault(error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, ''));
  });
  parser.on('doctype', (doctype) => {
    const declared = doctype.search(/<!ENTITY/i);
    if (declared < 0) return;
    const before = `<!DOCTYPE${doctype.slice(0, declared)}`;
    const line = parser.line - (doctype.slice(declared).split('\n').length - 1);
    const column = before.length - before.lastIndexOf('\n');
    throw new ReportFault('it declares entities, which no coverage tool does', line, column);
  });
  parser.on('opentag', (tag) => {
    if (!reader) {
      format = formatOf(tag.name, tag.attributes);
      if (!format) throw fault(`its root <${tag.name}> is of no known coverage format`);
      if (expected && expected !== format) throw fault(`it is ${format}, not ${expected}`);
      reader = READERS[format]();
    }
    reader.open(tag.name, tag.attributes, parents, fault);
    parents.push(tag.name);
  });
  parser.on('closetag', (tag) => {
    parents.pop();
    reader?.close?.(tag.name);
  });

  return {
    format: () => format,
    write(text) {
      parser.write(text);
    },
    end() {
      parser.close();
      if (!reader) throw fault('it has no root element');
      return reader.end(fault);
    },
  };
}

/** Cobertura and Clover share the name of their root. */
function formatOf(root: string, attributes: Attributes): XmlFormat | null {
  if (root === 'report') return 'jacoco';
  if (root === 'CoverageSession') return 'opencover';
  if (root !== 'coverage') return null;
  if ('clover' in attributes || 'generated' in attributes) return 'clover';
  return 'line-rate' in attributes || 'lines-valid' in attributes || 'version' in attributes
    ? 'cobertura'
    : null;
}
