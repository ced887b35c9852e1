import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import Database from 'better-sqlite3';
import { makeTempFolder } from '../../support/temp.ts';

export interface SqliteFile {
  readonly path: string;
  exec(sql: string): void;
  dispose(): Promise<void>;
}

/** A file as another program keeps it. */
export async function sqliteFile(sql: string): Promise<SqliteFile> {
  const folder = await makeTempFolder();
  const path = join(folder.path, 'crm.db');
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.exec(sql);
  return {
    path,
    exec: (more) => void database.exec(more),
    dispose: async () => {
      database.close();
      await folder.dispose();
    },
  };
}

export interface PostgresServer {
  readonly url: string;
  exec(sql: string): Promise<void>;
  close(): Promise<void>;
}

/** PostgreSQL's own code, in this process, behind its own protocol on loopback. */
export async function postgresServer(sql: string): Promise<PostgresServer> {
  const db = await PGlite.create();
  await db.exec(sql);
  const server = new PGLiteSocketServer({ db, port: 0, host: '127.0.0.1', maxConnections: 8 });
  await server.start();
  return {
    url: `postgres://${server.getServerConn()}/postgres`,
    exec: async (more) => void (await db.exec(more)),
    close: async () => {
      await server.stop();
      await db.close();
    },
  };
}
