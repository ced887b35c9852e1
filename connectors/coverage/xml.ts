import { type Attributes, type Fault, type XmlDocument, xmlDocument } from '../xml.ts';
import { clover } from './clover.ts';
import { cobertura } from './cobertura.ts';
import { jacoco } from './jacoco.ts';
import { opencover } from './opencover.ts';
import type { CoverageFormat } from './settings.ts';
import type { ReportParser, Totals } from './totals.ts';

/** Reads the elements of one dialect, of one document or of several that are parts of one report. */
export interface XmlReader {
  open(name: string, attributes: Attributes, parents: readonly string[], fault: Fault): void;
  close?(name: string): void;
  /** A document is at its end. Throws where it cannot be joined with those before it. */
  endFile(fault: Fault): void;
  end(): Totals;
}

export type XmlFormat = Exclude<CoverageFormat, 'istanbul' | 'lcov' | 'go'>;

const READERS: Readonly<Record<XmlFormat, () => XmlReader>> = { cobertura, jacoco, clover, opencover };

/** `expected` null: told by the root. */
export function xmlParser(expected: XmlFormat | null): ReportParser & { format(): XmlFormat | null } {
  let format: XmlFormat | null = null;
  let reader: XmlReader | null = null;
  let document: XmlDocument | null = null;

  function readerOf(name: string, attributes: Attributes, fault: Fault): XmlReader {
    const found = formatOf(name, attributes);
    if (!found) throw fault(`its root <${name}> is of no known coverage format`);
    if (expected && expected !== found) throw fault(`it is ${found}, not ${expected}`);
    if (format && format !== found) throw fault(`it is ${found}, and cannot be joined with ${format}`);
    format = found;
    return reader ?? READERS[found]();
  }

  function open(): XmlDocument {
    return xmlDocument({
      open(name, attributes, parents, fault) {
        if (parents.length === 0) reader = readerOf(name, attributes, fault);
        reader?.open(name, attributes, parents, fault);
      },
      close: (name) => reader?.close?.(name),
    });
  }

  return {
    format: () => format,
    write(text) {
      document ??= open();
      document.write(text);
    },
    endFile() {
      document ??= open();
      document.end();
      reader?.endFile(document.fault);
      document = null;
    },
    end() {
      if (!reader) throw open().fault('it has no root element');
      return reader.end();
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
