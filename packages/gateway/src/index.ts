export { createGateway, type Gateway, type GatewayOptions } from './create-gateway.ts';
export { createHttpServer } from './http-server.ts';
export type { GatewayLogger } from './logger.ts';
export type { UploadLimits } from './upload/upload-limits.ts';
