import { createSlimFace, type SlimFace } from '@slimface/sharp-plugin';
import { createSlimIpx, type Ipx, type IpxOptions, type IpxStorage } from '@slimface/sharp-plugin/ipx';
import { createIPX, createIPXNodeServer, ipxFSStorage, type IPX, type IPXOptions, type IPXStorage } from 'ipx';
import { expectTypeOf } from 'vitest';

declare const slimFace: SlimFace;
expectTypeOf(createSlimFace).returns.toEqualTypeOf<SlimFace>();

// ipx's own types are met, in both directions where both are used.
expectTypeOf<IPX>().toExtend<Ipx>();
expectTypeOf<IPXOptions>().toExtend<IpxOptions>();
expectTypeOf<IPXStorage>().toExtend<IpxStorage>();
expectTypeOf<IpxStorage>().toExtend<IPXStorage>();

const ipx = createSlimIpx(slimFace, createIPX, { storage: ipxFSStorage(), maxAge: 3600, svgo: false });
expectTypeOf(ipx).toExtend<IPX>();
createIPXNodeServer(ipx);
expectTypeOf(ipx('portrait.jpg', { slim: 1.2, w: '400' })).toEqualTypeOf<ReturnType<IPX>>();

// @ts-expect-error ipx needs a storage
createSlimIpx(slimFace, createIPX, { maxAge: 3600 });
// @ts-expect-error not an option of ipx
createSlimIpx(slimFace, createIPX, { storage: ipxFSStorage(), maxage: 3600 });
// @ts-expect-error not a modifier of ipx
ipx('portrait.jpg', { slimm: 1.2 });
