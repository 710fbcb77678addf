/** As much of esbuild's metafile as is looked at. */
interface Metafile {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >;
}

export function thirdPartyText(metafile: Metafile): string;
