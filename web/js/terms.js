// The terms of a job, the hashes over them, and the commitments of both sides.

import { ABIFunction } from "./abi.js";
import { bigEndian, concat, hex, keccak256, unhex, utf8 } from "./bytes.js";

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

// keccak256(abi.encode(terms)).
export function termsHash(abi, terms) {
  const [parameter] = abi.byName.get("postJob").inputs;
  const tuple = new ABIFunction({ name: "terms", inputs: [] });
  tuple.inputs = [parameter];
  return keccak256(tuple.encodeArguments({ terms }));
}

// What a client commits to: "DeML/commit/1" and what follows it on the protocol page.
export function modelCommitment({ chain, jobId, round, client, digest, salt }) {
  return keccak256(
    concat(
      utf8("DeML/commit/1"),
      bigEndian(chain.chainID, 32),
      unhex(chain.application),
      bigEndian(jobId, 32),
      bigEndian(round, 4),
      unhex(client),
      digest,
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
