import { SaxesParser } from 'saxes';
import { ReportFault } from './files.ts';

export type Attributes = Readonly<Record<string, string>>;
/** A fault at the place that the parser has come to. */
export type Fault = (message: string) => ReportFault;

/** What a document is told to. `parents` holds the names from the root down, without the element's own. */
export interface XmlHandler {
  open(name: string, attributes: Attributes, parents: readonly string[], fault: Fault): void;
  close?(name: string): void;
}

export interface XmlDocument {
  write(text: string): void;
  /** Throws where the document is not at its end. */
  end(): void;
  readonly fault: Fault;
}

/** Reports are some ten deep; suites may lie in suites. */
const DEEPEST = 256;
/** Characters without a tag, a comment or a CDATA section coming to its end. The log of a test may be long. */
const LONGEST_PIECE = 16 * 2 ** 20;
const STEP = 2 ** 16;

/**
 * Parses XML that may come from strangers, as a stream: a DTD is never fetched, a document that declares entities is
 * refused, and no entity beyond the five of XML itself and character numbers is known. Depth and the length of any one
 * piece are bounded, so that the memory is. Throws a ReportFault with its place.
 */
export function xmlDocument(handler: XmlHandler): XmlDocument {
  const parser = new SaxesParser({ position: true, xmlns: false });
  const parents: string[] = [];
  let rooted = false;
  let pending = 0;
  /** Closing sets the parser back to its start. */
  let last: { line: number; column: number } | null = null;
  const place = () => last ?? { line: parser.line, column: Math.max(1, parser.columnIndex) };
  const fault: Fault = (message) => new ReportFault(message, place().line, place().column);

  parser.on('error', (error) => {
    throw fault(error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, ''));
  });
  parser.on('doctype', (doctype) => {
    pending = 0;
    const declared = doctype.search(/<!ENTITY/i);
    if (declared < 0) return;
    const before = `<!DOCTYPE${doctype.slice(0, declared)}`;
    const line = parser.line - (doctype.slice(declared).split('\n').length - 1);
    const column = before.length - before.lastIndexOf('\n');
    throw new ReportFault('it declares entities, which no tool that writes reports does', line, column);
  });
  parser.on('opentag', (tag) => {
    pending = 0;
    rooted = true;
    handler.open(tag.name, tag.attributes, parents, fault);
    parents.push(tag.name);
    if (parents.length > DEEPEST) throw fault(`its elements lie more than ${DEEPEST} deep`);
  });
  parser.on('closetag', (tag) => {
    pending = 0;
    parents.pop();
    handler.close?.(tag.name);
  });
  for (const piece of ['comment', 'cdata', 'processinginstruction'] as const) {
    parser.on(piece, () => {
      pending = 0;
    });
  }

  return {
    fault,
    write(text) {
      for (let at = 0; at < text.length; at += STEP) {
        const part = text.slice(at, at + STEP);
        pending += part.length;
        if (pending > LONGEST_PIECE) throw fault('a single piece of it is longer than 16 MB');
        parser.write(part);
      }
    },
    end() {
      const end = place();
      parser.close();
      last = end;
      if (!rooted) throw fault('it has no root element');
    },
  };
}
