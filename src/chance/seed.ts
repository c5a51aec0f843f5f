/**
 * From a seed, which is any string, to the keys under which chance is drawn.
 *
 * A seed gives a key; the key and the name of a site give the site's own key. Sites are told apart by name alone, so
 * adding one changes no draw at another. Nothing here depends on replication or round.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import seedrandom from "seedrandom";
import { type Block, threefry } from "./threefry.ts";

/** The key of a seed: the first two whole numbers that its `alea` stream yields. */
export function keyOfSeed(seed: string): Block {
  // The package's default algorithm gives one stream to different seeds (`a` and `š`), so alea is named.
  const stream = seedrandom.alea(seed);
  return [stream.int32() >>> 0, stream.int32() >>> 0];
}

/** The key of a site under a seed's key: the key applied to the first 64 bits of the SHA-256 of the site's name. */
export function siteKey(key: Block, site: string): Block {
  const digest = sha256(utf8ToBytes(site));
  const words = new DataView(digest.buffer, digest.byteOffset, 8);
  return threefry(key, [words.getUint32(0), words.getUint32(4)]);
}
