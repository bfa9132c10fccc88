// One of the servers, in a process of its own: tells its parent the port, and on demand what it has used so far.
const servers = {
  busboy: async () => (await import('./servers/busboy.mjs')).startCounting,
  'busboy, keeping': async () => (await import('./servers/busboy.mjs')).startKeeping,
  mercurius: async () => (await import('./servers/mercurius.mjs')).start,
  yoga: async () => (await import('./servers/yoga.mjs')).start,
  apollo: async () => (await import('./servers/apollo.mjs')).start,
  slimface: async () => (await import('./servers/slimface.mjs')).startWithoutFaces,
  'slimface, stored': async () => (await import('./servers/slimface.mjs')).startStoring,
};

const start = await servers[process.argv[2]]();
await start((server) => server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port })));

process.on('message', (message) => {
  if (message === 'end') process.exit(0); // so that node --cpu-prof writes its profile
  process.send({ cpu: process.cpuUsage(), peakRssMb: process.resourceUsage().maxRSS / 1000 });
});
process.on('disconnect', () => process.exit(0));
