export { createGateway, type Gateway } from './create-gateway.ts';
export type { GatewayOptions } from './gateway-options.ts';
export { type ApiKey, hashApiKey, readApiKeyFile, readApiKeys } from './access/api-keys.ts';
export { createHttpServer, listen } from './http/http-server.ts';
export { type RunningGateway, type ShutDown, shutDown } from './shut-down.ts';
export type { GatewayLogger } from './observe/logger.ts';
export type { UploadLimits } from './upload/upload-limits.ts';
