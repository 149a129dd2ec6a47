// The terms of a job, the hashes over them, and the commitments of both sides.

import { ABIFunction } from "./abi.js";
import { bigEndian, concat, hex, keccak256, sha256, unhex, utf8 } from "./bytes.js";

export const PAYOUTS = [
  { value: 0, name: "posted", title: "Posted", text: "the reward to each that improves enough" },
  { value: 1, name: "best", title: "Best", text: "the pool to the best model" },
  {
    value: 2,
    name: "proportional",
    title: "Proportional",
    text: "the pool by how much each improved on those before",
  },
  {
    value: 3,
    name: "federated",
    title: "Federated",
    text: "the pool by what each adds to the average, over rounds",
  },
];

// What a client commits to is made from the bytes and its address, so that nobody can make it from
// a CID.
export const boundDigest = (client, blob) => sha256(concat(unhex(client), blob));

// The longest that a job can live: from its posting until it ends by time alone.
export function lifespan({ payout, sealed, rounds, slots, windows }) {
  const [fill, open, data, claim, reveal] = windows;
  let life = fill + open;
  if (payout === 3) life = fill + (open + data + reveal) * rounds;
  else if (sealed) life = fill + open + data + claim + reveal * (payout === 0 ? 1 : slots);
  if (life > 2 ** 25) throw new Error("The windows add up to more than 388 days.");
  return life + Math.floor(life / 4) + 604_800;
}

// keccak256(abi.encode(terms)).
export function termsHash(abi, terms) {
  const [parameter] = abi.byName.get("postJob").inputs;
  const tuple = new ABIFunction({ name: "terms", inputs: [] });
  tuple.inputs = [parameter];
  return keccak256(tuple.encodeArguments({ terms }));
}

// The commitment of a client: "DeML/commit/2" and what follows it on the protocol page. `bound` is
// the client's digest of the model.
export function modelCommitment({ chain, jobId, round, client, bound, salt }) {
  return keccak256(
    concat(
      utf8("DeML/commit/2"),
      bigEndian(chain.chainID, 32),
      unhex(chain.application),
      bigEndian(jobId, 32),
      bigEndian(round, 4),
      unhex(client),
      bound,
      salt,
    ),
  );
}

// What a sponsor commits to in the terms of a sealed job.
export function dataCommitment({ chain, sponsor, jobSalt, round, salt, digest }) {
  return keccak256(
    concat(
      utf8("DeML/data/1"),
      bigEndian(chain.chainID, 32),
      unhex(chain.application),
      unhex(sponsor),
      jobSalt,
      bigEndian(round, 4),
      salt,
      digest,
    ),
  );
}

// Names under which secrets are kept.
export const commitSecret = (jobId, round, client) =>
  `commit/${jobId}/${round}/${client.toLowerCase()}`;
export const dataSecret = (commitment) => `data/${hex(commitment)}`;
