/**
 * `npm run bench`: what Demarche reaches on this machine, beside its aims and its peers. Nothing here fails a build.
 */
import { benchInteractive } from "./interactive.ts";

console.log(`Node ${process.version} on ${process.platform} ${process.arch}`);
await benchInteractive();
