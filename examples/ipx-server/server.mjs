import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { createLocalEngine } from '@slimface/engine';
import { createSlimFace } from '@slimface/sharp-plugin';
import { createSlimIpx } from '@slimface/sharp-plugin/ipx';
import { createIPX, createIPXNodeServer, ipxFSStorage } from 'ipx';

const { PORT = '3000', PHOTOS = fileURLToPath(new URL('../../fixtures', import.meta.url)) } = process.env;

const engine = await createLocalEngine();
// One slimFace for all requests: it slims a photo once for all its sizes, and answers 503 rather than queue without end.
const slimFace = createSlimFace({ slimmer: engine, maxWaiting: 50, timeout: 20_000 });
const ipx = createSlimIpx(slimFace, createIPX, { storage: ipxFSStorage({ dir: PHOTOS }), maxAge: 3600 });

const server = createServer(createIPXNodeServer(ipx));
server.listen(Number(PORT), () => console.log(`http://localhost:${server.address().port}/slim_1.2,w_400/astronaut.png`));

process.once('SIGTERM', stop).once('SIGINT', stop);

function stop() {
  server.close(() => engine.close());
}
