export { createGateway, type Gateway, type GatewayOptions } from './create-gateway.ts';
export { type ApiKey, hashApiKey, readApiKeyFile, readApiKeys } from './access/api-keys.ts';
export { createHttpServer } from './http/http-server.ts';
export type { GatewayLogger } from './observe/logger.ts';
export type { UploadLimits } from './upload/upload-limits.ts';
