import { Agent } from 'undici';

/** The least that can be done: a body that is ready, a POST, its JSON, a GET, its bytes. */
export async function connectWithUndici(baseUrl, photos) {
  const agent = new Agent();
  const boundary = 'boundary-of-a-benchmark';
  const bodies = photos.map((photo) =>
    Buffer.concat([
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="slim_degree"\r\n\r\n1\r\n--${boundary}\r\n`),
      Buffer.from('Content-Disposition: form-data; name="image"; filename="image.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'),
      photo,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]),
  );
  return {
    async call(number) {
      const { body } = await agent.request({
        origin: baseUrl,
        path: '/api/portrait/effects/smart-face-slimming',
        method: 'POST',
        headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
        body: bodies[number],
      });
      const { data } = await body.json();
      const result = await agent.request({ origin: baseUrl, path: new URL(data.image_url).pathname, method: 'GET' });
      return new Uint8Array(await result.body.arrayBuffer());
    },
    close: () => agent.close(),
  };
}
