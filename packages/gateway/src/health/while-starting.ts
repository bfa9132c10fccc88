import type { RequestListener } from 'node:http';
import type { Gateway } from '../create-gateway.ts';
import { healthRoutes } from './health-routes.ts';

/** Answers for a gateway that is not there yet: how it is at once, all else as soon as it is there. */
export function whileStarting(starting: Promise<Pick<Gateway, 'handle'>>): RequestListener {
  const routes = healthRoutes({ obstacle: 'this one is still starting' });
  let gateway: Pick<Gateway, 'handle'> | undefined;
  const there = starting.then((started) => (gateway = started));
  there.catch(() => {}); // then there is nobody to answer for
  return (req, res) => {
    if (gateway !== undefined) return gateway.handle(req, res);
    const [pathname] = req.url!.split('?');
    const route = routes.find(({ matches }) => matches(pathname!));
    if (route !== undefined) return route.handle(req, res);
    void there.then(({ handle }) => handle(req, res), () => res.destroy());
  };
}
