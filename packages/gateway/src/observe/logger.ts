/** Where the gateway reports to; a pino logger is one. Photos, file names, keys, ids of results and signatures never get there. */
export interface GatewayLogger {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Drops everything. */
export const silentLogger: GatewayLogger = { info() {}, error() {} };
