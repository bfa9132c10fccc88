/** An image on its way through image-minimizer-webpack-plugin. */
export interface WebpackImage {
  filename: string;
  data: Buffer;
  warnings: Error[];
  errors: Error[];
  /** webpack's `AssetInfo`. */
  // oxlint-disable-next-line typescript/no-explicit-any
  info: any;
}

/** One of the plug-in's minimizers or generators, each with options of its own. */
export interface WebpackTransformer {
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly implementation: (image: WebpackImage, options?: any) => Promise<WebpackImage | null>;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly options?: any;
}

/** Options of the plug-in. */
export interface WebpackMinimizerOptions {
  readonly minimizer: WebpackTransformer[];
  readonly loader: false;
}
