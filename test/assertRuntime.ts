/** Tests run on the pinned Node alone: an older one found on the PATH would fail in puzzling ways. */
export function setup(): void {
  const major = Number(process.versions.node.split(".")[0]);
  if (major !== 26) throw new Error(`the tests need Node 26, but this is ${process.version}: run them with "npm test"`);
}
