// Entry of the wasm module: the kernels share one linear memory that the caller lays out.
export { halve } from './halve';
export { warpRows } from './warp';
